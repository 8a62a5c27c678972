"""Pictures in the forms of a post as editors add them: by button, drop, paste, from the library, without scripts."""

import base64
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect

from liveblogs import publishing
from liveblogs.models import Blog, Image, Post, PostImage
from liveblogs.pictures import markup
from tests.support.browsing import DESK, PHONE, file
from tests.support.factories import BlogFactory, ImageFactory
from tests.support.pictures import jpeg, photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADD = "admin:liveblogs_post_add"
BODY = ".ProseMirror[contenteditable=true]"
ROWS = "picture-rows .inline-related:not(.empty-form):not(.is-empty)"
#: What Chromium says of an upload that was refused, which is no fault.
REFUSED = "the server responded with a status of 400"
HAND_OVER = """([selector, way, name, data]) => {
    const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, { type: "image/jpeg" }));
    const options = { bubbles: true, cancelable: true };
    const event = way === "drop"
      ? new DragEvent("drop", { ...options, dataTransfer: transfer })
      : new ClipboardEvent("paste", { ...options, clipboardData: transfer });
    document.querySelector(selector).dispatchEvent(event);
}"""


@pytest.fixture
def blog(transactional_db) -> Blog:
    return BlogFactory(live=True, slug="flood")


@pytest.fixture
def editor(browser: Browser, live_server, blog) -> Iterator[Callable[..., Page]]:
    """Windows of an editor who is logged in; at the end none may have logged a fault."""
    ed = User.objects.create_user("ed", is_staff=True)
    ed.groups.add(Group.objects.get(name="Editor"))
    blog.staff.add(ed)
    client = Client()
    client.force_login(ed)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    contexts, faults = [], []

    def opened(address: str, **options) -> Page:
        context = browser.new_context(base_url=live_server.url, **{"viewport": DESK, **options})
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and REFUSED not in said.text and faults.append(said.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address)
        contexts.append(context)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def street(number: int) -> dict:
    return file(f"street-{number}.jpg", jpeg(photo((90 + number, 60))))


def hand_over(page: Page, way: str, target: str, number: int) -> None:
    """Drop or paste a picture on this part of the page."""
    sent = street(number)
    page.evaluate(HAND_OVER, [target, way, sent["name"], base64.b64encode(sent["buffer"]).decode()])


def hold_uploads(page: Page) -> list[Route]:
    held = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/image/upload/", hold)
    return held


def write_words(page: Page) -> None:
    for number, row in enumerate(page.locator(ROWS).all(), start=1):
        row.locator("[name$='-alt']").fill(f"Street {number}")
        row.locator("[name$='-credit']").fill("Ana Ruiz")


def seen(reader: Page) -> list[str | None]:
    """The alt texts of the pictures on the first post, as a reader without scripts gets them."""
    reader.goto("/flood/")
    return [one.get_attribute("alt") for one in reader.locator("article").first.locator("img").all()]


def desk_of(blog: Blog) -> str:
    return reverse("admin:liveblogs_blog_desk", args=[blog.pk])


# Several ways in
# ---------------


def test_button_drop_and_paste_in_the_form_then_published(editor, reader):
    page = editor(reverse(ADD))
    page.fill("#id_headline", "Four streets")
    expect(page.locator(ROWS)).to_have_count(0)
    page.get_by_label("Choose pictures").set_input_files([street(1), file("notes.jpg", b"only words"), street(2)])
    refused = page.locator(".uploads-list .is-refused")
    expect(refused).to_contain_text("“notes.jpg” is not a picture that can be used here: only JPEG, PNG,")
    expect(page.locator(ROWS)).to_have_count(2)
    hand_over(page, "drop", "#id_headline", 3)
    expect(page.locator(ROWS)).to_have_count(3)
    page.click(BODY)
    page.keyboard.type("Water stands high.")
    hand_over(page, "paste", f"{BODY} p", 4)
    expect(page.locator(ROWS)).to_have_count(4)
    expect(page.locator(f"{BODY} img")).to_have_count(0)
    hand_over(page, "drop", BODY, 1)  # the same file again is the same picture
    expect(page.locator(".uploads-told")).to_contain_text("is already in this post")

    page.click("input[name=_publish]")
    expect(page.locator("#images-3 .field-alt .errorlist")).to_contain_text("Add alt text")
    expect(page.locator("#images-3 .field-credit .errorlist")).to_contain_text("Add a credit line")
    assert Post.objects.count() == 0
    write_words(page)
    page.click("input[name=_publish]")
    expect(page.locator(".messagelist .success")).to_contain_text("Published")
    assert seen(reader) == ["Street 1", "Street 2", "Street 3", "Street 4"]
    assert Post.objects.get().body == "<p>Water stands high.</p>"
    assert Image.objects.count() == 4


