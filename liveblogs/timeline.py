"""The read path: the only code that says what is visible, in which order, on which page, and what changed since.

Everything begins with ``coverage(slug)``: one query, remembered by each process for at most a second and forgotten
at once when this process writes. ``page`` and ``delta`` then put together what the write path has rendered.
"""

import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Count, Max, Model, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from . import fragments, publishing, times
from .compiled import Compiled
from .fragments import PER_PAGE
from .models import Blog, BlogFragment, Byline, Image, Post
from .release import release

logger = logging.getLogger(__name__)

#: Seconds for which a process believes what it read about a blog.
REMEMBERED = 1.0
#: Blogs (and addresses that are none) that a process remembers.
REMEMBERED_AT_MOST = 2000
#: Seconds until a scheduled post that could not be published is tried again by a reader.
RETRY_DUE = 5.0
#: Posts on each side of the one that a permalink shows.
NEIGHBOURS = 10
#: Headlines that a live blog shows on the front page, ended blogs on a page of it, and posts on a byline's.
LATEST = 3
PAST_PER_PAGE = 24
BY_BYLINE = 30
#: Changed posts that one delta carries; a page that is further behind is asked to load anew.
DELTA_POSTS = 50


class UnknownPost(LookupError):
    """No post of this blog that readers know has this address."""


# A blog as readers see it
# ------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """A visible blog at one of its revisions."""

    blog: Blog
    fragment: BlogFragment
    next_due: datetime | None

    @property
    def head(self) -> SafeString:
        return _ours(self.fragment.head)

    @property
    def about(self) -> SafeString:
        return _ours(self.fragment.about)

    @property
    def key(self) -> str:
        """What every answer about this blog depends on, besides what was asked.

        With the time of the revision: a database that was restored counts through the same numbers again.
        """
        return f"{self.blog.pk}.{self.blog.revision}.{self.blog.revised_at.timestamp():.6f}.{release()}"


class _Memory[T]:
    """What this process read less than a second ago."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, T]] = OrderedDict()
        self._changes = 0

    def get(self, key: str, ask: Callable[[], T], *, anew: bool = False) -> T:
        """What is remembered under this key, else the answer of ``ask``, kept unless this process writes meanwhile."""
        kept = self._kept.get(key)
        if kept is not None and not anew and time.monotonic() - kept[0] <= REMEMBERED:
            return kept[1]
        changes, started = self._changes, time.monotonic()
        answer = ask()
        with self._lock:
            if changes == self._changes:
                self._kept[key] = started, answer
                self._kept.move_to_end(key)
                while len(self._kept) > REMEMBERED_AT_MOST:
                    self._kept.popitem(last=False)
        return answer

    def forget(self) -> None:
        with self._lock:
            self._changes += 1
            self._kept.clear()


_blogs: _Memory[Coverage | None] = _Memory()
_front: "_Memory[_SeenFront]" = _Memory()
_taken_down: _Memory[bool] = _Memory()


def forget(**_signal: Any) -> None:
    """Ask the database again, whatever was read a moment ago."""
    _blogs.forget()
    _front.forget()
    _taken_down.forget()


publishing.changing.connect(forget, dispatch_uid="timeline-changing")
publishing.changed.connect(forget, dispatch_uid="timeline-changed")


def coverage(slug: str, *, known: int = 0) -> Coverage | None:
    """The blog with this slug if readers can open it, with the posts that are due published. One query at most.

    More only when a post is due, or after a new release of the code. ``known`` is the revision that the reader has:
    where another process has told of a newer one than this process remembers, the database is asked anew.
    """
    found = _blogs.get(slug, lambda: _read(slug))
    if found is not None and found.blog.revision < known:
        found = _blogs.get(slug, lambda: _read(slug), anew=True)
    if found is not None and found.next_due is not None and found.next_due <= timezone.now():
        _publish_due(found.blog)
        found = _blogs.get(slug, lambda: _read(slug))
    return found


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


_tried_due: dict[int | None, float] = {}


def _publish_due(blog: Blog | None) -> None:
    """Have the write path publish what is due, in one blog or in all: as much as a reader can wait for.

    What is left comes with the next answer. A fault costs readers the new post for a moment, never the page.
    """
    tried = blog.pk if blog else None
    if time.monotonic() - _tried_due.get(tried, -RETRY_DUE) < RETRY_DUE:
        return
    try:
        publishing.publish_due(blog=blog, most=publishing.RENDERED_AT_ONCE)
    except Exception:  # whatever it is, the posts that were there before can be read
        logger.exception("The scheduled posts of %s could not be published", blog.slug if blog else "all blogs")
        _tried_due[tried] = time.monotonic()


# Pages
# -----


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a timeline: its first page, a page beside a cursor, or a post and what stands around it."""

    oldest_first: bool = False
    before: str = ""
    after: str = ""
    post: str = ""

    @property
    def is_first(self) -> bool:
        return not (self.before or self.after or self.post)

    @property
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
        found = _around(blog, _locate(blog, place.post, published_only=True))
    elif place.before:
        cursor = _locate(blog, place.before)
        rows = _older(blog, cursor, PER_PAGE + 1)
        found = _Rows(rows[:PER_PAGE], older=len(rows) > PER_PAGE, newer=True, upper=cursor)
    elif place.after:
        found = _after(blog, _locate(blog, place.after))
    else:
        found = _first(blog, oldest_first=place.oldest_first)
    return _assemble(found, place)


