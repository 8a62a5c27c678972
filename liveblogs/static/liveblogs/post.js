// The form of a post: a question before typed text is left behind, and no second sending of the same form.

const form = document.querySelector("#post_form");

if (form) guard(form);

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
