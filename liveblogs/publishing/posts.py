"""A post from draft to published and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ..models import Autosave, ChangeRefused, Fragment, Image, Notice, Post, StaleVersion
from ..permissions import AnyUser
from .change import Change, change_blogs, hold_shown
from .saving import save_post, save_state, set_history, validate, validate_publishable
from .shared import delete_image

# Published posts


def publish(post: Post, *, by: AnyUser | None = None, minor: bool = False) -> None:
    """Show ``post`` to readers; one that they see already is updated instead.

    Saves what was edited on ``post``. ``published_at`` is set the first time and for good. Raises ``ChangeRefused``
    when the post is empty or a picture lacks its alt text or credit line, ``StaleVersion`` when somebody else changed
    it. ``minor`` leaves the times of a post that was published before.
    """
    with _change_post(post, minor=minor) as (change, stored):
        if stored is not None and stored.is_published:
            _update(change, post, stored, by=by, minor=minor)
            return
        was_published = stored is not None and stored.published_at is not None
        if was_published and post.is_published:
            raise ChangeRefused(_("Not published: this post was withdrawn after you opened it."))
        _copy_times(post, stored)
        if stored is not None and was_published:
            _date_correction(post, stored, change.now)
        if not (was_published and minor):
            post.updated_at, change.minor = change.now, False
        post.published_at = post.published_at or change.now
        post.state, post.publish_at, post.publish_fault, post.review_note = Post.State.PUBLISHED, None, "", ""
        save_post(post, by=by, reason="published")
        validate_publishable(post)
        change.touch(post, count=1)


def update(post: Post, *, by: AnyUser | None = None, minor: bool = False) -> None:
    """Save the edited fields of a published post; its page shows them with its credits and images.

    ``minor`` leaves its times. Raises ``ChangeRefused`` when it is not published or may not be shown as it is now.
    """
    with _change_post(post, minor=minor) as (change, row):
        stored = _published(row, _("Not updated: this post isn't published."))
        _update(change, post, stored, by=by, minor=minor)


def withdraw(post: Post, *, by: AnyUser | None = None, reason: str = "", with_pictures: bool = False) -> None:
    """Hide a published post from readers. A tombstone removes it from open pages.

    Its pictures get new addresses unless readers see them elsewhere. ``with_pictures`` deletes those that nothing else
    uses, for good.
    """
    with _change_post(post, moves=False) as (change, row):
        stored = _published(row, _("Only a published post can be withdrawn."))
        reason = f"withdrawn: {reason}" if reason else "withdrawn"
        save_state(post, stored, by=by, reason=reason, state=Post.State.WITHDRAWN, pinned_at=None)
        change.touch(post, count=-1)
        change.hide_pictures(Post.objects.filter(pk=post.pk))
        if with_pictures:
            for image in Image.objects.filter(uses__post=post).distinct():
                transaction.on_commit(partial(delete_image, image, by=by), robust=True)


def pin(post: Post, *, by: AnyUser | None = None) -> None:
    """Pin a published post to the top of the page, above those pinned before."""
    with _change_post(post, moves=False) as (change, row):
        stored = _published(row, _("Only a published post can be pinned."))
        save_state(post, stored, by=by, reason="pinned", pinned_at=change.now)
        change.touch(post)


def unpin(post: Post, *, by: AnyUser | None = None) -> None:
    """Return a pinned post to its place in the timeline. Does nothing to one that is not pinned."""
    with _change_post(post, moves=False) as (change, stored):
        if stored is None or not stored.is_pinned:
            return
        save_state(post, stored, by=by, reason="unpinned", pinned_at=None)
        change.touch(post)


def erase(post: Post, *, by: AnyUser | None = None) -> None:
    """Empty a post for good, with its history, its stored rendering, and the autosaves and notices about it.

    The tombstone of one that was published stays, and so do pictures in the library. What was edited on ``post`` is
    lost; it may be of an older version.
    """
    with _change_post(post, moves=False) as (change, stored):
        if stored is None:
            raise ChangeRefused(_("This post was never saved."))
        post.copy_from(stored)
        post.history.all().delete()
        post.credits.all().delete()
        post.images.all().delete()
        post._prefetched_objects_cache = {}  # type: ignore[attr-defined]
        for model in (Fragment, Autosave, Notice):
            model.objects.filter(post=post).delete()
        Post.objects.filter(pk=post.pk).update(form_digest="")
        entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Post), object_id=str(post.pk))
        entries.update(object_repr=post.public_id, change_message="")
        for name in ("headline", "body", "label", "correction", "notes", "review_note", "publish_fault"):
            setattr(post, name, "")
        post.is_key_event, post.corrected_at = False, None
        post.state = Post.State.WITHDRAWN if stored.published_at else Post.State.DRAFT
        post.publish_at, post.pinned_at = None, None
        save_post(post, by=by, reason="erased")
        if stored.is_published:
            change.touch(post, count=-1)


# Unpublished posts


def save_draft(post: Post, *, by: AnyUser | None = None) -> None:
    """Save what was edited on an unpublished post. Its state stays.

    Raises ``ChangeRefused`` when a scheduled post could not be published as it is now.
    """
    refusal = _("Not saved: this post is published. Choose “Update” to publish your changes.")
    with _change_unpublished(post, refusal) as (_change, stored):
        post.state = stored.state if stored else Post.State.DRAFT
        if post.state == Post.State.SCHEDULED and stored is not None:
            post.publish_at = stored.publish_at
        save_post(post, by=by, reason="edited")
        if post.state == Post.State.SCHEDULED:
            validate_publishable(post)


def schedule(post: Post, at: datetime | None, *, by: AnyUser | None = None) -> None:
    """Save what was edited on ``post``, to be published at ``at`` (aware, in the future).

    Raises ``ChangeRefused`` when ``at`` is past, or when the post is published already or could not be published.
    """
    with _change_unpublished(post, _("This post is already published.")) as (change, _stored):
        if at is None:
            raise ChangeRefused({"publish_at": _("Choose a publication time.")})
        if at <= change.now:
            raise ChangeRefused({"publish_at": _("This time is in the past. Choose a later time or publish now.")})
        post.state, post.publish_at, post.publish_fault, post.review_note = Post.State.SCHEDULED, at, "", ""
        save_post(post, by=by, reason="scheduled")
        validate_publishable(post)


def submit(post: Post, *, by: AnyUser | None = None) -> None:
    """Submit a draft for review. A scheduled post is unscheduled."""
    _set_state(post, Post.State.SUBMITTED, by=by, reason="submitted")


def revert_to_draft(post: Post, *, by: AnyUser | None = None, note: str = "") -> None:
    """Make a submitted, scheduled or withdrawn post a draft again. ``note`` tells its author why."""
    _set_state(post, Post.State.DRAFT, by=by, reason=f"sent back: {note}" if note else "back to draft", note=note)


def duplicate(post: Post, *, by: AnyUser | None = None) -> Post:
    """A draft in the same blog with the stored text, credits and pictures of ``post``."""
    with change_blogs(Q(pk=post.blog_id)) as change:
        stored = Post.objects.filter(pk=post.pk, blog__in=change.blogs).first()
        if stored is None:
            raise StaleVersion(_("This post was deleted after you opened it."))
        copied = {name: getattr(stored, name) for name in ("blog_id", "headline", "body", "label", "notes")}
        copy = Post(**copied)
        save_post(copy, by=by, reason="duplicated")
        for rows in (stored.credits.all(), stored.images.all()):
            for row in rows:
                row.pk, row.post = None, copy
                row.save()
    return copy


def save_notes(post: Post, *, by: AnyUser | None = None) -> None:
    """Save the notes to colleagues alone, in any state. Nothing changes for readers."""
    with _change_post(post, moves=False) as (_change, stored):
        if stored is None:
            raise ChangeRefused(_("This post was never saved."))
        # Saved through the stored row, so that the history does not hold other fields that were edited.
        stored.notes, stored.version = post.notes, post.version
        validate(stored)
        set_history(stored, by, "notes")
        stored.save(update_fields={"notes"})
        post.notes, post.version = stored.notes, stored.version


# Helpers


@contextmanager
def _change_post(post: Post, *, minor: bool = False, moves: bool = True) -> Iterator[tuple[Change, Post | None]]:
    """A change of this post's blog; gives its stored row, locked, or None when it was never saved.

    With ``moves``, of the blog that ``post`` names now, else of the one that it is stored in.
    """
    blogs = Q(pk=post.blog_id) | Q(pk__in=Post.objects.filter(pk=post.pk).values("blog_id"))
    with change_blogs(blogs, instance=post, minor=minor) as change:
        stored = Post.objects.select_for_update(no_key=True).filter(pk=post.pk).first() if post.pk else None
        if stored is None and not post._state.adding:
            raise StaleVersion(_("This post was deleted after you opened it."))
        if stored is not None and stored.blog_id not in change.blogs:
            raise StaleVersion  # it moved while this change waited for the lock
        change.narrow(post.blog_id if stored is None or moves else stored.blog_id)
        if stored is not None and moves:
            hold_shown([stored.pk])
        yield change, stored


@contextmanager
def _change_unpublished(post: Post, message: str) -> Iterator[tuple[Change, Post | None]]:
    """A change of an unpublished post. A published one is refused with ``message``."""
    with _change_post(post) as (change, stored):
        if stored is not None and stored.is_published:
            raise ChangeRefused(message)
        _copy_times(post, stored)
        yield change, stored


def _set_state(post: Post, state: str, *, by: AnyUser | None, reason: str, note: str = "") -> None:
    with _change_unpublished(post, _("This post is published. Withdraw it first.")):
        post.state, post.publish_at, post.publish_fault, post.review_note = state, None, "", note
        save_post(post, by=by, reason=reason)


def _published(row: Post | None, message: str) -> Post:
    """The row of a published post; ``ChangeRefused`` with ``message`` for any other."""
    if row is None or not row.is_published:
        raise ChangeRefused(message)
    return row


def _update(change: Change, post: Post, stored: Post, *, by: AnyUser | None, minor: bool) -> None:
    """Save the content of a published post, and its place in the timeline."""
    post.state, post.pinned_at, post.publish_at = stored.state, stored.pinned_at, stored.publish_at
    if post.published_at is None:
        post.published_at = stored.published_at
    elif post.published_at > change.now and post.published_at != stored.published_at:
        raise ChangeRefused(
            {"published_at": _("This time is in the future. A published post was published in the past.")}
        )
    post.updated_at = _minor_updated_at(post, stored) if minor else change.now
    _date_correction(post, stored, change.now)
    save_post(post, by=by, reason="minor edit" if minor else "updated")
    validate_publishable(post)
    change.touch(post)


def _minor_updated_at(post: Post, stored: Post) -> datetime | None:
    """The time of the last update after a minor edit: unchanged, but never before ``published_at``."""
    if stored.updated_at is None or stored.updated_at == stored.published_at:
        return post.published_at
    return max(stored.updated_at, post.published_at or stored.updated_at)


def _date_correction(post: Post, stored: Post, now: datetime) -> None:
    """Date a new correction now, unless a date was entered with it."""
    if not post.correction:
        post.corrected_at = None
    elif post.correction != stored.correction and post.corrected_at == stored.corrected_at:
        post.corrected_at = now


def _copy_times(post: Post, stored: Post | None) -> None:
    """Give an unpublished post the times that are stored, whatever the caller's instance says."""
    post.pinned_at = None
    post.published_at = stored.published_at if stored else None
    post.updated_at = stored.updated_at if stored else None
