"""A post on its way to readers and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _

from ..models import Autosave, ChangeRefused, Fragment, Notice, Post, StaleVersion
from .revising import Change, change
from .saving import save, save_state, set_history, validate, validate_publishable

# What readers see
# ----------------


def publish(post: Post, *, by: Any = None, minor: bool = False) -> None:
    """Show ``post`` to readers, or, when they see it already, show its new content (as ``update`` does).

    Saves what was edited on ``post``. ``published_at`` is set the first time and for good. Raises ``ChangeRefused``
    when the post is empty or a picture lacks its alt text or credit line, ``StaleVersion`` when somebody else changed
    it.
    ``minor`` leaves the times of a post that readers knew before.
    """
    with _change(post, minor=minor) as made:
        was_published = post.is_published
        before = _before(made, post)
        known = before is not None and before.published_at is not None
        if before is not None and before.is_published:
            _update(made, post, before, by=by, minor=minor)
            return
        if known and was_published:
            raise ChangeRefused(_("Somebody else has withdrawn this post since you opened it."))
        _keep_past(post, before)
        if before is not None and known:
            _date_correction(post, before, made.now)
        if not (known and minor):
            post.updated_at, made.minor = made.now, False
        post.published_at = post.published_at or made.now
        post.state, post.publish_at, post.publish_fault, post.review_note = Post.State.PUBLISHED, None, "", ""
        save(post, by=by, reason="published")
        validate_publishable(post)
        made.stamp(post, count=1)


def update(post: Post, *, by: Any = None, minor: bool = False) -> None:
    """Show readers the edited fields, credits and images of a published post; a ``minor`` change leaves the times.

    Raises ``ChangeRefused`` when the post is not published or may not be shown as it is now.
    """
    with _change(post, minor=minor) as made:
        before = _before(made, post)
        if before is None or not before.is_published:
            raise ChangeRefused(_("This post is not published, so there is nothing to update for readers."))
        _update(made, post, before, by=by, minor=minor)


def withdraw(post: Post, *, by: Any = None, reason: str = "") -> None:
    """Take a published post away from readers, everywhere; a tombstone tells open pages."""
    with _change(post) as made:
        before = _published(made, post, _("Only a published post can be withdrawn."))
        told = f"withdrawn: {reason}" if reason else "withdrawn"
        save_state(post, before, by=by, reason=told, state=Post.State.WITHDRAWN, pinned_at=None)
        made.stamp(post, count=-1)


def pin(post: Post, *, by: Any = None) -> None:
    """Lead the page with a published post. Of several pinned posts, the one pinned last leads."""
    with _change(post) as made:
        before = _published(made, post, _("Only a published post can be pinned."))
        save_state(post, before, by=by, reason="pinned", pinned_at=made.now)
        made.stamp(post)


def unpin(post: Post, *, by: Any = None) -> None:
    """Put a pinned post back in its place in the timeline. Nothing happens to one that is not pinned."""
    with _change(post) as made:
        before = _before(made, post, moves=False)
        if before is None or not before.is_pinned:
            made.cancel()
            return
        save_state(post, before, by=by, reason="unpinned", pinned_at=None)
        made.stamp(post)


def erase(post: Post, *, by: Any = None) -> None:
    """Empty a post for good: its history, its stored rendering, what was typed for it and what was told of it, too.

    The tombstone of one that readers knew stays, and so do the library's pictures. What was edited on ``post`` is
    lost, too: an older version is no reason to keep anything.
    """
    with _change(post) as made:
        before = _before(made, post, moves=False)
        if before is None:
            raise ChangeRefused(_("This post was never saved."))
        post.copy_from(before)
        post.history.all().delete()
        post.credits.all().delete()
        post.images.all().delete()
        post._prefetched_objects_cache = {}  # type: ignore[attr-defined]
        for model in (Fragment, Autosave, Notice):
            model.objects.filter(post=post).delete()
        entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Post), object_id=str(post.pk))
        entries.update(object_repr=post.public_id, change_message="")
        for name in ("headline", "body", "label", "correction", "notes", "review_note", "publish_fault"):
            setattr(post, name, "")
        post.is_key_event, post.corrected_at = False, None
        post.state = Post.State.WITHDRAWN if before.published_at else Post.State.DRAFT
        post.publish_at, post.pinned_at = None, None
        save(post, by=by, reason="erased")
        if before.is_published:
            made.stamp(post, count=-1)
        else:
            made.cancel()


# What they do not see yet
# ------------------------


def save_draft(post: Post, *, by: Any = None) -> None:
    """Save what was edited on a post that readers do not see, and leave its state alone.

    What is on the schedule must still be fit to be published then.
    """
    with _change_unseen(post, _("Readers see this post. Choose to update it.")) as before:
        post.state = before.state if before else Post.State.DRAFT
        if post.state == Post.State.SCHEDULED and before is not None:
            post.publish_at = before.publish_at
        save(post, by=by, reason="edited")
        if post.state == Post.State.SCHEDULED:
            validate_publishable(post)


def schedule(post: Post, at: datetime | None, *, by: Any = None) -> None:
    """Have ``post`` published at ``at`` (aware, in the future), with what was edited on it saved now.

    Raises ``ChangeRefused`` when ``at`` is past, when readers see the post already, or when it lacks what they need.
    """
    with _change(post) as made:
        made.cancel()
        before = _before(made, post)
        if before is not None and before.is_published:
            raise ChangeRefused(_("This post is published already."))
        if at is None:
            raise ChangeRefused({"publish_at": _("Choose the time at which it is to be published.")})
        if at <= made.now:
            raise ChangeRefused({"publish_at": _("This time is past. Choose one in the future, or publish now.")})
        _keep_past(post, before)
        post.state, post.publish_at, post.publish_fault, post.review_note = Post.State.SCHEDULED, at, "", ""
        save(post, by=by, reason="scheduled")
        validate_publishable(post)


def submit(post: Post, *, by: Any = None) -> None:
    """Hand a draft to an editor for review. A scheduled post is taken off its schedule."""
    _set_aside(post, Post.State.SUBMITTED, by=by, reason="submitted")


def revert_to_draft(post: Post, *, by: Any = None, note: str = "") -> None:
    """Take a submitted, scheduled or withdrawn post back to a draft, with a note to its writer if it is sent back."""
    _set_aside(post, Post.State.DRAFT, by=by, reason=f"sent back: {note}" if note else "back to draft", note=note)


def duplicate(post: Post, *, by: Any = None) -> Post:
    """A draft in the same blog with the text, credits and pictures that ``post`` has in the database."""
    with change(lambda: Q(pk=post.blog_id)) as made:
        made.cancel()
        before = Post.objects.filter(pk=post.pk, blog__in=made.blogs).first()
        if before is None:
            raise StaleVersion(_("Somebody else has deleted this post since you opened it."))
        copied = {name: getattr(before, name) for name in ("blog_id", "headline", "body", "label", "notes")}
        copy = Post(**copied)
        save(copy, by=by, reason="copied")
        for rows in (before.credits.all(), before.images.all()):
            for row in rows:
                row.pk, row.post = None, copy
                row.save()
    return copy


def save_notes(post: Post, *, by: Any = None) -> None:
    """Save the notes to colleagues alone: readers see no change, whatever the post's state."""
    with _change(post) as made:
        made.cancel()
        before = _before(made, post, moves=False)
        if before is None:
            raise ChangeRefused(_("This post was never saved."))
        # Through the row as it is: the history must not tell of anything else that was typed.
        before.notes, before.version = post.notes, post.version
        validate(before)
        set_history(before, by, "notes")
        before.save(update_fields={"notes"})
        post.notes, post.version = before.notes, before.version


