"""Pages of a blog: which posts stand on one, in which order, and where it goes on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils.safestring import SafeString

from ..models import Blog, Post
from ..rendering import fragments
from ..rendering.fragments import PER_PAGE
from ..text import times
from . import queries
from .queries import Position, Row, ours
from .snapshot import Coverage

#: Posts on each side of the one that a permalink shows.
NEIGHBOURS = 10


@dataclass(frozen=True)
class Place:
    """A place in a timeline: its first page, a page beside a cursor, or a post and what stands around it."""

    oldest_first: bool = False
    before: str = ""
    after: str = ""
    post: str = ""

    @property
    def is_first(self) -> bool:
        return not (self.before or self.after or self.post)

    @cached_property
    def key(self) -> str:
        return f"{'oldest' if self.oldest_first else 'newest'}.{self.before}.{self.after}.{self.post}"


@dataclass(frozen=True, slots=True)
class Item:
    """A published post as a page shows it."""

    pk: int
    public_id: str
    html: SafeString
    data: str
    is_pinned: bool = False


@dataclass(slots=True)
class Page:
    """The posts of one page, in reading order, and where it goes on.

    ``older`` and ``newer`` are cursors for the pages beside this one (``before`` and ``after``), or empty where the
    timeline ends. ``focus`` is the post that a permalink is about; it isn't among ``posts``.

    ``lower`` and ``upper`` are the places between which this page shows every post, or empty where it goes as far as
    the timeline does.
    """

    posts: list[Item]
    pinned: list[Item] = field(default_factory=list)
    focus: Item | None = None
    older: str = ""
    newer: str = ""
    lower: str = ""
    upper: str = ""

    @property
    def all(self) -> list[Item]:
        return [*([self.focus] if self.focus else []), *self.pinned, *self.posts]


def page(covered: Coverage, place: Place) -> Page:
    """The posts at this place: two queries, and one more for a cursor's place or the newer half of neighbours.

    The cost does not depend on how many posts the blog has. Raises ``UnknownPost``.
    """
    blog = covered.blog
    if place.post:
        found = _around(blog, queries.locate(blog, place.post, published_only=True))
    elif place.before:
        cursor = queries.locate(blog, place.before)
        rows = queries.older(blog, cursor, PER_PAGE + 1)
        found = _Rows(rows[:PER_PAGE], older=len(rows) > PER_PAGE, newer=True, upper=cursor)
    elif place.after:
        found = _after(blog, queries.locate(blog, place.after))
    else:
        found = _first(blog, oldest_first=place.oldest_first)
    return _assemble(found, place)


@dataclass(slots=True)
class _Rows:
    """Rows of posts, newest first, and whether there are more on each side."""

    rows: list[Row]
    older: bool = False
    newer: bool = False
    pinned: list[Row] = field(default_factory=list)
    focus: Row | None = None
    lower: Position | None = None
    upper: Position | None = None

    def __post_init__(self) -> None:
        """Where a page ends before the timeline does, and not at a cursor, its last posts are its bounds."""
        if self.rows and self.older and self.lower is None:
            self.lower = self.rows[-1].published_at, self.rows[-1].pk
        if self.rows and self.newer and self.upper is None:
            self.upper = self.rows[0].published_at, self.rows[0].pk


def _first(blog: Blog, *, oldest_first: bool) -> _Rows:
    pinned = queries.asked(queries.PINNED, blog=blog.pk)
    if not oldest_first:
        size = fragments.first_page_size(blog.post_count)
        rows = queries.asked(queries.NEWEST, size + 1, blog=blog.pk)
        return _Rows(rows[:size], older=len(rows) > size, pinned=pinned)
    rows = queries.asked(queries.OLDEST, 2 * PER_PAGE, blog=blog.pk)
    kept = rows[:PER_PAGE] if len(rows) == 2 * PER_PAGE else rows
    return _Rows(kept[::-1], newer=len(rows) > len(kept), pinned=pinned)


def _after(blog: Blog, place: Position) -> _Rows:
    """What follows a cursor: a page's worth, or all that is left when that makes no two pages."""
    rows = queries.newer(blog, place, 2 * PER_PAGE)
    kept = rows[:PER_PAGE] if len(rows) == 2 * PER_PAGE else rows
    return _Rows(kept[::-1], older=True, newer=len(rows) > len(kept), lower=place)


def _around(blog: Blog, place: Position) -> _Rows:
    newer = queries.newer(blog, place, NEIGHBOURS + 1)
    focus, *older = queries.older(blog, place, NEIGHBOURS + 2, including=True)
    return _Rows(
        [*newer[:NEIGHBOURS][::-1], *older[:NEIGHBOURS]],
        older=len(older) > NEIGHBOURS,
        newer=len(newer) > NEIGHBOURS,
        focus=focus,
    )


def _assemble(found: _Rows, place: Place) -> Page:
    pinned = {row.pk for row in found.pinned}
    rows = [row for row in found.rows if row.pk not in pinned]
    if place.oldest_first:
        rows.reverse()
    focus = [found.focus] if found.focus else []
    parts = queries.rendered([*focus, *found.pinned, *rows])

    def items(of: Sequence[Row]) -> list[Item]:
        return [
            Item(row.pk, row.public_id, ours(parts[row.pk].html), parts[row.pk].data, row.pinned_at is not None)
            for row in of
            if row.pk in parts
        ]

    # The cursors come from the breaks, so that a pinned post that leads the page moves neither.
    assembled = Page(
        posts=items(rows),
        pinned=items(found.pinned),
        focus=next(iter(items(focus)), None),
        older=found.rows[-1].public_id if found.older and found.rows else "",
        newer=found.rows[0].public_id if found.newer and found.rows else "",
        lower=times.order_key(*found.lower) if found.lower else "",
        upper=times.order_key(*found.upper) if found.upper else "",
    )
    _hurry_first_picture(assembled)
    return assembled


_LAZY = re.compile(r'(<img [^<>]*?)loading="lazy"')


def _hurry_first_picture(page: Page) -> None:
    """Have the first post's first picture loaded at once: it is what a reader sees first.

    Done here because a post's stored HTML knows nothing of its place. Texts can hold no tag of an image.
    """
    if page.focus:
        page.focus = _hurried(page.focus)
    elif page.pinned or page.posts:
        items = page.pinned or page.posts
        items[0] = _hurried(items[0])


def _hurried(item: Item) -> Item:
    return replace(item, html=ours(_LAZY.sub(r'\1fetchpriority="high"', item.html, count=1)))


# Before it is published
# ----------------------


def preview(post: Post) -> tuple[Coverage, Page]:
    """A saved post, whatever its state and its blog's, above the first page as readers would see it now.

    For editors only; the caller checks who is asking. Fifteen queries, nothing is kept.
    """
    blog = Blog.objects.select_related("cover").get(pk=post.blog_id)
    covered = Coverage(blog, fragments.made_for_blog(blog.pk), None)
    found = page(covered, Place())
    rendered = fragments.render(fragments.with_content([post.pk]))[post.pk]
    found.pinned, found.posts = (
        [item for item in items if item.pk != post.pk] for items in (found.pinned, found.posts)
    )
    found.focus = Item(post.pk, post.public_id, ours(rendered.html), rendered.data)
    return covered, found
