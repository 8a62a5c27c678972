"""Acts on one post without its form: what a card's buttons do, and how each is undone."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ... import permissions, publishing
from ...models import Blog, Post
from ...publishing import review
from ...text import times
from ...text.numbers import parse_id
from ..base import WallClockField
from . import cards

logger = logging.getLogger(__name__)

#: What is said when the system, not the editor, is why nothing was saved.
FAILED = _("Nothing is saved: the system cannot write just now; a disk may be full. Try again in a moment.")

Undo = dict[str, str]
Act = Callable[[HttpRequest, Post], tuple[str, Undo | None]]

#: Acts that are about the text as it stands on the card: they are refused when it has changed since.
ABOUT_THE_TEXT = {"publish", "schedule", "submit", "correct", "send_back"}


@require_POST
def act_view(request: HttpRequest, blog: Blog) -> HttpResponse:
    """Carry out one act and answer with the post's card as it is then, what to say, and the act that undoes it."""
    number = request.POST.get("post", "")
    post = Post.objects.select_related("blog").filter(blog=blog, pk=parse_id(number) or 0).first()
    if post is None:
        told = gettext("This post is gone: somebody deleted it or moved it to another blog.")
        return JsonResponse({"error": told, "gone": number}, status=404)
    name = request.POST.get("act", "")
    if name not in {*WRITERS_ACTS, *EDITORS_ACTS, "delete"}:
        return JsonResponse({"error": gettext("There is no act of the name “%(name)s”.") % {"name": name}}, status=400)
    act = _allowed(request, post, name)
    if act is None:
        return JsonResponse({"error": gettext("You may not do that.")}, status=403)
    answer: dict[str, Any] = {"post": post.pk}
    status = 200
    try:
        if name in ABOUT_THE_TEXT:
            _refuse_unseen(request, post)
        answer["told"], answer["undo"] = act(request, post)
    except ValidationError as refused:
        answer["error"], status = " ".join(refused.messages), 409
    except DatabaseError:
        logger.exception("%s of post %s failed", name, post.pk)
        return JsonResponse({"error": FAILED}, status=503)
    fresh = cards.posts_of(blog).filter(pk=post.pk).first()
    if fresh is None:
        answer["gone"] = post.pk
    else:
        answer["html"] = cards.card(request, fresh)
    return JsonResponse(answer, status=status)


def _allowed(request: HttpRequest, post: Post, name: str) -> Act | None:
    user = request.user
    if name == "duplicate" and not permissions.may_write(user, post.blog):
        return None
    if name in WRITERS_ACTS and permissions.may_edit(user, post):
        return WRITERS_ACTS[name]
    if name in EDITORS_ACTS and permissions.may_publish(user, post.blog):
        return EDITORS_ACTS[name]
    return _delete if name == "delete" and permissions.may_delete(user, post) else None


def _refuse_unseen(request: HttpRequest, post: Post) -> None:
    """Nobody publishes a text that they have not seen."""
    seen = request.POST.get("version", "")
    if not seen or seen == str(post.version):
        return
    last = post.history.select_related("history_user").order_by("-pk").first()
    who = last.history_user.get_username() if last is not None and last.history_user else gettext("Somebody")
    raise publishing.StaleVersion(
        gettext("%(who)s changed this post a moment ago. This is it now: look, and press again.") % {"who": who}
    )


def _note(request: HttpRequest) -> str:
    return request.POST.get("note", "").strip()


# What readers see
# ----------------


def _publish(request: HttpRequest, post: Post) -> tuple[str, None]:
    is_undo = bool(request.POST.get("undo"))
    review.publish(post, by=request.user, minor=is_undo)
    if is_undo and request.POST.get("pin"):
        publishing.pin(post, by=request.user)
    if not post.blog.is_visible:
        return gettext("Published. Readers will see it when the blog is opened."), None
    return (gettext("Back: readers see it again.") if is_undo else gettext("Published.")), None


def _withdraw(request: HttpRequest, post: Post) -> tuple[str, Undo]:
    undo = {"act": "publish", "undo": "yes"} | ({"pin": "yes"} if post.is_pinned else {})
    publishing.withdraw(post, by=request.user, reason=_note(request))
    return gettext("Withdrawn. Readers do not see it any more."), undo


def _pin(request: HttpRequest, post: Post) -> tuple[str, Undo]:
    publishing.pin(post, by=request.user)
    return gettext("Pinned: it leads the page."), {"act": "unpin"}


def _unpin(request: HttpRequest, post: Post) -> tuple[str, Undo]:
    publishing.unpin(post, by=request.user)
    return gettext("Unpinned: it is back in its place."), {"act": "pin"}


def _key(request: HttpRequest, post: Post) -> tuple[str, Undo]:
    _mark(request, post, is_key_event=True)
    return gettext("A key event: it stands in the blog's table of contents."), {"act": "unkey"}


def _unkey(request: HttpRequest, post: Post) -> tuple[str, Undo]:
    _mark(request, post, is_key_event=False)
    return gettext("No key event any more."), {"act": "key"}


def _mark(request: HttpRequest, post: Post, *, is_key_event: bool) -> None:
    post.is_key_event = is_key_event
    if post.is_published:
        publishing.update(post, by=request.user, minor=True)
    else:
        publishing.save_draft(post, by=request.user)


