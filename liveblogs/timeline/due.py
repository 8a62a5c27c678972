"""Scheduled posts whose time has come: the read path has the write path publish them before it answers."""

import logging
import time

from .. import publishing
from ..models import Blog

logger = logging.getLogger(__name__)

#: Seconds after a failure, and after a lock that was not free, before the next reader's request tries again.
RETRY_AFTER, RETRY_BUSY_AFTER = 5.0, 1.0

_retry_at: dict[int | None, float] = {}


def publish_due(blog: Blog | None) -> None:
    """Publish what is due in one blog, or in all: as many posts as a reader can wait for. Later requests do the rest.

    A blog that somebody else is saving is waited for ``READER_WAIT`` at most. An error is logged. Readers then get the
    page without the new posts.
    """
    pk = blog.pk if blog else None
    if time.monotonic() < _retry_at.get(pk, 0.0):
        return
    try:
        publishing.publish_due(blog=blog, limit=publishing.RENDERED_AT_ONCE, wait=publishing.READER_WAIT)
    except publishing.Busy:
        _retry_at[pk] = time.monotonic() + RETRY_BUSY_AFTER
    except Exception:  # a full disk, a broken post: readers still get the posts that were there before
        logger.exception("The scheduled posts of %s could not be published", blog.slug if blog else "all blogs")
        _retry_at[pk] = time.monotonic() + RETRY_AFTER
