"""Canonical addresses: what may not make two responses of one, whoever asks."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.conf import settings

from ..models.post import is_public_id
from ..text.numbers import parse_id

#: Addresses that are left to others: to Django, and to the server of static files.
PASSED_ON = ("/admin/", "/healthz/", "/media/", settings.STATIC_URL)
#: The parameters of public addresses, in the order of a canonical address, and which values mean something.
PARAMETERS: dict[str, Callable[[str], Any]] = {
    "after": is_public_id,
    "before": is_public_id,
    "heard": parse_id,
    "page": parse_id,
    "since": lambda value: parse_id(value) is not None,
    "sort": {"newest", "oldest"}.__contains__,
}
#: Longer addresses are left to Django, in characters.
MAX_LENGTH = 1000

type Address = tuple[str, str, str, str]


def canonical_address(environ: dict[str, Any]) -> Address | None:
    """The scheme, host, path and query of a public address that can be kept, or None."""
    path = environ["PATH_INFO"]
    host = environ.get("HTTP_HOST")
    query = environ.get("QUERY_STRING", "")
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or not host or path.startswith(PASSED_ON):
        return None
    if len(path) + len(query) > MAX_LENGTH:
        return None
    if query and (query := canonical_query(query)) is None:
        return None
    return _scheme(environ), host.lower(), path, query


@lru_cache(maxsize=1024)
def canonical_query(query: str) -> str | None:
    """The known parameters in a fixed order, each with its last value. None if a value means nothing."""
    try:
        parsed = parse_qs(query, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return None
    known = {name: parsed[name][-1] for name in PARAMETERS if name in parsed}
    return urlencode(known) if all(PARAMETERS[name](value) for name, value in known.items()) else None


def _scheme(environ: dict[str, Any]) -> str:
    """As Django finds it."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        if (sent := environ.get(name)) is not None:
            return "https" if sent.split(",")[0].strip() == secure else "http"
    scheme: str = environ["wsgi.url_scheme"]
    return scheme


def client_address(environ: dict[str, Any]) -> str:
    """The address of the reader. That of the proxy, unless BEHIND_TLS_PROXY says that its headers can be trusted."""
    if settings.SECURE_PROXY_SSL_HEADER and (passed := environ.get("HTTP_X_FORWARDED_FOR")):
        return str(passed).rpartition(",")[2].strip()
    return str(environ.get("REMOTE_ADDR", ""))
