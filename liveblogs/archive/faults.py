"""What is wrong with an archive, and what is worth telling about one that is not: each with its place in the file."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

#: Faults, and different notes, that are told one by one; the others are counted.
TOLD = 50
#: Characters of a value that are shown.
SHOWN = 80


class ArchiveRefused(Exception):
    """The archive is sound, but nothing was imported or exported; one sentence says why."""


class ArchiveFaults(Exception):
    """The archive is broken, and nothing of it was imported. ``faults`` holds the first ones, ``count`` counts all."""

    def __init__(self, faults: list[str], count: int) -> None:
        self.faults, self.count = faults, count
        super().__init__("\n".join(faults))


@dataclass
class Findings:
    """Collects while an archive is read, so that all faults are told at once."""

    faults: list[str] = field(default_factory=list)
    fault_count: int = 0
    _notes: dict[str, list[Any]] = field(default_factory=dict)
    _untold: int = 0

    def fault(self, place: str, message: str) -> None:
        self.fault_count += 1
        if len(self.faults) < TOLD:
            self.faults.append(f"{place}: {message}" if place else message)

    def note(self, place: str, message: str) -> None:
        """The same message about several places is told once."""
        if message in self._notes:
            self._notes[message][1] += 1
        elif len(self._notes) < TOLD:
            self._notes[message] = [place, 1]
        else:
            self._untold += 1

    def notes(self) -> Iterator[str]:
        for message, (place, count) in self._notes.items():
            places = (
                place if count == 1 else _("%(place)s and %(more)s more") % {"place": place, "more": number(count - 1)}
            )
            yield f"{places}: {message}"
        if self._untold:
            yield _("… and %(count)s more notes") % {"count": number(self._untold)}

    def failed(self) -> ArchiveFaults:
        return ArchiveFaults(self.faults, self.fault_count)

    def check(self) -> None:
        """Raises ``ArchiveFaults`` if there were any."""
        if self.fault_count:
            raise self.failed()


def number(value: int) -> str:
    """A number as people read it: 12,000."""
    return number_format(value, use_l10n=True, force_grouping=True)


def shown(value: Any) -> str:
    """A value as it may stand in a message on a terminal: never long, nothing in it that a terminal would obey."""
    match value:
        case None:
            return _("nothing")
        case bool():
            return "true" if value else "false"
        case str():
            cut = value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
            return "".join(
                f"\\u{ord(sign):04x}" if unicodedata.category(sign)[0] == "C" else sign
                for sign in json.dumps(cut, ensure_ascii=False)
            )
        case int() | float():
            return str(value)
        case list():
            return _("a list")
        case _:
            return _("an object")


def kind_of(value: Any) -> str:
    """What a value is, for "expected text, found …"."""
    match value:
        case str():
            return _("text")
        case bool() | None:
            return shown(value)
        case int() | float():
            return _("a number")
        case _:
            return shown(value)
