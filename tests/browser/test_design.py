"""How the public pages look and read in a real browser: on phones and desks, in light and dark, on paper."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page

from liveblogs import publishing, timeline
from liveblogs.models import Blog, BlogCredit, Byline, Image, Post
from tests.support import emulations
from tests.support.browsing import DESK, PHONE
from tests.support.factories import ImageFactory, PostFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
LONG_LINK = "https://www.example.org/" + "a" * 160
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


# What is looked at
# -----------------


def make_image(width: int, height: int, **fields) -> Image:
    return ImageFactory(size=(width, height), **{"alt": "A teal rectangle", "caption": "Calm water", **fields})


def publish(blog: Blog, headline: str, body: str = "", by: Byline | None = None, **fields) -> Post:
    credits = [(by, "Hallorin")] if by else []
    return PostFactory(blog=blog, state="published", headline=headline, body=body, credits=credits, **fields)


def make_day(blog: Blog, count: int) -> None:
    """This many posts, a second apart, in one change. A fifth of them are key events."""
    start = timezone.now() - timedelta(seconds=count)
    Post.objects.bulk_create(
        Post(
            blog=blog,
            headline=f"Update {number}",
            body="<p>The river fell again.</p>",
            is_key_event=number % 5 == 0,
            state=Post.State.SCHEDULED,
            publish_at=start + timedelta(seconds=number),
        )
        for number in range(count)
    )
    publishing.publish_due(blog=blog)


@pytest.fixture
def addresses(live_server) -> dict[str, str]:
    """Every kind of public page, with all that a post can hold, by name."""
    portrait = make_image(60, 90, focal_y=0.2)
    byline = Byline.objects.create(
        name="Marta Ellisdon",
        organisation="Fairlead News",
        job_title="Reporter",
        bio="Covers rivers.",
        portrait=portrait,
    )
    ended = Blog.objects.create(title="Storm comes ashore", slug="storm", time_zone="America/New_York")
    publishing.open_blog(ended)
    publish(ended, "", "<p>A post without a headline.</p>", by=byline)
    publish(ended, "The storm is over", is_key_event=True)
    publishing.end_blog(ended)
    blog = Blog.objects.create(
        title=f"Floods in {LONG_WORD}",
        slug="flood",
        summary=f"<p>{LONG_WORD * 2}</p><ul><li>The <a href='{LONG_LINK}'>river</a> falls.</li></ul>",
        cover=make_image(160, 90, focal_x=0.3),
        continues=ended,
        time_zone="America/New_York",
    )
    BlogCredit.objects.create(blog=blog, byline=byline)
    publishing.open_blog(blog)
    publish(blog, "Yesterday's news", is_key_event=True, published_at=timezone.now() - timedelta(days=2))
    make_day(blog, 37)
    publish(blog, LONG_WORD, f"<p>{LONG_WORD * 3}</p><p><a href='{LONG_LINK}'>{LONG_LINK}</a></p>", by=byline)
    publish(
        blog, "الفيضانات تتراجع", "<p>قال رئيس البلدية إن المياه تنحسر.</p><ul><li>الجسر مفتوح</li></ul>", by=byline
    )
    full = publish(
        blog,
        "Everything that a post can hold",
        "<p><strong>Lead-in:</strong> text, <em>stress</em> and <a href='https://www.example.org/'>a link</a>.</p>"
        "<h3>A sub-head</h3><ol><li>One</li><li>Two</li></ol><h4>A smaller one</h4>"
        "<blockquote><p>“Not one,” she said.</p></blockquote>",
        images=[make_image(160, 90), make_image(60, 90), make_image(120, 90), make_image(90, 90)],
        by=byline,
        label="Analysis",
        is_key_event=True,
        correction="The river is 9.1 meters high, not 9.7.",
    )
    publish(blog, "", images=[make_image(600, 900)], by=byline)
    pinned = publish(blog, "What we know so far", "<p>The river falls.</p>", images=[make_image(1600, 900)], by=byline)
    publishing.pin(pinned)
    empty = Blog.objects.create(title="Nothing yet", slug="empty")
    publishing.open_blog(empty)
    covered = timeline.snapshot("flood")
    assert covered is not None
    older = timeline.page(covered, timeline.Place()).older
    newer = timeline.page(covered, timeline.Place(oldest_first=True)).newer
    paths = {
        "home": "/",
        "live": "/flood/",
        "oldest first": "/flood/?sort=oldest",
        "older posts": f"/flood/?before={older}",
        "newer posts": f"/flood/?sort=oldest&after={newer}",
        "permalink": full.get_absolute_url(),
        "ended": "/storm/",
        "empty": "/empty/",
        "byline": byline.get_absolute_url(),
        "not found": "/nothing/",
    }
    return {name: live_server.url + path for name, path in paths.items()}


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A page in a context of its own, with Playwright's options for one."""
    contexts = []

    def opened(address: str = "", **options) -> Page:
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        if address:
            page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


def each(addresses: dict[str, str], page: Page) -> Iterator[str]:
    """Open each page in turn; the name of the one that is open."""
    for name, address in addresses.items():
        assert page.goto(address).status == (404 if name == "not found" else 200), name
        yield name


