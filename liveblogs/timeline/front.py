"""What readers see across blogs: the front page, and a byline's posts."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Prefetch, Sum
from django.utils import timezone

from ..models import Blog, Byline, Post
from ..rendering.release import release
from .cache import get_or_read
from .due import publish_due

#: Posts of each live blog on the front page, ended blogs on each of its pages, posts on a byline's page.
LATEST = 3
PAST_PER_PAGE = 24
BY_BYLINE = 30


@dataclass(frozen=True, slots=True)
class FrontPage:
    """One page of the list of blogs. The live ones are all on the first page."""

    live: list[Blog]
    past: list[Blog]
    number: int
    more: bool


class _FrontState(NamedTuple):
    key: str
    next_due: datetime | None


def front_key() -> str:
    """Changes with every change that readers can see in any blog. Publishes the posts that are due.

    Two queries at most, cached for ``MAX_AGE``; more when a post is due.
    """
    state = get_or_read("front", "", _read_state)
    if state.next_due is not None and state.next_due <= timezone.now():
        publish_due(None)
        state = get_or_read("front", "", _read_state)
    return state.key


def _read_state() -> _FrontState:
    # A blog that is added, removed or changed moves the count, the sum or the latest time.
    totals = Blog.objects.visible().aggregate(Count("pk"), Sum("revision"), Max("revised_at"))
    scheduled = Post.objects.filter(blog__in=Blog.objects.visible(), state=Post.State.SCHEDULED)
    return _FrontState(
        ".".join([*map(str, totals.values()), release()]),
        next_due=scheduled.order_by("publish_at").values_list("publish_at", flat=True).first(),
    )


def front_page(number: int = 1) -> FrontPage:
    """One page of the list of blogs, with the latest posts of each live one as ``latest``. Three queries at most."""
    live: list[Blog] = []
    if number == 1:
        latest = Prefetch("posts", Post.objects.published().newest_first()[:LATEST], to_attr="latest")
        live = list(
            Blog.objects.live().select_related("cover").prefetch_related(latest).order_by("-updated_at", "-pk")
        )
    ended = Blog.objects.visible().exclude(status=Blog.Status.LIVE).select_related("cover")
    start = (number - 1) * PAST_PER_PAGE
    past = list(ended.order_by("-updated_at", "-pk")[start : start + PAST_PER_PAGE + 1])
    return FrontPage(live, past[:PAST_PER_PAGE], number, len(past) > PAST_PER_PAGE)


def posts_by(byline: Byline) -> list[Post] | None:
    """A byline's latest visible posts, or None if no page that readers can open credits it. Two queries at most."""
    visible = Post.objects.visible().filter(credits__byline=byline)
    posts = list(visible.select_related("blog").order_by("-published_at", "-pk")[:BY_BYLINE])
    return posts if posts or Blog.objects.visible().filter(credits__byline=byline).exists() else None