def test_button_drop_paste_and_library_at_the_desk_on_a_phone(editor, reader, blog):
    known = ImageFactory(data=jpeg(photo((300, 200))), alt="A known street", caption="Mill Street")
    page = editor(desk_of(blog), viewport=PHONE, has_touch=True, is_mobile=True)
    page.tap("[data-new]")
    composer = page.locator("[data-composer]")
    composer.locator("[name=headline]").fill("Streets")
    composer.get_by_label("Choose pictures").set_input_files([street(1), file("notes.jpg", b"only words")])
    expect(composer.locator(".uploads-list .is-refused")).to_contain_text("“notes.jpg” is not a picture")
    expect(page.locator(ROWS)).to_have_count(1)
    hand_over(page, "drop", "[data-composer] [name=headline]", 2)
    expect(page.locator(ROWS)).to_have_count(2)
    hand_over(page, "paste", f"[data-composer] {BODY} p", 3)
    expect(page.locator(ROWS)).to_have_count(3)
    write_words(page)
    # By keyboard from here.
    page.get_by_role("button", name="Choose from library").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Choose a picture")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("mill")
    page.keyboard.press("Enter")
    expect(dialog.locator("[data-picture]")).to_have_count(1)
    dialog.locator("[data-picture]").focus()
    page.keyboard.press("Enter")
    chosen = page.locator(ROWS).last
    expect(chosen.locator("[name$='-alt']")).to_be_focused()
    expect(chosen.locator("[name$='-alt']")).to_have_value("A known street")
    expect(chosen.locator("[name$='-caption']")).to_have_attribute("placeholder", "Mill Street")
    expect(chosen.locator(".row-picture")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.keyboard.press("Control+Enter")
    expect(page.locator(".desk-post").first).to_contain_text("Streets")
    assert seen(reader) == ["Street 1", "Street 2", "Street 3", "A known street"]

    page.locator(".desk-post [data-edit]").first.tap()
    expect(page.locator(ROWS)).to_have_count(4)
    hand_over(page, "drop", ".desk-post [name=headline]", 5)
    expect(page.locator(ROWS)).to_have_count(5)
    page.locator(ROWS).last.locator("[name$='-alt']").fill("Street 5")
    page.locator(ROWS).last.locator("[name$='-credit']").fill("Ana Ruiz")
    page.tap(".desk-post button[name=_update]")
    expect(page.locator(".desk-form")).to_have_count(0)
    assert seen(reader)[3:] == ["A known street", "Street 5"]
    assert known.uses.count() == 1


def test_post_that_is_sent_while_a_picture_is_on_its_way_waits_for_it(editor, blog):
    page = editor(reverse(ADD))
    held = hold_uploads(page)
    page.fill("#id_headline", "In a hurry")
    page.get_by_label("Choose pictures").set_input_files(street(1))
    expect(page.locator(".uploads-list progress")).to_be_visible()
    page.click("input[name=_save]")
    expect(page.locator(".uploads-told")).to_contain_text("Your post is saved when they are ready")
    assert Post.objects.count() == 0
    held[0].continue_()
    expect(page.locator(".messagelist .success")).to_contain_text("Saved.")
    assert Post.objects.get().images.count() == 1


def test_post_stays_when_the_picture_that_it_waited_for_is_refused(editor, blog):
    page = editor(reverse(ADD))
    held = hold_uploads(page)
    page.fill("#id_headline", "In a hurry")
    page.get_by_label("Choose pictures").set_input_files(file("notes.jpg", b"only words"))
    page.click("input[name=_save]")
    expect(page.locator(".uploads-told")).to_contain_text("Your post is saved when they are ready")
    held[0].continue_()
    expect(page.locator(".uploads-list .is-refused")).to_contain_text("“notes.jpg” is not a picture")
    page.click("input[name=_save]")
    expect(page.locator(".messagelist .success")).to_contain_text("Saved.")
    assert Post.objects.count() == 1


def test_pictures_come_back_with_the_text_that_was_not_saved(editor, blog):
    page = editor(desk_of(blog))
    page.click("[data-new]")
    page.locator("[data-composer] [name=headline]").fill("Not saved")
    page.get_by_label("Choose pictures").set_input_files([street(1), street(2)])
    expect(page.locator(ROWS)).to_have_count(2)
    page.locator(ROWS).last.locator("[name$='-alt']").fill("Typed")
    expect(page.locator("[data-kept]")).to_have_text("Draft saved")
    page.reload()
    page.click("[data-restore]")
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator(ROWS).last.locator("[name$='-alt']")).to_have_value("Typed")
    expect(page.locator(ROWS).last.locator(".row-picture")).to_be_visible()
    page.locator("[data-composer] button[name=_save]").click()
    expect(page.locator(".desk-post")).to_contain_text("Not saved")
    assert list(PostImage.objects.values_list("image__alt", flat=True)) == ["", "Typed"]


