"""Django's outermost middleware: health checks, unknown ports, request ids, and the log of requests.

And the one that reads no uploads of people who are not logged in.
"""

import logging
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.utils.datastructures import MultiValueDict

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


def uploads(get_response: Handler) -> Handler:
    """Return the middleware. It stands after those that tell the user, and before any view or CSRF check reads a body.

    Files, and forms of more than ``ANONYMOUS_BYTES``, are read only from people who may use the admin. From others,
    the fields of a smaller form are read without its files, so that what was typed is kept through a login; a larger
    one has no fields, and each view answers as to anybody who is not logged in.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD") and not (request.user.is_active and request.user.is_staff):
            if _is_large(request):
                request._post, request._files = QueryDict(), MultiValueDict()  # type: ignore[attr-defined]
                # It says nothing, so it changes nothing; the check would answer instead of the view.
                request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
            else:
                request.upload_handlers = [NoFiles(request)]
        return get_response(request)

    return answer


class NoFiles(FileUploadHandler):
    """Reads past the files of a form, and notes on the request that there were some (``has_skipped_files``)."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.request.has_skipped_files = True  # type: ignore[union-attr]
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called: every file is skipped."""

    def file_complete(self, file_size: int) -> None:
        return None


def _is_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdigit() or int(length) > ANONYMOUS_BYTES


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
