// Links that stay on this page: a picture opens the large view, with the others of its post; a key event whose post is
// here jumps to it. Without this script they lead to the largest file and to the post's own page.

const dialog = document.getElementById("viewer").content.querySelector("dialog");
const [stage, caption, place, back, next, close] = dialog.querySelectorAll(".viewer-stage, figcaption, p, button");

// The links to the pictures of one post, and the number of the one that is shown
let links, current;
// Where a finger touched
let finger;

document.body.append(dialog);
document.addEventListener("click", follow);
dialog.addEventListener("click", press);
dialog.addEventListener("keydown", type);
dialog.addEventListener("touchstart", touch, { passive: true });
dialog.addEventListener("touchend", swipe);
dialog.addEventListener("close", () => stage.replaceChildren());

// Actions

function open(link) {
  links = [...link.closest(".post-pictures").querySelectorAll(".picture-link")];
  show(links.indexOf(link));
  dialog.showModal();
}

function show(number) {
  const link = links[number];
  if (!link) return;
  current = number;
  const picture = link.querySelector("picture").cloneNode(true);
  const image = picture.querySelector("img");
  const [width, height] = ["width", "height"].map((name) => image.getAttribute(name));
  // As wide as the window, its height and the picture allow
  const sizes = `min(100vw, ${width}px, ${Math.round((100 * width) / height)}vh)`;
  for (const part of picture.querySelectorAll("[srcset]")) part.setAttribute("sizes", sizes);
  image.loading = "eager";
  stage.replaceChildren(picture);
  caption.replaceChildren(...(link.parentNode.querySelector("figcaption")?.cloneNode(true).childNodes ?? []));
  place.textContent = links.length > 1 ? `${number + 1} / ${links.length}` : "";
  // A button that leads nowhere is hidden; the focus moves on
  for (const [button, goal] of [[back, links[number - 1]], [next, links[number + 1]]]) {
    if (!goal && document.activeElement === button) close.focus();
    button.hidden = !goal;
  }
}

function jump(post) {
  location.hash = post.id;
  post.querySelector("a").focus({ preventScroll: true });
}

// Callbacks

function follow(event) {
  const link = event.target.closest(".picture-link, .key-events a");
  if (!link || hasModifier(event)) return;
  const post = document.getElementById(`post-${link.dataset.post}`);
  if (link.matches(".picture-link")) open(link);
  else if (post && !post.hidden) jump(post);
  else return;
  event.preventDefault();
}

function press({ target }) {
  if (target === back) show(current - 1);
  else if (target === next) show(current + 1);
  else if (target.matches(".viewer, .viewer-picture, .viewer-stage, .viewer-close")) dialog.close();
}

function type(event) {
  const step = direction();
  const goal = { ArrowRight: current + step, ArrowLeft: current - step, Home: 0, End: links.length - 1 }[event.key];
  if (goal === undefined || hasModifier(event)) return;
  event.preventDefault();
  show(goal);
}

function touch({ touches }) {
  finger = touches.length === 1 && visualViewport.scale < 1.01 ? touches[0].clientX : NaN;
}

function swipe({ changedTouches }) {
  const way = finger - changedTouches[0].clientX;
  finger = NaN;
  // CSS pixels
  if (Math.abs(way) >= 48) show(current + Math.sign(way) * direction());
}

// Internal

function hasModifier(event) {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}

function direction() {
  return getComputedStyle(dialog).direction === "rtl" ? -1 : 1;
}
