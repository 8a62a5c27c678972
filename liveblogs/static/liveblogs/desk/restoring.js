// Text that was not saved: beside a colleague's, after whatever came between, or without its post.

import { cardOf, release } from "./cards.js";
import { changeAddress, equip, focusFirst, isJson, roomIn, shut, takeOut, warnOf } from "./equipping.js";
import { button, calm, desk, parsed, say, warn } from "./page.js";
import { ask, askPatiently, form as asForm } from "./server.js";
import { fieldsOf, forget, recall, typing } from "./typed.js";

const composer = desk.querySelector("[data-composer]");

// Two texts for one post
// ----------------------

export async function takeTheirs(form) {
  const card = form.closest(".desk-post");
  const mine = fieldsOf(form);
  const { place } = form.dataset;
  forget(place, form);
  takeOut(form);
  if (card) release(card).focus({ preventScroll: true });
  document.dispatchEvent(new Event("desk:changed"));
  say(gettext("Kept their version"), button(gettext("Restore my version"), () => restoreFrom(place, mine)));
}

export function useTheirs(form, name) {
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

export async function restore(place) {
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
    return warn((await answer.json()).error, "action");
  }
  if (!answer.ok) return warnOf(answer.status);
  calm();
  const form = equip(await answer.text(), where);
  typing(form);
  focusFirst(form);
}

async function asNewPost(place, fields) {
  const answer = await ask(desk.dataset.add);
  const html = answer.ok ? await answer.text() : "";
  const key = html && parsed(html).querySelector("[name=form_key]").value;
  const own = /^(seen_version|seen_state|form_key|blog)$|-(id|post)$/; // what names the post that is gone
  const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => !own.test(name)));
  for (const name of Object.keys(rest)) if (name.endsWith("-INITIAL_FORMS")) rest[name] = ["0"];
  if (!key) return warnOf(answer.status);
  for (const form of desk.querySelectorAll(".desk-form")) if (form.dataset.place === place) takeOut(form);
  await restoreFrom(`new-${key}`, { ...rest, form_key: [key] });
  forget(place);
}

// The post is gone, or this writer may not change it any more: the text can become a new one.
export function lost(form, why) {
  typing(form);
  const fields = fieldsOf(form);
  const again = button(gettext("Create new post"), () => asNewPost(form.dataset.place, fields));
  warn(why, "action", gettext("Your text is safe."), ...(composer ? [again] : []), copyButton(form));
}

function copyButton(form) {
  const made = button(gettext("Copy text"), async () => {
    const body = form.querySelector(".ProseMirror[contenteditable]")?.innerText ?? "";
    await navigator.clipboard.writeText(`${form.elements.headline.value}\n\n${body}`);
    made.textContent = gettext("Copied");
  });
  return made;
}
