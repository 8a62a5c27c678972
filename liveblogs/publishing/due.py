"""Scheduled posts whose time has come."""

import logging
from collections.abc import Sequence
from datetime import datetime
from itertools import batched

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Blog, Post
from ..models.locking import Busy
from .change import RENDERED_AT_ONCE, change_blogs, hold_shown
from .saving import STATE_FIELDS, set_history

logger = logging.getLogger(__name__)


def publish_due(
    *, blog: Blog | None = None, at: datetime | None = None, limit: int | None = None, wait: int | None = None
) -> list[Post]:
    """Publish the scheduled posts whose time has come, each with its scheduled time as ``published_at``.

    ``limit`` takes only that many, the earliest. One transaction for up to fifty posts of a blog; one query when
    nothing is due. A post that cannot be published becomes a draft with the reason in ``publish_fault``; the others
    are published. When the database fails as a whole, its error is raised, and what is left stays scheduled. So do the
    posts of a blog whose lock is not free within ``wait`` milliseconds: ``Busy`` is raised once the others are done.
    """
    at = at or timezone.now()
    due = Post.objects.due(at)
    if blog is not None:
        due = due.filter(blog=blog)
    ids_by_blog: dict[int, list[int]] = {}
    for blog_id, pk in due.order_by("publish_at", "pk").values_list("blog_id", "pk")[:limit]:
        ids_by_blog.setdefault(blog_id, []).append(pk)
    published: list[Post] = []
    busy: Busy | None = None
    for blog_id, ids in ids_by_blog.items():
        try:
            for part in batched(ids, RENDERED_AT_ONCE):
                published += _publish(blog_id, part, at, wait)
        except Busy as error:
            busy, wait = error, wait and 1  # the limit is for all of them together
    if busy is not None:
        raise busy
    return published


def _publish(
    blog_id: int, ids: Sequence[int], at: datetime, wait: int | None = None, *, retry: bool = True
) -> list[Post]:
    """Publish these posts together. If that fails, publish each half, down to the one post that fails.

    That one is tried again with ``retry``: the error may have been temporary.
    """
    try:
        return _publish_together(blog_id, ids, at, wait)
    except Busy:
        raise
    except Exception as error:  # noqa: BLE001 - logged once it is known which post it belongs to
        if isinstance(error, OperationalError | InterfaceError):
            # Raises when the database takes no writes at all.
            Blog.objects.filter(pk=blog_id).update(revision=F("revision"))
        if len(ids) > 1:
            middle = len(ids) // 2
            return _publish(blog_id, ids[:middle], at, wait) + _publish(blog_id, ids[middle:], at, wait)
        if retry:
            return _publish(blog_id, ids, at, wait, retry=False)
        _revert_failed(blog_id, ids[0], at, error)
        return []


def _publish_together(blog_id: int, ids: Sequence[int], at: datetime, wait: int | None) -> list[Post]:
    published = []
    with change_blogs(Q(pk=blog_id), wait=wait) as change:
        hold_shown(ids)
        for post in _lock_due(blog_id, ids, at):
            if errors := post.publish_errors():
                _revert_to_draft(post, " ".join(message for messages in errors.values() for message in messages))
                continue
            post.state, post.publish_fault = Post.State.PUBLISHED, ""
            post.published_at = post.published_at or post.publish_at
            post.updated_at, post.publish_at = post.publish_at, None
            _save(post, "published on schedule")
            change.touch(post, count=1)
            change.updated_at = post.updated_at
            published.append(post)
    return published


def _lock_due(blog_id: int, ids: Sequence[int], at: datetime) -> list[Post]:
    """Those that are still due now that the blog is locked; others were withdrawn or rescheduled."""
    due = Post.objects.select_for_update(no_key=True).filter(blog=blog_id, pk__in=ids).due(at)
    return list(due.order_by("publish_at", "pk"))


def _revert_failed(blog_id: int, pk: int, at: datetime, error: Exception) -> None:
    """Make a draft of a post that cannot be published because of an unexpected error."""
    logger.error("Publishing the scheduled post %s failed", pk, exc_info=error)
    fault = _("A system error prevented publication: %(error)s")
    with change_blogs(Q(pk=blog_id)):
        for post in _lock_due(blog_id, [pk], at):
            _revert_to_draft(post, fault % {"error": type(error).__name__})


def _revert_to_draft(post: Post, fault: str) -> None:
    logger.error("The scheduled post %s could not be published: %s", post.pk, fault)
    post.state, post.publish_fault = Post.State.DRAFT, fault
    try:
        with transaction.atomic():
            _save(post, "could not be published")
    except Exception:
        # Its history cannot be written either; it must be taken off the schedule all the same.
        logger.exception("The history of post %s could not be written", post.pk)
        Post.objects.filter(pk=post.pk).update(state=post.state, publish_fault=fault)


def _save(post: Post, reason: str) -> None:
    set_history(post, None, reason)
    post._history_user = None  # type: ignore[attr-defined] # not the user of a request that came when it was due
    post.save(update_fields=STATE_FIELDS)
