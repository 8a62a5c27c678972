"""A post's ``<article>``, rendered once for each revision of it and kept in the database.

Pages, deltas and permalinks are put together from these, so that they can never look different. A fragment is
derived data: one that is missing or stale (an older revision or release) is rendered anew by whoever needs it.
"""

from collections.abc import Iterable, Sequence

from django.db import DatabaseError, transaction
from django.template.loader import get_template

from .models import Fragment, Post
from .release import release

TEMPLATE = "liveblogs/post.html"


def with_content(posts: Iterable[int]) -> list[Post]:
    """The posts with these ids and all that their rendering needs: three queries."""
    return list(
        Post.objects.filter(pk__in=list(posts))
        .select_related("blog")
        .prefetch_related("credits__byline", "images__image")
    )


def render(posts: Sequence[Post]) -> dict[int, str]:
    """The HTML of each post, by primary key. No query when the posts come from ``with_content``."""
    template = get_template(TEMPLATE)
    return {post.pk: template.render({"post": post, "blog": post.blog}) for post in posts}


def store(post_ids: Sequence[int]) -> dict[int, str]:
    """Render the published ones of these posts as the database has them and keep the result; drop the others'.

    Six queries, whatever the number.
    """
    posts = [post for post in with_content(post_ids) if post.is_published]
    html = render(posts)
    Fragment.objects.filter(post__in=set(post_ids) - html.keys()).delete()
    Fragment.objects.bulk_create(
        [Fragment(post=post, revision=post.revision, release=release(), html=html[post.pk]) for post in posts],
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=["revision", "release", "html"],
    )
    return html


def renew(post_ids: Sequence[int]) -> dict[int, str]:
    """``store`` for the reading path: a database that refuses the write costs only the keeping, not the answer."""
    try:
        with transaction.atomic():
            return store(post_ids)
    except DatabaseError:
        return render([post for post in with_content(post_ids) if post.is_published])
