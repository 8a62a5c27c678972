"""A post as a colleague saved it beside what somebody typed meanwhile."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ..models import Post
from ..text import richtext
from ..text.diff import beside


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
            theirs, mine = richtext.to_plain(stored), richtext.to_plain(sanitised(typed))
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


def sanitised(html: str) -> str:
    try:
        return richtext.sanitise(html)
    except ValueError:  # too large to be compared
        return ""


def _yes_no(value: bool) -> str:
    return gettext("yes") if value else gettext("no")


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
