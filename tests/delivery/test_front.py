"""The front cache: the same bytes as the views', nobody's response for anybody else, and nothing outdated."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from liveblogs import publishing, timeline
from liveblogs.delivery import entry as entries
from liveblogs.delivery import front
from liveblogs.delivery.entry import FRESH, REVALIDATION, Revalidation
from liveblogs.delivery.front import FrontCache
from liveblogs.models import Blog, Post
from tests.support.factories import BlogFactory, BylineFactory, PostFactory
from tests.support.machines import sitemap_of_posts
from tests.support.timelines import make_post, make_posts

# Requests end as on a server: Django's signals, on which connections are closed, would break off a test's transaction.
pytestmark = pytest.mark.django_db(transaction=True)


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def ask(application: Any, path: str, method: str = "GET", secure: bool = False, **headers: str) -> Answer:
    """One request. ``headers`` have underscores for hyphens."""
    names = {f"HTTP_{name.upper()}": value for name, value in {"host": "testserver", **headers}.items()}
    environ = RequestFactory().generic(method, path, secure=secure, **names).environ
    started: list[Any] = []
    result = application(environ, lambda status, headers, *_error: started.append((status, headers)))
    body = b"".join(result)
    if close := getattr(result, "close", None):
        close()
    status, sent = started[-1]
    return Answer(int(status[:3]), dict(sent), b"" if method == "HEAD" else body)


class Clock:
    """The monotonic clock, the time of day and Django's, all moved by hand."""

    def __init__(self, monkeypatch) -> None:
        self.now = datetime(2026, 3, 23, 12, 0, tzinfo=UTC)
        monkeypatch.setattr(time, "monotonic", lambda: self.now.timestamp() - 1_000_000)
        monkeypatch.setattr(time, "time", lambda: self.now.timestamp())  # noqa: PLW0108 - of the time that it is then
        monkeypatch.setattr("django.utils.timezone.now", lambda: self.now)

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def site() -> FrontCache:
    return FrontCache(WSGIHandler())


@pytest.fixture
def blog(transactional_db) -> Blog:
    return BlogFactory(live=True, slug="quake", title="About quake")


@pytest.fixture
def elsewhere(monkeypatch) -> Iterator[None]:
    """Changes are made by another process: nothing tells this one."""
    publishing.committed.disconnect(front.invalidate, dispatch_uid="front")
    yield
    publishing.committed.connect(front.invalidate, dispatch_uid="front")


