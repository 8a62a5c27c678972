/* The large view: a click on a post's picture opens it in a dialog, with the others of that post beside it.

   Without this script the same click follows a link to the largest file. Nothing here listens to the pictures
   themselves, so that posts may come and go under it. */

const SWIPE = 48; // CSS pixels that a finger must travel

let dialog = null;
let links = [];
let at = 0;
let finger = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.picture-link");
  const wantsItsOwn = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!link || wantsItsOwn || event.defaultPrevented || !open(link)) return;
  event.preventDefault();
});

function open(link) {
  dialog ??= build();
  if (!dialog?.showModal) return false;
  links = [...(link.closest(".post-pictures") ?? document).querySelectorAll("a.picture-link")];
  show(Math.max(links.indexOf(link), 0));
  dialog.showModal();
  return true;
}

function build() {
  const template = document.getElementById("viewer");
  const made = template?.content.querySelector("dialog")?.cloneNode(true);
  if (!made) return null;
  document.body.append(made);
  made.querySelector(".viewer-back").addEventListener("click", () => move(-1));
  made.querySelector(".viewer-on").addEventListener("click", () => move(1));
  made.querySelector(".viewer-close").addEventListener("click", () => made.close());
  made.addEventListener("keydown", press);
  made.addEventListener("click", (event) => {
    // The dark round the picture closes the view; the picture and the buttons don't.
    if (event.target === made || event.target.matches(".viewer-picture, .viewer-stage")) made.close();
  });
  made.addEventListener("touchstart", (event) => {
    finger = event.touches.length === 1 && !isZoomed() ? event.touches[0].clientX : null;
  }, { passive: true });
  made.addEventListener("touchend", (event) => {
    const travelled = finger === null ? 0 : event.changedTouches[0].clientX - finger;
    finger = null;
    if (Math.abs(travelled) >= SWIPE) move(travelled < 0 === isLeftToRight() ? 1 : -1);
  });
  made.addEventListener("close", () => made.querySelector(".viewer-stage").replaceChildren());
  return made;
}

function press(event) {
  const forward = isLeftToRight() ? "ArrowRight" : "ArrowLeft";
  const backward = isLeftToRight() ? "ArrowLeft" : "ArrowRight";
  const goal = { [forward]: at + 1, [backward]: at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (goal === undefined || event.metaKey || event.ctrlKey || event.altKey) return;
  event.preventDefault();
  if (links[goal]) show(goal);
}

function move(step) {
  if (links[at + step]) show(at + step);
}

function show(number) {
  at = number;
  const picture = links[at].querySelector("picture").cloneNode(true);
  const image = picture.querySelector("img");
  const { width, height } = { width: Number(image.getAttribute("width")), height: Number(image.getAttribute("height")) };
  // As wide as the window, its height or the picture itself allows, whichever is least.
  const sizes = `min(100vw, ${width}px, ${Math.round((100 * width) / height)}vh)`;
  for (const part of picture.querySelectorAll("[srcset]")) part.setAttribute("sizes", sizes);
  image.loading = "eager";
  dialog.querySelector(".viewer-stage").replaceChildren(picture);
  const caption = links[at].closest("figure")?.querySelector("figcaption");
  dialog.querySelector("figcaption").replaceChildren(...(caption ? caption.cloneNode(true).childNodes : []));
  dialog.querySelector(".viewer-place").textContent = links.length > 1 ? `${at + 1} / ${links.length}` : "";
  turn(".viewer-back", at > 0);
  turn(".viewer-on", at < links.length - 1);
}

/* A button that has nowhere to go is hidden; the focus it had goes to the one that closes. */
function turn(selector, isNeeded) {
  const button = dialog.querySelector(selector);
  if (!isNeeded && document.activeElement === button) dialog.querySelector(".viewer-close").focus();
  button.hidden = !isNeeded;
}

function isLeftToRight() {
  return getComputedStyle(document.documentElement).direction === "ltr";
}

function isZoomed() {
  return (window.visualViewport?.scale ?? 1) > 1.01;
}
