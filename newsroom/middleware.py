"""The outermost middleware: answers health checks, assigns request ids, and logs requests."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from . import health
from . import logging as logs

logger = logging.getLogger("newsroom.requests")

EDITORS = "/admin/"
#: Answered before the host check and the HTTPS redirect, because load balancers request them by IP address.
HEALTH = {"/healthz/live": health.live, "/healthz/ready": health.ready}

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
        started = time.perf_counter()
        request_id = logs.RequestId(request.META.get("HTTP_X_REQUEST_ID", ""))
        # Not reset after the response, because Django logs a 404 after the last middleware.
        logs.current.set(request_id)
        response = get_response(request)
        of_editor = path.startswith(EDITORS)
        if of_editor:
            response.headers["X-Request-ID"] = str(request_id)
        if of_editor or response.status_code >= 500 or settings.LOG_REQUESTS:
            _log(request, response.status_code, time.perf_counter() - started)
        return response

    return answer


def _log(request: HttpRequest, status: int, seconds: float) -> None:
    """Log a request, without its query string, headers and form data, which may be confidential."""
    # Only a user that is already loaded: logging must not cause a query.
    user = getattr(request.__dict__.get("_cached_user"), "pk", None)
    fields = {"method": request.method, "path": request.path, "status": status, "ms": round(seconds * 1000, 1)}
    if user is not None:
        fields["user"] = user
    by = f" by user {user}" if user is not None else ""
    logger.info(
        "%s %s %d in %.1f ms%s", request.method, request.path, status, seconds * 1000, by, extra={"fields": fields}
    )
