"""What HTTP caches are told after a change: which tags, in which words, and never at a publication's cost."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from liveblogs import publishing
from liveblogs.delivery import purging
from liveblogs.delivery.purging import backends
from liveblogs.delivery.purging import queue as purge_queue
from liveblogs.delivery.purging.queue import PurgeQueue
from liveblogs.models import Blog
from newsroom.env import cache_in_front
from tests.support.factories import BlogFactory, BylineFactory, PostFactory
from tests.support.machines import sitemap_of_posts
from tests.support.manage import LIVE, manage, values
from tests.support.serving import ROOT, environment


class Fake:
    """A cache's own interface, as far as we speak to it: records what was asked and answers with ``statuses``."""

    def __init__(self) -> None:
        self.asked: list[tuple] = []
        self.statuses: list[int] = []
        self.told = threading.Semaphore(0)
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(length)) if length else None
                named = ("Fastly-Key", "Authorization", "Accept", "Content-Type", "Surrogate-Key")
                headers = {name: self.headers[name] for name in named if name in self.headers}
                fake.asked.append((self.command, self.path, headers, body))
                self.send_response(fake.statuses.pop(0) if fake.statuses else 200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")
                fake.told.release()

            do_POST = do_PURGE = answer  # noqa: N815 - names that http.server looks for

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"


@pytest.fixture
def fake() -> Iterator[Fake]:
    made = Fake()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture(autouse=True)
def _quick(monkeypatch) -> None:
    monkeypatch.setattr(purge_queue, "RETRIES", (0.01, 0.01))
    monkeypatch.setattr(purge_queue, "GAP", 0)
    monkeypatch.setattr(purge_queue, "AGAIN", 0.05)


# In each one's words
# -------------------


@pytest.mark.slow
def test_varnish(fake):
    backends.varnish(fake.address, ["blog-flood", "home"])
    assert fake.asked == [("PURGE", "/", {"Surrogate-Key": "blog-flood home"}, None)]


def test_fastly_in_lots_of_256(fake, monkeypatch):
    monkeypatch.setattr(backends, "FASTLY", f"http://{fake.address}")
    tags = [f"blog-{number}" for number in range(300)]
    backends.fastly("SU1Z0isxPaozGVKXdv0eY", "hush", tags)
    headers = {"Fastly-Key": "hush", "Accept": "application/json", "Content-Type": "application/json"}
    path = "/service/SU1Z0isxPaozGVKXdv0eY/purge"
    assert fake.asked == [
        ("POST", path, headers, {"surrogate_keys": tags[:256]}),
        ("POST", path, headers, {"surrogate_keys": tags[256:]}),
    ]


#: A blog, a picture, and its file in a bucket.
MIXED = ["blog-flood", "image-0f9a", "https://pictures.example.org/images/2026/11/0f9a.jpg"]


def test_files_in_a_bucket_are_purged_by_address(fake, monkeypatch):
    monkeypatch.setattr(backends, "FASTLY", f"http://{fake.address}")
    monkeypatch.setattr(backends, "CLOUDFLARE", f"http://{fake.address}")
    backends.fastly("SU1", "hush", MIXED)
    backends.cloudflare("023e", "hush", MIXED)
    backends.varnish(fake.address, MIXED)
    assert [(method, path, body) for method, path, _headers, body in fake.asked] == [
        ("POST", "/service/SU1/purge", {"surrogate_keys": MIXED[:2]}),
        ("POST", "/purge/pictures.example.org/images/2026/11/0f9a.jpg", None),
        ("POST", "/client/v4/zones/023e/purge_cache", {"tags": MIXED[:2]}),
        ("POST", "/client/v4/zones/023e/purge_cache", {"files": MIXED[2:]}),
        ("PURGE", "/", None),
    ]
    assert fake.asked[-1][2] == {"Surrogate-Key": "blog-flood image-0f9a"}


def test_nginx_has_one_tag_for_all_pictures(tmp_path):
    backends.nginx(tmp_path, [*MIXED, "image-77"])
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_symlink()) == ["blog-flood", "media"]


def test_removed_files_are_queued_under_their_tag(monkeypatch, settings):
    queued = []
    monkeypatch.setattr(purging, "_queues", lambda _urls: [SimpleNamespace(add=queued.extend)])
    settings.PURGE_URLS = ["varnish://127.0.0.1:1"]
    purging.on_removal(
        ["images/2026/11/0f9a.jpg", "renditions/2026/11/77ab-720.avif", "renditions/2026/11/77ab-c480.jpg"]
    )
    assert queued == ["image-0f9a", "image-77ab"]


