"""Nothing that was typed at the desk is lost, whatever comes between; and nothing is there twice."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Route, expect

from liveblogs.models import Autosave, Byline, Post, PostCredit
from tests.support.editors import BODY
from tests.support.factories import PASSWORD, PostFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_session_that_ended_is_taken_up_in_place(at_desk, desk):
    ada = at_desk()
    ada.write("Typed for long", "And with care")
    Session.objects.all().delete()
    expect(ada.trouble("login")).to_contain_text("You're logged out")
    ada.keys("Control+Enter")
    dialog = ada.page.get_by_role("dialog")
    dialog.locator("[name=password]").fill("wrong")
    ada.keys("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("correct username and password")
    dialog.locator("[name=username]").fill("ada")
    dialog.locator("[name=password]").fill(PASSWORD)
    ada.keys("Enter")
    expect(ada.message).to_have_text("Published")
    assert Post.objects.get(headline="Typed for long").body == "<p>And with care</p>"
    expect(ada.trouble("login")).to_have_count(0)
    ada.forget_faults()  # a token of before the login may have been refused


def test_typed_text_leaves_the_browser_at_logout_and_is_offered_after_the_next_login(at_desk, desk):
    ada = at_desk()
    ada.write("Half a headline")
    expect(ada.form.locator("[data-kept]")).to_have_text("Draft saved")
    stored = "Object.keys(localStorage).filter((name) => name.startsWith('newsroom.typed.'))"
    assert len(ada.page.evaluate(stored)) == 1
    ada.page.locator("#logout-form button").click()
    expect(ada.page.get_by_text("You have logged out.")).to_be_visible()
    ada.page.wait_for_function(f"{stored}.length === 0")
    ada.log_in()
    ada.open()
    expect(ada.page.locator("[data-offers]")).to_contain_text("Half a headline")


def test_login_in_another_tab_changes_the_token_and_nothing_else(at_desk, desk):
    ada = at_desk()
    ada.write("Still here")
    Session.objects.all().delete()
    expect(ada.trouble("login")).to_be_visible()
    other = ada.new_tab()
    other.goto("/admin/login/")
    other.fill("#id_username", "ada")
    other.fill("#id_password", PASSWORD)
    other.click("[type=submit]")
    expect(other.locator("#user-tools")).to_be_visible()
    ada.page.bring_to_front()
    expect(ada.trouble("login")).to_have_count(0)
    ada.keys("Control+Enter")
    expect(ada.message).to_have_text("Published")
    assert Post.objects.filter(headline="Still here").count() == 1
    ada.forget_faults()  # the refused token


def log_in_in_another_tab(editor, name):
    other = editor.new_tab()
    other.context.clear_cookies(name="sessionid")
    other.goto("/admin/login/")
    other.fill("#id_username", name)
    other.fill("#id_password", PASSWORD)
    other.click("[type=submit]")
    expect(other.locator("#user-tools")).to_be_visible()
    other.close()


def test_somebody_else_who_logs_in_in_another_tab_sends_nothing_of_hers(at_desk, desk):
    UserFactory(username="olga", first_name="Olga", is_superuser=True)
    ada = at_desk()
    ada.write("By Ada")
    log_in_in_another_tab(ada, "olga")
    ada.page.bring_to_front()
    ada.keys("Control+Enter")
    expect(ada.page.locator("#user-tools")).to_contain_text("Olga")  # the page is hers now
    expect(ada.page.locator("[data-people]")).not_to_be_empty()
    assert not Post.objects.filter(headline="By Ada").exists()
    assert not Autosave.objects.filter(user__username="olga").exists()
    log_in_in_another_tab(ada, "ada")
    ada.page.bring_to_front()
    expect(ada.page.locator("#user-tools")).to_contain_text("Ada")
    ada.offers.locator("[data-restore]").click()
    expect(ada.headline).to_have_value("By Ada")
    ada.forget_faults()  # the refused token


def test_form_of_the_admin_goes_on_after_the_login(at_desk, desk):
    post = PostFactory(blog=desk.blog, state="published", headline="Before")
    ada = at_desk()
    ada.page.goto(reverse("admin:liveblogs_post_change", args=[post.pk]))
    ada.page.fill("#id_headline", "After")
    ada.page.context.clear_cookies(name="sessionid")
    ada.page.locator("[name=_update]").first.click()
    expect(ada.page.locator("#content")).to_contain_text("Log in to continue where you left off.")
    expect(ada.page.locator("#id_username")).to_have_value("ada")
    ada.page.fill("#id_password", PASSWORD)
    ada.keys("Enter")
    ada.page.locator("#resume [type=submit]").click()
    expect(ada.page.locator(".messagelist")).to_contain_text("Updated")
    assert Post.objects.get(pk=post.pk).headline == "After"
    ada.forget_faults()  # the page that asks to log in is an error to the browser


def test_text_for_a_deleted_post_becomes_a_new_one(at_desk, desk):
    byline = Byline.objects.create(name="Bo Lind")
    draft = PostFactory(blog=desk.blog, headline="Doomed", credits=[(byline, "Quenn")])
    ada = at_desk()
    ada.edit(draft, headline="Rescued")
    Post.objects.get(pk=draft.pk).delete()
    ada.press("Save draft")
    expect(ada.trouble("action")).to_contain_text("This post was deleted")
    expect(ada.headline).to_have_value("Rescued")
    ada.trouble("action").get_by_role("button", name="Create new post").click()
    expect(ada.form.locator(".desk-restored")).to_be_visible()
    ada.press("Save draft")
    expect(ada.message).to_contain_text("Saved.")
    rescued = Post.objects.get(headline="Rescued")
    assert (rescued.body, rescued.state) == (draft.body, "draft")
    assert [(credit.byline, credit.place) for credit in rescued.credits.all()] == [(byline, "Quenn")]
    expect(ada.card(draft)).to_have_count(0)
    expect(ada.offers).to_be_hidden()
    ada.forget_faults()


def test_who_lost_the_right_to_write_keeps_the_text_and_finds_it_again(at_desk, desk):
    ada = at_desk()
    ada.write("Not for nothing", "Long work")
    desk.blog.staff.remove(ada.user)
    expect(ada.trouble("gone")).to_contain_text("Your text is saved on this device")
    ada.keys("Control+Enter")
    expect(ada.form.locator(".errornote")).to_contain_text("Select a valid choice")
    expect(ada.headline).to_have_value("Not for nothing")
    assert not Post.objects.filter(headline="Not for nothing").exists()
    desk.blog.staff.add(ada.user)
    ada.open()
    ada.offers.get_by_role("button", name="Continue").click()
    expect(ada.form.locator(BODY)).to_have_text("Long work")
    ada.keys("Control+Enter")
    expect(ada.message).to_have_text("Published")
    ada.forget_faults()


def test_full_disk_and_a_closed_window_lose_no_row_of_the_form(at_desk, desk):
    bylines = [Byline.objects.create(name=name) for name in ("Ada Grant", "Bo Lind")]
    ada = at_desk()
    ada.write("Heavy", "Text")
    for number, byline in enumerate(bylines):
        if number:
            ada.form.locator("#credits-group .add-row a").click()
        ada.form.locator(f"#id_credits-{number}-byline + .select2 .select2-selection").click()
        ada.page.locator(".select2-results__option", has_text=byline.name).click()
        ada.form.locator(f"#id_credits-{number}-place").fill(f"Place {number}")
    ada.page.route("**/post/add/*", lambda route: route.fulfill(status=507))
    ada.keys("Control+Enter")
    expect(ada.trouble("action")).to_contain_text("its disk is full")
    expect(ada.form.locator("[data-kept]")).to_have_text("Draft saved")
    ada.page.close()
    ada.page = ada.new_tab()
    ada.open()
    expect(ada.offers).to_contain_text("Heavy")
    ada.offers.get_by_role("button", name="Continue").click()
    ada.page.evaluate("localStorage.clear()")
    expect(ada.form.locator(BODY)).to_have_text("Text")
    expect(ada.form.locator(".select2-selection__rendered").nth(1)).to_contain_text("Bo Lind")
    ada.keys("Control+Enter")
    expect(ada.message).to_have_text("Published")
    credited = PostCredit.objects.filter(post__headline="Heavy").values_list("byline__name", "place")
    assert list(credited) == [("Ada Grant", "Place 0"), ("Bo Lind", "Place 1")]
    expect(ada.offers).to_be_hidden()
    ada.open()
    expect(ada.offers).to_be_hidden()
    assert not Autosave.objects.exists()
    ada.forget_faults()


def test_answer_that_is_lost_makes_no_second_post_and_no_quarrel(at_desk, desk):
    ada = at_desk()
    post = desk.posts[2]

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    ada.page.route("**/liveblogs/post/**", lose)
    ada.write("Sent once")
    ada.keys("Control+Enter")
    expect(ada.trouble("action")).to_contain_text("Your text is safe.")
    ada.page.unroute("**/liveblogs/post/**")
    ada.keys("Control+Enter")
    expect(ada.message).to_contain_text("Already saved")
    assert Post.objects.filter(headline="Sent once").count() == 1

    ada.page.route("**/liveblogs/post/**", lose)
    ada.edit(post, headline="Put right")
    ada.press("Update")
    expect(ada.trouble("action")).to_be_visible()
    ada.page.unroute("**/liveblogs/post/**")
    ada.press("Update")
    expect(ada.form).to_have_count(0)  # the message alone would be the one from before
    expect(ada.message).to_have_text("Already saved")
    expect(ada.card(post).locator("h3")).to_have_text("Put right")
    assert post.history.filter(headline="Put right").count() == 1
    ada.forget_faults()


def test_two_tabs_keep_two_texts_and_keys_that_are_held_send_once(at_desk, desk):
    ada = at_desk()
    ada.write("From the first tab")
    expect(ada.form.locator("[data-kept]")).to_have_text("Draft saved")
    second = ada.new_tab()
    ada.open(second)
    second.keyboard.press("n")
    expect(second.locator(".desk-form [name=headline]")).to_be_focused()
    second.keyboard.type("From the second tab")
    expect(second.locator("[data-kept]")).to_have_text("Draft saved")
    assert {text.fields["headline"][0] for text in Autosave.objects.all()} == {
        "From the first tab",
        "From the second tab",
    }
    second.evaluate(
        """() => {
            const key = { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true };
            for (const _ of [1, 2, 3]) document.activeElement.dispatchEvent(new KeyboardEvent("keydown", key));
        }"""
    )
    expect(second.locator("[data-told]")).to_have_text("Published")
    assert Post.objects.filter(headline="From the second tab").count() == 1
    # Closing keeps, and N begins a fresh one.
    ada.page.bring_to_front()
    ada.keys("Escape")
    expect(ada.offers).to_contain_text("From the first tab")
    ada.keys("n")
    expect(ada.headline).to_have_value("")
    ada.keys("Escape")
    ada.offers.get_by_role("button", name="Continue").click()
    expect(ada.headline).to_have_value("From the first tab")
    ada.keys("Escape")
    ada.offers.get_by_role("button", name="Discard").click()
    expect(ada.offers).to_be_hidden()
    ada.open()
    expect(ada.offers).to_be_hidden()
