"""What the admin's modules share: wall-clock times in a blog's zone, order of inline rows, history."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Script
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from .. import times
from ..differences import marked, marked_html
from ..models import Image


class KeepsHistory(SimpleHistoryAdmin):
    """Shows each version with who made it, when, and what it changed, and restores any: through the write path."""

    #: The fields that make a version, and whether they are rich text.
    version_fields: dict[str, bool] = {}
    #: Versions on one page of the history.
    versions_shown = 40

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # by the package's own form, which writes round ``publishing``

    def restore(self, request: HttpRequest, obj: Any) -> None:
        """Save ``obj``, whose fields are those of an older version."""
        raise NotImplementedError

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        if request.method == "POST":
            return self._restore(request, obj)
        before = request.GET.get("before", "")
        records = obj.history.select_related("history_user")
        if before.isascii() and before.isdigit() and len(before) < 18:
            records = records.filter(history_id__lt=int(before))
        shown = list(records.order_by("-history_id")[: self.versions_shown + 1])
        context = self.admin_site.each_context(request) | {
            "title": _("History"),
            "opts": self.opts,
            "object": obj,
            "object_url": reverse(f"admin:liveblogs_{self.opts.model_name}_change", args=[obj.pk]),
            "list_url": reverse(f"admin:liveblogs_{self.opts.model_name}_changelist"),
            "versions": self._versions(request, obj, shown),
            "older": shown[self.versions_shown - 1].history_id if len(shown) > self.versions_shown else None,
        }
        return TemplateResponse(request, "admin/liveblogs/versions.html", context)

    def _versions(self, request: HttpRequest, obj: Any, records: list[Any]) -> list[dict[str, Any]]:
        zone = getattr(getattr(obj, "blog", obj), "zone", None) or timezone.get_default_timezone()
        may_restore = self.has_change_permission(request, obj)
        versions = []
        for number, record in enumerate(records[: self.versions_shown]):
            before = records[number + 1] if number + 1 < len(records) else None
            same = all(getattr(record, name) == getattr(obj, name) for name in self.version_fields)
            versions.append(
                {
                    "pk": record.history_id,
                    "when": times.post_time(record.history_date, zone),
                    "who": record.history_user.get_username() if record.history_user else "",
                    "reason": record.history_change_reason,
                    "differences": self._differences(before, record),
                    "may_restore": may_restore and not same and record.history_type != "-",
                }
            )
        return versions

    def _differences(self, before: Any, after: Any) -> list[tuple[str, SafeString]]:
        found = []
        for name, is_rich in self.version_fields.items():
            old, new = (getattr(record, name) if record is not None else "" for record in (before, after))
            if old != new:
                compare = marked_html if is_rich else marked
                label = self.model._meta.get_field(name).verbose_name
                found.append((str(label).capitalize(), compare(_as_text(old), _as_text(new))))
        return found

    def _restore(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        number = request.POST.get("restore", "")
        record = get_object_or_404(obj.history.all(), history_id=int(number) if number.isdigit() else 0)
        for name in self.version_fields:
            setattr(obj, name, getattr(record, name))
        try:
            self.restore(request, obj)
        except ValidationError as refused:
            self.message_user(request, " ".join(refused.messages), messages.ERROR)
            return HttpResponseRedirect(request.path)
        told = gettext("The version of %(time)s is back.") % {
            "time": times.post_time(
                record.history_date, getattr(getattr(obj, "blog", obj), "zone", timezone.get_default_timezone())
            )
        }
        self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(request.path)


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value or "")


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
