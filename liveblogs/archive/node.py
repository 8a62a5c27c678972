"""A value with its path in the file. Values are read and validated through it, so that errors name their path."""

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
from .reporting import Problems, kind_of, number, shown

#: The most items in a list within a post.
MAX_LISTED = 1000
YEARS = range(1000, 9000)

# Characters that cannot be stored or sent. Other unwanted characters are removed when the text is saved.
_IMPOSSIBLE = re.compile("[\x00\ud800-\udfff]")
_PREFIX = re.compile(r"^(?:https?://schema\.org/|schema:)")


def limit(model: type[Model], name: str) -> int:
    """The maximum length of a field in characters."""
    field: Any = model._meta.get_field(name)
    return int(field.max_length)


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its path. A missing property and a null property are equivalent."""

    value: Any
    place: str
    problems: Problems

    def __bool__(self) -> bool:
        return self.value is not None

    @property
    def is_blank(self) -> bool:
        """Whether the value is missing, empty or only whitespace."""
        value = self._bare()
        return value is None or (isinstance(value, str) and not value.strip())

    @property
    def is_object(self) -> bool:
        """Whether this is an object with properties, and not one that only wraps a value."""
        return isinstance(self.value, dict) and "@value" not in self.value

    def error(self, message: str) -> None:
        self.problems.error(self.place, message)

    def note(self, message: str) -> None:
        self.problems.note(self.place, message)

    def unexpected(self, expected: str) -> None:
        self.error(_("expected %(expected)s, found %(found)s") % {"expected": expected, "found": kind_of(self.value)})

    # Parts

    def child(self, name: str) -> "Node":
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return Node(value, f"{self.place}.{name}" if self.place else name, self.problems)

    def child_or_self(self, name: str) -> "Node":
        """The property of an object; any other value itself."""
        return self.child(name) if self.is_object else self

    def items(self, most: int = MAX_LISTED) -> "list[Node]":
        """The items of a list; more than ``most`` are an error. As in JSON-LD, a single value is a list of one."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            return [self]
        if len(self.value) > most:
            count = {"count": number(len(self.value)), "limit": number(most)}
            self.error(_("%(count)s items; up to %(limit)s can be read") % count)
            return []
        nodes = (Node(value, f"{self.place}[{index}]", self.problems) for index, value in enumerate(self.value))
        return [node for node in nodes if node]

    def types(self) -> set[str]:
        """The names in ``@type``, without schema.org's prefix."""
        type_node = self.child("@type")
        names = [node.value for node in type_node.items()]
        if not all(isinstance(name, str) for name in names):
            type_node.unexpected(_("text"))
            return set()
        return {_PREFIX.sub("", name) for name in names}

    # Texts

    def text(self) -> str:
        """The text unchanged; "" when there is none."""
        value = self._bare()
        if value is None:
            return ""
        if not isinstance(value, str):
            self.unexpected(_("text"))
            return ""
        if found := _IMPOSSIBLE.search(value):
            self.error(_("holds a character that no text can have: U+%(code)04X") % {"code": ord(found[0])})
            return ""
        return value

    def line(self, longest: int) -> str:
        """One line of plain text."""
        return self.within(richtext.plain_line(self.text()), longest)

    def plain(self, longest: int) -> str:
        """Plain text with its line breaks."""
        return self.within(CONTROLS.sub("", BIDI.sub("", self.text())).strip(), longest)

    def html(self) -> str:
        """HTML reduced to the allowed elements. A note lists what was removed."""
        try:
            cleaned = richtext.clean(self.text())
        except ValueError as error:
            self.error(str(error))
            return ""
        if cleaned.removed:
            self.note(_("left out: %(what)s") % {"what": ", ".join(cleaned.removed)})
        return cleaned.html

    def paragraphs(self) -> str:
        """Plain text converted to HTML. A blank line ends a paragraph."""
        try:
            return richtext.from_plain(self.text())
        except ValueError as error:
            self.error(str(error))
            return ""

    def name(self, longest: int) -> str:
        """The text itself or the object's ``name``. For a list, the first item with a name."""
        names = (node.child_or_self("name").line(longest) for node in self.items())
        return next(filter(None, names), "")

    def _bare(self) -> Any:
        """The ``@value`` of a JSON-LD value object; any other value unchanged."""
        return self.value["@value"] if isinstance(self.value, dict) and "@value" in self.value else self.value

    def within(self, text: str, longest: int) -> str:
        if len(text) > longest:
            self.error(
                _("%(length)s characters long; up to %(limit)s can be kept")
                % {"length": number(len(text)), "limit": number(longest)}
            )
        return text

    # Times

    def moment(self, zone: ZoneInfo, *, latest: datetime | None = None) -> datetime | None:
        """A date and time in ISO 8601, converted to UTC; None when it is missing or invalid.

        A time without an offset is local to ``zone``; a date means midnight. A time after ``latest`` is an error.
        """
        text = self.text().strip()
        if not text:
            return None
        at = None
        with suppress(ValueError):
            at = datetime.fromisoformat(text)
        if at is None or at.year not in YEARS:
            self.error(_("not a date: %(value)s") % {"value": shown(text)})
            return None
        try:
            at = (at if at.tzinfo else times.parse_local(at, zone)).astimezone(UTC)
        except times.InGap as error:
            self.error(str(error))
            return None
        if latest is not None and at > latest:
            self.error(_("in the future: %(value)s") % {"value": shown(text)})
        return at
