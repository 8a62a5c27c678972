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
    for name, field in form.fields.items():
        if name not in Post.EDITABLE_FIELDS | {"publish_at", "published_at"}:
            continue
        typed, stored = form.data.get(form.add_prefix(name), ""), getattr(other, name)
        if name == "body":
            # A text that is too large to be cleaned is too large to be compared.
            theirs, mine = richtext.to_plain(stored), richtext.to_plain(form.cleaned_data.get(name, ""))
        elif name == "is_key_event":
            theirs, mine = as_text(stored), as_text(bool(typed))
        elif hasattr(field, "zone"):  # a time on the clock of the blog
            theirs, mine = field.prepare_value(stored) or "", typed
            stored = theirs
            if not field.has_changed(theirs, typed):
                continue
        else:
            theirs, mine = stored, typed.replace("\r\n", "\n").strip()
        if theirs != mine:
            label = str(field.label).capitalize()
            found.append(Row(label, *beside(theirs, mine), name, str(stored)))
    for formset in formsets:
        typed_rows = [row for row in formset.forms if row.is_filled()]
        if formset.prefix == "credits":
            theirs_listed: list[Any] = [(row.byline, row.place) for row in other.credits.select_related("byline")]
            mine_listed: list[Any] = [
                (row.cleaned_data.get("byline"), row.cleaned_data.get("place", "")) for row in typed_rows
            ]
        else:
            shown = other.images.select_related("image")
            theirs_listed = [(row.image, row.caption, row.image.alt, row.image.credit) for row in shown]
            mine_listed = [
                (row.cleaned_data.get("image"), row.cleaned_data.get("caption", ""), *row.words) for row in typed_rows
            ]
        if theirs_listed != mine_listed:
            label = str(formset.model._meta.verbose_name_plural).capitalize()
            found.append(Row(label, *beside(*("\n".join(map(_line, rows)) for rows in (theirs_listed, mine_listed)))))
    return found


def _line(row: tuple[Any, ...]) -> str:
    """A credit or a picture, with its words."""
    what, *words = row
    return ": ".join(filter(None, [str(what or ""), " · ".join(filter(None, words))]))
