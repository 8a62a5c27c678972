"""Pictures in a real browser: their weight on a phone, that nothing jumps, the large view, uploads and the picker."""

import base64
import json
import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import Browser, BrowserContext, Page, expect

from liveblogs.models import Blog, Image, Post
from tests.support.browsing import DESK, PHONE, file
from tests.support.factories import BlogFactory, ImageFactory, PostFactory
from tests.support.pictures import encoded, jpeg, photo, scenery

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
LONG = "<p>" + "The river keeps rising, and nobody knows for how long. " * 40 + "</p>"


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    contexts = []

    def opened(**options) -> BrowserContext:
        contexts.append(browser.new_context(**options))
        contexts[-1].set_default_timeout(15_000)
        return contexts[-1]

    yield opened
    for context in contexts:
        context.close()


def until(page: Page, expression: str) -> None:
    """Wait for it. Not Page.wait_for_function, whose eval() our policy forbids."""
    for _ in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(expression)


def publish(blog: Blog, headline: str, *images: Image, body: str = "") -> Post:
    return PostFactory(blog=blog, state="published", headline=headline, body=body, images=images)


@pytest.fixture(scope="module")
def usual_photos() -> list[bytes]:
    return [jpeg(scenery((1500, 1000), seed)) for seed in (3, 40)]


# Weight and room
# ---------------


@pytest.mark.parametrize("dots", [1, 2, 3])
def test_usual_photo_weighs_at_most_40_kb_on_a_phone(live_server, open_context, usual_photos, dots):
    publish(BlogFactory(live=True, slug="quake"), "with pictures", *(ImageFactory(data=data) for data in usual_photos))
    page = open_context(viewport=PHONE, device_scale_factor=dots, is_mobile=True).new_page()
    weights: dict[str, int] = {}
    page.on("response", lambda got: "/media/" in got.url and weights.update({got.url: len(got.body())}))
    page.goto(f"{live_server.url}/quake/")
    scroll_through(page)
    until(page, "[...document.images].every((one) => one.complete && one.naturalWidth)")
    assert [url.rpartition(".")[2] for url in weights] == ["avif", "avif"]
    assert max(weights.values()) <= 40_000
    # A dot of the screen gets at least two thirds of a pixel.
    widths = page.eval_on_selector_all(
        ".picture img", "all => all.map(one => one.currentSrc.match(/(\\d+)\\.avif/)[1])"
    )
    assert min(map(int, widths)) >= 358 * min(dots, 2) * 0.98


def test_nothing_jumps_and_only_what_is_seen_is_loaded(live_server, open_context, usual_photos):
    blog = BlogFactory(live=True, slug="quake")
    publish(blog, "oldest", ImageFactory(data=usual_photos[0]))
    for number in range(8):
        publish(blog, f"between {number}", body=LONG)
    publish(blog, "newest", ImageFactory(data=usual_photos[1]), ImageFactory(data=jpeg(photo((600, 900)))))
    page = open_context(viewport=PHONE, device_scale_factor=2, is_mobile=True).new_page()
    loaded: list[str] = []
    page.on("response", lambda got: "/media/" in got.url and loaded.append(got.url))
    page.goto(f"{live_server.url}/quake/")
    page.evaluate(
        """() => {
            window.shifted = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifted += entry.value; }))
              .observe({ type: "layout-shift", buffered: true });
        }"""
    )
    first = page.locator(".picture img").first
    assert (first.get_attribute("fetchpriority"), first.get_attribute("loading")) == ("high", None)
    oldest = page.locator("article", has_text="oldest").locator("img")
    assert oldest.get_attribute("loading") == "lazy"
    assert page.evaluate("all => all.complete && all.naturalWidth", oldest.element_handle()) == 0
    assert 1 <= len(loaded) <= 2
    scroll_through(page)
    expect(page.locator("article", has_text="oldest")).to_be_visible()
    until(page, "[...document.images].every((one) => one.complete && one.naturalWidth)")
    assert len(loaded) == 3
    assert page.evaluate("window.shifted") < 0.01


def scroll_through(page: Page) -> None:
    page.evaluate(
        """async () => {
            for (let y = 0; y <= document.body.scrollHeight; y += 400) {
              scrollTo(0, y);
              await new Promise((done) => setTimeout(done, 30));
            }
        }"""
    )
    until(page, "[...document.images].every((one) => one.complete)")


