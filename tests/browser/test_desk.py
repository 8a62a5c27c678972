"""The desk in a real browser: quick posts, the keyboard, order, undo, finding, phones."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from liveblogs import publishing
from liveblogs.models import Blog, Byline, Post, PostCredit
from tests.support.editors import BODY
from tests.support.factories import BlogFactory, PostFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def only(headline: str) -> Post:
    return Post.objects.get(headline=headline)


# One editor
# ----------


def test_quick_post_by_keyboard_is_on_the_readers_page(at_desk, desk, open_page):
    ada = at_desk()
    byline = Byline.objects.create(name="Ada Grant", organisation="Fairlead", user=ada.user)
    PostCredit.objects.create(post=PostFactory(blog=desk.blog), byline=byline, place="Quenn")
    ada.open()
    reader = open_page()
    ada.write("The river is falling", "Nine metres at ")
    ada.keys("Control+b")
    ada.page.keyboard.type("Tanners Bridge")
    ada.keys("Control+Enter")
    expect(ada.message).to_have_text("Published")
    expect(ada.card("The river is falling")).to_have_attribute("data-state", "published")
    expect(ada.page.locator("[data-new]").first).to_be_focused()
    post = only("The river is falling")
    # No line break was put in by the key, and the own byline with the last place was there already.
    assert post.body == "<p>Nine metres at <strong>Tanners Bridge</strong></p>"
    assert [(credit.byline, credit.place) for credit in post.credits.all()] == [(byline, "Quenn")]
    expect(reader.page.locator("article", has_text="The river is falling")).to_contain_text("Ada Grant in Quenn")
    expect(ada.offers).to_be_hidden()


def test_keys_lead_through_the_desk_and_leave_those_who_type_alone(at_desk, desk):
    ada = at_desk()
    newest, second = desk.posts[-1], desk.posts[-2]
    ada.keys("j")
    expect(ada.card(newest)).to_be_focused()
    ada.keys("ArrowDown", "j", "k")
    expect(ada.card(second)).to_be_focused()
    ada.keys("p")
    expect(ada.message).to_contain_text("Pinned")
    assert ada.headlines()[0] == second.headline
    expect(ada.card(second)).to_be_focused()
    ada.keys("u")
    expect(ada.message).to_contain_text("Unpinned")
    assert ada.headlines()[:2] == [newest.headline, second.headline]

    ada.keys("e")
    expect(ada.headline).to_be_focused()
    ada.headline.fill("")
    ada.page.keyboard.type("Jon keeps pnue?/")  # each of these is a command elsewhere
    ada.form.locator(BODY).click()
    ada.page.keyboard.type("ejkpn? ")
    ada.keys("Control+s")
    expect(ada.message).to_have_text("Updated")
    expect(ada.card(second)).to_be_focused()
    second.refresh_from_db()
    assert second.headline == "Jon keeps pnue?/"
    assert "ejkpn?" in second.body

    ada.keys("?")
    expect(ada.page.get_by_role("dialog")).to_contain_text("Undo the last action")
    ada.keys("Escape")
    expect(ada.page.get_by_role("dialog")).to_be_hidden()
    ada.keys("/")
    expect(ada.page.locator("[data-find]")).to_be_focused()
    assert second.is_published


def test_withdrawn_with_a_reason_and_taken_back(at_desk, desk, open_page):
    post = desk.posts[2]
    publishing.pin(post)
    ada, reader = at_desk(), open_page()
    on_page = reader.page.locator(f"#post-{post.public_id}")
    expect(on_page).to_be_visible()
    updated = Post.objects.get(pk=post.pk).updated_at
    ada.act(post, "Withdraw…")
    dialog = ada.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Cancel").click()
    assert Post.objects.get(pk=post.pk).is_published
    ada.act(post, "Withdraw…")
    dialog.locator("[name=note]").fill("wrong bridge")
    ada.keys("Enter")
    expect(ada.message).to_contain_text("Withdrawn")
    expect(on_page).to_be_hidden()
    assert post.history.first().history_change_reason == "withdrawn: wrong bridge"
    ada.message.get_by_role("button", name="Undo").click()
    expect(ada.card(post)).to_have_attribute("data-state", "published")
    expect(on_page).to_be_visible()
    post.refresh_from_db()
    assert (post.is_pinned, post.updated_at) == (True, updated)


def test_schedule_in_the_blogs_zone_with_a_countdown(at_desk, desk):
    Blog.objects.filter(pk=desk.blog.pk).update(time_zone="Asia/Kathmandu")
    draft = PostFactory(blog=desk.blog, headline="Forecast")
    ada = at_desk(timezone_id="America/New_York")
    ada.act(draft, "Schedule…")
    dialog = ada.page.get_by_role("dialog")
    dialog.get_by_role("button", name="in an hour").click()
    expect(dialog.locator("[data-until]")).to_have_text(re.compile(r"(59|60) min from now|1 h 0 min from now"))
    dialog.get_by_role("button", name="Schedule").click()
    expect(ada.card(draft).locator("[data-countdown]")).to_have_text(re.compile(r"^in (59|60) min$|^in 1 h 0 min$"))
    draft.refresh_from_db()
    assert timedelta(minutes=58) < draft.publish_at - timezone.now() <= timedelta(minutes=60)
    ada.keys("u")
    expect(ada.card(draft)).to_have_attribute("data-state", "draft")
    ada.act(draft, "Publish")
    expect(ada.card(draft)).to_have_attribute("data-state", "published")
    ada.act(draft, "Correct…")
    dialog.locator("textarea").fill("An earlier version named the wrong river.")
    ada.keys("Control+Enter")
    expect(ada.card(draft)).to_contain_text("Correction: An earlier version named the wrong river.")
    draft.refresh_from_db()
    assert draft.corrected_at is not None


def test_order_by_keyboard_and_by_dragging(at_desk, desk, open_page):
    ada, reader = at_desk(), open_page()
    first = ada.headlines()
    moved = desk.posts[0]  # the oldest
    assert first[-1] == moved.headline
    ada.card(moved).focus()
    ada.keys("m", "ArrowUp", "ArrowUp")
    expect(ada.card(moved).locator("[data-new-time]")).to_have_text(re.compile(r"^\d+:\d\d [ap]\.m\. "))
    ada.keys("Enter")
    expect(ada.message).to_contain_text("Moved to")
    expect(ada.card(moved)).to_be_focused()
    by_key = [*first[:-3], first[-1], *first[-3:-1]]
    assert ada.headlines() == by_key
    expect(reader.page.locator("article h2")).to_have_text(by_key)
    ada.keys("m", "ArrowUp", "Escape")
    assert ada.headlines() == by_key
    ada.keys("u")
    expect(reader.page.locator("article h2")).to_have_text(first)

    target = ada.card(desk.posts[2])
    ada.card(moved).locator(".drag-handle").drag_to(target, target_position={"x": 40, "y": 4})
    expect(ada.message).to_contain_text("Moved to")
    by_hand = [*first[:3], first[-1], *first[3:-1]]
    expect(reader.page.locator("article h2")).to_have_text(by_hand)
    assert ada.headlines() == by_hand


def test_find_duplicate_and_move_to_another_blog(at_desk, desk):
    other = BlogFactory(title="Votes")
    PostFactory(blog=desk.blog, headline="Strong current", body="<p>Keep <strong>away</strong></p>")
    draft = PostFactory(blog=desk.blog, headline="Turnout", body="<p>High at <em>noon</em>.</p>")
    ada = at_desk()
    other.staff.add(ada.user)
    ada.open()
    ada.page.locator("[data-find]").fill("strong")
    expect(ada.page.locator("[data-found]")).to_contain_text("1 post found")  # and not what is merely bold
    assert ada.headlines() == ["Strong current"]
    ada.page.get_by_role("button", name="Clear").click()
    expect(ada.page.locator(".desk-post")).to_have_count(8)
    ada.page.get_by_role("button", name="Drafts").click()
    expect(ada.page.locator(".desk-post")).to_have_count(2)

    ada.card(draft).locator("summary").click()
    ada.act(draft, "Duplicate")
    expect(ada.page.locator("h3", has_text="Turnout")).to_have_count(2)
    ada.card(draft).locator("summary").click()
    ada.act(draft, "Move to another blog…")
    ada.page.get_by_role("dialog").get_by_role("button", name="Move").click()
    expect(ada.message).to_have_text("Moved to “Votes”")
    expect(ada.card(draft)).to_have_count(0)
    assert Post.objects.get(pk=draft.pk).blog == other
    assert Post.objects.exclude(pk=draft.pk).get(headline="Turnout").body == draft.body


# Every screen
# ------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_desk_is_accessible_and_fits_a_phone(at_desk, desk, scheme):
    PostFactory(blog=desk.blog, headline="Waits", state="submitted")
    PostFactory(blog=desk.blog, headline="Later", state="scheduled")
    PostFactory(blog=desk.blog, headline="Gone", state="withdrawn")
    publishing.pin(desk.posts[0])
    ada = at_desk(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    ada.page.locator(".desk-new-below").click()
    expect(ada.headline).to_be_focused()
    expect(ada.form.locator(BODY)).to_be_visible()
    ada.page.evaluate("document.fonts.ready")  # the signs of the editor's buttons are letters of a font
    assert ada.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    small = """[...document.querySelectorAll("#desk button, #desk summary")].filter((one) => one.checkVisibility()
        && !one.closest(".prose-editor") && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""
    assert ada.page.evaluate(small) == []
    found = Axe().run(ada.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    faults = [(one["id"], node["html"][:160]) for one in found.response["violations"] for node in one["nodes"]]
    assert faults == []


def test_dialog_offers_both_times_that_clocks_show_twice(at_desk, desk):
    desk.read()
    desk.blog.time_zone = "America/New_York"
    publishing.update_blog(desk.blog)
    post = PostFactory(blog=desk.blog, headline="Later")
    editor = at_desk()

    def ask(wall: str) -> None:
        editor.card(post).get_by_role("button", name=re.compile("^(Schedule|Reschedule)…")).click()
        editor.page.locator("dialog [data-at]").fill(wall)

    ask("2031-11-02T01:30")
    which = editor.page.get_by_label("Which of the two")
    expect(which.locator("option")).to_have_text(["1:30 a.m. EDT", "1:30 a.m. EST"])
    which.select_option("1:30 a.m. EST")
    editor.page.locator("dialog").get_by_role("button", name="Schedule", exact=True).click()
    expect(editor.message).to_contain_text("Scheduled for 1:30 a.m. EST")
    ask("2031-11-02T01:40")
    editor.page.locator("dialog").get_by_role("button", name="Schedule", exact=True).click()
    expect(editor.message).to_contain_text("Scheduled for 1:40 a.m. EST")
    ask("2031-11-02T03:10")
    expect(which).to_be_hidden()
    editor.page.keyboard.press("Escape")
