"""The front page left open follows, as a blog does."""

import pytest
from playwright.sync_api import expect

from liveblogs import publishing
from tests.support.factories import BlogFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_open_front_page_shows_new_posts_and_blogs_by_itself(desk, open_page):
    reader = open_page("../")
    expect(reader.page.locator(".follow-state")).to_have_text("Updates automatically")
    desk.publish("just in")
    expect(reader.main.locator(".events a").first).to_contain_text("just in")
    reader.expect_equal_to_fresh()
    other = BlogFactory(live=True, title="Storm at sea")
    expect(reader.main.locator(".card-title")).to_have_text(["Storm at sea", "Flood in the valley"])
    publishing.take_down(other)
    expect(reader.main.locator(".card-title")).to_have_text(["Flood in the valley"])
    publishing.end_blog(desk.read())
    expect(reader.main.locator(".home-live")).to_have_count(0)
    reader.expect_equal_to_fresh()


def test_focus_stays_and_pausing_stops_the_front_page(desk, open_page):
    reader = open_page("../")
    link = reader.main.locator(".card-title a")
    link.focus()
    desk.publish("just in")
    expect(reader.main.locator(".events a").first).to_contain_text("just in")
    expect(link).to_be_focused()
    reader.page.get_by_role("button", name="Pause updates").click()
    expect(reader.page.locator(".follow-state")).to_have_text("Updates are paused")
    desk.publish("later")
    reader.page.get_by_role("button", name="Resume updates").click()
    expect(reader.main.locator(".events a").first).to_contain_text("later")


def test_front_page_asks_for_small_answers_until_something_changes(desk, open_page):
    reader = open_page("../")
    with reader.page.expect_response(lambda response: "?since=" in response.url) as answer:
        pass
    assert len(answer.value.text()) < 300
    assert not [address for address in reader.asked[1:] if address.endswith("/")]
