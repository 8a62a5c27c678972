"""The history of a row in the admin: each version with what it changed, and how to restore it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.forms import Script
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import publishing
from ..models import Image
from ..permissions import AnyUser
from ..text import times
from ..text.diff import marked, marked_html
from ..text.numbers import parse_id
from .change_form import ChangeFormAdmin
from .conflicts import as_text, parse_version, zone_of
from .display import BoundedSearch, change_url
from .library import PictureSelect


class VersionedAdmin(BoundedSearch, ChangeFormAdmin):
    """Shows each version with who made it, when, and what it changed, and restores any: through the write path."""

    # Django's link would be a 404 for what readers do not see; the forms have links of their own.
    view_on_site: Any = False
    empty_value_display = ""
    show_full_result_count = False

    class Media:
        js = [Script("liveblogs/choosers.js", type="module")]

    #: The call of ``publishing`` that saves a changed row.
    update: Callable[..., None]
    #: The fields that make a version, and whether they are rich text.
    version_fields: dict[str, bool] = {}
    #: Versions on one page of the history.
    versions_shown = 40

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # by the package's own form, which bypasses ``publishing``

    def desk_of(self, obj: Any) -> str:
        """The address of the desk to which this row belongs, if any."""
        return ""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The form's fields, with the edit lock where a row that exists can be saved."""
        fields = [name for name in super().get_fields(request, obj) if name != "seen_version"]
        has_lock = obj is not None and self.has_change_permission(request, obj)
        return [*fields, "seen_version"] if has_lock else fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            self.update(obj, by=request.user)
        else:
            obj.created_by_id = request.user.pk
            obj.save()

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        obj = self._get_visible(request, object_id)
        if request.method == "POST":
            return self._restore(request, obj)
        records = obj.history.select_related("history_user")
        if before := parse_id(request.GET.get("before", "")):
            records = records.filter(history_id__lt=before)
        shown = list(records.order_by("-history_id")[: self.versions_shown + 1])
        context = self.admin_site.each_context(request) | {
            "title": _("History"),
            "opts": self.opts,
            "object": obj,
            "seen_version": obj.version,
            "object_url": change_url(obj),
            "desk_url": self.desk_of(obj),
            "list_url": reverse(f"admin:liveblogs_{self.opts.model_name}_changelist"),
            "versions": self._versions(request, obj, shown),
            "older": shown[self.versions_shown - 1].history_id if len(shown) > self.versions_shown else None,
        }
        return TemplateResponse(request, "admin/liveblogs/versions.html", context)

    def _get_visible(self, request: HttpRequest, object_id: str) -> Any:
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        return obj

    def _versions(self, request: HttpRequest, obj: Any, records: list[Any]) -> list[dict[str, Any]]:
        zone = zone_of(obj)
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
            if old != new and (old or new):
                compare = marked_html if is_rich else marked
                label = self.model._meta.get_field(name).verbose_name
                found.append((str(label).capitalize(), compare(as_text(old), as_text(new))))
        return found

    def _restore(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        record = get_object_or_404(obj.history.all(), history_id=parse_id(request.POST.get("restore", "")))
        # The page shows the newest version first: what came after it would be overwritten unseen.
        obj.version = parse_version(request.POST.get("version", ""))
        for name in self.version_fields:
            setattr(obj, name, getattr(record, name))
        try:
            self.update(obj, by=request.user)
        except ValidationError as refused:
            self.message_user(request, " ".join(refused.messages), messages.ERROR)
            return HttpResponseRedirect(request.path)
        time = {"time": times.post_time(record.history_date, zone_of(obj))}
        self.message_user(request, gettext("Restored version from %(time)s") % time, messages.SUCCESS)
        return HttpResponseRedirect(request.path)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """A version to look at, of a row that this editor may look at as it is now.

        The package asks about the row as it was then, and saves what is posted here even where its button is hidden.
        """
        if request.method == "POST":
            raise PermissionDenied
        self._get_visible(request, object_id)
        if parse_id(version_id) is None:
            raise Http404
        return super().history_form_view(request, object_id, version_id, extra_context)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Image and db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = PictureSelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def why_locked(self, user: AnyUser, obj: Any) -> str:
        """Why this user can't change a row that they could change elsewhere."""
        return ""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj: Any = kwargs.get("obj")
        is_locked = obj is not None and not self.has_change_permission(request, obj)
        if is_locked and (why := self.why_locked(request.user, obj)):
            self.message_user(request, why, messages.WARNING)
        return super().render_change_form(request, context, *args, **kwargs)

    def why_kept(self, obj: Any) -> str:
        """Why this row can't be deleted, for who asks; nothing when it can."""
        return "" if obj.is_deletable else str(obj.NOT_DELETABLE)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted from a list, and nothing that is in use."""
        return obj is not None and super().has_delete_permission(request, obj) and not self.why_kept(obj)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Who comes by an old link is told why there is nothing to confirm; who waits too long, to try again."""
        obj = self.get_object(request, unquote(object_id))
        sees = obj is not None and self.has_view_permission(request, obj)
        if request.method == "GET" and sees and (why := self.why_kept(obj)):
            self.message_user(request, why, messages.WARNING)
            return HttpResponseRedirect(change_url(obj))
        try:
            with publishing.refuse_when_busy():
                return super().delete_view(request, object_id, extra_context)
        except publishing.Busy as busy:
            self.message_user(request, " ".join(busy.messages), messages.ERROR)
            return HttpResponseRedirect(request.path)
        except (publishing.ChangeRefused, ProtectedError):
            self.message_user(request, self._why_not_deleted(obj), messages.ERROR)
            return HttpResponseRedirect(change_url(obj))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the row if that is allowed under its lock, too. Raises ``ChangeRefused`` and ``ProtectedError``."""
        with transaction.atomic():
            stored = self.model._base_manager.select_for_update().filter(pk=obj.pk).first()
            if stored is None or not self.has_delete_permission(request, stored):
                raise publishing.ChangeRefused("")
            super().delete_model(request, obj)

    def _why_not_deleted(self, obj: Any) -> str:
        stored = self.model._base_manager.filter(pk=obj.pk).first()
        why = self.why_kept(stored) if stored is not None else gettext("It was deleted already.")
        return why or gettext("Not deleted: it was changed after you opened this page. Check it and try again.")
