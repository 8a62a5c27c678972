// A form in the page: its room, its rows and choosers, and putting it aside.

import { sort } from "../sortable.js";
import { button, desk, parsed, warn } from "./page.js";
import { LoggedOut } from "./server.js";
import { fieldsOf, keep, offer, typing } from "./typed.js";

// From here on nothing takes the card's place, however long its form is on its way.
export function roomIn(card) {
  shut(card);
  const where = document.createElement("div");
  where.className = "desk-place";
  card.querySelector(".desk-post-text").after(where);
  card.classList.add("is-open");
  return where;
}

export function shut(card) {
  card.classList.remove("is-open");
  card.querySelector(".desk-place")?.remove();
}

export function changeAddress(number) {
  return desk.dataset.change.replace("/0/", `/${number}/`);
}

export function focusFirst(form) {
  form.querySelector("[name=headline]").focus({ preventScroll: true });
  const { top } = form.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) form.scrollIntoView({ block: "start" });
}

export function putAside(form) {
  if (form.dataset.typed) {
    keep(form);
    offer(form.dataset.place, fieldsOf(form));
  }
  takeOut(form);
}

export function takeOut(form) {
  form.dataset.closed = "yes"; // a field that goes while it has the focus tells of a change
  const card = form.closest(".desk-post");
  if (card) shut(card);
  else form.remove();
}

// Its rows, choosers and editor come alive as Django's own scripts do it for a whole page.
export function equip(html, where) {
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

/** Say why a form was not fetched; with `form` and the button that was pressed, why it was not sent. */
export function warnOf(error, form = null, pressed = null) {
  if (form) typing(form);
  const kept = form ? [gettext("Your text is safe."), button(gettext("Try again"), () => form.requestSubmit(pressed))] : [];
  const failed = pressed?.name === "_publish" ? gettext("Couldn't publish.") : gettext("Couldn't save.");
  if (error instanceof LoggedOut) warn(gettext("You're logged out."), "login", ...kept);
  else if (error === 507 || error === 500) warn(gettext("The server had an error, or its disk is full."), "action", ...kept);
  else if (error === 413) warn(gettext("This is too large. Use smaller pictures or less text."), "action", ...kept);
  else warn(form ? failed : gettext("Couldn't reach the server. Please try again."), "action", ...kept);
}

export function isJson(answer) {
  return answer.headers.get("Content-Type")?.includes("json");
}
