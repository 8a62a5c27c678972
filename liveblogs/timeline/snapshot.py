"""A blog as readers see it, at one of its revisions: where every answer about it begins."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.safestring import SafeString

from ..compiled import Compiled
from ..models import Blog, BlogFragment, Image, Post
from ..rendering import fragments
from ..rendering.release import release
from .cache import Memory
from .due import publish_due
from .queries import ours


@dataclass(frozen=True)
class Coverage:
    """A visible blog at one of its revisions."""

    blog: Blog
    fragment: BlogFragment
    next_due: datetime | None

    @property
    def head(self) -> SafeString:
        return ours(self.fragment.head)

    @property
    def about(self) -> SafeString:
        return ours(self.fragment.about)

    @property
    def is_behind(self) -> bool:
        """Whether a scheduled post is due."""
        return self.next_due is not None and self.next_due <= timezone.now()

    @cached_property
    def key(self) -> str:
        """What every answer about this blog depends on, besides what was asked.

        With the time of the revision: a database that was restored counts through the same numbers again.
        """
        return f"{self.blog.pk}.{self.blog.revision}.{self.blog.revised_at.timestamp():.6f}.{release()}"


_blogs: Memory[Coverage | None] = Memory()
_taken_down: Memory[bool] = Memory()


def coverage(slug: str, *, known: int = 0) -> Coverage | None:
    """The blog with this slug if readers can open it, with the posts that are due published. One query at most.

    More only when a post is due, or after a new release of the code. ``known`` is the revision that the reader has:
    where another process has told of a newer one than this process remembers, the database is asked anew.
    """
    found = as_it_is(slug)
    if found is not None and found.blog.revision < known:
        found = _blogs.get(slug, lambda: _read(slug), anew=True)
    if found is not None and found.is_behind:
        publish_due(found.blog)
        found = as_it_is(slug)
    return found


def as_it_is(slug: str) -> Coverage | None:
    """As ``coverage``, for who has just written: nothing that is due is published."""
    return _blogs.get(slug, lambda: _read(slug))


def _build_coverage(slug: str) -> QuerySet[Blog, Any]:
    due = Post.objects.filter(blog=OuterRef("pk"), state=Post.State.SCHEDULED).order_by("publish_at")
    columns = [*_columns(Blog), *_columns(BlogFragment, "fragment__"), *_columns(Image, "cover__")]
    found = Blog.objects.visible().filter(slug=slug).annotate(next_due=Subquery(due.values("publish_at")[:1]))
    return found.order_by().values_list(*columns, "next_due")


def _columns(model: type[Model], prefix: str = "") -> list[str]:
    return [prefix + field.attname for field in model._meta.concrete_fields]


_coverage = Compiled(_build_coverage, slug=str)


def _read(slug: str) -> Coverage | None:
    for row in _coverage.rows(slug=slug):
        values = iter(row)
        blog, kept, cover = (_row(model, values) for model in (Blog, BlogFragment, Image))
        blog.cover = cover
        if kept is None or kept.revision != blog.revision or kept.release != release():
            kept = fragments.renew_blog(blog.pk)
        return Coverage(blog, kept, next_due=next(values))
    return None


def _row(model: type[Model], values: Iterator[Any]) -> Any:
    """An instance from as many values as the model has columns; nothing where an outer join found none."""
    names = _columns(model)
    own = list(islice(values, len(names)))
    return model.from_db(None, names, own) if own[names.index(model._meta.pk.attname)] is not None else None


def was_taken_down(slug: str) -> bool:
    """Whether readers knew a blog that they can't open any more. One query at most, remembered like a blog."""
    drafts = Blog.objects.filter(slug=slug, status=Blog.Status.DRAFT, published_at__isnull=False)
    return _taken_down.get(slug, drafts.exists)
