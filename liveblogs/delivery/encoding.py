"""Compression of responses, and the ETags by which a reader's browser says what it has."""

import gzip
from collections.abc import Callable
from functools import lru_cache

import brotli
from django.utils.http import parse_etags

#: Shorter responses are not compressed, in bytes.
MIN_COMPRESSED = 500

_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}


def encode(body: bytes, encoding: str) -> bytes:
    return _ENCODERS[encoding](body)


@lru_cache(maxsize=256)
def best_encoding(accepted: str) -> str:
    """The best encoding that ``Accept-Encoding`` allows. Of qualities only zero counts, which refuses an encoding."""
    names = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        names[name.strip()] = parameter.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((name for name in _ENCODERS if name and names.get(name)), "")


def etag_matches(if_none_match: str, etag: str) -> bool:
    """Whether the header names this ETag. ``*`` does not count: a view does not know yet whether the page exists."""
    return if_none_match == etag or etag in parse_etags(if_none_match)
