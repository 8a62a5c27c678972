// Moving a published post to another place in the timeline: dragged, or lifted with M and moved with the arrows. The
// time that it would get is shown all the while.

import { takeAction } from "./actions.js";
import { release } from "./cards.js";
import { button, desk, timeline } from "./page.js";
import { address, ask, form } from "./server.js";

let lifted = null;
let home = null; // the card below which it stood, for putting it back

export function startMoving() {
  desk.addEventListener("click", (event) => {
    if (!event.target.closest("[data-place-it]")) return;
    event.target.closest("details").open = false;
    lift(event.target.closest(".desk-post"));
  });
  timeline.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".drag-handle")?.closest("[data-movable]");
    if (card && event.pointerType === "touch") lift(card);
    else if (card) card.draggable = true;
  });
  timeline.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.("[data-movable]");
    if (!card) return;
    event.dataTransfer.effectAllowed = "move";
    setTimeout(() => lift(card)); // what is dragged is a picture of the card as it was
  });
  timeline.addEventListener("dragover", (event) => {
    const over = event.target.closest(".desk-post");
    if (!lifted || !over) return;
    event.preventDefault();
    if (over === lifted) return;
    const box = over.getBoundingClientRect();
    moveTo(event.clientY > box.top + box.height / 2 ? over.nextElementSibling : over);
  });
  timeline.addEventListener("drop", (event) => lifted && event.preventDefault());
  timeline.addEventListener("dragend", (event) => (event.dataTransfer.dropEffect === "none" ? putBack() : putDown()));
}

export function isLifted() {
  return lifted !== null;
}

/** Take a card up; the arrows move it. */
export function lift(card) {
  if (!card?.matches("[data-movable]") || card.querySelector(".desk-form") || lifted) return;
  lifted = card;
  home = card.nextElementSibling;
  card.classList.add("is-moving");
  const bar = document.createElement("p");
  bar.className = "desk-moving";
  const time = document.createElement("span");
  time.dataset.newTime = "";
  time.setAttribute("role", "status");
  time.textContent = gettext("Move with ↑ and ↓, place with Enter, cancel with Esc.");
  bar.append(
    button(gettext("↑ Up"), () => step(-1)),
    button(gettext("↓ Down"), () => step(1)),
    button(gettext("Place here"), putDown),
    button(gettext("Cancel"), putBack),
    time,
  );
  card.prepend(bar);
  card.focus({ preventScroll: true });
}

/** One published post up or down. */
export function step(by) {
  let other = lifted;
  do other = by < 0 ? other.previousElementSibling : other.nextElementSibling;
  while (other && !isFixed(other));
  if (!other) return;
  moveTo(by < 0 ? other : other.nextElementSibling);
  lifted.scrollIntoView({ block: "nearest" });
}

function isFixed(card) {
  return card.matches("[data-movable]") && card !== lifted;
}

function moveTo(before) {
  if (before === lifted || before === lifted.nextElementSibling) return;
  const focused = document.activeElement;
  timeline.insertBefore(lifted, before);
  if (focused !== document.activeElement) focused.focus({ preventScroll: true });
  showTime();
}

let asked = 0;

async function showTime() {
  const number = ++asked;
  const mark = lifted.querySelector("[data-new-time]");
  const fields = { post: lifted.dataset.post, action: "move", only_tell: "yes", ...between() };
  const answer = await ask(address("action"), form(fields)).catch(() => null);
  if (!answer?.ok || number !== asked) return;
  mark.textContent = (await answer.json()).message;
}

function between() {
  const beside = (side) => {
    let other = lifted[side];
    while (other && !isFixed(other)) other = other[side];
    return other?.dataset.post ?? "";
  };
  return { above: beside("previousElementSibling"), below: beside("nextElementSibling") };
}

export async function putDown() {
  if (!lifted) return;
  const card = lifted;
  if (card.nextElementSibling === home) return putBack();
  const places = between();
  const back = home;
  end(card);
  if (!(await takeAction(card.dataset.post, "move", places))) timeline.insertBefore(card, back?.isConnected ? back : null);
}

export function putBack() {
  if (!lifted) return;
  const card = lifted;
  timeline.insertBefore(card, home?.isConnected ? home : null);
  end(card);
  release(card).focus({ preventScroll: true });
}

function end(card) {
  lifted = home = null;
  card.draggable = false;
  card.classList.remove("is-moving");
  card.querySelector(".desk-moving").remove();
  card.focus({ preventScroll: true });
}
