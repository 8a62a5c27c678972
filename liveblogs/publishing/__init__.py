"""The write path: the only code that changes what readers see.

Each call is one transaction. It locks the blogs it touches, adds one to their ``revision``, stamps the posts that
changed with it, and announces the new revision after the commit. ``by`` is the user who is told in the history. A call
that fails leaves the database as it was, and so the instance that it was given.

In a transaction of the caller's own, blogs, bylines and images come before posts: what stands on many pages is changed
while no other change is under way.
"""

from ..models import ChangeRefused, StaleVersion
from .blogs import end_blog, open_blog, take_down, update_blog
from .due import publish_due
from .importing import importing
from .posts import (
    duplicate,
    erase,
    pin,
    publish,
    revert_to_draft,
    save_draft,
    save_notes,
    schedule,
    submit,
    unpin,
    update,
    withdraw,
)
from .restoring import after_restore
from .revising import RENDERED_AT_ONCE, changed, changing, lock_blogs, restore_on_error
from .shared import forget_renditions, merge_bylines, show_renditions, split_byline, update_byline, update_image

__all__ = [
    "RENDERED_AT_ONCE",
    "ChangeRefused",
    "StaleVersion",
    "after_restore",
    "changed",
    "changing",
    "duplicate",
    "end_blog",
    "erase",
    "forget_renditions",
    "importing",
    "lock_blogs",
    "merge_bylines",
    "open_blog",
    "pin",
    "publish",
    "publish_due",
    "restore_on_error",
    "revert_to_draft",
    "save_draft",
    "save_notes",
    "schedule",
    "show_renditions",
    "split_byline",
    "submit",
    "take_down",
    "unpin",
    "update",
    "update_blog",
    "update_byline",
    "update_image",
    "withdraw",
]
