"""The event stream: who hears what, who is refused, and what a crowd costs."""

import asyncio
import re

import pytest
from django.db import DatabaseError

from liveblogs import publishing
from liveblogs.models import Blog, Post
from liveblogs.stream import app as stream_app
from liveblogs.stream import sources
from tests.support.factories import BlogFactory, PostFactory
from tests.support.streaming import Reader, answered, in_thread, play, until


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Everything as usual, only forty times as fast; and nothing but the database tells."""
    monkeypatch.setattr(sources, "POLL", 0.02)
    monkeypatch.setattr(sources, "POLL_WHILE_LISTENING", 0.02)
    monkeypatch.setattr(stream_app, "GAP", 0.005)
    monkeypatch.setattr(sources, "find_server", lambda: None)


class Told(dict):
    """What the database says: revisions by slug. ``questions`` are those that it was asked."""

    def __init__(self, **revisions: int) -> None:
        super().__init__(revisions)
        self.questions: list[list[str]] = []
        self.fault: Exception | None = None

    def __call__(self, slugs: list[str]) -> dict[str, int]:
        self.questions.append(sorted(slugs))
        if self.fault:
            raise self.fault
        return {slug: self[slug] for slug in slugs if slug in self}


@pytest.fixture
def told(monkeypatch) -> Told:
    """In the database's place: the blog "flood" at revision 7, and nobody else who tells anything."""
    answers = Told(flood=7)
    monkeypatch.setattr(sources, "_revisions", answers)
    return answers


# With the database
# -----------------


@pytest.mark.django_db(transaction=True)
def test_reader_hears_the_number_and_nothing_else():
    blog = BlogFactory(live=True, slug="flood", title="Flood in the valley")
    PostFactory(blog=blog, headline="A secret draft")
    PostFactory(blog=blog, state="scheduled", headline="A secret plan")
    first = PostFactory(blog=blog, state="published", headline="Known")

    def revision() -> int:
        return Blog.objects.get().revision

    async def story(app):
        reader = await answered(Reader(app, "/flood/stream/"))
        known = await in_thread(revision)
        await reader.hears(known)
        assert reader.status == 200
        assert reader.headers == {
            "content-type": "text/event-stream; charset=utf-8",
            "cache-control": "no-store",
            "x-accel-buffering": "no",
            "x-content-type-options": "nosniff",
        }
        post = Post(blog=await in_thread(Blog.objects.get), headline="Just in")
        await in_thread(publishing.publish, post)
        await reader.hears(known, known + 1)
        await in_thread(publishing.withdraw, first)
        await reader.hears(known, known + 1, known + 2)
        events = "".join(f"event: revision\nid: {known + n}\ndata: {known + n}\n\n" for n in range(3))
        assert re.fullmatch(rf"retry: [2-8]\d\d\d\n\n{events}", reader.body.decode())
        await in_thread(publishing.save_draft, PostFactory.build(blog=post.blog, headline="Another draft"))
        await asyncio.sleep(0.1)
        assert len(reader.heard) == 3

    play(story)


@pytest.mark.django_db(transaction=True)
def test_blog_that_readers_may_not_see_is_as_good_as_none():
    BlogFactory(slug="secret")
    gone = BlogFactory(live=True, slug="gone")
    publishing.take_down(gone)

    async def story(app):
        answers = []
        for slug in ("secret", "gone", "nowhere"):
            reader = await answered(Reader(app, f"/{slug}/stream/"))
            await reader.ends()
            answers.append((reader.status, reader.headers, reader.body))
        assert answers == [(404, {"content-type": "text/plain; charset=utf-8"}, b"")] * 3

    play(story)


@pytest.mark.django_db(transaction=True)
def test_taking_a_blog_down_ends_its_streams_and_no_others():
    down, other = BlogFactory(live=True, slug="flood"), BlogFactory(live=True, slug="fire")

    async def story(app):
        reader, spared = Reader(app, "/flood/stream/"), Reader(app, "/fire/stream/")
        await until(lambda: reader.heard and spared.heard)
        await in_thread(publishing.take_down, down)
        await reader.ends()
        again = await answered(Reader(app, "/flood/stream/"))
        await again.ends()
        assert again.status == 404
        post = Post(blog=other, headline="Goes on")
        await in_thread(publishing.publish, post)
        await until(lambda: len(spared.heard) == 2)
        await in_thread(publishing.open_blog, down)
        back = Reader(app, "/flood/stream/")
        await until(lambda: back.heard)

    play(story)


# What a reader hears
# -------------------


@pytest.mark.parametrize(
    ("last", "heard"),
    [("7", []), ("6", [7]), ("0", [7]), ("8", [7]), ("", [7]), ("seven", [7]), ("-7", [7]), ("7" * 40, [7])],
)
def test_browser_that_comes_back_hears_only_what_it_missed(told, last, heard):
    async def story(app):
        reader = await answered(Reader(app, "/flood/stream/", last=last))
        await until(lambda: b"retry" in reader.body)
        assert reader.heard == heard
        told["flood"] = 9
        await reader.hears(*heard, 9)

    play(story)


def test_number_is_repeated_while_nothing_happens(told, monkeypatch):
    monkeypatch.setattr(stream_app, "HEARTBEAT", 0.3)

    async def story(app):
        reader = Reader(app, "/flood/stream/", last="7")
        await reader.hears(7)
        await reader.hears(7, 7)
        told["flood"] = 8
        await reader.hears(7, 7, 8)

    play(story)


