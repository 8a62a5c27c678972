"""Blogs in the admin: what stands at the head of a page, and the buttons that open and end it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import permissions, publishing
from ..models import Blog, BlogCredit, Post
from ..models.blog import default_time_zone
from ..permissions import AnyUser
from ..text import times
from . import desk
from .display import change_url, state_badge, thumbnail
from .forms import CreditRow, CreditTable, OptimisticLockForm, UnchangedTimesForm, WallClockField
from .history import VersionedAdmin

#: The buttons that change what a blog is for readers, by its status.
RUNNING: dict[str, list[tuple[str, Any]]] = {
    "draft": [("open", _("Publish blog"))],
    "live": [("end", _("End coverage")), ("take_down", _("Unpublish"))],
    "ended": [("open", _("Go live again")), ("take_down", _("Unpublish"))],
}
ACTIONS = {"open": publishing.open_blog, "end": publishing.end_blog, "take_down": publishing.take_down}


class BlogForm(OptimisticLockForm, UnchangedTimesForm):
    user: AnyUser

    coverage_starts_at = WallClockField(required=False, label=_("Coverage starts"))
    coverage_ends_at = WallClockField(required=False, label=_("Coverage ends"))
    time_zone = forms.ChoiceField(
        choices=times.zones,
        initial=default_time_zone,
        label=_("Time zone"),
        help_text=_("All times in this blog are shown in this zone."),
        widget=forms.Select(attrs={"class": "js-searchable"}),
    )

    class Meta:
        model = Blog
        fields = [
            "title", "slug", "summary", "cover", "time_zone", "coverage_starts_at", "coverage_ends_at", "continues",
            "staff",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" not in self.fields:  # somebody who may look and not change
            return
        field: Any = self.fields["time_zone"]
        current = self.instance.time_zone
        if current not in dict(field.choices):  # an older name of a zone stays as it is
            field.choices = [(current, current), *field.choices]
        chosen = str(self.data.get("time_zone") or current)
        zone = Blog(time_zone=chosen if times.is_zone(chosen) else current).zone
        for name in ("coverage_starts_at", "coverage_ends_at"):
            self.fields[name].use(zone)  # type: ignore[attr-defined]
        if self.instance.pk and self.instance.published_at:
            self.fields["slug"].disabled = True

    def clean_summary(self) -> str:
        return self.clean_rich_text("summary")

    def clean_continues(self) -> Any:
        """No two blogs carry on each other, by way of others neither."""
        earlier = self.cleaned_data["continues"]
        chosen = {earlier and earlier.pk, self.initial.get("continues")}
        foreign = Blog.objects.filter(pk__in=chosen - {None}).exclude(pk__in=permissions.blogs_for(self.user))
        if len(chosen) > 1 and foreign.exists():
            raise ValidationError(_("You don't work in that blog, and its page would name this one. Ask an admin."))
        seen = {self.instance.pk}
        blog = earlier
        while blog is not None:
            if blog.pk in seen:
                raise ValidationError(_("That blog already continues from this one."))
            seen.add(blog.pk)
            blog = blog.continues
        return earlier


class BlogCreditForm(CreditRow):
    class Meta:
        model = BlogCredit
        fields = ["byline", "position"]


class BlogCreditInline(CreditTable):
    model = BlogCredit
    form = BlogCreditForm


@admin.register(Blog)
class BlogAdmin(VersionedAdmin):
    form = BlogForm
    update = staticmethod(publishing.update_blog)
    inlines = [BlogCreditInline]
    change_form_template = "admin/liveblogs/blog/change_form.html"
    version_fields = {"title": False, "summary": True, "time_zone": False}
    list_display = ["title", "status_badge", "post_count", "updated", "picture", "links"]
    list_filter = ["status"]
    search_fields = ["title", "slug"]
    list_select_related = ["cover"]
    date_hierarchy = "created_at"
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["cover", "continues", "staff"]

    def get_urls(self) -> list[URLPattern]:
        return [*desk.urls(), *super().get_urls()]

    # Who may what

    def get_queryset(self, request: HttpRequest) -> QuerySet[Blog]:
        return super().get_queryset(request).filter(pk__in=permissions.blogs_for(request.user).values("pk"))

    def has_view_permission(self, request: HttpRequest, obj: Blog | None = None) -> bool:
        return super().has_view_permission(request, obj) and (obj is None or permissions.works_in(request.user, obj))

    def has_change_permission(self, request: HttpRequest, obj: Blog | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or permissions.works_in(request.user, obj))

    def why_kept(self, obj: Blog) -> str:
        if obj.posts.exists():
            return gettext("A blog with posts can't be deleted. Unpublish it instead.")
        if obj.published_at is not None:
            return gettext("A blog that was published can't be deleted. Unpublish it instead.")
        return ""

    def get_prepopulated_fields(self, request: HttpRequest, obj: Blog | None = None) -> Any:
        return {} if obj is not None and obj.published_at else super().get_prepopulated_fields(request, obj)

    # The form

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        return form

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj: Any = kwargs.get("obj")
        if obj is not None:
            numbers = desk.numbers_by_state(obj)
            states = [(state, label, numbers[state]) for state, label in Post.State.choices if numbers[state]]
            running = RUNNING[obj.status] if permissions.runs_blogs(request.user) else []
            context |= {"blog": obj, "running": running, "states": states}
        return super().render_change_form(request, context, *args, **kwargs)

    def prepare(self, form: Any, formsets: Any) -> None:
        """Lock the blogs whose pages the form may change: those before and after this one, then and now."""
        if form.instance.pk is not None:
            publishing.lock_blogs(publishing.blog_and_linked(form.instance))

    def save_model(self, request: HttpRequest, obj: Blog, form: Any, change: bool) -> None:
        """Save a new blog. A changed one is saved by ``save_related``, after its credits."""
        if not change:
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        blog: Blog = form.instance
        # Who works on the blog is nothing that readers see.
        shows = set(form.changed_data) - {"staff"} or any(formset.has_changed() for formset in formsets)
        publishing.update_blog(blog, by=request.user, minor=not shows)
        action = next((ACTIONS[name] for name in ACTIONS if f"_{name}" in request.POST), None)
        if action is None:
            return
        if not permissions.runs_blogs(request.user):
            raise publishing.ChangeRefused(_("You don't have permission to publish, end or unpublish blogs."))
        action(blog, by=request.user)

    def respond(self, request: HttpRequest, form: Any, *, change: bool) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().respond(request, form, change=change)
        blog: Blog = form.instance
        saved = {
            "draft": gettext("Saved as draft. Not visible to readers."),
            "live": gettext("Saved. This blog is live."),
            "ended": gettext("Saved. Coverage has ended; readers can still open the page."),
        }
        self.message_user(request, saved[blog.status], messages.SUCCESS)
        if form.removed:
            what = gettext("Removed from the summary: %(what)s.") % {"what": ", ".join(form.removed)}
            self.message_user(request, what, messages.WARNING)
        return HttpResponseRedirect(change_url(blog))

    def desk_of(self, obj: Blog) -> str:
        return reverse("admin:liveblogs_blog_desk", args=[obj.pk])

    # The list

    @admin.display(description=_("status"), ordering="status")
    def status_badge(self, blog: Blog) -> SafeString:
        return state_badge(blog.status, blog.get_status_display())

    @admin.display(description=_("updated"), ordering="updated_at")
    def updated(self, blog: Blog) -> str:
        return times.post_time(blog.updated_at, blog.zone) if blog.updated_at else ""

    @admin.display(description=_("cover"))
    def picture(self, blog: Blog) -> SafeString | str:
        return thumbnail(blog.cover)

    @admin.display(description=_("links"))
    def links(self, blog: Blog) -> SafeString:
        posts = f"{reverse('admin:liveblogs_post_changelist')}?blog={blog.pk}"
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>', self.desk_of(blog), gettext("Desk"), posts, gettext("Posts")
        )
