// Rows of an inline in an order: dragged by their handle, or moved by buttons. Without this script the numbers of the
// column "position" do the same.

const words = {
  up: gettext("Move up"),
  down: gettext("Move down"),
  drag: gettext("Drag to move"),
};

const status = document.createElement("p");
status.className = "visually-hidden";
status.setAttribute("role", "status");
document.body.append(status);

for (const set of document.querySelectorAll(".js-inline-admin-formset")) {
  if (set.querySelector(".js-sortable")) sort(set);
}

export function sort(set) {
  set.classList.add("is-sortable");
  let dragged = null;

  const rows = () => [...set.querySelectorAll(".inline-related[id], tr.form-row[id]")].filter((row) => !row.classList.contains("empty-form"));

  function number() {
    rows().forEach((row, index) => {
      const input = row.querySelector("input[name$='-position']");
      if (input) input.value = index;
    });
  }

  function move(row, step) {
    const all = rows();
    const other = all[all.indexOf(row) + step];
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    number();
    const place = rows().indexOf(row) + 1;
    status.textContent = interpolate(gettext("Moved to position %s of %s"), [place, all.length]);
  }

  function button(row, step, label, sign) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "move";
    made.textContent = sign;
    made.title = label;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", () => {
      move(row, step);
      made.focus();
    });
    return made;
  }

  function equip(row) {
    if (row.querySelector(".movers") || !row.querySelector("input[name$='-position']")) return;
    const movers = document.createElement("span");
    movers.className = "movers";
    const handle = document.createElement("span");
    handle.className = "drag-handle";
    handle.textContent = "⠿";
    handle.title = words.drag;
    handle.setAttribute("aria-hidden", "true");
    handle.draggable = true;
    handle.addEventListener("dragstart", (event) => {
      dragged = row;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setDragImage(row, 0, 0);
    });
    handle.addEventListener("dragend", () => {
      dragged = null;
      number();
    });
    movers.append(handle, button(row, -1, words.up, "↑"), button(row, 1, words.down, "↓"));
    const place = row.querySelector("td.field-position") ?? row.querySelector("h3");
    place.append(movers);
  }

  set.addEventListener("dragover", (event) => {
    if (!dragged) return;
    const over = rows().find((row) => row.contains(event.target));
    if (!over) return;
    event.preventDefault();
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    if (event.clientY > box.top + box.height / 2) over.after(dragged);
    else over.before(dragged);
  });
  set.addEventListener("drop", (event) => {
    if (dragged) event.preventDefault();
  });

  rows().forEach(equip);
  document.addEventListener("formset:added", (event) => {
    if (!set.contains(event.target)) return;
    rows().forEach(equip);
    number();
  });
  set.closest("form")?.addEventListener("submit", number);
}
