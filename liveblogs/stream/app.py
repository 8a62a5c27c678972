"""Server-sent events: the number of a blog's revision, whenever there is a new one. A hint, never content.

A plain ASGI application, since a crowd of readers holds it open. A reader costs one task that sleeps until they leave:
no thread, no database connection, no timer, no queue. One watcher a process learns of new revisions
(``stream_sources``), and one loop hands the same bytes to every reader of the blog. One who reads too slowly is passed
over until what was sent has gone, and then hears the latest number only.
"""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from .sources import Watcher

PATH = re.compile(r"/([-a-zA-Z0-9_]+)/stream/")
#: Seconds after which a reader hears the same number again, which keeps the line open and shows that it is.
HEARTBEAT = 20.0
#: Seconds between two revisions of one blog that readers are told of; of those in between they hear the last one.
GAP = 0.2
#: Seconds in which the database must have said whether there is such a blog.
PATIENCE = 5.0
#: Readers that are told in one go, before the loop looks after others.
BATCH = 250
#: Milliseconds after which a browser comes back, so that a crowd does not return in the same moment.
RETRY = 2_000, 8_000
#: Revisions have at most this many digits.
LONGEST_NUMBER = 18

type Scope = MutableMapping[str, Any]
type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Coroutine[Any, Any, None]]


@dataclass(slots=True, eq=False)
class _Reader:
    """One open stream: what it heard last and when, and what is still on its way to a reader who is slow."""

    blog: "_Blog"
    send: Send
    heard: int
    at: float
    sending: asyncio.Task[None] | None = None


@dataclass(slots=True, eq=False)
class _Blog:
    """A blog that somebody follows. ``revision`` is None until the database was asked, and where it has none.

    ``followers`` counts those whose stream is about to begin, too.
    """

    followers: int = 0
    readers: set[_Reader] = field(default_factory=set)
    revision: int | None = None
    learnt: float = 0.0
    is_known: asyncio.Event = field(default_factory=asyncio.Event)
    telling: asyncio.Task[None] | None = None
    event: bytes = b""

    def show(self, revision: int) -> None:
        self.revision = revision
        self.event = b"event: revision\nid: %d\ndata: %d\n\n" % (revision, revision)


