"""What the admin's forms share: what was typed, the edit lock, times in a blog's zone, and rows in an order."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.admin.options import InlineModelAdmin
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import Script
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..permissions import AnyUser
from ..text import richtext, times
from .conflicts import describe_change
from .display import without_links
from .resuming import RESTORE


class PlainTextForm(forms.ModelForm):
    """Each text in its own direction, and without NUL characters: a message about them would help nobody."""

    #: What had to go from the rich text, as phrases for the editor.
    removed: Sequence[str] = ()

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None and any("\0" in str(value) for value in data.values()):
            data = data.copy()
            for name, values in data.lists():
                data.setlist(name, [value.replace("\0", "") for value in values])
        super().__init__(data, *args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.TextInput | forms.Textarea):
                field.widget.attrs["dir"] = "auto"

    def show(self, **values: Any) -> None:
        """Put values into what was sent: the form comes back with them, and with all that was typed."""
        data: Any = self.data
        self.data = data = data.copy()
        for name, value in values.items():
            data[self.add_prefix(name)] = str(value)

    def clean_rich_text(self, name: str) -> str:
        """The cleaned HTML of a field. The one time that it is parsed."""
        try:
            cleaned = richtext.clean(self.cleaned_data[name])
        except ValueError as error:
            raise ValidationError(str(error), code="too_large") from error
        self.removed = cleaned.removed
        return cleaned.html


class UnchangedTimesForm(forms.ModelForm):
    """A time left as the clock showed it stays the same instant, in the hour that a clock shows twice as well."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, field in self.fields.items():
            if isinstance(field, WallClockField) and name in cleaned and name not in self.changed_data:
                cleaned[name] = self.initial.get(name)
        return cleaned


