"""The write path: the only code that changes what readers see.

Each call is one transaction, which locks the blogs that it changes. If readers can see the change, it adds one to
their ``revision``, stamps it on the posts that changed, and announces it after the commit. The history names ``by``.
A call that fails leaves the database and the given instance as they were.

Locks are taken in one order: blogs by id, then pictures, then bylines. A change of what many pages show locks the
blogs that show it, then the row itself; whoever begins to show it shares the row's lock. A caller's own transaction
that writes more than one of these takes all of its locks first (``lock_blogs``). A lock that is not free in time
refuses the change (``Busy``).
"""

from ..models import ChangeRefused, StaleVersion
from ..models.locking import READER_WAIT, Busy, refuse_when_busy
from .blogs import after_restore, blog_and_linked, end_blog, importing, open_blog, take_down, update_blog
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
    lock_shared,
    merge_bylines,
    move_files,
    set_renditions,
    split_byline,
    update_byline,
    update_image,
)

__all__ = [
    "READER_WAIT",
    "RENDERED_AT_ONCE",
    "Busy",
    "ChangeRefused",
    "StaleVersion",
    "after_restore",
    "blog_and_linked",
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
    "lock_shared",
    "merge_bylines",
    "move_files",
    "open_blog",
    "pin",
    "publish",
    "publish_due",
    "refuse_when_busy",
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
