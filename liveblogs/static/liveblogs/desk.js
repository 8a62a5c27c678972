// The desk: composer, forms in place, acts, and following along. The forms are the admin's own, asked for with X-Desk.

import { sort } from "./sortable.js";

const desk = document.querySelector("#desk");
const timeline = desk.querySelector("[data-timeline]");
const told = desk.querySelector("[data-told]");
const trouble = desk.querySelector("[data-trouble]");
const composer = desk.querySelector("[data-composer]");
const PAUSE = 3000; // between two questions
const KEEP = 1200; // after the last key, before typed text is kept
let token = desk.dataset.token;
let people = [];

// Asking the server
// -----------------

function csrf() {
  return desk.querySelector("[name=csrfmiddlewaretoken]").value;
}

async function ask(address, options = {}) {
  const answer = await fetch(address, { ...options, headers: { "X-Desk": "1", ...options.headers } });
  if (answer.redirected && answer.url.includes(desk.dataset.login)) throw new LoggedOut();
  if (answer.status === 403 && (await answer.clone().text()).includes("CSRF")) throw new LoggedOut();
  return answer;
}

class LoggedOut extends Error {}

function post(name, fields) {
  const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken: csrf() });
  return ask(`${desk.dataset.base}${name}/`, { method: "POST", body });
}

function say(text, undo) {
  told.replaceChildren(parsed(text));
  if (undo) told.append(" ", undo);
}

function warn(error) {
  trouble.hidden = false;
  trouble.textContent = "";
  if (error instanceof LoggedOut) {
    trouble.append(gettext("You are logged out. What you typed stays here: log in, then press the button again."), " ");
    const link = document.createElement("a");
    link.href = `${desk.dataset.login}?next=${encodeURIComponent(location.pathname)}`;
    link.target = "_blank";
    link.textContent = gettext("Log in in another tab");
    trouble.append(link);
    renewToken();
  } else {
    trouble.textContent = typeof error === "string" ? error : gettext("The server does not answer. What you typed stays here; it is tried again.");
  }
}

function calm() {
  trouble.hidden = true;
}

// After a login in another tab the token of this page is an old one.
function renewToken() {
  window.addEventListener(
    "focus",
    async () => {
      const answer = await fetch(location.href);
      if (answer.url.includes(desk.dataset.login)) return renewToken();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("#desk [name=csrfmiddlewaretoken]")?.value;
      for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh ?? field.value;
      calm();
    },
    { once: true },
  );
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html; // the server's own: cards and messages that it has escaped
  return template.content;
}

// Cards
// -----

function cardOf(number) {
  return document.getElementById(`desk-${number}`);
}

function put(html) {
  const card = parsed(html).querySelector(".desk-post");
  const old = cardOf(card.dataset.post);
  if (old?.querySelector(".desk-form")) {
    old.classList.add("is-changed"); // somebody writes in it: the form tells when it is saved
    return old;
  }
  const hadFocus = old?.contains(document.activeElement);
  if (old?.dataset.at === card.dataset.at) old.replaceWith(card);
  else {
    old?.remove();
    const after = [...timeline.children].find((other) => Number(other.dataset.at) <= Number(card.dataset.at));
    if (after) after.before(card);
    else timeline.append(card);
  }
  if (hadFocus) card.focus({ preventScroll: true });
  filter();
  countdowns();
  showPeople();
  return card;
}

async function act(card, name, note = "", extra = {}) {
  try {
    const answer = await post("act", { post: card.dataset.post, act: name, note, ...extra });
    if (answer.status === 403) return warn(gettext("You may not do that."));
    const done = await answer.json();
    if (done.error) return warn(done.error);
    calm();
    const fresh = put(done.html);
    say(done.told, name === "withdraw" ? undoButton(fresh) : null);
    follow();
  } catch (error) {
    warn(error);
  }
}

function undoButton(card) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = gettext("Undo");
  button.addEventListener("click", () => act(card, "publish"));
  return button;
}

