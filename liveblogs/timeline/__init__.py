"""The read path: the only code that decides what is visible, in which order, on which page, and what changed since.

Start with ``snapshot(slug)``: one query, cached for at most a second and invalidated at once when this process
writes. ``page`` and ``delta`` then assemble what the write path has rendered.
"""

from .cache import MAX_AGE, invalidate
from .deltas import DELTA_POSTS, Delta, delta
from .front import front_key, front_page, posts_by
from .pages import Page, Place, page, preview
from .queries import UnknownPost
from .snapshots import BlogSnapshot, snapshot, was_taken_down

__all__ = [
    "DELTA_POSTS",
    "MAX_AGE",
    "BlogSnapshot",
    "Delta",
    "Page",
    "Place",
    "UnknownPost",
    "delta",
    "front_key",
    "front_page",
    "invalidate",
    "page",
    "posts_by",
    "preview",
    "snapshot",
    "was_taken_down",
]
