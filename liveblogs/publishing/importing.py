"""A whole blog that was published elsewhere."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import batched

from django.db import transaction
from django.db.models import Q
from simple_history.utils import bulk_create_with_history

from ..models import Blog, Post
from ..permissions import AnyUser
from .blogs import linked_blogs
from .change import change_blogs, restore_on_error
from .saving import set_history


@contextmanager
def importing(
    blog: Blog, posts: Iterable[Post], *, by: AnyUser | None = None, reason: str = "imported"
) -> Iterator[None]:
    """Save a new blog and its posts as another newsroom published them, with their own times.

    One transaction and one revision, whatever the number of posts. Save their credits and pictures inside the
    ``with`` block. A picture without a credit line is accepted: readers have seen it so.
    """

    def find_blogs() -> Q:
        return Q(pk=blog.pk) | linked_blogs(blog) if blog.is_visible else Q(pk=blog.pk)

    with restore_on_error(blog), transaction.atomic():
        set_history(blog, by, reason)
        blog.save()
        for part in batched(posts, 500):
            bulk_create_with_history(part, Post, default_user=by, default_change_reason=reason)
        yield
        # Locked at the end, so that no other change waits while a long archive is read.
        with change_blogs(find_blogs, minor=True, exclusive=True) as change:
            published = Post.objects.published().filter(blog=blog)
            change.count_changes[blog.pk] = published.count()
            change.touch_all(published)
