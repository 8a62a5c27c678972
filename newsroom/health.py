"""Whether this process runs, and whether it can be sent readers: for load balancers and for whoever watches.

The answers are small and hold no secret, and come within ``SECONDS`` even when a server that is asked hangs.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from functools import cache as once
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

#: Seconds that all checks together are given.
SECONDS = 0.5

OK = "ok"
NO_ANSWER = "does not answer"


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """This process answers. Nothing is asked: one that cannot reach its database is not to be killed for it."""
    return _answer({"status": OK})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when readers and editors can be sent here, else 503. One query, in a thread and connection of its own.

    A cache server that is away is told, and costs no readiness: pages are made without it.
    """
    started = time.monotonic()
    asked = {name: check.start() for name, check in CHECKS.items()}
    found = {}
    for name, asking in asked.items():
        asking.join(max(0.0, started + SECONDS - time.monotonic()))
        found[name] = asking.found
    _log_changes(found)
    is_ready = all(value == OK for name, value in found.items() if name != "cache")
    return _answer({"status": OK if is_ready else "not ready", **found}, status=200 if is_ready else 503)


def _answer(told: dict[str, str], status: int = 200) -> HttpResponse:
    return JsonResponse(told, status=status, headers={"Cache-Control": "no-store"})


# Asking
# ------


class _Asking(threading.Thread):
    """One question under way. It may hang for longer than anybody waits, and keeps no process from ending."""

    def __init__(self, ask: Callable[[], str]) -> None:
        super().__init__(daemon=True)
        self._ask = ask
        self.found = NO_ANSWER

    def run(self) -> None:
        try:
            self.found = self._ask()
        except Exception as error:  # noqa: BLE001 - each server's library has faults of its own
            logger.debug("Asked in vain: %s", error)
        finally:
            connections.close_all()


class _Check:
    """A question that is asked once at a time, so that one that hangs does not gather threads."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._last: _Asking | None = None

    def start(self) -> _Asking:
        with self._lock:
            if self._last is None or not self._last.is_alive():
                self._last = _Asking(self._ask)
                self._last.start()
            return self._last


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
    """A bucket is believed: asking it costs money, and readers' pages do not need it."""
    if settings.S3_BUCKET:
        return OK
    folder = Path(settings.MEDIA_ROOT)
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    return OK if os.access(nearest, os.W_OK) else "cannot be written"


CHECKS = {"database": _Check(_database), "cache": _Check(_cache), "storage": _Check(_storage)}

_told: dict[str, str] = {}


def _log_changes(found: dict[str, str]) -> None:
    """Say once what is not well, and once when it is again."""
    for name, value in found.items():
        if value != _told.get(name, OK):
            logger.log(logging.INFO if value == OK else logging.WARNING, "%s: %s", name, value)
        _told[name] = value
