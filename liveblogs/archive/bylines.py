"""Finds the bylines for the names in a file, and creates the missing ones."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower

from ..models import Byline
from .story import Credit


class Bylines:
    """The bylines of one story. Case is ignored, as in the database's unique constraint."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.new_count = 0
        self._found: dict[Credit, Byline] = {}

    @property
    def count(self) -> int:
        return len({byline.pk for byline in self._found.values()})

    def find(self, credited: Iterable[Credit]) -> None:
        """Find or create a byline for each credit.

        Names without an organization come last: they may match a byline that another credit creates.
        """
        wanted = dict.fromkeys(replace(credit, place="") for credit in credited)
        for credit in sorted(wanted, key=lambda credit: credit.organisation is None):
            self._found[credit] = self._existing(credit) or self._new(credit)

    def of(self, credited: Iterable[Credit]) -> list[tuple[Byline, str]]:
        """The bylines with their places, without duplicates."""
        found: dict[int, tuple[Byline, str]] = {}
        for credit in credited:
            byline = self._found[replace(credit, place="")]
            found.setdefault(byline.pk, (byline, credit.place))
        return list(found.values())

    def _existing(self, credit: Credit) -> Byline | None:
        if credit.organisation is not None:
            return _named(credit.name, credit.organisation).first()
        return _by_bare_name(credit.name)

    def _new(self, credit: Credit) -> Byline:
        byline = Byline(name=credit.name, organisation=credit.organisation or "", kind=credit.kind)
        byline._change_reason = self.reason  # type: ignore[attr-defined]
        byline.save()
        self.new_count += 1
        return byline


def _named(name: str, organisation: str | None = None) -> QuerySet[Byline]:
    """The bylines of this name, compared with the database's LOWER, as its unique constraint does."""
    found: Any = Byline.objects.alias(lower_name=Lower("name")).filter(lower_name=Lower(Value(name)))
    if organisation is not None:
        found = found.alias(lower_organisation=Lower("organisation"))
        found = found.filter(lower_organisation=Lower(Value(organisation)))
    return found.order_by("pk")


def _by_bare_name(text: str) -> Byline | None:
    """The byline that a bare name identifies: "Ana Ruiz", "Ana Ruiz, Overland Wire", "Ana Ruiz (Overland Wire)".

    If several have that name: the one without an organization, else the one of this newsroom, else None.
    """
    named = list(_named(text))
    if len(named) == 1:
        return named[0]
    for organisation in ("", settings.ORGANISATION):
        if found := _named(text, organisation).first():
            return found
    name, _comma, organisation = text.rpartition(", ")
    if not name and text.endswith(")"):
        name, _bracket, organisation = text[:-1].rpartition(" (")
    return _named(name, organisation).first() if name and organisation else None