def queries(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


# The same as without it
# ----------------------


def test_every_public_address_has_the_bytes_of_its_view(site, client, blog):
    byline = BylineFactory(name="Ana Ruiz", slug="ana-ruiz")
    posts = make_posts(blog, 45)
    post = PostFactory(blog=blog, state="published", headline="Bridges closed", body="<p>All of them.</p>" * 40)
    PostFactory(blog=blog, state="published", headline="Trains stop", credits=[byline])
    since = Blog.objects.get().revision - 1
    addresses = [
        *("/", "/quake/", "/quake/?sort=oldest", f"/quake/?before={posts[25].public_id}", "/feed/", "/quake/feed/"),
        *(f"/quake/?after={posts[2].public_id}", f"/quake/{post.public_id}/", "/bylines/ana-ruiz/", "/robots.txt"),
        *(f"/quake/changes/?since={since}", f"/quake/changes/?since={since + 1}", "/zones/Asia/Tokyo.json"),
        *("/sitemap.xml", sitemap_of_posts(client), "/sitemap-blogs-0.xml", "/news-sitemap.xml", "/nothing-here/"),
        *("/quake/nothinghere/", "/quake/changes/?since=x", "/quake/?before=!"),
    ]
    views = WSGIHandler()
    for address in addresses:
        for encoding in ("", "gzip", "br, gzip"):
            expected = ask(views, address, accept_encoding=encoding)
            for again in range(2):
                assert ask(site, address, accept_encoding=encoding) == expected, (address, encoding, again)
            of_head = ask(site, address, "HEAD", accept_encoding=encoding)
            assert of_head == expected._replace(body=b""), (address, encoding)
        if etag := expected.headers.get("ETag"):
            for sent in (etag, f'"other", {etag}'):
                unchanged = ask(site, address, if_none_match=sent)
                bare = ask(views, address, if_none_match=sent)
                bare.headers.pop("Content-Length", None)
                assert (unchanged.status, unchanged.body) == (304, b"")
                assert unchanged == bare
            assert ask(site, address, if_none_match='W/"other"').status == 200


# For whom
# --------


def test_what_makes_another_response_is_part_of_the_address(site, blog, settings):
    settings.ALLOWED_HOSTS = ["testserver", "live.example.org"]
    make_post(blog, "Bridges closed")
    first = ask(site, "/quake/")
    assert "http://testserver/static" in first.headers["Content-Security-Policy"]
    assert (
        "http://live.example.org/static"
        in ask(site, "/quake/", host="live.example.org").headers["Content-Security-Policy"]
    )
    assert "https://testserver/static" in ask(site, "/quake/", secure=True).headers["Content-Security-Policy"]
    assert ask(site, "/quake/", host="evil.example").status == 400
    assert ask(site, "/quake/") == first
    assert ask(site, "/quake/?sort=oldest").headers["ETag"] != first.headers["ETag"]


def test_scheme_of_a_trusted_proxy_is_part_of_the_address(blog, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    site = FrontCache(WSGIHandler())
    for proto, status in (("https", 200), ("http", 301), ("https", 200), ("ftp", 301)):
        assert ask(site, "/quake/", x_forwarded_proto=proto).status == status


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("sort=oldest", True), ("sort=newest&sort=oldest", True), ("utm_source=a&sort=oldest&x=%ff", True),
        ("sort=oldest&page=3", False), ("sort=oldest&before=", False), ("SORT=oldest", False),
    ],
)  # fmt: skip
def test_unknown_parameters_make_no_other_response(site, blog, query, same):
    ask(site, "/quake/?sort=oldest")
    counted = queries(lambda: ask(site, f"/quake/?{query}"))
    assert (counted == 0) == same


def test_order_of_parameters_makes_no_other_response(site, blog):
    ask(site, "/quake/changes/?since=1&heard=2")
    assert queries(lambda: ask(site, "/quake/changes/?heard=2&since=1")) == 0
    assert queries(lambda: ask(site, "/quake/changes/?heard=3&since=1")) > 0


@pytest.mark.parametrize("is_kept", [True, False])
def test_odd_headers_change_nothing(site, blog, is_kept):
    first = ask(site, "/quake/")
    for name, value in {
        "range": "bytes=0-9", "if_match": '"other"', "if_modified_since": "Mon, 01 Jan 2035 00:00:00 GMT",
        "cookie": "sessionid=abc", "authorization": "Basic abc", "x_forwarded_host": "evil.example",
        "x_http_method_override": "DELETE", "accept_language": "fr", "if_none_match": "*",
    }.items():  # fmt: skip
        if not is_kept:
            front.invalidate()
        assert ask(site, "/quake/", **{name: value}) == first, name


def test_host_in_any_case_is_one(site, blog):
    first = ask(site, "/quake/", host="TestServer")
    assert queries(lambda: ask(site, "/quake/")) == 0
    assert ask(site, "/quake/") == first
    assert "http://testserver/static" in first.headers["Content-Security-Policy"]


def test_etag_is_compared_weakly(site, blog):
    etag = ask(site, "/quake/").headers["ETag"]
    assert ask(site, "/quake/", if_none_match=etag.removeprefix("W/")).status == 304


def test_redirect_keeps_its_parameters_and_is_not_kept(site, blog):
    views = WSGIHandler()
    for address in ("/quake?utm_source=mail&sort=oldest", "/quake?sort=oldest"):
        expected = ask(views, address)
        assert (expected.status, ask(site, address)) == (301, expected)
    assert site.size == 0


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("gzip;q=0.", None), ("br;\tq=0, gzip", "gzip"), ("br; q=0.0 , gzip;q=0.000", None)]
)
def test_encoding_that_is_refused(site, blog, accepted, encoding):
    assert ask(site, "/quake/", accept_encoding=accepted).headers.get("Content-Encoding") == encoding


