"""Actions on one post without its form: what the buttons of its card do, and dragging it to another place."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ... import permissions, publishing
from ...models import Blog, Post
from ...text import times
from ...text.numbers import parse_id
from ..actions import ACTIONS, Action, Command, take
from ..buttons import ON_DESK
from ..change_form import FAILED
from ..conflicts import last_change, parse_version
from ..forms import WallClockField
from . import cards

logger = logging.getLogger(__name__)


@require_POST
def post_action_view(request: HttpRequest, blog: Blog) -> HttpResponse:
    """Take one action, and answer with the post's card as it is then, a message, and what undoes it."""
    number = request.POST.get("post", "")
    post = Post.objects.select_related("blog").filter(blog=blog, pk=parse_id(number) or 0).first()
    if post is None:
        gone = gettext("This post was deleted or moved to another blog.")
        return JsonResponse({"error": gone, "gone": number}, status=404)
    name = request.POST.get("action", "")
    if name not in ON_DESK:
        unknown = gettext("There is no action named “%(name)s”.") % {"name": name}
        return JsonResponse({"error": unknown}, status=400)
    if not ACTIONS[name].may(request.user, post):
        return JsonResponse({"error": gettext("You don't have permission to do that.")}, status=403)
    answer: dict[str, Any] = {"post": post.pk}
    refused: ValidationError | None = None
    try:
        with publishing.refuse_when_busy():
            answer |= _take(request, post, ACTIONS[name])
    except ValidationError as error:
        refused = error
    except DatabaseError:
        logger.exception("%s of post %s failed", name, post.pk)
        return JsonResponse({"error": FAILED}, status=503)
    fresh = cards.posts_of(blog).filter(pk=answer["post"]).first()
    answer |= {"html": cards.card(request, fresh)} if fresh else {"gone": answer["post"]}
    if refused:
        answer["error"] = _explain(refused, fresh)
    return JsonResponse(answer, status=409 if refused else 200)


def _take(request: HttpRequest, post: Post, action: Action) -> dict[str, Any]:
    command = _command(request, post, action)
    if action.name == "move" and request.POST.get("only_tell"):  # while it is held over a place
        return {"message": times.post_time(command.at or timezone.now(), post.blog.zone), "undo": None}
    if action.is_about_text and (seen := request.POST.get("version", "")):
        post.version = parse_version(seen)
    undo = action.undo_for(post)
    take(action, post, command)
    return {"message": action.message_for(post, command), "undo": undo}


def _explain(refused: ValidationError, fresh: Post | None) -> str:
    """Why the action was refused: nobody publishes a text that they have not seen."""
    if not isinstance(refused, publishing.StaleVersion) or fresh is None:
        return " ".join(refused.messages)
    last = last_change(fresh)
    if last is None or last.history_user is None:
        return gettext("This post was just updated. Check it and try again.")
    who = {"who": last.history_user.get_username()}
    return gettext("%(who)s just updated this post. Check it and try again.") % who


def _command(request: HttpRequest, post: Post, action: Action) -> Command:
    sent, at, blog = request.POST, None, None
    if action.name == "schedule":
        at = _time_on_clock(request, post.blog)
    elif action.name == "move":
        at = _time_of_place(request, post.blog)
    elif action.name == "to_blog":
        blog = permissions.blogs_for(request.user).filter(pk=parse_id(sent.get("blog", "")) or 0).first()
    is_undo = bool(sent.get("undo"))
    return Command(
        user=request.user,
        note=sent.get("note", "").strip(),
        at=at,
        blog=blog,
        is_undo=is_undo,
        is_pinned=is_undo and bool(sent.get("pin")),
        with_pictures=bool(sent.get("with_pictures")),
    )


def _time_on_clock(request: HttpRequest, blog: Blog) -> datetime | None:
    """A time as the clock of the blog's zone shows it, or, when an action is undone, the instant that it was."""
    sent = request.POST.get("at", "")
    if (at := times.parse_instant(sent)) is not None:
        return at
    if request.POST.get("zone", blog.time_zone) != blog.time_zone:
        raise publishing.ChangeRefused(
            _("Not scheduled: the blog's time zone changed. Reload this page and schedule again.")
        )
    field = WallClockField()
    field.use(blog.zone)
    return field.clean(sent)


def _time_of_place(request: HttpRequest, blog: Blog) -> datetime:
    """The time of another place in the timeline: between two posts, at an end, or where the post was."""
    if (at := times.parse_instant(request.POST.get("at", ""))) is not None:
        return at
    published = Post.objects.published().filter(blog=blog)
    above, below = (
        published.filter(pk=parse_id(request.POST.get(side) or "") or 0).values_list("published_at", flat=True).first()
        for side in ("above", "below")
    )
    if above is None and below is None:
        raise ValidationError(gettext("Place it next to a published post."))
    if above is None:
        now = timezone.now()
        return min(now, (below or now) + timedelta(minutes=1))
    if below is None:
        return above - timedelta(minutes=1)
    return below + (above - below) / 2