def test_without_scripts_a_row_takes_a_file_or_a_number(editor, blog, reader):
    known = ImageFactory(data=jpeg(photo((300, 200))), alt="A known street")
    for field, sent in (("file", street(1)), ("image", str(known.pk))):
        page = editor(reverse(ADD), java_script_enabled=False)
        expect(page.locator("picture-uploads")).to_be_hidden()
        page.fill("#id_headline", f"By {field}")
        field_of = page.locator(f"#id_images-0-{field}")
        expect(field_of).to_be_visible()
        if field == "file":
            field_of.set_input_files(sent)
            page.fill("#id_images-0-alt", "Street 1")
            page.fill("#id_images-0-credit", "Ana Ruiz")
        else:
            field_of.fill(sent)
        page.click("input[name=_publish] >> nth=0")
        assert seen(reader) == ["Street 1" if field == "file" else "A known street"]


# The library and the focal point
# -------------------------------


def test_focal_point_is_dragged_and_moved_by_keys_and_the_crops_follow(editor):
    image = ImageFactory(data=jpeg(photo((1200, 600))))
    page = editor(reverse("admin:liveblogs_image_change", args=[image.pk]))
    square = page.locator(".focal-crops img").nth(1)
    expect(square).to_have_css("object-position", "50% 50%")
    box = page.locator(".focal-picture img").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.4, steps=3)
    page.mouse.up()
    page.mouse.move(box["x"] + 5, box["y"] + 5)  # let go of
    expect(page.locator("#id_focal_x")).to_have_value("0.70")
    mark = page.get_by_role("button", name="Focal point: 70 percent from the left, 40 from the top.")
    expect(mark).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#id_focal_x")).to_have_value("0.69")
    expect(page.locator("#id_focal_y")).to_have_value("0.50")
    # The square takes half the width: its left edge lies at 0.44 of the half that is left over.
    expect(square).to_have_css("object-position", "88% 50%")
    page.click("input[name=_save]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    image.refresh_from_db()
    assert image.focal == (0.69, 0.5)
    assert image.get_renditions().parts["square"].focal == (0.69, 0.5)


def test_cover_is_picked_from_the_library(editor, blog, reader):
    image = ImageFactory(data=jpeg(photo((400, 300))), caption="Flood in Harbour Street")
    User.objects.get().groups.add(Group.objects.get(name="Admin"))
    page = editor(reverse("admin:liveblogs_blog_change", args=[blog.pk]))
    page.get_by_role("button", name="Choose from library").click()
    page.get_by_role("dialog").locator("[data-picture]").click()
    expect(page.locator(".field-picture")).to_be_visible()
    expect(page.locator("#id_cover")).to_have_value(str(image.pk))
    page.click("input[name=_save]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator(".field-picture")).to_be_visible()
    image.refresh_from_db()
    expect(page.locator(".field-picture")).to_have_attribute("src", markup.shown(image).src)
    reader.goto("/flood/")
    assert reader.locator("img").first.get_attribute("src") == markup.shown(image, "card").src


def test_picture_that_was_added_appears_in_the_library(editor):
    page = editor(reverse("admin:liveblogs_image_library"))
    expect(page.locator(".library-card")).to_have_count(0)
    page.get_by_label("Choose pictures").set_input_files([street(1), street(2)])
    expect(page.locator(".library-card")).to_have_count(2)
    page.locator(".library-choice").first.click()
    expect(page.locator("#id_alt")).to_have_value("")


def test_draft_with_a_picture_shows_readers_nothing(editor, blog, reader):
    publishing.publish(Post.objects.create(blog=blog, headline="Seen"))
    page = editor(reverse(ADD))
    page.fill("#id_headline", "Secret")
    page.get_by_label("Choose pictures").set_input_files(street(1))
    expect(page.locator(ROWS)).to_have_count(1)
    page.click("input[name=_save]")
    expect(page.locator(".messagelist .success")).to_contain_text("Saved.")
    reader.goto("/flood/")
    expect(reader.locator("article")).to_have_count(1)
    assert "/media/" not in reader.content()
