"""Bylines in the admin."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import permissions, publishing
from ..models import Blog, Byline, Post, PostCredit
from ..permissions import AnyUser
from .display import UsedIn, change_url, count_posts, links_and_rest, post_time, thumbnail
from .forms import OptimisticLockForm
from .history import VersionedAdmin


class BylineForm(OptimisticLockForm):
    class Meta:
        model = Byline
        fields = ["name", "kind", "organisation", "slug", "job_title", "bio", "portrait", "user", "is_active"]


class PostsOfByline(forms.ModelMultipleChoiceField):
    """Posts to tick, each with its blog and time."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} – {obj.blog}, {post_time(obj)} ({obj.get_state_display()})"


class SplitForm(forms.Form):
    """Which of a byline's posts belong to somebody else, and to whom."""

    to = forms.ModelChoiceField(
        Byline.objects.filter(is_active=True),
        required=False,
        label=_("Byline"),
        widget=AutocompleteSelect(PostCredit._meta.get_field("byline"), admin.site, attrs={"data-width": "24em"}),
    )
    name = forms.CharField(required=False, max_length=120, label=_("Or new byline"))
    organisation = forms.CharField(required=False, max_length=120, label=_("Organization"))
    posts = PostsOfByline(Post.objects.none(), label=_("Posts"), widget=forms.CheckboxSelectMultiple)

    #: Posts to choose from at once, the latest first.
    SHOWN = 200

    def __init__(self, byline: Byline, user: AnyUser, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.byline = byline
        posts: Any = self.fields["posts"]
        latest = permissions.posts_for(user).filter(credits__byline=byline).order_by("-pk")
        shown = list(latest.values_list("pk", flat=True)[: self.SHOWN])
        posts.queryset = Post.objects.filter(pk__in=shown).select_related("blog")
        self.fields["organisation"].initial = byline.organisation

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("to")) == bool(cleaned.get("name", "").strip()):
            raise ValidationError(_("Choose a byline or enter a new name."))
        return cleaned

    def target(self) -> Byline:
        chosen = self.cleaned_data["to"]
        if chosen is not None:
            return chosen
        name, organisation = self.cleaned_data["name"], self.cleaned_data["organisation"]
        return Byline(name=name, organisation=organisation, kind=self.byline.kind)


