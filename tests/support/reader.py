"""A reader's open page in a real browser, and what it is compared with."""

import time
from difflib import unified_diff
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

#: For the page: what it shows as lines, what a fresh load would, and the ways of a reader that need no waiting.
#:
#: Left out is what only an open page has: its own controls, relative times, the buttons to share a post, the mark of a
#: post that came in, the count of unread posts; and how urgently a picture is loaded, which hangs on where its post
#: stands. The order of attributes and white space between elements mean nothing.
SCRIPT = r"""
window.reader = {
  show(main) {
    main = main.cloneNode(true);
    const added = ".follow-bar, .new-posts, [role=status], .ago, .post-share";
    main.querySelectorAll(added).forEach((node) => node.remove());
    const placed = ["loading", "fetchpriority"];
    main.querySelectorAll("img").forEach((node) => placed.forEach((name) => node.removeAttribute(name)));
    main.querySelectorAll(".is-new").forEach((node) => node.classList.remove("is-new"));
    main.normalize();
    const lines = [];
    const write = (node, depth) => {
      const indent = "  ".repeat(depth);
      if (node.nodeType === Node.TEXT_NODE) {
        if (node.data.trim()) lines.push(indent + node.data.trim());
        return;
      }
      const attributes = [...node.attributes].map(({ name, value }) => ` ${name}="${value}"`).sort();
      lines.push(`${indent}<${node.localName}${attributes.join("")}>`);
      node.childNodes.forEach((child) => write(child, depth + 1));
    };
    write(main, 0);
    return lines;
  },

  async difference() {
    const fresh = await new Promise((done, failed) => {
      // The page's Trusted Types refuse a parser's HTML; a document that the browser fetches as one is allowed.
      const request = new XMLHttpRequest();
      request.open("GET", location.pathname + location.search);
      request.setRequestHeader("Cache-Control", "no-cache");
      request.responseType = "document";
      Object.assign(request, { onload: () => done(request.response), onerror: failed });
      request.send();
    });
    const [theirs, ours] = [fresh, document].map((page) => [
      ...this.show(page.querySelector("main")),
      page.title.replace(/^\(\d+\) /, ""),
    ]);
    return theirs.join() === ours.join() ? null : [theirs, ours];
  },

  ask(detail) {
    document.dispatchEvent(new CustomEvent("newsroom:delta", { detail }));
  },

  async catchUp(revision) {
    for (let turn = 0; turn < 400; turn += 1) {
      if (document.querySelector("main").dataset.revision === String(revision)) return true;
      if (turn % 40 === 0) this.ask();
      await new Promise((done) => setTimeout(done, 10));
    }
    return false;
  },

  hide(isHidden) {
    const [state, bool] = [isHidden ? "hidden" : "visible", isHidden];
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    Object.defineProperty(document, "hidden", { value: bool, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  },

  scroll(y) {
    scrollTo(0, y);
    dispatchEvent(new Event("scroll")); // which would come with the next frame
  },

  // Takes the waiting posts, goes once through the page, and stands at its top with nothing in focus.
  accept() {
    const button = document.querySelector("button.new-posts");
    if (!button.hidden) button.click();
    document.activeElement.blur();
    this.scroll(100_000);
    this.scroll(0);
  },
};
"""

#: One turn of the page's event loop, which needs no clock.
TURN = """
new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = done;
  port2.postMessage(0);
})
"""


class Reader:
    """One open page. ``faults`` are errors of its script, and what its policy stopped; ``asked`` are its requests.

    With ``clock`` the page's time stands still until ``pass_time``.
    """

    def __init__(self, context: BrowserContext, address: str, *, clock: bool = False) -> None:
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: self._note(message.text))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.under_way = 0
        self.page.on("request", lambda _: self._count(1))
        self.page.on("requestfinished", lambda _: self._count(-1))
        self.page.on("requestfailed", lambda _: self._count(-1))
        self.page.add_init_script(SCRIPT)
        if clock:
            self.page.clock.install()
        self.page.goto(address)
        if clock:
            self.page.clock.pause_at(self.run("Date.now() / 1000 + 3"))  # in seconds, and not in the past by then
        self.main = self.page.locator("main")
        self.button = self.page.locator("button.new-posts")
        self.link = self.page.locator("a.new-posts")
        self.state = self.page.locator(".follow-state")
        self.status = self.page.locator(".follow-told")

    def _count(self, more: int) -> None:
        self.under_way += more

    def _note(self, text: str) -> None:
        if "Content Security Policy" in text or "Uncaught" in text:
            self.faults.append(text)

    @property
    def questions(self) -> int:
        """How often the page has asked for a delta."""
        return sum("/changes/" in address for address in self.asked)

    def pass_time(self, seconds: float) -> None:
        """Let the page's clock run, a second at a time so that answers come in between, unless they never do."""
        for _ in range(int(seconds)):
            self.page.clock.run_for(1000)
            for _ in range(30):
                self.run("0")  # whatever has happened meanwhile is told
                if not self.under_way:
                    break
                time.sleep(0.01)
            self.run(TURN)

    def run(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)

    def expect_revision(self, revision: int) -> None:
        expect(self.main).to_have_attribute("data-revision", str(revision), timeout=8000)

    def catch_up(self, revision: int) -> None:
        """Have the page ask until it has this revision."""
        assert self.run("(revision) => reader.catchUp(revision)", revision)

    def take(self, delta: str) -> None:
        """Hand the page a delta as if it had arrived."""
        self.run("(delta) => reader.ask(delta)", delta)

    def hide(self, is_hidden: bool) -> None:
        """Put another tab in front of this one, or this one in front."""
        self.run("(isHidden) => reader.hide(isHidden)", is_hidden)

    def accept(self) -> None:
        self.run("reader.accept()")

    def scroll_to(self, y: float) -> None:
        self.run("(y) => reader.scroll(y)", y)

    def top_of(self, public_id: str, within: str = "") -> float:
        """Where a post, or something in it, begins in the window."""
        script = "(selector) => document.querySelector(selector).getBoundingClientRect().top"
        return self.run(script, f"#post-{public_id} {within}")

    def shown(self) -> list[str]:
        """All that the page shows, without what an open page has of its own."""
        return self.run("reader.show(document.querySelector('main'))")

    def headlines(self) -> list[str]:
        """The headlines that can be seen, in their order."""
        return self.page.locator("main article:not([hidden]) h2").all_inner_texts()

    def expect_equal_to_fresh(self, what: str = "") -> None:
        self._expect_no(self.run("reader.difference()"), what)

    def expect_follows(self, revision: int, what: str) -> None:
        """All of the above in one go: catch up, look at it, accept what waits, compare."""
        script = """
            async (revision) => {
              const caughtUp = await reader.catchUp(revision);
              if (!caughtUp) return [[String(revision)], [document.querySelector("main").outerHTML]];
              const { hidden } = document;
              if (hidden) reader.hide(false);
              reader.accept();
              const difference = await reader.difference();
              if (hidden) reader.hide(true);
              return difference;
            }
        """
        self._expect_no(self.run(script, revision), what)

    def _expect_no(self, difference: tuple[list[str], list[str]] | None, what: str) -> None:
        if difference:
            told = unified_diff(*difference, "fresh", "followed", lineterm="", n=2)
            raise AssertionError("\n".join([what, *told]))
        assert self.faults == []
