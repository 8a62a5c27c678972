// The desk's own elements, and what it says.

export const desk = document.querySelector("#desk");
export const timeline = desk.querySelector("[data-timeline]");

const message = desk.querySelector("[data-told]");
const troubles = desk.querySelector("[data-troubles]");
const LASTS = 20000; // milliseconds for which a message stands
let timer = 0;

/** What was done. `undo` is the button that takes it back. */
export function say(text, undo = null) {
  clearTimeout(timer);
  message.replaceChildren(...(text ? [text] : []), ...(undo ? [" ", undo] : []));
  timer = setTimeout(() => message.contains(document.activeElement) || message.replaceChildren(), LASTS);
}

/** What went wrong. Of each kind ("action", "offline", "login", "gone") one message stands, until `calm`. */
export function warn(text, kind, ...more) {
  let line = troubles.querySelector(`[data-kind=${kind}]`);
  if (line?.firstChild.textContent === text && !more.length) return;
  line ??= troubles.appendChild(document.createElement("p"));
  line.className = "desk-trouble";
  line.dataset.kind = kind;
  line.replaceChildren(text, ...more.flatMap((one) => [" ", one]));
}

export function calm(kind = "action") {
  troubles.querySelector(`[data-kind=${kind}]`)?.remove();
}

export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html; // the server's own, which it has escaped
  return template.content;
}

export function button(label, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", action);
  return made;
}
