"""How a change of what readers see is made: locks, revisions, stamps, the announcement.

``publishing`` says what changes; what is here holds for each of its calls.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Blog, ChangeRefused, Post
from ..rendering import fragments

#: Sent inside the transaction, so that the writing process forgets what it remembered: ``slug``.
changing = Signal()
#: Sent after the commit, never when the change was rolled back: ``slug``, ``revision``, and ``post_ids``, the public
#: ids of posts that were changed one by one.
changed = Signal()

#: A change of more posts than this leaves their fragments to the reading path, so that no lock is held for long.
RENDERED_AT_ONCE = 50


@dataclass
class Change:
    """One change under way: the locked blogs, and what it will stamp.

    With ``primary``, only that blog counts as updated; the others merely name it. ``updated_at`` is the time that the
    change shows, where that isn't now.
    """

    minor: bool
    primary: int | None = None
    now: datetime = field(default_factory=timezone.now)
    blogs: dict[int, Blog] = field(default_factory=dict)
    posts: list[Post] = field(default_factory=list)
    stamped: dict[int, set[int]] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    updated_at: datetime | None = None
    silent: bool = False

    def lock(self, which: Q) -> None:
        """Lock these blogs, in the order of their ids so that two changes never wait for each other.

        Their keys stay free: who begins a draft in one of them does not wait.
        """
        for blog in Blog.objects.select_for_update(no_key=True).filter(which).order_by("pk"):
            self.blogs[blog.pk] = blog
        self.now = timezone.now()  # after the wait, so that times never run against the revisions

    def only(self, blog_id: int | None) -> None:
        """Of the locked blogs, only this one is changed."""
        if blog_id not in self.blogs:
            raise ChangeRefused({"blog": _("This blog does not exist any more.")})
        self.blogs = {blog_id: self.blogs[blog_id]}

    def cancel(self) -> None:
        """Nothing that readers see changes: no new revision."""
        self.silent = True

    def stamp(self, post: Post, *, count: int = 0) -> None:
        """``post`` changed for readers; ``count`` is what it adds to the number of posts they see."""
        self.posts.append(post)
        self.stamped.setdefault(post.blog_id, set()).add(post.pk)
        self.counts[post.blog_id] = self.counts.get(post.blog_id, 0) + count

    def stamp_all(self, posts: QuerySet[Post]) -> None:
        """All of these changed for readers; their number did not. One query."""
        for blog_id, pk in posts.order_by().values_list("blog_id", "pk"):
            self.stamped.setdefault(blog_id, set()).add(pk)

    def write(self) -> None:
        """Raise the revisions, stamp the posts, render what was stamped, and tell."""
        for blog in self.blogs.values():
            if not self.silent:
                self._revise(blog)
            self._tell(blog)

    def _revise(self, blog: Blog) -> None:
        blog.revision += 1
        blog.revised_at = self.now
        blog.post_count += self.counts.get(blog.pk, 0)
        if not self.minor and self.primary in (None, blog.pk):
            at = self.updated_at or self.now
            blog.updated_at = max(at, blog.updated_at or at)
        Blog.objects.filter(pk=blog.pk).update(**_counters(blog))
        ids = sorted(self.stamped.get(blog.pk, ()))
        for part in batched(ids, 500):  # within any database's limit on parameters
            Post.objects.filter(pk__in=part).update(revision=blog.revision)
        for post in self.posts:
            if post.blog_id == blog.pk:
                post.adopt(revision=blog.revision)
        if len(ids) <= RENDERED_AT_ONCE:
            fragments.store(ids)
        fragments.store_blog(blog.pk)

    def _tell(self, blog: Blog) -> None:
        changing.send(sender=Blog, slug=blog.slug)
        if self.silent:
            transaction.on_commit(lambda: changing.send(sender=Blog, slug=blog.slug))
            return
        ids = [post.public_id for post in self.posts if post.blog_id == blog.pk]
        revision = blog.revision

        def announce() -> None:
            changed.send_robust(sender=Blog, slug=blog.slug, revision=revision, post_ids=ids)

        transaction.on_commit(announce)

    def show_on(self, row: Model | None) -> None:
        """Give the caller's blog the counters that were just written, so that it need not be fetched again."""
        shown = [post.blog for post in self.posts if Post.blog.is_cached(post)]
        if isinstance(row, Blog):
            shown.append(row)
        for blog in shown:
            if (locked := self.blogs.get(blog.pk)) and not self.silent:
                blog.adopt(**_counters(locked))


def _counters(blog: Blog) -> dict[str, Any]:
    return {name: getattr(blog, name) for name in ("revision", "revised_at", "post_count", "updated_at")}


@contextmanager
def change(
    which: Callable[[], Q],
    *,
    row: Model | None = None,
    minor: bool = False,
    exclusive: bool = False,
    primary: int | None = None,
) -> Iterator[Change]:
    """One transaction over the blogs that ``which`` finds, from the lock to the announcement.

    A failure gives ``row``, the caller's instance, its values back. A change of what several pages show goes
    ``exclusive``: no other change is under way then, so that what ``which`` finds is still all of it when it's locked.
    """
    with restore_on_error(row):
        with transaction.atomic():
            _wait_for_turn(exclusive=exclusive)
            made = Change(minor=minor, primary=primary)
            made.lock(which())
            yield made
            made.write()
        made.show_on(row)


_TOGETHER = "SELECT pg_advisory_xact_lock_shared(%s)"
_ALONE = "SELECT pg_advisory_xact_lock(%s)"
_TURN = 5_647_310_926_418_337  # this application's own number among the database's advisory locks


def _wait_for_turn(*, exclusive: bool) -> None:
    """Let changes go side by side, but one that goes ``exclusive``. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_ALONE if exclusive else _TOGETHER, [_TURN])


def lock_blogs(blog_ids: Iterable[int], *, exclusive: bool = True) -> None:
    """Take these blogs' locks until the caller's transaction ends, ``exclusive`` where it will make such a change.

    For a caller that writes rows of theirs (credits, pictures, a new post) before it calls: two of those would
    otherwise hold each other up, each with rows that the other one's lock waits for.
    """
    _wait_for_turn(exclusive=exclusive)
    Change(minor=True).lock(Q(pk__in=set(blog_ids)))


@contextmanager
def restore_on_error(row: Model | None) -> Iterator[None]:
    """When the block fails, ``row`` is again what it was: what the editor typed, and not saved if it was not."""
    if row is None:
        yield
        return
    state = row._state
    values, adding, db, cached = row.__dict__.copy(), state.adding, state.db, state.fields_cache.copy()
    try:
        yield
    except BaseException:
        row.__dict__.clear()
        row.__dict__.update(values)
        state.adding, state.db, state.fields_cache = adding, db, cached
        raise
