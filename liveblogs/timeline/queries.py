"""Rows of published posts by their places in a blog, with the articles that are kept of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString, mark_safe

from ..compiled import Compiled
from ..models import Blog, Post
from ..rendering import fragments
from ..rendering.release import release


class UnknownPost(LookupError):
    """No post of this blog that readers know has this address."""


type Position = tuple[datetime, int]


class Row(NamedTuple):
    """A published or once published post's place, and its article as it is kept."""

    pk: int
    public_id: str
    pinned_at: datetime | None
    published_at: datetime
    state: str
    revision: int
    html: str | None
    data: str | None
    kept_revision: int | None
    kept_release: str | None


def items_of(posts: QuerySet[Post]) -> QuerySet[Post, Any]:
    """Rows that ``Row`` takes."""
    kept = ("fragment__html", "fragment__data", "fragment__revision", "fragment__release")
    return posts.values_list("pk", "public_id", "pinned_at", "published_at", "state", "revision", *kept)


def _published(blog: Any) -> QuerySet[Post]:
    return Post.objects.published().filter(blog=blog)


NEWEST = Compiled(lambda blog: items_of(_published(blog).order_by("-published_at", "-pk")), blog=int)
OLDEST = Compiled(lambda blog: items_of(_published(blog).order_by("published_at", "pk")), blog=int)
PINNED = Compiled(
    lambda blog: items_of(_published(blog).filter(pinned_at__isnull=False).order_by("-pinned_at", "-pk")), blog=int
)
CHANGED = Compiled(
    lambda blog, since: items_of(
        Post.objects.filter(blog=blog, revision__gt=since, published_at__isnull=False).order_by("revision", "pk")
    ),
    blog=int,
    since=int,
)


def asked(query: Compiled, limit: int | None = None, **values: int) -> list[Row]:
    """The rows of a compiled query, at most ``limit``. One query."""
    return [Row._make(row) for row in query.rows(limit, **values)]


def locate(blog: Blog, public_id: str, *, published_only: bool = False) -> Position:
    """Where a post stands. The place of a withdrawn one is still known, so that addresses of pages outlive it."""
    posts = Post.objects.filter(blog=blog, public_id=public_id, published_at__isnull=False)
    if published_only:
        posts = posts.published()
    for at, pk in posts.values_list("published_at", "pk"):
        if at is not None:
            return at, pk
    raise UnknownPost(public_id)


def older(blog: Blog, place: Position, limit: int, *, including: bool = False) -> list[Row]:
    """Posts older than this place, newest first. The first condition is what an index can use."""
    at, pk = place
    same = Q(published_at=at, pk__lte=pk) if including else Q(published_at=at, pk__lt=pk)
    rows = items_of(_published(blog).filter(Q(published_at__lte=at), Q(published_at__lt=at) | same))
    return [Row._make(row) for row in rows.order_by("-published_at", "-pk")[:limit]]


def newer(blog: Blog, place: Position, limit: int) -> list[Row]:
    """Posts newer than this place, oldest first."""
    at, pk = place
    rows = items_of(
        _published(blog).filter(Q(published_at__gte=at), Q(published_at__gt=at) | Q(published_at=at, pk__gt=pk))
    )
    return [Row._make(row) for row in rows.order_by("published_at", "pk")[:limit]]


def rendered(rows: Sequence[Row]) -> dict[int, fragments.Rendered]:
    """What is kept of these rows. No query unless some were never rendered at this revision and release."""
    now = release()
    fresh = {
        row.pk: fragments.Rendered(row.html or "", row.data or "")
        for row in rows
        if row.kept_revision == row.revision and row.kept_release == now
    }
    stale = [row.pk for row in rows if row.pk not in fresh]
    return fresh | fragments.renew(stale) if stale else fresh


def ours(html: str) -> SafeString:
    """HTML that our own templates have made and the database has kept."""
    return mark_safe(html)  # noqa: S308 - see above