class Stream:
    """The application. ``close()`` ends every stream, so that a server can stop without waiting for readers."""

    def __init__(self) -> None:
        self._blogs: dict[str, _Blog] = {}
        self._open = 0
        self._is_closing = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watcher = Watcher(lambda: list(self._blogs), self._learn, self._hear)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    def close(self) -> None:
        """May be called from a signal's handler."""
        self._is_closing = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._end_all)

    async def _live(self, receive: Receive, send: Send) -> None:
        """From the server's start to its end."""
        self._loop = asyncio.get_running_loop()
        await receive()
        tasks = [asyncio.create_task(self._keep_open()), asyncio.create_task(self._watcher.watch())]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._is_closing = True
        self._end_all()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await send({"type": "lifespan.shutdown.complete"})

    # A reader

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = PATH.fullmatch(scope["path"])
        if found is None:
            await _refuse(send, 404)
        elif scope["method"] != "GET":
            await _refuse(send, 405, (b"allow", b"GET"))
        elif self._is_closing or self._open >= settings.STREAM_CONNECTIONS:
            await _refuse(send, 503, AFTER_A_WHILE)
        else:
            self._open += 1
            try:
                await self._follow(found[1], _last_event_id(scope), receive, send)
            finally:
                self._open -= 1

    async def _follow(self, slug: str, heard: int, receive: Receive, send: Send) -> None:
        blog = self._blogs.setdefault(slug, _Blog())
        reader = _Reader(blog, send, heard, self._now())
        blog.followers += 1
        try:
            if not await self._is_known(blog):
                await _refuse(send, 503, AFTER_A_WHILE)
                return
            if blog.revision is None:
                await _refuse(send, 404)
                return
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await send(_body(b"retry: %d\n\n" % random.randint(*RETRY)))  # noqa: S311 - nobody gains by guessing it
            blog.readers.add(reader)
            if self._is_closing or blog.revision is None:
                self._end(reader)
            else:
                self._tell(reader)
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            blog.readers.discard(reader)
            blog.followers -= 1
            if reader.sending is not None:
                reader.sending.cancel()
            if not blog.followers:
                del self._blogs[slug]

    async def _is_known(self, blog: _Blog) -> bool:
        """Whether the database has said if there is such a blog."""
        if not blog.is_known.is_set():
            self._watcher.ask()
            with suppress(TimeoutError):
                await asyncio.wait_for(blog.is_known.wait(), PATIENCE)
        return blog.is_known.is_set()

    # News

    def _hear(self, slug: str, revision: int) -> None:
        """A process says that it has made this revision. It counts only where the database showed the blog."""
        blog = self._blogs.get(slug)
        if blog is not None and blog.revision is not None and revision > blog.revision:
            self._show(blog, revision)

    def _learn(self, slug: str, revision: int | None, asked: float) -> None:
        """What the database said of a blog to a question of this time; nothing where readers can't see it.

        It is right even if it counts backwards, after a restore; unless newer news came while it was asked.
        """
        blog = self._blogs.get(slug)
        if blog is None or (blog.learnt > asked and (revision or 0) < (blog.revision or 0)):
            return
        if revision is None:
            blog.revision = None
            for reader in list(blog.readers):
                self._end(reader)
        elif revision != blog.revision:
            self._show(blog, revision)
        blog.is_known.set()

    def _show(self, blog: _Blog, revision: int) -> None:
        blog.show(revision)
        blog.learnt = asyncio.get_running_loop().time()
        if blog.telling is None or blog.telling.done():
            blog.telling = asyncio.create_task(self._tell_all(blog))

    async def _tell_all(self, blog: _Blog) -> None:
        told = None
        while blog.revision not in {None, told} and not self._is_closing:
            told = blog.revision
            for number, reader in enumerate(list(blog.readers), 1):
                self._tell(reader)
                if number % BATCH == 0:
                    await asyncio.sleep(0)
            await asyncio.sleep(GAP)

    async def _keep_open(self) -> None:
        """Repeat the number to everybody who has not heard anything for long."""
        while True:
            await asyncio.sleep(1)
            for blog in list(self._blogs.values()):
                for number, reader in enumerate(list(blog.readers), 1):
                    if self._now() - reader.at >= HEARTBEAT:
                        self._tell(reader, again=True)
                    if number % BATCH == 0:
                        await asyncio.sleep(0)

    # Sending

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _tell(self, reader: _Reader, *, again: bool = False) -> None:
        blog = reader.blog
        if reader.sending is not None or blog.revision is None or reader not in blog.readers:
            return
        if again or reader.heard != blog.revision:
            reader.heard, reader.at = blog.revision, self._now()
            self._send(reader, _body(blog.event))

    def _end_all(self) -> None:
        for blog in self._blogs.values():
            for reader in list(blog.readers):
                self._end(reader)

    def _end(self, reader: _Reader) -> None:
        """End the response. The server then tells the task that waits for the reader to leave."""
        reader.blog.readers.discard(reader)
        self._send(reader, {"type": "http.response.body", "body": b"", "more_body": False})

    def _send(self, reader: _Reader, message: Message) -> None:
        """Hand over at once what the line takes at once: only a slow reader costs a second task."""
        sending = asyncio.Task(reader.send(message), loop=asyncio.get_running_loop(), eager_start=True)
        if sending.done():
            sending.exception()  # one who has gone is taken off by the task that waits for that
        else:
            reader.sending = sending
            sending.add_done_callback(lambda task: self._sent(reader, task))

    def _sent(self, reader: _Reader, task: asyncio.Task[None]) -> None:
        reader.sending = None
        if not task.cancelled() and task.exception() is None:
            self._tell(reader)


# Answers
# -------

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
AFTER_A_WHILE = (b"retry-after", b"30")


def _body(content: bytes) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": True}


async def _refuse(send: Send, status: int, *headers: tuple[bytes, bytes]) -> None:
    plain = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [plain, *headers]})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _last_event_id(scope: Scope) -> int:
    """What a browser that comes back has heard last, or -1."""
    for name, value in scope["headers"]:
        if name == b"last-event-id" and value.isdigit() and len(value) <= LONGEST_NUMBER:
            return int(value)
    return -1
