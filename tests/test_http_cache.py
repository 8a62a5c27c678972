"""An HTTP cache in front, with our own files: the crowd that it carries, what it forgets, and what outlives us."""

import json
import shutil
import subprocess
import sys
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import brotli
import pytest

from liveblogs import publishing, purging
from liveblogs.models import Post

from . import serving
from .factories import BlogFactory, BylineFactory, PostFactory
from .serving import ROOT, ask, wait_for

READERS = 1000
SECRET_WORDS = "The bridge at Stell Point has fallen"


def needs(program: str, package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed (Debian: {package})")


needs_nginx = needs("nginx", "nginx")
needs_varnish = needs("varnishd", "varnish")


def crowd(port: int, seconds: float, addresses: list[str]) -> dict[str, int]:
    """How many answers of each status a thousand readers got."""
    arguments = [str(port), str(READERS), str(seconds), *addresses]
    done = subprocess.run(
        [sys.executable, "-m", "tests.crowd", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
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
        # What nobody asked for meanwhile is not shown as it was.
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
