"""What this process read from the database less than a second ago, so that a crowd of readers costs one query."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from cachetools import TLRUCache
from django.conf import settings

#: Seconds for which a process reuses what it read. Shorter behind an HTTP cache that is purged: that cache takes the
#: load, and must not be given what another process has just changed.
MAX_AGE = 0.2 if settings.PURGE_URLS else 1.0
MAX_ENTRIES = 2000


class _Read(NamedTuple):
    """A value, and when the query for it began: what it shows may have changed while the query ran."""

    began: float
    value: Any


def _new() -> TLRUCache[tuple[str, str], _Read]:
    return TLRUCache(MAX_ENTRIES, ttu=lambda _key, read, _now: read.began + MAX_AGE, timer=time.monotonic)


_lock = threading.Lock()
_reads = _new()


def get_or_read[T](kind: str, key: str, read: Callable[[], T], *, refresh: bool = False) -> T:
    """The value of this kind and key from the cache, else what ``read`` returns; always that with ``refresh``."""
    reads = _reads
    if not refresh:
        with _lock, suppress(KeyError):
            return reads[kind, key].value
    began = time.monotonic()
    value = read()
    with _lock:
        reads[kind, key] = _Read(began, value)
    return value


def invalidate(**_signal: Any) -> None:
    """Have everything read again. Values that are being read at this moment go into the cache that is dropped here."""
    global _reads  # noqa: PLW0603 - one cache a process
    _reads = _new()