def test_of_many_changes_in_a_moment_the_last_is_heard(told, monkeypatch):
    monkeypatch.setattr(stream_app, "GAP", 0.3)

    async def story(app):
        reader = Reader(app, "/flood/stream/")
        await reader.hears(7)
        for number in range(8, 30):
            app._on_announcement("flood", number)
            told["flood"] = number
            await asyncio.sleep(0.002)
        await until(lambda: reader.heard[-1] == 29)
        assert len(reader.heard) <= 4

    play(story)


def test_hints_count_only_for_blogs_that_the_database_shows(told):
    async def story(app):
        told.fault = DatabaseError("away")
        early = Reader(app, "/flood/stream/")
        await until(lambda: told.questions)
        app._on_announcement("flood", 12)
        app._on_announcement("secret", 5)
        await asyncio.sleep(0.05)
        assert early.status is None
        told.fault = None
        await early.hears(7)

    play(story)


def test_newer_hints_are_told_and_older_ones_are_not(told, monkeypatch):
    monkeypatch.setattr(sources, "POLL", 3600)

    async def story(app):
        reader = Reader(app, "/flood/stream/")
        await reader.hears(7)
        for number in (8, 8, 6, 10):
            app._on_announcement("flood", number)
            await asyncio.sleep(0.02)
        await reader.hears(7, 8, 10)

    play(story)


def test_database_is_right_unless_it_was_asked_before_the_news(told, monkeypatch):
    monkeypatch.setattr(sources, "POLL", 3600)

    async def story(app):
        reader = Reader(app, "/flood/stream/")
        await reader.hears(7)
        asked = asyncio.get_running_loop().time()
        app._on_announcement("flood", 8)
        app._on_poll("flood", 7, asked)
        app._on_poll("flood", None, asked)
        await reader.hears(7, 8)
        app._on_poll("flood", 3, asyncio.get_running_loop().time())  # it was restored
        await reader.hears(7, 8, 3)

    play(story)


# Many readers
# ------------


def test_crowd_hears_everything_and_costs_no_question_more(told):
    async def story(app):
        crowd = [Reader(app, "/flood/stream/") for _ in range(200)]
        for reader in crowd:
            await reader.hears(7)
        before = len(asyncio.all_tasks())
        told["flood"] = 8
        for reader in crowd:
            await reader.hears(7, 8)
        assert len(asyncio.all_tasks()) - before <= 1
        assert before <= len(crowd) + 10
        assert all(question == ["flood"] for question in told.questions)
        for reader in crowd:
            await reader.leave()
        await asyncio.sleep(0.05)
        asked = len(told.questions)
        await asyncio.sleep(0.1)
        assert len(told.questions) == asked  # nobody follows

    play(story)


def test_slow_reader_holds_up_nobody_and_then_hears_the_latest(told):
    async def story(app):
        slow, quick = Reader(app, "/flood/stream/"), Reader(app, "/flood/stream/")
        await slow.hears(7)
        slow.is_stuck = True
        for number in range(8, 13):
            told["flood"] = number
            await until(lambda number=number: quick.heard[-1] == number)
            assert slow.under_way <= 1  # nothing piles up
        assert slow.heard == [7]
        slow.is_stuck = False
        await slow.hears(7, 8, 12)

    play(story)


def test_slow_reader_who_leaves_leaves_nothing_behind(told):
    async def story(app):
        slow = Reader(app, "/flood/stream/")
        await slow.hears(7)
        tasks = len(asyncio.all_tasks())
        slow.is_stuck = True
        told["flood"] = 8
        await until(lambda: slow.under_way)
        await slow.leave()
        await until(lambda: len(asyncio.all_tasks()) < tasks)

    play(story)


def test_bound_on_readers(told, settings):
    settings.STREAM_CONNECTIONS = 2

    async def story(app):
        first, second = (Reader(app, "/flood/stream/") for _ in range(2))
        await first.hears(7)
        await second.hears(7)
        third = await answered(Reader(app, "/flood/stream/"))
        await third.ends()
        assert (third.status, third.headers["retry-after"]) == (503, "30")
        await first.leave()
        await Reader(app, "/flood/stream/").hears(7)

    play(story)


# Refusals, and the end
# ---------------------


@pytest.mark.parametrize("path", ["/", "/flood/", "/flood/stream", "/a/flood/stream/", "/%2f/stream/"])
def test_other_addresses_are_not_here(told, path):
    async def story(app):
        reader = await answered(Reader(app, path))
        assert reader.status == 404
        assert told.questions == []

    play(story)


def test_only_get(told):
    async def story(app):
        reader = await answered(Reader(app, "/flood/stream/", method="POST"))
        assert (reader.status, reader.headers["allow"]) == (405, "GET")

    play(story)


def test_database_that_is_away_refuses_new_readers_and_keeps_the_others(told, monkeypatch, caplog):
    async def story(app):
        reader = Reader(app, "/flood/stream/")
        await reader.hears(7)
        monkeypatch.setattr(stream_app, "LOOKUP_TIMEOUT", 0.1)
        told.fault = DatabaseError("away")
        new = await answered(Reader(app, "/fire/stream/"))
        await new.ends()
        assert (new.status, new.headers["retry-after"]) == (503, "30")
        told.fault = None
        told["flood"] = 8
        await reader.hears(7, 8)
        assert "away" in caplog.text

    play(story)


def test_close_ends_every_stream_and_refuses_new_ones(told):
    async def story(app):
        crowd = [Reader(app, "/flood/stream/") for _ in range(20)]
        for reader in crowd:
            await reader.hears(7)
        app.close()
        for reader in crowd:
            await reader.ends()
        late = await answered(Reader(app, "/flood/stream/"))
        assert late.status == 503

    play(story)
