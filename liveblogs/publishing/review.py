"""Between writers and editors: what waits for review, and what a writer is told about it."""

from datetime import datetime
from functools import partial
from typing import Any

from django.core.mail import EmailMessage, mailers
from django.db import transaction
from django.db.models import QuerySet
from django.tasks import task
from django.urls import reverse
from django.utils.translation import gettext

from .. import permissions
from ..models import ChangeRefused, Notice, Post
from ..rendering.urls import absolute
from ..text import times
from . import posts


def waiting(user: Any) -> QuerySet[Post]:
    """The submitted posts that this user may publish, the one that waits longest first."""
    if not user.has_perm("liveblogs.publish_post"):
        return Post.objects.none()
    return permissions.posts_for(user).filter(state=Post.State.SUBMITTED).order_by("pk")


def notices(user: Any) -> QuerySet[Notice]:
    """What this user has not seen yet, about posts that they may see, the latest first."""
    return Notice.objects.filter(user=user, is_seen=False, post__in=permissions.posts_for(user)).select_related("post")


# What editors do with a post that waits
# --------------------------------------


def publish(post: Post, *, by: Any, minor: bool = False) -> None:
    """Publish a post; whose had been submitted is told."""
    waited = _waits(post)
    posts.publish(post, by=by, minor=minor)
    if waited:
        tell_writer(post, gettext("Published."), by=by)


def schedule(post: Post, at: datetime | None, *, by: Any) -> None:
    """Put a post on the schedule; whose had been submitted is told when it goes out."""
    waited = _waits(post)
    posts.schedule(post, at, by=by)
    if waited and at is not None:
        told = gettext("Scheduled for %(time)s.") % {"time": times.post_time(at, post.blog.zone)}
        tell_writer(post, told, by=by)


def send_back(post: Post, note: str, *, by: Any) -> None:
    """Make a post a draft again; whose was submitted or scheduled is told, with a note that says what is missing.

    Raises ``ChangeRefused`` as publishing does, and for a note that is too long to be kept.
    """
    if len(note) > (most := Post._meta.get_field("review_note").max_length or 0):
        raise ChangeRefused(gettext("Say it in %(most)d characters at most.") % {"most": most})
    was_in_hand = Post.objects.filter(pk=post.pk, state__in=[Post.State.SUBMITTED, Post.State.SCHEDULED]).exists()
    posts.revert_to_draft(post, by=by, note=note)
    if not was_in_hand:
        return
    told = gettext("Sent back: %(note)s") % {"note": note} if note else gettext("Sent back to you.")
    tell_writer(post, told, by=by)


def _waits(post: Post) -> bool:
    return Post.objects.filter(pk=post.pk, state=Post.State.SUBMITTED).exists()


# What writers are told
# ---------------------


def tell_writer(post: Post, text: str, *, by: Any) -> None:
    """Leave a notice for the one who wrote the post, and send it by email where both of us can.

    Nobody is told of what they did themselves, or of a post that they may not see any more.
    """
    writer: Any = post.created_by
    if writer is None or (by is not None and writer.pk == by.pk):
        return
    if not writer.is_staff or not permissions.may_view(writer, post):
        return
    notice = Notice.objects.create(user=writer, post=post, text=text[:500])
    if writer.email and "default" in mailers:
        transaction.on_commit(partial(mail_notice.enqueue, notice.pk), robust=True)


@task()
def mail_notice(notice_id: int) -> bool:
    """Send a notice to its reader's address; whether it was sent. Not one that was seen, or isn't for them any more.

    Raises what the mail server's refusal or silence raises: the notice waits in the admin all the same.
    """
    found = Notice.objects.select_related("user", "post__blog").filter(pk=notice_id, is_seen=False)
    notice = found.exclude(user__email="").first()
    if notice is None or not permissions.may_view(notice.user, notice.post):
        return False
    link = absolute(reverse("admin:liveblogs_post_change", args=[notice.post_id]))
    blog = gettext("In “%(blog)s”") % {"blog": notice.post.blog}
    message = EmailMessage(
        subject=gettext("Your post: %(post)s") % {"post": notice.post},
        body=f"{notice.text}\n\n{notice.post}\n{blog}\n{link}\n",
        to=[notice.user.email],
    )
    return bool(message.send(using="default"))
