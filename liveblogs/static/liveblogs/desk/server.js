// Asking the server: with a token that holds, and a login in place when the session has ended.

import { askFor } from "./dialog.js";
import { calm, desk, parsed } from "./page.js";

/** The session has ended, and nobody logged in again. */
export class LoggedOut extends Error {}

let token = desk.querySelector("[name=csrfmiddlewaretoken]").value;

export function address(part) {
  return `${desk.dataset.base}${part}/`;
}

/** One question, asked again with a fresh token where the old one does not hold any more. */
export async function ask(url, options = {}) {
  let answer = await fetchWithToken(url, options);
  if (answer.status === 403 && (await answer.clone().text()).includes("CSRF")) {
    await renew();
    answer = await fetchWithToken(url, options);
  }
  return answer;
}

/** The same, for what somebody waits for: who is logged out can log in here, and it goes on. */
export async function askPatiently(url, options = {}) {
  for (;;) {
    try {
      return await ask(url, options);
    } catch (error) {
      if (!(error instanceof LoggedOut) || !(await logIn())) throw error;
    }
  }
}

export function form(fields) {
  return { method: "POST", body: new URLSearchParams(fields) };
}

/** Tell the server something while the page is being left. */
export function tell(part, fields) {
  navigator.sendBeacon(address(part), new URLSearchParams({ ...fields, csrfmiddlewaretoken: token }));
}

async function fetchWithToken(url, options) {
  const answer = await fetch(url, { ...options, headers: { "X-Desk": "1", "X-CSRFToken": token } });
  if (answer.redirected && new URL(answer.url).pathname === desk.dataset.login) throw new LoggedOut();
  return answer;
}

// After a login in another tab the token of this page is an old one.
async function renew() {
  const answer = await fetch(address("session"));
  if (!answer.headers.get("Content-Type")?.includes("json")) throw new LoggedOut();
  use(await answer.json());
}

function use(session) {
  // Somebody else logged in: their desk is another one, and what was typed here is kept for its writer.
  if (String(session.user) !== desk.dataset.user) {
    location.reload();
    throw new LoggedOut(); // before anything is sent in their name
  }
  token = session.token;
  calm("login");
}

let asking = null;

/** Ask for name and password until they are right. False when that is put off. */
export function logIn() {
  asking ??= askUntilRight().finally(() => (asking = null));
  return asking;
}

async function askUntilRight() {
  let fault = "";
  for (;;) {
    const fields = await askFor("login", (dialog) => (dialog.querySelector("[role=alert]").textContent = fault));
    if (fields === null) return hasSession();
    fault = await tryToLogIn(fields);
    if (!fault) return true;
  }
}

async function hasSession() {
  try {
    await renew();
    return true;
  } catch {
    return false;
  }
}

async function tryToLogIn(fields) {
  try {
    const page = parsed(await (await fetch(desk.dataset.login)).text());
    const key = page.querySelector("#login-form [name=csrfmiddlewaretoken]")?.value;
    if (!key) return (await hasSession()) ? "" : gettext("Couldn't reach the server. Please try again.");
    const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken: key, next: address("session") });
    const answer = await fetch(desk.dataset.login, { method: "POST", body });
    if (answer.headers.get("Content-Type")?.includes("json")) {
      use(await answer.json());
      return "";
    }
    const fault = parsed(await answer.text()).querySelector(".errornote");
    return fault?.textContent.trim() || gettext("You no longer have access to this blog.");
  } catch {
    return gettext("Couldn't reach the server. Please try again.");
  }
}
