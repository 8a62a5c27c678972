"""What readers see of all blogs together: the front page's list, and a byline's posts."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Prefetch, Sum
from django.utils import timezone

from ..models import Blog, Byline, Post
from ..rendering.release import release
from .cache import Memory
from .due import publish_due

#: Headlines that a live blog shows on the front page, ended blogs on a page of it, and posts on a byline's.
LATEST = 3
PAST_PER_PAGE = 24
BY_BYLINE = 30


@dataclass(frozen=True, slots=True)
class Front:
    """One page of the list of blogs; those that are live stand on the first."""

    live: list[Blog]
    past: list[Blog]
    number: int
    more: bool


class _SeenFront(NamedTuple):
    """All blogs at one of their revisions."""

    key: str
    next_due: datetime | None


_front: Memory[_SeenFront] = Memory()


def front_key() -> str:
    """Changes with every change that readers can see anywhere; the posts that are due have been published.

    Two queries at most, remembered like a blog's; more only when a post is due.
    """
    seen = _front.get("", _read_front)
    if seen.next_due is not None and seen.next_due <= timezone.now():
        publish_due(None)
        seen = _front.get("", _read_front)
    return seen.key


def _read_front() -> _SeenFront:
    # A blog that comes, goes or changes moves the count or the latest time of a revision.
    seen = Blog.objects.visible().aggregate(Count("pk"), Sum("revision"), Max("revised_at"))
    due = Post.objects.filter(blog__in=Blog.objects.visible(), state=Post.State.SCHEDULED).order_by("publish_at")
    return _SeenFront(
        ".".join([*map(str, seen.values()), release()]),
        next_due=next(iter(due.values_list("publish_at", flat=True)[:1]), None),
    )


def front(number: int = 1) -> Front:
    """The blogs of one page of the list, live ones with their latest posts as ``latest``. Three queries at most."""
    live: list[Blog] = []
    if number == 1:
        latest = Prefetch("posts", Post.objects.published().newest_first()[:LATEST], to_attr="latest")
        live = list(
            Blog.objects.live().select_related("cover").prefetch_related(latest).order_by("-updated_at", "-pk")
        )
    ended = Blog.objects.visible().exclude(status=Blog.Status.LIVE).select_related("cover")
    start = (number - 1) * PAST_PER_PAGE
    past = list(ended.order_by("-updated_at", "-pk")[start : start + PAST_PER_PAGE + 1])
    return Front(live, past[:PAST_PER_PAGE], number, len(past) > PAST_PER_PAGE)


def posts_by(byline: Byline) -> list[Post] | None:
    """A byline's latest posts that readers can open, or nothing where none of our pages names it. Two queries."""
    visible = Post.objects.visible().filter(credits__byline=byline)
    posts = list(visible.select_related("blog").order_by("-published_at", "-pk")[:BY_BYLINE])
    return posts if posts or Blog.objects.visible().filter(credits__byline=byline).exists() else None