type _Position = tuple[datetime, int]


@dataclass(slots=True)
class _Rows:
    """Rows of posts, newest first, and whether there are more on each side."""

    rows: list["_Post"]
    older: bool = False
    newer: bool = False
    pinned: list["_Post"] = field(default_factory=list)
    focus: "_Post | None" = None
    lower: _Position | None = None
    upper: _Position | None = None

    def __post_init__(self) -> None:
        """Where a page ends before the timeline does, and not at a cursor, its last posts are its bounds."""
        if self.rows and self.older and self.lower is None:
            self.lower = self.rows[-1].published_at, self.rows[-1].pk
        if self.rows and self.newer and self.upper is None:
            self.upper = self.rows[0].published_at, self.rows[0].pk


class _Post(NamedTuple):
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


def _items(posts: QuerySet[Post]) -> QuerySet[Post, Any]:
    """Rows that ``_Post`` takes."""
    kept = ("fragment__html", "fragment__data", "fragment__revision", "fragment__release")
    return posts.values_list("pk", "public_id", "pinned_at", "published_at", "state", "revision", *kept)


def _published(blog: Any) -> QuerySet[Post]:
    return Post.objects.published().filter(blog=blog)


_newest = Compiled(lambda blog: _items(_published(blog).order_by("-published_at", "-pk")), blog=int)
_oldest = Compiled(lambda blog: _items(_published(blog).order_by("published_at", "pk")), blog=int)
_pinned = Compiled(
    lambda blog: _items(_published(blog).filter(pinned_at__isnull=False).order_by("-pinned_at", "-pk")), blog=int
)
_changed = Compiled(
    lambda blog, since: _items(
        Post.objects.filter(blog=blog, revision__gt=since, published_at__isnull=False).order_by("revision", "pk")
    ),
    blog=int,
    since=int,
)


def _asked(query: Compiled, limit: int | None = None, **values: int) -> list[_Post]:
    return [_Post._make(row) for row in query.rows(limit, **values)]


def _locate(blog: Blog, public_id: str, *, published_only: bool = False) -> _Position:
    """Where a post stands. The place of a withdrawn one is still known, so that addresses of pages outlive it."""
    posts = Post.objects.filter(blog=blog, public_id=public_id, published_at__isnull=False)
    if published_only:
        posts = posts.published()
    for at, pk in posts.values_list("published_at", "pk"):
        if at is not None:
            return at, pk
    raise UnknownPost(public_id)


def _older(blog: Blog, place: _Position, limit: int, *, including: bool = False) -> list[_Post]:
    """Posts older than this place, newest first. The first condition is what an index can use."""
    at, pk = place
    same = Q(published_at=at, pk__lte=pk) if including else Q(published_at=at, pk__lt=pk)
    rows = _items(_published(blog).filter(Q(published_at__lte=at), Q(published_at__lt=at) | same))
    return [_Post._make(row) for row in rows.order_by("-published_at", "-pk")[:limit]]


def _newer(blog: Blog, place: _Position, limit: int) -> list[_Post]:
    """Posts newer than this place, oldest first."""
    at, pk = place
    rows = _items(
        _published(blog).filter(Q(published_at__gte=at), Q(published_at__gt=at) | Q(published_at=at, pk__gt=pk))
    )
    return [_Post._make(row) for row in rows.order_by("published_at", "pk")[:limit]]


def _first(blog: Blog, *, oldest_first: bool) -> _Rows:
    pinned = _asked(_pinned, blog=blog.pk)
    if not oldest_first:
        size = fragments.first_page_size(blog.post_count)
        rows = _asked(_newest, size + 1, blog=blog.pk)
        return _Rows(rows[:size], older=len(rows) > size, pinned=pinned)
    rows = _asked(_oldest, 2 * PER_PAGE, blog=blog.pk)
    kept = rows[:PER_PAGE] if len(rows) == 2 * PER_PAGE else rows
    return _Rows(kept[::-1], newer=len(rows) > len(kept), pinned=pinned)


def _after(blog: Blog, place: _Position) -> _Rows:
    """What follows a cursor: a page's worth, or all that is left when that makes no two pages."""
    rows = _newer(blog, place, 2 * PER_PAGE)
    kept = rows[:PER_PAGE] if len(rows) == 2 * PER_PAGE else rows
    return _Rows(kept[::-1], older=True, newer=len(rows) > len(kept), lower=place)


