"""The read path across all blogs for feeds and sitemaps: posts, blogs and bylines by time or by primary key.

Callers first call ``timeline.snapshot`` or ``timeline.front_state``, which publish what is due.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from ..models import Blog, BlogCredit, Byline, Post, PostCredit


def latest_posts(limit: int, blog: Blog | None = None) -> list[Post]:
    """The newest posts of one visible blog or of all, with credits and pictures. Five queries at most."""
    posts = Post.objects.visible() if blog is None else Post.objects.published().filter(blog=blog)
    return list(
        posts.newest_first().select_related("blog").prefetch_related("credits__byline", "images__image")[:limit]
    )


def updated_at() -> datetime | None:
    """The last time that anything changed for readers. None without visible blogs."""
    return Blog.objects.visible().aggregate(at=Max("updated_at"))["at"]


# By time
# -------


class NewPage(NamedTuple):
    """A blog or post that was published recently. ``body`` is there for posts without a headline."""

    slug: str
    public_id: str
    title: str
    body: str
    blog_title: str
    time_zone: str
    at: datetime


def published_since(at: datetime, limit: int) -> list[NewPage]:
    """Blogs and posts first published since then, newest first. Two queries."""
    blogs = Blog.objects.visible().filter(published_at__gte=at).order_by("-published_at", "-pk")[:limit]
    posts = Post.objects.visible().filter(published_at__gte=at).newest_first()[:limit]
    post_rows = posts.values_list(
        "blog__slug", "public_id", "headline", "body", "blog__title", "blog__time_zone", "published_at"
    )
    blog_rows = blogs.values_list("slug", "title", "time_zone", "published_at")
    pages = [
        *(NewPage(slug, "", title, "", title, zone, at) for slug, title, zone, at in blog_rows if at),
        *map(NewPage._make, post_rows),
    ]
    return sorted(pages, key=lambda page: page.at, reverse=True)[:limit]


# By primary key
# --------------

#: Consecutive primary keys in each part: all parts cost the same, and a row never moves to another part.
PART_SIZE = 1000


class Part(NamedTuple):
    """A range of primary keys with something visible in it. ``changed_at`` is no earlier than its last change."""

    number: int
    changed_at: datetime | None


class Entry(NamedTuple):
    """The arguments of a page's URL, and when the page last changed for readers."""

    arguments: tuple[str, ...]
    changed_at: datetime | None


def blog_parts() -> list[Part]:
    return _parts(Blog.objects.visible(), "revised_at")


def post_parts() -> list[Part]:
    """One query. The database reads every visible post's primary key and returns one row for each part."""
    return _parts(Post.objects.visible(), "blog__revised_at")


def byline_parts() -> list[Part]:
    return [Part(number, None) for number in _numbered(_credited()).values_list("part", flat=True).distinct()]


def blogs(part: int) -> Iterator[Entry]:
    rows = _in_part(Blog.objects.visible(), part).values_list("slug", "updated_at")
    return (Entry((slug,), at) for slug, at in rows)


def posts(part: int) -> Iterator[Entry]:
    changed = Coalesce("updated_at", "published_at")
    rows = _in_part(Post.objects.visible(), part).values_list("blog__slug", "public_id", changed)
    return (Entry((slug, public_id), at) for slug, public_id, at in rows)


def bylines(part: int) -> Iterator[Entry]:
    rows = _in_part(_credited(), part).values_list("slug", flat=True)
    return (Entry((slug,), None) for slug in rows)


def _credited() -> QuerySet[Byline]:
    """Bylines credited on a page that readers can open."""
    on_posts = PostCredit.objects.filter(byline=OuterRef("pk"), post__in=Post.objects.visible())
    on_blogs = BlogCredit.objects.filter(byline=OuterRef("pk"), blog__in=Blog.objects.visible())
    return Byline.objects.filter(Exists(on_posts) | Exists(on_blogs))


def _parts(rows: QuerySet, changed: str) -> list[Part]:
    grouped = _numbered(rows).values("part").annotate(changed_at=Max(changed))
    return [Part(*row) for row in grouped.values_list("part", "changed_at")]


def _numbered(rows: QuerySet) -> QuerySet:
    return rows.annotate(part=F("pk") / PART_SIZE).order_by("part")


def _in_part(rows: QuerySet, part: int) -> QuerySet:
    return rows.filter(pk__gte=part * PART_SIZE, pk__lt=(part + 1) * PART_SIZE).order_by("pk")
