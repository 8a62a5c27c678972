"""Between writers and editors: what waits for review, and what a writer is told about it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from . import publishing, roles
from .models import Notice, Post


def waiting(user: Any) -> QuerySet[Post]:
    """The submitted posts that this user may publish, the one that waits longest first."""
    if not user.has_perm("liveblogs.publish_post"):
        return Post.objects.none()
    return roles.posts_for(user).filter(state=Post.State.SUBMITTED).order_by("pk")


def send_back(post: Post, note: str, *, by: Any) -> None:
    """Give a submitted or scheduled post back to its writer, with a note that says what is missing."""
    publishing.to_draft(post, by=by, note=note)
    told = gettext("Sent back: %(note)s") % {"note": note} if note else gettext("Sent back to you.")
    tell_writer(post, told, by=by)


def tell_writer(post: Post, text: str, *, by: Any) -> None:
    """Leave a notice for the one who wrote the post, unless it was they who acted."""
    if post.created_by_id is not None and (by is None or post.created_by_id != by.pk):
        Notice.objects.create(user_id=post.created_by_id, post=post, text=text[:500])