def test_cloudflare_in_lots_of_30(fake, monkeypatch):
    monkeypatch.setattr(backends, "CLOUDFLARE", f"http://{fake.address}")
    tags = [f"blog-{number}" for number in range(31)]
    backends.cloudflare("023e105f4ecef8ad9ca31a8372d0c353", "hush", tags)
    headers = {"Authorization": "Bearer hush", "Content-Type": "application/json"}
    path = "/client/v4/zones/023e105f4ecef8ad9ca31a8372d0c353/purge_cache"
    assert fake.asked == [
        ("POST", path, headers, {"tags": tags[:30]}),
        ("POST", path, headers, {"tags": tags[30:]}),
    ]


def test_refusal_is_a_failure(fake):
    fake.statuses = [403]
    with pytest.raises(backends.PurgeFailed, match="403 Forbidden"):
        backends.varnish(fake.address, ["home"])


@pytest.mark.slow
def test_nginx_generations(tmp_path: Path):
    """Each telling moves the tag's link, and no other one's; what is long past is cleared away."""
    backends.nginx(tmp_path, ["blog-flood", "home"])
    flood, home = ((tmp_path / tag).resolve() for tag in ("blog-flood", "home"))
    backends.nginx(tmp_path, ["blog-flood"])
    again = (tmp_path / "blog-flood").resolve()
    assert again != flood
    assert (tmp_path / "home").resolve() == home
    assert all(path.is_dir() for path in (flood, home, again))  # a request may be reading the last one
    long_ago = time.time() - backends.NGINX_GRACE - 1
    for path in (flood, home):
        os.utime(path, (long_ago, long_ago))
    backends.nginx(tmp_path, ["blog-flood"])
    newest = (tmp_path / "blog-flood").resolve()
    links = {tmp_path / "blog-flood", tmp_path / "home"}
    assert set(tmp_path.iterdir()) == {*links, home, again, newest}


# Telling
# -------


def test_told_at_once_and_again_in_one_request_each(fake):
    purges = PurgeQueue("fake", lambda tags: backends.varnish(fake.address, tags))
    purges.add(["blog-flood", "home"])
    assert purges.finish(10)
    assert [asked[2]["Surrogate-Key"] for asked in fake.asked] == ["blog-flood home"] * 2


def test_changes_meanwhile_are_told_together():
    """However many publications while a cache is slow: one more request, each tag once."""
    told: list[list[str]] = []
    first_is_under_way, go_on = threading.Event(), threading.Event()

    def slow(tags) -> None:
        told.append(sorted(tags))
        first_is_under_way.set()
        go_on.wait(10)

    purges = PurgeQueue("slow", slow)
    purges.add(["home"])
    assert first_is_under_way.wait(10)
    for number in range(50):
        purges.add([f"blog-{number % 2}", "home"])
    go_on.set()
    assert purges.finish(10)
    assert told[:2] == [["home"], ["blog-0", "blog-1", "home"]]
    assert len(told) <= 3


def test_tried_again_then_given_up_and_logged(fake, caplog):
    fake.statuses = [503, 503]
    purges = PurgeQueue("fake", lambda tags: backends.varnish(fake.address, tags))
    purges.add(["home"])
    assert purges.finish(10)
    assert (len(fake.asked), caplog.text) == (4, "")  # the third try was heard; then it is told again
    fake.statuses = [500] * 6
    purges.add(["blog-flood"])
    assert purges.finish(10)
    assert caplog.messages == ["fake: could not purge blog-flood (500 Internal Server Error)"] * 2
    purges.add(["home"])
    assert purges.finish(10)
    assert fake.asked[-1][2] == {"Surrogate-Key": "home"}


def test_waiting_tags_are_bounded(monkeypatch, caplog):
    monkeypatch.setattr(purge_queue, "MAX_WAITING", 4)
    go_on = threading.Event()
    purges = PurgeQueue("hung", lambda tags: go_on.wait(10))
    purges.add(["a"])
    for number in range(20):
        purges.add([f"blog-{number}"])
    assert len(purges._due) <= 5
    assert "too many tags are waiting to be purged" in caplog.text
    go_on.set()
    assert purges.finish(10)


# A publication
# -------------


@pytest.fixture
def told(monkeypatch, settings) -> list[str]:
    tags: list[str] = []
    settings.PURGE_URLS = ["varnish://cache.example.org"]
    monkeypatch.setattr(PurgeQueue, "add", lambda self, added: tags.extend(added))
    return tags


