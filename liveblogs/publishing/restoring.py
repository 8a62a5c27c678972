"""After a restore from a backup: open pages have seen revisions that the database will count through again."""

from django.db.models import Q

from ..models import Blog
from .change import change_blogs

#: More revisions than a blog can have made between a backup and its restore.
REVISION_GAP = 1_000_000


def after_restore() -> int:
    """Have every open page reload and every cache ask again. Returns the number of blogs.

    Revisions continue after a gap, so that none of the lost ones is used again.
    """
    with change_blogs(lambda: Q(published_at__isnull=False), minor=True, exclusive=True) as change:
        for blog in change.blogs.values():
            blog.revision += REVISION_GAP
            Blog.objects.filter(pk=blog.pk).update(followed_from=blog.revision + 1)  # the revision of this change
    return len(change.blogs)
