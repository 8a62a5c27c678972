"""How an open page asks: how often, what it refuses, how it finds back, and what it says meanwhile."""

import itertools
import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from liveblogs import publishing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser_context_args(viewport={"width": 800, "height": 400}),
]

HOUR = 3600
CHANGES = "**/flood/changes/**"


def answering(**answer) -> Callable[[Route], None]:
    """What gives this answer to whatever is asked."""
    return lambda route: route.fulfill(**answer)


# How often
# ---------


@pytest.fixture
def timed(desk, open_page, settings):
    """A reader whose clock runs only when told to, at the usual interval."""
    settings.FOLLOW_SECONDS = 5
    return open_page(clock=True)


def questions(reader, seconds: int) -> int:
    before = reader.questions
    reader.pass_time(seconds)
    return reader.questions - before


def test_pace_of_a_visible_and_of_a_hidden_tab(timed):
    assert 9 <= questions(timed, 60) <= 12
    timed.hide(True)
    questions(timed, 10)
    assert 2 <= questions(timed, 90) <= 3
    before = timed.questions
    timed.hide(False)
    timed.pass_time(1)
    assert timed.questions == before + 1  # at once


def test_no_two_readers_keep_in_step(timed, settings):
    """Or everybody who opened the page with an alert would ask in the same second for good."""
    timed.run(
        "window.times = []; const real = fetch;"
        "window.fetch = (...all) => { times.push(Date.now()); return real(...all); };"
    )
    timed.pass_time(120)
    times = timed.run("times")
    # Without the first: its question was asked while the test's clock caught up with where the page stood.
    gaps = [after - before for before, after in itertools.pairwise(times[1:])]
    assert len(set(gaps)) > 5
    assert min(gaps) >= 5000
    assert sorted(gaps)[len(gaps) // 2] <= 7100  # of a clock that runs by whole seconds


def test_server_sets_the_interval_with_each_answer(timed, settings):
    settings.FOLLOW_SECONDS = 30
    questions(timed, 10)
    assert 1 <= questions(timed, 60) <= 2


def test_errors_make_it_wait_longer_and_say_so_quietly(desk, timed):
    timed.page.route(CHANGES, lambda route: route.abort())
    assert 2 <= questions(timed, 29) <= 3  # after 5, 15 and 35 seconds
    expect(timed.state).to_have_text("Updates automatically")
    questions(timed, 11)
    expect(timed.state).to_have_text("Reconnecting…")
    expect(timed.status).to_be_empty()
    questions(timed, 120)
    assert 4 <= questions(timed, 300) <= 5  # once a minute at most
    timed.page.unroute(CHANGES)
    desk.publish("meanwhile")
    timed.run("dispatchEvent(new Event('online'))")
    timed.pass_time(1)
    timed.expect_revision(desk.revision)
    expect(timed.state).to_have_text("Updates automatically")


@pytest.mark.parametrize("wait", ["120", "date"])
def test_retry_after_is_obeyed_even_by_a_reader_who_comes_back(timed, wait):
    if wait == "date":
        wait = timed.run("new Date(Date.now() + 125_000).toUTCString()")
    timed.page.route(CHANGES, answering(status=503, headers={"Retry-After": wait}, body="busy"))
    questions(timed, 8)
    timed.page.unroute(CHANGES)
    before = timed.questions
    timed.hide(False)
    timed.run("dispatchEvent(new Event('online'))")
    assert questions(timed, 105) == 0
    assert questions(timed, 30) >= 1
    assert timed.questions > before


def test_never_two_questions_at_once(desk, open_page):
    reader = open_page()
    under_way, most = [0], [0]

    def slow(route):
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        answer = route.fetch()
        reader.page.wait_for_timeout(300)
        under_way[0] -= 1
        route.fulfill(response=answer)

    reader.page.route(CHANGES, slow)
    desk.publish("just in")
    for _ in range(6):
        reader.hide(False)
        reader.page.wait_for_timeout(100)
    reader.expect_revision(desk.revision)
    assert most == [1]
    reader.page.unroute_all(behavior="wait")


def test_answer_that_never_comes_is_given_up(desk, timed):
    timed.page.route(CHANGES, lambda route: None)
    timed.run(
        "AbortSignal.timeout = (wait) => {"
        " const one = new AbortController(); setTimeout(() => one.abort(), wait); return one.signal; }"
    )
    assert questions(timed, 20) == 1
    timed.page.unroute(CHANGES)
    assert questions(timed, 30) >= 2


# Answers that are none
# ---------------------


def answers_that_are_none(delta: str) -> dict[str, tuple[int, str]]:
    other = delta.replace('data-blog="flood"', 'data-blog="fire"')
    return {
        "an error page": (500, "<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>"),
        "an error page as if all were well": (
            200,
            "<!DOCTYPE html><main><h1>Log in to the hotel's network</h1></main>",
        ),
        "a page that is not there": (404, "<!DOCTYPE html><main><h1>There is nothing here</h1></main>"),
        "a delta with a failure's status": (502, delta),
        "nothing": (200, ""),
        "another blog's": (200, other),
        "cut off in the head": (200, delta[: delta.index("</h1>")]),
        "cut off in a post": (200, delta[: delta.index('<div class="post-body')]),
        "cut off before the end": (200, delta[: delta.rindex("<i ")]),
        "no number": (200, re.sub(r'data-revision="\d+"', 'data-revision="9.5"', delta)),
        "a later cursor than ours": (200, re.sub(r'data-since="\d+"', 'data-since="999"', delta)),
        "a delta within another page": (200, f"<main>{delta}</main>"),
    }


def test_answer_that_is_no_delta_leaves_the_page_untouched(desk, open_page, client, settings):
    settings.FOLLOW_SECONDS = HOUR
    reader = open_page()
    known = desk.revision
    publishing.withdraw(desk.posts[2])
    desk.edit(desk.posts[4], headline="p4 put right")
    desk.publish("just in")
    delta = client.get(f"/flood/changes/?since={known}").content.decode()
    before = reader.shown()
    for what, (status, body) in answers_that_are_none(delta).items():
        reader.page.route(CHANGES, answering(status=status, body=body))
        with reader.page.expect_response(CHANGES):
            reader.hide(False)
        reader.page.wait_for_timeout(60)
        assert reader.shown() == before, what
        reader.page.unroute(CHANGES)
    reader.catch_up(desk.revision)
    reader.expect_equal_to_fresh()
    assert "p4 put right" in reader.headlines()


def test_page_to_take_over_that_is_cut_off_or_older_is_refused(desk, open_page, settings):
    """A title changes the page's own title: that is taken from the page."""
    settings.FOLLOW_SECONDS = HOUR
    reader = open_page()
    old = reader.run("fetch(location.href).then((answer) => answer.text())")
    before = reader.shown()
    desk.read().title = "Flood recedes"
    publishing.update_blog(desk.blog)
    fresh = reader.run("fetch(location.href).then((answer) => answer.text())")
    page = re.compile(r"/flood/$")
    for body in (fresh[: fresh.index("</main>")], old, "<!DOCTYPE html>", fresh.replace('"flood"', '"fire"')):
        reader.page.route(page, answering(body=body, content_type="text/html"))
        with reader.page.expect_response(page):
            reader.hide(False)
        reader.page.wait_for_timeout(60)
        assert reader.shown() == before
        reader.page.unroute(page)
    reader.catch_up(desk.revision)
    expect(reader.page).to_have_title("Flood recedes – Newsroom")
    reader.expect_equal_to_fresh()


def test_scripts_in_an_answer_do_not_run(desk, open_page, settings, client):
    settings.FOLLOW_SECONDS = HOUR
    reader = open_page()
    known = desk.revision
    desk.publish("just in", body="<p>marker</p>")
    delta = client.get(f"/flood/changes/?since={known}").content.decode()
    bad = '<script>window.hacked = 1</script><img src="x" onerror="window.hacked = 2"><p>marker</p>'
    reader.take(delta.replace("<p>marker</p>", bad))
    expect(reader.main).to_contain_text("marker")
    reader.page.wait_for_timeout(200)
    assert reader.run("window.hacked") is None
    assert any("Content Security Policy" in fault for fault in reader.faults)
    reader.faults.clear()


# Withdrawn posts and old answers
# -------------------------------


def test_old_delta_never_brings_a_withdrawn_post_back(desk, open_page, client, settings):
    """A cache answers with what it kept, before and after the page has learnt of the withdrawal."""
    settings.FOLLOW_SECONDS = HOUR
    early, late = open_page(), open_page()
    known = desk.revision
    post = desk.publish("taken back")
    kept = client.get(f"/flood/changes/?since={known}").content.decode()
    assert "taken back" in kept
    publishing.withdraw(post)
    # This page has followed: the kept answer is older than what it knows.
    late.catch_up(desk.revision)
    late.take(kept)
    assert "taken back" not in late.headlines()
    late.expect_equal_to_fresh()
    # This one has not: it shows the post, until its next question.
    early.take(kept)
    assert "taken back" in early.headlines()
    early.catch_up(desk.revision)
    assert "taken back" not in early.headlines()
    early.take(kept)
    assert "taken back" not in early.headlines()
    early.expect_equal_to_fresh()


def test_restored_database_sends_the_page_back(desk, open_page, settings):
    settings.FOLLOW_SECONDS = HOUR
    reader = open_page()
    reader.run("document.querySelector('main').dataset.revision = 999")
    reader.hide(False)
    reader.expect_revision(desk.revision)
    reader.expect_equal_to_fresh()


# Away and back
# -------------


def much(desk) -> None:
    desk.publish("while away")
    desk.edit(desk.posts[3], headline="p3 put right", correction="It was p3.")
    publishing.withdraw(desk.posts[4])
    publishing.pin(desk.posts[0])


def test_offline_and_back(desk, open_page, context):
    reader = open_page()
    context.set_offline(True)
    much(desk)
    expect(reader.state).to_have_text("Reconnecting…")
    context.set_offline(False)
    reader.expect_revision(desk.revision)
    expect(reader.state).to_have_text("Updates automatically")
    reader.expect_equal_to_fresh()


def test_asleep_and_awake(desk, open_page, context):
    """As when the lid of a laptop is closed."""
    reader = open_page()
    devtools = context.new_cdp_session(reader.page)
    devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    much(desk)
    reader.page.wait_for_timeout(700)
    devtools.send("Page.setWebLifecycleState", {"state": "active"})
    reader.expect_revision(desk.revision)
    reader.expect_equal_to_fresh()


def test_more_than_a_delta_holds_while_asleep(desk, open_page, settings):
    settings.FOLLOW_SECONDS = HOUR
    reader = open_page()
    elsewhere = open_page("?sort=oldest")
    for one in (reader, elsewhere):
        one.scroll_to(900)
    for number in range(52):
        desk.publish(f"n{number}", body="<p>Short.</p>")
    publishing.withdraw(desk.posts[2])
    reader.catch_up(desk.revision)
    assert "p2" not in reader.headlines()
    expect(reader.page).to_have_title(re.compile(r"^\(\d+\) "))
    reader.accept()
    reader.expect_equal_to_fresh()
    elsewhere.catch_up(desk.revision)
    expect(elsewhere.link).to_be_visible()
    elsewhere.accept()
    elsewhere.expect_equal_to_fresh()


def test_new_posts_in_a_hidden_tab_are_counted_in_its_title(desk, open_page):
    reader = open_page()
    reader.page.set_viewport_size({"width": 800, "height": 1200})  # the first posts in view
    reader.hide(True)
    desk.publish("one")
    desk.publish("two")
    expect(reader.page).to_have_title("(2) Flood in the valley – Newsroom")
    expect(reader.status).to_be_empty()
    reader.hide(False)
    expect(reader.page).to_have_title("Flood in the valley – Newsroom")
    assert reader.headlines()[:3] == ["two", "one", "p5"]


def test_back_button(desk, open_page, live_server):
    reader = open_page()
    reader.page.goto(f"{live_server.url}/")
    much(desk)
    reader.page.go_back()
    reader.expect_revision(desk.revision)
    reader.expect_equal_to_fresh()


def test_page_that_comes_from_the_back_forward_cache_asks_at_once(desk, open_page, settings):
    settings.FOLLOW_SECONDS = HOUR
    reader = open_page()
    much(desk)
    reader.run("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    reader.expect_revision(desk.revision)
    reader.expect_equal_to_fresh()


def test_two_tabs(desk, open_page):
    readers = [open_page(), open_page("?sort=oldest")]
    much(desk)
    for reader in readers:
        reader.expect_revision(desk.revision)
        reader.expect_equal_to_fresh()


# Pausing
# -------


def test_pause_is_remembered_until_resumed(desk, open_page):
    reader = open_page()
    reader.page.get_by_role("button", name="Pause updates").focus()
    reader.page.keyboard.press("Space")
    expect(reader.state).to_have_text("Updates are paused")
    expect(reader.status).to_have_text("Updates are paused")
    known = desk.revision
    much(desk)
    reader.hide(False)
    reader.page.wait_for_timeout(600)
    expect(reader.main).to_have_attribute("data-revision", str(known))
    reader.page.reload()
    known, asked = desk.revision, reader.questions
    desk.publish("later")
    reader.page.wait_for_timeout(600)
    expect(reader.main).to_have_attribute("data-revision", str(known))
    assert reader.questions == asked
    reader.page.get_by_role("button", name="Resume updates").click()
    reader.expect_revision(desk.revision)
    expect(reader.state).to_have_text("Updates automatically")
    reader.page.reload()
    expect(reader.state).to_have_text("Updates automatically")


def test_browser_that_stores_nothing_follows_all_the_same(desk, open_page, context):
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } })"
    )
    reader = open_page()
    reader.page.get_by_role("button", name="Pause updates").click()
    expect(reader.state).to_have_text("Updates are paused")
    desk.publish("just in")
    reader.page.get_by_role("button", name="Resume updates").click()
    reader.expect_revision(desk.revision)


