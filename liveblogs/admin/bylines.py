"""Bylines in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import publishing
from ..models import Byline
from .base import KeepsHistory, thumbnail


@admin.register(Byline)
class BylineAdmin(KeepsHistory):
    fields = ["name", "kind", "organisation", "slug", "job_title", "bio", "portrait", "user", "is_active"]
    list_display = ["name", "kind", "organisation", "job_title", "is_active", "number_of_posts", "face"]
    list_filter = ["kind", "is_active", "organisation"]
    search_fields = ["name", "organisation"]
    list_select_related = ["portrait"]
    autocomplete_fields = ["portrait", "user"]
    show_full_result_count = False
    actions = ["merge"]
    version_fields = dict.fromkeys(["name", "organisation", "job_title", "bio"], False)

    class Media:
        css = {"all": ["liveblogs/admin.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Byline]:
        return super().get_queryset(request).annotate(credited=Count("post_credits")).order_by("name", "organisation")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Byline], search_term: str) -> Any:
        """Choosers offer active bylines alone; the list finds all."""
        found, distinct = super().get_search_results(request, queryset, search_term)
        is_chooser = request.path.endswith("/autocomplete/")
        return (found.filter(is_active=True) if is_chooser else found), distinct

    def has_delete_permission(self, request: HttpRequest, obj: Byline | None = None) -> bool:
        """A byline that is credited somewhere stays: it can be made inactive, or merged into another one."""
        if obj is None or not super().has_delete_permission(request, obj):
            return False
        return not any(uses.exists() for uses in obj.used_in())

    def save_model(self, request: HttpRequest, obj: Byline, form: Any, change: bool) -> None:
        if change:
            publishing.update_byline(obj, by=request.user)
        else:
            obj.created_by_id = request.user.pk
            obj.save()

    def restore(self, request: HttpRequest, obj: Byline) -> None:
        publishing.update_byline(obj, by=request.user)

    @admin.display(description=_("posts"), ordering="credited")
    def number_of_posts(self, byline: Any) -> int:
        return byline.credited

    @admin.display(description=_("portrait"))
    def face(self, byline: Byline) -> SafeString | str:
        return thumbnail(byline.portrait)

    @admin.action(description=_("Merge into one"), permissions=["change"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Byline]) -> HttpResponse | None:
        """Several spellings of one name become one: its credits follow, the other bylines go."""
        chosen = list(queryset.order_by("name"))
        if len(chosen) < 2:
            self.message_user(request, _("Choose at least two bylines to merge."), messages.WARNING)
            return None
        kept = next((byline for byline in chosen if str(byline.pk) == request.POST.get("keep")), None)
        if kept is None:
            context = self.admin_site.each_context(request) | {
                "title": _("Which byline stays?"),
                "bylines": chosen,
                "opts": self.opts,
            }
            return TemplateResponse(request, "admin/liveblogs/byline/merge.html", context)
        for byline in chosen:
            if byline.pk != kept.pk:
                publishing.merge_bylines(kept, byline, by=request.user)
        told = gettext("%(count)d bylines are now “%(name)s”.") % {"count": len(chosen), "name": kept}
        self.message_user(request, told, messages.SUCCESS)
        return None
