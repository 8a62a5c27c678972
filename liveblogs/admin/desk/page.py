"""The page itself, and parts of its timeline."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET

from ... import permissions
from ...models import Autosave, Blog, Post
from ...text import times
from ...text.numbers import parse_id
from ..requests import StaffRequest
from . import cards, following


def desk_view(request: StaffRequest, blog: Blog, context: dict[str, Any]) -> HttpResponse:
    # Before the posts are read: what changes meanwhile is asked for again.
    token = following.token_of(blog)
    posts = list(cards.posts_of(blog)[: cards.SHOWN + 1])
    return TemplateResponse(
        request,
        "admin/liveblogs/desk/desk.html",
        context
        | {
            "title": blog.title,
            "blog": blog,
            "zone_name": times.zone_name(blog.zone, following.now()),
            "cards": cards.cards(request, blog, posts[: cards.SHOWN]),
            "more": len(posts) > cards.SHOWN,
            "token": token,
            "pause": following.PAUSE,
            "states": _states(blog),
            "may_write": permissions.may_write(request.user, blog),
            "may_publish": permissions.may_publish(request.user, blog),
            "runs_blogs": permissions.runs_blogs(request.user),
            "other_blogs": permissions.blogs_for(request.user)
            .exclude(pk=blog.pk)
            .order_by("status", "-updated_at")[:50],
            "typed": Autosave.objects.filter(user=request.user.pk, blog=blog).order_by("-updated_at")[:20],
            "is_nav_sidebar_enabled": False,
        },
    )


def _states(blog: Blog) -> list[tuple[str, str, int]]:
    """State, what its tab is called, number of posts."""
    names = {
        "submitted": gettext("For review"),
        "draft": gettext("Drafts"),
        "scheduled": gettext("Scheduled"),
        "published": gettext("Published"),
        "withdrawn": gettext("Withdrawn"),
    }
    numbers = cards.numbers_by_state(blog)
    return [(state, name, numbers[state]) for state, name in names.items()]


@require_GET
def list_view(request: StaffRequest, blog: Blog) -> HttpResponse:
    """Cards of the timeline: from the top, below a certain place, in one state, or with certain words."""
    posts = cards.posts_of(blog)
    message = ""
    if (state := request.GET.get("state", "")) in Post.State.values:
        posts = posts.filter(state=state)
    if (number := parse_id(request.GET.get("post", ""))) is not None:
        posts = posts.filter(pk=number)
    if words := request.GET.get("q", "").replace("\0", "").strip():
        posts, count = cards.with_words(posts, words)
        message = ngettext("%(count)d post found", "%(count)d posts found", count) % {"count": count}
        if count == cards.FOUND_AT_MOST:
            message = gettext("First %(count)d matching posts") % {"count": count}
    shown = list(cards.below(posts, request.GET.get("below", ""))[: cards.SHOWN + 1])
    return JsonResponse(
        {
            "cards": cards.cards(request, blog, shown[: cards.SHOWN]),
            "more": len(shown) > cards.SHOWN,
            "message": message,
        }
    )
