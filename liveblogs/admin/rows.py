"""Inline rows, in an order that editors change."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import Script
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .display import without_links
from .forms import PlainTextForm


class _OrderedMedia:
    css = {"all": ["liveblogs/styles/admin/order.css"]}
    js = [Script("liveblogs/sortable.js", type="module")]


class OrderedFormSet(forms.BaseInlineFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:  # in a table it has no label of its own
            form.fields["DELETE"].widget.attrs["aria-label"] = gettext("Delete")


class _Ordered:
    """Rows in an order that an editor changes by dragging, by buttons, or, without scripts, by numbers."""

    #: What the rows are called on the object that they belong to.
    related_name = ""
    #: Choosers without the links to edit and look at what was chosen: they lead away from what is being written.
    bare: list[str] = []

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        return without_links(field) if db_field.name in self.bare else field

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """An empty row where there is none yet; more come by a click."""
        return 0 if obj is not None and getattr(obj, self.related_name).exists() else 1


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

    def is_filled(self) -> bool:
        """Whether this valid row is to be there afterwards."""
        return bool(self.cleaned_data) and not self.cleaned_data.get("DELETE")


class CreditRow(RowForm):
    """A byline that is not offered any more stays where it stands, and comes nowhere else."""

    def clean_byline(self) -> Any:
        byline = self.cleaned_data["byline"]
        if not byline.is_active and byline.pk != self.instance.byline_id:
            raise ValidationError(_("This byline is inactive. Choose another."))
        return byline
