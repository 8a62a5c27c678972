"""What tests with a real browser share: a live blog, and readers with it open."""

from collections.abc import Callable, Iterator

import pytest

from liveblogs import publishing
from liveblogs.models import Blog, Post
from tests.factories import BlogFactory, PostFactory

from .reader import Reader

#: Long enough that a page has to scroll.
LONG = "<p>" + "The river stands high and people are asked to keep away from the bridges. " * 6 + "</p>"


class Desk:
    """An editor at work on one live blog."""

    def __init__(self, posts: int = 0) -> None:
        self.blog: Blog = BlogFactory(live=True, slug="flood", title="Flood in the valley")
        self.posts: list[Post] = [self.publish(f"p{number}") for number in range(posts)]

    def publish(self, headline: str, **fields) -> Post:
        return PostFactory(blog=self.blog, state="published", headline=headline, **{"body": LONG, **fields})

    def edit(self, post: Post, *, minor: bool = False, **fields) -> None:
        post.refresh_from_db()
        for name, value in fields.items():
            setattr(post, name, value)
        publishing.update(post, minor=minor)

    def read(self) -> Blog:
        """The blog as it is now."""
        self.blog = Blog.objects.get(pk=self.blog.pk)
        return self.blog

    @property
    def revision(self) -> int:
        return self.read().revision


@pytest.fixture
def desk(transactional_db) -> Desk:
    return Desk(posts=6)


@pytest.fixture
def open_page(live_server, context) -> Iterator[Callable[..., Reader]]:
    """Opens the blog, or another of its addresses, as a reader; in the end no script may have failed."""
    readers = []

    def reader(address: str = "", **options) -> Reader:
        readers.append(Reader(context, f"{live_server.url}/flood/{address}", **options))
        return readers[-1]

    yield reader
    for one in readers:
        assert one.faults == []


@pytest.fixture(autouse=True)
def _quick(settings) -> None:
    """Open pages ask several times a second; a test that wants to say when sets an hour."""
    settings.FOLLOW_SECONDS = 0.2
