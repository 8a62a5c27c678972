"""The desk: one page on which an editor runs one blog. Composer on top, all its posts below, followed as they change.

The composer and the forms in place are the admin's own post form in another dress (``PostAdmin`` answers a request
that carries ``X-Desk`` with the form alone), so that every rule of that form holds here.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from ... import permissions
from .autosaves import session_view, typed_view
from .cards import card, numbers_by_state
from .following import follow_view
from .page import activity_view, desk_view, list_view
from .post_action import post_action_view

__all__ = ["card", "numbers_by_state", "urls"]


def urls() -> list[URLPattern]:
    """The addresses below that of the blogs' list, for those who work in the blog and see its posts."""
    return [
        _path("<int:pk>/desk/", desk_view, "desk"),
        _path("<int:pk>/desk/list/", list_view, "desk_list"),
        _path("<int:pk>/desk/follow/", follow_view, "desk_follow"),
        _path("<int:pk>/desk/action/", post_action_view, "desk_action"),
        _path("<int:pk>/desk/typed/", typed_view, "desk_typed"),
        _path("<int:pk>/desk/session/", session_view, "desk_session"),
        _path("<int:pk>/activity/", activity_view, "activity"),
    ]


def _path(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    def guarded(request: HttpRequest, pk: int) -> Any:
        blog = get_object_or_404(permissions.blogs_for(request.user), pk=pk)
        if not request.user.has_perm("liveblogs.view_post"):
            raise PermissionDenied
        return view(request, blog)

    return path(route, admin.site.admin_view(guarded), name=f"liveblogs_blog_{name}")
