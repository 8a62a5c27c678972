// Choosing a picture's focal point by a click on it. Without this script two numbers do the same.

const frame = document.querySelector(".focal-picture");
const across = document.querySelector("#id_focal_x");
const down = document.querySelector("#id_focal_y");

if (frame && across && down) {
  const mark = document.createElement("span");
  mark.className = "focal-mark";
  frame.append(mark);
  frame.title = gettext("Click what matters most: crops keep it.");
  const show = () => {
    mark.style.left = `${across.value * 100}%`;
    mark.style.top = `${down.value * 100}%`;
  };
  frame.addEventListener("click", (event) => {
    const box = frame.getBoundingClientRect();
    across.value = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)).toFixed(2);
    down.value = Math.min(1, Math.max(0, (event.clientY - box.top) / box.height)).toFixed(2);
    show();
  });
  for (const field of [across, down]) field.addEventListener("input", show);
  show();
}
