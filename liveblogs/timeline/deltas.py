"""Deltas: what changed for readers since a revision."""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from ..models import Post
from . import queries
from .queries import trusted_html
from .snapshots import BlogSnapshot

#: Changed posts in one delta at most. A page that is further behind is asked to reload.
DELTA_POSTS = 50

EMPTY = SafeString()


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed for readers since a revision: rendered parts, and the public ids of withdrawn posts.

    ``reload`` is set when there are too many changes, or when the changes are not known.
    """

    head: SafeString = EMPTY
    about: SafeString = EMPTY
    posts: list[SafeString] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    reload: bool = False


def delta(snapshot: BlogSnapshot, since: int) -> Delta:
    """What changed since this revision. No query when nothing did, otherwise one.

    A revision from the future, or from before the database was restored from a backup, gives ``reload``.
    """
    blog, fragment = snapshot.blog, snapshot.fragment
    if since == blog.revision:
        return Delta()
    if not blog.followed_from <= since < blog.revision:
        return Delta(reload=True)
    rows = queries.fetch(queries.changed_since(blog, since), DELTA_POSTS + 1)
    if len(rows) > DELTA_POSTS:
        return Delta(reload=True)
    published = [row for row in rows if row.state == Post.State.PUBLISHED]
    parts = queries.rendered(published)
    return Delta(
        head=snapshot.head if fragment.head_revision > since else EMPTY,
        about=snapshot.about if fragment.about_revision > since else EMPTY,
        posts=[trusted_html(parts[row.pk].html) for row in published if row.pk in parts],
        withdrawn=[row.public_id for row in rows if row.state != Post.State.PUBLISHED],
    )
