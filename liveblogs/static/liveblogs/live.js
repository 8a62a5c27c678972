// Keeps an open page equal to a fresh load: docs/following.md. What is known stands in <main>'s attributes.

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
const cursorId = location.search.replace(/.*(before|after)=/, "post-");

const unread = new Set(); // ids of new posts
const leaving = new Set(); // articles of another page
let beyond = 0; // new posts that were only counted
let title = document.title;

const articles = () => [...timeline.querySelectorAll(":scope > article")];
const byId = (list) => new Map(list.map((article) => [article.id, article]));
const getUnread = () => articles().filter(({ id }) => unread.has(id));
const isWithdrawn = (article) => article?.dataset.state === "withdrawn";
const isSamePlace = ({ dataset: a }, { dataset: b }) => a.order === b.order && (!isFirst || a.pinned === b.pinned);
const rank = ({ dataset }) => (dataset.pinned ? `1${dataset.pinned}` : dataset.order);
const top = (node) => node.getBoundingClientRect().top;
const isTopInView = () => top(timeline) >= 0 && top(timeline) < innerHeight;

function isInView(node) {
  const box = node.getBoundingClientRect();
  return box.height > 0 && box.bottom > 0 && box.top < innerHeight;
}

function set(node, name, value) {
  if (node[name] !== value) node[name] = value;
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
    const [first] = rest;
    const same = rest.findIndex((one) => (node.tagName || one === first) && one.isEqualNode(node));
    if (same >= 0) {
      for (const one of rest.splice(0, same)) one.remove();
      rest.shift();
    } else if (first?.nodeName === node.nodeName && !all.some((one) => one.isEqualNode(first))) {
      morph(rest.shift(), node);
    } else {
      old.insertBefore(node, first ?? null);
    }
  });
  for (const one of rest) one.remove();
}

function renew(old, next) {
  if (!old || !next || old === next) return;
  const [was, correction] = [old, next].map((node) => find(".post-correction", node)?.textContent);
  const isNew = old.classList.contains("is-new");
  const { hidden } = old;
  if (correction && correction !== was && !hidden) {
    say(`${words.correction} ${(find(".post-headline", next) ?? find("time", next)).textContent}`);
  }
  for (const ago of old.querySelectorAll(".ago")) ago.remove();
  morph(old, next);
  old.classList.toggle("is-new", isNew);
  old.hidden = hidden;
}

// Keeps what the reader looks at where it is, and the focus.
function hold(change) {
  const { style } = document.documentElement;
  const focused = document.activeElement;
  const isTop = isTopInView();
  const marks = [...main.querySelectorAll(scrollY > 0 ? "*" : "main")]
    .filter((node) => isInView(node) && !(isTop && node !== timeline && timeline.contains(node)))
    .map((node) => [node, top(node)])
    .sort(([, a], [, b]) => Math.abs(a) - Math.abs(b));
  style.overflowAnchor = "none"; // or the browser does it, too
  change();
  tick();
  const [mark, was] = marks.find(([node]) => node.getClientRects().length) ?? [];
  if (mark) scrollBy({ top: top(mark) - was, behavior: "instant" });
  style.overflowAnchor = "";
  if (document.activeElement !== focused) {
    const heir = focused.isConnected ? focused : find("a", articles().find(isInView));
    heir?.focus({ preventScroll: true });
  }
  settle();
}

