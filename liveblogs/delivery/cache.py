"""Rendered responses by key, cached in this process and, where processes share a cache server, there as well.

A key names everything that the bytes depend on. Nothing is ever invalidated: after a change, the key is another.
"""

import gzip
import hashlib
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import brotli
from cachetools import LRUCache
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language

logger = logging.getLogger(__name__)

#: Bytes of responses that one process keeps.
LOCAL_BYTES = 8 * 1024 * 1024
#: Seconds that the cache server keeps a response. After the next change, nobody asks for its key again.
SHARED_SECONDS = 3600
#: Seconds for which a cache server that failed is not used.
PAUSE = 10.0

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}


@dataclass(slots=True)
class CachedResponse:
    """A response's body by encoding: as rendered (""), and in each encoding that was asked for so far."""

    forms: dict[str, bytes]

    @property
    def size(self) -> int:
        return len(self.forms[""])

    def encoded(self, encoding: str) -> bytes:
        if encoding not in self.forms:
            self.forms[encoding] = ENCODERS[encoding](self.forms[""])
        return self.forms[encoding]


_lock = threading.Lock()
# Twice the body leaves room for the compressed forms, which together take about half of it.
_local: LRUCache[str, CachedResponse] = LRUCache(LOCAL_BYTES, getsizeof=lambda response: 2 * response.size)


class SharedCache:
    """The cache server. It is not used for a while after it failed: readers must not wait for it."""

    def __init__(self) -> None:
        self._failed_at = -PAUSE

    @property
    def is_shared(self) -> bool:
        """Whether the cache is more than this process's own memory."""
        return not settings.CACHES["default"]["BACKEND"].endswith("LocMemCache")

    def get(self, key: str) -> bytes | None:
        return self._call("get", key)

    def set(self, key: str, body: bytes) -> None:
        self._call("set", key, body, SHARED_SECONDS)

    def _call(self, method: str, *arguments: Any) -> Any:
        if not self.is_shared or time.monotonic() - self._failed_at < PAUSE:
            return None
        try:
            return getattr(cache, method)(*arguments)
        except Exception as error:  # noqa: BLE001 - each server's client library has its own exceptions
            self._failed_at = time.monotonic()
            logger.warning("The cache server does not answer (%s); pages are rendered without it", error)
            return None


shared_cache = SharedCache()


def response_key(depends_on: str) -> str:
    """The key of the response that depends on this and on the active language: thirty hex digits."""
    return hashlib.blake2b(f"{depends_on}.{get_language()}".encode(), digest_size=15).hexdigest()


def get_or_render(key: str, render: Callable[[], str]) -> CachedResponse:
    """The response with this key from a cache, else as rendered, which is then cached."""
    with _lock:
        if cached := _local.get(key):
            return cached
    body = shared_cache.get(f"response.{key}")
    if body is None:
        body = render().encode()
        shared_cache.set(f"response.{key}", body)
    response = CachedResponse({"": body})
    with _lock, suppress(ValueError):  # larger than the whole cache
        _local[key] = response
    return response


def clear_local_cache() -> None:
    """Have this process render everything again, or fetch it from the cache server: for tests and benchmarks."""
    with _lock:
        _local.clear()