function question(text) {
  const dialog = desk.querySelector("dialog[data-ask]");
  dialog.querySelector("#desk-ask-text").textContent = text;
  dialog.querySelector("input").value = "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes" ? dialog.querySelector("input").value : null), { once: true });
  });
}

desk.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  const card = event.target.closest(".desk-post");
  if (!button) return;
  if (button.dataset.act && card) {
    const note = button.dataset.ask ? await question(button.dataset.ask) : "";
    if (note !== null) act(card, button.dataset.act, note);
  } else if ("edit" in button.dataset) edit(card);
  else if ("new" in button.dataset) compose();
  else if ("close" in button.dataset) close(button.closest("form"));
  else if ("takeTheirs" in button.dataset) takeTheirs(button.closest("form"));
  else if ("keys" in button.dataset) desk.querySelector("[data-key-list]").showModal();
  else if ("older" in button.dataset) older(button);
  else if ("restore" in button.dataset) restore(button.closest("[data-place]"));
  else if ("discard" in button.dataset) discard(button.closest("[data-place]"));
});

// Forms
// -----

async function open(place, address, where) {
  try {
    const answer = await ask(address);
    if (!answer.ok) return warn(gettext("This post cannot be edited any more."));
    calm();
    return equip(place, await answer.text(), where);
  } catch (error) {
    warn(error);
  }
}

function equip(place, html, where) {
  where.replaceChildren(parsed(html));
  const form = where.querySelector("form");
  form.dataset.place = place;
  closeOthers(form);
  // As Django's own scripts do it for a page: rows that can be added, choosers, the editor.
  for (const set of form.querySelectorAll(".js-inline-admin-formset")) {
    const { name, options } = JSON.parse(set.dataset.inlineFormset);
    const rows = set.dataset.inlineType === "tabular" ? `${name}-group .tabular.inline-related tbody:first > tr.form-row` : `${name}-group .inline-related`;
    if (set.dataset.inlineType === "tabular") window.django.jQuery(rows).tabularFormset(rows, options);
    else window.django.jQuery(rows).stackedFormset(rows, options);
    sort(set);
  }
  form.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: "desk" } }));
  form.addEventListener("submit", send);
  form.addEventListener("input", typing);
  form.addEventListener("change", typing);
  return form;
}

// One form is open at a time, since ids are what Django made them. What another one held is kept, and offered again.
function closeOthers(form) {
  for (const other of desk.querySelectorAll(".desk-form")) {
    if (other === form) continue;
    keep(other);
    other.closest(".desk-post")?.classList.remove("is-open");
    other.remove();
  }
}

async function compose(fields) {
  if (!composer) return;
  const there = composer.querySelector("form");
  if (there) return there.querySelector("[name=headline]").focus();
  const form = await open("new", desk.dataset.add, composer);
  if (fields) fill(form, fields);
  form?.querySelector("[name=headline]").focus();
}

async function edit(card, fields) {
  if (!card || card.querySelector(".desk-form")) return;
  const where = document.createElement("div");
  card.querySelector(".desk-post-text").after(where);
  card.classList.add("is-open");
  const form = await open(`post-${card.dataset.post}`, desk.dataset.change.replace("/0/", `/${card.dataset.post}/`), where);
  if (!form) return;
  if (fields) fill(form, fields);
  form.querySelector("[name=headline]")?.focus();
}

