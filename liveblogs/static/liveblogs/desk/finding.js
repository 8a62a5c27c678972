// Tabs by state, finding, older posts.

import { cardOf, showOnly } from "./cards.js";
import { desk, parsed, timeline, warn } from "./page.js";
import { address, askPatiently } from "./server.js";
import { tick } from "./times.js";

const PAUSE = 250; // after the last key, before the server is asked
const field = desk.querySelector("[data-find]");
const found = desk.querySelector("[data-found]");
const olderButton = desk.querySelector("[data-older]");
let state = "";
let words = "";
let asked = 0;

export function startFinding() {
  for (const tab of desk.querySelectorAll("[data-tab]")) tab.addEventListener("click", () => choose(tab));
  let timer = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
    else if (event.key === "Enter") timeline.firstElementChild?.focus();
  });
  olderButton.addEventListener("click", showOlder);
  addEventListener("hashchange", showLinked);
  showLinked();
}

function choose(tab) {
  state = tab.dataset.tab;
  for (const one of desk.querySelectorAll("[data-tab]")) one.setAttribute("aria-pressed", String(one === tab));
  reload();
}

function find() {
  words = field.value.trim();
  return reload();
}

export function clear() {
  field.value = words = "";
  choose(desk.querySelector('[data-tab=""]'));
}

/** The timeline anew, from its top. */
export async function reload() {
  const fits = (card) => !state || card.dataset.state === state;
  showOnly(fits, (card) => !words && fits(card));
  const number = ++asked;
  try {
    const news = await list({});
    if (number !== asked) return; // a later question is under way
    fillWith(news.cards);
    olderButton.hidden = !news.more;
    tellWhat(news.message);
  } catch {
    warn(gettext("Couldn't reach the server. Please try again."), "offline");
  }
}

function fillWith(cards) {
  const inUse = desk.querySelector(".desk-form")?.closest(".desk-post");
  for (const card of [...timeline.children]) if (card !== inUse) card.remove();
  for (const html of cards) {
    const card = parsed(html).querySelector(".desk-post");
    if (cardOf(card.dataset.post)) timeline.append(inUse);
    else timeline.append(card);
  }
  desk.querySelector("[data-empty]").hidden = timeline.children.length > 0;
  tick();
}

function tellWhat(text) {
  found.replaceChildren(text);
  if (!words) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = gettext("Clear");
  button.addEventListener("click", () => {
    clear();
    field.focus();
  });
  found.append(" ", button);
}

async function showOlder() {
  const first = timeline.children.length;
  const news = await list({ below: timeline.lastElementChild?.dataset.place ?? "" });
  for (const html of news.cards) {
    const card = parsed(html).querySelector(".desk-post");
    if (!cardOf(card.dataset.post)) timeline.append(card);
  }
  olderButton.hidden = !news.more;
  timeline.children[first]?.focus();
}

async function list(more) {
  const answer = await askPatiently(`${address("list")}?${new URLSearchParams({ state, q: words, ...more })}`);
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

// A link to one post: …/desk/#desk-12. It may stand further down than what the page shows.
async function showLinked() {
  const number = location.hash.match(/^#desk-(\d+)$/)?.[1];
  if (!number) return;
  if (!cardOf(number)) {
    const news = await list({ post: number });
    if (!news.cards.length) return;
    fillWith(news.cards);
    words = " "; // as after finding: what is new does not come between
    showOnly(
      () => true,
      () => false,
    );
    tellWhat(gettext("One post"));
  }
  cardOf(number)?.focus();
}
