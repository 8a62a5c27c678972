// Picks a picture from the library: a click on a button [data-library] (its value is the library's address) opens the
// library in a dialog. The choice is told by an event "picture-chosen" on that button, with the picture as its detail;
// it bubbles. The dialog's words stand on the button, too: data-library-title, data-library-close, data-library-failed.

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-library]");
  if (!button) return;
  event.preventDefault();
  open(button);
});

// On the library's own page what was just added appears at once.
document.addEventListener("picture-uploaded", async (event) => {
  if (event.target.closest("form") || !document.querySelector(".library")) return;
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(".library");
  if (answer.ok && fresh) document.querySelector(".library").replaceWith(fresh);
});

async function open(button) {
  const { dialog, body } = build(button.dataset);
  document.body.append(dialog);
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.remove());
  // The search and the turning of pages stay in the dialog.
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    show(`?${new URLSearchParams(new FormData(event.target))}`);
  });
  dialog.addEventListener("click", (event) => {
    const link = event.target.closest(".library-turn a");
    const choice = event.target.closest("[data-picture]");
    if (link) {
      event.preventDefault();
      show(link.getAttribute("href"));
    }
    if (choice) {
      dialog.close();
      const detail = JSON.parse(choice.dataset.picture);
      button.dispatchEvent(new CustomEvent("picture-chosen", { bubbles: true, detail }));
    }
    if (event.target === dialog || event.target.closest(".library-close")) dialog.close();
  });
  await show("?picker=1");

  async function show(query) {
    body.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(button.dataset.library + query);
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      body.innerHTML = await answer.text();
      body.scrollTop = 0;
      body.querySelector("input[type=search]")?.focus();
    } catch {
      const sorry = document.createElement("p");
      sorry.setAttribute("role", "alert");
      sorry.textContent = button.dataset.libraryFailed;
      body.replaceChildren(sorry);
    }
    body.removeAttribute("aria-busy");
  }
}

function build({ libraryTitle: title, libraryClose: close }) {
  const dialog = document.createElement("dialog");
  const heading = document.createElement("h2");
  const button = document.createElement("button");
  const body = document.createElement("div");
  dialog.className = "library-dialog";
  dialog.setAttribute("aria-label", title);
  heading.textContent = title;
  button.className = "library-close";
  button.type = "button";
  button.setAttribute("aria-label", close);
  button.textContent = "×";
  body.className = "library-body";
  dialog.append(heading, button, body);
  return { dialog, body };
}
