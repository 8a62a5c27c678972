"""Compression of responses, and the ETags by which a reader's browser says what it has."""

import gzip
import re
from collections.abc import Callable
from functools import lru_cache

import brotli
from django.utils.http import parse_etags

#: Shorter responses are not compressed, in bytes.
MIN_COMPRESSED = 500
#: Characters of ``Accept-Encoding`` that count; browsers send thirty.
MAX_HEADER = 200

_REFUSED = re.compile(r"q=0(\.0*)?")

_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}


def encode(body: bytes, encoding: str) -> bytes:
    return _ENCODERS[encoding](body)


def best_encoding(accepted: str) -> str:
    """The best encoding that ``Accept-Encoding`` allows. Of qualities only zero counts, which refuses an encoding."""
    return _best_encoding(accepted[:MAX_HEADER])


@lru_cache(maxsize=256)
def _best_encoding(accepted: str) -> str:
    allowed = {}
    for part in "".join(accepted.lower().split()).split(","):
        name, _, parameter = part.partition(";")
        allowed[name] = not _REFUSED.fullmatch(parameter)
    return next((name for name in _ENCODERS if allowed.get(name)), "")


def etag_matches(if_none_match: str, etag: str) -> bool:
    """Whether the header names this ETag. ``*`` does not count: a view does not know yet whether the page exists."""
    if if_none_match == etag:
        return True
    return etag.removeprefix("W/") in {sent.removeprefix("W/") for sent in parse_etags(if_none_match)}
