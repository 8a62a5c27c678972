"""How open pages follow: what a delta says, what it costs, and what a page must know to use it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from liveblogs import publishing, timeline
from liveblogs.delivery import polling
from liveblogs.models import Blog, Post
from liveblogs.text import times
from liveblogs.views.pages import preview_page
from tests.support.factories import BlogFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def blog() -> Blog:
    return BlogFactory(live=True, slug="flood", title="Flood in the valley")


def publish(blog: Blog, count: int = 1, **fields) -> list[Post]:
    return [PostFactory(blog=blog, state="published", **fields) for _ in range(count)]


def revision(blog: Blog) -> int:
    return Blog.objects.values_list("revision", flat=True).get(pk=blog.pk)


def changes(client, since: int, **headers):
    return client.get(f"/flood/changes/?since={since}", headers=headers)


def delta(client, since: int) -> str:
    return changes(client, since).content.decode()


def data(html: str, start: str = '<div id="delta"') -> dict[str, str]:
    """The data attributes of the first element that starts so."""
    tag = re.search(rf"{re.escape(start)}[^>]*>", html)[0]
    return dict(re.findall(r' data-([a-z]+)(?:="([^"]*)")?', tag))


# What a delta says
# -----------------


def test_delta_names_its_blog_its_cursor_and_where_it_leads(client, blog):
    since = revision(blog)
    publish(blog)
    revised = Blog.objects.values_list("revised_at", flat=True).get(pk=blog.pk)
    assert data(delta(client, since)) == {
        "revision": str(since + 1),
        "blog": "flood",
        "since": str(since),
        "revised": str(times.microseconds(revised)),
        "status": "live",
        "count": "1",
        "ends": "",
        "interval": "5",
    }
    publishing.end_blog(blog)
    assert data(delta(client, since))["status"] == "ended"


def test_delta_tells_where_the_first_page_ends(client, blog):
    posts = publish(blog, 39)
    assert data(delta(client, revision(blog)))["ends"] == ""
    posts += publish(blog)
    assert data(delta(client, revision(blog)))["ends"] == posts[20].public_id
    publishing.withdraw(posts[5])
    assert data(delta(client, revision(blog)))["ends"] == ""


@pytest.mark.parametrize("has_news", [True, False])
def test_delta_with_news_marks_its_end(client, blog, has_news):
    """A parser closes what was cut off without a word, and an article would lack its correction."""
    since = revision(blog)
    if has_news:
        publish(blog)
    html = delta(client, since).rstrip()
    assert html.endswith('</div><i id="delta-end" hidden></i>' if has_news else "></div>")


def test_delta_holds_nothing_of_posts_that_readers_do_not_see(client, blog):
    since = revision(blog)
    for state in ("draft", "submitted", "scheduled"):
        PostFactory(blog=blog, state=state, headline=f"hidden {state}")
    PostFactory(blog=blog, state="withdrawn", headline="hidden withdrawn", body="<p>hidden body</p>")
    html = delta(client, since)
    assert "hidden " not in html
    assert html.count("<article") == 1
    assert 'data-state="withdrawn" hidden' in html


def test_delta_of_too_much_or_of_an_unknown_past_asks_for_a_reload(client, blog):
    since = revision(blog)
    publish(blog, timeline.DELTA_POSTS)
    assert "reload" not in data(delta(client, since))
    publish(blog)
    assert "reload" in data(delta(client, since))
    now = revision(blog)
    future = data(delta(client, now + 1))
    assert ("reload" in future, future["revision"]) == (True, str(now))
    Blog.objects.update(followed_from=now)
    assert "reload" in data(delta(client, now - 1))
    assert "reload" not in data(delta(client, now))


# The same for everybody
# ----------------------


def test_same_cursor_gives_every_reader_the_same_bytes(client, admin_client, blog):
    since = revision(blog)
    publish(blog, 3)
    first, again = changes(client, since), changes(admin_client, since)
    assert first.content == again.content
    assert first["ETag"] == again["ETag"]
    assert not again.cookies
    assert changes(client, since, if_none_match=first["ETag"]).status_code == 304
    assert changes(client, since + 1)["ETag"] != first["ETag"]


def test_bytes_of_a_delta_do_not_depend_on_the_length_of_the_blog(client, blog):
    sizes = []
    for count in (3, 57):
        publish(blog, count)
        since = revision(blog)
        publish(blog, headline="just in", body="<p>As long as any.</p>")
        sizes.append(len(changes(client, since).content))
    assert abs(sizes[1] - sizes[0]) < 30  # the digits of numbers, and the end of the first page


# What it costs
# -------------


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_a_delta(client, blog, count, django_assert_num_queries):
    publish(blog, 4)
    since = revision(blog)
    publish(blog, count)
    publishing.withdraw(Post.objects.published().order_by("pk").first())
    with django_assert_num_queries(2):
        delta(client, since)


# Withdrawn
# ---------


def test_withdrawn_post_is_a_tombstone_for_every_earlier_cursor_and_for_good(client, blog):
    publish(blog, 2)
    [post] = publish(blog, headline="taken back", body="<p>in the body</p>")
    publishing.withdraw(post)
    publish(blog, 3)
    publishing.erase(post)
    publish(blog, 3)
    post.refresh_from_db()
    tombstone = f'<article id="post-{post.public_id}" data-state="withdrawn" hidden></article>'
    for since in range(revision(blog)):
        html = delta(client, since)
        assert "taken back" not in html
        assert "in the body" not in html
        assert (tombstone in html) == (since < post.revision)


def test_post_published_again_is_no_tombstone(client, blog):
    [post] = publish(blog, headline="taken back")
    since = revision(blog)
    publishing.withdraw(post)
    assert f'id="post-{post.public_id}" data-state' in delta(client, since)
    publishing.publish(post)
    html = delta(client, since)
    assert "taken back" in html
    assert "data-state" not in html


# Taken down
# ----------


def test_taken_down_blog_tells_its_open_pages(client, blog, django_assert_num_queries):
    publish(blog, headline="was public")
    publishing.take_down(blog)
    with django_assert_num_queries(2):
        response = changes(client, 1)
    assert (response.status_code, data(response.content.decode())) == (404, {"gone": "", "blog": "flood"})
    assert b"was public" not in response.content
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=1"
    assert response["Surrogate-Key"] == "blog-flood"
    publishing.open_blog(blog)
    assert data(delta(client, 1))["revision"] == str(revision(blog))


def test_blog_that_was_never_open_is_not_told_of(client):
    draft = BlogFactory(slug="flood")
    publish(draft)
    response = changes(client, 1)
    assert response.status_code == 404
    assert b"delta" not in response.content


# How often
# ---------


def test_interval_is_the_operators(client, blog, settings):
    settings.FOLLOW_SECONDS = 20
    assert data(delta(client, revision(blog)))["interval"] == "20"
    assert data(client.get("/flood/").content.decode(), "<main")["interval"] == "20"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def pass_time(poll_interval: polling.PollInterval, clock: Clock, pages: int, seconds: int) -> int:
    """The interval after so many seconds in which each page polls as often as it was told."""
    interval = poll_interval.seconds()
    for _ in range(seconds):
        for page in range(pages // interval):
            poll_interval.count(f"10.0.{page}")
        interval = poll_interval.seconds()
        clock.now += 1
    return interval


@pytest.mark.parametrize(
    ("pages", "seconds"), [(1, 5), (19_000, 5), (25_000, 10), (70_000, 20), (140_000, 40), (10**6, 80)]
)
def test_interval_grows_with_the_open_pages_and_stays_there(settings, pages, seconds):
    settings.FOLLOW_SECONDS = 5
    clock = Clock()
    interval = polling.PollInterval(clock)
    pass_time(interval, clock, pages, 30)
    assert {pass_time(interval, clock, pages, 50) for _ in range(6)} == {seconds}
    assert pass_time(interval, clock, 100, 400) == 5


def test_one_client_slows_nobody(settings):
    """As fast as it may ask; some more from an office with many readers; and a crowd."""
    settings.FOLLOW_SECONDS = 5
    clock = Clock()
    interval = polling.PollInterval(clock)

    def after(clients: int, each: int) -> int:
        for _ in range(12):
            for client in range(clients):
                for _ in range(each):
                    interval.count(f"10.0.0.{client}")
            clock.now += 1
            interval.seconds()
        return interval.seconds()

    assert after(1, 30_000) == 5
    assert after(30, 900) == 5
    assert after(60, 500) == 10


def test_memory_of_clients_is_bounded(monkeypatch):
    monkeypatch.setattr(polling, "MAX_CLIENTS", 10)
    interval = polling.PollInterval(Clock())
    for client in range(100):
        interval.count(f"10.0.0.{client}")
    assert len(interval._requests) == 11


def test_interval_changes_the_answer(client, blog, monkeypatch):
    """Or a reader who has the answer already would never be told."""
    monkeypatch.setattr(polling, "interval", lambda: 5)
    first = changes(client, revision(blog))
    monkeypatch.setattr(polling, "interval", lambda: 10)
    again = changes(client, revision(blog), if_none_match=first["ETag"])
    assert (again.status_code, data(again.content.decode())["interval"]) == (200, "10")


# What a page knows
# -----------------


def bounds(client, address: str) -> tuple[str, str]:
    known = data(client.get(address).content.decode(), "<main")
    return known["lower"], known["upper"]


def test_page_says_between_which_places_it_shows_every_post(client, blog):
    posts = publish(blog, 45)
    keys = [times.order_key(post.published_at, post.pk) for post in posts]
    ids = [post.public_id for post in posts]
    publishing.pin(posts[2])
    assert bounds(client, "/flood/") == (keys[20], "")
    assert bounds(client, "/flood/?sort=oldest") == ("", keys[19])
    assert bounds(client, f"/flood/?before={ids[20]}") == ("", keys[20])
    assert bounds(client, f"/flood/?before={ids[30]}") == (keys[10], keys[30])
    assert bounds(client, f"/flood/?after={ids[2]}") == (keys[2], keys[22])
    assert bounds(client, f"/flood/?sort=oldest&after={ids[19]}") == (keys[19], "")
    assert bounds(client, f"/flood/{ids[22]}/") == (keys[12], keys[32])
    assert bounds(client, f"/flood/{ids[3]}/") == ("", keys[13])
    assert bounds(client, f"/flood/{ids[40]}/") == (keys[30], "")


def test_page_of_few_posts_goes_as_far_as_the_timeline(client, blog):
    posts = publish(blog, 3)
    for address in ("/flood/", "/flood/?sort=oldest", posts[1].get_absolute_url()):
        assert bounds(client, address) == ("", "")


def test_order_keys_are_in_order_as_texts():
    at = timezone.now().replace(microsecond=5)
    keys = [times.order_key(at, 9), times.order_key(at, 10), times.order_key(at + timedelta(microseconds=1), 1)]
    assert keys == sorted(keys)
    assert keys[0].endswith("000005.0000000009")


def test_page_words_counts_in_its_language(client, blog, settings):
    html = client.get("/flood/").content.decode()
    assert 'data-new-one="{} new post"' in html
    assert 'data-new-other="{} new posts"' in html
    with translation.override("ru"):
        assert times.plurals().keys() == {"one", "few", "many"}


# The script
# ----------


def test_page_loads_the_script_and_a_preview_does_not(client, blog, rf):
    [post] = publish(blog)
    script = '<script type="module" src="/static/liveblogs/reader/live.js"></script>'
    for address in ("/flood/", post.get_absolute_url()):
        html = client.get(address).content.decode()
        assert html.count(script) == html.count("live.js") == 1
        assert html.count('class="follow-told visually-hidden" role="status"></p>') == 1
    preview = preview_page(rf.get("/"), PostFactory(blog=blog)).content.decode()
    assert "live.js" not in preview
    assert "data-changes" not in preview