@pytest.mark.parametrize("path", ["/admin/", "/media/a.jpg", "/static/a.css", "/healthz/live"])
def test_private_addresses_pass_it(path):
    asked = []

    def application(environ, start_response):
        asked.append(environ["HTTP_ACCEPT_ENCODING"])
        environ[REVALIDATION] = Revalidation()
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"one user's"]

    site = FrontCache(application)
    for _ in range(2):
        assert ask(site, path, accept_encoding="br").body == b"one user's"
    assert asked == ["br", "br"]


@pytest.mark.parametrize(
    ("method", "status", "headers"),
    [
        ("POST", "200 OK", []), ("GET", "200 OK", [("Set-Cookie", "a=b")]), ("GET", "500 Error", []),
        ("GET", "302 Found", []), ("GET", "400 Bad Request", []), ("OPTIONS", "200 OK", []),
    ],
)  # fmt: skip
def test_what_is_not_for_everybody_is_not_kept(method, status, headers):
    asked = []

    def application(environ, start_response):
        asked.append(1)
        environ[REVALIDATION] = Revalidation()
        start_response(status, [("Content-Type", "text/plain"), *headers])
        return [b"text"]

    site = FrontCache(application)
    for number in range(2):
        assert ask(site, "/quake/", method).body == b"text"
        assert len(asked) == number + 1


# When
# ----


def test_fresh_response_asks_nothing_and_then_one_query(site, blog, clock):
    make_posts(blog, 3)
    ask(site, "/quake/")
    clock.move(FRESH - 0.01)
    assert queries(lambda: ask(site, "/quake/")) == 0
    clock.move(0.02)
    assert queries(lambda: ask(site, "/quake/")) == 1
    assert queries(lambda: ask(site, "/quake/", if_none_match="x")) == 0


@pytest.mark.parametrize("address", ["/", "/bylines/ana-ruiz/", "/news-sitemap.xml", "/feed/"])
def test_what_lists_all_blogs_is_checked_with_two_queries(site, blog, clock, address):
    PostFactory(blog=blog, state="published", credits=[BylineFactory(name="Ana Ruiz", slug="ana-ruiz")])
    assert ask(site, address).status == 200
    clock.move(FRESH)
    assert queries(lambda: ask(site, address)) == 2


def test_own_change_is_in_the_next_response(site, blog):
    addresses = ["/", "/quake/", "/quake/feed/", f"/quake/changes/?since={blog.revision}"]

    def showing() -> list[bool]:
        return [b"Bridges closed" in ask(site, address).body for address in addresses]

    assert showing() == [False] * 4
    post = make_post(blog, "Bridges closed")
    permalink = post.get_absolute_url()
    assert showing() == [True] * 4
    assert ask(site, permalink).status == 200
    publishing.withdraw(post)
    assert showing() == [False] * 4
    assert ask(site, permalink).status == 404


def test_change_by_another_process_is_served_after_a_second(site, blog, clock, elsewhere):
    post = make_post(blog, "Bridges closed")
    permalink = post.get_absolute_url()
    for address in ("/quake/", permalink):
        assert b"Bridges closed" in ask(site, address).body
    publishing.withdraw(post)
    clock.move(FRESH - 0.01)
    assert b"Bridges closed" in ask(site, "/quake/").body
    clock.move(0.01)
    assert b"Bridges closed" not in ask(site, "/quake/").body
    assert ask(site, permalink).status == 404


def test_scheduled_post_is_served_on_its_second(site, blog, clock):
    make_post(blog, "First")
    publishing.schedule(Post(blog=blog, headline="On the hour"), clock.now + timedelta(seconds=2.5))
    addresses = ["/", "/quake/", f"/quake/changes/?since={Blog.objects.get().revision}"]

    def showing() -> set[bool]:
        return {b"On the hour" in ask(site, address).body for address in addresses}

    for _ in range(4):
        assert showing() == {False}
        clock.move(0.6)
    clock.move(0.0999)
    assert showing() == {False}
    clock.move(0.0001)
    assert showing() == {True}


def test_post_that_cannot_be_published_does_not_have_every_request_render(site, blog, clock, monkeypatch):
    make_post(blog, "First")
    publishing.schedule(Post(blog=blog, headline="On the hour"), clock.now + timedelta(seconds=2))
    clock.move(3)
    tried = []

    def fail(**_options: Any) -> None:
        tried.append(1)
        raise OperationalError("the disk is full")

    monkeypatch.setattr(publishing, "publish_due", fail)
    for _ in range(20):
        assert b"First" in ask(site, "/quake/").body
    assert queries(lambda: ask(site, "/quake/")) == 0


