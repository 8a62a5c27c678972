"""The read path: the only code that decides what is visible, in which order, on which page, and what changed since.

Start with ``snapshot(slug)``: one query. ``page`` and ``delta`` then assemble what the write path has rendered.
"""

from .deltas import DELTA_POSTS, Delta, delta
from .front import FrontPage, FrontState, front_page, front_state, posts_by
from .pages import Page, Place, page, preview
from .queries import UnknownPost
from .snapshots import BlogSnapshot, snapshot, was_taken_down

__all__ = [
    "DELTA_POSTS",
    "BlogSnapshot",
    "Delta",
    "FrontPage",
    "FrontState",
    "Page",
    "Place",
    "UnknownPost",
    "delta",
    "front_page",
    "front_state",
    "page",
    "posts_by",
    "preview",
    "snapshot",
    "was_taken_down",
]
