"""A whole blog that was published elsewhere."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Q
from simple_history.utils import bulk_create_with_history

from ..models import Blog, Post
from .blogs import neighbours
from .revising import change, restore_on_error
from .saving import set_history


@contextmanager
def importing(blog: Blog, posts: Iterable[Post], *, by: Any = None, reason: str = "imported") -> Iterator[None]:
    """Take over a new blog and its posts as another newsroom published them, with the times that they carry.

    One transaction and one revision, whatever the number of posts. The credits and pictures that hang on them are
    saved inside the ``with``. A picture without a credit line is no obstacle: that is how readers have seen it.
    """

    def blogs() -> Q:
        return Q(pk=blog.pk) | neighbours(blog) if blog.is_visible else Q(pk=blog.pk)

    with restore_on_error(blog), transaction.atomic():
        set_history(blog, by, reason)
        blog.save()
        for part in batched(posts, 500):
            bulk_create_with_history(part, Post, default_user=by, default_change_reason=reason)
        yield
        # Only now does it take its turn: nobody else's change waits while a long archive is read.
        with change(blogs, minor=True, exclusive=True) as made:
            published = Post.objects.published().filter(blog=blog)
            made.counts[blog.pk] = published.count()
            made.stamp_all(published)