function close(form) {
  const card = form.closest(".desk-post");
  keep(form);
  form.remove();
  if (!card) return desk.querySelector("[data-new]")?.focus();
  card.classList.remove("is-open");
  token = Math.max(0, Number(token) - 1);
  follow();
  card.focus();
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const place = form.dataset.place;
  const button = event.submitter ?? form.querySelector("input[type=submit]");
  const body = new FormData(form);
  if (button?.name) body.set(button.name, button.value);
  body.set("csrfmiddlewaretoken", csrf());
  try {
    const answer = await ask(form.action, { method: "POST", body });
    if (answer.headers.get("Content-Type")?.includes("json")) {
      const done = await answer.json();
      forget(place);
      form.remove();
      cardOf(done.post)?.classList.remove("is-open");
      const card = put(done.html);
      say(done.told);
      if (done.warning) warn(done.warning);
      else calm();
      if (place === "new") desk.querySelector("[data-new]")?.focus();
      else card.focus();
      follow();
    } else if (answer.ok) {
      const fresh = equip(place, await answer.text(), form.parentElement);
      (fresh.querySelector("[role=alert]") ?? fresh.querySelector(".errorlist"))?.focus();
    } else if (answer.status === 404 || answer.status === 403) {
      keep(form);
      warn(gettext("This post cannot be saved any more: it is gone, or you may not change it. Your text is kept; copy it into a new post."));
    } else {
      keep(form);
      warn(gettext("The server could not save this. Your text is kept here: please try again."));
    }
  } catch (error) {
    keep(form);
    warn(error);
  } finally {
    delete form.dataset.sending;
  }
}

async function takeTheirs(form) {
  const card = form.closest(".desk-post");
  keep(form);
  form.parentElement.remove();
  card.classList.remove("is-open");
  edit(card);
}

// What is typed
// -------------

const timers = new WeakMap();

function typing(event) {
  const form = event.currentTarget;
  form.dataset.typed = "yes";
  store(form);
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form), KEEP));
}

function fieldsOf(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string" || /^(csrfmiddlewaretoken|form_key|seen_|.*_FORMS$|.*__prefix__)/.test(name)) continue;
    (fields[name] ??= []).push(value);
  }
  return fields;
}

function localName(place) {
  return `newsroom.typed.${desk.dataset.user}.${desk.dataset.base}.${place}`;
}

function store(form) {
  try {
    localStorage.setItem(localName(form.dataset.place), JSON.stringify(fieldsOf(form)));
  } catch {
    // full or forbidden: the server keeps it
  }
}

async function keep(form) {
  if (!form.dataset.typed) return;
  clearTimeout(timers.get(form));
  store(form);
  const note = form.querySelector("[data-kept]");
  try {
    const answer = await post("typed", { place: form.dataset.place, fields: JSON.stringify(fieldsOf(form)) });
    if (answer.ok && note) note.textContent = gettext("Kept");
  } catch {
    if (note) note.textContent = gettext("Kept in this browser");
  }
}

function forget(place) {
  try {
    localStorage.removeItem(localName(place));
  } catch {
    // nothing was stored either
  }
  post("typed", { place, fields: "" }).catch(() => {});
  desk.querySelector(`[data-typed] [data-place="${place}"]`)?.remove();
  if (!desk.querySelector("[data-typed] [data-place]")) desk.querySelector("[data-typed]")?.remove();
}

function fill(form, fields) {
  form.dispatchEvent(new CustomEvent("typed:returning", { detail: fields }));
  for (const [name, values] of Object.entries(fields)) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "file" || field.type === "hidden") continue;
      if (field.type === "checkbox") field.checked = true;
      else if (field.tagName === "TEXTAREA" && field.closest(".prose-editor, [data-django-prose-editor-configurable]")) setBody(field, values[0]);
      else if (field.tagName !== "SELECT" || [...field.options].some((option) => option.value === values[0])) field.value = values[0];
    }
  }
  form.dataset.typed = "yes";
  form.dispatchEvent(new Event("typed:returned"));
}

function setBody(field, html) {
  field.value = html;
  field.addEventListener("prose-editor:ready", (event) => event.detail.editor.commands.setContent(html, { emitUpdate: true }), { once: true });
}

