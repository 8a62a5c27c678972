"""Writers on SQLite wait for each other at an even pace, and give up only when it's hopeless."""

import sqlite3
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection, transaction

from liveblogs import publishing, sqlite
from liveblogs.models import Blog, Post
from tests.support.factories import BlogFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="other databases wait by themselves"),
]


class Writer:
    """Another process that has the turn until ``end``."""

    def __init__(self) -> None:
        self.line = sqlite3.connect(connection.settings_dict["NAME"], autocommit=True, check_same_thread=False)
        self.line.execute("BEGIN IMMEDIATE")

    def end(self) -> None:
        self.line.execute("ROLLBACK")
        self.line.close()


@pytest.fixture
def looks(monkeypatch) -> Iterator[list[float]]:
    """The pauses between looks, in seconds; the other writer ends after the fiftieth."""
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 50:
            writer.end()

    BlogFactory(live=True)
    writer = Writer()
    monkeypatch.setattr(sqlite.time, "sleep", pause)
    yield pauses
    if len(pauses) < 50:
        writer.end()


def test_long_wait_is_no_reason_to_look_more_seldom(looks):
    with transaction.atomic():
        publishing.publish(Post(blog=Blog.objects.get(), headline="Its turn"))
    assert len(looks) == 50
    assert max(looks) <= 0.005
    assert Post.objects.get().state == "published"


def test_single_statement_waits_too(looks):
    Post.objects.create(blog=Blog.objects.get(), headline="A draft")
    assert len(looks) == 50


def test_nobody_waits_for_ever(looks, monkeypatch):
    clock = iter(range(0, 1000, 5))
    monkeypatch.setattr(sqlite.time, "monotonic", lambda: next(clock))
    with pytest.raises(OperationalError, match="locked"), transaction.atomic():
        pass
    assert len(looks) == 5  # with five seconds after each: more than the twenty that the settings say
