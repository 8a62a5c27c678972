"""What the admin's forms share: plain text, times as the clock of a blog's zone shows them, refusal of stale saves."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from ..text import times
from .conflicts import describe_change
from .requests import staff

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
            told = describe_change(self.instance, staff(self.request).user)
            self.add_error(None, ValidationError(told, code="stale_version"))
            self.add_error(
                None, _("Nothing is saved, and what you typed stands below. Look at the page anew, or save over it.")
            )
            data = QueryDict(mutable=True)
            data.update(self.data)
            data[self.add_prefix("seen_version")] = str(newest)
            self.data = data
        return cleaned


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
