// Copying a post's link and handing it to the device's share sheet. Without this script, the time of each post is its
// link. The buttons come from a template on the page and are named by the post's headline; posts that arrive, or come
// anew because they were edited, get theirs as soon as they stand on the page.

const kit = document.getElementById("sharing");
const status = document.getElementById("sharing-told");
const main = document.querySelector("main");
const TOLD = 2500; // milliseconds
const forgotten = new WeakMap(); // of each button that tells something, the timer that ends it

// The button that has the focus: when its post is replaced, the new one takes it over.
let held = "";

function equip() {
  for (const post of main.querySelectorAll(".post:not(:has(.post-share))")) {
    const time = post.querySelector(".post-time");
    if (!time) continue;
    const buttons = kit.content.firstElementChild.cloneNode(true);
    const about = post.querySelector(".post-headline") ?? time;
    for (const button of buttons.querySelectorAll("button")) {
      if (button.value === "send" && !navigator.share) {
        button.remove();
        continue;
      }
      button.id = `${button.value}-${post.id}`;
      button.title = button.textContent.trim();
      button.setAttribute("aria-labelledby", `${button.id} ${about.id}`);
    }
    time.parentElement.append(buttons);
  }
  if (held && document.activeElement === document.body) {
    document.getElementById(held)?.focus({ preventScroll: true });
  }
}

async function share(button) {
  const post = button.closest(".post");
  const url = post.querySelector(".post-time").href;
  if (button.value === "send") {
    const title = post.querySelector(".post-headline")?.textContent ?? document.title;
    try {
      await navigator.share({ title, url });
      return;
    } catch (error) {
      if (error.name === "AbortError") return; // the reader thought better of it
    }
  }
  tell(button, (await copied(url)) ? kit.dataset.copied : `${kit.dataset.failed} ${url}`);
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedFromPage(text);
  }
}

// Where the page has no access to the clipboard (plain http, an older browser), a selected text can still be copied.
function copiedFromPage(text) {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  return done;
}

// Beside the button for those who see it, in the status for those who hear it. The same words are said again only if
// they were gone in between.
function tell(button, words) {
  clearTimeout(forgotten.get(button));
  button.dataset.told = words;
  status.textContent = "";
  requestAnimationFrame(() => {
    status.textContent = words;
  });
  forgotten.set(
    button,
    setTimeout(() => {
      delete button.dataset.told;
      status.textContent = "";
    }, TOLD),
  );
}

if (kit && main) {
  equip();
  new MutationObserver(equip).observe(main, { childList: true, subtree: true });
  main.addEventListener("click", (event) => {
    const button = event.target.closest(".post-share button");
    if (button) share(button);
  });
  main.addEventListener("focusin", ({ target }) => {
    held = target.closest(".post-share") ? target.id : "";
  });
  main.addEventListener("focusout", ({ target }) => {
    // A button that goes with its post loses the focus, too: a moment later it is known which of the two it was.
    setTimeout(() => {
      if (target.isConnected && document.activeElement !== target) held = "";
    });
  });
}
