// Keeps an open page equal to a fresh load: see docs/following.md. <main>'s attributes are what is known.

const find = (selector, within = main) => within.querySelector(selector);
const main = find("main[data-changes]", document);
const page = main.dataset;
const timeline = find("#timeline");
const bar = find(".follow-bar");
const words = bar.dataset;
const control = find("button", bar);
const isFirst = page.page === "first";
const isNewest = isFirst && page.order === "newest";
const focusId = find(".focus article")?.id;
const cursorId = location.search.replace(/.*(before|after)=([\w-]+).*/, "post-$2");

const unread = new Set(); // ids, and {} for a post that was only counted
const leaving = new Set(); // articles of another page
let title = document.title;

const articles = () => [...timeline.querySelectorAll(":scope > article")];
const byId = (list) => new Map(list.map((article) => [article.id, article]));
const getUnread = () => articles().filter((article) => unread.has(article.id));
const isWithdrawn = (article) => article?.dataset.state === "withdrawn";
const isSamePlace = (a, b) => a.dataset.order === b.dataset.order && (!isFirst || a.dataset.pinned === b.dataset.pinned);
const rank = (article) => (article.dataset.pinned ? `1${article.dataset.pinned}` : article.dataset.order);
const remove = (node) => node.remove();
const top = (node) => node.getBoundingClientRect().top;
const isTop = () => top(timeline) >= 0;

function isInView(node) {
  const box = node.getBoundingClientRect();
  return box.height > 0 && box.bottom > 0 && box.top < innerHeight;
}

function setAttributes(old, next) {
  for (const name of old.getAttributeNames()) {
    if (name !== "open" && !next.hasAttribute(name)) old.removeAttribute(name); // readers open things
  }
  for (const { name, value } of next.attributes) old.setAttribute(name, value);
}

// Makes a node equal to another; what is equal stays untouched.
function morph(old, next) {
  if (!next.tagName) return old.replaceWith(next);
  setAttributes(old, next);
  const rest = [...old.childNodes];
  [...next.childNodes].forEach((node, index, all) => {
    const first = rest[0];
    const same = rest.findIndex((one) => (node.tagName || one === first) && one.isEqualNode(node));
    if (same >= 0) {
      rest.splice(0, same).forEach(remove);
      rest.shift();
    } else if (first?.nodeName === node.nodeName && !all.some((one) => first.isEqualNode(one))) {
      morph(rest.shift(), node);
    } else {
      old.insertBefore(node, first);
    }
  });
  rest.forEach(remove);
}

function renew(old, next) {
  if (!old || !next || old === next) return;
  const [was, correction] = [old, next].map((node) => find(".post-correction", node)?.textContent);
  const { hidden } = old;
  const isNew = old.classList.contains("is-new");
  if (correction && correction !== was && !hidden) {
    say(`${words.correction} ${(find(".post-headline", next) ?? find("time", next)).textContent}`);
  }
  old.querySelectorAll(".ago").forEach(remove);
  morph(old, next);
  if (isNew) old.classList.add("is-new");
  if (isNew) old.hidden = hidden;
}

// Keeps what the reader looks at where it is, and the focus.
function hold(change) {
  const { style } = document.documentElement;
  const focused = document.activeElement;
  const marks = [...main.querySelectorAll(scrollY <= 0 ? "main" : isTop() ? ":not(#timeline *)" : "*")]
    .filter(isInView)
    .map((node) => [node, top(node)])
    .sort((a, b) => Math.abs(a[1]) - Math.abs(b[1]));
  style.overflowAnchor = "none"; // or the browser does it, too
  change();
  tick();
  const [mark, was] = marks.find(([node]) => node.getClientRects().length) ?? [];
  if (mark) scrollBy({ top: top(mark) - was, behavior: "instant" });
  style.overflowAnchor = "";
  const heir = focused.isConnected ? focused : find("a", articles().find(isInView));
  if (document.activeElement !== focused) heir?.focus({ preventScroll: true });
  settle();
}

// Shows this list. Others leave when nobody looks, or at once if they moved, or strictly.
function show(list, changed, isStrict) {
  const known = byId(articles());
  const wanted = new Set(list.map((article) => article.id));
  const isNew = (article) => !known.has(article.id) && article.id !== focusId && parseInt(article.dataset.order) > page.revised;
  for (const article of [...changed.values(), ...list]) {
    if (isWithdrawn(article)) unread.delete(article.id);
    else if (isNew(article) && !unread.has(article.id)) {
      unread.add(article.id);
      news += 1;
    }
  }
  for (const [id, article] of known) {
    const next = changed.get(id);
    if (wanted.has(id)) {
      leaving.delete(article);
    } else if (isStrict || (next && !isSamePlace(article, next))) {
      article.remove();
    } else {
      renew(article, next);
      leaving.add(article);
    }
  }
  let before = articles().find((article) => isFirst || !leaving.has(article));
  for (const next of list) {
    const article = known.get(next.id) ?? next;
    if (isNew(next)) {
      article.hidden = true;
      article.classList.add("is-new");
    }
    const isKnown = known.has(next.id);
    const put = isKnown && timeline.moveBefore ? "moveBefore" : "insertBefore";
    if (article !== before && !(isKnown && isSamePlace(article, next))) timeline[put](article, before);
    renew(article, next);
    before = article.nextSibling;
  }
}

