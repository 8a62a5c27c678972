"""Django's outermost middleware: health checks, unknown ports, request ids, and the log of requests."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from . import health
from . import logging as logs

logger = logging.getLogger("newsroom.requests")

EDITORS = "/admin/"
#: Answered before the host check and the HTTPS redirect, because load balancers request them by IP address.
HEALTH = {"/healthz/live": health.live, "/healthz/ready": health.ready}

#: The key in the WSGI environment of a request that is logged in front of Django.
IS_LOGGED = "newsroom.is_logged"
_SITE = urlsplit(settings.SITE_URL)
SITE_PORT = str(_SITE.port or {"https": 443, "http": 80}[_SITE.scheme])
_PORT = re.compile(r":(\d+)$")

type Handler = Callable[[HttpRequest], HttpResponse]


def requests(get_response: Handler) -> Handler:
    """Return the middleware.

    Requests of editors and server errors are logged. Other requests are logged only with LOG_REQUESTS, because a line
    costs more than the response. Only editors' responses contain the request id, because caches store the public ones.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path in HEALTH:
            return HEALTH[path](request)
        if not _is_known_port(request):
            return HttpResponseBadRequest("This site has no such port.\n", content_type="text/plain")
        started = time.perf_counter()
        if IS_LOGGED not in request.META:
            # Not reset after the response, because Django logs a 404 after the last middleware.
            logs.current.set(logs.RequestId(request.META.get("HTTP_X_REQUEST_ID", "")))
        response = get_response(request)
        of_editor = path.startswith(EDITORS)
        if of_editor:
            response.headers["X-Request-ID"] = str(logs.current.get())
        is_wanted = of_editor or response.status_code >= 500 or settings.LOG_REQUESTS
        if is_wanted and IS_LOGGED not in request.META:
            # Only a user that is already loaded: logging must not cause a query.
            user = getattr(request.__dict__.get("_cached_user"), "pk", None)
            _log(str(request.method), request.path, response.status_code, started, user)
        return response

    return answer


def log_front_cache(environ: dict[str, Any], start_response: Callable[..., Any]) -> Callable[..., Any]:
    """Return a ``start_response`` that also logs the request, for those that pass the front cache."""
    started = time.perf_counter()
    logs.current.set(logs.RequestId(environ.get("HTTP_X_REQUEST_ID", "")))
    environ[IS_LOGGED] = True

    def start(status: str, headers: list[tuple[str, str]]) -> Any:
        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        _log(environ["REQUEST_METHOD"], path, int(status[:3]), started)
        return start_response(status, headers)

    return start


def _is_known_port(request: HttpRequest) -> bool:
    """Whether the request names the port of SITE_URL, or that on which it arrived.

    Django checks the host alone, and each invented port would make another copy of every page in the caches.
    """
    port = _PORT.search(request.META.get("HTTP_HOST", ""))
    return port is None or port[1] in (SITE_PORT, request.META.get("SERVER_PORT"))


def _log(method: str, path: str, status: int, started: float, user: int | None = None) -> None:
    """Log a request, without its query string, headers and form data, which may be confidential."""
    milliseconds = (time.perf_counter() - started) * 1000
    fields: dict[str, Any] = {"method": method, "path": path, "status": status, "ms": round(milliseconds, 1)}
    if user is not None:
        fields["user"] = user
    by = f" by user {user}" if user is not None else ""
    logger.info("%s %s %d in %.1f ms%s", method, path, status, milliseconds, by, extra={"fields": fields})
