"""An open page follows along: what a reader sees, hears and can do, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from liveblogs import publishing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser_context_args(viewport={"width": 800, "height": 400}),
]

NEWEST = ["p5", "p4", "p3", "p2", "p1", "p0"]


# Changes arrive
# --------------


def test_each_kind_of_change_arrives_by_itself_and_in_place(desk, open_page):
    """From small answers alone: the page itself is not fetched again."""
    reader = open_page()
    p0, p1, p2, *_ = desk.posts
    news = desk.publish("just in")
    desk.edit(p1, headline="p1 put right")
    desk.edit(p2, minor=True, is_key_event=True)
    publishing.pin(p0)
    publishing.withdraw(desk.posts[3])
    desk.read().summary = "<p>More is known.</p>"
    publishing.update_blog(desk.blog)
    reader.expect_revision(desk.revision)
    assert reader.headlines() == ["p0", "just in", "p5", "p4", "p2", "p1 put right"]
    expect(reader.main).to_contain_text("More is known.")
    expect(reader.page.locator(".key-events a")).to_have_attribute("href", f"/flood/{p2.public_id}/")
    publishing.unpin(p0)
    desk.edit(p0, minor=True, published_at=news.published_at)
    publishing.publish(desk.posts[3])
    reader.expect_revision(desk.revision)
    assert reader.headlines() == ["just in", "p0", "p5", "p4", "p3", "p2", "p1 put right"]
    reader.expect_equal_to_fresh()
    pages = [address for address in reader.asked if address.endswith("/flood/")]
    assert len(pages) == 2  # opened, and fetched to compare


def test_title_of_the_blog_and_of_the_page(desk, open_page):
    reader = open_page()
    desk.read().title = "Flood recedes"
    publishing.update_blog(desk.blog)
    expect(reader.page).to_have_title("Flood recedes – Newsroom")
    reader.expect_equal_to_fresh()


def test_oldest_first_appends_at_the_end(desk, open_page):
    reader = open_page("?sort=oldest")
    desk.publish("just in")
    reader.expect_revision(desk.revision)
    assert reader.headlines() == [*NEWEST[::-1], "just in"]
    reader.expect_equal_to_fresh()


def test_first_post_of_an_empty_blog_and_the_last_one_withdrawn(desk, open_page):
    for post in desk.posts:
        publishing.withdraw(post)
    reader = open_page()
    expect(reader.main).to_contain_text("There are no posts yet.")
    post = desk.publish("the first")
    reader.expect_revision(desk.revision)
    assert reader.headlines() == ["the first"]
    reader.expect_equal_to_fresh()
    publishing.withdraw(post)
    reader.expect_revision(desk.revision)
    reader.expect_equal_to_fresh()


# What waits
# ----------


@pytest.fixture
def reading(desk, open_page):
    """A reader in the middle of the page, who asks when told to."""
    reader = open_page()
    reader.scroll_to(reader.top_of(desk.posts[3].public_id) + 40)
    return reader


def test_new_posts_wait_behind_a_button_that_counts_them(desk, reading):
    first = desk.publish("first of three")
    desk.publish("second of three")
    desk.publish("third of three")
    expect(reading.button).to_have_text("3 new posts")
    assert reading.headlines() == NEWEST
    expect(reading.page).to_have_title("(3) Flood in the valley – Newsroom")
    expect(reading.link).to_be_hidden()
    reading.button.focus()
    reading.page.keyboard.press("Enter")
    assert reading.headlines() == ["third of three", "second of three", "first of three", *NEWEST]
    expect(reading.button).to_be_hidden()
    expect(reading.page).to_have_title("Flood in the valley – Newsroom")
    assert 0 <= reading.top_of(first.public_id) < 100  # the oldest unread, at the upper edge
    assert reading.run("document.activeElement.id") == f"at-{first.public_id}"
    reading.expect_equal_to_fresh()


def test_waiting_post_that_is_withdrawn_or_edited_meanwhile(desk, reading):
    desk.publish("stays")
    gone = desk.publish("goes again")
    expect(reading.button).to_have_text("2 new posts")
    publishing.withdraw(gone)
    expect(reading.button).to_have_text("1 new post")
    desk.edit(desk.read().posts.get(headline="stays"), headline="stays, put right")
    reading.expect_revision(desk.revision)
    expect(reading.button).to_have_text("1 new post")
    assert reading.headlines() == NEWEST
    reading.button.evaluate("(button) => button.click()")
    assert reading.headlines() == ["stays, put right", *NEWEST]


def test_going_back_to_the_top_shows_what_waits(desk, reading):
    desk.publish("just in")
    expect(reading.button).to_be_visible()
    reading.page.keyboard.press("Home")
    expect(reading.button).to_be_hidden()
    assert reading.headlines() == ["just in", *NEWEST]
    expect(reading.page).to_have_title("Flood in the valley – Newsroom")


def test_nothing_moves_what_is_being_read(desk, reading):
    """Whatever comes, goes, grows, shrinks or moves above: to the pixel, and with the focus where it was."""
    read, below = desk.posts[3], desk.posts[0]
    reading.run("(id) => document.querySelector(`#at-${id}`).focus({ preventScroll: true })", read.public_id)
    before = reading.top_of(read.public_id, ".post-body")
    steps = [
        lambda: desk.publish("just in"),
        lambda: desk.edit(desk.posts[5], body="<p>Short.</p>"),
        lambda: desk.edit(desk.posts[4], body="<p>Long.</p>" * 30),
        lambda: desk.edit(desk.posts[4], correction="The number was wrong."),
        lambda: publishing.pin(below),
        lambda: publishing.pin(desk.posts[5]),
        lambda: publishing.unpin(below),
        lambda: publishing.withdraw(desk.posts[5]),
        lambda: desk.edit(desk.posts[4], minor=True, is_key_event=True),
        lambda: desk.edit(read, minor=True, is_key_event=True),
    ]
    for number, step in enumerate(steps):
        step()
        reading.expect_revision(desk.revision)
        was, before = before, reading.top_of(read.public_id, ".post-body")
        assert abs(was - before) < 1, number
        assert reading.run("document.activeElement.id") == f"at-{read.public_id}"
    desk.read().summary = "<p>Much more is known.</p>" * 12
    publishing.update_blog(desk.blog)
    reading.expect_revision(desk.revision)
    reading.run("new Promise((done) => setTimeout(done, 100))")  # should the browser want to move it afterwards
    assert abs(reading.top_of(read.public_id, ".post-body") - before) < 1


def test_paragraph_being_read_stays_when_its_post_grows_above_it(desk, reading):
    post = desk.posts[3]
    text = "".join(f"<p>Paragraph {number}. {'Words. ' * 60}</p>" for number in range(30))
    desk.edit(post, body=text)
    reading.expect_revision(desk.revision)
    last = reading.page.get_by_text("Paragraph 20.")
    last.scroll_into_view_if_needed()
    before = last.bounding_box()["y"]
    desk.edit(post, body="<p>Before all of it.</p>" * 5 + text)
    reading.expect_revision(desk.revision)
    assert abs(last.bounding_box()["y"] - before) < 1


def test_focus_moves_on_when_its_post_is_withdrawn(desk, reading):
    reading.run("(id) => document.querySelector(`#at-${id}`).focus()", desk.posts[3].public_id)
    publishing.withdraw(desk.posts[3])
    reading.expect_revision(desk.revision)
    assert reading.run("document.activeElement.id").startswith("at-")


def test_focus_stays_on_a_button_of_a_post_that_changes(desk, reading):
    post = desk.posts[3]
    reading.run("(id) => document.querySelector(`#copy-post-${id}`).focus({ preventScroll: true })", post.public_id)
    desk.edit(post, headline="p3 put right", correction="It was the other bridge.")
    reading.expect_revision(desk.revision)
    assert reading.run("document.activeElement.id") == f"copy-post-{post.public_id}"


def test_details_and_videos_are_not_interrupted(desk, open_page, settings):
    settings.FOLLOW_SECONDS = 3600
    reader = open_page()
    post = desk.posts[5]
    extra = "<details><summary>More</summary>Text</details><video></video>"

    def delta(revision: int, body: str) -> str:
        html = open_page("").run("(id) => document.getElementById(`post-${id}`).outerHTML", post.public_id)
        html = re.sub(r"<p>.*</p>", body, html, count=1, flags=re.S)
        return (
            f'<div id="delta" data-blog="flood" data-since="1" data-revision="{revision}" data-status="live"'
            f' data-revised="9" data-count="6" data-ends="">{html}</div><i id="delta-end"></i>'
        )

    now = desk.revision
    reader.take(delta(now + 1, f"<p>Old</p>{extra}<p>End</p>"))
    reader.run(
        """() => {
          window.video = document.querySelector("video");
          document.querySelector("details").open = true;
          window.removed = [];
          new MutationObserver((records) => {
            records.forEach((one) => window.removed.push(...[...one.removedNodes].map((node) => node.nodeName)));
          }).observe(document.querySelector("main"), { subtree: true, childList: true });
        }"""
    )
    reader.take(delta(now + 2, f"<p>New, and before it</p><p>Newer</p>{extra}<p>The end</p>"))
    expect(reader.main).to_contain_text("The end")
    assert reader.run("document.querySelector('details').open && window.video === document.querySelector('video')")
    assert reader.run("window.removed.includes('VIDEO') || window.removed.includes('DETAILS')") is False


# Further pages and permalinks
# ----------------------------


@pytest.fixture
def long(desk):
    """Two pages of posts."""
    desk.posts += [desk.publish(f"p{number}", body="<p>Short.</p>") for number in range(6, 45)]
    return desk


@pytest.mark.parametrize("place", ["?before={}", "?sort=oldest", "{}/"])
def test_elsewhere_new_posts_are_counted_with_a_link_to_page_one(long, open_page, place):
    reader = open_page(place.format(long.posts[20].public_id))
    expect(reader.link).to_be_hidden()
    long.publish("just in")
    gone = long.publish("gone again")
    long.edit(long.posts[44], headline="an edit is no news")
    expect(reader.link).to_have_text("2 new posts")
    publishing.withdraw(gone)
    expect(reader.link).to_have_text("1 new post")
    expect(reader.page).to_have_title(re.compile(r"^\(1\) "))
    expect(reader.button).to_be_hidden()
    assert "just in" not in reader.headlines()
    reader.link.click()
    expect(reader.main).to_contain_text("just in")
    assert reader.page.url.endswith("/flood/")


@pytest.mark.parametrize("place", ["?before={}", "{}/"])
def test_elsewhere_posts_change_in_place(long, open_page, place):
    reader = open_page(place.format(long.posts[20].public_id))
    long.edit(long.posts[15], headline="p15 put right")
    expect(reader.main).to_contain_text("p15 put right")
    publishing.withdraw(long.posts[16])
    reader.expect_revision(long.revision)
    assert "p16" not in reader.headlines()
    reader.expect_equal_to_fresh()


def test_first_page_lets_go_of_what_is_on_the_next_one_when_nobody_looks(long, open_page):
    """With the sixtieth post the break moves: twenty posts of this page belong on the next one."""
    for number in range(45, 59):
        long.publish(f"p{number}")
    reader = open_page()
    assert len(reader.headlines()) == 39
    reader.scroll_to(100_000)
    read = reader.headlines()[-1]
    assert read == "p20"
    long.publish("the sixtieth")
    expect(reader.button).to_have_text("1 new post")
    assert reader.headlines()[-1] == read
    reader.accept()
    assert reader.headlines() == ["the sixtieth", *(f"p{number}" for number in range(58, 39, -1))]
    reader.expect_equal_to_fresh()
    reader.page.get_by_role("link", name="Older posts").click()
    expect(reader.page.locator("main article h2").first).to_have_text("p39")


def test_permalink_whose_post_is_withdrawn(desk, open_page):
    reader = open_page(f"{desk.posts[3].public_id}/")
    publishing.withdraw(desk.posts[3])
    expect(reader.state).to_have_text("This post has been withdrawn")
    assert reader.headlines() == []
    expect(reader.page.get_by_role("link", name="Go to the latest")).to_be_visible()
    publishing.publish(desk.posts[3])
    reader.hide(False)
    reader.expect_revision(desk.revision)
    expect(reader.state).to_have_text("Updates automatically")
    reader.expect_equal_to_fresh()


# The end
# -------


def test_end_is_told_and_the_page_stops_asking(desk, open_page):
    reader = open_page()
    publishing.end_blog(desk.read())
    expect(reader.state).to_have_text("This coverage has ended")
    expect(reader.status).to_have_text("This coverage has ended")
    expect(reader.page.get_by_role("button", name="Pause updates")).to_be_hidden()
    reader.expect_equal_to_fresh()
    asked = reader.questions
    desk.edit(desk.posts[5], correction="The number was wrong.")
    reader.page.wait_for_timeout(1500)
    assert reader.questions == asked
    reader.hide(False)  # back from another tab
    expect(reader.main).to_contain_text("The number was wrong.")
    publishing.open_blog(desk.read())
    reader.hide(False)
    expect(reader.state).to_have_text("Updates automatically")
    desk.publish("it goes on")
    reader.expect_revision(desk.revision)
    reader.expect_equal_to_fresh()


def test_blog_taken_down_and_open_again(desk, open_page):
    reader = open_page()
    publishing.take_down(desk.read())
    expect(reader.state).to_have_text("This coverage has been taken down")
    expect(reader.status).to_have_text("This coverage has been taken down")
    assert reader.page.locator("main article, main .blog-summary").count() == 0
    publishing.open_blog(desk.read())
    reader.hide(False)
    reader.expect_revision(desk.revision)
    expect(reader.state).to_have_text("Updates automatically")
    assert reader.headlines() == NEWEST
    reader.expect_equal_to_fresh()


# The table of contents and the beginning
# ---------------------------------------


def test_key_event_on_this_page_is_a_jump_and_elsewhere_a_permalink(desk, open_page):
    first = desk.publish("The river rises", is_key_event=True)
    for number in range(30):
        desk.publish(f"later {number}")
    here = desk.publish("The bridge holds", is_key_event=True)
    for number in range(8):
        desk.publish(f"last {number}")
    reader = open_page()
    pages = len([url for url in reader.asked if url.endswith("/flood/")])
    reader.page.get_by_role("link", name="The bridge holds").click()
    assert 0 <= reader.top_of(here.public_id) <= 100
    assert reader.run("document.activeElement.id") == f"at-{here.public_id}"
    assert len([url for url in reader.asked if url.endswith("/flood/")]) == pages
    assert reader.page.url.endswith(f"/flood/#post-{here.public_id}")
    reader.page.go_back()
    assert reader.top_of(here.public_id) > 400
    reader.page.get_by_role("link", name="The river rises").click()
    assert reader.page.url.endswith(f"/flood/{first.public_id}/")


def test_beginning_is_one_key_away(desk, open_page):
    reader = open_page()
    keyboard = reader.page.context.new_cdp_session(reader.page)  # Playwright's own keys work no access keys
    key = {"modifiers": 1, "key": "b", "code": "KeyB", "text": "b", "unmodifiedText": "b", "windowsVirtualKeyCode": 66}
    for kind in ("rawKeyDown", "char"):
        keyboard.send("Input.dispatchKeyEvent", {"type": kind, **key})
    reader.page.wait_for_url("**/flood/?sort=oldest#timeline")
    assert reader.headlines()[0] == "p0"
    assert 0 <= reader.run("document.querySelector('#timeline').getBoundingClientRect().top") <= 100
    assert reader.page.get_by_role("link", name="Start from the beginning").count() == 0
