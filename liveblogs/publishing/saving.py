"""How a change is written into a row: with who and why for the history, and content only over what was read."""

from typing import Any

from django.core.exceptions import ValidationError

from ..models import Blog, Byline, ChangeRefused, Image, Post
from ..models.editing import Editable

#: What a change of a post's state may write besides its content.
STATE = frozenset({"state", "publish_at", "published_at", "updated_at", "pinned_at", "publish_fault", "review_note"})


def set_history(row: Editable, by: Any, reason: str) -> None:
    """Who and why, for the history of the next save alone, and who made a new row.

    Without ``by`` it's whoever sent the request that is under way, if it is one of ours.
    """
    row._change_reason = reason[:100]  # type: ignore[attr-defined]
    if by is not None:
        row._history_user = by  # type: ignore[attr-defined]
        if row._state.adding and row.created_by_id is None:
            row.created_by = by


def save(post: Post, *, by: Any, reason: str) -> None:
    """Save a post's state and content. Its credits and pictures count as content: they share its version."""
    validate(post)
    set_history(post, by, reason)
    post.save(update_fields=None if post._state.adding else {*STATE, *Post.EDITABLE_FIELDS, "blog", "version"})


def save_state(row: Post | Blog, before: Post | Blog, *, by: Any, reason: str, **state: Any) -> None:
    """Save ``state`` alone; everything else in memory, however old, gives way to the database's."""
    row.copy_from(before)
    for name, value in state.items():
        setattr(row, name, value)
    set_history(row, by, reason)
    row.save(update_fields=[*state])


def validate(row: Post | Blog | Byline | Image) -> None:
    """The rules that a form tells at the field hold for scripts, too.

    Of a post only those that need no query: the others cannot be broken by its content.
    """
    written = {
        field for field in row._meta.concrete_fields if field.name in row.EDITABLE_FIELDS and not field.is_relation
    }
    unchecked = {field.name for field in row._meta.concrete_fields if field not in written}
    try:
        if isinstance(row, Post):
            row.clean_fields(exclude=unchecked)
        else:
            row.full_clean(exclude=unchecked)
    except ValidationError as error:
        raise ChangeRefused(error.error_dict) from None


def validate_publishable(row: Post | Blog) -> None:
    if publish_errors := row.publish_errors():
        raise ChangeRefused(publish_errors)
