"""Liveness and readiness checks for load balancers and monitoring.

Responses are small, contain no secrets, and arrive within ``SECONDS`` even if a checked server hangs.
"""

import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import cache as once
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from .storage import static_files_problem

logger = logging.getLogger(__name__)

#: The timeout in seconds for all checks together.
SECONDS = 0.5

OK = "ok"
NO_ANSWER = "does not answer"


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """200 while the process responds. Checks no servers, because a database failure must not restart the process."""
    return _answer({"status": OK})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 if the process can serve readers and editors, else 503. One query, in a separate thread and connection.

    An unavailable cache is reported but does not affect readiness, because pages are rendered without it.
    """
    checks = {name: check.start() for name, check in CHECKS.items()}
    wait(checks.values(), timeout=SECONDS)
    found = {name: future.result() if future.done() else NO_ANSWER for name, future in checks.items()}
    _log_changes(found)
    is_ready = all(value == OK for name, value in found.items() if name != "cache")
    return _answer({"status": OK if is_ready else "not ready", **found}, status=200 if is_ready else 503)


def _answer(content: dict[str, str], status: int = 200) -> HttpResponse:
    return JsonResponse(content, status=status, headers={"Cache-Control": "no-store"})


# Checks
# ------


class _Check:
    """A check that runs in at most one thread at a time, so that a hanging server does not accumulate threads.

    The thread may outlast the timeout, and does not prevent the process from exiting.
    """

    def __init__(self, check: Callable[[], str]) -> None:
        self._check = check
        self._lock = threading.Lock()
        self._last: Future[str] | None = None

    def start(self) -> Future[str]:
        with self._lock:
            if self._last is None or self._last.done():
                self._last = Future()
                threading.Thread(target=self._run, args=[self._last], daemon=True).start()
            return self._last

    def _run(self, future: Future[str]) -> None:
        found = NO_ANSWER
        try:
            found = self._check()
        except Exception as error:  # noqa: BLE001 - each server's library has its own exceptions
            logger.debug("The check failed: %s", error)
        finally:
            connections.close_all()
            future.set_result(found)


def _database() -> str:
    missing = _newest_migrations() - set(MigrationRecorder(connection).applied_migrations())
    return "is not migrated" if missing else OK


@once
def _newest_migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).graph.leaf_nodes())


def _cache() -> str:
    cache.get("healthz")
    return OK


def _storage() -> str:
    """OK if uploads can be written. A bucket is not checked: requests cost money, and pages do not need it."""
    if settings.S3_BUCKET:
        return OK
    folder = Path(settings.MEDIA_ROOT)
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    return OK if os.access(nearest, os.W_OK) else "cannot be written"


def _pages() -> str:
    """OK if the frame of every page can be rendered."""
    if static_files_problem():
        return "no static files"
    get_template("404.html").render({"title": ""})
    return OK


CHECKS = {
    "database": _Check(_database),
    "cache": _Check(_cache),
    "storage": _Check(_storage),
    "pages": _Check(_pages),
}

_last_logged: dict[str, str] = {}


def _log_changes(found: dict[str, str]) -> None:
    """Log each check once when it fails, and once when it recovers."""
    for name, value in found.items():
        if value != _last_logged.get(name, OK):
            logger.log(logging.INFO if value == OK else logging.WARNING, "%s: %s", name, value)
        _last_logged[name] = value
