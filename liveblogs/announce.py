"""Tells other processes that a blog has a new revision, where a Redis connects them. Never holds up a publication."""

import logging
import threading
import time
from functools import cache
from typing import Any

import redis
from django.conf import settings

from . import publishing

logger = logging.getLogger(__name__)

CHANNEL = "newsroom.revisions"
#: Seconds to wait for Redis, and for which it isn't tried again after it failed.
TIMEOUT = 0.25
PAUSE = 5.0

_failed_at = -PAUSE
_lock = threading.Lock()


def redis_address() -> str:
    """The Redis that all processes share, or an empty text where there is none."""
    default = settings.CACHES["default"]
    return default["LOCATION"] if default["BACKEND"].endswith("RedisCache") else ""


@cache
def _client(address: str) -> redis.Redis:
    return redis.Redis.from_url(address, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT)


def announce(slug: str, revision: int, **_signal: Any) -> None:
    """Publish "slug revision" on the channel. When it fails, listeners learn it from the database, only later."""
    global _failed_at  # noqa: PLW0603 - what this process knows of the server
    address = redis_address()
    if not address or time.monotonic() - _failed_at < PAUSE:
        return
    try:
        _client(address).publish(CHANNEL, f"{slug} {revision}")
    except redis.RedisError as error:
        with _lock:
            _failed_at = time.monotonic()
        logger.warning("Redis did not take the news of %s (%s)", slug, error)


publishing.changed.connect(announce, dispatch_uid="announce")
