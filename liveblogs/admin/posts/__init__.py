"""Posts in the admin: a form with a button for each action, a list that takes actions on several posts, and views."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ... import permissions, publishing
from ...models import Image, Post, PostCredit, PostImage
from ...text import richtext
from ...views import pages
from .. import library
from ..display import change_url, links_and_rest
from .change_form import PostChangeForm
from .changelist import PostList


@admin.register(Post)
class PostAdmin(PostList, PostChangeForm):
    version_fields = {"headline": False, "body": True, "label": False, "correction": False, "is_key_event": False}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        mine = permissions.posts_for(request.user)
        return mine.select_related("blog").prefetch_related(
            Prefetch("credits", PostCredit.objects.select_related("byline")),
            Prefetch("images", PostImage.objects.select_related("image")),
        )

    def get_object(self, *args: Any, **kwargs: Any) -> Post | None:
        """With the staff of its blog, about which each rule asks."""
        post: Post | None = super().get_object(*args, **kwargs)
        if post is not None:
            prefetch_related_objects([post.blog], "staff")
        return post

    def has_view_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return super().has_view_permission(request, obj) and (obj is None or permissions.may_view(request.user, obj))

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or permissions.may_edit(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """By ``permissions`` alone: a writer may delete an own draft, and has no permission to delete posts."""
        return obj is not None and permissions.may_delete(request.user, obj)

    def update(self, row: Post, *, by: Any) -> None:
        (publishing.update if row.is_published else publishing.save_draft)(row, by=by)

    # Further views

    def get_urls(self) -> list[URLPattern]:
        def at(route: str, view: Any, name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"liveblogs_post_{name}")

        return [
            at("<int:pk>/preview/", self.preview_view, "preview"),
            at("<int:pk>/erase/", self.erase_view, "erase"),
            at("picture/<int:pk>/", self.picture_view, "picture"),
            at("clean-paste/", self.clean_paste_view, "clean_paste"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        post = get_object_or_404(permissions.posts_for(request.user).select_related("blog"), pk=pk)
        return pages.preview_page(request, post)

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """For what must not stay anywhere: empties a post and its history, after a question."""
        post = get_object_or_404(permissions.posts_for(request.user).select_related("blog"), pk=pk)
        if post.published_at is None or not permissions.may_erase(request.user, post):
            raise PermissionDenied
        if request.method == "POST":
            publishing.erase(post, by=request.user)
            self.message_user(request, _("Post erased"), messages.SUCCESS)
            return HttpResponseRedirect(change_url(post))
        context = self.admin_site.each_context(request) | {
            "title": _("Permanently erase this post?"),
            "post": post,
            "copies": _describe_copies(post, request.user),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/liveblogs/post/confirm_erase.html", context)

    def picture_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What a row shows of a picture."""
        if not request.user.has_perm("liveblogs.view_image"):
            raise PermissionDenied
        return JsonResponse(library.as_json(get_object_or_404(Image, pk=pk)))

    def clean_paste_view(self, request: HttpRequest) -> HttpResponse:
        """HTML from the clipboard as the editor may have it: lists of Word and Google Docs become lists."""
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        try:
            cleaned = richtext.clean(request.POST.get("html", ""))
        except ValueError as error:
            return JsonResponse({"error": str(error)}, status=400)
        return JsonResponse({"html": cleaned.html, "removed": cleaned.removed})


def _describe_copies(post: Post, user: permissions.AnyUser) -> SafeString | str:
    """The other posts that hold a text of this one, now or in their history: 50 links. Empty if there are none.

    Three queries, each of which reads every text.
    """
    texts = post.history.exclude(body="").values("body")
    headlines = post.history.filter(body="").exclude(headline="").values("headline")
    versions = Post.history.filter(Q(body__in=texts) | Q(body="", headline__in=headlines))
    copies = Post.objects.filter(pk__in=versions.values("id")).exclude(pk=post.pk)
    seen = copies.filter(pk__in=permissions.posts_for(user).values("pk")).order_by("-pk")[:50]
    links = [(change_url(copy), f"{copy} ({copy.get_state_display()})") for copy in seen]
    further = copies.count() - len(links)
    return links_and_rest(links, further) if links or further else ""
