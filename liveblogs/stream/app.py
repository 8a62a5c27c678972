"""The application for server-sent events: the number of a blog's revision whenever it is new, never content.

A plain ASGI application, made for many open connections. A reader costs one sleeping task: no thread, no database
connection, no timer, no queue. One watcher in each process learns of new revisions (``sources``), and one task sends
the same bytes to every reader of the blog. A reader whose connection is slow is skipped until it has taken the last
event, and then gets the latest revision only.
"""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from ..text.numbers import parse_id
from .sources import Watcher

PATH = re.compile(r"/([-a-zA-Z0-9_]+)/stream/")
#: Seconds after which a revision is sent again, which keeps the connection open and shows that it is.
HEARTBEAT = 20.0
#: Seconds between two broadcasts of one blog. Of the revisions in between, only the last is sent.
GAP = 0.2
#: Seconds in which the database must say whether the blog exists.
LOOKUP_TIMEOUT = 5.0
#: Readers that are sent to before other tasks have a turn.
BATCH = 250
#: Milliseconds after which a browser reconnects: random, so that not all reconnect at once.
RETRY = 2_000, 8_000

type Scope = MutableMapping[str, Any]
type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Coroutine[Any, Any, None]]


@dataclass(slots=True, eq=False)
class _Reader:
    """One open stream: the last revision sent and when, and the send that a slow connection has not finished."""

    blog: "_Blog"
    send: Send
    last_revision: int
    sent_at: float
    sending: asyncio.Task[None] | None = None


@dataclass(slots=True, eq=False)
class _Blog:
    """A followed blog. ``revision`` is None before the first poll, and when readers cannot see the blog.

    ``followers`` also counts readers whose stream has not begun.
    """

    followers: int = 0
    readers: set[_Reader] = field(default_factory=set)
    revision: int | None = None
    revised_at: float = 0.0
    is_looked_up: asyncio.Event = field(default_factory=asyncio.Event)
    broadcast: asyncio.Task[None] | None = None
    event: bytes = b""


