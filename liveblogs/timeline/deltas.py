"""Deltas: what changed for readers since a revision."""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from ..models import Post
from . import queries
from .queries import ours
from .snapshot import Coverage

#: Changed posts that one delta carries; a page that is further behind is asked to load anew.
DELTA_POSTS = 50

NOTHING = SafeString()


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed for readers since a revision: rendered parts, and addresses of posts that are gone.

    With ``reload`` there is too much to tell, or nothing that could be told.
    """

    head: SafeString = NOTHING
    about: SafeString = NOTHING
    posts: list[SafeString] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    reload: bool = False


def delta(covered: Coverage, since: int) -> Delta:
    """What changed since this revision. No query when nothing did, else one.

    A cursor from the future, or from before the database was restored, can only be answered with ``reload``.
    """
    blog, kept = covered.blog, covered.fragment
    if since == blog.revision:
        return Delta()
    if not blog.followed_from <= since < blog.revision:
        return Delta(reload=True)
    rows = queries.asked(queries.CHANGED, DELTA_POSTS + 1, blog=blog.pk, since=since)
    if len(rows) > DELTA_POSTS:
        return Delta(reload=True)
    shown = [row for row in rows if row.state == Post.State.PUBLISHED]
    parts = queries.rendered(shown)
    return Delta(
        head=covered.head if kept.head_revision > since else NOTHING,
        about=covered.about if kept.about_revision > since else NOTHING,
        posts=[ours(parts[row.pk].html) for row in shown if row.pk in parts],
        withdrawn=[row.public_id for row in rows if row.state != Post.State.PUBLISHED],
    )
