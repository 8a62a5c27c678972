"""Faults and notes about an archive, each with its path in the file. A fault prevents the import; a note does not."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

#: How many faults and how many distinct notes are listed. Further ones are only counted.
TOLD = 50
#: How many characters of a value a message shows.
SHOWN = 80


class ArchiveRefused(Exception):
    """The archive is valid, but nothing was imported or exported. The message is one sentence with the reason."""


class ArchiveFaults(Exception):
    """The archive is invalid and nothing was imported. ``faults`` lists the first ones; ``count`` is the total."""

    def __init__(self, faults: list[str], count: int) -> None:
        self.faults, self.count = faults, count
        super().__init__("\n".join(faults))


@dataclass
class Findings:
    """Collects faults and notes while an archive is read, so that all faults are reported together."""

    faults: list[str] = field(default_factory=list)
    fault_count: int = 0
    _notes: dict[str, list[Any]] = field(default_factory=dict)
    _more_notes: int = 0

    def fault(self, place: str, message: str) -> None:
        self.fault_count += 1
        if len(self.faults) < TOLD:
            self.faults.append(f"{place}: {message}" if place else message)

    def note(self, place: str, message: str) -> None:
        """Record a note. A message that applies to several paths is listed once."""
        if message in self._notes:
            self._notes[message][1] += 1
        elif len(self._notes) < TOLD:
            self._notes[message] = [place, 1]
        else:
            self._more_notes += 1

    def notes(self) -> Iterator[str]:
        for message, (place, count) in self._notes.items():
            places = (
                place if count == 1 else _("%(place)s and %(more)s more") % {"place": place, "more": number(count - 1)}
            )
            yield f"{places}: {message}"
        if self._more_notes:
            yield _("… and %(count)s more notes") % {"count": number(self._more_notes)}

    def failed(self) -> ArchiveFaults:
        return ArchiveFaults(self.faults, self.fault_count)

    def check(self) -> None:
        """Raise ``ArchiveFaults`` if there are any faults."""
        if self.fault_count:
            raise self.failed()


def number(value: int) -> str:
    """A number with thousands separators: 12,000."""
    return number_format(value, use_l10n=True, force_grouping=True)


def shown(value: Any) -> str:
    """A value for a message on a terminal: shortened, with control characters escaped."""
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
    """The kind of a value, for messages such as "expected text, found a number"."""
    match value:
        case str():
            return _("text")
        case bool() | None:
            return shown(value)
        case int() | float():
            return _("a number")
        case _:
            return shown(value)
