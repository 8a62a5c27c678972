"""The change form of a row: built, validated and saved once for each request.

What was sent is validated before any transaction begins: HTML is parsed then, and pictures are decoded and stored.
What is valid is saved in one transaction. When that is refused, the same form is shown with the reasons, and with all
that was typed.
"""

import logging
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.contrib.admin.exceptions import DisallowedModelAdminToField
from django.contrib.admin.helpers import AdminErrorList, AdminForm
from django.contrib.admin.options import IS_POPUP_VAR, SOURCE_MODEL_VAR, TO_FIELD_VAR
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.forms import all_valid
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from .. import publishing
from ..pictures import files

logger = logging.getLogger(__name__)

#: What is said when the system, not the editor, is why nothing was saved.
FAILED = gettext_lazy("Not saved: the server can't write right now; its disk may be full. Try again in a moment.")
CHANGED_AT_ONCE = gettext_lazy("Not saved: somebody else changed something that this needs. Check it and try again.")


class ChangeFormAdmin(SimpleHistoryAdmin):
    """For rows with an edit lock, whose form is an ``OptimisticLockForm``."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        to_field = request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR))
        if to_field and not self.to_field_allowed(request, to_field):
            raise DisallowedModelAdminToField(f"The field {to_field} cannot be referenced.")
        obj = self.get_object(request, unquote(object_id), to_field) if object_id is not None else None
        if not self._may_open(request, object_id, obj):
            raise PermissionDenied
        if object_id is not None and obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        form = self._make_form(request, obj)
        formsets, inlines = self._create_formsets(request, form.instance, change=obj is not None)
        if request.method == "POST" and (response := self.submit(request, form, formsets)):
            return response
        context = self._context(request, obj, form, formsets, inlines)
        context |= {"object_id": object_id, "to_field": to_field} | (extra_context or {})
        return self.render_change_form(
            request, context, add=obj is None, change=obj is not None, obj=obj, form_url=form_url
        )

    def _may_open(self, request: HttpRequest, object_id: str | None, obj: Any) -> bool:
        if object_id is None:
            return self.has_add_permission(request)
        if request.method == "POST" and obj is not None:
            return self.has_change_permission(request, obj)
        return self.has_view_or_change_permission(request, obj)

    def _make_form(self, request: HttpRequest, obj: Any) -> Any:
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        form_class: Any = self.get_form(request, obj, change=obj is not None, fields=fields)
        if request.method == "POST":
            return form_class(request.POST, request.FILES, instance=obj)
        initial = self.get_changeform_initial_data(request) if obj is None else None
        return form_class(instance=obj, initial=initial)

    def _context(self, request: HttpRequest, obj: Any, form: Any, formsets: Any, inlines: Any) -> dict[str, Any]:
        fieldsets = self.get_fieldsets(request, obj)
        may_edit = obj is None or self.has_change_permission(request, obj)
        readonly = self.get_readonly_fields(request, obj) if may_edit else flatten_fieldsets(fieldsets)
        prepopulated = self.get_prepopulated_fields(request, obj) if may_edit else {}
        admin_form = AdminForm(form, list(fieldsets), prepopulated, readonly, model_admin=self)
        inline_formsets = self.get_inline_formsets(request, formsets, inlines, obj)
        title = _("Add %s") if obj is None else _("Change %s") if may_edit else _("View %s")
        return {
            **self.admin_site.each_context(request),
            "title": title % self.opts.verbose_name,
            "subtitle": str(obj) if obj is not None else None,
            "adminform": admin_form,
            "original": obj,
            "is_popup": IS_POPUP_VAR in request.POST or IS_POPUP_VAR in request.GET,
            "source_model": request.GET.get(SOURCE_MODEL_VAR),
            "media": sum((inline.media for inline in inline_formsets), self.media + admin_form.media),
            "inline_admin_formsets": inline_formsets,
            "errors": AdminErrorList(form, formsets),
            "preserved_filters": self.get_preserved_filters(request),
        }

    # Saving

    def submit(self, request: HttpRequest, form: Any, formsets: Any) -> HttpResponse | None:
        """Save what was sent and answer; None when it was refused, with the reasons in the forms."""
        try:
            return self.try_to_save(request, form, formsets)
        except (DatabaseError, OSError) as error:  # a disk is full, say
            logger.exception("%s could not be saved", self.opts.verbose_name)
            form.add_error(None, CHANGED_AT_ONCE if isinstance(error, IntegrityError) else FAILED)
            self.drop_files(form, formsets)
            return None

    def try_to_save(self, request: HttpRequest, form: Any, formsets: Any) -> HttpResponse | None:
        """Files that came with a form are removed when it fails anywhere, down to the commit."""
        change = form.instance.pk is not None
        with files.remove_on_error():
            is_valid = form.is_valid()
            is_valid = all_valid(formsets) and is_valid
            try:
                if not is_valid:
                    self.refuse_unseen(form)
                else:
                    self._save(request, form, formsets, change=change)
            except publishing.ChangeRefused as refused:
                is_valid = False
                self._add_refusal(request, form, refused)
            if not is_valid:
                self.keep_files(form, formsets)
                return None
        return self.respond(request, form, change=change)

    def _save(self, request: HttpRequest, form: Any, formsets: Any, *, change: bool) -> None:
        row = form.instance
        with (
            self.stored_file(row),
            publishing.restore_on_error(row),
            publishing.refuse_when_busy(),
            transaction.atomic(),
        ):
            self._save_rows(request, form, formsets, change=change)

    def _save_rows(self, request: HttpRequest, form: Any, formsets: Any, *, change: bool) -> None:
        self.prepare(form, formsets)
        self.refuse_unseen(form)
        row = self.save_form(request, form, change)
        self.save_model(request, row, form, change)
        self.save_related(request, form, formsets, change)
        message = self.construct_change_message(request, form, formsets, not change)
        (self.log_change if change else self.log_addition)(request, row, message)

    def refuse_unseen(self, form: Any) -> None:
        """Raise ``StaleVersion`` when the row is not as the editor has seen it. One query for a row that is stored."""
        if form.instance.pk is not None and not form.has_seen(self._stored(form)):
            raise publishing.StaleVersion

    def _stored(self, form: Any) -> Any:
        return self.model._base_manager.filter(pk=form.instance.pk).first()

    def _add_refusal(self, request: HttpRequest, form: Any, refused: publishing.ChangeRefused) -> None:
        stored = self._stored(form) if isinstance(refused, publishing.StaleVersion) else None
        if stored is not None and not form.has_seen(stored):
            form.add_conflict(stored, request.user)
        else:
            form.add_refusal(refused)

    # What the admins of single models add

    def stored_file(self, row: Any) -> AbstractContextManager[None]:
        """Around the transaction: a new file of the row is stored, and removed if the row isn't saved."""
        return nullcontext()

    def prepare(self, form: Any, formsets: Any) -> None:
        """Take the locks under which the row and what belongs to it are saved."""

    def keep_files(self, form: Any, formsets: Any) -> None:
        """Keep what a refused form brought along, or say what is to be sent again."""

    def drop_files(self, form: Any, formsets: Any) -> None:
        """Say which files are to be sent again, when nothing could be written."""

    def respond(self, request: HttpRequest, form: Any, *, change: bool) -> HttpResponse:
        """The answer to a form that was saved."""
        if change:
            return self.response_change(request, form.instance)
        return self.response_add(request, form.instance)
