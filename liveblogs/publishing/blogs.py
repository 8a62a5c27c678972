"""A blog opened, edited, ended, taken down, imported, restored from a backup."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from ..models import Blog, ChangeRefused, Post, StaleVersion
from ..permissions import AnyUser
from .change import Change, change_blogs, hold_shown, restore_on_error
from .saving import save_row, save_state, set_history, validate_publishable

#: More revisions than a blog can have made between a backup and its restore.
REVISION_GAP = 1_000_000


def open_blog(blog: Blog, *, by: AnyUser | None = None) -> None:
    """Show a draft to readers as live, or reopen a blog that has ended. Does nothing to a live one.

    Raises ``ChangeRefused`` when something that readers need is missing.
    """
    with _change_blog(blog, by) as (change, stored):
        if stored.status == Blog.Status.LIVE:
            change.visible = False
            return
        validate_publishable(stored)
        state: dict[str, Any] = {"status": Blog.Status.LIVE, "published_at": stored.published_at or change.now}
        if stored.status == Blog.Status.ENDED:
            state["coverage_ends_at"] = None
        save_state(blog, stored, by=by, reason="published", **state)


def end_blog(blog: Blog, *, by: AnyUser | None = None) -> None:
    """End a live blog. Its page stays. ``coverage_ends_at`` becomes now if it was not set."""
    with _change_blog(blog, by) as (change, stored):
        if stored.status != Blog.Status.LIVE:
            raise ChangeRefused(_("Only a live blog can be ended."))
        state: dict[str, Any] = {"status": Blog.Status.ENDED}
        if stored.coverage_ends_at is None and (stored.coverage_starts_at or change.now) <= change.now:
            state["coverage_ends_at"] = change.now
        save_state(blog, stored, by=by, reason="ended", **state)


def take_down(blog: Blog, *, by: AnyUser | None = None) -> None:
    """Hide a blog from readers: it becomes a draft, and its addresses answer 404. Does nothing to a draft."""
    with _change_blog(blog, by) as (change, stored):
        if stored.status == Blog.Status.DRAFT:
            change.visible = False
            return
        save_state(blog, stored, by=by, reason="unpublished", status=Blog.Status.DRAFT)
        change.hidden.add(stored.cover_id)
        change.hide_pictures(Post.objects.published().filter(blog=blog))


def update_blog(blog: Blog, *, by: AnyUser | None = None, minor: bool = False) -> None:
    """Save what was edited on ``blog`` and show it to readers. The caller saves its credits.

    Another time zone changes every post. Raises ``ChangeRefused`` when the blog may not be shown as it is now,
    ``StaleVersion`` when somebody else changed it.
    """
    with _change_blog(blog, by, minor=minor) as (change, stored):
        blog.set_stored(**{name: getattr(stored, name) for name in Blog.WRITE_PATH_FIELDS})
        save_row(blog, by=by, reason="minor edit" if minor else "edited")
        if blog.is_visible:
            validate_publishable(blog)
        if stored.cover_id != blog.cover_id:
            change.hidden.add(stored.cover_id)
        if stored.time_zone != blog.time_zone:
            change.touch_all(Post.objects.filter(blog=blog).exclude(published_at=None))


@contextmanager
def importing(blog: Blog, posts: Iterable[Post], *, reason: str) -> Iterator[None]:
    """Save a new blog and its posts as another newsroom published them, with their own times.

    One transaction and one revision, whatever the number of posts. Save their credits and pictures inside the
    ``with`` block. A picture without a credit line is accepted: readers have seen it so.
    """
    with restore_on_error(blog), transaction.atomic():
        set_history(blog, None, reason)
        blog.save()
        for part in batched(posts, 500):
            bulk_create_with_history(part, Post, default_change_reason=reason)
        yield
        # Locked at the end, so that no other change waits while a long archive is read.
        blogs = blog_and_linked(blog) if blog.is_visible else Q(pk=blog.pk)
        with change_blogs(blogs, minor=True, visible=True) as change:
            _narrow_to_visible(change, blog)
            hold_shown(Post.objects.filter(blog=blog), blog)
            published = Post.objects.published().filter(blog=blog)
            change.count_changes[blog.pk] = published.count()
            change.touch_all(published)


def after_restore() -> int:
    """Have every open page reload and every cache ask again, after a restore from a backup. Returns how many blogs.

    Revisions continue after a gap, so that none that open pages have seen and the backup lacks is used again.
    """
    with change_blogs(Q(published_at__isnull=False), minor=True, visible=True) as change:
        for blog in change.blogs.values():
            blog.revision += REVISION_GAP
            Blog.objects.filter(pk=blog.pk).update(followed_from=blog.revision + 1)  # the revision of this change
    return len(change.blogs)


@contextmanager
def _change_blog(blog: Blog, by: AnyUser | None, *, minor: bool = False) -> Iterator[tuple[Change, Blog]]:
    """A change of this blog and of those whose pages link to it; gives its stored row. A new blog is saved first."""
    with change_blogs(blog_and_linked(blog), instance=blog, minor=minor, visible=True) as change:
        if blog._state.adding:
            save_row(blog, by=by, reason="created")
            change.lock(Q(pk=blog.pk))
        if blog.pk not in change.blogs:
            raise StaleVersion(_("Not saved: this blog was deleted after you opened it."))
        _narrow_to_visible(change, blog)
        hold_shown([], blog)
        blog._state.fields_cache.pop("cover", None)  # read again, as it is held now
        change.primary = blog.pk
        yield change, change.blogs[blog.pk]


def blog_and_linked(blog: Blog) -> Q:
    """The blog with the one it continues (or is stored to) and those that continue it, visible or not.

    Each of them may become visible while this one is changed, so all are locked.
    """
    linked = Q(pk=blog.continues_id) | Q(continues=blog.pk or 0) | Q(continued_by=blog.pk or 0)
    return Q(pk__in=Blog.objects.filter(Q(pk=blog.pk) | linked).values("pk"))


def _narrow_to_visible(change: Change, blog: Blog) -> None:
    """Change the blog, and of those that are linked to it the ones whose pages say so."""
    change.blogs = {pk: each for pk, each in change.blogs.items() if pk == blog.pk or each.is_visible}
