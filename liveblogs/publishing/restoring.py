"""A database that was restored from a backup: readers' open pages know revisions that it will count through again."""

from django.db.models import Q

from ..models import Blog
from .revising import change

#: Further than any blog can have counted between a backup and its restoration.
LEAP = 1_000_000


def after_restore() -> int:
    """Have every open page load anew, and every cache ask again. How many blogs that were.

    The revisions leap over those that were lost, so that no later one is taken for one of them.
    """
    with change(lambda: Q(published_at__isnull=False), minor=True, exclusive=True) as made:
        for blog in made.blogs.values():
            blog.revision += LEAP
            Blog.objects.filter(pk=blog.pk).update(followed_from=blog.revision + 1)  # this very change's
    return len(made.blogs)
