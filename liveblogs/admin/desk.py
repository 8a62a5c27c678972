"""The desk: one page on which an editor runs one blog. Composer on top, all its posts below, followed as they change.

The composer and the forms in place are the admin's own post form in another dress (``PostAdmin`` answers a request
that carries ``X-Desk`` with the form alone), so that every rule of that form holds here.
"""

import json
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .. import publishing, review, roles, times
from ..models import Blog, Post, Presence, Typed

logger = logging.getLogger(__name__)

#: What is said when the system, not the editor, is why nothing was saved.
FAILED = _("Nothing is saved: the system cannot write just now; a disk may be full. Try again in a moment.")
#: Posts that the desk shows at once.
SHOWN = 60
#: Entries on a page of the activity.
ENTRIES = 100
#: Seconds after which somebody who did not ask is not there any more, and between two notes of their presence.
GONE = 20
NOTED = 8
#: Entries of the history that are looked at again: those of two writers may be committed out of order.
OVERLAP = 20
#: Characters of typed text that are kept for each place.
TYPED_AT_MOST = 1_000_000


def desk_view(request: HttpRequest, blog: Blog, context: dict[str, Any]) -> HttpResponse:
    """The page itself."""
    posts = _posts(blog)[: SHOWN + 1]
    return TemplateResponse(
        request,
        "admin/liveblogs/desk/desk.html",
        context
        | {
            "title": blog.title,
            "blog": blog,
            "cards": _cards(request, posts[:SHOWN]),
            "more": len(posts) > SHOWN,
            "token": _token(blog),
            "may_write": roles.may_write(request.user, blog),
            "may_publish": roles.may_publish(request.user, blog),
            "runs_blogs": roles.runs_blogs(request.user),
            "people": _people(blog, request.user),
            "typed": Typed.objects.filter(user=request.user.pk, blog=blog),
        },
    )


# Cards
# -----


def _posts(blog: Blog) -> QuerySet[Post]:
    """All posts of the blog by the time that places them, what is to come first."""
    return (
        Post.objects.filter(blog=blog)
        .annotate(placed_at=Coalesce(F("published_at"), F("publish_at"), F("created_at")))
        .select_related("blog", "created_by")
        .prefetch_related("credits__byline", "images__image")
        .order_by("-placed_at", "-pk")
    )


def _cards(request: HttpRequest, posts: Iterable[Post]) -> list[str]:
    return [card(request, post) for post in posts]


def card(request: HttpRequest, post: Post) -> str:
    """A post as the desk shows it, with the acts that this user may carry out."""
    user = request.user
    placed = post.published_at or post.publish_at or post.created_at
    return render_to_string(
        "admin/liveblogs/desk/card.html",
        {
            "post": post,
            "blog": post.blog,
            "placed_at": placed,
            "may_edit": roles.may_edit(user, post),
            "may_publish": roles.may_publish(user, post.blog),
            "is_own": post.created_by_id == user.pk,
        },
        request,
    )


@require_GET
def older_view(request: HttpRequest, blog: Blog) -> HttpResponse:
    """The cards below a certain one, or those that hold a word."""
    posts = _posts(blog)
    if words := request.GET.get("q", "").strip():
        posts = posts.filter(headline__icontains=words) | posts.filter(body__icontains=words)
    before = parse_datetime(request.GET.get("before", ""))
    if before is not None and timezone.is_aware(before):
        posts = posts.filter(Q(placed_at__lt=before))
    return HttpResponse("".join(_cards(request, posts[:SHOWN])))


# Following along
# ---------------


def _token(blog: Blog) -> int:
    """The number of the latest entry in the history of this blog's posts."""
    history = Post.history.filter(blog_id=blog.pk)
    return history.aggregate(latest=Max("history_id"))["latest"] or 0


@require_POST
def follow_view(request: HttpRequest, blog: Blog) -> HttpResponse:
    """What changed since the desk last asked, who is there, and what waits."""
    since = request.POST.get("since", "")
    since_number = int(since) if since.isascii() and since.isdigit() and len(since) < 18 else 0
    _be_present(request, blog)
    token = _token(blog)
    changed: list[int] = []
    if token > since_number:
        history = Post.history.filter(blog_id=blog.pk, history_id__gt=since_number - OVERLAP)
        changed = list(history.order_by().values_list("id", flat=True).distinct()[: SHOWN + OVERLAP])
    posts = list(_posts(blog).filter(pk__in=changed))
    blog.refresh_from_db()
    return JsonResponse(
        {
            "token": token,
            "cards": [{"post": post.pk, "html": card(request, post)} for post in posts],
            "gone": sorted(set(changed) - {post.pk for post in posts}),
            "people": _people(blog, request.user),
            "waiting": review.waiting(request.user).count(),
            "status": blog.get_status_display(),
            "count": blog.post_count,
        }
    )


