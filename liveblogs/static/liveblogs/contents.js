// Key events as a table of contents: a link to a post that stands on this page leads there without loading another.
// Without this script, or for a post of another page, the link leads to the post's own address.

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".key-events a");
  const post = link && document.getElementById(`post-${link.dataset.post}`);
  const wantsItsOwn = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!post || post.hidden || wantsItsOwn) return;
  event.preventDefault();
  location.hash = post.id;
  post.querySelector("a").focus({ preventScroll: true });
});
