// The composer and the forms in place: the admin's own forms, asked for with X-Desk.

import { sort } from "../sortable.js";
import { cardOf, put, release } from "./cards.js";
import { button, calm, desk, parsed, say, warn } from "./page.js";
import { ask, askPatiently, form as asForm, LoggedOut } from "./server.js";
import { fieldsOf, forget, keep, offer, offerWhatIsHere, recall, store, typing } from "./typed.js";

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

// From here on nothing takes the card's place, however long its form is on its way.
function roomIn(card) {
  shut(card);
  const where = document.createElement("div");
  where.className = "desk-place";
  card.querySelector(".desk-post-text").after(where);
  card.classList.add("is-open");
  return where;
}

function shut(card) {
  card.classList.remove("is-open");
  card.querySelector(".desk-place")?.remove();
}

function changeAddress(number) {
  return desk.dataset.change.replace("/0/", `/${number}/`);
}

function focusFirst(form) {
  form.querySelector("[name=headline]").focus({ preventScroll: true });
  const { top } = form.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) form.scrollIntoView({ block: "start" });
}

async function fetchForm(url, where, options = {}) {
  try {
    const answer = await askPatiently(url, options);
    if (isJson(answer)) {
      warn((await answer.json()).error, "act");
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

function putAside(form) {
  if (form.dataset.typed) {
    keep(form);
    offer(form.dataset.place, fieldsOf(form));
  }
  takeOut(form);
}

function takeOut(form) {
  form.dataset.closed = "yes"; // a field that goes while it has the focus tells of a change
  const card = form.closest(".desk-post");
  if (card) shut(card);
  else form.remove();
}

// Its rows, choosers and editor come alive as Django's own scripts do it for a whole page.
function equip(html, where) {
  // Ids are what Django made them, so one form is open at a time.
  for (const other of desk.querySelectorAll(".desk-form")) if (!where.contains(other)) putAside(other);
  where.replaceChildren(parsed(html));
  const form = where.querySelector(".desk-form");
  const number = form.getAttribute("action").match(/\/(\d+)\/change\/$/)?.[1];
  form.dataset.place = number ? `post-${number}` : `new-${form.elements.form_key.value}`;
  // A form of somebody who lost the right to this blog comes back without it; the right may come back, too.
  if (!number && !form.elements.blog.value) form.elements.blog.append(new Option("", desk.dataset.blog, true, true));
  for (const set of form.querySelectorAll(".js-inline-admin-formset")) equipRows(set);
  announce(form.querySelector(".is-body"), "desk");
  form.addEventListener("submit", send);
  form.addEventListener("input", () => typing(form));
  form.addEventListener("change", () => typing(form));
  return form;
}

function equipRows(set) {
  const { name, options } = JSON.parse(set.dataset.inlineFormset);
  const isTable = set.dataset.inlineType === "tabular";
  const rows = isTable ? `${name}-group .tabular.inline-related tbody:first > tr.form-row` : `${name}-group .inline-related`;
  const jQuery = window.django.jQuery;
  if (isTable) jQuery(rows).tabularFormset(rows, options);
  else jQuery(rows).stackedFormset(rows, options);
  sort(set);
  for (const row of set.querySelectorAll(".form-row[id], .inline-related[id]")) {
    if (!row.classList.contains("empty-form")) announce(row, options.prefix);
  }
  for (const box of set.querySelectorAll("td.delete input[type=checkbox]")) {
    const label = document.createElement("label"); // the table's head is not shown here
    label.htmlFor = box.id;
    label.textContent = gettext("Delete");
    box.after(label);
  }
  // Their choosers speak jQuery only.
  jQuery(set).on("change", "select", () => typing(set.closest(".desk-form")));
}

function announce(row, formsetName) {
  row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName } }));
}

// Saving
// ------

async function send(event) {
  event.preventDefault();
  const form = event.currentTarget;
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
    else warnOf(answer.status, form);
  } catch (error) {
    form.dataset.unsure = "yes"; // it may have arrived
    warnOf(error, form);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function saved(form, done) {
  const card = form.closest(".desk-post");
  forget(form.dataset.place, form);
  takeOut(form);
  const fresh = put(done.html);
  if (done.warning) warn(done.warning, "act");
  else calm();
  say(done.told);
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
    return say(gettext("It was saved already."));
  }
  typing(fresh);
  (fresh.querySelector("[role=alert]") ?? fresh.querySelector(".errorlist"))?.focus();
  fresh.querySelector("[role=alert], .errorlist")?.scrollIntoView({ block: "nearest" });
}

