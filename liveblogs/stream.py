"""Server-sent events: the number of a blog's revision, whenever there is a new one. A hint, never content.

A plain ASGI application, since a crowd of readers holds it open: a reader costs a task, no thread, no database
connection, and no work until something changes. One watcher a process learns of new revisions, by Redis where
there is one, and by asking the database for all blogs at once.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from .announce import CHANNEL, redis_address
from .models import Blog

logger = logging.getLogger(__name__)

PATH = re.compile(r"/([-a-zA-Z0-9_]+)/stream/")
#: Seconds between two questions to the database: alone, and beside a Redis that tells sooner.
ASK = 0.5
ASK_BESIDE_REDIS = 2.0
#: Seconds of silence after which a comment keeps the line open.
HEARTBEAT = 20.0
#: Milliseconds after which a browser comes back.
RETRY = 3000

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
type Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(slots=True)
class _Watched:
    """A blog that somebody follows. ``revision`` is 0 until the database was asked, and negative where it has none."""

    revision: int = 0
    followers: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, revision: int) -> None:
        self.revision = revision
        self.news.set()
        self.news = asyncio.Event()


class Stream:
    """The application. ``close()`` ends every stream, so that a server can stop without waiting for readers."""

    def __init__(self) -> None:
        self._watched: dict[str, _Watched] = {}
        self._open = 0
        self._closing = False
        self._asked = asyncio.Event()
        self._watchers: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    def close(self) -> None:
        self._closing = True
        for watched in self._watched.values():
            watched.tell(watched.revision)

    # A reader

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = PATH.fullmatch(scope["path"])
        if found is None or scope["method"] not in {"GET", "HEAD"}:
            await _refuse(send, 404)
        elif self._closing or self._open >= settings.STREAM_CONNECTIONS:
            await _refuse(send, 503, (b"retry-after", b"30"))
        else:
            self._open += 1
            try:
                await self._follow(found[1], _last_event_id(scope), receive, send)
            finally:
                self._open -= 1

    async def _follow(self, slug: str, known: int, receive: Receive, send: Send) -> None:
        watched = self._watched.setdefault(slug, _Watched())
        watched.followers += 1
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            if watched.revision == 0:
                news = watched.news
                self._asked.set()
                await news.wait()
            if watched.revision < 0:
                await _refuse(send, 404)
                return
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await _send(send, f"retry: {RETRY}\n\n".encode())
            while watched.revision >= 0 and not self._closing and not gone.done():
                news = watched.news
                if watched.revision != known:
                    known = watched.revision
                    await _send(send, f"event: revision\nid: {known}\ndata: {known}\n\n".encode())
                elif not await _happens(news, gone):
                    await _send(send, b": still here\n\n")
            await _send(send, b"", more=False)
        finally:
            gone.cancel()
            watched.followers -= 1
            if not watched.followers:
                self._watched.pop(slug, None)

    # The watcher

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._watchers = [asyncio.create_task(self._ask_database())]
                if redis_address():
                    self._watchers.append(asyncio.create_task(self._listen()))
                await send({"type": "lifespan.startup.complete"})
            else:
                self.close()
                for task in self._watchers:
                    task.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _ask_database(self) -> None:
        """Compare all blogs that are followed with the database: a few questions a second, whatever the crowd."""
        pause = ASK_BESIDE_REDIS if redis_address() else ASK
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), pause)
            self._asked.clear()
            started = time.monotonic()
            slugs = [slug for slug, watched in self._watched.items() if watched.followers]
            if slugs:
                try:
                    revisions = await _revisions(slugs)
                except Exception:  # the streams stay open, and the database comes back
                    logger.exception("The database does not say what is new")
                else:
                    for slug in slugs:
                        self._learn(slug, revisions.get(slug, -1))
            # New readers may ask at any time; the database isn't asked more often for it.
            await asyncio.sleep(max(0.0, started + ASK / 2 - time.monotonic()))

    async def _listen(self) -> None:
        """Hear of revisions from the process that made them, and come back after Redis was away."""
        while True:
            try:
                async with redis.asyncio.Redis.from_url(redis_address()).pubsub() as heard:
                    await heard.subscribe(CHANNEL)
                    async for message in heard.listen():
                        if message["type"] == "message":
                            slug, _, revision = message["data"].decode().partition(" ")
                            self._learn(slug, int(revision))
            except (redis.RedisError, OSError, ValueError) as error:
                logger.warning("Redis tells nothing new (%s)", error)
                await asyncio.sleep(1)

    def _learn(self, slug: str, revision: int) -> None:
        watched = self._watched.get(slug)
        if watched is None or watched.revision == revision:
            return
        # Redis may run ahead of what the database said a moment ago, never behind it.
        if revision < 0 or revision > watched.revision:
            watched.tell(revision)


async def _revisions(slugs: list[str]) -> dict[str, int]:
    def ask() -> dict[str, int]:
        close_old_connections()
        return dict(Blog.objects.visible().filter(slug__in=slugs).values_list("slug", "revision"))

    return await sync_to_async(ask, thread_sensitive=True)()


# Sending
# -------

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def _send(send: Send, body: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def _refuse(send: Send, status: int, *headers: tuple[bytes, bytes]) -> None:
    plain = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [plain, *headers]})
    await _send(send, b"", more=False)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _happens(news: asyncio.Event, gone: asyncio.Future[None]) -> bool:
    """Whether there is news, or nobody to tell it, before the line has been silent for too long."""
    waiting: asyncio.Future[Any] = asyncio.ensure_future(news.wait())
    either: set[asyncio.Future[Any]] = {waiting, gone}
    try:
        done, _ = await asyncio.wait(either, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
        return bool(done)
    finally:
        waiting.cancel()


def _last_event_id(scope: Scope) -> int:
    """What a browser that comes back has heard last, or -1."""
    for name, value in scope["headers"]:
        if name == b"last-event-id" and value.isdigit() and len(value) <= 18:
            return int(value)
    return -1
