"""Answers to readers: made once, kept, compressed, conditional, and fit for every cache on the way.

An answer's key names all that its bytes depend on, so nothing is ever invalidated: a change has a new key. Made
answers are kept in this process and, where several share one, in the cache server; without that server they're made
again.
"""

import gzip
import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import brotli
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.csp import CSP, build_policy
from django.utils.translation import get_language

logger = logging.getLogger(__name__)

#: Bytes of made answers that one process keeps.
KEPT_BYTES = 8 * 1024 * 1024
#: Seconds that the shared cache keeps an answer. Its key is never asked for again after the next change.
SHARED_SECONDS = 3600
#: Seconds for which a cache server that failed isn't asked.
PAUSE = 10.0
#: Answers smaller than this aren't worth compressing.
WORTH_COMPRESSING = 500

CACHE_CONTROL = "public, max-age=0, s-maxage=5"
#: RFC 9213. A stale answer is for shared caches: a browser that is allowed one shows the old page once after a change.
CDN_CACHE_CONTROL = "max-age=5, stale-while-revalidate=30, stale-if-error=86400"


# Making and keeping
# ------------------


@dataclass(slots=True)
class Answer:
    """The bytes of an answer in each form that somebody has asked for: as they are (""), or by the encoding's name.

    It begins with one form, the plain one or brotli's.
    """

    forms: dict[str, bytes]

    def encoded(self, encoding: str) -> bytes:
        if encoding not in self.forms:
            self.forms[encoding] = ENCODERS[encoding](self.encoded("")) if encoding else self._plain()
        return self.forms[encoding]

    def _plain(self) -> bytes:
        return brotli.decompress(self.forms["br"])

    @property
    def is_worth_compressing(self) -> bool:
        plain = self.forms.get("")
        return plain is None or len(plain) >= WORTH_COMPRESSING

    @property
    def size(self) -> int:
        """Bytes that it will take with all its forms, roughly: compressed ones take a quarter, together."""
        return 2 * len(self.forms.get("", b"")) or 10 * len(self.forms["br"])


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}


class _Kept:
    """Answers of this process, least recently used ones out first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, tuple[Answer, int]] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> Answer | None:
        with self._lock:
            if found := self._answers.get(key):
                self._answers.move_to_end(key)
            return found[0] if found else None

    def put(self, key: str, answer: Answer) -> None:
        size = answer.size  # as it is now: what is added here is what will be taken off
        with self._lock:
            if known := self._answers.pop(key, None):
                self._bytes -= known[1]
            self._answers[key] = answer, size
            self._bytes += size
            while self._bytes > KEPT_BYTES:
                self._bytes -= self._answers.popitem(last=False)[1][1]

    def clear(self) -> None:
        with self._lock:
            self._answers.clear()
            self._bytes = 0


_kept = _Kept()


def clear() -> None:
    """Make every answer anew: for tests, and for a changed template while DEBUG is on."""
    _kept.clear()


class _Shared:
    """The cache server, passed over for a while when it fails: readers must not wait for it."""

    def __init__(self) -> None:
        self._failed_at = -PAUSE

    @property
    def is_shared(self) -> bool:
        """Not where the cache is this very process's."""
        return not settings.CACHES["default"]["BACKEND"].endswith("LocMemCache")

    @property
    def is_used(self) -> bool:
        return self.is_shared and time.monotonic() - self._failed_at >= PAUSE

    def get(self, key: str) -> bytes | None:
        if not self.is_used:
            return None
        try:
            return cache.get(key)
        except Exception as error:  # noqa: BLE001 - each cache server's library has faults of its own
            self._fail(error)
            return None

    def put(self, key: str, body: bytes) -> None:
        if not self.is_used:
            return
        try:
            cache.set(key, body, SHARED_SECONDS)
        except Exception as error:  # noqa: BLE001 - as above
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._failed_at = time.monotonic()
        logger.warning("The cache server does not answer (%s); pages are made without it", error)


_shared = _Shared()


def key_of(depends_on: str) -> str:
    """The key of the answer that depends on this and on the active language: thirty hex digits."""
    return hashlib.blake2b(f"{depends_on}.{get_language()}".encode(), digest_size=15).hexdigest()