def test_room_is_kept_before_a_picture_is_there(live_server, open_context, usual_photos):
    publish(BlogFactory(live=True, slug="quake"), "with a picture", ImageFactory(data=usual_photos[0]))
    page = open_context(viewport=DESK).new_page()
    page.route("**/media/**", lambda _route: None)  # never answered
    page.goto(f"{live_server.url}/quake/", wait_until="domcontentloaded")
    box = page.locator(".picture img").bounding_box()
    assert abs(box["width"] / box["height"] - 1.5) < 0.05
    colour = Image.objects.get().get_renditions().colour
    rgb = f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"
    expect(page.locator(".picture img")).to_have_css("background-color", rgb)


# The large view
# --------------


@pytest.fixture
def gallery(live_server) -> str:
    """Three pictures on one post, another on the next."""
    blog = BlogFactory(live=True, slug="quake")
    publish(blog, "older", ImageFactory(data=jpeg(photo((400, 300))), caption="Elsewhere"))
    pictures = [
        ImageFactory(data=jpeg(photo(size)), alt="A street under water", caption=f"Number {number}", credit="Bo Lind")
        for number, size in enumerate([(1600, 1000), (700, 1000), (400, 260)], start=1)
    ]
    publish(blog, "gallery", *pictures)
    return f"{live_server.url}/quake/"


def test_without_javascript_a_click_leads_to_the_largest_file(gallery, open_context):
    page = open_context(viewport=PHONE, java_script_enabled=False).new_page()
    page.goto(gallery)
    assert page.locator(".is-gallery .picture").count() == 3
    assert page.locator("dialog").count() == 0
    page.locator(".picture-link").first.click()
    page.wait_for_url(re.compile(r"/media/renditions/.*-1600\.jpg$"))


@pytest.mark.parametrize("viewport", [PHONE, DESK])
def test_large_view_by_mouse_and_keyboard(gallery, open_context, viewport):
    page = open_context(viewport=viewport).new_page()
    faults: list[str] = []
    page.on("console", lambda said: said.type == "error" and faults.append(said.text))
    page.goto(gallery)
    page.locator(".picture-link").nth(1).click()
    dialog = page.get_by_role("dialog", name="Large view")
    expect(dialog).to_be_visible()
    expect(dialog.locator("figcaption")).to_contain_text("Number 2")
    expect(dialog.locator(".viewer-place")).to_have_text("2 / 3")
    expect(dialog.get_by_role("img", name="A street under water")).to_be_visible()
    shown = dialog.locator("img")
    until(page, "document.querySelector('dialog img').complete")
    box, window = shown.bounding_box(), page.viewport_size
    assert abs(box["width"] / box["height"] - 0.7) < 0.03
    assert box["width"] <= window["width"]
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= window["height"]
    page.keyboard.press("ArrowRight")
    expect(dialog.locator("figcaption")).to_contain_text("Number 3")
    expect(dialog.get_by_role("button", name="Next picture")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(dialog.locator(".viewer-place")).to_have_text("3 / 3")
    assert shown.bounding_box()["width"] <= 401  # no larger than it is
    page.keyboard.press("Home")
    expect(dialog.locator("figcaption")).to_contain_text("Number 1")
    expect(dialog.get_by_role("button", name="Previous picture")).to_be_hidden()
    dialog.get_by_role("button", name="Next picture").click()
    expect(dialog.locator("figcaption")).to_contain_text("Number 2")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('.picture-link')")
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close the large view").click()
    expect(dialog).to_be_hidden()
    assert (page.url, faults) == (gallery, [])


def test_large_view_of_a_single_picture_has_nowhere_to_go(gallery, open_context):
    page = open_context(viewport=DESK).new_page()
    page.goto(gallery)
    page.locator("article", has_text="older").locator(".picture-link").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("figcaption")).to_contain_text("Elsewhere")
    expect(dialog.locator(".viewer-place")).to_be_hidden()
    expect(dialog.get_by_role("button")).to_have_count(1)
    page.mouse.click(5, 300)  # the dark beside it
    expect(dialog).to_be_hidden()


def test_large_view_is_accessible(gallery, open_context):
    page = open_context(viewport=DESK).new_page()
    page.goto(gallery)
    page.locator(".picture-link").nth(1).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found = Axe().run(page, context=".viewer", options=AXE).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_large_view_of_a_post_that_came_later(gallery, open_context):
    page = open_context(viewport=DESK).new_page()
    page.goto(gallery)
    page.evaluate("const all = document.querySelector('.is-gallery'); all.replaceWith(all.cloneNode(true))")
    page.locator(".picture-link").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_click_for_another_tab_is_left_alone(gallery, open_context):
    context = open_context(viewport=DESK)
    page = context.new_page()
    page.goto(gallery)
    with context.expect_page() as opened:
        page.locator(".picture-link").first.click(modifiers=["Control"])
    assert "/media/renditions/" in opened.value.url
    expect(page.get_by_role("dialog")).to_have_count(0)


