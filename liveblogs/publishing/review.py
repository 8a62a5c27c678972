"""Review: the queue of submitted posts, what editors do with them, and the notices that authors get."""

from datetime import datetime
from functools import partial

from django.core.mail import EmailMessage, mailers
from django.db import transaction
from django.db.models import QuerySet
from django.tasks import task
from django.urls import reverse
from django.utils.translation import gettext

from .. import permissions
from ..models import ChangeRefused, Notice, Post
from ..permissions import AnyUser
from ..rendering.urls import absolute
from ..text import times
from . import posts


def awaiting_review(user: AnyUser) -> QuerySet[Post]:
    """The submitted posts that this user may publish, oldest first."""
    if not user.has_perm("liveblogs.publish_post"):
        return Post.objects.none()
    return permissions.posts_for(user).filter(state=Post.State.SUBMITTED).order_by("pk")


def unseen_notices(user: AnyUser) -> QuerySet[Notice]:
    """The notices that this user has not seen yet, about posts that they may see, newest first."""
    visible = Notice.objects.filter(is_seen=False, post__in=permissions.posts_for(user))
    return visible.filter(user=user.pk or 0).select_related("post")


def publish(post: Post, *, by: AnyUser | None, minor: bool = False) -> None:
    """Publish a post, and notify its author if it was submitted."""
    was_submitted = _is_submitted(post)
    posts.publish(post, by=by, minor=minor)
    if was_submitted:
        notify_author(post, gettext("Published"), by=by)


def schedule(post: Post, at: datetime | None, *, by: AnyUser | None) -> None:
    """Schedule a post, and tell its author the time if it was submitted."""
    was_submitted = _is_submitted(post)
    posts.schedule(post, at, by=by)
    if was_submitted and at is not None:
        text = gettext("Scheduled for %(time)s") % {"time": times.post_time(at, post.blog.zone)}
        notify_author(post, text, by=by)


def send_back(post: Post, note: str, *, by: AnyUser | None) -> None:
    """Make a post a draft again. Its author gets the note if it was submitted or scheduled.

    Raises ``ChangeRefused`` as publishing does, and for a note that is too long.
    """
    if len(note) > (most := Post._meta.get_field("review_note").max_length or 0):
        raise ChangeRefused(gettext("Not sent back: shorten your note to %(most)d characters.") % {"most": most})
    is_notified = Post.objects.filter(pk=post.pk, state__in=[Post.State.SUBMITTED, Post.State.SCHEDULED]).exists()
    posts.revert_to_draft(post, by=by, note=note)
    if is_notified:
        text = gettext("Sent back: %(note)s") % {"note": note} if note else gettext("Sent back to you")
        notify_author(post, text, by=by)


def _is_submitted(post: Post) -> bool:
    return Post.objects.filter(pk=post.pk, state=Post.State.SUBMITTED).exists()


def notify_author(post: Post, text: str, *, by: AnyUser | None) -> None:
    """Leave a notice for the author of a post, and email it if they have an address and the site a mail server.

    Nobody is notified of what they did themselves, or of a post that they may not see any more.
    """
    author = post.created_by
    if author is None or (by is not None and author.pk == by.pk):
        return
    if not author.is_staff or not permissions.may_view(author, post):
        return
    notice = Notice.objects.create(user=author, post=post, text=text[:500])
    if author.email and "default" in mailers:
        transaction.on_commit(partial(email_notice.enqueue, notice.pk), robust=True)


@task()
def email_notice(notice_id: int) -> bool:
    """Email a notice to its user. False if it was seen meanwhile or its user may not see the post any more.

    Raises the mail server's errors; the notice stays in the admin all the same.
    """
    unseen = Notice.objects.select_related("user", "post__blog").filter(pk=notice_id, is_seen=False)
    notice = unseen.exclude(user__email="").first()
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