// What belongs on the page, unless a delta cannot tell.
function target(root, changed) {
  const { lower, upper } = page;
  const { ends } = root.dataset;
  const all = byId(articles());
  const isInPlace = (article) => {
    const { id, dataset } = article;
    if (all.has(id) || id === focusId || id === cursorId) return isSamePlace(all.get(id) ?? main, article);
    if (isFirst && (isWithdrawn(article) || dataset.pinned)) return !dataset.pinned;
    return dataset.order < lower || (upper && dataset.order > upper);
  };
  const head = find("#blog-head", root);
  if (isOver() || find(".no-posts") || (head && head.dataset.look !== find("#blog-head").dataset.look)) return;
  if (!isNewest) {
    const list = articles().filter((article) => !leaving.has(article)).map((article) => changed.get(article.id) ?? article);
    return [...changed.values()].every(isInPlace) && (!isFirst || !ends === !upper) && list;
  }
  changed.forEach((article, id) => isWithdrawn(article) ? all.delete(id) : all.set(id, article));
  const end = all.get(`post-${ends}`)?.dataset.order;
  if (!all.size || (ends ? !end || end < lower : lower)) return;
  const list = [...all.values()].filter(({ dataset }) => dataset.pinned || !(dataset.order < end));
  return list.sort((a, b) => rank(a) < rank(b) ? 1 : -1);
}

const request = (address) => fetch(address, { signal: AbortSignal.timeout(20_000) });
const parse = (text) => new DOMParser().parseFromString(text, "text/html");

// A delta, if it is one, ours and whole.
function read(text) {
  const root = parse(text).body.firstElementChild;
  const { blog, since, revision, gone, reload } = root?.dataset ?? {};
  const isWhole = since === revision || reload !== undefined || root.nextElementSibling?.id === "delta-end";
  const isOurs = gone !== undefined || (isWhole && /^\d+$/.test(revision) && +since <= page.revision);
  if (root?.id === "delta" && blog === page.blog && isOurs) return root;
}

// This page as it is now.
async function load({ dataset }) {
  const answer = await request(location.pathname + location.search);
  const fresh = parse(await answer.text());
  const { blog, revision } = find("main", fresh).dataset;
  if (answer.ok && blog === page.blog && +revision >= dataset.revision && find("main ~ footer", fresh)) return fresh;
  throw Error();
}

async function take(root) {
  const { dataset } = root;
  const changed = byId([...root.querySelectorAll("article")]);
  const wasOver = isOver();
  const isReload = "reload" in dataset;
  const isGone = "gone" in dataset || isWithdrawn(changed.get(focusId));
  if (!isGone && !isReload && +dataset.revision <= page.revision) return;
  const list = !isReload && target(root, changed);
  const fresh = isGone || list ? root : await load(root);
  const next = find("main", fresh);
  hold(() => {
    if (isGone) {
      page.status = "gone" in dataset ? "gone" : "withdrawn";
      unread.clear();
      main.querySelectorAll("article, #blog-about > *, #blog-head > :not(h1), .turn > *").forEach(remove);
      return;
    }
    const count = unread.size;
    const isStrict = isReload || (next ?? root).dataset.revision !== dataset.revision;
    show(list || [...fresh.querySelectorAll("#timeline > article")], changed, isStrict);
    for (const part of ["#blog-head", "#blog-about", ".blog-cover", ".focus", ".turn-on"]) renew(find(part), find(part, fresh));
    if (next) {
      const all = count + next.dataset.count - page.count;
      while (isReload && unread.size < all) unread.add({});
      timeline.querySelectorAll(":scope > :not(article)").forEach(remove);
      timeline.prepend(...next.querySelectorAll("#timeline > :not(article)"));
      setAttributes(main, next);
      title = fresh.title;
      return;
    }
    for (const name in page) page[name] = dataset[name] ?? page[name];
    if (isNewest) {
      const { ends } = dataset;
      const turn = find(".turn-on a");
      turn.hidden = !ends;
      turn.setAttribute("href", turn.pathname + (ends && `?before=${ends}`));
      page.lower = ends && find(`#post-${ends}`).dataset.order;
    }
  });
  state();
  say(isOver() && !wasOver && words[words.state]);
}

