"""Queries that are asked for each reader: turned into SQL once, then only filled in.

Building a queryset and compiling it takes several times as long as the database needs for the answer. What is kept
here is what Django's own compiler made of a queryset, with blanks in the places of the values that differ.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Compiled:
    """A ``values_list()`` queryset as SQL. ``build`` makes it from one keyword argument for each of ``blanks``.

    A blank is a text or a whole number: the kinds of values that every database takes as they are.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **blanks: type[str] | type[int]) -> None:
        self._build = build
        self._blanks = {
            name: f"blank {number}" if kind is str else 10**15 + number
            for number, (name, kind) in enumerate(blanks.items())
        }
        self._made: dict[tuple[str, int | None], tuple[str, list[Any], Callable[[Any], list[Any]]]] = {}

    def rows(self, limit: int | None = None, **values: str | int) -> list[tuple[Any, ...]]:
        """The rows for these values, at most ``limit`` of them. One query."""
        sql, parameters, convert = self._for(limit)
        with connection.cursor() as cursor:
            cursor.execute(sql, [values[part.name] if isinstance(part, _Blank) else part for part in parameters])
            return convert(cursor.fetchall())

    def _for(self, limit: int | None) -> tuple[str, list[Any], Callable[[Any], list[Any]]]:
        key = connection.vendor, limit
        if key not in self._made:
            self._made[key] = self._compile(limit)
        return self._made[key]

    def _compile(self, limit: int | None) -> tuple[str, list[Any], Callable[[Any], list[Any]]]:
        queryset = self._build(**self._blanks)
        if limit is not None:
            queryset = queryset[:limit]
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column[0] for column in compiler.select])

        def convert(rows: Any) -> list[Any]:
            return [tuple(row) for row in compiler.apply_converters(rows, converters)] if converters else rows

        names = {blank: _Blank(name) for name, blank in self._blanks.items()}
        return sql, [names.get(parameter, parameter) for parameter in parameters], convert


class _Blank:
    """Where a value goes."""

    def __init__(self, name: str) -> None:
        self.name = name
