"""What a colleague saved meanwhile: who it was, and a post as they saved it beside what somebody typed."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ..models import Post
from ..text import richtext, times
from ..text.diff import beside
from ..text.numbers import parse_id

# Who it was
# ----------


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


def describe_change(row: Any, user: User) -> str:
    """Who changed a row last, and when, for a user who was writing."""
    last = last_change(row)
    when = {"when": times.post_time(last.history_date if last else timezone.now(), zone_of(row))}
    if last is None or last.history_user is None:
        return gettext("This was updated at %(when)s while you were editing.") % when
    if last.history_user == user:
        return gettext("You updated this at %(when)s in another window.") % when
    who = {"who": last.history_user.get_username()}
    return gettext("%(who)s updated this at %(when)s while you were editing.") % (who | when)


# A post in two versions
# ----------------------


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
            theirs, mine = _yes_no(stored), _yes_no(bool(typed))
        else:
            theirs, mine = stored, typed.replace("\r\n", "\n").strip()
        if theirs != mine:
            label = str(form.fields[name].label).capitalize()
            found.append(Row(label, *beside(theirs, mine), name, str(stored)))
    for formset in formsets:
        stored_rows = _credits(other) if formset.prefix == "credits" else _pictures(other)
        typed_rows = [_typed(row) for row in formset.forms if _counts(row)]
        if stored_rows != typed_rows:
            label = str(formset.model._meta.verbose_name_plural).capitalize()
            found.append(Row(label, *beside("\n".join(stored_rows), "\n".join(typed_rows))))
    return found


def _yes_no(value: bool) -> str:
    return gettext("Yes") if value else gettext("No")


def _credits(post: Post) -> list[str]:
    return [_line(credit.byline, credit.place) for credit in post.credits.select_related("byline")]


def _pictures(post: Post) -> list[str]:
    return [_line(row.image, row.caption) for row in post.images.select_related("image")]


def _counts(row: Any) -> bool:
    cleaned = getattr(row, "cleaned_data", {})
    return not cleaned.get("DELETE") and (cleaned.get("byline") or cleaned.get("image")) is not None


def _typed(row: Any) -> str:
    cleaned = row.cleaned_data
    if "byline" in cleaned:
        return _line(cleaned["byline"], cleaned.get("place", ""))
    return _line(cleaned["image"], cleaned.get("caption", ""))


def _line(what: Any, words: str) -> str:
    return f"{what}: {words}" if words else str(what)
