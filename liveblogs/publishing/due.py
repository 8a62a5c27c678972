"""Posts whose time has come."""

import logging
from collections.abc import Sequence
from datetime import datetime
from itertools import batched

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Blog, Post
from .revising import RENDERED_AT_ONCE, change
from .saving import STATE, set_history

logger = logging.getLogger(__name__)


def publish_due(*, blog: Blog | None = None, at: datetime | None = None, most: int | None = None) -> list[Post]:
    """Publish the scheduled posts whose time has come, each with its scheduled second as its time.

    With ``most``, only so many of them, the earliest: for somebody who waits.

    One transaction for up to fifty posts of a blog; one query when nothing is due. A post that cannot be published
    becomes a draft again, with the reason in ``publish_fault``, and holds up no other. When the database as a whole
    fails, what is left stays on the schedule, and its error is raised.
    """
    due = Post.objects.due(at)
    if blog is not None:
        due = due.filter(blog=blog)
    waiting: dict[int, list[int]] = {}
    for blog_id, pk in due.order_by("publish_at", "pk").values_list("blog_id", "pk")[:most]:
        waiting.setdefault(blog_id, []).append(pk)
    run = _Run(at or timezone.now())
    for blog_id, ids in waiting.items():
        for part in batched(ids, RENDERED_AT_ONCE):
            run.publish(blog_id, part)
    return run.published


class _Run:
    """One look at the schedule."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.published: list[Post] = []

    def publish(self, blog_id: int, ids: Sequence[int], *, again: bool = True) -> None:
        """Publish these, and when one of them makes that fail, those in front of it and those behind it.

        One that fails alone is tried ``again``: what came between (a deadlock, say) may be over.
        """
        try:
            self.published += self._publish(blog_id, ids)
        except Exception as error:  # noqa: BLE001 - it is logged once it's clear whose it is
            if isinstance(error, OperationalError | InterfaceError):
                # A database that takes no writes at all raises here, and that was it.
                Blog.objects.filter(pk=blog_id).update(revision=F("revision"))
            if len(ids) > 1:
                middle = len(ids) // 2
                self.publish(blog_id, ids[:middle])
                self.publish(blog_id, ids[middle:])
            elif again:
                self.publish(blog_id, ids, again=False)
            else:
                self._set_aside(blog_id, ids[0], error)

    def _publish(self, blog_id: int, ids: Sequence[int]) -> list[Post]:
        published = []
        with change(lambda: Q(pk=blog_id)) as made:
            for post in self._due(blog_id, ids):
                if publish_errors := post.publish_errors():
                    fault = " ".join(message for messages in publish_errors.values() for message in messages)
                    _back_to_draft(post, fault)
                    continue
                post.state, post.publish_fault = Post.State.PUBLISHED, ""
                post.published_at = post.published_at or post.publish_at
                post.updated_at, post.publish_at = post.publish_at, None
                _save(post, "published on schedule")
                made.stamp(post, count=1)
                made.updated_at = post.updated_at
                published.append(post)
            if not published:
                made.cancel()
        return published

    def _due(self, blog_id: int, ids: Sequence[int]) -> list[Post]:
        """Those that are still due, now that the blog is locked: withdrawn and rescheduled ones are not."""
        due = Post.objects.select_for_update(no_key=True).filter(blog=blog_id, pk__in=ids).due(self.at)
        return list(due.order_by("publish_at", "pk"))

    def _set_aside(self, blog_id: int, pk: int, error: Exception) -> None:
        """A post that cannot be published for a reason that nobody foresaw."""
        logger.error("Publishing the scheduled post %s failed", pk, exc_info=error)
        fault = _("An error in the system kept this post from being published: %(error)s")
        with change(lambda: Q(pk=blog_id)) as made:
            made.cancel()
            for post in self._due(blog_id, [pk]):
                _back_to_draft(post, fault % {"error": type(error).__name__})


def _back_to_draft(post: Post, fault: str) -> None:
    logger.error("The scheduled post %s could not be published: %s", post.pk, fault)
    post.state, post.publish_fault = Post.State.DRAFT, fault
    try:
        with transaction.atomic():
            _save(post, "could not be published")
    except Exception:
        # Its history cannot be written either; the schedule must be rid of it all the same.
        logger.exception("The history of post %s could not be written", post.pk)
        Post.objects.filter(pk=post.pk).update(state=post.state, publish_fault=fault)


def _save(post: Post, reason: str) -> None:
    set_history(post, None, reason)
    post._history_user = None  # type: ignore[attr-defined] # nobody did, least of all the reader who asked first
    post.save(update_fields=STATE)
