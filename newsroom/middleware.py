"""What is done around every request: health checks answered, requests numbered, and those of editors logged."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from . import health
from . import logging as logs

logger = logging.getLogger("newsroom.requests")

EDITORS = "/admin/"
#: Answered before anything looks at the host or asks for https: a load balancer calls by address.
HEALTH = {"/healthz/live": health.live, "/healthz/ready": health.ready}

type Handler = Callable[[HttpRequest], HttpResponse]


def requests(get_response: Handler) -> Handler:
    """The outermost middleware.

    Readers' answers are logged when they are errors of ours, or all with LOG_REQUESTS: a line each would cost more
    than the answer. The id goes back to editors alone, since public answers are kept by caches.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path in HEALTH:
            return HEALTH[path](request)
        started = time.perf_counter()
        number = logs.RequestId(request.META.get("HTTP_X_REQUEST_ID", ""))
        # It stays until this thread's next request: Django tells of a 404 when every middleware is done.
        logs.current.set(number)
        response = get_response(request)
        of_editor = path.startswith(EDITORS)
        if of_editor:
            response.headers["X-Request-ID"] = str(number)
        if of_editor or response.status_code >= 500 or settings.LOG_REQUESTS:
            _log(request, response.status_code, time.perf_counter() - started)
        return response

    return answer


def _log(request: HttpRequest, status: int, seconds: float) -> None:
    """The path without its query, which may hold what is nobody's business; no header, no form."""
    # Whoever was found to be signed in; nobody is looked up for the log's sake.
    user = getattr(request.__dict__.get("_cached_user"), "pk", None)
    fields = {"method": request.method, "path": request.path, "status": status, "ms": round(seconds * 1000, 1)}
    if user is not None:
        fields["user"] = user
    by = f" by user {user}" if user is not None else ""
    logger.info(
        "%s %s %d in %.1f ms%s", request.method, request.path, status, seconds * 1000, by, extra={"fields": fields}
    )