// Shows this list. Other articles leave when nobody looks, or at once if they moved or all is strict.
function show(list, changed, strict) {
  const known = byId(articles());
  const wanted = new Set(list.map(({ id }) => id));
  const isNew = ({ id, dataset }) => !known.has(id) && id !== focusId && parseInt(dataset.order) > page.revised;
  for (const article of [...changed.values(), ...list]) {
    if (isWithdrawn(article)) {
      unread.delete(article.id);
    } else if (isNew(article) && !unread.has(article.id)) {
      unread.add(article.id);
      news += 1;
    }
  }
  for (const [id, article] of known) {
    const next = changed.get(id);
    if (wanted.has(id)) {
      leaving.delete(article);
    } else if (strict || (next && !isSamePlace(article, next))) {
      article.remove();
    } else {
      renew(article, next);
      leaving.add(article);
    }
  }
  let before = find(":scope > article", timeline);
  for (const next of list) {
    const article = known.get(next.id) ?? next;
    if (isNew(next)) {
      article.hidden = true;
      article.classList.add("is-new");
    }
    if (article !== before && !(known.has(next.id) && isSamePlace(article, next))) {
      timeline[known.has(next.id) && timeline.moveBefore ? "moveBefore" : "insertBefore"](article, before);
    }
    renew(article, next);
    before = article.nextSibling;
  }
}

// What belongs on the page, unless a delta cannot tell.
function target(root, changed) {
  const { lower, upper } = page;
  const { ends } = root.dataset;
  const all = byId(articles());
  const old = find("h1");
  const isInPlace = (article) => {
    const { id, dataset } = article;
    if (all.has(id) || id === focusId || id === cursorId) return isSamePlace(all.get(id) ?? main, article);
    return isWithdrawn(article) ? isFirst : dataset.order < lower || (upper && dataset.order > upper);
  };
  if (isOver() || find(".no-posts") || (find("h1", root) ?? old).textContent !== old.textContent) return;
  if (!isNewest) {
    const list = articles().filter((article) => !leaving.has(article)).map((article) => changed.get(article.id) ?? article);
    return [...changed.values()].every(isInPlace) && (!isFirst || !ends === !upper) && list;
  }
  changed.forEach((article, id) => isWithdrawn(article) ? all.delete(id) : all.set(id, article));
  const end = all.get(`post-${ends}`)?.dataset.order;
  if (!all.size || (ends ? !end || end < lower : lower)) return;
  return [...all.values()]
    .filter(({ dataset }) => dataset.pinned || !(dataset.order < end))
    .sort((a, b) => rank(a) < rank(b) ? 1 : -1);
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
  throw Error("No page");
}

