"""What the front cache keeps: a finished response, and how to ask whether it is still current."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.conf import settings

from .encoding import MIN_COMPRESSED, best_encoding, encode, etag_matches

#: Seconds for which a response is served without a question. Shorter behind an HTTP cache that is purged: that cache
#: takes the load, and must not be given what another process has just changed.
FRESH = 0.2 if settings.PURGE_URLS else 1.0
#: The key in the WSGI environment under which a view leaves its ``Revalidation``.
REVALIDATION = "newsroom.revalidation"

type Headers = list[tuple[str, str]]
type Environ = dict[str, Any]
type StartResponse = Callable[..., Any]


class Revalidation(NamedTuple):
    """What a view says of its response: the timestamp of the next scheduled post, and how to ask for it again.

    ``current`` returns the ETag that the response would have now, and that timestamp. Without it, the response is
    rendered again after ``FRESH`` seconds.
    """

    due: float | None = None
    current: Callable[[], tuple[str, float | None]] | None = None


@dataclass(slots=True, eq=False)
class Entry:
    """A finished response. Times are seconds of the monotonic clock."""

    status: str
    headers: Headers  # without those of the body
    content_type: str
    body: bytes
    etag: str
    revalidation: Revalidation
    generation: int
    known_at: float
    due: float = 0.0
    fresh_until: float = 0.0
    is_checking: bool = False
    encoded: dict[str, tuple[Headers, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.confirm(self.known_at, self.revalidation.due)

    def confirm(self, at: float, due: float | None) -> None:
        """Note that it was current at this time, and the timestamp of the next scheduled post.

        A post that was due before could not be published: it is tried again with the next check, not each time.
        """
        due_at = float("inf") if due is None else time.monotonic() + due - time.time()
        self.known_at, self.due = at, due_at if due_at > at else float("inf")
        self.fresh_until = min(at + FRESH, self.due)

    @property
    def size(self) -> int:
        """Bytes, with room for compressed forms and for headers."""
        return 2 * len(self.body) + 4000

    def respond(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        sent = environ.get("HTTP_IF_NONE_MATCH")
        if sent and self.etag and etag_matches(sent, self.etag):
            start_response("304 Not Modified", self.headers.copy())
            return []
        encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        headers, body = self.encoded.get(encoding) or self._encode(encoding)
        start_response(self.status, headers.copy())
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _encode(self, encoding: str) -> tuple[Headers, bytes]:
        is_encoded = encoding and self.etag and len(self.body) >= MIN_COMPRESSED
        body = encode(self.body, encoding) if is_encoded else self.body
        headers = [("Content-Type", self.content_type), ("Content-Length", str(len(body))), *self.headers]
        if is_encoded:
            headers.append(("Content-Encoding", encoding))
        self.encoded[encoding] = headers, body
        return headers, body
