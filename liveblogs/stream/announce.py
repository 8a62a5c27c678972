"""Announces a blog's new revision to other processes, through Redis or PostgreSQL. Publishing never waits for it."""

import logging
import time
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection

logger = logging.getLogger(__name__)

#: The channel's name in PostgreSQL, where each database has its own channels.
CHANNEL = "newsroom_revisions"
#: Seconds to wait for Redis, and for which it is not used after it failed.
TIMEOUT = 0.2
PAUSE = 5.0

_failed_at = -PAUSE


def redis_address() -> str:
    """The URL of the Redis that all processes share, or an empty string without one."""
    default = settings.CACHES["default"]
    return default["LOCATION"] if default["BACKEND"].endswith("RedisCache") else ""


def redis_channel(client: Any) -> str:
    """The channel's name in Redis, whose numbered databases share all channels."""
    return f"{CHANNEL}.{client.get_connection_kwargs().get('db', 0)}"


@cache
def _client(address: str) -> Any:
    from redis import Redis  # takes six megabytes, so only where it is used
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    once = Retry(NoBackoff(), 0)
    return Redis.from_url(address, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT, retry=once)


def announce(slug: str, revision: int, **_signal: Any) -> None:
    """Publish "slug revision" on the channel. If that fails, listeners learn of it later, by polling the database.

    One statement on PostgreSQL without Redis.
    """
    if redis_address():
        _announce_on_redis(f"{slug} {revision}")
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{slug} {revision}"])


def _announce_on_redis(announcement: str) -> None:
    global _failed_at  # noqa: PLW0603 - one state of the server for the process
    if time.monotonic() - _failed_at < PAUSE:
        return
    from redis import RedisError

    client = _client(redis_address())
    try:
        client.publish(redis_channel(client), announcement)
    except RedisError as error:
        _failed_at = time.monotonic()
        logger.warning("Could not announce %s on Redis (%s)", announcement, error)