function restore(item) {
  const place = item.dataset.place;
  let fields = null;
  try {
    fields = JSON.parse(localStorage.getItem(localName(place)));
  } catch {
    // the server's copy then
  }
  const go = (found) => (place === "new" || !cardOf(place.slice(5)) ? compose(found) : edit(cardOf(place.slice(5)), found));
  if (fields) return go(fields);
  ask(`${desk.dataset.base}typed/?place=${place}`)
    .then((answer) => answer.json())
    .then((found) => go(found.fields))
    .catch(warn);
}

function discard(item) {
  forget(item.dataset.place);
}

// Text that only this browser knows: the server went before it could be told.
function offerLocal() {
  for (const [name, text] of Object.entries(localStorage)) {
    if (!name.startsWith(localName(""))) continue;
    const place = name.slice(localName("").length);
    if (desk.querySelector(`[data-typed] [data-place="${place}"]`)) continue;
    const fields = JSON.parse(text);
    const title = fields.headline?.[0] || gettext("without a headline");
    const section = desk.querySelector("[data-typed]") ?? makeTyped();
    const item = document.createElement("li");
    item.dataset.place = place;
    const strong = document.createElement("strong");
    strong.textContent = title;
    item.append(strong, " ", small("restore", gettext("Go on writing")), " ", small("discard", gettext("Discard")));
    section.querySelector("ul").append(item);
  }
}

function small(name, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset[name] = "";
  button.textContent = label;
  return button;
}

function makeTyped() {
  const section = document.createElement("section");
  section.className = "desk-typed";
  section.dataset.typed = "";
  const title = document.createElement("h2");
  title.textContent = gettext("You were writing, and did not save");
  section.append(title, document.createElement("ul"));
  desk.querySelector(".desk-find").before(section);
  return section;
}

// Following along
// ---------------

let following = null;
let again = false;

function follow() {
  again = Boolean(following);
  following ??= askForNews().finally(() => {
    following = null;
    if (again) follow();
  });
}

async function askForNews() {
  const form = desk.querySelector(".desk-form");
  const number = form?.dataset.place.startsWith("post-") ? form.dataset.place.slice(5) : "";
  try {
    const answer = await post("follow", { since: token, post: number, writing: form ? "yes" : "no" });
    if (!answer.ok) throw new Error(answer.status);
    const news = await answer.json();
    token = news.token;
    for (const card of news.cards) if (differs(card)) put(card.html);
    for (const gone of news.gone) if (!cardOf(gone)?.querySelector(".desk-form")) cardOf(gone)?.remove();
    people = news.people;
    showPeople();
    desk.querySelector("[data-status]").textContent = news.status;
    desk.querySelector("[data-count]").textContent = news.count;
    const waiting = desk.querySelector("[data-waiting]");
    if (waiting) waiting.textContent = news.waiting;
    if (trouble.dataset.offline) {
      delete trouble.dataset.offline;
      calm();
    }
  } catch (error) {
    trouble.dataset.offline = "yes";
    warn(error);
  }
}

const seen = new Map();

function differs(card) {
  if (seen.get(card.post) === card.html && cardOf(card.post)) return false;
  seen.set(card.post, card.html);
  return true;
}

function showPeople() {
  const here = people.map((person) => (person.writing && !person.post ? interpolate(gettext("%s (writing)"), [person.name]) : person.name));
  desk.querySelector("[data-people]").textContent = here.length ? interpolate(gettext("Also here: %s"), [here.join(", ")]) : "";
  for (const mark of desk.querySelectorAll("[data-present]")) {
    const number = Number(mark.closest(".desk-post").dataset.post);
    const names = people.filter((person) => person.post === number).map((person) => person.name);
    mark.textContent = names.length ? interpolate(gettext("%s is editing this"), [names.join(", ")]) : "";
  }
}

async function older(button) {
  const last = timeline.lastElementChild?.dataset.iso ?? "";
  const answer = await ask(`${desk.dataset.base}older/?before=${encodeURIComponent(last)}`);
  const found = parsed(await answer.text());
  const count = found.querySelectorAll(".desk-post").length;
  timeline.append(found);
  if (!count) button.remove();
}

// Finding
// -------

