"""What the admin's modules share: wall-clock times in a blog's zone, order of inline rows, history."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import Script
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from .. import times
from ..models import Image


class KeepsHistory(SimpleHistoryAdmin):
    """Shows who changed what. An old version is never written back from here: that would go round ``publishing``."""

    history_list_display = ["changed_fields"]

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


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
        return self.prepare_value(initial) != (data or None)

    def use(self, zone: ZoneInfo) -> None:
        """Read and show times in this zone, and say so."""
        self.zone = zone
        name = times.zone_name(zone, timezone.now())
        self.label_suffix = ""
        self.help_text = _("%(zone)s time. %(help)s") % {"zone": name, "help": self.help_text or ""}


# Inline rows
# -----------


class _OrderedMedia:
    css = {"all": ["liveblogs/admin.css"]}
    js = [Script("liveblogs/sortable.js", type="module")]


class _Ordered:
    """Rows in an order that an editor changes by dragging, by buttons, or, without scripts, by numbers."""

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """An empty row where there is none yet; more come by a click."""
        return 0 if obj is not None and self.rows_of(obj).exists() else 1

    def rows_of(self, obj: Any) -> Any:
        raise NotImplementedError


class OrderedTable(_Ordered, admin.TabularInline):
    classes = ["js-sortable"]
    Media = _OrderedMedia


class OrderedStack(_Ordered, admin.StackedInline):
    classes = ["js-sortable"]
    Media = _OrderedMedia


# Pictures
# --------


def thumbnail(image: Image | None) -> SafeString | str:
    """A small picture for a list, with its alt text."""
    if image is None or not image.file:
        return ""
    return format_html(
        '<img class="thumbnail" src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        image.file.url,
        image.alt,
        image.width,
        image.height,
    )