class Stream:
    """The ASGI application. ``close()`` ends every stream, so that a server can stop without waiting for readers."""

    def __init__(self) -> None:
        self._blogs: dict[str, _Blog] = {}
        self._open = 0
        self._is_closing = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watcher = Watcher(lambda: list(self._blogs), self._on_poll, self._on_announcement)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._run(receive, send)
        elif scope["type"] == "http":
            await self._respond(scope, receive, send)

    def close(self) -> None:
        """Can be called from a signal handler."""
        self._is_closing = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._end_all)

    async def _run(self, receive: Receive, send: Send) -> None:
        """Runs from the server's start to its end."""
        self._loop = asyncio.get_running_loop()
        await receive()
        tasks = [asyncio.create_task(self._send_heartbeats()), asyncio.create_task(self._watcher.watch())]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._is_closing = True
        self._end_all()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await send({"type": "lifespan.shutdown.complete"})

    # Requests

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = PATH.fullmatch(scope["path"])
        if found is None:
            await _refuse(send, 404)
        elif scope["method"] != "GET":
            await _refuse(send, 405, (b"allow", b"GET"))
        elif self._is_closing or self._open >= settings.STREAM_CONNECTIONS:
            await _refuse(send, 503, RETRY_LATER)
        else:
            self._open += 1
            try:
                await self._follow(found[1], _last_event_id(scope), receive, send)
            finally:
                self._open -= 1

    async def _follow(self, slug: str, last_revision: int, receive: Receive, send: Send) -> None:
        blog = self._blogs.setdefault(slug, _Blog())
        reader = _Reader(blog, send, last_revision, self._now())
        blog.followers += 1
        try:
            if not await self._look_up(blog):
                await _refuse(send, 503, RETRY_LATER)
                return
            if blog.revision is None:
                await _refuse(send, 404)
                return
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await send(_body(b"retry: %d\n\n" % random.randint(*RETRY)))  # noqa: S311 - to spread them, not a secret
            blog.readers.add(reader)
            if self._is_closing or blog.revision is None:
                self._end(reader)
            else:
                self._send_revision(reader)
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            blog.readers.discard(reader)
            blog.followers -= 1
            if reader.sending is not None:
                reader.sending.cancel()
            if not blog.followers:
                del self._blogs[slug]

    async def _look_up(self, blog: _Blog) -> bool:
        """Wait until the database has said whether the blog exists. False after ``LOOKUP_TIMEOUT``."""
        if not blog.is_looked_up.is_set():
            self._watcher.request_poll()
            with suppress(TimeoutError):
                await asyncio.wait_for(blog.is_looked_up.wait(), LOOKUP_TIMEOUT)
        return blog.is_looked_up.is_set()

    # Revisions

    def _on_announcement(self, slug: str, revision: int) -> None:
        """Take a revision that a process announced. Ignored unless the database says that readers see the blog."""
        blog = self._blogs.get(slug)
        if blog is not None and blog.revision is not None and revision > blog.revision:
            self._set_revision(blog, revision)

    def _on_poll(self, slug: str, revision: int | None, began: float) -> None:
        """Take what the database answered to a query that began at this time: None if readers cannot see the blog.

        A lower revision is taken too, as after a restore, unless a newer one was announced during the query.
        """
        blog = self._blogs.get(slug)
        if blog is None or (blog.revised_at > began and (revision or 0) < (blog.revision or 0)):
            return
        if revision is None:
            blog.revision = None
            for reader in list(blog.readers):
                self._end(reader)
        elif revision != blog.revision:
            self._set_revision(blog, revision)
        blog.is_looked_up.set()

    def _set_revision(self, blog: _Blog, revision: int) -> None:
        blog.revision, blog.revised_at = revision, self._now()
        blog.event = b"event: revision\nid: %d\ndata: %d\n\n" % (revision, revision)
        if blog.broadcast is None or blog.broadcast.done():
            blog.broadcast = asyncio.create_task(self._broadcast(blog))

    async def _broadcast(self, blog: _Blog) -> None:
        sent = None
        while blog.revision not in {None, sent} and not self._is_closing:
            sent = blog.revision
            for number, reader in enumerate(list(blog.readers), 1):
                self._send_revision(reader)
                if number % BATCH == 0:
                    await asyncio.sleep(0)
            await asyncio.sleep(GAP)

    async def _send_heartbeats(self) -> None:
        """Send the revision again to every reader whose last event is too long ago."""
        while True:
            await asyncio.sleep(1)
            for blog in list(self._blogs.values()):
                for number, reader in enumerate(list(blog.readers), 1):
                    if self._now() - reader.sent_at >= HEARTBEAT:
                        self._send_revision(reader, again=True)
                    if number % BATCH == 0:
                        await asyncio.sleep(0)

    # Sending

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _send_revision(self, reader: _Reader, *, again: bool = False) -> None:
        blog = reader.blog
        if reader.sending is not None or blog.revision is None or reader not in blog.readers:
            return
        if again or reader.last_revision != blog.revision:
            reader.last_revision, reader.sent_at = blog.revision, self._now()
            self._send(reader, _body(blog.event))

    def _end_all(self) -> None:
        for blog in self._blogs.values():
            for reader in list(blog.readers):
                self._end(reader)

    def _end(self, reader: _Reader) -> None:
        """End the response. The server then reports a disconnect to the task that waits for one."""
        reader.blog.readers.discard(reader)
        self._send(reader, {"type": "http.response.body", "body": b"", "more_body": False})

    def _send(self, reader: _Reader, message: Message) -> None:
        """Send now if the connection can take it now. Only a slow connection costs a second task."""
        sending = asyncio.Task(reader.send(message), loop=asyncio.get_running_loop(), eager_start=True)
        if sending.done():
            sending.exception()  # not raised: the task that waits for a disconnect removes the reader
        else:
            reader.sending = sending
            sending.add_done_callback(lambda task: self._sent(reader, task))

    def _sent(self, reader: _Reader, task: asyncio.Task[None]) -> None:
        reader.sending = None
        if not task.cancelled() and task.exception() is None:
            self._send_revision(reader)


HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
RETRY_LATER = (b"retry-after", b"30")


def _body(content: bytes) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": True}


async def _refuse(send: Send, status: int, *headers: tuple[bytes, bytes]) -> None:
    plain = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [plain, *headers]})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _last_event_id(scope: Scope) -> int:
    """The last revision that a reconnecting browser got, or -1."""
    revision = parse_id(dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1"))
    return -1 if revision is None else revision
