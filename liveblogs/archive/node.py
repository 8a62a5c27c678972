"""A value of the file and its place in it: every reading of a value goes through here, and says what is wrong."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.utils.translation import gettext as _

from ..text import richtext, times
from ..text.html import BIDI, CONTROLS
from .faults import Findings, kind_of, number, shown

#: Lists within a post longer than this are not what a newsroom writes.
MAX_LISTED = 1000
YEARS = range(1000, 9000)

# What cannot be stored or sent; anything else that has no place in a text is left out as on every way of saving.
_IMPOSSIBLE = re.compile("[\x00\ud800-\udfff]")
_PREFIX = re.compile(r"^(?:https?://schema\.org/|schema:)")


def limit(model: type[Model], name: str) -> int:
    """How many characters a field holds."""
    field: Any = model._meta.get_field(name)
    return int(field.max_length)


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place. A property that is missing and one that is null read the same."""

    value: Any
    place: str
    findings: Findings

    def __bool__(self) -> bool:
        return self.value is not None

    @property
    def is_blank(self) -> bool:
        """Whether nothing is there, or a text that says nothing."""
        value = self._bare()
        return value is None or (isinstance(value, str) and not value.strip())

    def fault(self, message: str) -> None:
        self.findings.fault(self.place, message)

    def note(self, message: str) -> None:
        self.findings.note(self.place, message)

    def unexpected(self, expected: str) -> None:
        self.fault(_("expected %(expected)s, found %(found)s") % {"expected": expected, "found": kind_of(self.value)})

    # Parts

    def child(self, name: str) -> "Node":
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return Node(value, f"{self.place}.{name}" if self.place else name, self.findings)

    def items(self) -> "list[Node]":
        """The items of a list; of what is no list, that alone, as JSON-LD has it."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            return [self]
        nodes = (Node(value, f"{self.place}[{index}]", self.findings) for index, value in enumerate(self.value))
        return [node for node in nodes if node]

    def few(self, most: int = MAX_LISTED) -> "list[Node]":
        """``items`` of a list that may be only so long."""
        if isinstance(self.value, list) and len(self.value) > most:
            count = {"count": number(len(self.value)), "limit": number(most)}
            self.fault(_("%(count)s items; up to %(limit)s can be read") % count)
            return []
        return self.items()

    def types(self) -> set[str]:
        """The names in ``@type``, without schema.org's prefix."""
        told = self.child("@type")
        names = [node.value for node in told.few()]
        if not all(isinstance(name, str) for name in names):
            told.unexpected(_("text"))
            return set()
        return {_PREFIX.sub("", name) for name in names}

    def is_object(self) -> bool:
        """Whether this is an object; a fault if not."""
        if isinstance(self.value, dict):
            return True
        self.unexpected(_("an object"))
        return False

    # Texts

    def text(self) -> str:
        """A text as it stands; empty when there is none."""
        value = self._bare()
        if value is None:
            return ""
        if not isinstance(value, str):
            self.unexpected(_("text"))
            return ""
        if found := _IMPOSSIBLE.search(value):
            self.fault(_("holds a character that no text can have: U+%(code)04X") % {"code": ord(found[0])})
            return ""
        return value

    def line(self, longest: int) -> str:
        """One line of plain text."""
        return self.within(richtext.plain_line(self.text()), longest)

    def plain(self, longest: int) -> str:
        """Plain text, line breaks kept."""
        return self.within(CONTROLS.sub("", BIDI.sub("", self.text())).strip(), longest)

    def html(self) -> str:
        """HTML, reduced to what a text may hold; what had to go is noted."""
        try:
            cleaned = richtext.clean(self.text())
        except ValueError as error:
            self.fault(str(error))
            return ""
        if cleaned.removed:
            self.note(_("left out: %(what)s") % {"what": ", ".join(cleaned.removed)})
        return cleaned.html

    def paragraphs(self) -> str:
        """Plain text as HTML: a blank line ends a paragraph."""
        try:
            return richtext.from_plain(self.text())
        except ValueError as error:
            self.fault(str(error))
            return ""

    def name(self, longest: int) -> str:
        """What something is called: the text itself, or its ``name``; of several, the first that has one."""
        for node in self.few():
            called = node.child("name") if isinstance(node.value, dict) and "@value" not in node.value else node
            if name := called.line(longest):
                return name
        return ""

    def _bare(self) -> Any:
        """The value of a JSON-LD value object, which may carry a language; any other as it is."""
        return self.value["@value"] if isinstance(self.value, dict) and "@value" in self.value else self.value

    def within(self, text: str, longest: int) -> str:
        if len(text) > longest:
            self.fault(
                _("%(length)s characters long; up to %(limit)s can be kept")
                % {"length": number(len(text)), "limit": number(longest)}
            )
        return text

    # Times

    def moment(self, zone: ZoneInfo, *, latest: datetime | None = None) -> datetime | None:
        """A date and time in ISO 8601. Without an offset it is what a clock in ``zone`` showed; a day is its midnight.

        Later than ``latest`` is a fault.
        """
        told = self.text().strip()
        if not told:
            return None
        at = None
        with suppress(ValueError):
            at = datetime.fromisoformat(told)
        if at is None or at.year not in YEARS:
            self.fault(_("not a date: %(value)s") % {"value": shown(told)})
            return None
        try:
            at = (at if at.tzinfo else times.parse_local(at, zone)).astimezone(UTC)
        except times.InGap as error:
            self.fault(str(error))
            return None
        if latest is not None and at > latest:
            self.fault(_("in the future: %(value)s") % {"value": shown(told)})
        return at
