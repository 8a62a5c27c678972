// Two buttons beside the time of each post: one copies the post's link, one opens the device's share sheet. Without
// this script the time is the post's link.

const template = document.getElementById("sharing");
const status = document.getElementById("sharing-told");
const main = document.querySelector("main");
// Milliseconds that a button tells what it did
const SHOWN = 2500;

// The button that tells what it did
let telling, timer;

if (!navigator.share) template.content.querySelector("[value=send]").remove();
addButtons();
main.addEventListener("newsroom:changed", addButtons);
main.addEventListener("click", ({ target }) => share(target.closest(".post-share button")));

// Actions

async function share(button) {
  if (!button) return;
  const post = button.closest(".post");
  const url = post.querySelector(".post-time").href;
  if (button.value === "send") {
    const title = post.querySelector(".post-headline")?.textContent ?? document.title;
    try {
      return await navigator.share({ title, url });
    } catch (error) {
      // The reader closed the sheet
      if (error.name === "AbortError") return;
    }
  }
  tell(button, (await copy(url)) ? template.dataset.copied : `${template.dataset.failed} ${url}`);
}

// Callbacks

function addButtons() {
  for (const post of main.querySelectorAll(".post:not(:has(.post-share))")) {
    const time = post.querySelector(".post-time");
    const name = post.querySelector(".post-headline") ?? time;
    const buttons = template.content.firstElementChild.cloneNode(true);
    for (const button of buttons.children) {
      button.id = `${button.value}-${post.id}`;
      button.title = button.textContent.trim();
      button.setAttribute("aria-labelledby", `${button.id} ${name.id}`);
    }
    time.parentNode.append(buttons);
  }
}

// Internal

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

// Where the page may not use the clipboard (plain HTTP, an older browser)
function copySelected(text) {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  focused.focus({ preventScroll: true });
  return isCopied;
}

// Beside the button and in the status, which repeats the same words only if it was empty in between
function tell(button, words) {
  clear();
  telling = button;
  button.dataset.told = words;
  requestAnimationFrame(() => (status.textContent = words));
  timer = setTimeout(clear, SHOWN);
}

function clear() {
  clearTimeout(timer);
  delete telling?.dataset.told;
  status.textContent = "";
}