def test_404_is_kept_for_a_second_and_ends_with_an_own_change(site, clock):
    draft = BlogFactory(slug="quake")
    wrong = ask(site, "/quake/")
    assert (wrong.status, wrong.headers["Cache-Tag"]) == (404, "blog-quake")
    assert (wrong.headers["Cache-Control"], wrong.headers["CDN-Cache-Control"]) == (
        "public, max-age=0, s-maxage=1",
        "max-age=1",
    )
    assert queries(lambda: ask(site, "/quake/")) == 0
    clock.move(FRESH)
    assert queries(lambda: ask(site, "/quake/")) > 0
    publishing.open_blog(draft)
    assert ask(site, "/quake/").status == 200


def test_response_that_a_change_overtakes_is_not_kept(blog, monkeypatch):
    """The change is committed after its page was read and before it is kept."""
    site = FrontCache(WSGIHandler())
    page = timeline.page
    overtaken = []

    def read_then_change(*arguments):
        found = page(*arguments)
        if not overtaken:
            overtaken.append(make_post(blog, "Bridges closed"))
        return found

    monkeypatch.setattr(timeline, "page", read_then_change)
    assert b"Bridges closed" not in ask(site, "/quake/").body
    assert b"Bridges closed" in ask(site, "/quake/").body


def test_interval_reaches_pages_that_have_no_news(site, blog, clock, monkeypatch):
    address = f"/quake/changes/?since={blog.revision}"
    first = ask(site, address)
    monkeypatch.setattr("liveblogs.delivery.polling.interval", lambda: 40)
    clock.move(FRESH)
    again = ask(site, address, if_none_match=first.headers["ETag"])
    assert b'data-interval="40"' in again.body


# A crowd
# -------


class Counting:
    """An application that counts what it is asked, and answers when it is let."""

    def __init__(self) -> None:
        self.rendered = self.checked = 0
        self.etag = '"1"'
        self.may_go_on = threading.Event()
        self.error: Exception | None = None

    def __call__(self, environ, start_response):
        self.rendered += 1
        self.may_go_on.wait(10)
        environ[REVALIDATION] = Revalidation(None, self.current)
        start_response("200 OK", [("Content-Type", "text/plain"), ("ETag", self.etag)])
        return [f"version {self.etag}".encode()]

    def current(self) -> tuple[str, float | None]:
        self.checked += 1
        self.may_go_on.wait(10)
        if self.error:
            raise self.error
        return self.etag, None


@pytest.fixture
def counting() -> Counting:
    return Counting()


def crowd(site: FrontCache, number: int, meanwhile: Callable[[list[bytes]], None]) -> list[bytes]:
    """What so many threads get at the same moment."""
    bodies: list[bytes] = []
    threads = [threading.Thread(target=lambda: bodies.append(ask(site, "/quake/").body)) for _ in range(number)]
    for thread in threads:
        thread.start()
    meanwhile(bodies)
    for thread in threads:
        thread.join()
    return bodies


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.perf_counter() + 30
    while not condition():
        assert time.perf_counter() < deadline
        threading.Event().wait(0.005)


def test_thousand_requests_for_a_new_address_render_once(counting, clock):
    site = FrontCache(counting)
    bodies = crowd(site, 1000, lambda _bodies: counting.may_go_on.set())
    assert bodies == [b'version "1"'] * 1000
    assert (counting.rendered, counting.checked) == (1, 0)


def test_thousand_requests_for_an_expired_response_ask_once_and_do_not_wait(counting, clock):
    counting.may_go_on.set()
    site = FrontCache(counting)
    ask(site, "/quake/")
    clock.move(FRESH)
    counting.may_go_on.clear()

    def let_go_when_all_others_are_served(bodies: list[bytes]) -> None:
        wait_until(lambda: len(bodies) == 999)
        counting.may_go_on.set()

    assert crowd(site, 1000, let_go_when_all_others_are_served) == [b'version "1"'] * 1000
    assert (counting.rendered, counting.checked) == (1, 1)


