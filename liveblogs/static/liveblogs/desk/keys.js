// Keys. A letter is a command only where nobody types; with Ctrl or Cmd it is one in a form, too.

import { undoLast } from "./actions.js";
import { askFor, isAsking } from "./dialog.js";
import { close, compose, edit } from "./forms.js";
import { isLifted, lift, putBack, putDown, step } from "./moving.js";
import { desk, timeline } from "./page.js";

// What each key presses, the first that is there.
const BUTTONS = { Enter: [".is-main"], s: ["[name=_save]", "[name=_update]", "[name=_schedule]"] };
const TYPING = "input, textarea, select, [contenteditable=true], .select2-container";

export function startKeys() {
  // Before the rich text editor, for which Ctrl+Enter is a line break.
  document.addEventListener("keydown", inForm, true);
  document.addEventListener("keydown", command);
  desk.querySelector("[data-keys]").addEventListener("click", () => askFor("keys"));
}

function inForm(event) {
  const form = event.target.closest?.(".desk-form") ?? (isAsking() ? null : desk.querySelector(".desk-form"));
  if (!form || event.isComposing || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey) {
    const wanted = BUTTONS[event.key === "S" ? "s" : event.key];
    if (!wanted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const pressed = wanted.map((one) => form.querySelector(`.desk-buttons ${one}`)).find(Boolean);
    if (pressed && !event.repeat) form.requestSubmit(pressed);
  } else if (event.key === "Escape" && !isAsking() && !document.querySelector(".select2-container--open, .prose-editor dialog[open]")) {
    event.preventDefault();
    close(form);
  }
}

function command(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented || isAsking()) return;
  if (event.target.closest?.(TYPING)) return;
  const card = event.target.closest?.(".desk-post") ?? null;
  const done = isLifted() ? whileLifted(event) : carryOut(event.key.length === 1 ? event.key.toLowerCase() : event.key, event, card);
  if (done) event.preventDefault();
}

function whileLifted(event) {
  if (event.key === "ArrowUp" || event.key === "k") step(-1);
  else if (event.key === "ArrowDown" || event.key === "j") step(1);
  else if (event.key === "Escape") putBack();
  else if (event.key === "Enter" && !event.target.closest("button")) putDown();
  else return false;
  return true;
}

function carryOut(key, event, card) {
  if (key === "j" || (key === "ArrowDown" && event.target === card)) goTo(card, 1);
  else if (key === "k" || (key === "ArrowUp" && event.target === card)) goTo(card, -1);
  else if (key === "Escape") closeMenu();
  else if (event.repeat) return false;
  else if (key === "n") compose();
  else if (key === "e" && card) edit(card);
  else if (key === "p" && card) card.querySelector("[data-action=pin], [data-action=unpin]")?.click();
  else if (key === "m" && card) lift(card);
  else if (key === "u") undoLast();
  else if (key === "/") desk.querySelector("[data-find]").focus();
  else if (key === "?") askFor("keys");
  else return false;
  return true;
}

function goTo(card, by) {
  const cards = [...timeline.children];
  const next = card ? cards[cards.indexOf(card) + by] : cards[0];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

function closeMenu() {
  const menu = desk.querySelector(".desk-more[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}