class OrganisationFilter(admin.AllValuesFieldListFilter):
    """A link needs a name, where there is no organisation as well."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or gettext("None")}


def update_byline(byline: Byline, *, by: AnyUser) -> None:
    """Save a byline for a user who may change it. Asked under the lock: meanwhile another blog may credit it."""
    with publishing.lock_shared(byline):
        if not permissions.may_change_byline(by, byline):
            raise publishing.ChangeRefused(
                _("Not saved: this byline is now credited in a blog that you don't work in. Ask an admin.")
            )
        publishing.update_byline(byline, by=by)


@admin.register(Byline)
class BylineAdmin(VersionedAdmin):
    form = BylineForm
    update = staticmethod(update_byline)
    list_display = ["name", "kind", "organisation", "job_title", "is_active", "number_of_posts", "face"]
    list_filter = ["kind", "is_active", ("organisation", OrganisationFilter)]
    search_fields = ["name", "organisation"]
    list_select_related = ["portrait"]
    autocomplete_fields = ["portrait", "user"]
    actions = ["merge"]
    version_fields = dict.fromkeys(["name", "organisation", "job_title", "bio"], False)

    def get_urls(self) -> list[URLPattern]:
        split = self.admin_site.admin_view(self.split_view)
        return [path("<int:pk>/split/", split, name="liveblogs_byline_split"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Byline]:
        return super().get_queryset(request).annotate(credited=Count("post_credits")).order_by("name", "organisation")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Byline], search_term: str) -> Any:
        """Choosers offer active bylines alone; the list finds all."""
        found, distinct = super().get_search_results(request, queryset, search_term)
        is_chooser = request.path.endswith("/autocomplete/")
        return (found.filter(is_active=True) if is_chooser else found), distinct

    def has_change_permission(self, request: HttpRequest, obj: Byline | None = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return permissions.may_change_byline(request.user, obj)

    def why_locked(self, user: AnyUser, obj: Byline) -> str:
        if not user.has_perm("liveblogs.change_byline"):
            return ""
        return gettext("You can't change this byline: it is credited in a blog that you don't work in.")

    def has_merge_permission(self, request: HttpRequest) -> bool:
        """Merging changes one byline and deletes others."""
        return request.user.has_perms(["liveblogs.change_byline", "liveblogs.delete_byline"])

    def why_kept(self, obj: Byline) -> str:
        posts, blogs = (uses.count() for uses in _uses(obj))
        where = [count_posts(posts)] if posts else []
        if blogs:
            where.append(ngettext("%(count)d blog", "%(count)d blogs", blogs) % {"count": blogs})
        if not where:
            return ""
        message = gettext("This byline can't be deleted: it is used in %(where)s. Deactivate or merge it instead.")
        return message % {"where": ", ".join(where)}

    def get_readonly_fields(self, request: HttpRequest, obj: Byline | None = None) -> Any:
        return [UsedIn(request.user, _describe_uses)] if obj is not None else []

    @admin.display(description=_("posts"), ordering="credited")
    def number_of_posts(self, byline: Any) -> int:
        return byline.credited

    @admin.display(description=_("portrait"), empty_value="")
    def face(self, byline: Byline) -> SafeString | str:
        return thumbnail(byline.portrait)

    @admin.action(description=_("Merge bylines"), permissions=["merge"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Byline]) -> HttpResponse | None:
        """Several spellings of one name become one: its credits follow, the other bylines go."""
        chosen = list(queryset.order_by("name"))
        if len(chosen) < 2:
            self.message_user(request, _("Choose at least two bylines to merge."), messages.WARNING)
            return None
        kept = next((byline for byline in chosen if str(byline.pk) == request.POST.get("keep")), None)
        if kept is None:
            context = self.admin_site.each_context(request) | {
                "title": _("Choose the byline to keep"),
                "bylines": chosen,
                "opts": self.opts,
            }
            return TemplateResponse(request, "admin/liveblogs/byline/merge.html", context)
        try:
            with publishing.lock_shared(*chosen):
                locked = [byline for byline in chosen if not permissions.may_change_byline(request.user, byline)]
                if locked:
                    why = gettext("Not merged: “%(name)s” is credited in a blog that you don't work in.")
                    raise publishing.ChangeRefused(why % {"name": locked[0]})
                for byline in chosen:
                    if byline.pk != kept.pk:
                        publishing.merge_bylines(kept, byline, by=request.user)
        except ValidationError as refused:
            self.message_user(request, " ".join(refused.messages), messages.ERROR)
            return None
        merged = gettext("Merged %(count)d bylines into “%(name)s”") % {"count": len(chosen), "name": kept}
        self.message_user(request, merged, messages.SUCCESS)
        return None

    def split_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The other way round: posts that were credited to one byline by mistake go to the one that they belong to."""
        byline = get_object_or_404(Byline, pk=pk)
        if not request.user.has_perms(["liveblogs.change_byline", "liveblogs.add_byline", "liveblogs.publish_post"]):
            raise PermissionDenied
        form = SplitForm(byline, request.user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            posts = form.cleaned_data["posts"].values_list("pk", flat=True)
            to = form.target()
            try:
                count = publishing.split_byline(byline, to, posts, by=request.user)
            except ValidationError as refused:
                form.add_error(None, " ".join(refused.messages))
            else:
                message = ngettext("Moved %(count)d post to “%(name)s”", "Moved %(count)d posts to “%(name)s”", count)
                self.message_user(request, message % {"count": count, "name": to}, messages.SUCCESS)
                return HttpResponseRedirect(change_url(to))
        context = self.admin_site.each_context(request) | {
            "title": gettext("Move posts from “%(name)s”") % {"name": byline},
            "byline": byline,
            "form": form,
            "media": self.media + form.media,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/liveblogs/byline/split.html", context)


def _describe_uses(byline: Byline, user: AnyUser) -> SafeString | str:
    """How often it is credited, with the way there; blogs are named where this editor works. Five queries."""
    posts, blogs = _uses(byline)
    count = posts.count()
    named = blogs.filter(pk__in=permissions.blogs_for(user).values("pk"))
    links: list[tuple[str, Any]] = [(change_url(blog), blog) for blog in named]
    if count:
        listed = f"{reverse('admin:liveblogs_post_changelist')}?byline={byline.pk}"
        split = reverse("admin:liveblogs_byline_split", args=[byline.pk])
        links = [(listed, count_posts(count)), *links, (split, gettext("Move posts to another byline"))]
    if Post.objects.visible().filter(credits__byline=byline).exists():
        links.append((byline.get_absolute_url(), gettext("View live page")))
    return links_and_rest(links, blogs.count() - named.count())


def _uses(byline: Byline) -> tuple[QuerySet[Post], QuerySet[Blog]]:
    """The posts and the blogs that credit this byline, drafts included."""
    return Post.objects.filter(credits__byline=byline), Blog.objects.filter(credits__byline=byline)
