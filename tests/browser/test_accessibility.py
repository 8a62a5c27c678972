"""What a screen reader is told, in which order: docs/accessibility.md against Chromium's own accessibility tree."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from liveblogs import publishing
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser_context_args(viewport={"width": 1280, "height": 800}),
]

WALK = (Path(__file__).parents[2] / "docs/accessibility.md").read_text()
#: What holds others, and what is told as one by its name.
HOLDERS = {"banner", "main", "navigation", "region", "article", "complementary", "contentinfo", "list"}
NAMED = {"heading", "link", "button", "combobox", "image"}
#: The roles between which a sentence does not go on.
BREAKS = {"paragraph", "listitem", "generic", "figure", "Figcaption", "sectionheader", "LabelText", "status"}
TIMES = (
    (r"\d+:\d\d [ap]\.m\. ET", "6:14 a.m. ET"),
    (r"[A-Z][a-z]+ \d+, \d{4}", "March 22, 2023"),
    (r"ET (now|1 min\. ago)", "ET now"),
)


class Tree:
    """The page as lines, in the order in which it is read: what stands in something is set in."""

    def __init__(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        session.detach()
        self.nodes = {node["nodeId"]: node for node in nodes}
        self.lines: list[str] = []
        self.sentence = ""
        self._walk(nodes[0], 0)
        self._end_sentence(0)

    def __str__(self) -> str:
        text = "\n".join(self.lines)
        for pattern, sample in TIMES:
            text = re.sub(pattern, sample, text)
        return text

    def _walk(self, node: dict[str, Any], depth: int) -> None:
        role = "" if node["ignored"] else node["role"]["value"]
        name = node.get("name", {}).get("value", "").strip()
        if role == "StaticText":
            self.sentence += f" {node['name']['value']}"
            return
        if role in HOLDERS | NAMED | BREAKS:
            self._end_sentence(depth)
        if role in HOLDERS | NAMED:
            self.lines.append("  " * depth + self._told(node, role, name))
            depth += 1
        if role == "status":
            self.lines.append("  " * depth + "status")
            depth += 1
        if role not in NAMED | {"ListMarker"}:
            for child in self._children(node):
                self._walk(child, depth)
        if role in HOLDERS | BREAKS:
            self._end_sentence(depth)

    def _children(self, node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        return (self.nodes[number] for number in node.get("childIds", []) if number in self.nodes)

    def _told(self, node: dict[str, Any], role: str, name: str) -> str:
        level = next((one["value"]["value"] for one in node.get("properties", []) if one["name"] == "level"), "")
        value = node.get("value", {}).get("value", "")
        told = f"{role} {level}".strip() if role == "heading" else role
        return told + (f' "{name}"' if name else "") + (f": {value}" if value else "")

    def _end_sentence(self, depth: int) -> None:
        words = " ".join(self.sentence.split()).replace(" ,", ",")
        if words.strip("·,. "):
            self.lines.append("  " * depth + words)
        self.sentence = ""


def documented(name: str) -> str:
    """The block of the walk-through with this name."""
    return re.search(rf"^```tree {name}\n(.*?)\n```$", WALK, re.M | re.S)[1]


def articles(page: Page) -> str:
    """The part of the tree from the list of posts on, without what stands behind it."""
    lines = str(Tree(page)).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("  article"))
    last = max(number for number, line in enumerate(lines) if line.startswith("    "))
    return "\n".join(line.removeprefix("  ") for line in lines[first : last + 1] if not line.startswith("contentinfo"))


@pytest.fixture
def blog():
    byline = BylineFactory(name="Ana Ruiz", organisation="Fairlead News")
    blog = BlogFactory(
        live=True,
        slug="flood",
        title="Flood in the valley",
        summary="<ul><li>The river falls.</li></ul>",
        time_zone="America/New_York",
        credits=[byline],
    )
    for hour, fields in (
        (12, {"headline": "The river rises", "body": "<p>It stands at 30 feet.</p>", "is_key_event": True}),
        (13, {"headline": "", "body": "<p>The bridges are shut.</p>"}),
        (14, {"headline": "The bridge holds", "body": "", "images": [ImageFactory(alt="A bridge over brown water")]}),
    ):
        at = datetime(2026, 3, 22, hour, 14, tzinfo=UTC)
        PostFactory(blog=blog, state="published", published_at=at, credits=[(byline, "Hallorin")], **fields)
    return blog


#: Keeps all that the status about new posts says.
LISTEN = """
() => {
  window.heard = [];
  const region = document.querySelector(".follow-told");
  const listen = () => region.textContent && heard.push(region.textContent);
  new MutationObserver(listen).observe(region, { childList: true });
}
"""
#: Until it has said so much.
HEARD = """
async (count) => {
  for (let turn = 0; turn < 400 && heard.length < count; turn += 1) await new Promise((done) => setTimeout(done, 20));
  return heard;
}
"""


def test_walk_through(blog, open_page):
    reader = open_page()
    assert str(Tree(reader.page)) == documented("page")

    def arrived() -> None:
        blog.refresh_from_db()
        reader.catch_up(blog.revision)

    # A new post, while the focus is on the latest one
    reader.run(LISTEN)
    _, plain, bridge = blog.posts.order_by("published_at")
    reader.run("(id) => document.getElementById(id).focus()", f"at-{bridge.public_id}")
    latest = PostFactory(blog=blog, state="published", headline="The river falls", body="<p>By a foot an hour.</p>")
    arrived()
    assert reader.run("document.activeElement.id") == f"at-{bridge.public_id}"
    assert articles(reader.page) == documented("after a new post")
    assert reader.run(HEARD, 1) == documented("said").splitlines()[:1]

    # An edit, and a correction
    plain.body = "<p>Both bridges are shut.</p>"
    publishing.update(plain)
    arrived()
    bridge.correction = "It is the bridge at Mill Road."
    publishing.update(bridge, minor=True)
    arrived()
    assert reader.run("document.activeElement.id") == f"at-{bridge.public_id}"
    assert articles(reader.page) == documented("after an edit and a correction")
    assert reader.run(HEARD, 2) == documented("said").splitlines()[:2]

    # A removal, of the post that has the focus
    publishing.withdraw(bridge)
    arrived()
    assert reader.run("document.activeElement.id") == f"at-{latest.public_id}"
    assert articles(reader.page) == documented("after a removal")

    publishing.end_blog(blog)
    arrived()
    assert reader.run(HEARD, 3) == documented("said").splitlines()


def test_focus_is_never_behind_something_that_sticks(desk, open_page, settings):
    """The button that counts new posts stays at the top: what gets the focus comes to stand below it."""
    settings.FOLLOW_SECONDS = 3600
    reader = open_page()
    reader.scroll_to(900)
    desk.publish("new")
    reader.catch_up(desk.revision)
    expect(reader.button).to_be_visible()
    reader.run("[...document.querySelectorAll('#timeline a')].at(-1).focus()")
    hidden = """
        () => {
          const { activeElement: one } = document;
          const box = one.getBoundingClientRect();
          const isIn = (x, y) => one.contains(document.elementFromPoint(x, y));
          const y = box.top + box.height / 2;
          return ![box.left + 2, box.left + box.width / 2, box.right - 2].some((x) => isIn(x, y)) && one.outerHTML;
        }
    """
    for _ in range(12):
        assert reader.run(hidden) is False
        reader.page.keyboard.press("Shift+Tab")
