"""What a colleague saved meanwhile: who it was, and a post as they saved it beside what somebody typed."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ..models import Post
from ..permissions import AnyUser
from ..text import richtext, times
from ..text.diff import beside
from ..text.numbers import parse_id


def parse_version(seen: str) -> int:
    """The version of a row that an editor has seen, or one that no row has."""
    number = parse_id(seen)
    return -1 if number is None else number


def last_change(row: Any) -> Any:
    """The latest entry in the history of a row, with its user. One query."""
    return row.history.select_related("history_user").order_by("-pk").first()


def zone_of(row: Any) -> ZoneInfo:
    """The zone of the row's blog where there is one, or the newsroom's own."""
    return getattr(getattr(row, "blog", row), "zone", None) or timezone.get_default_timezone()


def describe_change(row: Any, user: AnyUser) -> str:
    """Who changed a row last, and when, for a user who was writing."""
    last = last_change(row)
    when = {"when": times.post_time(last.history_date if last else timezone.now(), zone_of(row))}
    if last is None or last.history_user is None:
        return gettext("This was updated at %(when)s while you were editing.") % when
    if last.history_user == user:
        return gettext("You updated this at %(when)s in another window.") % when
    who = {"who": last.history_user.get_username()}
    return gettext("%(who)s updated this at %(when)s while you were editing.") % (who | when)


def as_text(value: Any) -> str:
    """The value of a field as versions are compared by it."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return str(value or "")


class Row(NamedTuple):
    """One field that differs: both sides marked, and theirs as the field would hold it (none for an inline's rows)."""

    label: str
    theirs: SafeString
    mine: SafeString
    name: str = ""
    value: str = ""


def rows(other: Post, form: Any, formsets: Iterable[Any]) -> list[Row]:
    """The fields, credits and pictures of ``other`` that a form is about to change. Two queries."""
    found = []
    for name in ("headline", "body", "label", "is_key_event", "correction", "notes"):
        if name not in form.fields:
            continue
        typed, stored = form.data.get(form.add_prefix(name), ""), getattr(other, name)
        if name == "body":
            # A text that is too large to be cleaned is too large to be compared.
            theirs, mine = richtext.to_plain(stored), richtext.to_plain(form.cleaned_data.get(name, ""))
        elif name == "is_key_event":
            theirs, mine = as_text(stored), as_text(bool(typed))
        else:
            theirs, mine = stored, typed.replace("\r\n", "\n").strip()
        if theirs != mine:
            label = str(form.fields[name].label).capitalize()
            found.append(Row(label, *beside(theirs, mine), name, str(stored)))
    for formset in formsets:
        what, words = ("byline", "place") if formset.prefix == "credits" else ("image", "caption")
        stored_rows = getattr(other, formset.prefix).select_related(what)
        their_lines = [_line(getattr(row, what), getattr(row, words)) for row in stored_rows]
        typed_rows = [row.cleaned_data for row in formset.forms if row.is_filled() and row.cleaned_data.get(what)]
        my_lines = [_line(row[what], row.get(words, "")) for row in typed_rows]
        if their_lines != my_lines:
            label = str(formset.model._meta.verbose_name_plural).capitalize()
            found.append(Row(label, *beside("\n".join(their_lines), "\n".join(my_lines))))
    return found


def _line(what: Any, words: str) -> str:
    return f"{what}: {words}" if words else str(what)
