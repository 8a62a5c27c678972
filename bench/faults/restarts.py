"""Restart PostgreSQL repeatedly under load: no acknowledged write may be lost, and errors must stop soon."""

import threading
import time
from collections.abc import Callable
from wsgiref.util import setup_testing_defaults

from .ground import Cluster, check, cluster, expect, live_blog, set_up

#: Seconds after a restart until nothing may fail, and seconds for which PostgreSQL then runs.
RECOVERY = 1.0
CALM = 1.5
WRITERS, READERS = 2, 3


class Load:
    """Writers and readers that continue after errors. ``faults`` are the errors: begin, end, description."""

    def __init__(self, blog_id: int, slug: str) -> None:
        from django.core.wsgi import get_wsgi_application

        self.blog_id, self.slug, self.pages = blog_id, slug, get_wsgi_application()
        self.published: list[str] = []
        self.answers = 0
        self.faults: list[tuple[float, float, str]] = []
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._go_on, args=(self._write, n)) for n in range(WRITERS)]
        self._threads += [threading.Thread(target=self._go_on, args=(self._read, n)) for n in range(READERS)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, act: Callable[[str], None], number: int) -> None:
        from django.db import connections

        count = 0
        while not self._is_over.is_set():
            count += 1
            began = time.monotonic()
            try:
                act(f"{number}-{count}")
            except Exception as error:  # noqa: BLE001 - every error is recorded and checked later
                self.faults.append((began, time.monotonic(), f"{act.__name__}: {type(error).__name__}: {error}"))
            self._is_over.wait(0.02)
        connections.close_all()

    def _write(self, name: str) -> None:
        """Publish as a request does: afterwards the connection returns to the pool."""
        from django.db import close_old_connections

        from liveblogs import publishing
        from liveblogs.models import Blog, Post

        close_old_connections()
        try:
            publishing.publish(Post(blog=Blog.objects.get(pk=self.blog_id), headline=name))
            self.published.append(name)
        finally:
            close_old_connections()

    def _read(self, _name: str) -> None:
        """Request a delta as a server's thread does: closing the response returns the connection to the pool."""
        environ = {"PATH_INFO": f"/{self.slug}/changes/", "QUERY_STRING": "since=0", "HTTP_HOST": "localhost"}
        setup_testing_defaults(environ)
        statuses: list[str] = []
        answer = self.pages(environ, lambda status, headers: statuses.append(status))
        answer.close()
        if statuses != ["200 OK"]:
            raise RuntimeError(f"{statuses} for a reader")
        self.answers += 1


def run(times: int) -> str:
    with cluster() as server:
        set_up(f"{server.url}?pool=6", is_ready=False)
        from django.db import connection

        blog = live_blog("restarts")
        connection.close()  # return it to the pool, as at the end of a request
        with Load(blog.pk, blog.slug) as load:
            wait_for(lambda: load.answers and load.published)
            calm = [restart(server, load, number) for number in range(times)]
        late = [told for *span, told in load.faults if any(begin <= span[0] and span[1] < end for begin, end in calm)]
        expect(not late, f"nothing fails {RECOVERY:g} s after a restart: {late[:5]} and {len(late)} in all")
        posts = [post.headline for post in check(blog)]
        lost = set(load.published) - set(posts)
        expect(not lost, f"no acknowledged write is lost: {sorted(lost)[:5]}")
        expect(len(posts) == len(set(posts)), "none is duplicated")
        expect(load.faults, "the restarts were noticed")
        told = f"{len(load.published)} publications acknowledged, {load.answers} pages answered"
        connection.close()
        connection.close_pool()
        return f"{times} restarts: {told}, {len(load.faults)} faults while it was down, none later"


def restart(server: Cluster, load: Load, number: int) -> tuple[float, float]:
    """Restart the server, alternately cleanly and as after a crash. The period in which nothing may fail."""
    server.control("stop", "-m", "immediate" if number % 2 else "fast")
    time.sleep(0.3)
    server.control("start")
    begin = time.monotonic() + RECOVERY
    before = len(load.published), load.answers
    time.sleep(RECOVERY + CALM)
    wait_for(lambda: len(load.published) > before[0] and load.answers > before[1])
    return begin, time.monotonic()


def wait_for(condition: Callable[[], object]) -> None:
    until = time.monotonic() + 30
    while not condition():
        expect(time.monotonic() < until, "writers and readers make progress")
        time.sleep(0.05)
