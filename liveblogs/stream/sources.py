"""How the stream server learns of new revisions: from announcements, and from the database.

Redis, or PostgreSQL where there is no Redis, passes announcements on at once. The database is also polled, for all
followed blogs in one query: only it says whether readers can see a blog. It is polled more often while no server
passes announcements on.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import psycopg
import redis.asyncio
from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection

from ..models import Blog
from ..text.numbers import parse_id
from .announce import CHANNEL, redis_address, redis_channel

logger = logging.getLogger(__name__)

#: Seconds between two polls of the database: alone, and while announcements are heard.
POLL = 0.5
POLL_WHILE_LISTENING = 2.0
#: Seconds of silence before a server is pinged, and seconds that it has to answer.
SILENCE = 2.0
PING_TIMEOUT = 1.0
#: Seconds before reconnecting to a server.
RECONNECT = 1.0


class Watcher:
    """Keeps the stream informed of the blogs that ``followed`` names.

    ``on_poll`` takes what the database says of each blog: the revision, or None if readers cannot see the blog, and
    the loop's time when the query began. ``on_announcement`` takes a blog and the revision that was announced for it.
    """

    def __init__(
        self,
        followed: Callable[[], list[str]],
        on_poll: Callable[[str, int | None, float], None],
        on_announcement: Callable[[str, int], None],
    ) -> None:
        self._followed, self._on_poll, self._on_announcement = followed, on_poll, on_announcement
        self._poll_requested = asyncio.Event()
        self._is_listening = False

    def request_poll(self) -> None:
        """Poll soon, for a blog that was not followed until now."""
        self._poll_requested.set()

    async def watch(self) -> None:
        """Runs until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._poll())
            if (server := find_server()) is not None:
                tasks.create_task(self._listen(*server))

    async def _poll(self) -> None:
        """At most a few queries a second, for any number of readers."""
        loop = asyncio.get_running_loop()
        while True:
            with suppress(TimeoutError):
                interval = POLL_WHILE_LISTENING if self._is_listening else POLL
                await asyncio.wait_for(self._poll_requested.wait(), interval)
            self._poll_requested.clear()
            began = loop.time()
            if slugs := self._followed():
                try:
                    revisions = await sync_to_async(_revisions)(slugs)
                except Exception:  # the streams stay open until the database is back
                    logger.exception("The database cannot be asked for new revisions")
                else:
                    for slug in slugs:
                        self._on_poll(slug, revisions.get(slug), began)
            # However often new readers request a poll, the database is not queried more often.
            await asyncio.sleep(max(0.0, began + POLL / 2 - loop.time()))

    async def _listen(self, server: str, listen: Callable[[], AsyncIterator[str]]) -> None:
        """Listen to a server, and reconnect whenever the connection is lost."""
        while True:
            try:
                async for announcement in listen():
                    if announcement:
                        self._pass_on(announcement)
                    elif not self._is_listening:
                        self._is_listening = True
                        self.request_poll()  # for what was announced before
                        logger.info("Listening to %s for new revisions", server)
            except Exception as error:  # noqa: BLE001 - each server's client library has its own exceptions
                message = "Cannot listen to %s for new revisions (%s); polling the database instead"
                logger.warning(message, server, error)
            self._is_listening = False
            self.request_poll()
            await asyncio.sleep(RECONNECT)

    def _pass_on(self, announcement: str) -> None:
        slug, _, text = announcement.partition(" ")
        if (revision := parse_id(text)) is not None:
            self._on_announcement(slug, revision)


def _revisions(slugs: list[str]) -> dict[str, int]:
    close_old_connections()
    return dict(Blog.objects.visible().filter(slug__in=slugs).values_list("slug", "revision"))


def find_server() -> tuple[str, Callable[[], AsyncIterator[str]]] | None:
    """The server that passes on other processes' announcements, by name. None with SQLite and without Redis.

    Its iterator yields "slug revision" for each, and an empty string when it begins to listen. It raises an exception
    when the server is gone or hangs.
    """
    if redis_address():
        return "Redis", _listen_to_redis
    return ("PostgreSQL", _listen_to_postgresql) if connection.vendor == "postgresql" else None


async def _listen_to_redis() -> AsyncIterator[str]:
    client = redis.asyncio.Redis.from_url(
        redis_address(), socket_connect_timeout=PING_TIMEOUT, socket_timeout=PING_TIMEOUT
    )
    async with client, client.pubsub() as channel:
        await channel.subscribe(redis_channel(client))
        is_expected = True  # the reply to the subscription, later that to a ping
        while True:
            message = await channel.get_message(timeout=PING_TIMEOUT if is_expected else SILENCE)
            if message is None:
                if is_expected:
                    raise TimeoutError("no reply to a ping")
                await channel.ping()
            is_expected = message is None
            if message is not None and message["type"] == "subscribe":
                yield ""
            elif message is not None and message["type"] == "message":
                yield message["data"].decode()


async def _listen_to_postgresql() -> AsyncIterator[str]:
    parameters = connection.get_connection_params()
    for name in ("cursor_factory", "context"):  # meant for Django's own connections
        del parameters[name]
    parameters.setdefault("connect_timeout", 5)
    async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as listener:
        await listener.execute(f"LISTEN {CHANNEL}")
        yield ""
        while True:
            async for notification in listener.notifies(timeout=SILENCE):
                yield notification.payload
            async with asyncio.timeout(PING_TIMEOUT):
                await listener.execute("SELECT 1")
