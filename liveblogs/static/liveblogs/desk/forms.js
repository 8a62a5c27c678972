// The composer and the forms in place: the admin's own forms, asked for with X-Desk.

import { cardOf, put, release } from "./cards.js";
import { changeAddress, equip, focusFirst, isJson, putAside, roomIn, shut, takeOut, warnOf } from "./equipping.js";
import { calm, desk, say, warn } from "./page.js";
import { ask, askPatiently } from "./server.js";
import { lost, restore, takeTheirs, useTheirs } from "./restoring.js";
import { forget, offerWhatIsHere, store, typing } from "./typed.js";

const composer = desk.querySelector("[data-composer]");
let ready = null; // the composer's form, asked for before anybody wants it

export function startForms() {
  desk.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    const form = pressed?.closest(".desk-form");
    if (!pressed) return;
    if ("edit" in pressed.dataset) edit(pressed.closest(".desk-post"));
    else if ("new" in pressed.dataset) compose();
    else if ("close" in pressed.dataset) close(form);
    else if ("takeTheirs" in pressed.dataset) takeTheirs(form);
    else if ("merge" in pressed.dataset) form.querySelector("[name=headline]").focus();
    else if ("useTheirs" in pressed.dataset) useTheirs(form, pressed.dataset.useTheirs);
    else if ("restore" in pressed.dataset) restore(pressed.closest("[data-place]").dataset.place);
    else if ("discard" in pressed.dataset) forget(pressed.closest("[data-place]").dataset.place);
  });
  desk.addEventListener("submit", (event) => event.target.matches(".desk-form") && send(event));
  addEventListener("pagehide", () => {
    for (const form of desk.querySelectorAll(".desk-form[data-typed]")) store(form);
  });
  offerWhatIsHere();
  prepareComposer();
}

function prepareComposer() {
  if (!composer) return;
  ready = ask(desk.dataset.add)
    .then((answer) => (answer.ok ? answer.text() : null))
    .catch(() => null);
}

// Opening and closing
// -------------------

export async function compose() {
  if (!composer) return;
  const open = composer.querySelector(".desk-form");
  if (open) return focusFirst(open);
  const html = await ready;
  prepareComposer();
  const form = html ? equip(html, composer) : await fetchForm(desk.dataset.add, composer);
  if (form) focusFirst(form);
}

export async function edit(card) {
  const open = card?.querySelector(".desk-form");
  if (open) return focusFirst(open);
  if (!card?.querySelector("[data-edit]")) return;
  const form = await fetchForm(changeAddress(card.dataset.post), roomIn(card));
  if (!form) return shut(card);
  focusFirst(form);
  document.dispatchEvent(new Event("desk:changed"));
}

async function fetchForm(url, where, options = {}) {
  try {
    const answer = await askPatiently(url, options);
    if (isJson(answer)) {
      warn((await answer.json()).error, "action");
      return null;
    }
    if (!answer.ok) throw new Error(answer.status);
    calm();
    return equip(await answer.text(), where);
  } catch (error) {
    warnOf(error);
    return null;
  }
}

/** Close a form; what was typed in it is kept and offered. */
export function close(form) {
  const card = form.closest(".desk-post");
  putAside(form);
  if (card) release(card).focus({ preventScroll: true });
  else desk.querySelector("[data-new]")?.focus({ preventScroll: true });
  document.dispatchEvent(new Event("desk:changed"));
}

// Saving
// ------

async function send(event) {
  event.preventDefault();
  const form = event.target;
  if (form.getAttribute("aria-busy")) return;
  const pressed = event.submitter ?? form.querySelector(".desk-buttons [type=submit]");
  const body = new FormData(form);
  body.delete("csrfmiddlewaretoken"); // the one that holds goes with each question
  body.set(pressed.name, "yes");
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await askPatiently(form.action, { method: "POST", body });
    if (isJson(answer)) {
      const done = await answer.json();
      if (done.error) lost(form, done.error);
      else saved(form, done);
    } else if (answer.ok) refused(form, await answer.text());
    else warnOf(answer.status, form, pressed);
  } catch (error) {
    form.dataset.unsure = "yes"; // it may have arrived
    warnOf(error, form, pressed);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function saved(form, done) {
  const card = form.closest(".desk-post");
  forget(form.dataset.place, form);
  takeOut(form);
  const fresh = put(done.html);
  if (done.warning) warn(done.warning, "action");
  else calm();
  say(done.message);
  // After a new post another one is a key away; after an edit the post itself is where one was.
  (card ? (fresh ?? cardOf(done.post)) : desk.querySelector("[data-new]"))?.focus({ preventScroll: true });
  document.dispatchEvent(new Event("desk:changed"));
}

function refused(form, html) {
  const { place, unsure } = form.dataset;
  const where = form.parentElement;
  form.dataset.closed = "yes";
  const fresh = equip(html, where);
  if (fresh.dataset.place !== place) forget(place, form);
  if (unsure && "same" in fresh.dataset) {
    forget(place, fresh);
    close(fresh);
    return say(gettext("Already saved"));
  }
  typing(fresh);
  (fresh.querySelector("[role=alert]") ?? fresh.querySelector(".errorlist"))?.focus();
  fresh.querySelector("[role=alert], .errorlist")?.scrollIntoView({ block: "nearest" });
}