# What is told
# ------------


@pytest.fixture
def heard(desk, open_page):
    """A reader, with all that the status region has said."""
    reader = open_page()
    reader.run(
        """() => {
          window.heard = [];
          const region = document.querySelector(".follow-told");
          new MutationObserver(() => region.textContent && heard.push([Date.now(), region.textContent]))
            .observe(region, { childList: true, characterData: true, subtree: true });
        }"""
    )
    return reader


def test_status_tells_of_new_posts_and_corrections_not_of_each_one(desk, heard):
    heard.scroll_to(900)
    for number in range(6):
        desk.publish(f"new {number}")
    desk.edit(desk.posts[5], correction="It was the other bridge.")
    desk.edit(desk.posts[4], headline="p4 put right")
    heard.expect_revision(desk.revision)
    heard.page.wait_for_timeout(900)
    told = heard.run("heard")
    assert sum(int(re.match(r"\d+", text)[0]) for _, text in told if "new post" in text) == 6
    assert sum("Correction: p5" in text for _, text in told) == 1
    assert not any("p4" in text for _, text in told)
    times = [at for at, _ in told]
    assert all(after - before >= 390 for before, after in itertools.pairwise(times))  # two intervals
    expect(heard.status).to_be_empty()  # so that the same words can be said again


def test_correction_arrives_labelled(desk, open_page):
    reader = open_page()
    desk.edit(desk.posts[5], correction="It was the other bridge.")
    correction = reader.page.get_by_role("complementary", name="Correction")
    expect(correction).to_contain_text("It was the other bridge.")
    expect(reader.status).to_have_text("Correction: p5")


