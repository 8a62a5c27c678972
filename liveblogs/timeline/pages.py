"""Pages of a blog: which posts are on a page, in which order, and where the next page starts."""

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
from .queries import Position, TimelineRow, fetch, trusted_html
from .snapshots import BlogSnapshot

#: Posts on each side of the one that a permalink shows.
NEIGHBORS = 10


@dataclass(frozen=True)
class Place:
    """A place in a timeline: its first page, the page before or after a post, or a post and what is around it."""

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
    """A published post as a page shows it: its article, and its linked data as JSON."""

    pk: int
    public_id: str
    html: SafeString
    data: str
    is_pinned: bool = False


@dataclass(slots=True)
class Page:
    """The posts of one page, in reading order.

    ``focus`` is the post that a permalink is about; it is not in ``posts``. ``older`` and ``newer`` are the cursors
    (``before`` and ``after``) of the neighboring pages, or empty where the timeline ends. ``lower`` and ``upper`` are
    the order keys between which this page shows every post, or empty where it reaches the end of the timeline.
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


def page(snapshot: BlogSnapshot, place: Place) -> Page:
    """The page at this place. Two queries, three for a permalink or a page after a cursor. Raises ``UnknownPost``.

    The cost does not depend on how many posts the blog has.
    """
    blog = snapshot.blog
    if place.post:
        rows = _page_around(blog, place.post)
    elif place.before:
        rows = _page_before(blog, queries.locate(blog, place.before))
    elif place.after:
        rows = _page_after(blog, queries.locate(blog, place.after))
    elif place.oldest_first:
        rows = _oldest_page(blog)
    else:
        rows = _newest_page(blog)
    return _assemble(rows, place)


# Which posts
# -----------


@dataclass(slots=True)
class _Rows:
    """The rows of a page, newest first, and whether there are more on each side."""

    rows: list[TimelineRow]
    older: bool = False
    newer: bool = False
    pinned: list[TimelineRow] = field(default_factory=list)
    focus: TimelineRow | None = None
    lower: Position | None = None
    upper: Position | None = None

    def __post_init__(self) -> None:
        """Without a cursor, a page that ends before the timeline does is bounded by its own last post."""
        if self.rows and self.older and self.lower is None:
            self.lower = self.rows[-1].position
        if self.rows and self.newer and self.upper is None:
            self.upper = self.rows[0].position


def _newest_page(blog: Blog) -> _Rows:
    size = fragments.first_page_size(blog.post_count)
    pinned, rows = fetch(queries.pinned(blog)), fetch(queries.newest(blog), size + 1)
    return _Rows(rows[:size], older=len(rows) > size, pinned=pinned)


def _oldest_page(blog: Blog) -> _Rows:
    pinned, rows = fetch(queries.pinned(blog)), fetch(queries.oldest(blog), 2 * PER_PAGE)
    shown = _one_page(rows)
    return _Rows(shown[::-1], newer=len(rows) > len(shown), pinned=pinned)


def _page_before(blog: Blog, cursor: Position) -> _Rows:
    rows = fetch(queries.older(blog, cursor), PER_PAGE + 1)
    return _Rows(rows[:PER_PAGE], older=len(rows) > PER_PAGE, newer=True, upper=cursor)


def _page_after(blog: Blog, cursor: Position) -> _Rows:
    rows = fetch(queries.newer(blog, cursor), 2 * PER_PAGE)
    shown = _one_page(rows)
    return _Rows(shown[::-1], older=True, newer=len(rows) > len(shown), lower=cursor)


def _page_around(blog: Blog, public_id: str) -> _Rows:
    position = queries.locate(blog, public_id, published_only=True)
    newer = fetch(queries.newer(blog, position), NEIGHBORS + 1)
    older = fetch(queries.older(blog, position, including=True), NEIGHBORS + 2)
    if not older or older[0].public_id != public_id:  # withdrawn since it was located
        raise queries.UnknownPost(public_id)
    focus = older.pop(0)
    return _Rows(
        [*newer[:NEIGHBORS][::-1], *older[:NEIGHBORS]],
        older=len(older) > NEIGHBORS,
        newer=len(newer) > NEIGHBORS,
        focus=focus,
    )


def _one_page(rows: list[TimelineRow]) -> list[TimelineRow]:
    """Of at most two pages' worth of rows, oldest first: one page, or all when they do not fill two."""
    return rows[:PER_PAGE] if len(rows) == 2 * PER_PAGE else rows


# How they are shown
# ------------------


def _assemble(found: _Rows, place: Place) -> Page:
    pinned = {row.pk for row in found.pinned}
    rows = [row for row in found.rows if row.pk not in pinned]
    if place.oldest_first:
        rows.reverse()
    focus = [found.focus] if found.focus else []
    parts = queries.rendered([*focus, *found.pinned, *rows])

    def items(rows: Sequence[TimelineRow]) -> list[Item]:
        return [
            Item(row.pk, row.public_id, trusted_html(part.html), part.data, row.pinned_at is not None)
            for row in rows
            if (part := parts.get(row.pk))
        ]

    # Cursors come from the unfiltered rows: a pinned post, shown at the top, still ends its page.
    assembled = Page(
        posts=items(rows),
        pinned=items(found.pinned),
        focus=next(iter(items(focus)), None),
        older=found.rows[-1].public_id if found.older and found.rows else "",
        newer=found.rows[0].public_id if found.newer and found.rows else "",
        lower=times.order_key(*found.lower) if found.lower else "",
        upper=times.order_key(*found.upper) if found.upper else "",
    )
    _load_first_picture_eagerly(assembled)
    return assembled


_LAZY = re.compile(r'(<img [^<>]*?)loading="lazy"')


def _load_first_picture_eagerly(page: Page) -> None:
    """Give the first post's first picture a high priority: it is what a reader sees first.

    Done here because a post's stored HTML does not depend on its place. Text cannot contain an image tag.
    """
    if page.focus:
        page.focus = _with_eager_picture(page.focus)
    elif page.pinned or page.posts:
        items = page.pinned or page.posts
        items[0] = _with_eager_picture(items[0])


def _with_eager_picture(item: Item) -> Item:
    return replace(item, html=trusted_html(_LAZY.sub(r'\1fetchpriority="high"', item.html, count=1)))


# Before it is published
# ----------------------


def preview(post: Post) -> tuple[BlogSnapshot, Page]:
    """A saved post in any state, above the blog's newest page as readers would see it now, whatever the blog's status.

    For editors only: the caller checks permissions. About a dozen queries, whatever its length. Nothing is stored.
    """
    blog = Blog.objects.select_related("cover").get(pk=post.blog_id)
    snapshot = BlogSnapshot(blog, fragments.render_blog(blog.pk), None)
    found = page(snapshot, Place())
    rendered = fragments.render(fragments.with_content([post.pk]))[post.pk]
    found.pinned, found.posts = (
        [item for item in items if item.pk != post.pk] for items in (found.pinned, found.posts)
    )
    found.focus = Item(post.pk, post.public_id, trusted_html(rendered.html), rendered.data)
    return snapshot, found
