"""`python -m newsroom.stream_server` as a process of its own, with real sockets and each source of revisions."""

import re
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis
from django.db import connection

from liveblogs import publishing
from liveblogs.models import Blog, Post
from tests.support.factories import BlogFactory
from tests.support.servers import PATIENCE, listens, python, redis_program, redis_server, wait_for
from tests.support.serving import database_url
from tools.serving import free_port

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

needs_redis = pytest.mark.skipif(redis_program() is None, reason="needs redis-server")
needs_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL")


class Line:
    """A reader with a socket of their own."""

    def __init__(self, port: int, *, last: int | None = None) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        headers = f"Host: 127.0.0.1\r\nLast-Event-ID: {last}" if last is not None else "Host: 127.0.0.1"
        self.socket.sendall(f"GET /flood/stream/ HTTP/1.1\r\n{headers}\r\n\r\n".encode())
        self.text = b""
        self.is_open = True

    def read(self) -> None:
        self.socket.settimeout(0.02)
        try:
            data = self.socket.recv(65_536)
        except TimeoutError:
            return
        self.text += data
        self.is_open = bool(data)

    @property
    def heard(self) -> list[int]:
        self.read()
        return [int(number) for number in re.findall(rb"data: (\d+)\n", self.text)]

    def hears(self, number: int) -> None:
        wait_for(lambda: number in self.heard, lambda: f"not {number} in {self.text!r}")

    def ends(self) -> None:
        wait_for(lambda: self.read() or not self.is_open or b"\r\n0\r\n\r\n" in self.text, lambda: self.text)


@pytest.fixture
def follow() -> Iterator[Callable[..., Line]]:
    """Opens a line, which is closed in the end."""
    lines = []

    def follow(port: int, **options) -> Line:
        lines.append(Line(port, **options))
        return lines[-1]

    yield follow
    for line in lines:
        line.socket.close()


@pytest.fixture
def blog() -> Blog:
    return BlogFactory(live=True, slug="flood")


def publish(blog: Blog) -> int:
    """The new revision."""
    publishing.publish(Post(blog=Blog.objects.get(pk=blog.pk), headline="News"))
    return Blog.objects.get(pk=blog.pk).revision


@contextmanager
def serving(tmp_path: Path, **changes: str) -> Iterator[tuple[int, object]]:
    port = free_port()
    changes["STREAM_PORT"] = str(port)
    with python("newsroom.stream_server", port=port, log=tmp_path / "stream.log", **changes) as process:
        yield port, process


def wait_for_log(tmp_path: Path, words: str, times: int = 1) -> None:
    """Wait until the server has logged this so often."""
    log = tmp_path / "stream.log"
    wait_for(lambda: log.read_text().count(words) >= times, log.read_text)


def test_crowd_hears_of_a_publication_and_the_server_stops_in_three_seconds(blog, follow, tmp_path):
    with serving(tmp_path) as (port, process):
        crowd = [follow(port) for _ in range(200)]
        known = Blog.objects.get().revision
        for line in crowd:
            line.hears(known)
        first = publish(blog)
        for line in crowd:
            line.hears(first)
        back = follow(port, last=first)
        second = publish(blog)
        back.hears(second)
        assert back.heard == [second]
        publishing.take_down(Blog.objects.get())
        crowd[0].ends()
        publishing.open_blog(Blog.objects.get())
        again = [follow(port) for _ in range(50)]
        for line in again:
            line.hears(Blog.objects.get().revision)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) in {0, -signal.SIGTERM}
        for line in again:
            line.ends()
    log = (tmp_path / "stream.log").read_text()
    assert "timeout" not in log  # uvicorn's, after two seconds
    assert "Traceback" not in log
    assert "ERROR" not in log


@needs_redis
def test_redis_tells_and_when_it_hangs_or_goes_the_database_does(blog, follow, tmp_path):
    """A number that only Redis says shows that it is heard."""
    port = free_port()
    address = f"redis://127.0.0.1:{port}/3"
    with redis_server(port, tmp_path / "redis.log") as server, serving(tmp_path, CACHE_URL=address) as (stream, _):
        wait_for_log(tmp_path, "Listening to Redis")
        line = follow(stream)
        line.hears(Blog.objects.get().revision)
        client = redis.Redis.from_url(address)
        client.publish("newsroom_revisions.3", "flood 900")
        line.hears(900)
        client.publish("newsroom_revisions.2", "flood 901")  # another site's
        line.hears(publish(blog))
        assert 901 not in line.heard
        server.send_signal(signal.SIGSTOP)
        wait_for_log(tmp_path, "Cannot listen to Redis")
        line.hears(publish(blog))
        server.send_signal(signal.SIGCONT)
        wait_for_log(tmp_path, "Listening to Redis", times=2)
        client.publish("newsroom_revisions.3", "flood 910")
        line.hears(910)
        server.kill()
        server.wait(PATIENCE)
        wait_for(lambda: not listens(port))
        line.hears(publish(blog))
        with redis_server(port, tmp_path / "redis.log"):
            wait_for_log(tmp_path, "Listening to Redis", times=3)
            redis.Redis.from_url(address).publish("newsroom_revisions.3", "flood 920")
            line.hears(920)


@needs_postgresql
def test_postgresql_tells_and_when_its_connection_is_cut_it_is_asked(blog, follow, tmp_path):
    with serving(tmp_path) as (stream, _):
        wait_for_log(tmp_path, "Listening to PostgreSQL")
        line = follow(stream)
        line.hears(Blog.objects.get().revision)

        def say(number: int) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify('newsroom_revisions', %s)", [f"flood {number}"])

        say(900)
        line.hears(900)
        with psycopg.connect(database_url().replace("postgres:", "postgresql:", 1), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%' OR query = 'SELECT 1'"
            )
        wait_for_log(tmp_path, "Cannot listen to PostgreSQL")
        line.hears(publish(blog))
        wait_for_log(tmp_path, "Listening to PostgreSQL", times=2)
        say(910)
        line.hears(910)


@needs_postgresql
def test_publishing_tells_postgresql(blog, settings):
    """Where no Redis connects the processes."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    with psycopg.connect(database_url().replace("postgres:", "postgresql:", 1), autocommit=True) as other:
        other.execute("LISTEN newsroom_revisions")
        revision = publish(blog)
        assert [notice.payload for notice in other.notifies(timeout=5, stop_after=1)] == [f"flood {revision}"]