# Parts of them
# -------------


@contextmanager
def _change(post: Post, *, minor: bool = False) -> Iterator[Change]:
    """A change of this post's blog: the one that the database has it in, and the one that it moves to."""

    def blogs() -> Q:
        return Q(pk=post.blog_id) | Q(pk__in=Post.objects.filter(pk=post.pk).values("blog_id"))

    with change(blogs, row=post, minor=minor) as made:
        yield made


def _before(made: Change, post: Post, *, moves: bool = True) -> Post | None:
    """The post as the database has it, locked, or nothing when it was never saved.

    Where ``post`` moves to another blog, that one is changed, and the old one is not.
    """
    before = Post.objects.select_for_update(no_key=True).filter(pk=post.pk).first() if post.pk else None
    if before is None and not post._state.adding:
        raise StaleVersion(_("Somebody else has deleted this post since you opened it."))
    if before is not None and before.blog_id not in made.blogs:
        raise StaleVersion  # it moved while this change waited for the lock
    made.only(post.blog_id if before is None or moves else before.blog_id)
    return before


def _published(made: Change, post: Post, otherwise: str) -> Post:
    before = _before(made, post, moves=False)
    if before is None or not before.is_published:
        raise ChangeRefused(otherwise)
    return before


def _update(made: Change, post: Post, before: Post, *, by: Any, minor: bool) -> None:
    """The content of a post that readers see, and its place in the timeline."""
    post.state, post.pinned_at, post.publish_at = before.state, before.pinned_at, before.publish_at
    if post.published_at is None:
        post.published_at = before.published_at
    elif post.published_at > made.now and post.published_at != before.published_at:
        raise ChangeRefused(
            {"published_at": _("This time is in the future. A published post was published in the past.")}
        )
    post.updated_at = _untouched(post, before) if minor else made.now
    _date_correction(post, before, made.now)
    save(post, by=by, reason="minor edit" if minor else "updated")
    validate_publishable(post)
    made.stamp(post)


def _untouched(post: Post, before: Post) -> datetime | None:
    """What readers are told as the time of the last update. A post that never had one follows its place in time."""
    if before.updated_at is None or before.updated_at == before.published_at:
        return post.published_at
    return max(before.updated_at, post.published_at or before.updated_at)


def _date_correction(post: Post, before: Post, now: datetime) -> None:
    """A new correction is dated now, unless it carries a date of its own."""
    if not post.correction:
        post.corrected_at = None
    elif post.correction != before.correction and post.corrected_at == before.corrected_at:
        post.corrected_at = now


@contextmanager
def _change_unseen(post: Post, otherwise: str) -> Iterator[Post | None]:
    """A change of a post that readers do not see, as the database has it. They are told nothing."""
    with _change(post) as made:
        made.cancel()
        before = _before(made, post)
        if before is not None and before.is_published:
            raise ChangeRefused(otherwise)
        _keep_past(post, before)
        yield before


def _set_aside(post: Post, state: str, *, by: Any, reason: str, note: str = "") -> None:
    with _change_unseen(post, _("Readers see this post. Withdraw it first.")):
        post.state, post.publish_at, post.publish_fault, post.review_note = state, None, "", note
        save(post, by=by, reason=reason)


def _keep_past(post: Post, before: Post | None) -> None:
    """What a post that readers do not see keeps of the time when they did, whatever the caller's instance says."""
    post.pinned_at = None
    post.published_at = before.published_at if before else None
    post.updated_at = before.updated_at if before else None
