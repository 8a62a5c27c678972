// The posts on this page: which belong on it, which are unread, which leave it; and how the page changes without
// moving what is being read. See docs/following.md.

export const main = document.querySelector("main[data-changes]");
/** What <main> says of the page: its attributes are part of the protocol. */
export const page = main.dataset;
/** What the page tells readers, in its language. */

export const words = main.querySelector(".follow-bar").dataset;

const timeline = main.querySelector("#timeline");
const button = main.querySelector("button.new-posts");
const link = main.querySelector("a.new-posts");
const plurals = new Intl.PluralRules(document.documentElement.lang);

// The kind of page, and the posts that it was asked for
const isFirst = page.page === "first";
export const isNewest = isFirst && page.order === "newest";
export const focusId = main.querySelector(".focus article")?.id;
const cursorId = location.search.replace(/.*(before|after)=([\w-]+).*/, "post-$2");

export const byId = (articles) => new Map([...articles].map((article) => [article.id, article]));
export const isOver = () => page.status !== "live";
export const isWithdrawn = (article) => article?.dataset.state === "withdrawn";
export const remove = (node) => node.remove();

const isSamePlace = ({ dataset: a }, { dataset: b }) => a.order === b.order && (!isFirst || a.pinned === b.pinned);
const rank = ({ dataset }) => (dataset.pinned ? `1${dataset.pinned}` : dataset.order);
const topOf = (node) => node.getBoundingClientRect().top;

/** The list of posts. New ones are inserted hidden, and shown when that moves nothing in view. */
export class Timeline {
  // Without the number of unread posts
  title = document.title;
  // Ids of posts, and {} for each one that is counted but not on this page
  unread = new Set();
  // Articles that belong on another page now, and are removed when they are out of view
  leaving = new Set();

  constructor(announcer) {
    this.announcer = announcer;
    button.addEventListener("click", () => this.showUnread());
    addEventListener("scroll", () => this.unread.size + this.leaving.size && this.settle());
  }

  get articles() {
    return [...timeline.querySelectorAll(":scope > article")];
  }

  get unreadArticles() {
    return this.articles.filter(({ id }) => this.unread.has(id));
  }

  // Actions

  /** The articles that belong here after a delta; nothing where it cannot tell. */
  listAfter(delta, changed) {
    const look = delta.querySelector("#blog-head")?.dataset.look;
    const hasNewLook = look && look !== main.querySelector("#blog-head").dataset.look;
    if (isOver() || hasNewLook || main.querySelector(".no-posts")) return;
    const { ends } = delta.dataset;
    return isNewest ? this.listNewest(ends, changed) : this.listInPlace(ends, changed);
  }

  /** Shows this list. Other posts leave once they are out of view; at once if they moved, or if the list `isFinal`. */
  show(list, changed, isFinal) {
    const known = byId(this.articles);
    const wanted = byId(list);
    const isNew = ({ id, dataset }) => !known.has(id) && id !== focusId && parseInt(dataset.order) > page.revised;
    for (const [id, article] of changed) if (isWithdrawn(article)) this.unread.delete(id);
    const { size } = this.unread;
    for (const article of [...changed.values(), ...list]) if (isNew(article)) this.unread.add(article.id);
    this.announcer.newPosts += this.unread.size - size;
    for (const [id, article] of known) {
      const fresh = changed.get(id);
      if (wanted.has(id)) {
        this.leaving.delete(article);
      } else if (isFinal || (fresh && !isSamePlace(article, fresh))) {
        article.remove();
      } else {
        this.update(article, fresh);
        this.leaving.add(article);
      }
    }
    let before = this.articles.find((article) => isFirst || !this.leaving.has(article));
    for (const fresh of list) {
      const old = known.get(fresh.id);
      if (isNew(fresh)) {
        fresh.hidden = true;
        fresh.classList.add("is-new");
      }
      if (!old) timeline.insertBefore(fresh, before);
      else if (old !== before && !isSamePlace(old, fresh)) {
        timeline[timeline.moveBefore ? "moveBefore" : "insertBefore"](old, before);
      }
      this.update(old, fresh);
      before = (old ?? fresh).nextSibling;
    }
  }

  /** Makes a part of the page equal to a fresh one, where there are both. */
  update(old, fresh) {
    if (!old || !fresh || old === fresh) return;
    const [was, correction] = [old, fresh].map((node) => node.querySelector(".post-correction")?.textContent);
    if (correction && correction !== was && !old.hidden) {
      const name = fresh.querySelector(".post-headline") ?? fresh.querySelector("time");
      this.announcer.announce(`${words.correction} ${name.textContent}`);
    }
    if (old.classList.contains("is-new")) {
      fresh.classList.add("is-new");
      fresh.hidden = old.hidden;
    }
    morph(old, fresh);
  }

  /** Shows, removes and counts posts as the scroll position allows. */
  settle() {
    this.reveal();
    this.release();
    this.count();
  }

  // Callbacks

  showUnread() {
    const first = this.unreadArticles.reduce((a, b) => (a.dataset.order < b.dataset.order ? a : b));
    for (const article of this.articles) article.hidden = false;
    this.unread.clear();
    first.scrollIntoView();
    first.querySelector("a").focus({ preventScroll: true });
    this.settle();
  }

