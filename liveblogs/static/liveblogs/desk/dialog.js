// The page's one dialog. What it asks is in the templates of dialogs.html.

import { desk, parsed } from "./page.js";

const box = desk.querySelector("[data-dialog-box]");
const form = box.querySelector("form");

/** Ask; the fields that were filled in, or null. `prepare` gets the form before it is shown. */
export function askFor(name, prepare = () => {}) {
  form.replaceChildren(parsed(desk.querySelector(`template[data-for="${name}"]`).innerHTML));
  prepare(form);
  const from = document.activeElement;
  box.returnValue = "";
  box.showModal();
  form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  return new Promise((resolve) => {
    box.addEventListener(
      "close",
      () => {
        const fields = box.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null;
        form.replaceChildren();
        // The browser has gone back there by itself, where it could; and who was quicker than this stays where they are.
        if (from?.isConnected && document.activeElement === document.body) from.focus({ preventScroll: true });
        resolve(fields);
      },
      { once: true },
    );
  });
}

export function isAsking() {
  return box.open;
}

box.addEventListener("click", (event) => event.target === box && box.close(""));
// Return in a line of text means the first button; in a longer text it is a new line, and with Ctrl it means the button.
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(form.querySelector("button[value=yes]"));
});
