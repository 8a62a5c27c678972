"""How blogs are changed: locks, revisions, fragments and signals. The other modules say what is changed."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Blog, BlogCredit, Byline, ChangeRefused, Image, Post, PostCredit, PostImage
from ..models.locking import limit_wait, refuse_when_busy, share, short_wait_to_begin
from ..rendering import fragments

#: Sent after each commit, also of what readers do not see yet, such as a scheduled post: ``slug``.
committed = Signal()
#: Sent after the commit of what readers see, never after a rollback: ``slug``, ``revision``, and ``post_ids``, the
#: public ids of the posts that were changed one by one.
changed = Signal()
#: Sent after the commit of what may have ended the last use of pictures that readers see: ``image_ids``.
hidden = Signal()

#: How far apart the clocks of two machines may be: a change that seems older is dated after the one before it.
MAX_SKEW = timedelta(minutes=1)
#: Above this number of posts, rendering is left to the read path, so that no lock is held for long.
RENDERED_AT_ONCE = 50


@dataclass
class Change:
    """A change under way: the locked blogs, and the posts that will carry the new revision.

    Unless it is ``visible``, as the touch of a post makes it, nothing changes for readers and there is no new
    revision. With ``primary``, only that blog counts as updated; the others merely name it. ``updated_at`` is the time
    that readers are shown, if it is not now.
    """

    minor: bool = False
    visible: bool = False
    primary: int | None = None
    now: datetime = field(default_factory=timezone.now)
    blogs: dict[int, Blog] = field(default_factory=dict)
    posts: list[Post] = field(default_factory=list)
    touched: dict[int, set[int]] = field(default_factory=dict)
    count_changes: dict[int, int] = field(default_factory=dict)
    updated_at: datetime | None = None
    hidden: set[int | None] = field(default_factory=set)

    def lock(self, blogs: Q) -> None:
        """Lock these blogs in the order of their ids, so that two changes cannot deadlock.

        ``no_key`` leaves other transactions free to insert posts that refer to them.
        """
        for blog in Blog.objects.select_for_update(no_key=True).filter(blogs).order_by("pk"):
            self.blogs[blog.pk] = blog
        # After the wait, so that a later revision never has an earlier time; nor if this machine's clock is behind.
        self.now = timezone.now()
        latest = max((blog.revised_at for blog in self.blogs.values()), default=self.now)
        if self.now < latest < self.now + MAX_SKEW:
            self.now = latest + timedelta(microseconds=1)

    def lock_all(self, blogs: Q, *shared: QuerySet) -> None:
        """Lock these blogs, then the rows that they share: all of the blogs, also those that join while this waits.

        Who begins to show such a row shares its lock (``hold_shown``). So the blogs are asked for again under the
        locks; where others have joined, the locks are given back and taken anew, in order. Four queries each time.
        """
        wanted = blogs
        while True:
            savepoint = transaction.savepoint_create()
            self.lock(wanted)
            for rows in shared:
                list(rows.select_for_update().order_by("pk").values_list("pk"))
            found = set(Blog.objects.filter(blogs).values_list("pk", flat=True))
            if found <= self.blogs.keys():
                break
            transaction.savepoint_rollback(savepoint)
            wanted = Q(pk__in=found | self.blogs.keys())
        transaction.savepoint_commit(savepoint)
        self.blogs = {pk: self.blogs[pk] for pk in sorted(found)}

    def narrow(self, blog_id: int | None) -> None:
        """Change only this one of the locked blogs."""
        if blog_id not in self.blogs:
            raise ChangeRefused({"blog": _("This blog no longer exists.")})
        self.blogs = {blog_id: self.blogs[blog_id]}

    def touch(self, post: Post, *, count: int = 0) -> None:
        """Give ``post`` the new revision; ``count`` is what it adds to the number of published posts."""
        self.visible = True
        self.posts.append(post)
        self.touched.setdefault(post.blog_id, set()).add(post.pk)
        self.count_changes[post.blog_id] = self.count_changes.get(post.blog_id, 0) + count

    def touch_all(self, posts: QuerySet[Post]) -> None:
        """Give all of these posts the new revision. One query."""
        for blog_id, pk in posts.order_by().values_list("blog_id", "pk"):
            self.touched.setdefault(blog_id, set()).add(pk)

    def hide_pictures(self, posts: QuerySet[Post]) -> None:
        """Note the pictures of posts that readers no longer see, and the portraits of those credited. Two queries."""
        for path in ("images__image", "credits__byline__portrait"):
            self.hidden.update(posts.order_by().values_list(path, flat=True).distinct())

    def commit(self) -> None:
        """Write the revisions, render what was touched, and send the signals."""
        for blog in self.blogs.values():
            if self.visible:
                self._revise(blog)
            self._notify(blog)
        if image_ids := self.hidden - {None}:
            transaction.on_commit(lambda: hidden.send_robust(sender=Image, image_ids=sorted(image_ids)))

    def _revise(self, blog: Blog) -> None:
        blog.revision += 1
        blog.revised_at = self.now
        blog.post_count += self.count_changes.get(blog.pk, 0)
        if not self.minor and self.primary in (None, blog.pk):
            at = self.updated_at or self.now
            blog.updated_at = max(at, blog.updated_at or at)
        Blog.objects.filter(pk=blog.pk).update(**_counters(blog))
        ids = sorted(self.touched.get(blog.pk, ()))
        for part in batched(ids, 500):  # every database limits the number of parameters
            Post.objects.filter(pk__in=part).update(revision=blog.revision)
        for post in self.posts:
            if post.blog_id == blog.pk:
                post.set_stored(revision=blog.revision)
        if len(ids) <= RENDERED_AT_ONCE:
            fragments.store(ids)
        fragments.store_blog(blog.pk)

    def _notify(self, blog: Blog) -> None:
        ids = [post.public_id for post in self.posts if post.blog_id == blog.pk]
        revision = blog.revision

        def after_commit() -> None:
            committed.send_robust(sender=Blog, slug=blog.slug)
            if self.visible:
                changed.send_robust(sender=Blog, slug=blog.slug, revision=revision, post_ids=ids)

        transaction.on_commit(after_commit)

    def update_instances(self, instance: Model | None) -> None:
        """Give the blogs that the caller holds the counters that were just written."""
        blogs = [post.blog for post in self.posts if Post.blog.is_cached(post)]
        if isinstance(instance, Blog):
            blogs.append(instance)
        for blog in blogs:
            if self.visible and (locked := self.blogs.get(blog.pk)):
                blog.set_stored(**_counters(locked))


def _counters(blog: Blog) -> dict[str, Any]:
    return {name: getattr(blog, name) for name in ("revision", "revised_at", "post_count", "updated_at")}


@contextmanager
def change_blogs(
    blogs: Q,
    *shared: QuerySet,
    instance: Model | None = None,
    minor: bool = False,
    visible: bool = False,
    wait: int | None = None,
) -> Iterator[Change]:
    """One transaction that locks these blogs, changes them in the block, and commits the change.

    On an error, ``instance`` gets its values back. A change of what several pages show is ``visible`` from the start
    and locks the ``shared`` rows that it changes. Raises ``Busy`` when a lock is not free in time: after ``wait``
    milliseconds, or else when the database says so.
    """
    with restore_on_error(instance):
        with short_wait_to_begin(wait) if wait else nullcontext(), refuse_when_busy(), transaction.atomic():
            if wait:
                limit_wait(wait)
            change = Change(minor=minor, visible=visible)
            if visible:
                change.lock_all(blogs, *shared)
            else:
                change.lock(blogs)
            yield change
            change.commit()
        change.update_instances(instance)


def lock_blogs(blogs: Q, *shared: QuerySet) -> None:
    """Lock these blogs, and the shared rows that will be changed, until the caller's transaction ends.

    For a caller that writes rows of a blog (credits, pictures, a new post) before it calls ``publishing``: two of
    those could otherwise deadlock, each with rows that the other one's lock waits for.
    """
    Change().lock_all(blogs, *shared)


def hold_shown(posts: Any, blog: Blog | None = None) -> None:
    """Keep the pictures and bylines of these posts, and of the head of ``blog``, until the transaction ends.

    For a change that shows them anew, under the lock of the blog and before they are read. Two queries at most.
    """
    images = Q(pk__in=PostImage.objects.filter(post__in=posts).values("image"))
    bylines = Q(pk__in=PostCredit.objects.filter(post__in=posts).values("byline"))
    if blog is not None:
        images |= Q(pk=blog.cover_id)
        bylines |= Q(pk__in=BlogCredit.objects.filter(blog=blog).values("byline"))
    share(Image.objects.filter(images))
    share(Byline.objects.filter(bylines))


@contextmanager
def restore_on_error(instance: Model | None) -> Iterator[None]:
    """Give ``instance`` its values back when the block fails: what was typed, and unsaved if it was unsaved."""
    if instance is None:
        yield
        return
    state = instance._state
    values, adding, db, cached = instance.__dict__.copy(), state.adding, state.db, state.fields_cache.copy()
    try:
        yield
    except BaseException:
        instance.__dict__.clear()
        instance.__dict__.update(values)
        state.adding, state.db, state.fields_cache = adding, db, cached
        raise