def test_status_is_there_before_it_speaks(desk, open_page, client):
    html = client.get("/flood/").content.decode()
    assert html.count('<p class="follow-told visually-hidden" role="status"></p>') == 1


def test_relative_times_tick(desk, timed):
    age = timed.page.locator(f"#at-{desk.posts[5].public_id} .ago")
    expect(age).to_have_text(re.compile("now|1 min"))
    timed.hide(True)
    for minutes in (4, 20):
        timed.page.clock.run_for(minutes * 60_000)
        assert minutes <= int(re.search(r"(\d+) min\. ago", age.inner_text())[1]) <= minutes + 6
    timed.page.clock.run_for(40 * 60_000)
    expect(age).to_be_empty()


#: What moves has come to its end, so that colours are what they will be; what moves for good is left.
ALL_STILL = """
document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime < Infinity)
  .forEach((one) => one.finish())
"""


def test_axe_finds_nothing_before_and_after(desk, open_page):
    reader = open_page()
    axe = Axe()
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    assert axe.run(reader.page, options=options).response["violations"] == []
    reader.scroll_to(900)
    much(desk)
    reader.expect_revision(desk.revision)
    expect(reader.button).to_be_visible()
    reader.run(ALL_STILL)
    assert axe.run(reader.page, options=options).response["violations"] == []
    reader.accept()
    publishing.end_blog(desk.read())
    expect(reader.state).to_have_text("This coverage has ended")
    reader.run(ALL_STILL)
    assert axe.run(reader.page, options=options).response["violations"] == []


def test_without_scripts_nothing_of_this_shows(desk, browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/flood/")
    expect(page.locator("main article")).to_have_count(6)
    for selector in (".follow-bar", ".new-posts"):
        for node in page.locator(selector).all():
            expect(node).to_be_hidden()
    context.close()
