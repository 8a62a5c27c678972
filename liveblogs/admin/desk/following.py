"""Following along: what changed since a desk last asked, and who is there."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from ... import publishing
from ...models import Blog, Post, Presence
from ...permissions import AnyUser
from ...publishing import review
from ...text.numbers import parse_id
from . import cards

#: Milliseconds between two questions of an open desk.
PAUSE = 3000
#: Seconds after which somebody who did not ask is not there any more, and between two notes of their presence.
GONE = 20
NOTED = 8
#: Entries of the history that are looked at again: those of two writers may be committed out of order.
OVERLAP = 20
#: More changes than these, and the desk loads its timeline anew.
CHANGES = 80


def token_of(blog: Blog) -> str:
    """How far a desk has followed: the latest entry in the history of the blog's posts, and the blog's revision."""
    latest = Post.history.filter(blog_id=blog.pk).aggregate(latest=Max("history_id"))["latest"] or 0
    return f"{latest}-{blog.revision}"


@require_POST
def follow_view(request: HttpRequest, blog: Blog) -> HttpResponse:
    """What changed since the desk last asked, who is there, and what waits."""
    if request.POST.get("leaving"):
        Presence.objects.filter(user=request.user.pk, blog=blog).delete()
        return HttpResponse(status=204)
    _be_present(request, blog)
    with suppress(publishing.Busy):
        if publishing.publish_due(blog=blog, wait=publishing.READER_WAIT):
            blog.refresh_from_db()
    token = token_of(blog)
    answer: dict[str, Any] = {
        "token": token,
        "cards": [],
        "gone": [],
        "people": _people(blog, request.user),
        "waiting": review.awaiting_review(request.user).count(),
        "status": blog.status,
        "status_name": blog.get_status_display(),
    }
    changed = _changed(blog, request.POST.get("since", ""), token)
    if len(changed) > CHANGES:
        answer["reload"] = True
    elif changed:
        posts = list(cards.posts_of(blog).filter(pk__in=changed))
        made = cards.cards(request, blog, posts)
        answer["cards"] = [{"post": post.pk, "html": html} for post, html in zip(posts, made, strict=True)]
        answer["gone"] = sorted(changed - {post.pk for post in posts})
        answer["states"] = cards.numbers_by_state(blog)
    return JsonResponse(answer)


def _changed(blog: Blog, since: str, token: str) -> set[int]:
    """The numbers of posts that were written, stamped by a change of something on them, moved away or deleted."""
    if since == token:
        return _moved_away(blog)
    entry, _, revision = since.partition("-")
    known, seen = parse_id(entry) or 0, parse_id(revision) or 0
    history = Post.history.filter(blog_id=blog.pk, history_id__gt=known - OVERLAP)
    written = history.order_by().values_list("id", flat=True).distinct()[: CHANGES + 1]
    stamped = Post.objects.filter(blog=blog, revision__gt=seen).order_by()
    return {*written, *stamped.values_list("pk", flat=True)[: CHANGES + 1]} | _moved_away(blog)


def _moved_away(blog: Blog) -> set[int]:
    """Posts that went to another blog a moment ago: the history of the move belongs to that one."""
    lately = Post.history.filter(history_date__gte=timezone.now() - timedelta(seconds=GONE)).exclude(blog_id=blog.pk)
    here = Post.history.filter(blog_id=blog.pk, id__in=lately.values("id"))
    return set(here.order_by().values_list("id", flat=True).distinct())


def _be_present(request: HttpRequest, blog: Blog) -> None:
    """Note who is here, and what they have open. At most one write in some seconds for each editor."""
    state = {
        "post_number": parse_id(request.POST.get("post", "")),
        "is_writing": request.POST.get("writing") == "yes",
    }
    now = timezone.now()
    noted = Presence.objects.filter(user=request.user.pk, blog=blog, seen_at__gt=now - timedelta(seconds=NOTED))
    if not noted.filter(**state).exists():
        seen = state | {"seen_at": now}
        Presence.objects.update_or_create(user_id=request.user.pk or 0, blog=blog, defaults=seen)


def _people(blog: Blog, user: AnyUser) -> list[dict[str, Any]]:
    here = Presence.objects.filter(blog=blog, seen_at__gte=timezone.now() - timedelta(seconds=GONE))
    people = []
    for person in here.exclude(user=user.pk).select_related("user").order_by("user__username"):
        name = person.user.get_full_name() or person.user.get_username()
        people.append({"name": name, "post": person.post_number, "writing": person.is_writing})
    return people
