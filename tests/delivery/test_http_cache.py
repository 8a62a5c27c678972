"""An HTTP cache in front, with our own files: the crowd that it carries, what it forgets, and what outlives us."""

import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import brotli
import pytest
from django.conf import settings as django_settings
from django.test import Client

from liveblogs import publishing
from liveblogs.delivery import purging
from liveblogs.models import Post
from tests.support import serving
from tests.support.factories import BlogFactory, BylineFactory, PostFactory, UserFactory
from tests.support.serving import ROOT, ask, wait_for

pytestmark = pytest.mark.slow

READERS = 1000
#: Seconds after which no cache shows what it has without asking: those of the answers, and Varnish's one of grace.
KEPT = 6.5
SECRET_WORDS = "The bridge at Stell Point has fallen"


def needs(program: str, package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed (Debian: {package})")


needs_nginx = needs("nginx", "nginx")
needs_varnish = needs("varnishd", "varnish")


def crowd(port: int, seconds: float, addresses: list[str]) -> dict[str, int]:
    """How many answers of each status a thousand readers got."""
    arguments = [str(port), str(READERS), str(seconds), *addresses]
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.crowd", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    assert told["faults"] == []
    return told["statuses"]


def seconds_between(requests: list[dict]) -> list[float]:
    times = sorted(datetime.fromisoformat(request["time"]).timestamp() for request in requests)
    return [later - earlier for earlier, later in pairwise(times)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "cache",
    [pytest.param(serving.nginx, marks=needs_nginx), pytest.param(serving.varnish, marks=needs_varnish)],
    ids=["nginx", "varnish"],
)
def test_cache_carries_a_crowd_and_forgets_what_was_withdrawn(cache, tmp_path: Path, settings):
    settings.PURGE_URLS = []
    byline = BylineFactory(name="Ada Grant")
    blog = BlogFactory(live=True, slug="flood")
    kept = PostFactory(blog=blog, state="published", headline="The river is falling", credits=[byline])
    first, second = (
        PostFactory(blog=blog, state="published", headline=f"{SECRET_WORDS} {number}", credits=[byline])
        for number in (1, 2)
    )
    blog.refresh_from_db()
    delta = f"/flood/changes/?since={blog.revision - 2}"
    addresses = ["/flood/", "/flood/?sort=oldest", delta, f"/flood/{kept.public_id}/", "/", "/flood/feed/"]
    addresses += ["/news-sitemap.xml", f"/bylines/{byline.slug}/"]
    quiet = "/feed/"

    def shows(post: Post, address: str) -> bool:
        answer = ask(port, address, Accept_Encoding="br")
        assert (answer.status, answer.headers["Content-Encoding"]) == (200, "br")
        return post.headline.encode() in brotli.decompress(answer.body)

    def showing(post: Post) -> list[str]:
        return [address for address in addresses if shows(post, address)]

    with serving.origin(tmp_path) as origin, cache(tmp_path, origin.port) as (port, purge_url):
        assert shows(second, quiet)
        asked = time.monotonic()

        statuses = crowd(port, 3, addresses)
        assert list(statuses) == ["200"]
        assert statuses["200"] > READERS
        by_path: dict[str, list[dict]] = {}
        for request in origin.requests():
            by_path.setdefault(request["path"], []).append(request)
        assert len(by_path) == len(addresses)  # the two orders of a blog share a path, and the quiet one was asked for
        for path, requests in by_path.items():
            places = 2 if path == "/flood/" else 1
            assert min(seconds_between(requests)[places - 1 :], default=1) >= 1, path

        # Without a purge: as long as a cache may keep it, and a second of memory.
        assert len(showing(second)) == len(addresses)
        publishing.withdraw(second)
        wait_for(lambda: not showing(second), "the caches to ask again", seconds=10)
        # What nobody asked for meanwhile is not shown as it was, once it is older than a cache may keep it.
        wait_for(lambda: time.monotonic() - asked > KEPT, seconds=KEPT)
        assert not shows(second, quiet)

        # With a purge: when the caches have been told.
        assert len(showing(first)) == len(addresses)
        settings.PURGE_URLS = [purge_url]
        publishing.withdraw(first)
        purging.finish(serving.PATIENCE)
        assert showing(first) == []
        assert not shows(first, quiet)

        origin.kill()
        assert list(crowd(port, 6.5, addresses)) == ["200"]
        assert showing(first) == []


# What nginx makes of a request
# -----------------------------


@pytest.fixture
def site(tmp_path: Path, transactional_db, settings):
    """nginx before two applications, as on one machine: its port, and they."""
    settings.PURGE_URLS = []
    BlogFactory(live=True, slug="flood")
    with (
        serving.origin(tmp_path, WORKERS="1") as first,
        serving.origin(tmp_path, WORKERS="1") as second,
        serving.nginx(tmp_path, first.port, second.port) as (port, _),
    ):
        yield port, first, second


@needs_nginx
def test_upgrade_without_a_lost_request(site):
    """Both applications are restarted, one after the other, while readers and editors go on asking."""
    port, *applications = site
    done = threading.Event()
    statuses: list[set[int]] = []

    def work(path: str, method: str = "GET", **how: str) -> None:
        seen: set[int] = set()
        statuses.append(seen)
        while not done.is_set():
            seen.add(ask(port, path, method, **how).status)

    login = ask(port, "/admin/login/")
    cookie = login.headers["Set-Cookie"].split(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', login.body.decode())[1]
    form = {
        "body": f"username=nobody&password=wrong&csrfmiddlewaretoken={token}", "Cookie": cookie,
        "Content_Type": "application/x-www-form-urlencoded", "Origin": f"http://{serving.HOST}",
    }  # fmt: skip
    threads = [threading.Thread(target=work, args=(path,)) for path in ("/flood/", "/admin/login/")]
    threads += [threading.Thread(target=work, args=("/admin/", "POST"), kwargs=form) for _ in range(2)]
    for thread in threads:
        thread.start()
    for application in applications:
        application.stop()
        application.start()
    done.set()
    for thread in threads:
        thread.join()
    assert statuses == [{200}, {200}, {302}, {302}]
    for application in applications:
        assert {request["method"] for request in application.requests()} == {"GET", "POST"}


@needs_nginx
def test_nginx_passes_on_what_means_something(site):
    port, *applications = site
    media = Path(django_settings.MEDIA_ROOT)
    (media / "images").mkdir(parents=True)
    (media / "images/a.jpg").write_bytes(b"\xff\xd8 picture")

    # Parameters: unknown ones make no other address, and a second of a name is not the one that counts.
    first = ask(port, "/flood/?sort=oldest")
    assert first.headers["X-Cache"] == "MISS"
    assert ask(port, "/flood/?utm_source=a&sort=oldest&sort=newest&SORT=x").headers["X-Cache"] == "HIT"
    assert ask(port, "/flood/?utm_source=a").headers["X-Cache"] == "MISS"
    assert ask(port, "/flood/", Cookie="sessionid=a", Host="live.example.org:8080").headers["X-Cache"] == "HIT"
    assert ask(port, "/flood/", If_None_Match=ask(port, "/flood/").headers["ETag"]).status == 304
    assert [ask(port, f"/flood/{query}").status for query in ("?before=%21", "?before=nothinghere")] == [400, 404]

    # Malformed values share one response; those that mean nothing share that without them.
    for path, *queries in (
        ("/flood/", "before=%21", "before=..", "before=%21%21"), ("/flood/", "after=..", "after=a%20b"),
        ("/flood/changes/", "since=x", "since=1x&a=b", "since=-1"), ("/", "page=0x", "page=99999999"),
    ):  # fmt: skip
        asked = sum(len(application.requests()) for application in applications)
        assert {ask(port, f"{path}?{query}").status for query in queries} == {400}
        assert sum(len(application.requests()) for application in applications) <= asked + 1, queries
    assert ask(port, "/flood/?sort=..").headers["X-Cache"] == "HIT"

    # What caches and browsers are told is what the application says.
    assert first.headers["Cache-Control"] == "public, max-age=0, s-maxage=5"
    assert "stale-while-revalidate" in first.headers["CDN-Cache-Control"]
    assert f"http://{serving.HOST}/static/" in first.headers["Content-Security-Policy"]
    assert "X-Request-ID" not in first.headers

    # Editors: never kept, and numbered.
    login = [ask(port, "/admin/login/") for _ in range(2)]
    assert ["X-Cache" in answer.headers for answer in login] == [False, False]
    assert len({answer.headers["X-Request-ID"] for answer in login}) == 2
    assert [ask(port, path, "POST", "x" * 2_000_000).status for path in ("/", "/admin/login/")] == [413, 413]
    logged_out = [
        ask(port, path, "POST", "x" * 20_000_000, Content_Type="multipart/form-data; boundary=x")
        for path in ("/admin/liveblogs/post/add/", "/admin/liveblogs/image/upload/")
    ]
    assert [answer.status for answer in logged_out] == [403, 403]  # without their bodies, they have no token
    assert ask(port, "/admin/liveblogs/post/add/").status == 302
    editor = Client()
    editor.force_login(UserFactory(group="Editor"))
    cookie = f"sessionid={editor.cookies['sessionid'].value}"
    assert ask(port, "/admin/liveblogs/post/add/", Cookie=cookie).status == 200
    sent = {"body": "x" * 2_000_000, "Content_Type": "multipart/form-data; boundary=x", "Cookie": cookie}
    assert ask(port, "/admin/liveblogs/image/upload/", "POST", **sent).status == 403  # no token; it was read
    logged = [request for application in applications for request in application.requests()]
    assert {answer.headers["X-Request-ID"] for answer in login} <= {request["request_id"] for request in logged}

    # Pictures.
    picture = ask(port, "/media/images/a.jpg")
    assert (picture.status, picture.body) == (200, b"\xff\xd8 picture")
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert picture.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert picture.headers["Cache-Tag"] == picture.headers["Surrogate-Key"] == "image-a"
    (media.parent / "secret.txt").write_text("not for readers")
    outside = [ask(port, path).status for path in ("/media/", "/media/images/", "/media/../secret.txt")]
    assert outside == [403, 403, 404]


@needs_nginx
@pytest.mark.parametrize(("path", "times"), [("/admin/liveblogs/blog/1/desk/action/", 1), ("/admin/", 2)])
def test_nginx_sends_no_action_of_the_desk_twice(tmp_path: Path, db, path, times):
    """Both applications break off after they have read the request."""
    received: list[bytes] = []
    with ExitStack() as stack:
        ports = []
        for _ in range(2):
            server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            ports.append(server.getsockname()[1])
            threading.Thread(target=_break_off, args=(server, received), daemon=True).start()
        main, port, _ = serving.nginx_files(tmp_path, *ports)
        stack.enter_context(serving.running("nginx", "-c", str(main), "-g", "daemon off;", log=tmp_path / "log"))
        wait_for(lambda: _listens(port))
        assert ask(port, path, "POST", "action=duplicate").status == 502
    assert sum(b"POST" in request for request in received) == times


def _break_off(server: socket.socket, received: list[bytes]) -> None:
    with suppress(OSError):
        while True:
            line, _ = server.accept()
            received.append(line.recv(65536))
            line.close()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@needs_nginx
def test_nginx_limits_what_one_address_may_do(tmp_path: Path, transactional_db):
    BlogFactory(live=True, slug="flood")
    with serving.origin(tmp_path) as origin, serving.nginx(tmp_path, origin.port, rate="200r/s") as (port, _):
        _check_limits(port)


def _check_limits(port: int) -> None:
    attempts = [ask(port, "/admin/login/", "POST").status for _ in range(30)]
    assert set(attempts) == {403, 429}
    assert attempts.count(403) <= 13
    assert ask(port, "/admin/login/").status == 200  # to look at it is no attempt
    with ThreadPoolExecutor(8) as pool:
        statuses = Counter(pool.map(lambda _: ask(port, "/flood/changes/?since=1").status, range(1500)))
    assert set(statuses) == {200, 429}
    assert ask(port, "/flood/").status == 200


@needs_nginx
@pytest.mark.skipif(shutil.which("varnishd") is None, reason="varnishd is not installed (Debian: varnish)")
def test_shipped_files_are_taken_as_they_are(tmp_path: Path, db):
    main, _, _ = serving.nginx_files(tmp_path, 1, 2)
    done = subprocess.run(["nginx", "-t", "-c", str(main)], capture_output=True, text=True, check=False)
    assert "test is successful" in done.stderr, done.stderr
    assert "[warn]" not in done.stderr
    vcl = serving.DEPLOY / "varnish/newsroom.vcl"
    done = subprocess.run(["varnishd", "-C", "-f", str(vcl)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
