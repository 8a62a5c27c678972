"""Times in the reader's own zone: chosen once, remembered, for all that stands on a page and all that comes."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from playwright.sync_api import Browser, Page, expect

from liveblogs import publishing
from liveblogs.text import times
from tests.support.factories import BlogFactory, BylineFactory, PostFactory
from tests.support.reader import Reader

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW_YORK = ZoneInfo("America/New_York")
#: Around both changes of clocks, and where the day is another one in most of the world.
MOMENTS = [
    datetime(2025, 11, 2, 9, 30, tzinfo=UTC),
    datetime(2026, 3, 8, 6, 59, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    datetime(2026, 7, 1, 3, 30, tzinfo=UTC),
    datetime(2026, 7, 1, 16, 5, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 11, 1, 7, 30, tzinfo=UTC),
]


@pytest.fixture
def blog():
    blog = BlogFactory(live=True, slug="flood", time_zone="America/New_York")
    byline = BylineFactory(name="Ana Ruiz", slug="ana-ruiz")
    for at in MOMENTS:
        PostFactory(
            blog=blog,
            state="published",
            headline=f"At {at:%d %B}",
            is_key_event=True,
            credits=[byline],
            published_at=at,
            correction="It was the other bridge.",
        )
    publishing.update(blog.posts.get(published_at=MOMENTS[-1]))
    return blog


@pytest.fixture
def open_in(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """A page as somebody in this zone opens it, in a browser of their own."""
    contexts = []

    def opened(zone: str, address: str = "/flood/", **options) -> Page:
        contexts.append(browser.new_context(timezone_id=zone, **options))
        page = contexts[-1].new_page()
        page.goto(live_server.url + address)
        return page

    yield opened
    for context in contexts:
        context.close()


#: Until the zone's names are kept. The page's policy allows no polling by Playwright.
NAMES_ARE_KEPT = """
async () => {
  for (let turn = 0; turn < 500 && !/"names":{"/.test(localStorage["newsroom.zone"]); turn += 1) {
    await new Promise((done) => setTimeout(done, 10));
  }
}
"""


def own(page: Page) -> None:
    """Choose the reader's own zone, and wait until its name is known."""
    page.get_by_label("Times").select_option(index=1)
    page.evaluate(NAMES_ARE_KEPT)


def shown(page: Page, selector: str) -> list[str]:
    """What these times say, each with the words in its title."""
    return page.eval_on_selector_all(
        f"main :is({selector}) time", "all => all.map(one => [one.textContent, one.title].filter(Boolean).join(' | '))"
    )


def moments(page: Page, selector: str) -> list[datetime]:
    return [
        datetime.fromisoformat(text)
        for text in page.eval_on_selector_all(f"main :is({selector}) time", "all => all.map(one => one.dateTime)")
    ]


@pytest.mark.parametrize(
    "key",
    ["Europe/Berlin", "Europe/London", "America/Los_Angeles", "Asia/Calcutta", "Asia/Tokyo", "Asia/Dubai", "UTC"],
)
def test_times_read_as_in_a_blog_of_that_zone(blog, open_in, key):
    zone, page = ZoneInfo(key), open_in(key)
    before = {name: shown(page, name) for name in (".post", ".key-events", ".blog-head")}
    assert shown(page, ".post-time")[0].startswith(times.post_time(moments(page, ".post-time")[0], NEW_YORK))
    own(page)
    first = f"First published {times.post_time(MOMENTS[-1], zone)}"
    posts = [times.post_time(at, zone) for at in moments(page, ".post")]
    assert [text.partition(" | ")[0] for text in shown(page, ".post")] == posts
    assert shown(page, ".post-time")[0].endswith(f" | {first}")
    assert shown(page, ".blog-updated") == [times.post_time(at, zone) for at in moments(page, ".blog-updated")]
    days = [times.day(at, zone) for at in moments(page, ".key-events")]
    changes = [day != previous for day, previous in zip(days, [None, *days], strict=False)]
    assert shown(page, ".key-events") == [
        times.post_time(at, zone) if is_new else times.clock(at, zone)
        for at, is_new in zip(moments(page, ".key-events"), changes, strict=True)
    ]
    page.get_by_label("Times").select_option(index=0)
    assert {name: shown(page, name) for name in before} == before


def test_choice_is_remembered_on_every_page_and_in_every_tab(blog, open_in, live_server):
    page = open_in("Europe/Berlin")
    other = page.context.new_page()
    other.goto(f"{live_server.url}/")
    assert " ET" in shown(other, ".card")[0]
    own(page)
    expect(other.locator(".card time").first).to_contain_text("CE")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for address, place in (("/flood/", ".post-time"), ("/", ".card"), ("/bylines/ana-ruiz/", ".byline-posts")):
        page.goto(live_server.url + address)
        assert page.get_by_label("Times").input_value() == "own"
        assert {" ET" in text for text in shown(page, place)} == {False}
    assert not any("zones" in url for url in asked)
    page.get_by_label("Times").select_option(index=0)
    expect(other.locator(".card time").first).to_contain_text(" ET")
    page.goto(f"{live_server.url}/flood/")
    assert shown(page, ".post-time")[0].count(" ET") == 2


def test_what_arrives_is_in_the_readers_zone(blog, live_server, browser):
    context = browser.new_context(timezone_id="Asia/Tokyo")
    reader = Reader(context, f"{live_server.url}/flood/")
    own(reader.page)
    arrived = PostFactory(blog=blog, state="published", headline="Just in", is_key_event=True)
    edited = blog.posts.get(headline="At 01 November")
    edited.headline = "Put right"
    publishing.update(edited)
    blog.refresh_from_db()
    reader.expect_revision(blog.revision)
    tokyo = ZoneInfo("Asia/Tokyo")
    for post in (arrived, edited):
        post.refresh_from_db()
        time = reader.page.locator(f"#post-{post.public_id} .post-time time")
        assert time.text_content() == times.post_time(post.updated_at, tokyo)
    assert "JST" in shown(reader.page, ".blog-updated")[0]
    assert {"JST" in text for text in shown(reader.page, ".key-events")} == {True}
    fresh = reader.shown()
    reader.accept()
    reader.page.reload()
    assert [line for line in reader.shown() if "JST" in line] == [line for line in fresh if "JST" in line]
    assert reader.faults == []
    context.close()


def test_control_stands_only_where_it_would_change_something(blog, open_in, live_server):
    page = open_in("America/Detroit")
    expect(page.locator("#zone")).to_be_hidden()
    page.goto(f"{live_server.url}/nothing/")
    assert page.locator("#zone").count() == 0
    without = open_in("Europe/Berlin", java_script_enabled=False)
    expect(without.locator("#zone")).to_be_hidden()
    abroad = open_in("Europe/Berlin")
    options = abroad.locator("#zone option").all_text_contents()
    assert [option.strip() for option in options] == ["Story’s time: ET", "Your time: Berlin"]


def test_browser_that_stores_nothing_and_a_server_that_does_not_answer(blog, open_in):
    page = open_in("Europe/Berlin")
    page.evaluate("Storage.prototype.setItem = () => { throw new DOMException() }; 0")
    page.route("**/zones/**", lambda route: route.abort())
    page.get_by_label("Times").select_option(index=1)
    assert shown(page, ".post-time")[0].count(" Berlin, ") == 2


def test_another_language_has_its_own_forms(blog, open_in, settings):
    settings.LANGUAGE_CODE = "de"
    page = open_in("Europe/Berlin")
    own(page)
    with override("de"):
        berlin = ZoneInfo("Europe/Berlin")
        expected = [times.post_time(at, berlin) for at in moments(page, ".post")]
    assert [text.partition(" | ")[0] for text in shown(page, ".post")] == expected
