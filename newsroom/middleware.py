"""The outermost middleware: answers health checks, refuses unknown ports, assigns request ids, and logs requests.

And the one that reads no uploads of people who are not logged in.
"""

import logging
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import resolve_url
from django.utils.datastructures import MultiValueDict

from . import health
from . import logging as logs

logger = logging.getLogger("newsroom.requests")

EDITORS = "/admin/"
#: Answered before the host check and the HTTPS redirect, because load balancers request them by IP address.
HEALTH = {"/healthz/live": health.live, "/healthz/ready": health.ready}

_SITE = urlsplit(settings.SITE_URL)
SITE_PORT = str(_SITE.port or {"https": 443, "http": 80}[_SITE.scheme])
_PORT = re.compile(r":(\d+)$")

#: Bytes of a form that anybody may send.
ANONYMOUS_BYTES = 1024 * 1024

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
        request_id = logs.RequestId(request.META.get("HTTP_X_REQUEST_ID", ""))
        # Not reset after the response, because Django logs a 404 after the last middleware.
        logs.current.set(request_id)
        response = get_response(request)
        of_editor = path.startswith(EDITORS)
        if of_editor:
            response.headers["X-Request-ID"] = str(request_id)
        if of_editor or response.status_code >= 500 or settings.LOG_REQUESTS:
            # Only a user that is already loaded: logging must not cause a query.
            user = getattr(request.__dict__.get("_cached_user"), "pk", None)
            _log(str(request.method), request.path, response.status_code, started, user)
        return response

    return answer


def uploads(get_response: Handler) -> Handler:
    """Return the middleware. It stands after those that tell the user, and before any view or CSRF check reads a body.

    A form with files, or of more than ``ANONYMOUS_BYTES``, is read only from people who may use the admin. For others
    it has no fields, and each view answers as to anybody who is not logged in. The log-in form is read if it is small.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if _is_large(request) and not (request.user.is_active and request.user.is_staff):
            request._post, request._files = QueryDict(), MultiValueDict()  # type: ignore[attr-defined]
            # It says nothing, so it changes nothing; the check would answer instead of the view.
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return get_response(request)

    return answer


def _is_large(request: HttpRequest) -> bool:
    if request.method in ("GET", "HEAD"):
        return False
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > ANONYMOUS_BYTES:
        return True
    return request.content_type == "multipart/form-data" and request.path != resolve_url(settings.LOGIN_URL)


def log_front_cache(environ: dict[str, Any], start_response: Callable[..., Any]) -> Callable[..., Any]:
    """Return a ``start_response`` that also logs the request, for those that the front cache answers."""
    started = time.perf_counter()
    logs.current.set(logs.RequestId(environ.get("HTTP_X_REQUEST_ID", "")))

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
