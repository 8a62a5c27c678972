"""HTTP responses for readers: cached, compressed, conditional, and with headers for every cache on the way."""

from collections.abc import Callable, Iterable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP

from . import csp
from .cache import ENCODERS, get_or_render, response_key

#: Shorter responses are not compressed, in bytes.
MIN_COMPRESSED = 500

CACHE_CONTROL = "public, max-age=0, s-maxage=5"
#: RFC 9213. Only shared caches may answer stale: a browser that may would show the old page once after each change.
CDN_CACHE_CONTROL = "max-age=5, stale-while-revalidate=30, stale-if-error=86400"


def cached_response(
    request: HttpRequest,
    depends_on: str,
    render: Callable[[], str],
    *,
    tags: Iterable[str],
    content_type: str = "text/html; charset=utf-8",
) -> HttpResponse:
    """The response that depends on this, or a 304 if the reader has it. ``render`` is called if it is in no cache.

    ``tags`` are the names by which HTTP caches purge it: the blog, the post.
    """
    key = response_key(depends_on)
    etag = f'W/"{key}"'
    if _matches(request.META.get("HTTP_IF_NONE_MATCH", ""), etag):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        cached = get_or_render(key, render)
        compress = cached.size >= MIN_COMPRESSED
        encoding = _encoding(request.META.get("HTTP_ACCEPT_ENCODING", "")) if compress else ""
        response = HttpResponse(cached.encoded(encoding), content_type=content_type)
        if encoding:
            response.headers["Content-Encoding"] = encoding
    response.headers["ETag"] = etag
    response.headers["Vary"] = "Accept-Encoding"
    # A middleware has validated the host already; get_host() would take as long as the rest of this function.
    host = request.META.get("HTTP_HOST") or request.get_host()
    response.headers[CSP.HEADER_ENFORCE.value] = csp.policy(f"{request.scheme}://{host}")
    return set_cache_headers(response, tags=tags)


def set_cache_headers(response: HttpResponse, *, tags: Iterable[str]) -> HttpResponse:
    """The response, with how long each cache may keep it and the tags by which it is purged."""
    names = list(tags)
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.headers["CDN-Cache-Control"] = CDN_CACHE_CONTROL
    response.headers["Cache-Tag"] = ",".join(names)
    response.headers["Surrogate-Key"] = " ".join(names)
    return response


def _matches(if_none_match: str, etag: str) -> bool:
    """Whether the header names this ETag. Proxies may append to the list, but leave the quoted tags alone."""
    return bool(if_none_match) and (
        if_none_match.strip() == "*" or etag in (part.strip() for part in if_none_match.split(","))
    )


@lru_cache(maxsize=64)
def _encoding(accepted: str) -> str:
    """The best encoding that ``Accept-Encoding`` allows. Of qualities only zero counts, which refuses an encoding."""
    accepted = accepted.lower()
    if "br" not in accepted and "gzip" not in accepted:
        return ""
    names = {}
    for part in accepted.split(","):
        name, _, parameter = part.partition(";")
        names[name.strip()] = parameter.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((name for name in ENCODERS if names.get(name)), "")
