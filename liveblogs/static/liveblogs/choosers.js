// Long lists of choices that can be searched by typing, with the chooser that the admin brings along.

const jQuery = window.django?.jQuery;

if (jQuery?.fn.select2) {
  for (const select of document.querySelectorAll("select.js-searchable")) {
    jQuery(select).select2({ theme: "admin-autocomplete", width: "min(100%, 24em)" });
  }
}
