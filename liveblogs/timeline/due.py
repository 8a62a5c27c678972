"""Scheduled posts whose time has come: the reading path has the write path publish them before it answers."""

import logging
import time

from .. import publishing
from ..models import Blog

logger = logging.getLogger(__name__)

#: Seconds until a scheduled post that could not be published is tried again by a reader.
RETRY_DUE = 5.0

_tried_due: dict[int | None, float] = {}


def publish_due(blog: Blog | None) -> None:
    """Have the write path publish what is due, in one blog or in all: as much as a reader can wait for.

    What is left comes with the next answer. A fault costs readers the new post for a moment, never the page.
    """
    tried = blog.pk if blog else None
    if time.monotonic() - _tried_due.get(tried, -RETRY_DUE) < RETRY_DUE:
        return
    try:
        publishing.publish_due(blog=blog, limit=publishing.RENDERED_AT_ONCE)
    except Exception:  # whatever it is, the posts that were there before can be read
        logger.exception("The scheduled posts of %s could not be published", blog.slug if blog else "all blogs")
        _tried_due[tried] = time.monotonic()
