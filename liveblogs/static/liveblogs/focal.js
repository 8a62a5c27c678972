// A picture's focal point, moved on the picture: by a click, by dragging, or by the arrow keys. Beside it stand the
// crops as they will be made of it. Without this script two numbers do the same.

const STEP = 0.01;
const FAST = 0.1; // with Shift
const frame = document.querySelector(".focal-picture");
const across = document.querySelector("#id_focal_x");
const down = document.querySelector("#id_focal_y");
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

if (frame && across && down) equip();

function equip() {
  const image = frame.querySelector("img");
  const mark = document.createElement("button");
  mark.type = "button";
  mark.className = "focal-mark";
  frame.append(mark);
  const crops = JSON.parse(frame.dataset.crops).map(([name, ratio]) => crop(name, ratio, image));
  const list = document.createElement("div");
  list.className = "focal-crops";
  list.append(...crops.map((one) => one.figure));
  frame.after(list);

  const show = () => {
    const point = [Number(across.value), Number(down.value)];
    mark.style.left = `${point[0] * 100}%`;
    mark.style.top = `${point[1] * 100}%`;
    const told = point.map((part) => Math.round(part * 100));
    mark.setAttribute(
      "aria-label",
      interpolate(gettext("Focal point: %s percent from the left, %s from the top. Move it with the arrow keys."), told),
    );
    for (const { part, ratio } of crops) part.style.objectPosition = positionOf(point, ratio, image);
  };
  const move = (x, y) => {
    across.value = inside(x).toFixed(2);
    down.value = inside(y).toFixed(2);
    show();
  };
  const follow = (event) => {
    const box = frame.getBoundingClientRect();
    move((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };

  frame.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault(); // neither the picture nor a text is dragged
    frame.setPointerCapture(event.pointerId);
    mark.focus();
    follow(event);
  });
  frame.addEventListener("pointermove", (event) => frame.hasPointerCapture(event.pointerId) && follow(event));
  mark.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const step = event.shiftKey ? FAST : STEP;
    move(Number(across.value) + step * way[0], Number(down.value) + step * way[1]);
  });
  for (const field of [across, down]) field.addEventListener("input", show);
  show();
}

function inside(value) {
  return Math.min(1, Math.max(0, value));
}

function crop(name, ratio, image) {
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  const part = document.createElement("img");
  part.src = image.src;
  part.alt = "";
  part.style.aspectRatio = ratio;
  caption.textContent = name;
  figure.append(part, caption);
  return { figure, part, ratio };
}

// Where the crop lies: with the point as near to its middle as the edges allow, as the server cuts it.
function positionOf([x, y], ratio, image) {
  const width = Number(image.getAttribute("width"));
  const height = Number(image.getAttribute("height"));
  const part = [Math.min(1, (height * ratio) / width), Math.min(1, width / ratio / height)];
  return [x, y].map((point, axis) => `${part[axis] < 1 ? 100 * inside((point - part[axis] / 2) / (1 - part[axis])) : 50}%`).join(" ");
}