def _correct(request: HttpRequest, post: Post) -> tuple[str, Undo | None]:
    before, post.correction = post.correction, _note(request)
    publishing.update(post, by=request.user)
    told = gettext("The correction stands on the post.") if post.correction else gettext("The correction is gone.")
    return told, {"act": "correct", "note": before}


def _move(request: HttpRequest, post: Post) -> tuple[str, Undo | None]:
    """Give a published post another place in the timeline: between two others, at an end, or where it was."""
    was = post.published_at
    post.published_at = _chosen_time(request, post.blog)
    now_at = {"time": times.post_time(post.published_at, post.blog.zone)}
    if request.POST.get("only_tell"):
        return gettext("%(time)s") % now_at, None
    publishing.update(post, by=request.user, minor=True)
    return gettext("Moved: now %(time)s.") % now_at, {"act": "move", "at": was.isoformat() if was else ""}


def _chosen_time(request: HttpRequest, blog: Blog) -> datetime:
    try:
        at = parse_datetime(request.POST.get("at", ""))
    except ValueError:
        at = None
    if at is not None and timezone.is_aware(at):
        return at
    sides: list[datetime | None] = []
    for side in ("above", "below"):
        number = request.POST.get(side) or ""
        other = Post.objects.published().filter(blog=blog, pk=parse_id(number) or 0).first()
        sides.append(other.published_at if other is not None else None)
    return _between(*sides)


def _between(above: datetime | None, below: datetime | None) -> datetime:
    """A time between that of the post above (the later one) and that of the post below."""
    if above is None and below is None:
        raise ValidationError(gettext("Put it beside a published post."))
    if above is None:
        now = timezone.now()
        return min(now, (below or now) + timedelta(minutes=1))
    if below is None:
        return above - timedelta(minutes=1)
    return below + (above - below) / 2


# What they do not see yet
# ------------------------


def _submit(request: HttpRequest, post: Post) -> tuple[str, Undo]:
    publishing.submit(post, by=request.user)
    return gettext("Submitted for review. Readers do not see it yet."), {"act": "to_draft"}


def _to_draft(request: HttpRequest, post: Post) -> tuple[str, Undo | None]:
    undo: Undo | None = {"act": "submit"} if post.state == Post.State.SUBMITTED else None
    if post.state == Post.State.SCHEDULED and post.publish_at:
        undo = {"act": "schedule", "at": post.publish_at.isoformat()}
    review.send_back(post, "", by=request.user)
    return gettext("This post is a draft again. Readers do not see it."), undo


def _schedule(request: HttpRequest, post: Post) -> tuple[str, Undo]:
    """At a time as the clock of the blog's zone shows it, or, when it's undone, at the instant that it was."""
    undo = {"act": "to_draft"}
    if post.state == Post.State.SCHEDULED and post.publish_at:
        undo = {"act": "schedule", "at": post.publish_at.isoformat()}
    text = request.POST.get("at", "")
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None or timezone.is_naive(at):
        if request.POST.get("zone", post.blog.time_zone) != post.blog.time_zone:
            raise publishing.ChangeRefused(
                gettext("The blog's time zone was changed: load this page anew, then schedule.")
            )
        field = WallClockField()
        field.use(post.blog.zone)
        at = field.clean(text)
    review.schedule(post, at, by=request.user)
    return gettext("Scheduled for %(time)s.") % {"time": times.post_time(at, post.blog.zone)}, undo


def _send_back(request: HttpRequest, post: Post) -> tuple[str, None]:
    review.send_back(post, _note(request), by=request.user)
    return gettext("Sent back to its writer, who is told."), None


def _duplicate(request: HttpRequest, post: Post) -> tuple[str, None]:
    publishing.duplicate(post, by=request.user)
    return gettext("Copied: the copy is a draft."), None


def _to_blog(request: HttpRequest, post: Post) -> tuple[str, None]:
    number = request.POST.get("blog", "")
    blog = permissions.blogs_for(request.user).filter(pk=parse_id(number) or 0).first()
    if blog is None or not permissions.may_write(request.user, blog):
        raise publishing.ChangeRefused(gettext("You do not work in that blog."))
    if post.state not in (Post.State.DRAFT, Post.State.SUBMITTED):
        raise publishing.ChangeRefused(gettext("Only a draft moves to another blog."))
    post.blog = blog
    publishing.save_draft(post, by=request.user)
    return gettext("Moved to “%(blog)s”.") % {"blog": blog.title}, None


def _delete(request: HttpRequest, post: Post) -> tuple[str, None]:
    post.delete()
    return gettext("Deleted."), None


WRITERS_ACTS: dict[str, Act] = {
    "submit": _submit,
    "to_draft": _to_draft,
    "duplicate": _duplicate,
    "to_blog": _to_blog,
}
EDITORS_ACTS: dict[str, Act] = {
    "publish": _publish,
    "withdraw": _withdraw,
    "pin": _pin,
    "unpin": _unpin,
    "key": _key,
    "unkey": _unkey,
    "correct": _correct,
    "move": _move,
    "schedule": _schedule,
    "send_back": _send_back,
}