# For everybody
# -------------


def test_every_style_sheet_loads_and_keeps_to_the_layers(addresses, open_page):
    """The first sheet of a page declares the layers' order; a rule outside of them would win over all the others."""
    page = open_page()
    for name in each(addresses, page):
        sheets = page.eval_on_selector_all(
            "link[rel=stylesheet]",
            """all => all.map(({ sheet }) => [...(sheet?.cssRules ?? [])])
                .map(rules => rules.flatMap(({ nameList, name }) => nameList ?? name))""",
        )
        order = sheets[0][:-1]
        assert len(order) > 1, name
        assert [set(layers) <= set(order) and layers != [] for layers in sheets] == [True] * len(sheets), name


def test_axe_finds_nothing(addresses, open_page):
    page = open_page()
    found = {name: emulations.faults(page) for name in each(addresses, page)}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_headings_are_an_outline_and_articles_stand_once(addresses, open_page):
    page = open_page()
    for name in each(addresses, page):
        levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(one => Number(one.tagName[1]))")
        assert levels[0] == 1, name
        assert levels.count(1) == 1, name
        jumps = [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
        assert jumps == [], name
        ids = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
        assert sorted(ids) == sorted(set(ids)), name


def test_everything_can_be_read_without_javascript(addresses, open_page):
    page = open_page(addresses["live"], java_script_enabled=False, viewport=PHONE)
    assert page.locator("article").count() == 20 + Post.objects.filter(blog__slug="flood").count() % 20
    for text in ("Marta Ellisdon", "Calm water", "(Ana Ruiz/Fairlead News)", "The river is 9.1 meters high, not 9.7."):
        assert page.get_by_text(text).first.is_visible(), text
    assert page.locator(".key-events a").count() == Post.objects.filter(blog__slug="flood", is_key_event=True).count()
    page.get_by_role("link", name="Oldest first").click()
    assert page.locator("article:not([data-pinned]) h2").first.inner_text() == "Yesterday's news"
    page.get_by_role("link", name="Newer posts").click()
    assert page.locator("article").count() > 0
    page.get_by_role("link", name="Newsroom", exact=True).click()
    page.get_by_role("link", name="Storm comes ashore").click()
    assert page.get_by_text("This coverage has ended").is_visible()
    page.get_by_role("link", name=f"Floods in {LONG_WORD}").click()
    page.get_by_role("link", name="Key event").or_(page.locator(".key-events a")).first.click()
    assert page.locator(".focus article").count() == 1
    page.get_by_role("link", name="Go to the latest").click()
    assert page.url == addresses["live"]


def test_skip_link_and_focus_can_be_seen(addresses, open_page):
    page = open_page(addresses["live"], viewport=DESK)
    links = page.locator(".skip-link").all()
    assert [link.inner_text() for link in links] == ["Skip to the content", "Skip to the posts"]
    for link in links:
        assert link.bounding_box()["y"] < 0
        page.keyboard.press("Tab")
        assert link.bounding_box()["y"] >= 0
    for _ in range(8):
        focus = page.evaluate(
            "() => { const style = getComputedStyle(document.activeElement);"
            " return [style.outlineStyle, parseFloat(style.outlineWidth), parseFloat(style.outlineOffset)] }"
        )
        assert focus == ["solid", 3, 2], page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Tab")


def test_targets_are_large_enough(addresses, open_page):
    """WCAG 2.2's 24 pixels, for each link and button that does not stand in running text."""
    page = open_page(viewport=PHONE)
    inline = ".prose, .post-credits, .blog-credits, .skip-link"
    for name in each(addresses, page):
        small = page.eval_on_selector_all(
            "a, button",
            """(all, inline) => all.filter(one => one.offsetParent && !one.closest(inline))
                .filter(one => one.getBoundingClientRect().height < 24 || one.getBoundingClientRect().width < 24)
                .map(one => one.outerHTML)""",
            inline,
        )
        assert small == [], name


def test_motion_only_for_those_who_do_not_mind(addresses, open_page):
    moving = "document.getAnimations().map(one => one.animationName)"
    assert open_page(addresses["live"], reduced_motion="no-preference").evaluate(moving) == ["pulse"]
    assert open_page(addresses["live"], reduced_motion="reduce").evaluate(moving) == []


def test_marks_survive_forced_colours(addresses, open_page):
    page = open_page(addresses["live"], forced_colors="active", viewport=DESK)
    ground, current, backplate = page.evaluate(
        """() => {
            const [body, current] = ["body", ".sort [aria-current]"].map(one => document.querySelector(one));
            const [ground, mark] = [getComputedStyle(body), getComputedStyle(current)];
            return [ground.backgroundColor, mark.backgroundColor, mark.forcedColorAdjust];
        }"""
    )
    assert current != ground
    assert backplate == "none"
    dot = page.eval_on_selector("[data-key-event]", "one => getComputedStyle(one, '::after').borderTopStyle")
    assert dot == "solid"


# On every screen
# ---------------


def test_nothing_scrolls_sideways(addresses, open_page):
    page = open_page()
    for name in each(addresses, page):
        for width in (320, 820, 1440, 2560):
            page.set_viewport_size({"width": width, "height": 800})
            for direction in ("rtl", "ltr"):
                page.evaluate("direction => { document.documentElement.dir = direction }", direction)
                over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert over <= 0, (name, width, direction)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_moves_while_a_page_loads(addresses, open_page, viewport):
    page = open_page(viewport=viewport)
    page.add_init_script(
        "window.shifts = []; new PerformanceObserver(list => shifts.push(...list.getEntries().map(one => one.value)))"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    for name in ("home", "live", "permalink", "byline"):
        page.goto(addresses[name])
        page.evaluate(
            """async () => {
                for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
                    scrollTo(0, y);
                    await new Promise(requestAnimationFrame);
                }
            }"""
        )
        page.wait_for_function(
            "[...document.images].every(one => one.complete || getComputedStyle(one).display === 'none')"
        )
        page.wait_for_timeout(100)
        assert page.evaluate("shifts") == [], name


def test_times_stand_beside_posts_where_there_is_room(addresses, open_page):
    def places(page: Page) -> tuple[dict, dict]:
        post = page.locator("article[data-key-event]").first
        return post.locator(".post-time").bounding_box(), post.locator("h2").bounding_box()

    page = open_page(addresses["live"], viewport=DESK)
    time, headline = places(page)
    assert time["x"] + time["width"] < headline["x"]
    assert abs(time["y"] - headline["y"]) < 10
    page.evaluate("document.documentElement.dir = 'rtl'")
    time, headline = places(page)
    assert time["x"] > headline["x"] + headline["width"]
    page.evaluate("document.documentElement.dir = 'ltr'")
    page.set_viewport_size(PHONE)
    time, headline = places(page)
    assert time["x"] == headline["x"]
    assert time["y"] + time["height"] <= headline["y"]


def test_key_events_stay_in_view_on_wide_screens(addresses, open_page):
    page = open_page(addresses["live"], viewport=DESK)
    page.evaluate("scrollTo(0, 3000)")
    box = page.locator(".key-events").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= DESK["height"]
    page.set_viewport_size(PHONE)
    assert page.locator(".key-events").bounding_box()["height"] < 200


def test_pictures_are_whole_and_share_rows(addresses, open_page):
    page = open_page(addresses["permalink"], viewport=DESK)
    boxes = [one.bounding_box() for one in page.locator(".focus .is-gallery img").all()]
    assert [round(box["width"] / box["height"], 1) for box in boxes] == [1.8, 0.7, 1.3, 1.0]
    rows = {}
    for box in boxes:
        rows.setdefault(round(box["y"]), []).append(box["height"])
    assert [len(heights) for heights in rows.values()] == [2, 2]
    assert all(max(heights) - min(heights) < 1 for heights in rows.values())


def test_tall_picture_fits_the_screen(addresses, open_page):
    page = open_page(addresses["live"], viewport=DESK)
    tall = page.locator("img[height='900'][width='600']")
    assert tall.bounding_box()["height"] <= 0.9 * DESK["height"]
    assert tall.evaluate("one => getComputedStyle(one).objectFit") == "contain"


# On paper, and when something is wrong
# -------------------------------------


def test_print_is_a_clean_document(addresses, open_page):
    page = open_page(addresses["live"], color_scheme="dark")
    page.emulate_media(media="print")
    for furniture in ("nav", ".skip-link", ".zone", ".from-start", ".site-footer", ".follow-bar", ".post-share"):
        assert [one.is_visible() for one in page.locator(furniture).all() if one.is_visible()] == [], furniture
    assert page.locator("article").first.is_visible()
    assert page.locator("h1").is_visible()
    colours = page.evaluate(
        "['body', '.blog-head', '.post-headline'].map(one => getComputedStyle(document.querySelector(one)))"
        ".map(one => [one.color, one.backgroundColor])"
    )
    displays = page.evaluate(
        "['::before', '::after'].map(one => getComputedStyle(document.querySelectorAll('.post')[1], one).display)"
    )
    assert displays == ["none", "none"]  # marks that would stay on the sheet before
    assert colours[0] == ["rgb(21, 24, 28)", "rgb(255, 255, 255)"]
    assert colours[1] == ["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"]
    assert colours[2][0] == "rgb(21, 24, 28)"


def test_error_page_is_dressed_though_the_site_is_broken(live_server, open_page, monkeypatch):
    def broken() -> str:
        raise RuntimeError

    monkeypatch.setattr(timeline, "front_state", broken)
    page = open_page(viewport=PHONE, color_scheme="dark")
    assert page.goto(f"{live_server.url}/").status == 500
    assert page.get_by_role("heading", level=1).inner_text() == "Something went wrong"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 17, 20)"
    assert Axe().run(page, options=AXE).response["violations"] == []


def test_day_of_key_events_is_said_where_it_changes(addresses, open_page):
    page = open_page(addresses["live"])
    times = page.locator(".key-events time").all_inner_texts()
    said = [text for text in times if ", " in text]
    assert len(times) == Post.objects.filter(blog__slug="flood", is_key_event=True).count()
    assert said == [times[0], times[-1]]
