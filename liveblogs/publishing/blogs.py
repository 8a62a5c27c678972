"""A blog's coverage: opened, changed, ended, taken down."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from ..models import Blog, ChangeRefused, Post, StaleVersion
from .revising import Change, change
from .saving import save_state, set_history, validate, validate_publishable


def open_blog(blog: Blog, *, by: Any = None) -> None:
    """Show ``blog`` to readers as live, or carry on the coverage of one that had ended.

    Nothing happens to one that is live. Raises ``ChangeRefused`` when it lacks what readers need.
    """
    with _change(blog, by) as (made, before):
        if before.status == Blog.Status.LIVE:
            made.cancel()
            return
        validate_publishable(before)
        state: dict[str, Any] = {"status": Blog.Status.LIVE, "published_at": before.published_at or made.now}
        if before.status == Blog.Status.ENDED:
            state["coverage_ends_at"] = None
        save_state(blog, before, by=by, reason="opened", **state)


def end_blog(blog: Blog, *, by: Any = None) -> None:
    """Close the coverage of a live blog; its page stays. ``coverage_ends_at`` becomes now where it was not set."""
    with _change(blog, by) as (made, before):
        if before.status != Blog.Status.LIVE:
            raise ChangeRefused(_("Only a live blog can be ended."))
        state: dict[str, Any] = {"status": Blog.Status.ENDED}
        if before.coverage_ends_at is None and (before.coverage_starts_at or made.now) <= made.now:
            state["coverage_ends_at"] = made.now
        save_state(blog, before, by=by, reason="ended", **state)


def take_down(blog: Blog, *, by: Any = None) -> None:
    """Take a blog away from readers: back to a draft, its addresses answer 404, its open pages are told.

    Nothing happens to one that is a draft.
    """
    with _change(blog, by) as (made, before):
        if before.status == Blog.Status.DRAFT:
            made.cancel()
            return
        save_state(blog, before, by=by, reason="taken down", status=Blog.Status.DRAFT)


def update_blog(blog: Blog, *, by: Any = None, minor: bool = False) -> None:
    """Save what was edited on ``blog`` (its credits are saved by the caller) and show it to readers.

    A moved time zone changes every post; a title changes the pages of the blogs before and after it, too. Raises
    ``ChangeRefused`` when it may not be shown as it is now, ``StaleVersion`` when somebody else changed it.
    """
    with _change(blog, by, minor=minor) as (made, before):
        blog.set_stored(**{name: getattr(before, name) for name in Blog.WRITE_PATH_FIELDS})
        validate(blog)
        set_history(blog, by, "minor edit" if minor else "edited")
        blog.save()
        if blog.is_visible:
            validate_publishable(blog)
        if before.time_zone != blog.time_zone:
            made.stamp_all(Post.objects.filter(blog=blog).exclude(published_at=None))


@contextmanager
def _change(blog: Blog, by: Any, *, minor: bool = False) -> Iterator[tuple[Change, Blog]]:
    """A change of this blog, which is saved if it never was, and of those whose pages name it; and what it was."""

    def blogs() -> Q:
        if blog._state.adding:
            validate(blog)
            set_history(blog, by, "written")
            blog.save()
        return Q(pk=blog.pk) | neighbours(blog)

    with change(blogs, row=blog, minor=minor, exclusive=True) as made:
        if blog.pk not in made.blogs:
            raise StaleVersion(_("Somebody else has deleted this blog since you opened it."))
        made.primary = blog.pk
        yield made, made.blogs[blog.pk]


def neighbours(blog: Blog) -> Q:
    """The blogs whose pages name it: the one it continues (or did until now), and those continuing it."""
    named = Q(pk=blog.continues_id) | Q(continues=blog.pk) | Q(continued_by=blog.pk)
    return Q(pk__in=Blog.objects.visible().filter(named).values("pk"))
