"""The write path: the only code that changes what readers see.

Each call is one transaction. It locks the blogs that it changes, adds one to their ``revision``, stamps it on the
posts that changed, and announces it after the commit. The history names ``by``. A call that fails leaves the database
and the given instance as they were.

A caller's own transaction changes blogs, bylines and images before posts: a change of what many pages show waits until
no other change is under way.
"""

from ..models import ChangeRefused, StaleVersion
from .blogs import after_restore, end_blog, importing, open_blog, take_down, update_blog
from .change import RENDERED_AT_ONCE, changed, committed, hidden, lock_blogs, restore_on_error
from .due import publish_due
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
from .shared import (
    clear_renditions,
    delete_image,
    merge_bylines,
    move_files,
    set_renditions,
    split_byline,
    update_byline,
    update_image,
)

__all__ = [
    "RENDERED_AT_ONCE",
    "ChangeRefused",
    "StaleVersion",
    "after_restore",
    "changed",
    "clear_renditions",
    "committed",
    "delete_image",
    "duplicate",
    "end_blog",
    "erase",
    "hidden",
    "importing",
    "lock_blogs",
    "merge_bylines",
    "move_files",
    "open_blog",
    "pin",
    "publish",
    "publish_due",
    "restore_on_error",
    "revert_to_draft",
    "save_draft",
    "save_notes",
    "schedule",
    "set_renditions",
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
