"""SQLite lets one write at a time. Here the others wait as equals.

SQLite's own waiting looks more and more seldom for its turn, so that of many writers those who came last go first, and
the first one may wait until it gives up. Nothing here concerns other databases.
"""

import random
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

#: Seconds between two looks, at random, so that no two writers keep in step.
LOOKS = 0.001, 0.005
#: Seconds after which a writer gives up, where the settings name none.
PATIENCE = 5.0


def wait_as_equals(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Have a new connection look for its turn at an even pace."""
    if connection.vendor == "sqlite":
        connection.connection.execute("PRAGMA busy_timeout = 0")
        if _execute not in connection.execute_wrappers:  # it was opened before
            connection.execute_wrappers.append(_execute)


def _execute(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Within a transaction it is this one's turn already: only what begins one, or stands alone, waits."""
    connection, until = context["connection"], None
    while True:
        try:
            return execute(sql, params, many, context)
        except OperationalError as error:
            now = time.monotonic()
            until = until or now + connection.settings_dict["OPTIONS"].get("timeout", PATIENCE)
            if connection.in_atomic_block or not _is_busy(error) or now > until:
                raise
        time.sleep(random.uniform(*LOOKS))  # noqa: S311 - any number will do


def _is_busy(error: OperationalError) -> bool:
    """The low byte of the code tells; the others only why."""
    return getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
