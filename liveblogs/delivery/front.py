"""The front cache: finished responses in each process, in front of Django, where most readers' requests end.

A WSGI middleware. A response that its view lets it keep is served for ``FRESH`` seconds without a question. Then one
request asks whether it is still current, with one query, while others get the old response for that moment; if it is
not, Django renders it again. A change that this process makes ends every response at once; a scheduled post that is
due ends its blog's.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import Error, close_old_connections

from . import polling
from .address import Address, canonical_address, client_address
from .entry import REVALIDATION, Entry, Environ, Headers, StartResponse

logger = logging.getLogger(__name__)

#: Seconds for which a response is served while the database cannot say whether it is current, and between two tries.
STALE_ON_ERROR, RETRY = 60.0, 1.0
#: Bytes of responses that a process keeps.
MAX_BYTES = 16 * 1024 * 1024
#: What could make a response one reader's own.
OF_ONE_READER = ("HTTP_IF_NONE_MATCH", "HTTP_COOKIE", "HTTP_AUTHORIZATION")

type Application = Callable[[Environ, StartResponse], Iterable[bytes]]


_generation = 0


def invalidate(**_signal: Any) -> None:
    """End every response that this process keeps, also those that are being rendered at this moment."""
    global _generation  # noqa: PLW0603 - one for all of the process
    _generation += 1


class FrontCache:
    """The middleware around ``application``. ``log`` returns a ``start_response`` that logs the request."""

    def __init__(
        self, application: Application, log: Callable[[Environ, StartResponse], StartResponse] | None = None
    ) -> None:
        self._application = application
        self._log = log
        self._entries: dict[Address, Entry] = {}  # the least recently confirmed first
        self.size = 0
        self._lock = threading.Lock()
        self._rendering: dict[Address, threading.Event] = {}
        self._retry_at = 0.0  # after an error; 0 while the database answers

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        address = canonical_address(environ)
        if address is None:
            return self._application(environ, start_response)
        if self._log:
            start_response = self._log(environ, start_response)
        if address[2].endswith("/changes/"):
            polling.count(client_address(environ))
        if entry := self._find(address):
            return entry.respond(environ, start_response)
        return self._render_once(address, environ, start_response)

    def _find(self, address: Address) -> Entry | None:
        """The entry that may be served now. Of many requests for one that is not fresh, one asks whether it may."""
        entry = self._entries.get(address)
        if entry is None or entry.generation != _generation:
            return None
        now = time.monotonic()
        if now < entry.fresh_until:
            return entry
        if now >= entry.due or now >= entry.known_at + STALE_ON_ERROR or not entry.revalidation.current:
            return None
        with self._lock:
            if entry.is_checking or now < self._retry_at:
                return entry
            entry.is_checking = True
        try:
            return self._ask(address, entry, entry.revalidation.current)
        finally:
            entry.is_checking = False

    def _ask(self, address: Address, entry: Entry, current: Callable[[], tuple[str, float | None]]) -> Entry | None:
        """The entry if it is current, or if the database fails. One query."""
        began = time.monotonic()
        try:
            close_old_connections()
            etag, due = current()
        except Error as error:  # of the database
            if not self._retry_at:
                message = "Pages cannot be checked (%s); they are served as they were, for at most %d seconds"
                logger.warning(message, error, STALE_ON_ERROR)
            self._retry_at = time.monotonic() + RETRY
            return entry
        except Exception:  # noqa: BLE001 - Django renders the page instead, and logs what is wrong
            etag, due = "", None
        finally:
            close_old_connections()
        if self._retry_at:
            self._retry_at = 0.0
            logger.info("Pages can be checked again")
        if etag == entry.etag:
            entry.confirm(began, due)
            self._store(address, entry)
            return entry
        self._drop(address)
        return None

    def _render_once(self, address: Address, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """One of many requests renders, and the others wait for it. What it may not keep, each of them renders."""
        with self._lock:
            is_done = self._rendering.get(address)
            if is_first := is_done is None:
                is_done = self._rendering[address] = threading.Event()
        if not is_first:
            is_done.wait()
            if entry := self._find(address):
                return entry.respond(environ, start_response)
            return self._render(address, environ, start_response)
        try:
            return self._render(address, environ, start_response)
        finally:
            with self._lock:
                del self._rendering[address]
            is_done.set()

    def _render(self, address: Address, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Django's response, kept if its view lets it be kept."""
        generation, began = _generation, time.monotonic()
        inner = {**environ, "REQUEST_METHOD": "GET", "HTTP_HOST": address[1], "HTTP_ACCEPT_ENCODING": ""}
        for name in OF_ONE_READER:
            inner.pop(name, None)
        started: list[tuple[str, Headers]] = []
        result = self._application(inner, lambda status, headers, *_error: started.append((status, headers)))
        try:
            body = b"".join(result)
        finally:
            if close := getattr(result, "close", None):
                close()
        status, headers = started[-1]
        revalidation = inner.get(REVALIDATION)
        is_for_all = status[:3] in {"200", "404"} and all(name != "Set-Cookie" for name, _ in headers)
        if revalidation is None or not is_for_all:
            self._drop(address)
            start_response(status, headers)
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        of_response = {name.lower(): value for name, value in headers}
        others = [pair for pair in headers if pair[0].lower() not in {"content-type", "content-length"}]
        content_type, etag = of_response["content-type"], of_response.get("etag", "")
        entry = Entry(status, others, content_type, body, etag, revalidation, generation, began)
        self._store(address, entry)
        return entry.respond(environ, start_response)

    def _store(self, address: Address, entry: Entry) -> None:
        """Keep the entry as the most recently confirmed one."""
        with self._lock:
            self._remove(address)
            self._entries[address] = entry
            self.size += entry.size
            while self.size > MAX_BYTES:
                self._remove(next(iter(self._entries)))

    def _drop(self, address: Address) -> None:
        with self._lock:
            self._remove(address)

    def _remove(self, address: Address) -> None:
        if entry := self._entries.pop(address, None):
            self.size -= entry.size
