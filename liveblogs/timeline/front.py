"""What readers see across blogs: the front page, and a byline's posts."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.db.models import Count, Max, Sum
from django.utils import timezone

from ..models import Blog, Byline, Post
from ..rendering.linked_data import prefetch_names
from ..rendering.release import release
from ..text import times
from .due import publish_due

#: Live blogs on the front page that show their latest posts, and how many each. The others show their titles.
WITH_POSTS, LATEST = 10, 3
#: Ended blogs on each page of the list, and posts on a byline's page.
PAST_PER_PAGE = 24
BY_BYLINE = 30


@dataclass(frozen=True, slots=True)
class FrontPage:
    """One page of the list of blogs. The live ones are all on the first page."""

    live: list[Blog]
    past: list[Blog]
    number: int
    more: bool


class FrontState(NamedTuple):
    """``key`` changes with every change that readers can see in any blog, and so does the number ``revision``."""

    key: str
    revision: int
    next_due: datetime | None


def front_state() -> FrontState:
    """The state of all visible blogs, with due posts published. Two queries; more when a post is due."""
    state = _read_state()
    if state.next_due is not None and state.next_due <= timezone.now():
        publish_due(None)
        state = _read_state()
    return state


def _read_state() -> FrontState:
    # A blog that is added, removed or changed moves the count, the sum or the latest time.
    totals = Blog.objects.visible().aggregate(Count("pk"), Sum("revision"), Max("revised_at"))
    count, revisions, at = totals.values()
    scheduled = Post.objects.filter(blog__in=Blog.objects.visible(), state=Post.State.SCHEDULED)
    return FrontState(
        ".".join([*map(str, totals.values()), release()]),
        revision=times.microseconds(at) + revisions + count if count else 0,
        next_due=scheduled.order_by("publish_at").values_list("publish_at", flat=True).first(),
    )


def front_page(number: int = 1) -> FrontPage:
    """One page of the list of blogs, with the latest posts of the first live ones as ``latest``.

    Two queries on the first page and one for each of at most ten live blogs, and two if a post has only pictures; on
    other pages, one.
    """
    live: list[Blog] = []
    if number == 1:
        live = list(Blog.objects.live().select_related("cover").order_by("-updated_at", "-pk"))
        for blog in live[:WITH_POSTS]:
            blog.latest = list(Post.objects.published().filter(blog=blog).newest_first()[:LATEST])  # type: ignore[attr-defined]
        prefetch_names(chain.from_iterable(blog.latest for blog in live[:WITH_POSTS]))  # type: ignore[attr-defined]
    ended = Blog.objects.visible().exclude(status=Blog.Status.LIVE).select_related("cover")
    start = (number - 1) * PAST_PER_PAGE
    past = list(ended.order_by("-updated_at", "-pk")[start : start + PAST_PER_PAGE + 1])
    return FrontPage(live, past[:PAST_PER_PAGE], number, len(past) > PAST_PER_PAGE)


def posts_by(byline: Byline) -> list[Post] | None:
    """A byline's latest visible posts, or None if no page that readers can open credits it. Four queries at most."""
    visible = Post.objects.visible().filter(credits__byline=byline)
    posts = list(visible.select_related("blog").order_by("-published_at", "-pk")[:BY_BYLINE])
    prefetch_names(posts)
    return posts if posts or Blog.objects.visible().filter(credits__byline=byline).exists() else None
