"""Scheduled posts whose time has come: the read path has the write path publish them before it answers."""

import logging
import time

from .. import publishing
from ..models import Blog

logger = logging.getLogger(__name__)

#: Seconds after a failure before the next reader's request tries to publish again.
RETRY_AFTER = 5.0

_failed_at: dict[int | None, float] = {}


def publish_due(blog: Blog | None) -> None:
    """Publish what is due in one blog, or in all: as many posts as a reader can wait for. Later requests do the rest.

    An error is logged. Readers then get the page without the new posts.
    """
    pk = blog.pk if blog else None
    if time.monotonic() - _failed_at.get(pk, -RETRY_AFTER) < RETRY_AFTER:
        return
    try:
        publishing.publish_due(blog=blog, limit=publishing.RENDERED_AT_ONCE)
    except Exception:  # whatever it is, the posts that were there before can be read
        logger.exception("The scheduled posts of %s could not be published", blog.slug if blog else "all blogs")
        _failed_at[pk] = time.monotonic()
