"""Posts in the admin: a form with a button for each action, and a list that takes actions on several posts."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import HttpRequest
from django.utils.translation import gettext

from ... import permissions, publishing
from ...models import Post, PostCredit, PostImage
from .change_form import PostChangeForm
from .changelist import PostList, desk_address
from .views import PostViews


@admin.register(Post)
class PostAdmin(PostChangeForm, PostList, PostViews):
    """The post's form, list and further views, for those who may see it. Restores its versions."""

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

    def why_kept(self, obj: Post) -> str:
        if obj.published_at is None:
            return ""
        return gettext("A post that was published can't be deleted. Withdraw it instead.")

    def desk_of(self, obj: Post) -> str:
        return desk_address(obj)

    def update(self, row: Post, *, by: Any) -> None:
        (publishing.update if row.is_published else publishing.save_draft)(row, by=by)
