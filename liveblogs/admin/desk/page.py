"""The desk's page, parts of its timeline, and the activity in its blog."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from ... import permissions
from ...models import Autosave, Blog, Post
from ...text import times
from ...text.numbers import parse_id
from . import cards, following

#: Entries on a page of the activity.
ENTRIES = 100


def desk_view(request: HttpRequest, blog: Blog) -> HttpResponse:
    # Before the posts are read: what changes meanwhile is asked for again.
    token = following.token_of(blog)
    posts = list(cards.posts_of(blog)[: cards.SHOWN + 1])
    other_blogs = permissions.blogs_for(request.user).exclude(pk=blog.pk).order_by("status", "-updated_at")
    context = admin.site.each_context(request) | {
        "opts": Blog._meta,
        "media": _form_media(request),
        "title": blog.title,
        "blog": blog,
        "zone_name": times.zone_name(blog.zone, timezone.now()),
        "cards": cards.cards(request, blog, posts[: cards.SHOWN]),
        "more": len(posts) > cards.SHOWN,
        "token": token,
        "pause": following.PAUSE,
        "states": _states(blog),
        "may_write": permissions.may_write(request.user, blog),
        "runs_blogs": permissions.runs_blogs(request.user),
        "other_blogs": other_blogs[:50],
        "typed": Autosave.objects.filter(user=request.user.pk, blog=blog).order_by("-updated_at")[:20],
        "is_nav_sidebar_enabled": False,
    }
    return TemplateResponse(request, "admin/liveblogs/desk/desk.html", context)


def _form_media(request: HttpRequest) -> Any:
    """What the forms of posts, which the page loads later, need of styles and scripts."""
    posts = admin.site.get_model_admin(Post)
    rows = [inline.media + formset().media for formset, inline in posts.get_formsets_with_inlines(request)]
    return sum(rows, posts.media + posts.get_form(request)().media)


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
def list_view(request: HttpRequest, blog: Blog) -> HttpResponse:
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
    html = cards.cards(request, blog, shown[: cards.SHOWN])
    return JsonResponse({"cards": html, "more": len(shown) > cards.SHOWN, "message": message})


def activity_view(request: HttpRequest, blog: Blog) -> HttpResponse:
    """Who did what, latest first: the history of the blog's posts and its own. Two queries."""
    histories = [Post.history.filter(blog_id=blog.pk), blog.history.all()]
    before = times.parse_instant(request.GET.get("before", "").replace(" ", "+"))
    if before is not None:
        histories = [history.filter(history_date__lt=before) for history in histories]
    entries: list[Any] = []
    for history in histories:
        entries += history.select_related("history_user").order_by("-history_date", "-history_id")[: ENTRIES + 1]
    entries.sort(key=lambda entry: entry.history_date, reverse=True)
    for entry in entries:
        entry.is_post = hasattr(entry, "public_id")
    context = admin.site.each_context(request) | {
        "opts": Blog._meta,
        "title": _("Activity"),
        "blog": blog,
        "entries": entries[:ENTRIES],
        "older": entries[ENTRIES - 1].history_date.isoformat() if len(entries) > ENTRIES else "",
    }
    return TemplateResponse(request, "admin/liveblogs/desk/activity.html", context)