def _be_present(request: HttpRequest, blog: Blog) -> None:
    """Note who is here, and what they have open. At most one write in some seconds for each editor."""
    number = request.POST.get("post", "")
    post_number = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else None
    is_writing = request.POST.get("writing") == "yes"
    now = timezone.now()
    known = Presence.objects.filter(user=request.user.pk, blog=blog).first()
    as_known = known is not None and (known.post_number, known.is_writing) == (post_number, is_writing)
    if known is not None and as_known and now - known.seen_at < timedelta(seconds=NOTED):
        return
    Presence.objects.update_or_create(
        user_id=_me(request),
        blog=blog,
        defaults={"post_number": post_number, "is_writing": is_writing, "seen_at": now},
    )


def _me(request: HttpRequest) -> int:
    """The user's number; nobody comes here without one."""
    if request.user.pk is None:
        raise PermissionDenied
    return request.user.pk


def _people(blog: Blog, user: Any) -> list[dict[str, Any]]:
    """The others at this desk."""
    here = Presence.objects.filter(blog=blog, seen_at__gte=timezone.now() - timedelta(seconds=GONE))
    people = []
    for person in here.exclude(user=user.pk).select_related("user").order_by("user__username"):
        name = person.user.get_full_name() or person.user.get_username()
        people.append({"name": name, "post": person.post_number, "writing": person.is_writing})
    return people


# Activity
# --------


def activity_view(request: HttpRequest, blog: Blog, context: dict[str, Any]) -> HttpResponse:
    """Who did what in this blog, latest first: the history of its posts and its own. Two queries."""
    histories = [Post.history.filter(blog_id=blog.pk), blog.history.all()]
    before = parse_datetime(request.GET.get("before", "").replace(" ", "+"))
    if before is not None and timezone.is_aware(before):
        histories = [history.filter(history_date__lt=before) for history in histories]
    entries: list[Any] = []
    for history in histories:
        entries += history.select_related("history_user").order_by("-history_date", "-history_id")[: ENTRIES + 1]
    entries.sort(key=lambda entry: entry.history_date, reverse=True)
    for entry in entries:
        entry.is_post = hasattr(entry, "public_id")
    return TemplateResponse(
        request,
        "admin/liveblogs/desk/activity.html",
        context
        | {
            "title": _("Activity"),
            "blog": blog,
            "entries": entries[:ENTRIES],
            "older": entries[ENTRIES - 1].history_date.isoformat() if len(entries) > ENTRIES else "",
        },
    )


# Acts
# ----


@require_POST
def act_view(request: HttpRequest, blog: Blog) -> HttpResponse:
    """One act on one post, without its form: what a card's buttons do."""
    post = get_object_or_404(Post.objects.select_related("blog"), blog=blog, pk=request.POST.get("post") or 0)
    act = request.POST.get("act", "")
    try:
        told = _carry_out(request, post, act)
    except ValidationError as refused:
        return JsonResponse({"error": " ".join(refused.messages)}, status=409)
    except DatabaseError:
        logger.exception("%s of post %s failed", act, post.pk)
        return JsonResponse({"error": FAILED}, status=503)
    post = _posts(blog).get(pk=post.pk)
    return JsonResponse({"told": told, "post": post.pk, "html": card(request, post)})


def _carry_out(request: HttpRequest, post: Post, act: str) -> str:
    """Carry out an act and say what it did. Raises PermissionDenied, or what publishing refuses with."""
    writers, editors = WRITERS_ACTS.get(act), EDITORS_ACTS.get(act)
    if writers is not None and roles.may_edit(request.user, post):
        return writers(request, post)
    if editors is not None and roles.may_publish(request.user, post.blog):
        return editors(request, post)
    raise PermissionDenied


def _note(request: HttpRequest) -> str:
    return request.POST.get("note", "").strip()


def _publish(request: HttpRequest, post: Post) -> str:
    was_submitted = post.state == Post.State.SUBMITTED
    publishing.publish(post, by=request.user)
    if was_submitted:
        review.tell_writer(post, gettext("Published."), by=request.user)
    return gettext("Published.")


def _withdraw(request: HttpRequest, post: Post) -> str:
    publishing.withdraw(post, by=request.user, reason=_note(request))
    return gettext("Withdrawn. Readers do not see it any more.")


