"""Redis refuses or hangs: pages, deltas and publications go on, and nobody waits for it twice."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from liveblogs import publishing
from liveblogs.models import Blog, Post
from liveblogs.stream import announce
from newsroom.env import cache
from tests.support.factories import BlogFactory
from tools.serving import free_port

pytestmark = pytest.mark.django_db(transaction=True)

#: Seconds that a fault may add to a request.
ADDED = 0.5


class Silent:
    """A server that accepts and never answers. ``asked`` is how often somebody came."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.lines: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def asked(self) -> int:
        return len(self.lines)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self.lines.append(self.socket.accept()[0])

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        for each in (self.socket, *self.lines):
            each.close()


@pytest.fixture
def use(monkeypatch, settings) -> Callable[[int], None]:
    """Has this process use the Redis at a port, as the site's own settings make it."""

    def use(port: int) -> None:
        settings.CACHES = {"default": cache(f"redis://127.0.0.1:{port}/0")}
        monkeypatch.setattr(announce, "_failed_at", -announce.PAUSE)

    return use


@pytest.fixture
def silent() -> Iterator[Silent]:
    server = Silent()
    yield server
    server.close()


@pytest.fixture
def blog() -> Blog:
    return BlogFactory(live=True, slug="flood")


@contextmanager
def waits_at_most(server: Silent, times: int) -> Iterator[None]:
    """It is waited for so often at most, each time as long as a silent server is waited for."""
    before = server.asked
    yield
    wait = max(announce.TIMEOUT, cache("redis://127.0.0.1:1/0")["OPTIONS"]["socket_timeout"])
    assert server.asked - before <= times
    assert times * wait <= ADDED


def read(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_silent_redis_is_waited_for_once(client, blog, use, silent):
    use(silent.port)
    with waits_at_most(silent, 0):
        assert blog.title in read(client, "/flood/?sort=oldest")
        read(client, "/flood/changes/?since=1")
        read(client, "/")
    with waits_at_most(silent, 1):
        publishing.publish(Post(blog=blog, headline="Just in"))
    with waits_at_most(silent, 0):
        publishing.publish(Post(blog=Blog.objects.get(), headline="And more"))
        assert "And more" in read(client, "/flood/")
        assert "And more" in read(client, "/flood/changes/?since=1")


def test_silent_redis_when_a_post_is_due(client, blog, use, silent):
    """The worst case: a reader's request that publishes first."""
    post = Post(blog=blog, headline="On time")
    publishing.schedule(post, timezone.now() + timedelta(hours=1))
    Post.objects.filter(pk=post.pk).update(publish_at=timezone.now() - timedelta(seconds=1))
    use(silent.port)
    with waits_at_most(silent, 1):
        assert "On time" in read(client, "/flood/")


def test_refusing_redis_costs_nothing(client, blog, use):
    use(free_port())
    publishing.publish(Post(blog=blog, headline="Just in"))
    for address in ("/flood/", "/flood/changes/?since=1", "/"):
        assert "Just in" in read(client, address)


def test_redis_that_comes_back_is_used_again(blog, use, silent, monkeypatch):
    use(silent.port)
    publishing.publish(Post(blog=blog, headline="Just in"))
    assert silent.asked == 1
    clock = time.monotonic() + announce.PAUSE
    monkeypatch.setattr(announce.time, "monotonic", lambda: clock)
    publishing.publish(Post(blog=Blog.objects.get(), headline="And more"))
    assert silent.asked == 2