@pytest.mark.django_db(transaction=True)
def test_change_tells_the_blog_and_what_lists_it(told):
    post = PostFactory(blog=BlogFactory(live=True, slug="flood"))
    told.clear()
    publishing.publish(post)
    assert told == ["blog-flood", "home", "sitemap", "news-sitemap"]
    told.clear()
    publishing.withdraw(post)
    assert told[0] == "blog-flood"
    told.clear()
    PostFactory(blog=post.blog, headline="A draft")
    assert told == []


@pytest.mark.django_db(transaction=True)
def test_every_public_answer_carries_a_tag_that_its_changes_purge(client, told):
    byline = BylineFactory(name="Ada Grant")
    blog = BlogFactory(live=True, slug="flood", credits=[byline])
    post = PostFactory(blog=blog, state="published", credits=[byline])
    purged = set(told)
    addresses = [
        "/", "/feed/", "/sitemap.xml", sitemap_of_posts(client), "/news-sitemap.xml", "/bylines/ada-grant/",
        "/flood/", f"/flood/{post.public_id}/", "/flood/feed/", "/flood/changes/?since=0",
    ]  # fmt: skip
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        tags = response["Cache-Tag"].split(",")
        assert tags == response["Surrogate-Key"].split(" ")
        assert purged & set(tags), address


@pytest.mark.django_db(transaction=True)
def test_caches_that_hang_or_are_away_hold_up_no_publication(settings, fake):
    """Nothing is asked of a cache in the publishing thread: here none would ever answer it."""
    hung = threading.Event()
    settings.PURGE_URLS = ["varnish://127.0.0.1:9", f"varnish://{fake.address}"]
    away, heard = purging._queues(tuple(settings.PURGE_URLS))
    away._purge = lambda tags: hung.wait(30)
    blog = BlogFactory(live=True, slug="flood")
    for number in range(5):
        PostFactory(blog=blog, state="published", headline=f"p{number}")
    assert Blog.objects.get().post_count == 5
    assert heard.finish(10)  # one that hangs keeps no other from being told
    assert away.finish(0) is False
    assert {tag for asked in fake.asked for tag in asked[2]["Surrogate-Key"].split()} >= {"blog-flood", "home"}
    hung.set()
    assert away.finish(10)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_command_that_publishes_ends_after_it_told(fake):
    """`import_blog` or `publish_due` from a timer: what it changed must not be lost with its process."""
    BlogFactory(live=True, slug="flood")
    code = (
        "from liveblogs import publishing; from liveblogs.models import Blog, Post; "
        "publishing.publish(Post(blog=Blog.objects.get(), headline='News'))"
    )
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        env=environment(PURGE_URL=f"varnish://{fake.address}"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", "")
    assert [asked[2]["Surrogate-Key"] for asked in fake.asked] == ["blog-flood home sitemap news-sitemap"] * 2


# The setting
# -----------


@pytest.mark.parametrize(
    "value",
    [
        "varnish://", "varnish://cache:0", "varnish://cache/path", "http://cache", "nginx://host/folder", "nginx:///",
        "fastly://", "fastly://a/b", "cloudflare://zone!", "varnish://a;fastly://b",
    ],
)  # fmt: skip
def test_purge_url_that_cannot_be_used(value):
    with pytest.raises(ValueError, match=r"^$|Port"):
        cache_in_front(value)


@pytest.mark.slow
def test_purge_url_malformed_is_told_at_the_start():
    done = manage("check", PURGE_URL="varnish://cache:6081, http://cache", **LIVE)
    assert done.stderr == (
        'newsroom: PURGE_URL: "varnish://cache:6081, http://cache" is not a list of caches with commas between: '
        "varnish://host:port, nginx:///folder, fastly://service or cloudflare://zone\n"
    )


@pytest.mark.slow
def test_purge_url_of_a_network_needs_a_token():
    done = manage("check", PURGE_URL="fastly://SU1Z0isxPaozGVKXdv0eY", **LIVE)
    assert done.stderr == "newsroom: PURGE_TOKEN: needed beside the PURGE_URL of a content delivery network\n"


@pytest.mark.slow
def test_several_caches():
    urls = "varnish://10.0.0.1:6081, varnish://10.0.0.2:6081,fastly://SU1Z0isxPaozGVKXdv0eY"
    assert values("PURGE_URLS", PURGE_URL=urls, PURGE_TOKEN="hush-hush", **LIVE) == [
        ["varnish://10.0.0.1:6081", "varnish://10.0.0.2:6081", "fastly://SU1Z0isxPaozGVKXdv0eY"]
    ]