def _pin(request: HttpRequest, post: Post) -> str:
    publishing.pin(post, by=request.user)
    return gettext("Pinned: it leads the page.")


def _unpin(request: HttpRequest, post: Post) -> str:
    publishing.unpin(post, by=request.user)
    return gettext("Unpinned: it is back in its place.")


def _key(request: HttpRequest, post: Post) -> str:
    post.is_key_event = not post.is_key_event
    if post.is_published:
        publishing.update(post, by=request.user, minor=True)
    else:
        publishing.keep(post, by=request.user)
    return gettext("A key event.") if post.is_key_event else gettext("No key event any more.")


def _send_back(request: HttpRequest, post: Post) -> str:
    review.send_back(post, _note(request), by=request.user)
    return gettext("Sent back to its writer.")


def _submit(request: HttpRequest, post: Post) -> str:
    publishing.submit(post, by=request.user)
    return gettext("Submitted for review. Readers do not see it yet.")


def _to_draft(request: HttpRequest, post: Post) -> str:
    publishing.to_draft(post, by=request.user)
    return gettext("This post is a draft again. Readers do not see it.")


def _move(request: HttpRequest, post: Post) -> str:
    """Give a published post another place in the timeline: between two others, or at an end."""
    times_of = {}
    for side in ("above", "below"):
        number = request.POST.get(side) or ""
        other = Post.objects.published().filter(blog=post.blog, pk=int(number) if number.isdigit() else 0).first()
        times_of[side] = other.published_at if other is not None else None
    post.published_at = _between(times_of["above"], times_of["below"])
    publishing.update(post, by=request.user, minor=True)
    return gettext("Moved: now %(time)s.") % {"time": times.post_time(post.published_at, post.blog.zone)}


def _between(above: datetime | None, below: datetime | None) -> datetime:
    """A time between that of the post above (the later one) and that of the post below."""
    now = timezone.now()
    if above is None and below is None:
        raise ValidationError(gettext("Drop it beside a published post."))
    if above is None:
        return min(now, (below or now) + timedelta(minutes=1))
    if below is None:
        return above - timedelta(minutes=1)
    return below + (above - below) / 2


def _duplicate(request: HttpRequest, post: Post) -> str:
    """A draft with the same content, credits and pictures."""
    copy = Post(blog=post.blog, headline=post.headline, body=post.body, label=post.label, notes=post.notes)
    copy.created_by_id = request.user.pk
    copy.save()
    for rows in (post.credits.all(), post.images.all()):
        for row in rows:
            row.pk, row.post = None, copy
            row.save()
    return gettext("Copied: the copy is a draft.")


WRITERS_ACTS: dict[str, Callable[[HttpRequest, Post], str]] = {
    "submit": _submit,
    "to_draft": _to_draft,
    "duplicate": _duplicate,
}
EDITORS_ACTS: dict[str, Callable[[HttpRequest, Post], str]] = {
    "publish": _publish,
    "withdraw": _withdraw,
    "pin": _pin,
    "unpin": _unpin,
    "key": _key,
    "send_back": _send_back,
    "move": _move,
}


# Typed text
# ----------


@require_http_methods(["GET", "POST"])
def typed_view(request: HttpRequest, blog: Blog) -> HttpResponse:
    """Keep what is typed at one place of the desk, or give it back; an empty text lets go of it."""
    if request.method == "GET":
        kept = get_object_or_404(Typed, user=request.user.pk, blog=blog, place=request.GET.get("place", ""))
        return JsonResponse({"fields": kept.fields})
    place = request.POST.get("place", "")
    number = place.removeprefix("post-")
    if place != "new" and not (
        place.startswith("post-") and number.isascii() and number.isdigit() and len(number) < 18
    ):
        return JsonResponse({"error": gettext("There is no such place.")}, status=400)
    text = request.POST.get("fields", "")
    mine = Typed.objects.filter(user=request.user.pk, blog=blog, place=place)
    if not text:
        mine.delete()
        return JsonResponse({"kept": False})
    try:
        fields = json.loads(text) if len(text) <= TYPED_AT_MOST else None
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        return JsonResponse({"error": gettext("This text is too long to be kept.")}, status=400)
    post = None if place == "new" else Post.objects.filter(blog=blog, pk=int(number)).first()
    Typed.objects.update_or_create(
        user_id=_me(request), blog=blog, place=place, defaults={"fields": fields, "post": post}
    )
    return JsonResponse({"kept": True})
