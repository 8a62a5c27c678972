// Follows the blog's stream: a number is a hint to ask. While the stream works, the page asks less often by itself.
// See docs/following.md.

import { follower } from "./live.js";
import { page } from "./timeline.js";

// Milliseconds: over which the questions of a crowd are spread; without a word from the server, which says one every
// 20 seconds; that a hidden tab keeps its stream; until a lost stream is opened again, doubled up to a minute
const SPREAD = 600;
const SILENCE = 50_000;
const HIDDEN = 60_000;
const RETRY = 5_000;

// Its timers are `silence`, `question`, `hiding` and `retry`
class Stream {
  failures = 0;

  constructor() {
    follower.addEventListener("state", () => this.update());
    document.addEventListener("visibilitychange", () => this.turnAway());
    // With an open stream the browser would not keep the page in its back/forward cache
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", () => this.open());
    this.open();
  }

  // Actions

  open() {
    if (this.source || this.retry || document.hidden || !this.isWanted) return;
    this.source = new EventSource(page.stream);
    this.source.addEventListener("revision", ({ data }) => this.hear(data));
    this.source.addEventListener("error", () => this.lose());
    this.awaitNext();
  }

  close() {
    clearTimeout(this.silence);
    clearTimeout(this.question);
    this.source?.close();
    this.source = this.question = undefined;
    follower.isStreamed = false;
  }

  // Callbacks

  update() {
    if (this.isWanted) this.open();
    else this.close();
  }

  hear(data) {
    if (!/^\d{1,18}$/.test(data)) return;
    this.awaitNext();
    this.failures = 0;
    follower.isStreamed = true;
    if (+data <= page.revision) return;
    follower.heard = data;
    this.question ??= setTimeout(() => {
      this.question = undefined;
      follower.ask();
    }, SPREAD * Math.random());
  }

  lose() {
    this.close();
    setTimeout(() => follower.ask(), 1000 * page.interval * Math.random());
    const wait = Math.min(60_000, RETRY * 2 ** this.failures) * (0.5 + Math.random());
    this.failures += 1;
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.open();
    }, wait);
  }

  turnAway() {
    clearTimeout(this.hiding);
    if (document.hidden) this.hiding = setTimeout(() => this.close(), HIDDEN);
    else this.open();
  }

  // Internal

  get isWanted() {
    return page.stream && follower.isFollowing;
  }

  awaitNext() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lose(), SILENCE);
  }
}

new Stream();
