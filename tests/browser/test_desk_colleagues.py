"""Several editors at one desk: they see each other, and none overwrites another."""

import pytest
from playwright.sync_api import expect

from liveblogs import publishing
from liveblogs.models import Post
from tests.support.factories import BlogFactory, PostFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def only(headline: str) -> Post:
    return Post.objects.get(headline=headline)


def test_two_editors_see_each_other_work(at_desk, desk):
    ada, bo = at_desk("ada"), at_desk("bo")
    post = desk.posts[3]
    ada.write("Draft of a")
    expect(bo.page.locator("[data-people]")).to_have_text("Online: Ada is writing a new post")
    ada.keys("Control+s")
    expect(bo.card("Draft of a")).to_have_attribute("data-state", "draft")
    expect(bo.page.locator("[data-tab=draft] [data-number]")).to_have_text("1")
    ada.edit(post, headline="Corrected")
    expect(bo.card(post).locator("[data-present]")).to_have_text("Ada is editing this")
    ada.press("Update")
    expect(bo.card(post).locator("h3")).to_have_text("Corrected")
    expect(bo.card(post).locator("[data-present]")).to_be_empty()
    draft = only("Draft of a")
    draft.blog = BlogFactory()
    publishing.save_draft(draft)
    expect(bo.card("Draft of a")).to_have_count(0)
    publishing.end_blog(desk.read())
    expect(bo.page.locator("[data-status]")).to_have_text("Ended")
    expect(bo.message).to_contain_text("Coverage has ended")
    ada.page.close()
    expect(bo.page.locator("[data-people]")).to_have_text("You're the only one here")


def test_three_editors_on_one_post_and_the_three_ways_out(at_desk, desk):
    post = desk.posts[1]
    ada, bo, cy = (at_desk(name) for name in ("ada", "bo", "cy"))
    for editor, mine in ((bo, "Bo on it"), (cy, "Cy on it")):
        editor.edit(post, headline=mine)
    ada.edit(post, headline="Ada was first")
    ada.press("Update")
    expect(ada.message).to_have_text("Updated")
    for editor, mine in ((bo, "Bo"), (cy, "Cy")):
        editor.press("Update")
        both = editor.form.locator(".both-texts tr", has_text="Headline")
        expect(both.locator("del").first).to_have_text("Ada was first")
        expect(both.locator("ins").first).to_have_text(f"{mine} on it")
        expect(editor.form.locator(".their-text")).to_contain_text("ada updated this at")
        expect(editor.headline).to_have_value(f"{mine} on it")
    assert Post.objects.get(pk=post.pk).headline == "Ada was first"

    bo.press("Use their version")
    expect(bo.card(post).locator("h3")).to_have_text("Ada was first")
    expect(bo.form).to_have_count(0)

    cy.press("Keep my version")
    expect(cy.message).to_have_text("Updated")
    assert Post.objects.get(pk=post.pk).headline == "Cy on it"

    # Whoever took theirs gets the own text back; what Cy did meanwhile is told, and merged by hand.
    bo.message.get_by_role("button", name="Restore my version").click()
    expect(bo.headline).to_have_value("Bo on it")
    expect(bo.form.locator(".both-texts del").first).to_have_text("Cy")
    bo.press("Merge manually")
    expect(bo.headline).to_be_focused()
    bo.form.locator("[data-use-theirs=headline]").click()
    expect(bo.headline).to_have_value("Cy on it")
    bo.headline.fill("Cy and Bo on it")
    bo.press("Update")
    expect(bo.message).to_have_text("Updated")
    told = list(post.history.values_list("headline", flat=True)[:4])
    assert told == ["Cy and Bo on it", "Cy on it", "Ada was first", post.headline]


def test_nobody_publishes_a_text_that_they_have_not_seen(at_desk, desk):
    draft = PostFactory(blog=desk.blog, headline="Harmless")
    ada = at_desk()
    ada.page.route("**/desk/follow/", lambda route: route.abort())  # it does not hear of the change
    draft.headline = "Libellous"
    publishing.save_draft(draft)
    ada.act(draft, "Publish")
    expect(ada.trouble("action")).to_contain_text("This post was just updated.")
    expect(ada.card(draft).locator("h3")).to_have_text("Libellous")
    assert not Post.objects.get(pk=draft.pk).is_published
    ada.forget_faults()


def test_writer_submits_and_editor_sends_back_with_a_note(at_desk, desk):
    wren, ada = at_desk("wren", group="Contributor"), at_desk("ada")
    wren.write("Bridge shut")
    wren.keys("Control+Enter")
    expect(wren.message).to_contain_text("Submitted for review")
    post = only("Bridge shut")
    assert post.state == Post.State.SUBMITTED
    expect(wren.card(post).get_by_role("button", name="Publish")).to_have_count(0)
    ada.act(post, "Send back…")
    ada.page.get_by_role("dialog").locator("textarea").fill("Which bridge?")
    ada.page.get_by_role("dialog").get_by_role("button", name="Send back").click()
    expect(wren.card(post)).to_contain_text("Which bridge?")
    expect(wren.card(post)).to_have_attribute("data-state", "draft")
    assert wren.user.notices.get().text == "Sent back: Which bridge?"
