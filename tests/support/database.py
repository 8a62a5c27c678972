"""Empties the database after a test of real transactions, at the cost of the tables that the test wrote to.

Django would empty every table, and then create all content types and permissions anew.
"""

from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from liveblogs.permissions import create_groups

#: Tables that migrations fill and tests leave alone.
LASTING = ("django_content_type", "auth_permission", "auth_group", "auth_group_permissions")

_lasting_rows: list[list[tuple[Any, ...]]] = []


def empty() -> None:
    """Delete all rows but those of ``LASTING``; create those anew where a test changed them. Six queries and one a
    table that has rows.
    """
    with transaction.atomic():
        for table in _tables_with_rows():
            _execute(f"DELETE FROM {_quoted(table)}")
    if not _lasting_rows or _lasting_rows != _read_lasting_rows():
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
        create_groups(apps, connection.alias)
        _lasting_rows[:] = _read_lasting_rows()


def _tables_with_rows() -> list[str]:
    tables = set(connection.introspection.django_table_names(include_views=False)) - set(LASTING)
    found = _execute(
        " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {_quoted(table)})" for table in tables)
    )
    return [name for (name,) in found]


def _read_lasting_rows() -> list[list[tuple[Any, ...]]]:
    return [sorted(_execute(f"SELECT * FROM {_quoted(table)}")) for table in LASTING]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _execute(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []
