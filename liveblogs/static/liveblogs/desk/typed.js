// What is typed: kept in the browser with each key, on the server a moment later, and offered until it is saved.

import { button, desk } from "./page.js";
import { address, ask, form as asForm } from "./server.js";

const PAUSE = 1000; // after the last key, before the server is told
const offers = desk.querySelector("[data-offers]");
const timers = new WeakMap();
const UNKEPT = /^csrfmiddlewaretoken$|__prefix__/;

export function fieldsOf(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !UNKEPT.test(name)) (fields[name] ??= []).push(value);
  }
  return fields;
}

export function typing(form) {
  if (form.dataset.closed) return;
  form.dataset.typed = "yes";
  store(form);
  clearTimeout(timers.get(form));
  timers.set(
    form,
    setTimeout(() => keep(form), PAUSE),
  );
}

export async function keep(form) {
  clearTimeout(timers.get(form));
  if (!form.dataset.typed) return;
  const isHere = store(form);
  const note = form.querySelector("[data-kept]");
  const fields = JSON.stringify(fieldsOf(form));
  const isThere = await inLine(() => ask(address("typed"), asForm({ place: form.dataset.place, fields })));
  if (!note) return;
  if (isThere?.ok) note.textContent = gettext("Draft saved");
  else note.textContent = isHere ? gettext("Saved on this device") : gettext("Not saved: copy your text before you leave");
}

export function forget(place, form = null) {
  if (form) {
    clearTimeout(timers.get(form));
    delete form.dataset.typed;
  }
  try {
    localStorage.removeItem(localName(place));
  } catch {
    // nothing was stored either
  }
  inLine(() => ask(address("typed"), { ...asForm({ place, fields: "" }), keepalive: true }));
  offers.querySelector(`[data-place="${place}"]`)?.remove();
  offers.hidden = !offers.querySelector("[data-place]");
}

/** The text that was kept for a place, from here or from the server; null when there is none. */
export async function recall(place) {
  const here = read(localName(place));
  if (here) return here;
  const answer = await ask(`${address("typed")}?place=${encodeURIComponent(place)}`);
  return answer.ok ? (await answer.json()).fields : null;
}

export function offer(place, fields) {
  offers.querySelector(`[data-place="${place}"]`)?.remove();
  const item = document.createElement("li");
  item.dataset.place = place;
  const title = document.createElement("strong");
  const body = new DOMParser().parseFromString(fields.body?.[0] ?? "", "text/html").body.textContent;
  title.textContent = fields.headline?.[0] || body.slice(0, 80) || gettext("No headline");
  const [go, drop] = [button(gettext("Continue")), button(gettext("Discard"))];
  go.dataset.restore = drop.dataset.discard = "";
  item.append(title, " ", go, " ", drop);
  offers.querySelector("ul").prepend(item);
  offers.hidden = false;
}

/** Text that only this browser knows: the server went before it could be told. */
export function offerWhatIsHere() {
  const prefix = localName("");
  const names = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index));
  for (const name of names.filter((one) => one.startsWith(prefix))) {
    const fields = read(name);
    if (fields && !offers.querySelector(`[data-place="${name.slice(prefix.length)}"]`)) offer(name.slice(prefix.length), fields);
  }
}

export function store(form) {
  try {
    localStorage.setItem(localName(form.dataset.place), JSON.stringify(fieldsOf(form)));
    return true;
  } catch {
    return false; // full or forbidden: the server keeps it
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function localName(place) {
  return `newsroom.typed.${desk.dataset.user}.${desk.dataset.base}.${place}`;
}

// One after the other: a text that was let go of must not come back because it was still on its way.
let line = Promise.resolve();

function inLine(task) {
  line = line.then(task).catch(() => null);
  return line;
}
