"""HTTP responses for readers: conditional, compressed, and with headers for every cache on the way."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple, Protocol

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.csp import CSP

from . import csp
from .encoding import MIN_COMPRESSED, best_encoding, encode, etag_matches
from .entry import REVALIDATION, Revalidation

#: Seconds that shared caches keep a page, and one that does not exist.
SHARED, SHARED_404 = 5, 1


class Version(Protocol):
    """What a response is made from. ``key`` changes with it; ``next_due`` is when a scheduled post will be due."""

    @property
    def key(self) -> str: ...

    @property
    def next_due(self) -> datetime | None: ...


class FixedVersion(NamedTuple):
    """A version that is known by its key alone: the release, or the text itself."""

    key: str
    next_due: datetime | None = None


def respond[V: Version](
    request: HttpRequest,
    read: Callable[[], V | None],
    render: Callable[[V], str],
    *,
    key: Callable[[V], str],
    tags: Iterable[str],
    content_type: str = "text/html; charset=utf-8",
) -> HttpResponse:
    """The response for the version that ``read`` returns, or a 304 if the reader has it. Without a version, a 404.

    ``key`` names everything that the rendered text depends on. ``tags`` are the names by which HTTP caches purge it:
    the blog, the post. The front cache uses ``read`` and ``key`` to ask whether the response is still current.
    """

    def current() -> tuple[str, float | None]:
        version = read()
        return (_etag(key(version)), _timestamp(version)) if version else ("", None)

    version = read()
    if version is None:
        raise Http404
    etag = _etag(key(version))
    if etag_matches(request.META.get("HTTP_IF_NONE_MATCH", ""), etag):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = HttpResponse(render(version), content_type=content_type)
        encoding = best_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        if encoding and len(response.content) >= MIN_COMPRESSED:
            response.content = encode(response.content, encoding)
            response.headers["Content-Encoding"] = encoding
    response.headers["ETag"] = etag
    response.headers["Vary"] = "Accept-Encoding"
    response.headers[CSP.HEADER_ENFORCE.value] = csp.policy(f"{request.scheme}://{request.get_host()}")
    request.META[REVALIDATION] = Revalidation(_timestamp(version), current)
    return set_cache_headers(response, tags=tags)


def respond_not_found(request: HttpRequest, html: str, *, tags: Iterable[str]) -> HttpResponse:
    """A 404 that every cache keeps for a second, so that a crowd at a wrong address costs nothing."""
    request.META[REVALIDATION] = Revalidation()
    return set_cache_headers(HttpResponse(html, status=404), tags=tags, seconds=SHARED_404)


def respond_moved(address: str, *, tags: Iterable[str]) -> HttpResponse:
    """A redirect for good. HTTP caches keep it like a page, the front cache does not."""
    return set_cache_headers(HttpResponsePermanentRedirect(address), tags=tags)


def set_cache_headers(response: HttpResponse, *, tags: Iterable[str], seconds: int = SHARED) -> HttpResponse:
    """The response, with how long each cache may keep it and the tags by which it is purged."""
    names = list(tags)
    response.headers["Cache-Control"] = f"public, max-age=0, s-maxage={seconds}"
    # RFC 9213. Only shared caches may answer stale: a browser that may would show the old page once after each change.
    stale = ", stale-while-revalidate=30, stale-if-error=86400" if seconds == SHARED else ""
    response.headers["CDN-Cache-Control"] = f"max-age={seconds}{stale}"
    response.headers["Cache-Tag"] = ",".join(names)
    response.headers["Surrogate-Key"] = " ".join(names)
    return response


def _etag(key: str) -> str:
    return f'W/"{hashlib.blake2b(key.encode(), digest_size=15).hexdigest()}"'


def _timestamp(version: Version) -> float | None:
    return version.next_due.timestamp() if version.next_due else None
