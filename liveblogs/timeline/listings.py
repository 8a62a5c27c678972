"""The read path across all blogs, for feeds and sitemaps: what readers could open, by time or by number.

As ``timeline`` for one blog, and with the same rules of visibility. Whoever asks has asked ``timeline.coverage`` or
``timeline.front_key`` before, which publish what is due.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from ..models import Blog, BlogCredit, Byline, Post, PostCredit


def latest_posts(limit: int, blog: Blog | None = None) -> list[Post]:
    """The newest posts, of one visible blog or of all, with all that tells about them. Five queries at most."""
    posts = Post.objects.visible() if blog is None else Post.objects.published().filter(blog=blog)
    return list(
        posts.newest_first().select_related("blog").prefetch_related("credits__byline", "images__image")[:limit]
    )


def updated_at() -> datetime | None:
    """When readers last saw anything change, if they ever saw anything."""
    return Blog.objects.visible().aggregate(at=Max("updated_at"))["at"]


# By time
# -------


class Opened(NamedTuple):
    """A page that appeared not long ago. ``body`` tells what a post without a headline begins with."""

    slug: str
    public_id: str
    title: str
    body: str
    blog_title: str
    time_zone: str
    at: datetime


def opened_since(at: datetime, limit: int) -> list[Opened]:
    """Blogs and posts that readers could open for the first time since then, newest first. Two queries."""
    blogs = Blog.objects.visible().filter(published_at__gte=at).order_by("-published_at", "-pk")[:limit]
    posts = Post.objects.visible().filter(published_at__gte=at).newest_first()[:limit]
    of_posts = posts.values_list(
        "blog__slug", "public_id", "headline", "body", "blog__title", "blog__time_zone", "published_at"
    )
    of_blogs = blogs.values_list("slug", "title", "time_zone", "published_at")
    opened = [
        *(Opened(slug, "", title, "", title, zone, at) for slug, title, zone, at in of_blogs if at),
        *map(Opened._make, of_posts),
    ]
    return sorted(opened, key=lambda page: page.at, reverse=True)[:limit]


# By number
# ---------

#: Rows are told in parts of so many consecutive numbers: a part costs the same wherever it lies, and keeps its rows.
PART = 1000


class Part(NamedTuple):
    """A stretch of numbers in which something is visible. Its rows last changed at ``changed_at`` or before."""

    number: int
    changed_at: datetime | None


class Row(NamedTuple):
    """The address of a page, in its parts, and when readers last saw it change."""

    path: tuple[str, ...]
    changed_at: datetime | None


def blog_parts() -> list[Part]:
    return _parts(Blog.objects.visible(), "revised_at")


def post_parts() -> list[Part]:
    """One query that reads every visible post's number; its answer is one row for each part."""
    return _parts(Post.objects.visible(), "blog__revised_at")


def byline_parts() -> list[Part]:
    return [Part(number, None) for number in _numbered(_credited()).values_list("part", flat=True).distinct()]


def blogs(part: int) -> Iterator[Row]:
    rows = _in_part(Blog.objects.visible(), part).values_list("slug", "updated_at")
    return (Row((slug,), at) for slug, at in rows)


def posts(part: int) -> Iterator[Row]:
    changed = Coalesce("updated_at", "published_at")
    rows = _in_part(Post.objects.visible(), part).values_list("blog__slug", "public_id", changed)
    return (Row((slug, public_id), at) for slug, public_id, at in rows)


def bylines(part: int) -> Iterator[Row]:
    rows = _in_part(_credited(), part).values_list("slug", flat=True)
    return (Row((slug,), None) for slug in rows)


def _credited() -> QuerySet[Byline]:
    """Bylines that stand on a page which readers can open."""
    on_posts = PostCredit.objects.filter(byline=OuterRef("pk"), post__in=Post.objects.visible())
    on_blogs = BlogCredit.objects.filter(byline=OuterRef("pk"), blog__in=Blog.objects.visible())
    return Byline.objects.filter(Exists(on_posts) | Exists(on_blogs))


def _parts(rows: QuerySet, changed: str) -> list[Part]:
    grouped = _numbered(rows).values("part").annotate(changed_at=Max(changed))
    return [Part(*row) for row in grouped.values_list("part", "changed_at")]


def _numbered(rows: QuerySet) -> QuerySet:
    return rows.annotate(part=F("pk") / PART).order_by("part")


def _in_part(rows: QuerySet, part: int) -> QuerySet:
    return rows.filter(pk__gte=part * PART, pk__lt=(part + 1) * PART).order_by("pk")
