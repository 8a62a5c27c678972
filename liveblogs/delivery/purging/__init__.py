"""Purges HTTP caches by tag as soon as readers' pages change (setting ``PURGE_URL``).

A change only queues its tags. A thread for each cache does the rest, so no publication waits for a cache or fails with
it. Purges that fail are logged: without them, every cache asks again within seconds.
"""

import atexit
import re
import time
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage

from ...pictures.files import tag_of
from . import backends
from .queue import Purge, PurgeQueue

#: Tags of everything that lists posts of all blogs.
SITE_TAGS = ("home", "sitemap", "news-sitemap")
#: Seconds that a process waits for its purges when it ends.
AT_EXIT = 4.0


def on_change(slug: str, **_signal: Any) -> None:
    """Queue the tags of a blog and of what lists its posts. No query."""
    for queue in _queues(tuple(settings.PURGE_URLS)):
        queue.add((f"blog-{slug}", *SITE_TAGS))


def on_removal(names: Iterable[str], **_signal: Any) -> None:
    """Queue the tags of files that are gone, and their addresses where a bucket's CDN knows no tags. No query."""
    urls = [default_storage.url(name) for name in names]
    items = {*map(tag_of, names), *(url for url in urls if "://" in url)}
    for queue in _queues(tuple(settings.PURGE_URLS)):
        queue.add(sorted(items))


def finish(seconds: float = AT_EXIT) -> None:
    """Wait until all caches are purged, but only so long: a command that publishes ends right afterwards."""
    deadline = time.monotonic() + seconds
    for queue in _queues(tuple(settings.PURGE_URLS)):
        queue.finish(max(0.0, deadline - time.monotonic()))


atexit.register(finish)


@cache
def _queues(urls: tuple[str, ...]) -> list[PurgeQueue]:
    return [PurgeQueue(re.sub(r"(?<=://).*@", "", url), _backend(url)) for url in urls]


def _backend(url: str) -> Purge:
    parts = urlsplit(url)
    match parts.scheme:
        case "nginx":
            return partial(backends.nginx, Path(parts.path))
        case "varnish":
            return partial(backends.varnish, parts.netloc)
        case "fastly":
            return partial(backends.fastly, parts.netloc, settings.PURGE_TOKEN)
        case _:
            return partial(backends.cloudflare, parts.netloc, settings.PURGE_TOKEN)