// The post is gone, or this writer may not change it any more: the text can become a new one.
function lost(form, why) {
  typing(form);
  const fields = fieldsOf(form);
  const again = button(gettext("Make it a new post"), () => asNewPost(form.dataset.place, fields));
  warn(why, "act", gettext("What you typed is kept."), ...(composer ? [again] : []), copyButton(form));
}

function copyButton(form) {
  const made = button(gettext("Copy the text"), async () => {
    const body = form.querySelector(".ProseMirror[contenteditable]")?.innerText ?? "";
    await navigator.clipboard.writeText(`${form.elements.headline.value}\n\n${body}`);
    made.textContent = gettext("Copied");
  });
  return made;
}

function warnOf(error, form = null) {
  if (form) typing(form);
  const kept = form ? gettext("What you typed is kept here: press the button again.") : "";
  if (error instanceof LoggedOut) warn(gettext("You are logged out."), "login", kept);
  else if (error === 507 || error === 500) warn(gettext("The server could not save this: it has a fault, or its disk is full."), "act", kept);
  else if (error === 413) warn(gettext("This is too large for the server: send smaller pictures or less text."), "act", kept);
  else warn(gettext("The server does not answer."), "act", kept);
}

function isJson(answer) {
  return answer.headers.get("Content-Type")?.includes("json");
}

// Two texts for one post
// ----------------------

async function takeTheirs(form) {
  const card = form.closest(".desk-post");
  const mine = fieldsOf(form);
  const { place } = form.dataset;
  forget(place, form);
  takeOut(form);
  if (card) release(card).focus({ preventScroll: true });
  document.dispatchEvent(new Event("desk:changed"));
  say(gettext("Theirs stays."), button(gettext("Bring mine back"), () => restoreFrom(place, mine)));
}

function useTheirs(form, name) {
  const theirs = form.querySelector(`template[data-theirs="${name}"]`).content.textContent;
  const field = form.elements[name];
  const editor = field.closest(".prose-editor")?.querySelector(".ProseMirror")?.editor;
  if (editor) editor.commands.setContent(theirs, { emitUpdate: true });
  field.value = theirs;
  typing(form);
  (editor ?? field).focus?.();
}

// Text that was not saved
// -----------------------

async function restore(place) {
  try {
    const fields = await recall(place);
    if (fields) await restoreFrom(place, fields);
    else forget(place);
  } catch (error) {
    warnOf(error);
  }
}

// The server makes the form of it again: rows, pictures and all, and says what came between.
async function restoreFrom(place, fields) {
  const number = place.match(/^post-(\d+)$/)?.[1];
  const card = number ? cardOf(number) : null;
  const where = card ? roomIn(card) : composer;
  const all = number ? fields : { ...fields, blog: [desk.dataset.blog] };
  const body = [...Object.entries(all).flatMap(([name, values]) => values.map((value) => [name, value])), ["_restore", "yes"]];
  const answer = await askPatiently(number ? changeAddress(number) : desk.dataset.add, asForm(body));
  if (isJson(answer)) {
    if (card) shut(card);
    if (composer) return asNewPost(place, fields);
    return warn((await answer.json()).error, "act");
  }
  if (!answer.ok) return warnOf(answer.status);
  calm();
  const form = equip(await answer.text(), where);
  typing(form);
  focusFirst(form);
}

async function asNewPost(place, fields) {
  const html = await ready;
  prepareComposer();
  const key = html && parsed(html).querySelector("[name=form_key]").value;
  const own = /^(seen_version|seen_state|form_key|blog)$|-(id|post)$/; // what names the post that is gone
  const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => !own.test(name)));
  for (const name of Object.keys(rest)) if (name.endsWith("-INITIAL_FORMS")) rest[name] = ["0"];
  if (!key) return warnOf(new Error("no form"));
  for (const form of desk.querySelectorAll(".desk-form")) if (form.dataset.place === place) takeOut(form);
  await restoreFrom(`new-${key}`, { ...rest, form_key: [key] });
  forget(place);
}