async function take(root) {
  const { dataset } = root;
  const isReload = "reload" in dataset;
  const wasOver = isOver();
  const changed = byId([...root.querySelectorAll("article")]);
  if ("gone" in dataset || isWithdrawn(changed.get(focusId))) {
    page.status = "gone" in dataset ? "gone" : "withdrawn";
    clear();
    for (const part of [timeline, find("#blog-about"), find(".focus")]) part?.replaceChildren();
    find("#blog-head").replaceChildren(find("h1"));
    find(".turn-on a").hidden = true;
  } else if (isReload || +dataset.revision > page.revision) {
    const list = !isReload && target(root, changed);
    const fresh = list ? root : await load(root);
    hold(() => {
      const next = find("main", fresh);
      const known = unread.size;
      const isOther = (next ?? root).dataset.revision !== dataset.revision;
      show(list || [...fresh.querySelectorAll("#timeline > article")], changed, isReload || isOther);
      for (const part of ["#blog-head", "#blog-about", ".focus", ".turn-on"]) renew(find(part), find(part, fresh));
      if (next) {
        if (isReload) beyond += Math.max(0, next.dataset.count - page.count + known - unread.size);
        for (const other of timeline.querySelectorAll(":scope > :not(article)")) other.remove();
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
  } else {
    return;
  }
  state();
  say(isOver() && !wasOver && words[words.state]);
}

function clear() {
  unread.clear();
  beyond = 0;
}

// Shows what waits where nothing in view moves, lets go, counts.
function settle() {
  let edge = Infinity;
  const isTop = isTopInView();
  for (const article of articles().reverse()) {
    if (!article.hidden) edge = top(article);
    else if (isTop || edge >= innerHeight) article.hidden = false;
  }
  const isFree = (article) => leaving.has(article) && !isInView(article) && !article.contains(document.activeElement);
  const free = [articles(), articles().reverse()].flatMap((list) => list.slice(0, list.findIndex((one) => !isFree(one))));
  if (free.length) return hold(() => free.forEach((article) => leaving.delete(article) && article.remove()));

  for (const article of getUnread()) if (!document.hidden && isInView(article)) unread.delete(article.id);
  const here = getUnread().length;
  if (isNewest && !here) clear();
  const all = unread.size + beyond;
  const own = isNewest ? all : here;
  for (const [node, number] of [[find("button.new-posts"), own], [find("a.new-posts"), all - own]]) {
    node.hidden = !number;
    set(node, "textContent", number ? counted(number) : "");
  }
  set(document, "title", all ? `(${all}) ${title}` : title);
}

find("button.new-posts").addEventListener("click", () => {
  const first = getUnread().reduce((a, b) => a.dataset.order < b.dataset.order ? a : b);
  for (const article of articles()) article.hidden = false;
  clear();
  first.scrollIntoView();
  find("a", first).focus({ preventScroll: true });
  settle();
});

addEventListener("scroll", settle);

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
  const text = document.hidden ? "" : [news ? counted(news) : [], ...said].flat().join(". ");
  find("[role=status]").textContent = text;
  speaking = text && setTimeout(speak, 2000 * page.interval);
  if (!text) return;
  news = 0;
  said.clear();
}

function tick() {
  for (const time of main.querySelectorAll(".post-time time, .blog-updated time")) {
    const minutes = Math.floor((Date.now() + skew - Date.parse(time.dateTime)) / 60_000);
    const text = minutes < 1 ? relative.format(0, "second") : relative.format(-minutes, "minute");
    const ago = time.nextElementSibling ?? document.createElement("span");
    ago.className = "ago";
    set(ago, "textContent", minutes < 60 ? ` ${text}` : "");
    if (!ago.isConnected) time.after(ago);
  }
}

let isPaused = remember();
let isBusy = false;
let isWanted = false;
let failures = 0;
let heard = Date.now();
let notBefore = 0;
let timer;

const isOver = () => page.status !== "live";

async function ask() {
  clearTimeout(timer);
  isWanted = isBusy;
  if (isPaused || isBusy || Date.now() < notBefore) return plan();
  isBusy = true;
  try {
    const answer = await request(`${page.changes}?since=${page.revision}`);
    const wait = answer.headers.get("Retry-After");
    if (wait) notBefore = Math.min(wait >= 0 ? Date.now() + wait * 1000 : Date.parse(wait), Date.now() + 3_600_000);
    const root = read(await answer.text());
    if (answer.status !== ("gone" in root.dataset ? 404 : 200)) throw Error(answer.status);
    skew = Date.parse(answer.headers.get("Date")) - Date.now() || 0;
    page.interval = root.dataset.interval ?? page.interval;
    if (!isPaused) await take(root);
    failures = 0;
    heard = Date.now();
  } catch {
    failures += 1;
  }
  isBusy = false;
  state();
  isWanted ? ask() : plan();
}

function plan() {
  clearTimeout(timer);
  if (isPaused) return;
  const usual = page.interval * (isOver() ? 60 : document.hidden ? 6 : 1);
  const seconds = Math.max(usual, failures && Math.min(60, page.interval * 2 ** failures));
  timer = setTimeout(ask, Math.max(1000 * seconds, notBefore - Date.now()) + 200 * page.interval * Math.random());
}

function state() {
  const isLost = failures && Date.now() - heard > 6000 * page.interval;
  words.state = isOver() ? page.status : isPaused ? "paused" : isLost ? "reconnecting" : "following";
  bar.hidden = false;
  control.hidden = isOver();
  set(find(".follow-state"), "textContent", words[words.state]);
  set(control, "textContent", isPaused ? words.resume : words.pause);
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

// For development: a delta, or nothing to ask at once.
document.addEventListener("newsroom:delta", ({ detail }) => detail ? take(read(detail)) : ask());

state();
tick();
setInterval(tick, 30_000);
plan();