  // Internal

  listNewest(ends, changed) {
    const all = byId(this.articles);
    changed.forEach((article, id) => (isWithdrawn(article) ? all.delete(id) : all.set(id, article)));
    const end = all.get(`post-${ends}`)?.dataset.order;
    if (!all.size || (ends ? !end || end < page.lower : page.lower)) return;
    const list = [...all.values()].filter(({ dataset }) => dataset.pinned || !(dataset.order < end));
    return list.sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
  }

  listInPlace(ends, changed) {
    const { lower, upper } = page;
    const all = byId(this.articles);
    const isInPlace = (article) => {
      const { id, dataset: { order, pinned } } = article;
      if (all.has(id)) return isSamePlace(all.get(id), article);
      if (id === focusId || id === cursorId) return false;
      if (isFirst && (pinned || isWithdrawn(article))) return !pinned;
      return order < lower || (upper && order > upper);
    };
    if (![...changed.values()].every(isInPlace) || (isFirst && !ends !== !upper)) return;
    const staying = this.articles.filter((article) => !this.leaving.has(article));
    return staying.map((article) => changed.get(article.id) ?? article);
  }

  // New posts: all while the top of the list is in view, else those below the window
  reveal() {
    let edge = Infinity;
    for (const article of this.articles.reverse()) {
      if (!article.hidden) edge = topOf(article);
      else if (topOf(timeline) >= 0 || edge >= innerHeight) article.hidden = false;
    }
  }

  // From both ends only: no gap may open between posts
  release() {
    const { articles } = this;
    const isHeld = (article) =>
      !this.leaving.has(article) || isInView(article) || article.contains(document.activeElement);
    const free = [articles, articles.toReversed()].flatMap((list) => list.slice(0, list.findIndex(isHeld)));
    for (const article of free) this.leaving.delete(article);
    if (free.length) keepPlace(() => free.forEach(remove));
  }

  count() {
    for (const article of this.unreadArticles) {
      if (!document.hidden && isInView(article)) this.unread.delete(article.id);
    }
    const here = this.unreadArticles.length;
    if (isNewest && !here) this.unread.clear();
    const { size } = this.unread;
    const own = isNewest ? size : here;
    for (const [node, number] of [[button, own], [link, size - own]]) {
      node.hidden = !number;
      node.textContent = countNew(number);
    }
    document.title = size ? `(${size}) ${this.title}` : this.title;
  }
}

/** "3 new posts", in the page's language. */
export function countNew(number) {
  const form = main.querySelector(".follow-bar").getAttribute(`data-new-${plurals.select(number)}`);
  return form.replace("{}", number);
}

function isInView(node) {
  const { bottom, height, top } = node.getBoundingClientRect();
  return height > 0 && bottom > 0 && top < innerHeight;
}

export function copyAttributes(old, fresh) {
  for (const name of old.getAttributeNames()) {
    // What the reader opened stays open
    if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
}

// Makes a node equal to a fresh one. What is equal already stays untouched, so that a video plays on.
function morph(old, fresh) {
  if (!fresh.tagName) return old.replaceWith(fresh);
  copyAttributes(old, fresh);
  const rest = [...old.childNodes];
  const wanted = [...fresh.childNodes];
  for (const node of wanted) {
    const [first] = rest;
    const equal = rest.findIndex((one) => (node.tagName || one === first) && one.isEqualNode(node));
    if (equal >= 0) {
      rest.splice(0, equal).forEach(remove);
      rest.shift();
    } else if (first?.nodeName === node.nodeName && !wanted.some((one) => first.isEqualNode(one))) {
      morph(rest.shift(), node);
    } else {
      old.insertBefore(node, first);
    }
  }
  rest.forEach(remove);
}

/** Changes the page, while the focus and what the reader looks at stay where they are. */
export function keepPlace(change) {
  const { style } = document.documentElement;
  const focused = document.activeElement;
  const isAbove = topOf(timeline) >= 0;
  // Only posts in view are searched: measuring each node of the page would take a tenth of a second on a phone
  const posts = isAbove ? [] : [...timeline.children].filter(isInView);
  const around = scrollY > 0 ? main.querySelectorAll(":not(#timeline *)") : [];
  const marks = [...around, ...posts.flatMap((post) => [post, ...post.querySelectorAll("*")])]
    .filter(isInView)
    .map((node) => [node, topOf(node)])
    .sort(([, a], [, b]) => Math.abs(a) - Math.abs(b));
  // Or the browser adjusts the scroll position, too
  style.overflowAnchor = "none";
  change();
  main.dispatchEvent(new Event("newsroom:changed"));
  const [mark, top] = marks.find(([node]) => node.getClientRects().length) ?? [];
  if (mark) scrollBy({ top: topOf(mark) - top, behavior: "instant" });
  style.overflowAnchor = "";
  if (document.activeElement === focused) return;
  const article = [...timeline.children].find(isInView) ?? main;
  const heir = focused.isConnected ? focused : document.getElementById(focused.id) ?? article.querySelector("a");
  heir?.focus({ preventScroll: true });
}
