"""What tests with a real browser share: a live blog, and readers with it open."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from liveblogs import publishing
from liveblogs.models import Blog, Post
from tests.support.editors import Editor
from tests.support.factories import BlogFactory, PostFactory
from tests.support.reader import Reader

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


@pytest.fixture
def reader(browser: Browser, live_server) -> Iterator[Page]:
    """A reader's window without scripts."""
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def seats(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Browsers' memories that several tests use one after the other: what every page loads is there already."""
    free: list[tuple[dict, BrowserContext]] = []

    def take(taken: list[BrowserContext], options: dict) -> BrowserContext:
        for known, context in free:
            if known == options and context not in taken:
                return context
        free.append((options, browser.new_context(**options)))
        return free[-1][1]

    yield take
    for _options, context in free:
        context.close()


@pytest.fixture
def at_desk(live_server, seats, desk, monkeypatch) -> Iterator[Callable[..., Editor]]:
    """Seats somebody at the desk of the blog; in the end no script may have failed in any window."""
    monkeypatch.setattr("liveblogs.admin.desk.following.PAUSE", 300)
    editors: list[Editor] = []

    def seat(name: str = "ada", group: str = "Editor", **options) -> Editor:
        wide = {"viewport": {"width": 1440, "height": 1000}, "base_url": live_server.url}
        context = seats([editor.context for editor in editors], wide | options)
        editors.append(Editor(context, live_server.url, desk.blog, name, group))
        return editors[-1]

    yield seat
    for editor in editors:
        editor.leave()
    assert [editor.faults for editor in editors] == [[] for _ in editors]


@pytest.fixture(autouse=True)
def _quick(settings) -> None:
    """Open pages ask several times a second; a test that wants to say when sets an hour."""
    settings.FOLLOW_SECONDS = 0.2
