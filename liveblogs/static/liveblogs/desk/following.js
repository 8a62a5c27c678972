// Following along: what colleagues did, who is there, what waits.

import { put, remove, showPeople } from "./cards.js";
import { reload } from "./finding.js";
import { calm, desk, say, warn, button } from "./page.js";
import { address, ask, form, LoggedOut, logIn, tell } from "./server.js";

const pause = Number(desk.dataset.pause);
let token = desk.dataset.token;
let asking = null;
let again = false;
let timer = 0;

export function startFollowing() {
  document.addEventListener("desk:changed", follow);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && follow());
  addEventListener("focus", follow);
  addEventListener("pagehide", () => tell("follow", { leaving: "yes" }));
  follow();
}

export function follow() {
  again = Boolean(asking);
  asking ??= askForNews().finally(() => {
    asking = null;
    clearTimeout(timer);
    if (again) follow();
    else timer = setTimeout(() => document.visibilityState === "visible" && follow(), pause);
  });
}

async function askForNews() {
  const open = desk.querySelector(".desk-form");
  const number = open?.dataset.place.match(/^post-(\d+)$/)?.[1] ?? "";
  const writing = open && (number || open.dataset.typed) ? "yes" : "no";
  try {
    const answer = await ask(address("follow"), form({ since: token, post: number, writing }));
    if (answer.status === 404 || answer.status === 403) return shutOut();
    if (!answer.ok) throw new Error(answer.status);
    const news = await answer.json();
    if (again) return; // something was done here meanwhile, which this may not know yet: it is asked anew
    take(news);
    calm("offline");
    calm("login");
  } catch (error) {
    if (error instanceof LoggedOut) {
      const text = gettext("You're logged out. Your draft is saved on this device.");
      warn(text, "login", button(gettext("Log in"), async () => (await logIn()) && follow()));
    } else warn(gettext("Connection lost. Your draft is saved on this device. Reconnecting…"), "offline");
  }
}

function take(news) {
  token = news.token;
  if (news.reload) reload();
  for (const card of news.cards) put(card.html);
  for (const number of news.gone) remove(number);
  showPeople(news.people);
  showStatus(news);
  for (const [state, count] of Object.entries(news.states ?? {})) {
    desk.querySelector(`[data-tab="${state}"] [data-number]`).textContent = count;
  }
  const waiting = document.querySelector("#user-tools .waiting");
  if (waiting) {
    waiting.hidden = !news.waiting;
    waiting.textContent = interpolate(gettext("%s awaiting review"), [news.waiting]);
  }
}

function showStatus(news) {
  const status = desk.querySelector("[data-status]");
  const was = status.className;
  status.textContent = news.status_name;
  status.className = `state-badge is-${news.status}`;
  if (was === status.className) return;
  const messages = {
    draft: gettext("This blog was unpublished. You can keep editing."),
    live: gettext("This blog is live"),
    ended: gettext("Coverage has ended. New posts still appear on the page."),
  };
  say(messages[news.status]);
}

function shutOut() {
  warn(gettext("You no longer have access to this blog, or it was deleted. Your text is saved on this device: copy it before you leave."), "gone");
}
