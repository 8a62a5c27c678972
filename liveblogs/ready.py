"""The first page of a blog, made ready by the process that changed it.

A crowd that comes right after a change finds the page in the database, compressed, whichever process it asks, and
whether or not processes share a cache. It is one more short write after the commit; nothing depends on it.
"""

import logging
import time
from typing import Any

from . import publishing, timeline, views
from .models import BlogFragment

logger = logging.getLogger(__name__)

#: In a row of quick changes, such as many posts that are due at once, a page is made ready once in so many seconds.
PAUSE = 0.5

_made_at: dict[str, float] = {}


def make_ready(*, slug: str, **_signal: Any) -> None:
    """Make the first page and keep it with the blog's fragment, as long as that is still of the same revision."""
    now = time.monotonic()
    if now - _made_at.get(slug, -PAUSE) < PAUSE:
        return
    _made_at[slug] = now
    try:
        if (covered := timeline.coverage(slug)) is not None:
            key, answer = views.first_page(covered)
            current = BlogFragment.objects.filter(blog=covered.blog.pk, revision=covered.blog.revision)
            current.update(page_key=key, page=answer.encoded("br"))
            timeline.forget()
    except Exception:  # the change itself is saved and announced; readers have the page made for them
        logger.exception("The first page of %s could not be made ready", slug)


publishing.changed.connect(make_ready, dispatch_uid="ready")
