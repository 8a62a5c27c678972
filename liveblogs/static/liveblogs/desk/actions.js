// What the buttons of a card do, and taking it back.

import { cardOf, put, remove } from "./cards.js";
import { askFor } from "./dialog.js";
import { button, calm, desk, say, warn } from "./page.js";
import { address, askPatiently, form, LoggedOut } from "./server.js";
import { clockAndZone, duration, instants, wallClock } from "./times.js";

let undo = null;

export function startActions() {
  desk.addEventListener("click", async (event) => {
    const pressed = event.target.closest("[data-action]");
    const card = pressed?.closest(".desk-post");
    if (!card) return;
    pressed.closest("details")?.removeAttribute("open");
    const name = pressed.dataset.action;
    const fields = "dialog" in pressed.dataset ? await askFor(name, (dialog) => prepare(dialog, card)) : {};
    if (fields) takeAction(card.dataset.post, name, fields);
  });
  // One menu is open at a time, and none when something else is pressed.
  document.addEventListener("click", (event) => {
    for (const menu of desk.querySelectorAll(".desk-more[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
}

/** Take an action on a post; its card is then as the server has it. The answer, or null. */
export async function takeAction(number, name, fields = {}) {
  const card = cardOf(number);
  if (card?.dataset.busy) return null;
  if (card) card.dataset.busy = "yes";
  const seen = card ? { version: card.dataset.version } : {};
  try {
    const answer = await askPatiently(address("action"), form({ ...seen, ...fields, post: number, action: name }));
    if (!answer.headers.get("Content-Type")?.includes("json")) throw new Error(answer.status);
    const done = await answer.json();
    if (done.html) put(done.html);
    if (done.gone) remove(done.gone);
    if (done.error) {
      warn(done.error, "action");
      return null;
    }
    calm();
    undo = done.undo ? () => takeBack(number, done.undo) : null;
    say(done.message, undo && button(gettext("Undo (U)"), undoLast));
    document.dispatchEvent(new Event("desk:changed"));
    return done;
  } catch (error) {
    if (error instanceof LoggedOut) warn(gettext("You're logged out. Nothing was changed."), "login");
    else warn(gettext("Couldn't reach the server. Please try again."), "action");
    return null;
  } finally {
    if (card) delete card.dataset.busy;
  }
}

export function undoLast() {
  const last = undo;
  undo = null;
  last?.();
}

async function takeBack(number, { action: name, ...fields }) {
  await takeAction(number, name, { ...fields, version: "" }); // whatever the text says by now
  cardOf(number)?.focus({ preventScroll: true });
}

// What the dialogs show of a post.
function prepare(dialog, card) {
  if (!card.querySelector(".desk-picture")) dialog.querySelector("[name=with_pictures]")?.closest("p").remove();
  const title = dialog.querySelector("[data-title]");
  if (title) title.textContent = card.querySelector("h3").textContent;
  const correction = dialog.querySelector("[data-correction]");
  if (correction) correction.value = card.querySelector("[data-correction]")?.innerText ?? "";
  const at = dialog.querySelector("[data-at]");
  if (at) prepareTime(dialog, at, card);
}

function prepareTime(dialog, at, card) {
  const set = card.querySelector("[data-countdown]")?.dataset.countdown;
  const soon = new Date(Math.ceil((Date.now() + 60000) / 900000) * 900000);
  const which = dialog.querySelector("[data-which]");
  const until = () => {
    offer(which, at.value ? instants(at.value) : []);
    const moment = which.disabled ? at.value && instants(at.value)[0] : new Date(which.value);
    const seconds = at.value ? Math.round((moment - Date.now()) / 1000) : 0;
    const text = seconds > 0 ? interpolate(gettext("%s from now"), [duration(seconds)]) : gettext("This time is in the past.");
    dialog.querySelector("[data-until]").textContent = at.value ? text : "";
  };
  at.value = wallClock(set ? new Date(set) : soon);
  at.addEventListener("input", until);
  which.addEventListener("change", until);
  for (const quick of dialog.querySelectorAll("[data-in]")) {
    quick.addEventListener("click", () => {
      const hour = Math.ceil((Date.now() + 60000) / 3600000) * 3600000;
      at.value = wallClock(new Date(quick.dataset.in === "hour" ? hour : Date.now() + Number(quick.dataset.in) * 60000));
      until();
    });
  }
  until();
  if (set && !which.disabled) which.selectedIndex = instants(at.value).findIndex((date) => date >= new Date(set));
  until();
}

// Both moments of a time that clocks show twice; the choice between them stays while the time is typed.
function offer(which, moments) {
  const index = Math.max(0, which.selectedIndex);
  which.disabled = which.hidden = moments.length < 2;
  which.replaceChildren(...moments.map((date) => new Option(clockAndZone(date), date.toISOString())));
  which.selectedIndex = Math.min(index, moments.length - 1);
}
