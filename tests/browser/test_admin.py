"""The admin in a real browser: an editor writes, a reader reads. No page logs an error or breaks its policy."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Picture
from playwright.sync_api import Browser, Page, expect

from liveblogs import publishing
from liveblogs.models import Blog, BlogCredit, Byline, Image, Post, PostCredit, PostImage
from liveblogs.pictures import markup
from tests.support import emulations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 1000}
ADD = "admin:liveblogs_post_add"
BODY = "#post_form .ProseMirror[contenteditable=true]"


def png(size=(800, 500)) -> bytes:
    made = io.BytesIO()
    Picture.effect_noise(size, 80).convert("RGB").save(made, "PNG")
    return made.getvalue()


RIVER = {"name": "river.png", "mimeType": "image/png", "buffer": png((320, 200))}


# Who and what
# ------------


@pytest.fixture
def blog() -> Blog:
    blog = Blog.objects.create(title="River floods", slug="flood", time_zone="America/New_York")
    publishing.open_blog(blog)
    return blog


@pytest.fixture
def bylines(blog) -> list[Byline]:
    return [Byline.objects.create(name=name, organisation="Fairlead") for name in ("Ada Grant", "Bo Lind", "Cy Moss")]


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, live_server, blog) -> Iterator[Visit]:
    """A window of somebody who is logged in; at the end nothing may have gone wrong in any of them."""
    contexts, faults = [], []

    def open_window(group: str = "Editor", **options) -> Page:
        user = get_user_model().objects.filter(username=group.lower()).first()
        if user is None:
            user = get_user_model().objects.create_user(group.lower(), password="x", is_staff=True)
            user.groups.add(Group.objects.get(name=group))
            blog.staff.add(user)
        client = Client()
        client.force_login(user)
        context = browser.new_context(base_url=live_server.url, **({"viewport": DESK} | options))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        contexts.append(context)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert faults == []


def change_of(row) -> str:
    return reverse(f"admin:liveblogs_{row._meta.model_name}_change", args=[row.pk])


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.click(f"input[name=_{name}]")


def choose(page: Page, field: str, words: str) -> None:
    """Pick from a chooser by typing, as with a keyboard."""
    page.click(f"#{field} + .select2 .select2-selection")
    page.keyboard.type(words)
    page.click(f".select2-results__option:has-text('{words}')")


# Writing and reading
# -------------------


def test_write_publish_pin_correct_and_withdraw(visit, reader, bylines):
    page = visit()
    page.goto(reverse(ADD))
    page.fill("#id_headline", "The river is falling")
    page.click(BODY)
    page.keyboard.type("Nine metres at ")
    page.keyboard.press("Control+b")
    page.keyboard.type("Tanners Bridge")
    page.keyboard.press("Control+b")
    page.keyboard.type(".")
    choose(page, "id_credits-0-byline", "Ada Grant")
    page.fill("#id_credits-0-place", "Quenn")
    page.get_by_label("Choose pictures").set_input_files(RIVER)
    expect(page.locator("#images-0 .row-picture")).to_be_visible()
    page.fill("#id_images-0-alt", "Brown water under a bridge")
    page.fill("#id_images-0-credit", "Ada Grant/Fairlead")
    press(page, "publish")
    expect(page.locator(".messagelist .success")).to_contain_text("Published")

    reader.goto("/flood/")
    post = reader.locator("article").first
    expect(post).to_contain_text("The river is falling")
    expect(post.locator("strong")).to_have_text("Tanners Bridge")
    expect(post).to_contain_text("From Fairlead's Ada Grant in Quenn")
    assert post.locator("img").first.get_attribute("alt") == "Brown water under a bridge"

    publishing.publish(Post(blog=Blog.objects.get(), headline="Newer"))
    press(page, "pin")
    reader.goto("/flood/")
    expect(reader.locator("article").first).to_contain_text("The river is falling")

    page.fill("#id_headline", "The river is falling fast")
    press(page, "minor")
    reader.goto("/flood/")
    expect(reader.locator("article").first).to_contain_text("The river is falling fast")

    page.click("details.withdraw summary")
    page.fill("#id__reason", "wrong bridge")
    press(page, "withdraw")
    expect(page.locator(".messagelist .success")).to_contain_text("Withdrawn")
    reader.goto("/flood/")
    expect(reader.locator("article")).to_have_count(1)
    assert "The river is falling" not in reader.content()


def test_without_scripts(browser, live_server, visit, reader, bylines):
    """Every field has a plain form, and a picture of the library keeps its words."""
    cookies = visit().context.cookies()
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(reverse(ADD))
    page.fill("#id_headline", "Typed without scripts")
    page.fill("#id_body", "<p>Plain <em>markup</em>.</p>")
    page.click("input[name=_publish]")
    context.close()
    reader.goto("/flood/")
    expect(reader.locator("article em")).to_have_text("markup")


def test_return_in_the_headline_publishes_nothing(visit):
    page = visit()
    page.goto(reverse(ADD))
    page.fill("#id_headline", "Half a")
    with page.expect_navigation():
        page.press("#id_headline", "Enter")
    assert Post.objects.get().state == "draft"


def test_double_click_makes_one_post(visit):
    page = visit()
    page.goto(reverse(ADD))
    page.fill("#id_headline", "Once")
    with page.expect_navigation():
        page.dblclick("input[name=_publish]")
    expect(page.locator("#id_headline")).to_have_value("Once")
    assert Post.objects.count() == 1


def test_picture_without_words_is_told_at_its_row_and_not_uploaded_twice(visit):
    page = visit()
    page.goto(reverse(ADD))
    page.fill("#id_headline", "With a picture")
    page.get_by_label("Choose pictures").set_input_files(RIVER)
    expect(page.locator("#images-0 .row-picture")).to_be_visible()
    press(page, "publish")
    expect(page.locator("#images-0 .field-alt .errorlist")).to_contain_text("Add alt text")
    expect(page.locator("#images-0 .field-credit .errorlist")).to_contain_text("Add a credit line")
    expect(page.locator("#images-0 .row-picture")).to_be_visible()
    page.fill("#id_images-0-alt", "Water")
    page.fill("#id_images-0-credit", "Ada")
    press(page, "publish")
    assert Post.objects.get().images.get().image.alt == "Water"
    assert Image.objects.count() == 1


def test_picture_of_the_library_fills_its_row(visit):
    image = Image.objects.create(
        file=ContentFile(png(), name="a.png"), alt="Grey water", credit="Bo", caption="Flood."
    )
    image.refresh_from_db()
    page = visit()
    page.goto(reverse(ADD))
    page.fill("#id_headline", "Choose from library")
    page.get_by_role("button", name="Choose from library").click()
    page.get_by_role("dialog").get_by_role("button", name="Grey water").click()
    expect(page.locator("#id_images-0-alt")).to_have_value("Grey water")
    expect(page.locator("#id_images-0-caption")).to_have_attribute("placeholder", "Flood.")
    expect(page.locator("#images-0 .row-picture")).to_have_attribute("src", markup.shown(image).src)
    press(page, "publish")
    assert Post.objects.get().images.get().image == image
    image.refresh_from_db()
    assert (image.alt, image.credit) == ("Grey water", "Bo")


def test_two_editors_and_one_post(visit, blog):
    post = Post(blog=blog, headline="Seen", body="<p>first</p>")
    publishing.publish(post)
    mine, theirs = visit(), visit("Admin")
    mine.goto(change_of(post))
    theirs.goto(change_of(post))
    theirs.fill("#id_headline", "Corrected by a colleague")
    press(theirs, "update")
    mine.fill("#id_headline", "Typed meanwhile")
    press(mine, "update")
    expect(mine.locator(".errornote + .errorlist, .errorlist.nonfield").first).to_contain_text("admin updated this at")
    expect(mine.locator("#id_headline")).to_have_value("Typed meanwhile")
    expect(mine.locator(".their-text del").last).to_have_text("Corrected by a colleague")
    post.refresh_from_db()
    assert post.headline == "Corrected by a colleague"


# Order
# -----


@pytest.fixture
def credited(blog, bylines) -> Post:
    post = Post(blog=blog, headline="Three writers")
    publishing.publish(post)
    for position, byline in enumerate(bylines):
        PostCredit.objects.create(post=post, byline=byline, position=position)
    publishing.update(post)
    return post


def names(post: Post) -> list[str]:
    return list(post.credits.values_list("byline__name", flat=True))


def test_order_by_keyboard(visit, reader, credited):
    page = visit()
    page.goto(change_of(credited))
    up = page.locator("#credits-2 button[aria-label='Move up']")
    up.focus()
    page.keyboard.press("Enter")
    expect(up).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Moved")).to_have_text("Moved to position 1 of 3")
    press(page, "update")
    assert names(credited) == ["Cy Moss", "Ada Grant", "Bo Lind"]
    reader.goto("/flood/")
    expect(reader.locator("article")).to_contain_text("Cy Moss, Ada Grant and Bo Lind")


def test_order_by_dragging(visit, credited):
    page = visit()
    page.goto(change_of(credited))
    page.locator("#credits-0 .drag-handle").drag_to(
        page.locator("#credits-2 .drag-handle"), target_position={"x": 4, "y": 18}
    )
    press(page, "update")
    assert names(credited)[-1] == "Ada Grant"


def test_row_that_is_added_comes_last(visit, credited):
    Byline.objects.create(name="Di Noor", organisation="Fairlead")
    page = visit()
    page.goto(change_of(credited))
    page.click("#credits-group .add-row a, #credits-group a.addlink")
    choose(page, "id_credits-3-byline", "Di Noor")
    press(page, "update")
    assert names(credited) == ["Ada Grant", "Bo Lind", "Cy Moss", "Di Noor"]


def test_blog_credits_can_be_added(visit, blog, bylines):
    """An empty row that was only numbered asks for nothing."""
    BlogCredit.objects.create(blog=blog, byline=bylines[0])
    page = visit("Admin")
    page.goto(change_of(blog))
    page.click("#credits-group .add-row a, #credits-group a.addlink")
    page.click("#credits-group .add-row a, #credits-group a.addlink")
    choose(page, "id_credits-1-byline", "Bo Lind")
    press(page, "save")
    expect(page.locator(".messagelist .success")).to_contain_text("Saved.")
    assert blog.credits.count() == 2


# Pasting
# -------

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body>
<p class=MsoNormal>What is <b>known</b>:<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-.25in;mso-list:l0 level1 lfo1'><span style='font-family:Symbol'>
<span style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span></span>Two bridges are shut</p>
<p class=MsoListParagraphCxSpLast style='text-indent:-.25in;mso-list:l0 level1 lfo1'><span style='font-family:Symbol'>
<span style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span></span>Trains run <a href="https://example.org/trains">late</a></p>
</body></html>"""
FROM_WORD = (
    "<p>What is <strong>known</strong>:</p><ul><li>Two bridges are shut</li>"
    '<li>Trains run <a href="https://example.org/trains" rel="noopener">late</a></li></ul>'
)
DOCS = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1234">
<p dir="ltr"><span style="font-weight:700">Bold lead.</span><span style="font-weight:400"> Then plain.</span></p>
<ul><li dir="ltr" aria-level="1"><p dir="ltr"><span>One point</span></p></li>
<li dir="ltr" aria-level="1"><p dir="ltr"><span style="font-style:italic">Another</span></p></li></ul></b>"""
FROM_DOCS = "<p><strong>Bold lead.</strong> Then plain.</p><ul><li>One point</li><li><em>Another</em></li></ul>"


@pytest.mark.parametrize(("copied", "expected"), [(WORD, FROM_WORD), (DOCS, FROM_DOCS)], ids=["Word", "Google Docs"])
def test_paste_from_other_programs(visit, copied, expected):
    page = visit()
    page.goto(reverse(ADD))
    page.fill("#id_headline", "Pasted")
    page.click(BODY)
    page.evaluate(
        """([selector, html]) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/html", html);
            clipboardData.setData("text/plain", "plain");
            const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
            document.querySelector(selector).dispatchEvent(paste);
        }""",
        [BODY, copied],
    )
    expect(page.locator(f"{BODY} li")).to_have_count(2)
    press(page, "save")
    assert Post.objects.get().body == expected


# The library
# -----------


def test_focal_point_by_a_click(visit):
    image = Image.objects.create(file=ContentFile(png((1200, 750)), name="a.png"), alt="Water", credit="Bo")
    page = visit()
    page.goto(change_of(image))
    box = page.locator(".focal-picture img").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.75)
    mark = page.locator(".focal-mark").bounding_box()
    assert abs(mark["x"] + mark["width"] / 2 - (box["x"] + box["width"] * 0.25)) < 3
    press(page, "save")
    image.refresh_from_db()
    assert (image.focal_x, image.focal_y) == (pytest.approx(0.25, abs=0.01), pytest.approx(0.75, abs=0.01))


def test_zone_is_found_by_typing(visit, blog):
    page = visit("Admin")
    page.goto(change_of(blog))
    page.click("#id_time_zone + .select2 .select2-selection")
    page.keyboard.type("tokyo")
    page.keyboard.press("Enter")
    press(page, "save")
    blog.refresh_from_db()
    assert blog.time_zone == "Asia/Tokyo"


# Every page
# ----------


@pytest.fixture
def addresses(blog, bylines) -> list[str]:
    """Every page of ours, with something on it."""
    image = Image.objects.create(
        file=ContentFile(png(), name="a.png"), alt="Grey water", credit="Bo", caption="Flood."
    )
    blog.cover = image
    publishing.update_blog(blog)
    post = Post(blog=blog, headline="Everything on it", body="<p>Text</p>", is_key_event=True)
    publishing.publish(post)
    PostCredit.objects.create(post=post, byline=bylines[0], place="Quenn")
    PostImage.objects.create(post=post, image=image)
    publishing.update(post)
    publishing.pin(post)
    later = Post(blog=blog, headline="Later")
    publishing.schedule(later, timezone.now() + timedelta(hours=1))
    rows = [change_of(row) for row in (blog, post, later, image, bylines[0])]
    lists = [reverse(f"admin:liveblogs_{name}_changelist") for name in ("blog", "post", "image", "byline")]
    adds = [reverse(f"admin:liveblogs_{name}_add") for name in ("blog", "post", "image", "byline")]
    return ["/admin/", *lists, *adds, *rows, reverse("admin:liveblogs_post_history", args=[post.pk])]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_fits_and_runs(visit, addresses, viewport, scheme):
    page = visit("Admin", viewport=viewport, color_scheme=scheme)
    for address in addresses:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


def test_every_page_is_accessible(visit, addresses, blog):
    page = visit("Admin")
    of_blog = [reverse(f"admin:liveblogs_blog_{name}", args=[blog.pk]) for name in ("desk", "activity")]
    names = ("liveblogs_image_library", "auth_user_changelist", "auth_user_add")
    others = [reverse(f"admin:{name}") for name in names]
    user = reverse("admin:auth_user_change", args=[get_user_model().objects.get(username="admin").pk])
    found = {}
    for address in [*addresses, *of_blog, *others, user]:
        if address.endswith("/add/") and "/post/" not in address:
            continue  # the same forms as those that change
        assert page.goto(address).status == 200, address
        if faults := emulations.faults(page, best_practice=False):
            found[address] = faults
    assert found == {}
