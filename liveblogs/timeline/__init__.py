"""The read path: the only code that decides what is visible, in which order, on which page, and what changed since.

Start with ``snapshot(slug)``: one query, cached for at most a second and invalidated at once when this process
writes. ``page`` and ``delta`` then assemble what the write path has rendered.
"""

from .cache import MAX_AGE, invalidate
from .deltas import DELTA_POSTS, Delta, delta
from .front import BY_BYLINE, LATEST, PAST_PER_PAGE, FrontPage, front_key, front_page, posts_by
from .pages import NEIGHBORS, Item, Page, Place, page, preview
from .queries import UnknownPost
from .snapshots import BlogSnapshot, snapshot, was_taken_down

__all__ = [
    "BY_BYLINE",
    "DELTA_POSTS",
    "LATEST",
    "MAX_AGE",
    "NEIGHBORS",
    "PAST_PER_PAGE",
    "BlogSnapshot",
    "Delta",
    "FrontPage",
    "Item",
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
