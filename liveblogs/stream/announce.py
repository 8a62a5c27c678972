"""Tells other processes that a blog has a new revision: by Redis, or by PostgreSQL. Never holds up a publication."""

import logging
import threading
import time
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection

logger = logging.getLogger(__name__)

#: The channel's name in PostgreSQL, whose databases hear nothing of each other.
CHANNEL = "newsroom_revisions"
#: Seconds to wait for Redis, and for which it isn't tried again after it failed.
TIMEOUT = 0.2
PAUSE = 5.0

_failed_at = -PAUSE
_lock = threading.Lock()


def redis_address() -> str:
    """The Redis that all processes share, or an empty text where there is none."""
    default = settings.CACHES["default"]
    return default["LOCATION"] if default["BACKEND"].endswith("RedisCache") else ""


def redis_channel(client: Any) -> str:
    """The channel's name in Redis, whose numbered databases hear each other."""
    return f"{CHANNEL}.{client.get_connection_kwargs().get('db', 0)}"


@cache
def _client(address: str) -> Any:
    from redis import Redis  # six megabytes, only where there is one
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    once = Retry(NoBackoff(), 0)
    return Redis.from_url(address, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT, retry=once)


def announce(slug: str, revision: int, **_signal: Any) -> None:
    """Publish "slug revision" on the channel. When it fails, listeners learn it from the database, only later.

    One statement on PostgreSQL, where no Redis connects the processes.
    """
    if redis_address():
        _announce_by_redis(f"{slug} {revision}")
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{slug} {revision}"])


def _announce_by_redis(news: str) -> None:
    global _failed_at  # noqa: PLW0603 - what this process knows of the server
    if time.monotonic() - _failed_at < PAUSE:
        return
    from redis import RedisError

    client = _client(redis_address())
    try:
        client.publish(redis_channel(client), news)
    except RedisError as error:
        with _lock:
            _failed_at = time.monotonic()
        logger.warning("Redis did not take the news of %s (%s)", news, error)
