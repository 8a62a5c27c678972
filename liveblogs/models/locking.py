"""Waiting for the database's locks: for how long, for which rows, and what is said when it took too long."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from .editing import ChangeRefused

#: Milliseconds for which a reader's request waits for a lock; it can do without.
READER_WAIT = 200
#: PostgreSQL's codes for a lock that was not free in time, and for transactions that waited for each other.
_BUSY = {"55P03", "40P01"}


class Busy(ChangeRefused):
    """Somebody else held a lock for too long. Nothing was saved, and another try can succeed."""

    def __init__(self) -> None:
        super().__init__(_("Not saved: somebody else is saving in this blog. Try again."), code="busy")


@contextmanager
def refuse_when_busy() -> Iterator[None]:
    """Raise ``Busy`` for a lock that was not free in time. Wrap it around a transaction."""
    try:
        yield
    except OperationalError as error:
        cause = error.__cause__
        if getattr(cause, "sqlstate", "") in _BUSY or getattr(cause, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY:
            raise Busy from error
        raise


def limit_wait(milliseconds: int) -> None:
    """Wait no longer for any lock until the transaction ends, on PostgreSQL."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{milliseconds}ms"])


@contextmanager
def short_wait_to_begin(milliseconds: int) -> Iterator[None]:
    """Wait no longer than this for SQLite's one lock, which a transaction takes when it begins."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    usual = round(1000 * connection.settings_dict["OPTIONS"].get("timeout", 5))
    try:
        _set_busy_timeout(milliseconds)
        yield
    finally:
        _set_busy_timeout(usual)


def _set_busy_timeout(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds:d}")


def share(rows: QuerySet) -> None:
    """Keep these rows as they are until the transaction ends, as others may at the same time. One query at most.

    Waits for who holds one by ``select_for_update()``. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with suppress(EmptyResultSet), connection.cursor() as cursor:
            sql, parameters = rows.order_by("pk").values("pk").query.sql_with_params()
            cursor.execute(f"{sql} FOR KEY SHARE", parameters)