# Uploads and the picker
# ----------------------


@pytest.fixture
def library(live_server, open_context, client) -> Page:
    """The library in a signed-in editor's browser."""
    client.force_login(User.objects.create_superuser("ada"))
    context = open_context(viewport=DESK)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/liveblogs/image/library/")
    page.evaluate(
        """() => {
            window.arrived = [];
            document.addEventListener("picture-uploaded", ({ detail }) => window.arrived.push(detail.id));
        }"""
    )
    return page


def test_several_files_at_once_each_with_its_fate(library):
    good = [file(f"{number}.jpg", jpeg(photo((90 + number, 60)))) for number in range(4)]
    bad = file("notes.jpg", b"only words")
    library.get_by_label("Choose pictures").set_input_files([*good, bad, good[0]])
    until(library, "window.arrived.length === 5")
    assert Image.objects.count() == 4
    assert set(library.evaluate("window.arrived")) == set(Image.objects.values_list("pk", flat=True))
    refused = library.locator(".uploads-list li")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("“notes.jpg” is not a picture that can be used here")
    expect(refused.get_by_role("button", name="Try again")).to_have_count(0)
    refused.get_by_role("button", name="Dismiss").click()
    expect(refused).to_have_count(0)
    assert library.evaluate("document.activeElement.type") == "file"


def test_file_that_is_too_large_is_not_even_sent(library, tmp_path):
    huge = tmp_path / "huge.jpg"
    huge.write_bytes(bytes(15 * 1024 * 1024 + 1))
    sent = []
    library.on("request", lambda asked: asked.method == "POST" and sent.append(asked.url))
    library.get_by_label("Choose pictures").set_input_files(huge)
    sentence = "“huge.jpg” is too large: a picture may have up to 15.0\xa0MB."
    expect(library.get_by_role("status")).to_have_text(sentence)
    assert sent == []


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_dropped_and_pasted_pictures(library, way):
    data = base64.b64encode(encoded(photo((200, 120)), "PNG")).decode()
    library.evaluate(
        """([way, data]) => {
            const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "image.png", { type: "image/png" }));
            const options = { bubbles: true, cancelable: true };
            const zone = document.querySelector("picture-uploads");
            if (way === "drop") zone.dispatchEvent(new DragEvent("drop", { ...options, dataTransfer: transfer }));
            else document.body.dispatchEvent(new ClipboardEvent("paste", { ...options, clipboardData: transfer }));
        }""",
        [way, data],
    )
    until(library, "window.arrived.length === 1")
    expect(library.get_by_role("status")).to_have_text("image.png uploaded")
    assert (Image.objects.get().width, library.url.rpartition("/admin/")[2]) == (200, "liveblogs/image/library/")


def test_upload_that_was_lost_on_the_way_can_be_tried_again(library):
    library.route("**/upload/", lambda route: route.abort())
    library.get_by_label("Choose pictures").set_input_files(file("a.jpg", jpeg(photo())))
    line = library.locator(".uploads-list li")
    expect(line).to_contain_text("a.jpg was not uploaded: connection lost.")
    library.unroute("**/upload/")
    line.get_by_role("button", name="Try again").click()
    until(library, "window.arrived.length === 1")
    expect(line).to_have_count(0)


def test_picker_searches_and_tells_the_choice(library):
    first = ImageFactory(data=jpeg(photo((300, 200))), caption="Flood in Harbour Street")
    ImageFactory(data=jpeg(photo((301, 200))), caption="The mayor speaks")
    library.evaluate(
        """() => {
            const words = 'data-library-title="Choose a picture" data-library-close="Close"';
            const button = `<button data-library="${location.pathname}" ${words}>Choose from library</button>`;
            document.querySelector("main").insertAdjacentHTML("afterbegin", button);
            document.addEventListener("picture-chosen", ({ detail }) => { window.chosen = detail; });
        }"""
    )
    library.add_script_tag(url="/static/liveblogs/library.js", type="module")
    library.get_by_role("button", name="Choose from library").click()
    dialog = library.get_by_role("dialog", name="Choose a picture")
    expect(dialog.locator(".library-card")).to_have_count(2)
    library.keyboard.type("flood")
    library.keyboard.press("Enter")
    expect(dialog.locator(".library-card")).to_have_count(1)
    dialog.locator("[data-picture]").click()
    expect(dialog).to_have_count(0)
    assert json.loads(library.evaluate("JSON.stringify(window.chosen)"))["id"] == first.pk


def test_library_is_accessible(library):
    ImageFactory(data=jpeg(photo((300, 200))), caption="Flood in Harbour Street")
    library.reload()
    found = Axe().run(library, context="#content", options=AXE).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
