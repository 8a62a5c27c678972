// Cards in the timeline: put in their place, kept while somebody writes in them.

import { desk, parsed, timeline } from "./page.js";
import { tick } from "./times.js";

// What each card was made of, and what it will be once its form is closed.
const shown = new Map([...timeline.children].map((card) => [card.dataset.post, card.outerHTML]));
const held = new Map();
let rules = { stays: () => true, comes: () => true };
let people = [];

export function cardOf(number) {
  return document.getElementById(`desk-${number}`);
}

/** Which cards stay in the timeline when they change, and which of those that are new come into it. */
export function showOnly(stays, comes = stays) {
  rules = { stays, comes };
}

/** The card as the server has it now, in its place. Null when that is not on the page. */
export function put(html) {
  const card = parsed(html).querySelector(".desk-post");
  const number = card.dataset.post;
  const source = card.outerHTML;
  const old = cardOf(number);
  if (old && isInUse(old)) {
    if (old.dataset.version !== card.dataset.version) tellWriter(old);
    held.set(number, html);
    return old;
  }
  if (old && shown.get(number) === source) return old;
  const focused = old?.contains(document.activeElement) ? document.activeElement : null;
  if (old ? !rules.stays(card) : !rules.comes(card) || isFurtherDown(card)) {
    remove(number);
    return null;
  }
  shown.set(number, source);
  place(old, card);
  if (focused) focusAgain(card, focused);
  showPeople();
  tick();
  return card;
}

function tellWriter(card) {
  const form = card.querySelector(".desk-form");
  if (!form || form.querySelector("[data-overtaken]")) return;
  const line = document.createElement("p");
  line.className = "desk-restored";
  line.dataset.overtaken = "";
  line.setAttribute("role", "status");
  line.textContent = gettext("This post was just updated. You can keep editing and compare versions when you save.");
  form.prepend(line);
}

function isInUse(card) {
  return card.matches(".is-open, .is-moving");
}

function isFurtherDown(card) {
  const last = timeline.lastElementChild;
  return !desk.querySelector("[data-older]").hidden && last && card.dataset.order < last.dataset.order;
}

function place(old, card) {
  if (old?.dataset.order === card.dataset.order) return old.replaceWith(card);
  old?.remove();
  const after = [...timeline.children].find((other) => other.dataset.order < card.dataset.order);
  if (after) after.before(card);
  else timeline.append(card);
}

const TWINS = { pin: "unpin", unpin: "pin", key: "unkey", unkey: "key" };

function focusAgain(card, focused) {
  const { action } = focused.dataset;
  const same = action && card.querySelector(`[data-action="${action}"], [data-action="${TWINS[action]}"]`);
  const again = "edit" in focused.dataset ? card.querySelector("[data-edit]") : same;
  (again && !again.closest("details") ? again : card).focus({ preventScroll: true });
}

/** Take a card away; the focus goes to its neighbour. */
export function remove(number) {
  const card = cardOf(number);
  if (!card || isInUse(card)) return;
  const next = card.nextElementSibling ?? card.previousElementSibling ?? desk.querySelector("[data-new]");
  const hadFocus = card.contains(document.activeElement);
  shown.delete(String(number));
  card.remove();
  if (hadFocus) next?.focus({ preventScroll: true });
}

/** What came in while a card was in use takes its place. */
export function release(card) {
  const html = held.get(card.dataset.post);
  held.delete(card.dataset.post);
  return html ? put(html) ?? card : card;
}

// Who is there
// ------------

export function showPeople(now = people) {
  people = now;
  const texts = people.filter((person) => !person.post).map((person) => (person.writing ? interpolate(gettext("%s is writing a new post"), [person.name]) : person.name));
  for (const person of people.filter((one) => one.post)) {
    const title = cardOf(person.post)?.querySelector("h3")?.textContent;
    texts.push(title ? interpolate(gettext("%s is editing “%s”"), [person.name, title]) : interpolate(gettext("%s is editing a post"), [person.name]));
  }
  const line = texts.length ? interpolate(gettext("Online: %s"), [texts.join("; ")]) : gettext("You're the only one here");
  const where = desk.querySelector("[data-people]");
  if (where.textContent !== line) where.textContent = line;
  for (const mark of timeline.querySelectorAll("[data-present]")) {
    const number = Number(mark.closest(".desk-post").dataset.post);
    const names = people.filter((person) => person.post === number).map((person) => person.name);
    mark.textContent = names.length ? interpolate(gettext("%s is editing this"), [names.join(", ")]) : "";
  }
}
