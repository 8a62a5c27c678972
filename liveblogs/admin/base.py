"""What the admin's modules share: wall-clock times in a blog's zone, order of inline rows, refusal of stale saves."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.forms import Script
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ..models import Image
from ..pictures import markup
from ..text import times

# Typing
# ------


class PlainTextForm(forms.ModelForm):
    """Takes NUL characters out of what was pasted: nobody can see them, so a message about them would help nobody."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None and any("\0" in str(value) for value in data.values()):
            plain = QueryDict(mutable=True)
            for name, values in data.lists():
                plain.setlist(name, [value.replace("\0", "") for value in values])
            data = plain
        super().__init__(data, *args, **kwargs)


class UnchangedTimesForm(forms.ModelForm):
    """A time that was left as the clock showed it stays the same instant: to the microsecond, and in the hour that a
    clock shows twice.
    """

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, field in self.fields.items():
            if isinstance(field, WallClockField) and name in cleaned and name not in self.changed_data:
                cleaned[name] = self.initial.get(name)
        return cleaned


class OptimisticLockForm(forms.ModelForm):
    """A form that knows which version of its row it was opened with, and refuses to save over another.

    The row is locked for the rest of the transaction, so that two saves cannot both find theirs the newest.
    """

    request: HttpRequest

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.instance.pk:
            return cleaned
        rows: Any = self._meta.model._default_manager
        row = rows.select_for_update(no_key=True).filter(pk=self.instance.pk).values_list("version", flat=True)
        newest = row.first()
        if cleaned.get("seen_version") != newest:
            told = who_and_when(self.instance, self.request.user)
            self.add_error(None, ValidationError(told, code="stale_version"))
            self.add_error(
                None, _("Nothing is saved, and what you typed stands below. Look at the page anew, or save over it.")
            )
            data = QueryDict(mutable=True)
            data.update(self.data)
            data[self.add_prefix("seen_version")] = str(newest)
            self.data = data
        return cleaned


def who_and_when(row: Any, me: Any) -> str:
    """Who changed a row last, and when: in the blog's zone where there is one."""
    last = row.history.select_related("history_user").order_by("-pk").first()
    zone = getattr(getattr(row, "blog", row), "zone", None) or timezone.get_default_timezone()
    told = {"when": times.post_time(last.history_date if last else timezone.now(), zone)}
    if last is None or last.history_user is None:
        return gettext("This was changed at %(when)s, while you were writing.") % told
    if last.history_user == me:
        return gettext("You changed this yourself at %(when)s, in another window.") % told
    told["who"] = last.history_user.get_username()
    return gettext("%(who)s changed this at %(when)s, while you were writing.") % told


# Times
# -----


class WallClockInput(forms.DateTimeInput):
    input_type = "datetime-local"


class WallClockField(forms.Field):
    """A time as the clock on the wall shows it in ``zone``; clean values are instants."""

    widget = WallClockInput
    default_error_messages = {"invalid": _("Enter a date and a time.")}

    def __init__(self, *, seconds: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = ZoneInfo(timezone.get_default_timezone_name())
        self.seconds = seconds
        if seconds:
            self.widget.attrs["step"] = "1"

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and timezone.is_aware(value):
            return value.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M:%S" if self.seconds else "%Y-%m-%dT%H:%M")
        return value

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            naive = parse_datetime(str(value).strip())
        except ValueError:
            naive = None
        if naive is None or timezone.is_aware(naive):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return times.parse_local(naive, self.zone)
        except times.InGap as error:
            raise ValidationError(str(error), code="gap") from error
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the clock shows another time. Browsers leave out seconds that are zero, and read the same."""
        try:
            return bool(self.to_python(data) != self.to_python(self.prepare_value(initial)))
        except ValidationError:
            return True

    def use(self, zone: ZoneInfo) -> None:
        """Read and show times in this zone, and say so."""
        self.zone = zone
        name = times.zone_name(zone, timezone.now())
        self.label_suffix = ""
        self.help_text = _("%(zone)s time. %(help)s") % {"zone": name, "help": self.help_text or ""}


def without_links(field: Any) -> Any:
    """A chooser alone, where Django would put signs beside it to add, edit and look at what is chosen."""
    if isinstance(field.widget, RelatedFieldWidgetWrapper):
        field.widget = field.widget.widget
    return field


# Inline rows
# -----------


class _OrderedMedia:
    css = {"all": ["liveblogs/admin.css"]}
    js = [Script("liveblogs/sortable.js", type="module")]


class OrderedFormSet(forms.BaseInlineFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:  # in a table it has no label of its own
            form.fields["DELETE"].widget.attrs["aria-label"] = gettext("Delete")


class _Ordered:
    """Rows in an order that an editor changes by dragging, by buttons, or, without scripts, by numbers."""

    #: Choosers without the links to edit and look at what was chosen: they lead away from what is being written.
    bare: list[str] = []

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        return without_links(field) if db_field.name in self.bare else field

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """An empty row where there is none yet; more come by a click."""
        return 0 if obj is not None and self.rows_of(obj).exists() else 1

    def rows_of(self, obj: Any) -> Any:
        raise NotImplementedError


class OrderedTable(_Ordered, admin.TabularInline):
    classes = ["js-sortable"]
    formset = OrderedFormSet
    Media = _OrderedMedia


class OrderedStack(_Ordered, admin.StackedInline):
    classes = ["js-sortable"]
    Media = _OrderedMedia


class RowForm(PlainTextForm):
    """A row of an inline: its number alone doesn't make it one."""

    def has_changed(self) -> bool:
        ignored = {"seen_words", "position"} if self.empty_permitted else {"seen_words"}
        return bool(set(self.changed_data) - ignored)


class CreditRow(RowForm):
    """A byline that is not offered any more stays where it stands, and comes nowhere else."""

    def clean_byline(self) -> Any:
        byline = self.cleaned_data["byline"]
        if not byline.is_active and byline.pk != self.instance.byline_id:
            raise ValidationError(_("This byline is inactive: it is kept for older posts."))
        return byline


# Where a row stands
# ------------------


def links_and_rest(links: list[tuple[str, Any]], further: int) -> SafeString | str:
    """Links to where a row stands, and the number of ``further`` places, whose names are not for this reader."""
    if not links and not further:
        return gettext("Not used anywhere.")
    rest = ngettext("%(count)d place more", "%(count)d places more", further) % {"count": further} if further else ""
    return format_html(
        "<ul>{}{}</ul>",
        format_html_join("", '<li><a href="{}">{}</a></li>', links),
        format_html("<li>{}</li>", rest) if rest else "",
    )


# Pictures
# --------


def thumbnail(image: Image | None) -> SafeString | str:
    """A small picture for a list, with its alt text."""
    if image is None or not image.file:
        return ""
    shown = markup.shown(image, "square")
    return format_html(
        '<img class="thumbnail" src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        shown.large,
        image.alt,
        shown.width,
        shown.height,
    )
