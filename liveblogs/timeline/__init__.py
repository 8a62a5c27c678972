"""The read path: the only code that says what is visible, in which order, on which page, and what changed since.

Everything begins with ``coverage(slug)``: one query, remembered by each process for at most a second and forgotten
at once when this process writes. ``page`` and ``delta`` then put together what the write path has rendered.
"""

from .cache import REMEMBERED, forget
from .deltas import DELTA_POSTS, Delta, delta
from .front import BY_BYLINE, LATEST, PAST_PER_PAGE, Front, front, front_key, posts_by
from .pages import NEIGHBOURS, Item, Page, Place, page, preview
from .queries import UnknownPost
from .snapshot import Coverage, as_it_is, coverage, was_taken_down

__all__ = [
    "BY_BYLINE",
    "DELTA_POSTS",
    "LATEST",
    "NEIGHBOURS",
    "PAST_PER_PAGE",
    "REMEMBERED",
    "Coverage",
    "Delta",
    "Front",
    "Item",
    "Page",
    "Place",
    "UnknownPost",
    "as_it_is",
    "coverage",
    "delta",
    "forget",
    "front",
    "front_key",
    "page",
    "posts_by",
    "preview",
    "was_taken_down",
]