function filter() {
  const words = desk.querySelector("[data-find]").value.trim().toLowerCase();
  const state = desk.querySelector("[data-show]").value;
  for (const card of timeline.children) {
    const fits = (!state || card.dataset.state === state) && (!words || card.textContent.toLowerCase().includes(words));
    card.hidden = !fits;
  }
}

let search = 0;
desk.querySelector("[data-show]").addEventListener("change", filter);
desk.querySelector("[data-find]").addEventListener("input", (event) => {
  filter();
  clearTimeout(search);
  const words = event.target.value.trim();
  if (words.length < 2) return;
  // Posts further down than those on the page.
  search = setTimeout(async () => {
    const answer = await ask(`${desk.dataset.base}older/?q=${encodeURIComponent(words)}`);
    for (const card of parsed(await answer.text()).querySelectorAll(".desk-post")) if (!cardOf(card.dataset.post)) put(card.outerHTML);
  }, 400);
});

// Times
// -----

function countdowns() {
  for (const mark of desk.querySelectorAll("[data-countdown]")) {
    const seconds = Math.round((new Date(mark.dataset.countdown) - Date.now()) / 1000);
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    mark.textContent = seconds > 0 ? interpolate(gettext("(in %s)"), [parts.map((part) => String(part).padStart(2, "0")).join(":")]) : "";
  }
}

// Moving a post to another place
// ------------------------------

let dragged = null;

timeline.addEventListener("pointerdown", (event) => {
  const card = event.target.closest(".drag-handle")?.closest("[data-movable]");
  if (card) card.draggable = true;
});
timeline.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-movable]");
  if (dragged) event.dataTransfer.effectAllowed = "move";
});
timeline.addEventListener("dragover", (event) => {
  const over = event.target.closest(".desk-post");
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  const box = over.getBoundingClientRect();
  if (event.clientY > box.top + box.height / 2) over.after(dragged);
  else over.before(dragged);
});
timeline.addEventListener("dragend", () => {
  const card = dragged;
  dragged = null;
  if (!card) return;
  card.draggable = false;
  const beside = (step) => {
    let other = card[step];
    while (other && other.dataset.state !== "published") other = other[step];
    return other?.dataset.post ?? "";
  };
  act(card, "move", "", { above: beside("previousElementSibling"), below: beside("nextElementSibling") });
});

// Keys
// ----

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".desk-form") ?? desk.querySelector(".desk-form");
  if ((event.ctrlKey || event.metaKey) && form) {
    const wanted = event.key === "Enter" ? /^_(publish|update|submit|schedule)$/ : event.key === "s" ? /^_(save|update|schedule)$/ : null;
    const button = wanted && [...form.querySelectorAll("input[type=submit]")].find((input) => wanted.test(input.name));
    if (button) {
      event.preventDefault();
      form.requestSubmit(button);
    }
    return;
  }
  if (event.key === "Escape" && form && !document.querySelector("dialog[open]")) return close(form);
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, [contenteditable=true], dialog")) return;
  const card = event.target.closest?.(".desk-post");
  const moves = { j: 1, k: -1 };
  if (event.key === "n") compose();
  else if (event.key === "?") desk.querySelector("[data-key-list]").showModal();
  else if (event.key === "e" && card) edit(card);
  else if (event.key === "p" && card) card.querySelector("[data-act=pin], [data-act=unpin]")?.click();
  else if (event.key in moves) {
    const cards = [...timeline.children].filter((one) => !one.hidden);
    const next = cards[card ? cards.indexOf(card) + moves[event.key] : 0];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  } else return;
  event.preventDefault();
});

window.addEventListener("beforeunload", () => {
  for (const form of desk.querySelectorAll(".desk-form")) if (form.dataset.typed) store(form);
});

offerLocal();
countdowns();
setInterval(countdowns, 1000);
follow();
setInterval(() => document.visibilityState === "visible" && follow(), PAUSE);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && follow());
