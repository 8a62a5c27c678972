"""Queries for the posts of one blog's timeline, as rows that carry each post's position and stored rendering."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString, mark_safe

from ..models import Blog, Post
from ..rendering import fragments
from ..rendering.release import release


class UnknownPost(LookupError):
    """No post that readers can see, or could see once, has this ``public_id`` in the blog."""


type Position = tuple[datetime, int]


class TimelineRow(NamedTuple):
    """A published or once published post with its stored rendering, which may be missing or stale."""

    pk: int
    public_id: str
    pinned_at: datetime | None
    published_at: datetime
    state: str
    revision: int
    html: str | None
    data: str | None
    rendered_revision: int | None
    rendered_release: str | None

    @property
    def position(self) -> Position:
        return self.published_at, self.pk


_COLUMNS = (
    *("pk", "public_id", "pinned_at", "published_at", "state", "revision"),
    *("fragment__html", "fragment__data", "fragment__revision", "fragment__release"),
)


def fetch(posts: QuerySet[Post], limit: int | None = None) -> list[TimelineRow]:
    """These posts as rows, at most ``limit`` of them. One query."""
    return [TimelineRow._make(row) for row in posts.values_list(*_COLUMNS)[:limit]]


def newest(blog: Blog) -> QuerySet[Post]:
    return _published(blog).order_by("-published_at", "-pk")


def oldest(blog: Blog) -> QuerySet[Post]:
    return _published(blog).order_by("published_at", "pk")


def pinned(blog: Blog) -> QuerySet[Post]:
    return _published(blog).filter(pinned_at__isnull=False).order_by("-pinned_at", "-pk")


def older(blog: Blog, than: Position, *, including: bool = False) -> QuerySet[Post]:
    """Posts older than this position, newest first. The first condition is the one that an index can use."""
    at, pk = than
    same_time = Q(published_at=at, pk__lte=pk) if including else Q(published_at=at, pk__lt=pk)
    return newest(blog).filter(Q(published_at__lte=at), Q(published_at__lt=at) | same_time)


def newer(blog: Blog, than: Position) -> QuerySet[Post]:
    """Posts newer than this position, oldest first."""
    at, pk = than
    return oldest(blog).filter(Q(published_at__gte=at), Q(published_at__gt=at) | Q(published_at=at, pk__gt=pk))


def changed_since(blog: Blog, revision: int) -> QuerySet[Post]:
    """Posts that readers see or saw, changed after this revision, in the order of their changes."""
    changed = Post.objects.filter(blog=blog, revision__gt=revision, published_at__isnull=False)
    return changed.order_by("revision", "pk")


def locate(blog: Blog, public_id: str, *, published_only: bool = False) -> Position:
    """A post's position. Withdrawn posts keep theirs, so that the addresses of pages beside them stay valid.

    One query. Raises ``UnknownPost``.
    """
    posts = Post.objects.filter(blog=blog, public_id=public_id, published_at__isnull=False)
    if published_only:
        posts = posts.published()
    for at, pk in posts.values_list("published_at", "pk"):
        if at is not None:
            return at, pk
    raise UnknownPost(public_id)


def rendered(rows: Sequence[TimelineRow]) -> dict[int, fragments.Rendered]:
    """The rendering of each row by primary key. No query unless some are not rendered at this revision and release."""
    current = release()
    fresh = {
        row.pk: fragments.Rendered(row.html or "", row.data or "")
        for row in rows
        if row.rendered_revision == row.revision and row.rendered_release == current
    }
    stale = [row.pk for row in rows if row.pk not in fresh]
    return fresh | fragments.renew(stale) if stale else fresh


def trusted_html(html: str) -> SafeString:
    """HTML that our own templates rendered before it was stored."""
    return mark_safe(html)  # noqa: S308 - see above


def _published(blog: Blog) -> QuerySet[Post]:
    return Post.objects.published().filter(blog=blog)
