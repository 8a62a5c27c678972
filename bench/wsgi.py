"""The site with the baselines beside it: the same bytes from a bare WSGI callable, and Django without middleware.

A path below /bare/ is answered by a callable that returns what the site answered first; one below /plain/ by Django's
handler without any middleware; every other one by the site.
"""

from collections.abc import Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings

from newsroom.wsgi import application as site

with override_settings(MIDDLEWARE=[]):
    plain = WSGIHandler()

type Environ = dict[str, Any]
type Answer = tuple[str, list[tuple[str, str]], list[bytes]]

_known: dict[tuple[str, str | None], Answer] = {}


def application(environ: Environ, start_response: Any) -> Iterable[bytes]:
    path: str = environ["PATH_INFO"]
    if path.startswith("/bare/"):
        key = f"{path}?{environ['QUERY_STRING']}", environ.get("HTTP_IF_NONE_MATCH")
        status, headers, body = _known.get(key) or _learn(key, environ)
        start_response(status, headers.copy())
        return body
    if path.startswith("/plain/"):
        environ["PATH_INFO"] = path.removeprefix("/plain")
        return plain(environ, start_response)
    return site(environ, start_response)


def _learn(key: tuple[str, str | None], environ: Environ) -> Answer:
    started: list[Any] = []
    asked = {**environ, "PATH_INFO": environ["PATH_INFO"].removeprefix("/bare")}
    body = b"".join(site(asked, lambda status, headers, *_error: started.append((status, headers))))
    _known[key] = (*started[-1], [body])
    return _known[key]