def _around(blog: Blog, place: _Position) -> _Rows:
    newer = _newer(blog, place, NEIGHBOURS + 1)
    focus, *older = _older(blog, place, NEIGHBOURS + 2, including=True)
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
    parts = _rendered([*focus, *found.pinned, *rows])

    def items(of: Sequence[_Post]) -> list[Item]:
        return [
            Item(row.pk, row.public_id, _ours(parts[row.pk].html), parts[row.pk].data, row.pinned_at is not None)
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
    return replace(item, html=_ours(_LAZY.sub(r'\1fetchpriority="high"', item.html, count=1)))


def _rendered(rows: Sequence[_Post]) -> dict[int, fragments.Rendered]:
    """What is kept of these rows. No query unless some were never rendered at this revision and release."""
    now = release()
    fresh = {
        row.pk: fragments.Rendered(row.html or "", row.data or "")
        for row in rows
        if row.kept_revision == row.revision and row.kept_release == now
    }
    stale = [row.pk for row in rows if row.pk not in fresh]
    return fresh | fragments.renew(stale) if stale else fresh


def _ours(html: str) -> SafeString:
    """HTML that our own templates have made and the database has kept."""
    return mark_safe(html)  # noqa: S308 - see above


# Deltas
# ------


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
    rows = _asked(_changed, DELTA_POSTS + 1, blog=blog.pk, since=since)
    if len(rows) > DELTA_POSTS:
        return Delta(reload=True)
    shown = [row for row in rows if row.state == Post.State.PUBLISHED]
    parts = _rendered(shown)
    return Delta(
        head=covered.head if kept.head_revision > since else NOTHING,
        about=covered.about if kept.about_revision > since else NOTHING,
        posts=[_ours(parts[row.pk].html) for row in shown if row.pk in parts],
        withdrawn=[row.public_id for row in rows if row.state != Post.State.PUBLISHED],
    )


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
    found.focus = Item(post.pk, post.public_id, _ours(rendered.html), rendered.data)
    return covered, found


# Across blogs
# ------------


@dataclass(frozen=True, slots=True)
class Front:
    """One page of the list of blogs; those that are live stand on the first."""

    live: list[Blog]
    past: list[Blog]
    number: int
    more: bool


def front_key() -> str:
    """Changes with every change that readers can see anywhere; the posts that are due have been published.

    Two queries at most, remembered like a blog's; more only when a post is due.
    """
    seen = _front.get("", _read_front)
    if seen.next_due is not None and seen.next_due <= timezone.now():
        _publish_due(None)
        seen = _front.get("", _read_front)
    return seen.key


class _SeenFront(NamedTuple):
    """All blogs at one of their revisions."""

    key: str
    next_due: datetime | None


def was_taken_down(slug: str) -> bool:
    """Whether readers knew a blog that they can't open any more. One query at most, remembered like a blog."""
    drafts = Blog.objects.filter(slug=slug, status=Blog.Status.DRAFT, published_at__isnull=False)
    return _taken_down.get(slug, drafts.exists)


def _read_front() -> _SeenFront:
    # A blog that comes, goes or changes moves the count or the latest time of a revision.
    seen = Blog.objects.visible().aggregate(Count("pk"), Sum("revision"), Max("revised_at"))
    due = Post.objects.filter(blog__in=Blog.objects.visible(), state=Post.State.SCHEDULED).order_by("publish_at")
    return _SeenFront(
        ".".join([*map(str, seen.values()), release()]),
        next_due=next(iter(due.values_list("publish_at", flat=True)[:1]), None),
    )


def front(number: int = 1) -> Front:
    """The blogs of one page of the list, live ones with their latest posts as ``latest``. Three queries at most."""
    live: list[Blog] = []
    if number == 1:
        latest = Prefetch("posts", Post.objects.published().newest_first()[:LATEST], to_attr="latest")
        live = list(
            Blog.objects.live().select_related("cover").prefetch_related(latest).order_by("-updated_at", "-pk")
        )
    ended = Blog.objects.visible().exclude(status=Blog.Status.LIVE).select_related("cover")
    start = (number - 1) * PAST_PER_PAGE
    past = list(ended.order_by("-updated_at", "-pk")[start : start + PAST_PER_PAGE + 1])
    return Front(live, past[:PAST_PER_PAGE], number, len(past) > PAST_PER_PAGE)


def posts_by(byline: Byline) -> list[Post] | None:
    """A byline's latest posts that readers can open, or nothing where none of our pages names it. Two queries."""
    visible = Post.objects.visible().filter(credits__byline=byline)
    posts = list(visible.select_related("blog").order_by("-published_at", "-pk")[:BY_BYLINE])
    return posts if posts or Blog.objects.visible().filter(credits__byline=byline).exists() else None