class OptimisticLockForm(PlainTextForm):
    """A form that knows which version of its row the editor has seen, and comes back when there is another by now."""

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    #: What to do about somebody else's change.
    advice = _("Your changes haven't been saved. Reload to see the other version, or save again to replace it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if RESTORE in self.data:  # typed earlier and not saved
            self.add_error(None, _("Restored draft. Not saved yet."))
        return cleaned

    def has_seen(self, stored: Any) -> bool:
        """Whether the row is as the editor has seen it. A row that was deleted meanwhile is not."""
        return stored is not None and self.cleaned_data.get("seen_version") == stored.version

    def add_conflict(self, stored: Any, user: AnyUser) -> None:
        """Say who changed the row. The next save is made with that in view, so it may replace it."""
        self.add_error(None, ValidationError(self.describe_conflict(stored, user), code="stale_version"))
        self.add_error(None, self.advice)
        self.show(seen_version=stored.version)

    def describe_conflict(self, stored: Any, user: AnyUser) -> str:
        return describe_change(stored, user)

    def add_refusal(self, refused: ValidationError) -> None:
        """Say why it was not saved, at the field where there is one."""
        by_field = refused.message_dict if hasattr(refused, "error_dict") else {NON_FIELD_ERRORS: refused.messages}
        for name, messages in by_field.items():
            self.add_error(name if name in self.fields else None, ValidationError(messages))


# Times
# -----


class WallClockInput(forms.DateTimeInput):
    """A time on the clock, followed by its offset where clocks show that time twice: "2031-11-02T01:30-05:00"."""

    zone: ZoneInfo

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local"})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return f"{data[name]}{data.get(f'{name}_offset', '')}" if data.get(name) else data.get(name)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The time, and beside it a choice between both instants where there are two."""
        shown, offset = split_offset(str(value or ""))
        field = super().render(name, shown, attrs, renderer)
        found = self._instants(shown)
        if len(found) < 2:
            return field
        choices = [("", gettext("Choose which…")), *((f"{at:%:z}", times.clock(at, self.zone)) for at in found)]
        label = {"aria-label": gettext("Which of the two")}
        return format_html("{} {}", field, forms.Select(label, choices).render(f"{name}_offset", offset))

    def _instants(self, shown: str) -> list[datetime]:
        try:
            naive = parse_datetime(shown)
            return times.instants(naive, self.zone) if naive else []
        except (ValueError, OverflowError):
            return []


def split_offset(text: str) -> tuple[str, str]:
    """A time on the clock, and the offset that follows it or nothing."""
    found = re.fullmatch(r"([^T]*+T[^+-]*+)([+-][0-9:]{5,9})", text)
    return (found[1], found[2]) if found else (text, "")


class WallClockField(forms.Field):
    """A time as the clock on the wall shows it in ``zone``; clean values are instants.

    A time that clocks show twice needs its offset. Elsewhere an offset means nothing.
    """

    widget = WallClockInput
    default_error_messages = {
        "invalid": _("Enter a date and a time."),
        "repeated": _("Clocks show this time twice. Choose %(first)s or %(second)s."),
    }

    def __init__(self, *, seconds: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = ZoneInfo(timezone.get_default_timezone_name())
        self.widget.zone = self.zone
        self.seconds = seconds
        if seconds:
            self.widget.attrs["step"] = "1"

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and timezone.is_aware(value):
            local = value.astimezone(self.zone)
            shown = local.strftime("%Y-%m-%dT%H:%M:%S" if self.seconds else "%Y-%m-%dT%H:%M")
            return f"{shown}{local:%:z}" if len(times.instants(local.replace(tzinfo=None), self.zone)) > 1 else shown
        return value

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        shown, offset = split_offset(str(value).strip())
        try:
            naive = parse_datetime(shown)
            if naive is not None and timezone.is_naive(naive):
                return self._chosen(times.instants(naive, self.zone), offset)
        except times.InGap as error:
            raise ValidationError(str(error), code="gap") from error
        except (ValueError, OverflowError):
            pass
        raise ValidationError(self.error_messages["invalid"], code="invalid")

    def _chosen(self, found: list[datetime], offset: str) -> datetime:
        if len(found) == 1:
            return found[0]
        for at in found:
            if f"{at:%:z}" == offset:
                return at
        first, second = (times.clock(at, self.zone) for at in found)
        names = {"first": first, "second": second}
        raise ValidationError(self.error_messages["repeated"], code="repeated", params=names)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the clock shows another time. Browsers leave out seconds that are zero, and read the same."""
        try:
            return bool(self.to_python(data) != self.to_python(self.prepare_value(initial)))
        except ValidationError:
            return True

    def use(self, zone: ZoneInfo) -> None:
        """Read and show times in this zone, and say so."""
        self.zone = self.widget.zone = zone
        self.label = f"{self.label} ({times.zone_name(zone, timezone.now())})"


# Rows
# ----


class RowForm(PlainTextForm):
    """A row of an inline. A row whose only value is its position counts as empty."""

    def has_changed(self) -> bool:
        ignored = {"seen_words", "position"} if self.empty_permitted else {"seen_words"}
        return bool(set(self.changed_data) - ignored)

    def is_filled(self) -> bool:
        """Whether this valid row is to be there afterwards."""
        return bool(self.cleaned_data) and not self.cleaned_data.get("DELETE")


class CreditRow(RowForm):
    """An inactive byline can be kept where it is already chosen, and is not offered elsewhere."""

    def clean_byline(self) -> Any:
        byline = self.cleaned_data["byline"]
        if not byline.is_active and byline.pk != self.instance.byline_id:
            raise ValidationError(_("This byline is inactive. Choose another."))
        return byline


class OrderedInline(InlineModelAdmin):
    """Rows in an order that an editor changes by dragging, by buttons, or, without scripts, by numbers."""

    classes = ["js-sortable"]
    #: What the rows are called on the object that they belong to.
    related_name = ""
    #: Choosers without the links to edit and look at what was chosen: they lead away from what is being written.
    bare: list[str] = []

    class Media:
        css = {"all": ["liveblogs/styles/admin/order.css"]}
        js = [Script("liveblogs/sortable.js", type="module")]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return without_links(field) if db_field.name in self.bare else field

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """An empty row where there is none yet; more come by a click."""
        return 0 if obj is not None and getattr(obj, self.related_name).exists() else 1


class CreditFormSet(forms.BaseInlineFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:  # in a table it has no label of its own
            form.fields["DELETE"].widget.attrs["aria-label"] = gettext("Delete")


class CreditTable(OrderedInline):
    template = "admin/edit_inline/tabular.html"
    formset = CreditFormSet
    related_name = "credits"
    autocomplete_fields = ["byline"]
