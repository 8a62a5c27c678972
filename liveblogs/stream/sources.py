"""Where a stream's process learns of new revisions: from whoever made them, and from the database.

Redis, or PostgreSQL where there is no Redis, tells at once. The database is asked beside it, for all blogs that are
followed in one query: only it says whether readers may see a blog, and it is asked more often while nobody tells.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import NamedTuple

import psycopg
import redis.asyncio
from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection

from ..models import Blog
from .announce import CHANNEL, redis_address, redis_channel

logger = logging.getLogger(__name__)

#: Seconds between two questions to the database: alone, and beside something that tells sooner.
ASK = 0.5
ASK_BESIDE = 2.0
#: Seconds of silence after which a server that tells is asked for a sign of life, and seconds that it has for it.
SILENCE = 2.0
SIGN = 1.0
#: Seconds until a server that was away is tried again.
AWAY = 1.0


class Watcher:
    """Keeps one process informed. ``followed`` names its blogs.

    ``learn`` takes what the database says of each: the revision, or nothing where readers see none, and the loop's
    time of the question. ``hear`` takes what another process says: a blog and the revision that it made.
    """

    def __init__(
        self,
        followed: Callable[[], list[str]],
        learn: Callable[[str, int | None, float], None],
        hear: Callable[[str, int], None],
    ) -> None:
        self._followed, self._learn, self._hear = followed, learn, hear
        self._is_asked = asyncio.Event()
        self._is_told = False

    def ask(self) -> None:
        """Ask the database soon, for a blog that was not followed until now."""
        self._is_asked.set()

    async def watch(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._ask_database())
            if (server := teller()) is not None:
                tasks.create_task(self._listen(server))

    async def _ask_database(self) -> None:
        """A few questions a second at most, whatever the crowd."""
        loop = asyncio.get_running_loop()
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_asked.wait(), ASK_BESIDE if self._is_told else ASK)
            self._is_asked.clear()
            started = loop.time()
            if slugs := self._followed():
                try:
                    revisions = await sync_to_async(_revisions)(slugs)
                except Exception:  # the streams stay open, and the database comes back
                    logger.exception("The database does not say what is new")
                else:
                    for slug in slugs:
                        self._learn(slug, revisions.get(slug), started)
            # New readers may ask at any time; the database isn't asked more often for it.
            await asyncio.sleep(max(0.0, started + ASK / 2 - loop.time()))

    async def _listen(self, server: "Teller") -> None:
        """Hear what ``server`` tells, and come back after it was away."""
        while True:
            try:
                async for news in server.listen():
                    if news:
                        self._pass_on(news)
                    elif not self._is_told:
                        self._is_told = True
                        self.ask()  # for what was made meanwhile
                        logger.info("%s tells what is new", server.name)
            except Exception as error:  # noqa: BLE001 - each server's library has faults of its own
                logger.warning("%s does not tell what is new (%s); the database is asked instead", server.name, error)
            self._is_told = False
            self.ask()
            await asyncio.sleep(AWAY)

    def _pass_on(self, news: str) -> None:
        slug, _, revision = news.partition(" ")
        if revision.isdecimal():
            self._hear(slug, int(revision))


def _revisions(slugs: list[str]) -> dict[str, int]:
    close_old_connections()
    return dict(Blog.objects.visible().filter(slug__in=slugs).values_list("slug", "revision"))


# Who tells
# ---------


class Teller(NamedTuple):
    """A server that passes on what other processes say.

    ``listen`` gives "slug revision" for each change, and an empty text when it begins to hear. A server that hangs
    raises an error, as one that has gone does.
    """

    name: str
    listen: Callable[[], AsyncIterator[str]]


def teller() -> Teller | None:
    """The server to listen to; none beside SQLite without Redis."""
    if redis_address():
        return Teller("Redis", _redis_news)
    return Teller("PostgreSQL", _postgresql_news) if connection.vendor == "postgresql" else None


async def _redis_news() -> AsyncIterator[str]:
    client = redis.asyncio.Redis.from_url(redis_address(), socket_connect_timeout=SIGN, socket_timeout=SIGN)
    async with client, client.pubsub() as heard:
        await heard.subscribe(redis_channel(client))
        is_waited_for = True  # for the subscription's answer, later for that to a ping
        while True:
            message = await heard.get_message(timeout=SIGN if is_waited_for else SILENCE)
            if message is None:
                if is_waited_for:
                    raise TimeoutError("no sign of life")
                await heard.ping()
            is_waited_for = message is None
            if message is not None and message["type"] == "subscribe":
                yield ""
            elif message is not None and message["type"] == "message":
                yield message["data"].decode()


async def _postgresql_news() -> AsyncIterator[str]:
    parameters = connection.get_connection_params()
    for name in ("cursor_factory", "context"):  # Django's own, for its own connections
        del parameters[name]
    parameters.setdefault("connect_timeout", 5)
    async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as heard:
        await heard.execute(f"LISTEN {CHANNEL}")
        yield ""
        while True:
            async for notice in heard.notifies(timeout=SILENCE):
                yield notice.payload
            async with asyncio.timeout(SIGN):
                await heard.execute("SELECT 1")
