// The form of a post: a look at the picture that was just chosen, a question before typed text is left behind, and no
// second sending of the same form.

const form = document.querySelector("#post_form");

if (form) {
  previews(form);
  guard(form);
}

function previews(root) {
  root.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.files[0]) return;
    const image = input.closest(".inline-related")?.querySelector(".row-picture");
    if (!image) return;
    if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(input.files[0]);
    image.hidden = false;
  });
  // The library's chooser speaks jQuery only.
  window.django?.jQuery(root).on("change", "select[name$='-image']", (event) => chosen(event.target));
}

async function chosen(select) {
  const row = select.closest(".inline-related");
  const image = row?.querySelector(".row-picture");
  if (!image) return;
  if (!select.value) {
    image.hidden = true;
    return;
  }
  const answer = await fetch(new URL(`../../picture/${select.value}/`, listAddress()));
  if (!answer.ok) return;
  const picture = await answer.json();
  image.src = picture.url;
  image.hidden = false;
  for (const name of ["alt", "credit"]) {
    const field = row.querySelector(`[name$='-${name}']`);
    if (field) field.value = picture[name];
  }
  // What the server compares with: a field that still says the same was not touched.
  const seen = row.querySelector("[name$='-seen_words']");
  if (seen) seen.value = JSON.stringify([picture.alt, picture.credit]);
  const caption = row.querySelector("[name$='-caption']");
  if (caption) caption.placeholder = picture.caption;
}

function listAddress() {
  const here = new URL(location.href);
  here.pathname = here.pathname.replace(/(add|[0-9]+\/change)\/$/, "x/change/");
  return here;
}

function guard(root) {
  let typed = false;
  let sent = false;
  root.addEventListener("input", () => (typed = true));
  root.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = true;
    typed = false;
  });
  // A page that comes back from the browser's memory may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) sent = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (typed) event.preventDefault();
  });
}
