"""From names in a file to bylines: those that are here are used, the others are made."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower

from ..models import Byline
from .story import Credit


class Bylines:
    """The bylines of one story. Case does not matter, as in the database's own rule."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.new_count = 0
        self._found: dict[Credit, Byline] = {}

    @property
    def count(self) -> int:
        return len({byline.pk for byline in self._found.values()})

    def find(self, credited: Iterable[Credit]) -> None:
        """Find or make a byline for each. Bare names come last: they may mean somebody named in full elsewhere."""
        wanted = dict.fromkeys(replace(credit, place="") for credit in credited)
        for credit in sorted(wanted, key=lambda credit: credit.organisation is None):
            self._found[credit] = self._existing(credit) or self._new(credit)

    def of(self, credited: Iterable[Credit]) -> list[tuple[Byline, str]]:
        """The bylines with their places, each once."""
        found: dict[int, tuple[Byline, str]] = {}
        for credit in credited:
            byline = self._found[replace(credit, place="")]
            found.setdefault(byline.pk, (byline, credit.place))
        return list(found.values())

    def _existing(self, credit: Credit) -> Byline | None:
        if credit.organisation is not None:
            return _named(credit.name, credit.organisation).first()
        return _meant(credit.name)

    def _new(self, credit: Credit) -> Byline:
        byline = Byline(name=credit.name, organisation=credit.organisation or "", kind=credit.kind)
        byline._change_reason = self.reason  # type: ignore[attr-defined]
        byline.save()
        self.new_count += 1
        return byline


def _named(name: str, organisation: str | None = None) -> QuerySet[Byline]:
    """The database's own lower case decides, so that what it would refuse as a double is found."""
    found: Any = Byline.objects.alias(lower_name=Lower("name")).filter(lower_name=Lower(Value(name)))
    if organisation is not None:
        found = found.alias(lower_organisation=Lower("organisation"))
        found = found.filter(lower_organisation=Lower(Value(organisation)))
    return found.order_by("pk")


def _meant(text: str) -> Byline | None:
    """The byline that a bare name can only mean: "Ana Ruiz", "Ana Ruiz, Overland Wire", "Ana Ruiz (Overland Wire)".

    Of several with that name the one without an organisation, else the one of this newsroom, else none.
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
