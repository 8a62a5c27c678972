// Fields that packages draw instead of plain ones: long lists are searched by typing, and all say their name to those
// who do not see where they stand.

const jQuery = window.django?.jQuery;

if (jQuery?.fn.select2) {
  for (const select of document.querySelectorAll("select.js-searchable")) {
    jQuery(select).select2({ theme: "admin-autocomplete", width: "min(100%, 24em)" });
  }
}

addEventListener("load", () => nameAll(document));
// The admin's own choosers are drawn when jQuery finds it time, which may be after that.
jQuery?.(() => nameAll(document));
jQuery?.(document).on("change", "select", () => nameAll(document));
document.addEventListener("formset:added", (event) => setTimeout(() => nameAll(event.target)));

function nameAll(root) {
  for (const editor of root.querySelectorAll(".ProseMirror[role=textbox]")) {
    editor.setAttribute("aria-label", nameOf(editor));
  }
  for (const drawn of root.querySelectorAll(".select2")) {
    const name = nameOf(drawn);
    const chosen = drawn.querySelector(".select2-selection");
    const shown = drawn.querySelector(".select2-selection__rendered");
    // The choice belongs to the name: reading the name alone would hide what is chosen.
    const choice = shown.title || shown.querySelector(":scope > :not(.select2-selection__clear)")?.textContent || "";
    if (shown.tagName === "UL") {
      // A list with the search field in it, which is not an item of a list.
      shown.setAttribute("role", "presentation");
      for (const item of shown.children) item.setAttribute("role", "presentation");
      chosen.setAttribute("aria-label", name);
    } else {
      shown.setAttribute("aria-label", `${name} ${choice}`.trim());
    }
    drawn.querySelector(".select2-search__field")?.setAttribute("aria-label", name);
  }
}

// The label before a field, or the head of its column.
function nameOf(field) {
  const label = field.closest(".form-row > div, .flex-container, .fieldBox, .form-row")?.querySelector("label");
  if (label) return label.textContent.trim().replace(/:$/, "");
  const cell = field.closest("td");
  const column = cell?.closest("table").querySelectorAll("thead th")[[...cell.parentElement.children].indexOf(cell)];
  return (column ?? field.closest("fieldset")?.querySelector("h2"))?.textContent.trim() ?? "";
}
