// Keeps an open page equal to a fresh load: asks what changed, and puts it in place. See docs/following.md.

import {
  byId, copyAttributes, countNew, focusId, isNewest, isOver, isWithdrawn, keepPlace, main, page, remove, words,
  Timeline,
} from "./timeline.js";

const control = main.querySelector(".follow-switch");
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto", style: "short" });

/** Announces through the status region: at most once in two intervals, and not in a hidden tab. */
class Announcer {
  newPosts = 0;
  sentences = new Set();

  // Actions

  announce(sentence) {
    if (sentence) this.sentences.add(sentence);
    this.timer ||= setTimeout(() => this.speak());
  }

  // Internal

  speak() {
    const news = this.newPosts ? [countNew(this.newPosts)] : [];
    const text = document.hidden ? "" : [...news, ...this.sentences].join(". ");
    main.querySelector(".follow-told").textContent = text;
    this.timer = text && setTimeout(() => this.speak(), 2000 * page.interval);
    if (!text) return;
    this.newPosts = 0;
    this.sentences.clear();
  }
}

/**
 * Decides when to ask for a delta. Fires `state` whenever following may have started or stopped.
 *
 * `isBusy`: a question is under way; `isWanted`: another one is to follow it.
 * `isStreamed` and `heard` are set by stream.js: a stream works, and this is the latest revision that it named.
 */
class Follower extends EventTarget {
  announcer = new Announcer();
  timeline = new Timeline(this.announcer);
  isPaused = stored();
  failures = 0;
  // No question before this time: Retry-After
  notBefore = 0;
  // Milliseconds to add to this machine's clock
  skew = 0;
  heard = "";

  constructor() {
    super();
    control.addEventListener("click", () => this.toggle());
    document.addEventListener("visibilitychange", () => this.comeBack());
    addEventListener("online", () => this.comeBack());
    addEventListener("pageshow", ({ persisted }) => persisted && this.comeBack());
    document.addEventListener("newsroom:delta", ({ detail }) => (detail ? this.take(parseDelta(detail)) : this.ask()));
    setInterval(() => this.showAges(), 30_000);
    this.showState();
    this.showAges();
    this.plan();
  }

  get isFollowing() {
    return !this.isPaused && !isOver();
  }

  // Actions

  /** Asks for a delta: now, unless the page is paused or the server's Retry-After is not over. */
  async ask() {
    clearTimeout(this.timer);
    this.isWanted = this.isBusy;
    // A page that is rendered ahead asks when it is shown
    if (this.isPaused || this.isBusy || document.prerendering) return;
    if (Date.now() < this.notBefore) return this.plan();
    this.isBusy = true;
    try {
      const answer = await request(`${page.changes}?since=${page.revision}${this.heard && `&heard=${this.heard}`}`);
      this.readTimes(answer.headers);
      const delta = parseDelta(await answer.text());
      if (answer.status !== ("gone" in delta.dataset ? 404 : 200)) throw Error();
      page.interval = +delta.dataset.interval || page.interval;
      if (!this.isPaused) await this.take(delta);
      this.failures = 0;
    } catch {
      this.failures += 1;
    }
    this.isBusy = false;
    this.showState();
    if (this.isWanted) this.ask();
    else this.plan();
  }

  /** Puts a delta in place, or the page itself where a delta cannot tell what belongs on it. */
  async take(delta) {
    const { dataset } = delta;
    const changed = byId(delta.querySelectorAll("article"));
    const wasOver = isOver();
    const isReload = "reload" in dataset;
    const isGone = "gone" in dataset || isWithdrawn(changed.get(focusId));
    if (!isGone && !isReload && +dataset.revision <= page.revision) return;
    const list = !isReload && this.timeline.listAfter(delta, changed);
    const fresh = isGone || list ? delta : await loadPage(delta);
    keepPlace(() => {
      if (isGone) this.empty("gone" in dataset ? "gone" : "withdrawn");
      else if (list) this.update(delta, list, changed);
      else this.replace(fresh, delta, changed);
      this.showAges();
    });
    this.timeline.settle();
    this.showState();
    this.announcer.announce(isOver() && !wasOver && words[page.status]);
  }

  // Callbacks

  toggle() {
    this.isPaused = stored(this.isPaused ? "no" : "yes");
    this.showState();
    this.announcer.announce(words[words.state]);
    this.ask();
  }

  comeBack() {
    if (document.hidden) return;
    this.showAges();
    this.timeline.settle();
    this.announcer.announce();
    this.ask();
  }

  // Internal

