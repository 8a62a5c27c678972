"""The list of posts: its columns, its filters, and what it does to several posts at once."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ... import permissions, publishing
from ...models import Byline, Post, PostCredit
from ...text import credits, richtext
from ...text.numbers import parse_id
from ..actions import ACTIONS, Action, Command, take
from ..display import post_time, state_badge, thumbnail


class _RowFilter(admin.SimpleListFilter):
    """By a row whose number is in the address."""

    field = ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        number = parse_id(self.value() or "")
        return queryset.filter(**{self.field: number}) if number else queryset


class BlogFilter(_RowFilter):
    title, parameter_name, field = _("blog"), "blog", "blog"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(pk), title) for pk, title in permissions.blogs_for(request.user).values_list("pk", "title")]


class BylineFilter(_RowFilter):
    title, parameter_name, field = _("byline"), "byline", "credits__byline"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        credited = Byline.objects.filter(pk__in=PostCredit.objects.values("byline"))
        return [(str(byline.pk), str(byline)) for byline in credited[:200]]


class PinnedFilter(admin.SimpleListFilter):
    title, parameter_name = _("pinned"), "pinned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        return queryset.filter(pinned_at__isnull=self.value() == "no") if self.value() else queryset


def bulk_action(action: Action) -> Any:
    """An entry of the list's menu, as Django's admin describes it."""
    label: Any = action.label_for("", "list")

    @admin.action(description=label, permissions=["publish"])
    def take_action(model_admin: Any, request: HttpRequest, queryset: QuerySet[Post]) -> HttpResponse | None:
        if action.has_dialog and "confirmed" not in request.POST:
            context = model_admin.admin_site.each_context(request) | {
                "title": _("Withdraw these posts?"),
                "posts": queryset,
                "opts": model_admin.opts,
                "action": f"{action.name}_posts",
                "label": action.label,
            }
            return TemplateResponse(request, "admin/liveblogs/post/confirm_withdraw.html", context)
        command = Command(user=request.user, note=request.POST.get("reason", "").strip())
        _take_each(model_admin, request, queryset, action, command)
        return None

    take_action.__name__ = f"{action.name}_posts"
    return take_action


def _take_each(
    model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[Post], action: Action, command: Command
) -> None:
    """One change for each post, in the order in which they were written, and a message for each that was refused."""
    count = 0
    for post in queryset.order_by("pk"):
        try:
            _take(post, action, command)
        except ValidationError as refused:
            why = {"post": excerpt(post), "why": " ".join(refused.messages)}
            model_admin.message_user(request, gettext("“%(post)s”: %(why)s") % why, messages.ERROR)
        else:
            count += 1
    if count:
        message = ngettext("%(count)d post %(done)s.", "%(count)d posts %(done)s.", count)
        model_admin.message_user(request, message % {"count": count, "done": action.done}, messages.SUCCESS)


def _take(post: Post, action: Action, command: Command) -> None:
    if not action.may(command.user, post):
        raise publishing.ChangeRefused(_("You don't have permission to publish in this blog."))
    if action.name == "publish" and post.is_published:  # it would be an update that nobody asked for
        raise publishing.ChangeRefused(_("This post is already published."))
    take(action, post, command)


def excerpt(post: Post) -> str:
    return post.headline or richtext.excerpt(post.body, 80) or gettext("A picture")


class PostList(admin.ModelAdmin):
    list_display = ["picture", "title", "state_badge", "marks", "time", "desk_of_blog", "credit_line"]
    list_display_links = ["title"]
    list_filter = ["state", BlogFilter, BylineFilter, PinnedFilter, "is_key_event"]
    list_select_related = ["blog"]
    list_per_page = 50
    search_fields = ["headline", "body", "credits__byline__name"]
    search_help_text = _("Headline, text or byline")
    date_hierarchy = "created_at"
    actions = [bulk_action(action) for action in ACTIONS.values() if action.done]

    def desk_of(self, obj: Post) -> str:
        """Where a post stands on the desk of its blog."""
        return f"{reverse('admin:liveblogs_blog_desk', args=[obj.blog_id])}#desk-{obj.pk}"

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """For Django's choice of list actions; each post is asked about again."""
        return request.user.has_perm("liveblogs.publish_post")

    @admin.display(description=_("post"), ordering="headline")
    def title(self, post: Post) -> str:
        return excerpt(post)

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, post: Post) -> SafeString:
        return state_badge(post.state, post.get_state_display())

    @admin.display(description=_("time"), ordering="published_at")
    def time(self, post: Post) -> str:
        return post_time(post)

    @admin.display(description=_("blog"), ordering="blog__title")
    def desk_of_blog(self, post: Post) -> SafeString:
        """The blog, as the way to the post on its desk."""
        return format_html('<a href="{}" title="{}">{}</a>', self.desk_of(post), gettext("Open desk"), post.blog.title)

    @admin.display(description=_("flags"), ordering="pinned_at")
    def marks(self, post: Post) -> SafeString:
        """Whether it is pinned, and whether it is a key event."""
        found = [("pinned", gettext("Pinned"))] if post.is_pinned else []
        found += [("key", gettext("Key event"))] if post.is_key_event else []
        return format_html_join(" ", "{}", ((state_badge(*mark),) for mark in found))

    @admin.display(description=_("bylines"))
    def credit_line(self, post: Post) -> str:
        return credits.text(credits.post_line([credit.as_credit() for credit in post.credits.all()], post.label))

    @admin.display(description=_("picture"))
    def picture(self, post: Post) -> SafeString | str:
        return thumbnail(next((row.image for row in post.images.all()), None))