def test_what_may_not_be_kept_is_rendered_side_by_side():
    """A page that is an error, asked for by four at once: nobody waits for three others."""
    inside = threading.Barrier(3)

    def application(environ, start_response):
        if not is_first.acquire(blocking=False):
            inside.wait(10)
        else:
            others_wait.wait(10)
        start_response("500 Error", [("Content-Type", "text/plain")])
        return [b"sorry"]

    is_first, others_wait = threading.Semaphore(1), threading.Event()
    site = FrontCache(application)
    assert crowd(site, 4, lambda _bodies: others_wait.set()) == [b"sorry"] * 4
    assert not inside.broken


# Faults
# ------


def test_database_that_fails_costs_nobody_the_page_for_a_minute(counting, clock, caplog):
    caplog.set_level(logging.INFO)
    counting.may_go_on.set()
    site = FrontCache(counting)
    ask(site, "/quake/")
    counting.error = OperationalError("the database is gone")
    for _ in range(58):
        clock.move(1)
        assert ask(site, "/quake/").body == b'version "1"'
    assert 2 < counting.checked < 60
    assert [record.message for record in caplog.records] == [
        "Pages cannot be checked (the database is gone); they are served as they were, for at most 60 seconds"
    ]
    counting.error, counting.etag = None, '"2"'
    clock.move(front.RETRY)
    assert ask(site, "/quake/").body == b'version "2"'
    assert [record.message for record in caplog.records][1:] == ["Pages can be checked again"]


def test_error_of_one_page_is_not_taken_for_the_databases(counting, clock, caplog):
    """Django renders it, and logs what is wrong; the other pages are checked as ever."""
    counting.may_go_on.set()
    site = FrontCache(counting)
    ask(site, "/quake/")
    counting.error, counting.etag = KeyError("a mistake"), '"2"'
    clock.move(FRESH)
    assert ask(site, "/quake/").body == b'version "2"'
    assert caplog.records == []


def test_database_that_fails_for_longer_is_no_excuse(counting, clock):
    counting.may_go_on.set()
    site = FrontCache(counting)
    ask(site, "/quake/")
    counting.error = OperationalError("the database is gone")
    clock.move(front.STALE_ON_ERROR)
    counting.etag = '"2"'
    assert ask(site, "/quake/").body == b'version "2"'  # it is rendered, or the application says what is wrong


def test_page_is_served_while_the_database_is_gone(site, blog, clock, monkeypatch):
    page = ask(site, "/quake/")

    def fail(*_arguments: Any) -> None:
        raise OperationalError("the database is gone")

    with monkeypatch.context() as patched:
        patched.setattr(timeline.snapshots, "_read", fail)
        clock.move(30)
        assert ask(site, "/quake/") == page
    clock.move(2)
    publishing.withdraw(make_post(blog, "Bridges closed"))
    assert ask(site, "/quake/").headers["ETag"] != page.headers["ETag"]


# Memory
# ------


def test_least_recently_checked_responses_go_first(blog, clock, monkeypatch):
    monkeypatch.setattr(front, "MAX_BYTES", 60_000)
    site = FrontCache(WSGIHandler())
    ask(site, "/quake/")
    for number in range(300):
        ask(site, f"/quake/changes/?since={number}")
        if number % 5 == 0:
            clock.move(FRESH)
            ask(site, "/quake/")
    assert site.size <= 60_000
    assert queries(lambda: ask(site, "/quake/")) == 0
    clock.move(-FRESH / 2)
    assert queries(lambda: ask(site, "/quake/changes/?since=3")) > 0


def test_long_addresses_and_headers_take_no_memory(site, blog):
    for number in range(5):
        long = f"{'x' * 5000}{number}"
        assert ask(site, f"/quake/?sort={long}").status == 200
        assert ask(site, f"/{long}/").status == 404
        assert ask(site, "/quake/", accept_encoding=f"br, {long}").headers["Content-Encoding"] == "br"
    assert site.size < 100_000


def test_response_larger_than_the_cache_is_served(blog, monkeypatch):
    monkeypatch.setattr(front, "MAX_BYTES", 100)
    site = FrontCache(WSGIHandler())
    assert [ask(site, "/quake/").status for _ in range(2)] == [200, 200]
    assert site.size == 0


def test_fresh_is_shorter_where_http_caches_are_purged():
    assert (0.2 if entries.settings.PURGE_URLS else 1.0) == entries.FRESH
