"""What an import or an export reports: progress, and the errors and notes about an archive, with their paths in it.

An error prevents the import; a note does not.
"""

import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

#: How many errors and how many distinct notes are listed. Further ones are only counted.
MAX_LISTED = 50
#: How many characters of a value a message shows.
MAX_SHOWN = 80

#: Called with what is being done, how many items are done, and how many there are.
type Report = Callable[[str, int, int], None]


def no_report(what: str, done: int, total: int) -> None:
    pass


def reported[T](items: Iterable[T], total: int, what: str, report: Report) -> Iterator[T]:
    """Yield the items, and report the progress before each and at the end."""
    for done, item in enumerate(items):
        report(what, done, total)
        yield item
    report(what, total, total)


@dataclass
class Problems:
    """Collects errors and notes while an archive is read, so that all errors are reported together."""

    errors: list[str] = field(default_factory=list)
    error_count: int = 0
    _notes: dict[str, list[Any]] = field(default_factory=dict)
    _more_notes: int = 0

    def error(self, place: str, message: str) -> None:
        self.error_count += 1
        if len(self.errors) < MAX_LISTED:
            self.errors.append(f"{place}: {message}" if place else message)

    def note(self, place: str, message: str) -> None:
        """Record a note. A message that applies to several paths is listed once."""
        if message in self._notes:
            self._notes[message][1] += 1
        elif len(self._notes) < MAX_LISTED:
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


class ArchiveErrors(Exception):
    """The archive is invalid and nothing was imported. ``errors`` lists the first ones; ``count`` is the total."""

    def __init__(self, problems: Problems) -> None:
        self.errors, self.count = problems.errors, problems.error_count
        super().__init__("\n".join(self.errors))


class ArchiveRefused(Exception):
    """The archive is valid, but nothing was imported or exported. The message is one sentence with the reason."""


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
            cut = value if len(value) <= MAX_SHOWN else f"{value[:MAX_SHOWN]}…"
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
    if isinstance(value, str):
        return _("text")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _("a number")
    return shown(value)
