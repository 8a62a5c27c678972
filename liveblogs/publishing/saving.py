"""How rows are validated and saved: with user and reason in the history, and content only over what was read."""

from typing import Any

from django.core.exceptions import ValidationError

from ..models import Blog, Byline, ChangeRefused, Image, Post
from ..models.editing import Editable
from ..permissions import AnyUser

#: What changes with a post's state, besides its content.
STATE_FIELDS = Post.WRITE_PATH_FIELDS - {"revision"} | {"review_note"}


def set_history(row: Editable, by: AnyUser | None, reason: str) -> None:
    """Set user and reason for the history of the next save alone, and the author of a new row.

    Without ``by``, the history names the user of the current request, if there is one.
    """
    row._change_reason = reason[:100]  # type: ignore[attr-defined]
    if by is not None:
        row._history_user = by  # type: ignore[attr-defined]
        if row._state.adding and row.created_by_id is None:
            row.created_by = by  # type: ignore[assignment] # callers pass users who are logged in


def save_row(row: Blog | Byline | Image, *, by: AnyUser | None, reason: str) -> None:
    """Save all that was edited on a row. Raises ``ChangeRefused`` and ``StaleVersion``."""
    validate(row)
    set_history(row, by, reason)
    row.save()


def save_post(post: Post, *, by: AnyUser | None, reason: str) -> None:
    """Save a post's state and content, and make the next version: credits and pictures have none of their own."""
    validate(post)
    set_history(post, by, reason)
    fields = {*STATE_FIELDS, *Post.EDITABLE_FIELDS, "blog", "version"}
    post.save(update_fields=None if post._state.adding else fields)


def save_state(row: Post | Blog, stored: Post | Blog, *, by: AnyUser | None, reason: str, **state: Any) -> None:
    """Save ``state`` alone; every other field of ``row`` takes its ``stored`` value."""
    row.copy_from(stored)
    for name, value in state.items():
        setattr(row, name, value)
    set_history(row, by, reason)
    row.save(update_fields=[*state])


def validate(row: Post | Blog | Byline | Image) -> None:
    """Apply the rules of forms to what scripts save. Raises ``ChangeRefused``.

    Of a post only those that need no query: its content cannot break the others.
    """
    checked = {field for field in row._meta.concrete_fields if field.name in row.EDITABLE_FIELDS}
    excluded = {field.name for field in row._meta.concrete_fields if field not in checked or field.is_relation}
    try:
        if isinstance(row, Post):
            row.clean_fields(exclude=excluded)
        else:
            row.full_clean(exclude=excluded)
    except ValidationError as error:
        raise ChangeRefused(error.error_dict) from None


def validate_publishable(row: Post | Blog) -> None:
    """Raises ``ChangeRefused`` when readers may not see ``row`` as it is."""
    if errors := row.publish_errors():
        raise ChangeRefused(errors)