  plan() {
    const times = isOver() ? 60 : this.isStreamed && !this.failures ? 12 : document.hidden ? 6 : 1;
    const seconds = Math.max(page.interval * times, Math.min(60, page.interval * 2 ** this.failures));
    const wait = Math.max(1000 * seconds, this.notBefore - Date.now());
    this.timer = setTimeout(() => this.ask(), wait + 200 * page.interval * Math.random());
  }

  readTimes(headers) {
    const now = Date.now();
    const wait = headers.get("Retry-After");
    this.notBefore = Math.min(wait >= 0 ? now + 1000 * wait : Date.parse(wait), now + 3_600_000) || 0;
    this.skew = Date.parse(headers.get("Date")) - now || 0;
  }

  empty(status) {
    page.status = status;
    this.timeline.unread.clear();
    main.querySelectorAll("article, #blog-about > *, #blog-head > :not(h1), .turn > *").forEach(remove);
  }

  update(delta, list, changed) {
    const { since, ends, ...known } = delta.dataset;
    this.timeline.show(list, changed);
    this.updateParts(delta);
    Object.assign(page, known);
    if (!isNewest) return;
    const turn = main.querySelector(".turn-on a");
    turn.hidden = !ends;
    turn.setAttribute("href", turn.pathname + (ends && `?before=${ends}`));
    page.lower = ends && main.querySelector(`#post-${ends}`).dataset.order;
  }

  replace(fresh, delta, changed) {
    const { timeline } = this;
    const next = fresh.querySelector("main");
    const isReload = "reload" in delta.dataset;
    const unread = timeline.unread.size + next.dataset.count - page.count;
    const list = next.querySelectorAll("#timeline > article");
    timeline.show([...list], changed, isReload || next.dataset.revision !== delta.dataset.revision);
    while (isReload && timeline.unread.size < unread) timeline.unread.add({});
    main.querySelectorAll("#timeline > :not(article)").forEach(remove);
    main.querySelector("#timeline").prepend(...next.querySelectorAll("#timeline > :not(article)"));
    this.updateParts(fresh);
    copyAttributes(main, next);
    timeline.title = fresh.title;
  }

  updateParts(fresh) {
    for (const part of ["#blog-head", "#blog-about", ".blog-cover", ".focus", ".turn-on", "#front"]) {
      this.timeline.update(main.querySelector(part), fresh.querySelector(part));
    }
  }

  showState() {
    const state = isOver() ? page.status : this.isPaused ? "paused" : this.failures > 2 ? "reconnecting" : "following";
    // For the style sheet
    words.state = state;
    main.querySelector(".follow-state").textContent = words[state];
    control.textContent = this.isPaused ? words.resume : words.pause;
    control.hidden = isOver();
    this.dispatchEvent(new Event("state"));
  }

  showAges() {
    for (const time of main.querySelectorAll(".post-time time, .blog-updated time")) {
      const minutes = Math.max(0, Math.floor((Date.now() + this.skew - Date.parse(time.dateTime)) / 60_000));
      const ago = time.nextElementSibling ?? document.createElement("span");
      ago.className = "ago";
      ago.textContent = minutes < 60 ? ` ${relative.format(-minutes, minutes ? "minute" : "second")}` : "";
      if (!ago.isConnected) time.after(ago);
    }
  }
}

// What our own server sent may become HTML (Trusted Types), and nothing else on this page
const policy = window.trustedTypes?.createPolicy("newsroom", { createHTML: String });
const parse = (text) => new DOMParser().parseFromString(policy?.createHTML(text) ?? text, "text/html");
const request = (address) => fetch(address, { signal: AbortSignal.timeout(20_000) });

// The delta in an answer: an error if it is none, not whole, or another blog's
function parseDelta(text) {
  const delta = parse(text).body.firstElementChild;
  const { blog, since, revision, gone, reload } = delta.dataset;
  const isWhole = since === revision || reload !== undefined || delta.nextElementSibling?.id === "delta-end";
  const isOurs = gone !== undefined || (isWhole && /^\d+$/.test(revision) && +since <= page.revision);
  if (delta.id !== "delta" || blog !== page.blog || !isOurs) throw Error();
  return delta;
}

// This page as it is now: an error if it is not whole (an error page has no such <main>), or older than the delta
async function loadPage(delta) {
  const answer = await request(location.href);
  const fresh = parse(await answer.text());
  const { blog, revision } = fresh.querySelector("main:has(~ footer)").dataset;
  if (answer.ok && blog === page.blog && +revision >= delta.dataset.revision) return fresh;
  throw Error();
}

// Whether updates are paused, in this browser if it can store that
function stored(isPaused) {
  try {
    if (isPaused) localStorage["newsroom.paused"] = isPaused;
    return localStorage["newsroom.paused"] === "yes";
  } catch {
    return isPaused === "yes";
  }
}

/** For stream.js, which has it ask at once. */
export const follower = new Follower();
