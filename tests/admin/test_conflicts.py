"""Twenty editors who save over each other, on the same few posts: nothing overwritten unseen, and nothing lost."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, connections

from liveblogs import publishing
from liveblogs.models import Blog, Post, StaleVersion
from tests.support.factories import BlogFactory, PostFactory, UserFactory
from tests.support.invariants import check

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
EDITORS, SAVES = 20, 50
#: Seconds after which somebody who waits is stuck.
STUCK = 60


@dataclass
class Try:
    """One save: over which text it was written, what was typed, and what the editor held in hand afterwards."""

    post: int
    version: int
    read: str
    typed: str
    accepted: bool
    in_hand: str


def save(post: Post, by: Any) -> None:
    """Whatever saves the content of a post in this state."""
    if post.is_published:
        publishing.update(post, by=by, minor=True)
    elif post.state == Post.State.WITHDRAWN:
        post.save()  # a script
    else:
        publishing.save_draft(post, by=by)


def write(
    number: int, by: Any, posts: list[int], everybody: threading.Barrier, doors: threading.Semaphore
) -> list[Try]:
    """In each round all of them read one of the posts, then all of them save."""
    tries = []
    for time in range(SAVES):
        post = Post.objects.select_related("blog").get(pk=posts[(number + time) % len(posts)])
        read, version = post.headline, post.version
        post.headline = typed = f"Editor {number}, save {time}"
        everybody.wait(STUCK)
        with doors:
            try:
                save(post, by)
                accepted = True
            except StaleVersion:
                accepted = False
        tries.append(Try(post.pk, version, read, typed, accepted, post.headline))
        everybody.wait(STUCK)
    return tries


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Run these in threads with connections of their own."""
    results: dict[int, Any] = {}

    def work(number: int, call: Callable[[], Any]) -> None:
        try:
            results[number] = call()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=pair, daemon=True) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(STUCK)
    return [results[number] for number in range(len(calls))]


def test_twenty_editors_save_fifty_times_each():
    blog = BlogFactory(live=True)
    states = ["draft", "scheduled", "published", "withdrawn"]
    posts = [PostFactory(blog=blog, state=state, body="", headline="First").pk for state in states]
    everybody = threading.Barrier(EDITORS)
    # SQLite's writers wait by sleeping, each time longer: a few at its one door press as hard, and don't oversleep.
    doors = threading.Semaphore(3 if connection.vendor == "sqlite" else EDITORS)
    editors = UserFactory.create_batch(EDITORS)
    revision = Blog.objects.get(pk=blog.pk).revision
    first = dict(Post.objects.values_list("pk", "version"))
    tries = [
        one
        for of_one in together(
            *(
                lambda number=number, by=by: write(number, by, posts, everybody, doors)
                for number, by in enumerate(editors)
            )
        )
        for one in of_one
    ]
    assert len(tries) == EDITORS * SAVES
    for pk in posts:
        accepted = sorted((one for one in tries if one.post == pk and one.accepted), key=lambda one: one.version)
        kept = dict(Post.history.filter(id=pk).order_by("history_id").values_list("version", "headline"))
        # In each round one of them was first; each version was written once, over the text of the one before it.
        assert [one.version for one in accepted] == list(range(first[pk], first[pk] + SAVES))
        assert [(one.read, one.typed) for one in accepted] == [
            (kept[one.version], kept[one.version + 1]) for one in accepted
        ]
        stored = Post.objects.get(pk=pk)
        assert (stored.version, stored.headline) == (first[pk] + SAVES, accepted[-1].typed)
        refused = [one for one in tries if one.post == pk and not one.accepted]
        assert len(refused) == SAVES * (EDITORS // len(posts) - 1)
        assert all(one.in_hand == one.typed and one.typed not in kept.values() for one in refused)
    assert Blog.objects.get(pk=blog.pk).revision == revision + SAVES  # of the one that readers see
    check(blog)
