"""Tells HTTP caches in front what to drop, by tag, as soon as readers' pages change (setting ``PURGE_URL``).

A change only leaves its tags; a thread for each cache does the telling, so that no publication waits for one or fails
by it. What was told in vain is logged: every cache then asks by itself within seconds.
"""

import atexit
import http.client
import json
import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache, partial
from itertools import batched
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from .. import timeline

logger = logging.getLogger(__name__)

#: What lists posts of all blogs.
SITE_TAGS = ("home", "sitemap", "news-sitemap")
#: Seconds to wait for a cache, between two tellings, and before each further try after one failed.
TIMEOUT = 2.0
GAP = 0.2
RETRIES = (0.3, 1.5)
#: Other processes may answer from memory for so long: a cache that asked one of them meanwhile is told again.
AGAIN = timeline.MAX_AGE + 0.1
#: Tags that wait at most. Each stands for a whole blog, so that this is never reached but by a fault.
WAITING_AT_MOST = 2000
#: Seconds that a process that ends gives what it still has to tell.
AT_EXIT = 4.0

type Tell = Callable[[Sequence[str]], None]


class Failed(Exception):
    """A cache did not do what it was asked."""


# The caches: each takes tags, and raises ``Failed`` or ``OSError``
# -----------------------------------------------------------------

FASTLY = "https://api.fastly.com"
CLOUDFLARE = "https://api.cloudflare.com"
#: Tags that one request may hold.
FASTLY_AT_MOST = 256
CLOUDFLARE_AT_MOST = 30
#: Seconds for which nginx may still be reading an older generation.
KEPT = 60


def varnish(server: str, tags: Sequence[str]) -> None:
    """One PURGE with all tags; ``deploy/varnish/newsroom.vcl`` makes a ban of it."""
    _ask(f"http://{server}", "PURGE", "/", {"Surrogate-Key": " ".join(tags)})


def fastly(service: str, token: str, tags: Sequence[str]) -> None:
    for some in batched(tags, FASTLY_AT_MOST):
        path, headers = f"/service/{service}/purge", {"Fastly-Key": token, "Accept": "application/json"}
        _ask(FASTLY, "POST", path, headers, {"surrogate_keys": list(some)})


def cloudflare(zone: str, token: str, tags: Sequence[str]) -> None:
    for some in batched(tags, CLOUDFLARE_AT_MOST):
        path, headers = f"/client/v4/zones/{zone}/purge_cache", {"Authorization": f"Bearer {token}"}
        _ask(CLOUDFLARE, "POST", path, headers, {"tags": list(some)})


def nginx(folder: Path, tags: Sequence[str]) -> None:
    """Give each tag a new generation: a link to a directory of a new name, which is part of nginx's cache keys.

    nginx has no purge of its own. What an older request still brings in lands under the older generation. Link and
    directories lie beside each other, since nginx looks at each step of the way with each request.
    """
    for tag in tags:
        generation = folder / f"{tag}@{secrets.token_hex(6)}"
        generation.mkdir(parents=True)
        unfinished = folder / f"{generation.name}.new"
        unfinished.symlink_to(generation.name)
        unfinished.replace(folder / tag)
        # Not yet the last one: nginx may be reading it, and another process may be about to link to it.
        for old in folder.glob(f"{tag}@*"):
            with suppress(FileNotFoundError):
                if old != generation and old.stat().st_mtime < time.time() - KEPT:
                    old.rmdir()


def _ask(server: str, method: str, path: str, headers: dict[str, str], body: Any = None) -> None:
    url = urlsplit(server)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.netloc, timeout=TIMEOUT)
    try:
        if body is None:
            connection.request(method, path, headers=headers)
        else:
            connection.request(method, path, json.dumps(body), {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        response.read()
    except http.client.HTTPException as error:
        raise Failed(f"no answer that could be read ({type(error).__name__})") from error
    finally:
        connection.close()
    if response.status != 200:
        raise Failed(f"{response.status} {response.reason}")


# Telling
# -------


class Purges:
    """Tags on their way to one cache. ``add`` only notes them; the thread is begun with the first."""

    def __init__(self, name: str, tell: Tell) -> None:
        self.name = name
        self._tell = tell
        self._noted = threading.Condition()
        self._due: dict[tuple[str, bool], float] = {}  # by tag, and whether it is told again
        self._is_telling = False
        self._thread: threading.Thread | None = None

    def add(self, tags: Iterable[str]) -> None:
        """Have these told now, and again when no process remembers what was before."""
        now = time.monotonic()
        with self._noted:
            for tag in tags:
                if len(self._due) >= WAITING_AT_MOST:
                    logger.error("%s: too much waits to be purged; %s is left out", self.name, tag)
                    continue
                self._due.setdefault((tag, False), now)
                self._due[tag, True] = now + AGAIN
            if self._thread is None or not self._thread.is_alive():  # a forked process has the object, not the thread
                self._thread = threading.Thread(target=self._run, name=f"purge {self.name}", daemon=True)
                self._thread.start()
            self._noted.notify_all()

    def finish(self, seconds: float) -> bool:
        """Wait until all is told, or for so long; whether it is."""
        with self._noted:
            return self._noted.wait_for(lambda: not self._due and not self._is_telling, seconds)

    def _run(self) -> None:
        while True:
            tags = self._next()
            self._try(tags)
            with self._noted:
                self._is_telling = False
                self._noted.notify_all()
            time.sleep(GAP)

    def _next(self) -> list[str]:
        """Wait for tags whose time has come, and take them all."""
        with self._noted:
            while True:
                now = time.monotonic()
                due = [key for key, at in self._due.items() if at <= now]
                if due:
                    for key in due:
                        del self._due[key]
                    self._is_telling = True
                    return list(dict.fromkeys(tag for tag, _ in due))
                self._noted.wait(min(self._due.values()) - now if self._due else None)

    def _try(self, tags: list[str]) -> None:
        for pause in (*RETRIES, None):
            try:
                self._tell(tags)
            except Exception as error:  # noqa: BLE001 - the thread must live on, whatever a cache does
                if pause is None:
                    logger.warning("%s: could not purge %s (%s)", self.name, " ".join(tags), error)
                    return
                time.sleep(pause)
            else:
                return


# What is told
# ------------


def on_change(slug: str, **_signal: Any) -> None:
    """Note that the pages of a blog, and what lists its posts, have changed. No query, no waiting."""
    for purges in _caches(tuple(settings.PURGE_URLS)):
        purges.add((f"blog-{slug}", *SITE_TAGS))


@cache
def _caches(urls: tuple[str, ...]) -> list[Purges]:
    return [Purges(re.sub(r"(?<=://).*@", "", url), _teller(url)) for url in urls]


def _teller(url: str) -> Tell:
    parts = urlsplit(url)
    match parts.scheme:
        case "nginx":
            return partial(nginx, Path(parts.path))
        case "varnish":
            return partial(varnish, parts.netloc)
        case "fastly":
            return partial(fastly, parts.netloc, settings.PURGE_TOKEN)
        case _:
            return partial(cloudflare, parts.netloc, settings.PURGE_TOKEN)


def finish(seconds: float = AT_EXIT) -> None:
    """Wait until all caches are told, or for so long: a command that publishes ends at once afterwards."""
    deadline = time.monotonic() + seconds
    for purges in _caches(tuple(settings.PURGE_URLS)):
        purges.finish(max(0.0, deadline - time.monotonic()))


atexit.register(finish)
