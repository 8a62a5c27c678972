"""The first page of a blog, made ready by the process that changed it.

A crowd that comes right after a change finds the page in the database, compressed, whichever process it asks, and
whether or not processes share a cache. It is one more short write after the commit; nothing depends on it.
"""

import logging
from typing import Any

from django.db import DatabaseError

from . import timeline
from .models import BlogFragment
from .views import pages

logger = logging.getLogger(__name__)


def make_ready(*, slug: str, **_signal: Any) -> None:
    """Make the first page and keep it with the blog's fragment, as long as that is still of the same revision."""
    try:
        covered = timeline.as_it_is(slug)
        # What is due will be published at once, and make another page.
        if covered is not None and not covered.is_behind:
            key, answer = pages.first_page(covered)
            current = BlogFragment.objects.filter(blog=covered.blog.pk, revision=covered.blog.revision)
            current.update(page_key=key, page=answer.encoded("br"))
            timeline.forget()  # what was read before the page was there, and may be behind another process by now
    # The change itself is saved and announced, and readers have the page made for them.
    except DatabaseError as error:
        logger.warning("The first page of %s could not be made ready (%s)", slug, error)
    except Exception:
        logger.exception("The first page of %s could not be made ready", slug)
