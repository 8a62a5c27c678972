"""Views of a post beside its form and its list."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from ... import permissions, publishing
from ...models import Image
from ...text import richtext
from ...views import pages
from .. import library


class PostViews(admin.ModelAdmin):
    """Preview, erasing, and what the scripts of the form ask for."""

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
            return HttpResponseRedirect(reverse("admin:liveblogs_post_change", args=[post.pk]))
        context = self.admin_site.each_context(request) | {
            "title": _("Permanently erase this post?"),
            "post": post,
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
