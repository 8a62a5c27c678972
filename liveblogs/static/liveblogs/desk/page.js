// The desk's own elements, and what it says.

export const desk = document.querySelector("#desk");
export const timeline = desk.querySelector("[data-timeline]");

const told = desk.querySelector("[data-told]");
const trouble = desk.querySelector("[data-trouble]");
const LASTS = 20000; // milliseconds for which a message stands
let timer = 0;

/** What was done. `undo` is the button that takes it back. */
export function say(text, undo = null) {
  clearTimeout(timer);
  told.replaceChildren(...(text ? [text] : []), ...(undo ? [" ", undo] : []));
  timer = setTimeout(() => told.contains(document.activeElement) || told.replaceChildren(), LASTS);
}

/** What went wrong, until `calm` or the next one. `kind` says which of the causes may take it away again. */
export function warn(text, kind = "", ...more) {
  trouble.replaceChildren(text, ...more.flatMap((one) => [" ", one]));
  trouble.dataset.kind = kind;
  trouble.hidden = false;
}

export function calm(kind = null) {
  if (kind === null || trouble.dataset.kind === kind) trouble.hidden = true;
}

export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html; // the server's own, which it has escaped
  return template.content;
}

export function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}