def made(key: str, make: Callable[[], str], ready: Callable[[str], bytes | None] = lambda key: None) -> Answer:
    """The answer with this key: kept here, else ``ready`` (compressed with brotli), else shared, else made."""
    if answer := _kept.get(key):
        return answer
    if compressed := ready(key):
        answer = Answer({"br": compressed})
    else:
        answer = Answer({"": _shared_or_made(f"answer.{key}", make)})
    _kept.put(key, answer)
    return answer


def _shared_or_made(key: str, make: Callable[[], str]) -> bytes:
    body = _shared.get(key)
    if body is None:
        body = make().encode()
        _shared.put(key, body)
    return body


# Answering
# ---------


def respond(
    request: HttpRequest,
    key: str,
    make: Callable[[], str],
    *,
    tags: Iterable[str],
    content_type: str = "text/html; charset=utf-8",
    ready: Callable[[str], bytes | None] = lambda key: None,
) -> HttpResponse:
    """The answer with this key, or a 304 when the reader has it. ``make`` is called only when nobody kept it.

    ``ready`` may know it before that, compressed with brotli, by its hashed key.

    ``tags`` name what a cache in front can be told to drop: the blog, the post.
    """
    key = key_of(key)
    etag = f'W/"{key}"'
    if _matches(request.META.get("HTTP_IF_NONE_MATCH", ""), etag):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        answer = made(key, make, ready)
        encoding = _encoding(request.META.get("HTTP_ACCEPT_ENCODING", "")) if answer.is_worth_compressing else ""
        response = HttpResponse(answer.encoded(encoding), content_type=content_type)
        if encoding:
            response.headers["Content-Encoding"] = encoding
    response.headers["ETag"] = etag
    response.headers["Vary"] = "Accept-Encoding"
    # A middleware has checked the host by now, which takes as long as all the rest of this.
    host = request.META.get("HTTP_HOST") or request.get_host()
    response.headers[CSP.HEADER_ENFORCE.value] = policy(f"{request.scheme}://{host}")
    return told_to_caches(response, tags=tags)


def told_to_caches(response: HttpResponse, *, tags: Iterable[str]) -> HttpResponse:
    """The response, with how long each cache may keep it and under which names it can be told to drop it."""
    names = list(tags)
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.headers["CDN-Cache-Control"] = CDN_CACHE_CONTROL
    response.headers["Cache-Tag"] = ",".join(names)
    response.headers["Surrogate-Key"] = " ".join(names)
    return response


def _matches(known: str, etag: str) -> bool:
    """Whether the reader has this answer already; proxies add to the quoted part, never take from it."""
    return bool(known) and (known.strip() == "*" or etag in (part.strip() for part in known.split(",")))


@lru_cache(maxsize=64)
def _encoding(accepted: str) -> str:
    """The best compression that the reader takes; a quality of zero is a refusal, other qualities don't matter."""
    accepted = accepted.lower()
    if "br" not in accepted and "gzip" not in accepted:
        return ""
    names = {}
    for part in accepted.split(","):
        name, _, parameter = part.partition(";")
        names[name.strip()] = parameter.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((name for name in ENCODERS if names.get(name)), "")


#: The scripts of public pages, and the modules that these import.
SCRIPTS = tuple(f"liveblogs/reader/{name}.js" for name in ("links", "live", "share", "stream", "timeline", "zone"))


@lru_cache(maxsize=64)
def policy(origin: str) -> str:
    """A public page's Content-Security-Policy: our own scripts by their exact addresses, and nothing else that runs.

    A nonce would have to differ from answer to answer, and these are kept. Styles in attributes place pictures.
    """
    scripts = [static(name) for name in SCRIPTS]
    return build_policy(
        {
            "default-src": [CSP.NONE],
            "script-src": [script if "://" in script else f"{origin}{script}" for script in scripts],
            "style-src": [CSP.SELF],
            "style-src-attr": [CSP.UNSAFE_INLINE],
            "img-src": [CSP.SELF, "data:", *([settings.MEDIA_URL] if "://" in settings.MEDIA_URL else [])],
            "font-src": [CSP.SELF],
            "connect-src": [CSP.SELF],
            "manifest-src": [CSP.SELF],
            "form-action": [CSP.SELF],
            "base-uri": [CSP.NONE],
            "frame-ancestors": [CSP.SELF],
        }
    )