// Shows what waits, lets go of what leaves, counts.
function settle() {
  let edge = Infinity;
  for (const article of articles().reverse()) {
    if (!article.hidden) edge = top(article);
    else if (isTop() || edge >= innerHeight) article.hidden = false;
  }
  const isHeld = (article) => !leaving.has(article) || isInView(article) || article.contains(document.activeElement);
  const free = [articles(), articles().reverse()].flatMap((list) => list.slice(0, list.findIndex(isHeld)));
  free.forEach((article) => leaving.delete(article));
  if (free.length) return hold(() => free.forEach(remove));
  for (const article of getUnread()) if (!document.hidden && isInView(article)) unread.delete(article.id);
  const here = getUnread().length;
  if (isNewest && !here) unread.clear();
  const own = isNewest ? unread.size : here;
  for (const [node, number] of [[find("button.new-posts"), own], [find("a.new-posts"), unread.size - own]]) {
    node.hidden = !number;
    node.textContent = counted(number);
  }
  document.title = unread.size ? `(${unread.size}) ${title}` : title;
}

find("button.new-posts").addEventListener("click", () => {
  const first = getUnread().reduce((a, b) => a.dataset.order < b.dataset.order ? a : b);
  for (const article of articles()) article.hidden = false;
  unread.clear();
  first.scrollIntoView();
  find("a", first).focus({ preventScroll: true });
  settle();
});

addEventListener("scroll", () => unread.size + leaving.size && settle());

const { lang } = document.documentElement;
const plurals = new Intl.PluralRules(lang);
const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto", style: "short" });
const counted = (number) => bar.getAttribute(`data-new-${plurals.select(number)}`).replace("{}", number);
const said = new Set();
let news = 0;
let speaking;
let skew = 0; // of this machine's clock

function say(text) {
  if (text) said.add(text);
  speaking ||= setTimeout(speak);
}

function speak() {
  const text = document.hidden ? "" : [...(news ? [counted(news)] : []), ...said].join(". ");
  find(".follow-told").textContent = text;
  speaking = text && setTimeout(speak, 2000 * page.interval);
  if (!text) return;
  news = 0;
  said.clear();
}

function tick() {
  for (const time of main.querySelectorAll(".post-time time, .blog-updated time")) {
    const minutes = Math.floor((Date.now() + skew - Date.parse(time.dateTime)) / 60_000);
    const text = minutes < 1 ? relative.format(0, "second") : relative.format(-minutes, "minute");
    const ago = find(".ago", time.parentNode) ?? document.createElement("span");
    ago.className = "ago";
    ago.textContent = minutes < 60 ? ` ${text}` : "";
    if (!ago.isConnected) time.after(ago);
  }
}

let isPaused = remember();
let isBusy;
let isWanted;
let failures = 0;
let notBefore = 0;
let timer;

const isOver = () => page.status !== "live";

async function ask() {
  clearTimeout(timer);
  isWanted = isBusy;
  if (isPaused || isBusy || Date.now() < notBefore) return plan();
  isBusy = true;
  try {
    const answer = await request(page.changes + "?since=" + page.revision + (words.heard ?? ""));
    const wait = answer.headers.get("Retry-After");
    if (wait) notBefore = Math.min(wait >= 0 ? Date.now() + wait * 1000 : Date.parse(wait), Date.now() + 3_600_000) || 0;
    const root = read(await answer.text());
    if (answer.status !== ("gone" in root.dataset ? 404 : 200)) throw Error();
    skew = Date.parse(answer.headers.get("Date")) - Date.now() || 0;
    page.interval = +root.dataset.interval || page.interval;
    if (!isPaused) await take(root);
    failures = 0;
  } catch {
    failures += 1;
  }
  isBusy = false;
  state();
  isWanted ? ask() : plan();
}

function plan() {
  clearTimeout(timer);
  const usual = page.interval * (isOver() ? 60 : (!failures && words.pace) || (document.hidden ? 6 : 1));
  const seconds = Math.max(usual, failures && Math.min(60, page.interval * 2 ** failures));
  const wait = Math.max(1000 * seconds, notBefore - Date.now()) + 200 * page.interval * Math.random();
  if (!isPaused) timer = setTimeout(ask, wait);
}

function state() {
  words.state = isOver() ? page.status : isPaused ? "paused" : failures > 2 ? "reconnecting" : "following";
  control.hidden = isOver();
  find(".follow-state").textContent = words[words.state];
  control.textContent = isPaused ? words.resume : words.pause;
}

function remember(value) {
  try {
    if (value) localStorage.setItem("newsroom.paused", value);
    return localStorage.getItem("newsroom.paused") === "yes";
  } catch {
    return value === "yes";
  }
}

control.addEventListener("click", () => {
  isPaused = remember(isPaused ? "no" : "yes");
  state();
  say(words[words.state]);
  ask();
});

function comeBack() {
  if (document.hidden) return;
  tick();
  settle();
  say();
  ask();
}

document.addEventListener("visibilitychange", comeBack);
addEventListener("online", comeBack);
addEventListener("pageshow", ({ persisted }) => persisted && comeBack());

// Takes a delta, or asks at once.
document.addEventListener("newsroom:delta", ({ detail }) => detail ? take(read(detail)) : ask());

state();
tick();
setInterval(tick, 30_000);
plan();
