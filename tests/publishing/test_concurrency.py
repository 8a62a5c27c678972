"""Several people at once, in real transactions: nothing lost, nothing doubled, nobody stuck."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from liveblogs import publishing, timeline
from liveblogs.models import Blog, BlogCredit, BlogFragment, Byline, Fragment, Image, Post, PostCredit, StaleVersion
from liveblogs.publishing import ChangeRefused
from liveblogs.rendering import fragments
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory
from tests.support.invariants import check
from tests.support.watching import columns, listening

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

#: Seconds after which somebody who waits is stuck.
STUCK = 60
#: Seconds in which the second of two gets as far as it can.
A_MOMENT = 0.3


def run(call: Callable[[], Any], results: dict[str, Any], name: str) -> threading.Thread:
    """Start this in a thread with a connection of its own; what it returns or raises is kept under its name."""

    def work() -> None:
        try:
            results[name] = call()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[name] = error
        finally:
            connections.close_all()

    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def join(*threads: threading.Thread) -> None:
    for thread in threads:
        thread.join(STUCK)
        assert not thread.is_alive(), f"{thread.name} is stuck"


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Start all of these at the same moment, and give what each returned or raised."""
    barrier, results = threading.Barrier(len(calls)), {}

    def start(call: Callable[[], Any]) -> Callable[[], Any]:
        def work() -> Any:
            barrier.wait(STUCK)
            return call()

        return work

    join(*[run(start(call), results, str(number)) for number, call in enumerate(calls)])
    return [results[str(number)] for number in range(len(calls))]


def one_inside_the_other(monkeypatch, first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """Start the second one while the first has rendered everything, and not committed it."""
    reached, go_on, store = threading.Event(), threading.Event(), fragments.store_blog

    def hold(blog_id: int) -> Any:
        stored = store(blog_id)
        if threading.current_thread().name == "first":
            reached.set()
            go_on.wait(STUCK)
        return stored

    results: dict[str, Any] = {}
    with monkeypatch.context() as patch:
        patch.setattr(fragments, "store_blog", hold)
        thread = run(first, results, "first")
        assert reached.wait(STUCK)
        other = run(second, results, "second")
        time.sleep(A_MOMENT)
        go_on.set()
        join(thread, other)
    return [results["first"], results["second"]]


def fresh(post: Post) -> Post:
    return Post.objects.get(pk=post.pk)


def each(call: Callable[[Post], Any], post: Post, times: int) -> list[Callable[[], Any]]:
    """As many people, each with the post as it is now before them."""
    return [partial(call, fresh(post)) for _ in range(times)]


# Two at once
# -----------


def test_two_publications_of_one_draft():
    blog = BlogFactory(live=True)
    post = PostFactory(blog=blog)
    with listening() as news:
        results = at_once(*each(publishing.publish, post, 4))
    assert sorted(type(result).__name__ for result in results) == ["NoneType", *["StaleVersion"] * 3]
    assert [ids for _, _, ids in news.changed] == [[post.public_id]]
    assert post.history.filter(history_change_reason="published").count() == 1
    check(blog)


def test_publications_of_different_posts_each_have_their_revision():
    blog = BlogFactory(live=True)
    posts = PostFactory.create_batch(8, blog=blog)
    before = columns(blog)["revision"]
    with listening() as news:
        assert at_once(*[partial(publishing.publish, post) for post in posts]) == [None] * 8
    assert sorted(revision for _, revision, _ in news.changed) == list(range(before + 1, before + 9))
    stored = Post.objects.filter(blog=blog)
    assert sorted(post.revision for post in stored) == list(range(before + 1, before + 9))
    in_time = sorted(stored, key=lambda post: post.published_at)
    assert in_time == sorted(stored, key=lambda post: post.revision)  # times never run against revisions
    check(blog)


@pytest.mark.parametrize("is_withdrawn_first", [True, False])
def test_update_and_withdrawal(is_withdrawn_first, monkeypatch):
    blog = BlogFactory(live=True)
    post = PostFactory(blog=blog, state="published", headline="Wrong")
    mine, hers = fresh(post), fresh(post)
    mine.headline = "Put right"
    calls = [lambda: publishing.publish(mine), lambda: publishing.withdraw(hers)]
    results = one_inside_the_other(monkeypatch, *(calls[::-1] if is_withdrawn_first else calls))
    assert fresh(post).state == "withdrawn"  # never brought back by an edit
    if is_withdrawn_first:
        assert results[0] is None
        assert isinstance(results[1], ChangeRefused)
        assert (fresh(post).headline, mine.headline, mine.state) == ("Wrong", "Put right", "published")
    else:
        assert results == [None, None]
        assert fresh(post).headline == "Put right"
    check(blog)


def test_two_withdrawals_count_once():
    blog = BlogFactory(live=True)
    post, _ = PostFactory(blog=blog, state="published"), PostFactory(blog=blog, state="published")
    results = at_once(*each(publishing.withdraw, post, 3))
    assert sorted(type(result).__name__ for result in results) == ["ChangeRefused", "ChangeRefused", "NoneType"]
    assert columns(blog)["post_count"] == 1
    check(blog)


def test_two_stale_edits_overwrite_nothing():
    blog = BlogFactory(live=True)
    post = PostFactory(blog=blog, state="published", headline="0")

    def edit(mine: Post, headline: str) -> str:
        mine.headline = headline
        publishing.update(mine)
        return headline

    results = at_once(*[partial(edit, fresh(post), word) for word in "abcd"])
    (winner,) = [result for result in results if isinstance(result, str)]
    assert [type(result) for result in results].count(StaleVersion) == 3
    assert (fresh(post).headline, fresh(post).version) == (winner, post.version + 1)
    check(blog)


def test_pin_and_unpin():
    blog = BlogFactory(live=True)
    post = PostFactory(blog=blog, state="published")
    before = columns(blog)["revision"]
    with listening() as news:
        results = at_once(*each(publishing.pin, post, 3), *each(publishing.unpin, post, 3))
    assert results == [None] * 6
    assert columns(blog)["revision"] - before == len(news.changed) >= 3
    check(blog)


def test_deletion_and_publication_of_a_draft(monkeypatch):
    blog = BlogFactory(live=True)
    published = PostFactory(blog=blog)
    results = one_inside_the_other(
        monkeypatch, lambda: publishing.publish(fresh(published)), lambda: Post.objects.filter(blog=blog).delete()
    )
    assert results[0] is None
    assert isinstance(results[1], ProtectedError)
    deleted = PostFactory(blog=blog)
    results = at_once(deleted.delete, *each(publishing.publish, deleted, 1))
    exists = Post.objects.filter(pk=deleted.pk or 0).exists()
    assert [isinstance(result, Exception) for result in results] == ([True, False] if exists else [False, True])
    check(blog)


def test_two_editors_write_and_publish_in_one_transaction_each():
    """As the admin does: the post, its credits, then the publication, and one commit at the end."""
    blog, byline = BlogFactory(live=True), BylineFactory()
    written = threading.Barrier(2)

    def write(headline: str) -> None:
        with transaction.atomic():
            post = Post.objects.create(blog=blog, headline=headline)
            PostCredit.objects.create(post=post, byline=byline)
            if connection.vendor != "sqlite":
                written.wait(STUCK)  # both have begun; on SQLite the second one waits to begin
            publishing.publish(post)

    assert at_once(lambda: write("one"), lambda: write("two")) == [None, None]
    assert columns(blog)["post_count"] == 2
    check(blog)


def test_draft_that_moves_while_it_is_published(monkeypatch):
    blog, other = BlogFactory(live=True), BlogFactory(live=True)
    post = PostFactory(blog=blog)
    moving, publishing_it = fresh(post), fresh(post)
    moving.blog = other
    results = one_inside_the_other(
        monkeypatch, lambda: publishing.publish(moving), lambda: publishing.publish(publishing_it)
    )
    assert results[0] is None
    assert isinstance(results[1], StaleVersion)
    assert fresh(post).blog == other
    check(blog, other)


# The schedule
# ------------


def due_posts(blog: Blog, count: int) -> list[Post]:
    at = timezone.now() - timedelta(minutes=1)
    return Post.objects.bulk_create(
        Post(blog=blog, headline=f"p{number}", state="scheduled", publish_at=at + timedelta(seconds=number))
        for number in range(count)
    )


def test_due_posts_are_published_once():
    blog = BlogFactory(live=True)
    posts = due_posts(blog, 12)
    with listening() as news:
        results = at_once(*[publishing.publish_due] * 2, *[lambda: timeline.snapshot(blog.slug)] * 2)
    assert [result for result in results if isinstance(result, Exception)] == []
    told = [public_id for _, _, ids in news.changed for public_id in ids]
    assert sorted(told) == sorted(post.public_id for post in posts)
    assert sorted(post.pk for result in results[:2] for post in result) <= sorted(post.pk for post in posts)
    assert Post.history.filter(history_change_reason="published on schedule").count() == 12
    check(blog)


@pytest.mark.parametrize(
    "act",
    [
        publishing.save_draft,
        publishing.revert_to_draft,
        lambda post: publishing.schedule(post, timezone.now() + timedelta(hours=1)),
        publishing.publish,
        publishing.erase,
    ],
    ids=["keep", "to_draft", "schedule", "publish", "erase"],
)
def test_edit_while_it_comes_due(act, monkeypatch):
    blog = BlogFactory(live=True)
    (post,) = due_posts(blog, 1)
    mine = fresh(post)
    mine.headline = "Edited"
    published, edited = one_inside_the_other(monkeypatch, publishing.publish_due, lambda: act(mine))
    assert published == [post]
    stored = fresh(post)
    if isinstance(edited, ChangeRefused):
        assert (stored.state, stored.headline, mine.headline) == ("published", "p0", "Edited")
    else:
        assert edited is None
        assert (stored.state, stored.headline) in [("published", "Edited"), ("withdrawn", "")]
    check(blog)


def test_edit_that_holds_the_blog_when_it_comes_due(monkeypatch):
    blog = BlogFactory(live=True)
    (post,) = due_posts(blog, 1)
    other = PostFactory(blog=blog)

    def set_aside() -> None:
        with transaction.atomic():
            publishing.revert_to_draft(fresh(post))
            publishing.publish(other)

    assert one_inside_the_other(monkeypatch, set_aside, publishing.publish_due) == [None, []]
    assert fresh(post).state == "draft"
    check(blog)


# What stands on many pages
# -------------------------


@pytest.mark.parametrize("is_renamed_first", [True, False])
def test_rename_beside_a_publication(is_renamed_first, monkeypatch):
    byline = BylineFactory(name="Before")
    named, blog = BlogFactory(live=True, credits=[byline]), BlogFactory(live=True)
    post = PostFactory(blog=blog, credits=[byline])
    byline.name = "After"
    calls = [lambda: publishing.publish(post), lambda: publishing.update_byline(byline)]
    results = one_inside_the_other(monkeypatch, *(calls[::-1] if is_renamed_first else calls))
    assert results == [None, None]
    html = Fragment.objects.get(post=post).html
    assert ("After" in html, "Before" in html) == (True, False)
    check(blog, named)


@pytest.mark.parametrize("is_merged_first", [True, False])
def test_merge_beside_a_publication(is_merged_first, monkeypatch):
    gone, keep = BylineFactory(name="Gone"), BylineFactory(name="Kept")
    named, blog = BlogFactory(live=True, credits=[gone]), BlogFactory(live=True)
    post = PostFactory(blog=blog, credits=[gone])
    calls = [lambda: publishing.publish(post), lambda: publishing.merge_bylines(keep, gone)]
    results = one_inside_the_other(monkeypatch, *(calls[::-1] if is_merged_first else calls))
    assert results == [None, None]
    html = Fragment.objects.get(post=post).html
    assert ("Kept" in html, "Gone" in html) == (True, False)
    assert [credit.byline for credit in post.credits.all()] == [keep]
    check(blog, named)


def test_merge_beside_somebody_who_credits_the_one_that_goes():
    """A credit that was written and not committed when the merge began comes to nothing, and all that hangs on it."""
    gone, keep = BylineFactory(name="Gone"), BylineFactory(name="Kept")
    blog = BlogFactory(live=True)
    post, credited, merged = PostFactory(blog=blog), threading.Event(), threading.Event()
    is_sqlite = connection.vendor == "sqlite"

    def credit() -> None:
        with transaction.atomic():
            PostCredit.objects.create(post=post, byline=gone)
            credited.set()
            merged.wait(A_MOMENT if is_sqlite else STUCK)
            publishing.publish(post)

    def merge() -> None:
        credited.wait(STUCK)
        publishing.merge_bylines(keep, gone)
        merged.set()

    results = at_once(credit, merge)
    stored = fresh(post)
    if is_sqlite:  # where the merge waits to begin
        assert results == [None, None]
        assert (stored.state, [credit.byline for credit in stored.credits.all()]) == ("published", [keep])
    else:
        assert (isinstance(results[0], Exception), results[1]) == (True, None)
        assert (stored.state, stored.credits.count(), post.state, columns(blog)["post_count"]) == (
            "draft",
            0,
            "draft",
            0,
        )
    check(blog)


def test_two_merges_across():
    one, other = BylineFactory.create_batch(2)
    blog = BlogFactory(live=True)
    PostFactory(blog=blog, state="published", credits=[one, other])
    results = at_once(lambda: publishing.merge_bylines(one, other), lambda: publishing.merge_bylines(other, one))
    assert sorted(type(result).__name__ for result in results) == ["ChangeRefused", "NoneType"]
    assert PostCredit.objects.count() == 1
    check(blog)


@pytest.mark.parametrize("is_edited_first", [True, False])
def test_caption_beside_a_publication(is_edited_first, monkeypatch):
    image = ImageFactory(caption="Before")
    covered, blog = BlogFactory(live=True, cover=image), BlogFactory(live=True)
    post = PostFactory(blog=blog, images=[image])
    image.caption = "After"
    calls = [lambda: publishing.publish(post), lambda: publishing.update_image(image)]
    results = one_inside_the_other(monkeypatch, *(calls[::-1] if is_edited_first else calls))
    assert results == [None, None]
    html = Fragment.objects.get(post=post).html
    assert ("After" in html, "Before" in html) == (True, False)
    check(blog, covered)


@pytest.mark.parametrize("number", range(3))
def test_alt_text_taken_away_beside_a_publication(number):
    blog, image = BlogFactory(live=True), ImageFactory()
    post, mine = PostFactory(blog=blog, images=[image]), Image.objects.get(pk=image.pk)
    mine.alt = ""
    results = at_once(lambda: publishing.publish(post), lambda: publishing.update_image(mine))
    assert sorted(type(result).__name__ for result in results) == ["ChangeRefused", "NoneType"]
    assert Post.objects.published().filter(images__image__alt="").count() == 0
    check(blog)


@pytest.mark.parametrize("is_renamed_first", [True, False])
def test_rename_of_a_blog_beside_one_that_begins_to_continue_it(is_renamed_first, monkeypatch):
    first, second = BlogFactory(live=True, title="Before"), BlogFactory(live=True)
    linking, first.title = Blog.objects.get(pk=second.pk), "After"
    linking.continues = Blog.objects.get(pk=first.pk)
    calls = [lambda: publishing.update_blog(linking), lambda: publishing.update_blog(first)]
    results = one_inside_the_other(monkeypatch, *(calls[::-1] if is_renamed_first else calls))
    assert results == [None, None]
    about = BlogFragment.objects.get(blog=second).about
    assert ("After" in about, "Before" in about) == (True, False)
    assert second.title in BlogFragment.objects.get(blog=first).about
    check(first, second)


@pytest.mark.parametrize("is_opened_first", [True, False])
def test_opening_of_a_blog_beside_one_that_begins_to_continue_it(is_opened_first, monkeypatch):
    first, second = BlogFactory(), BlogFactory(live=True)
    linking, opening = Blog.objects.get(pk=second.pk), Blog.objects.get(pk=first.pk)
    linking.continues = Blog.objects.get(pk=first.pk)
    calls = [lambda: publishing.update_blog(linking), lambda: publishing.open_blog(opening)]
    results = one_inside_the_other(monkeypatch, *(calls[::-1] if is_opened_first else calls))
    assert results == [None, None]
    assert first.title in BlogFragment.objects.get(blog=second).about
    assert second.title in BlogFragment.objects.get(blog=first).about
    check(first, second)


@pytest.mark.parametrize("is_renamed_first", [True, False])
@pytest.mark.parametrize("where", ["post", "schedule", "blog", "import"])
def test_rename_beside_the_first_that_credits_it(where, is_renamed_first, monkeypatch):
    """Written, published and committed while the byline is renamed."""
    byline, blog = BylineFactory(name="Before"), BlogFactory(live=True)
    post = PostFactory(blog=blog)

    def credit() -> None:
        with transaction.atomic():
            if where == "blog":
                BlogCredit.objects.create(blog=blog, byline=byline)
                publishing.update_blog(Blog.objects.get(pk=blog.pk))
            elif where == "import":
                new = Blog(title="New", slug="new", status="live", published_at=timezone.now())
                with publishing.importing(new, [], reason="imported"):
                    BlogCredit.objects.create(blog=new, byline=byline)
            else:
                PostCredit.objects.create(post=post, byline=byline)
                if where == "schedule":
                    Post.objects.filter(pk=post.pk).update(state="scheduled", publish_at=timezone.now())
                    publishing.publish_due()
                else:
                    publishing.publish(post)

    calls = [credit, lambda: rename(byline, "After")]
    named = BlogFactory(live=True, credits=[byline])  # so that the rename renders something
    results = one_inside_the_other(monkeypatch, *(calls[::-1] if is_renamed_first else calls))
    assert results == [None, None]
    if where in ("post", "schedule"):
        html = Fragment.objects.get(post=post).html
    else:
        html = BlogFragment.objects.get(blog__slug="new" if where == "import" else blog.slug).head
    assert ("After" in html, "Before" in html) == (True, False)
    check(blog, named)


@pytest.mark.parametrize("is_edited_first", [True, False])
def test_alt_text_beside_the_blog_that_begins_to_show_it(is_edited_first, monkeypatch):
    image, blog = ImageFactory(alt="Before"), BlogFactory(live=True)
    covered, mine = Blog.objects.get(pk=blog.pk), Image.objects.get(pk=image.pk)
    covered.cover, mine.alt = image, "After"
    shown = BlogFactory(live=True, cover=image)
    calls = [lambda: publishing.update_blog(covered), lambda: publishing.update_image(mine)]
    results = one_inside_the_other(monkeypatch, *(calls[::-1] if is_edited_first else calls))
    assert results == [None, None]
    for each in (blog, shown):
        about = BlogFragment.objects.get(blog=each)
        assert "Before" not in about.head + about.data
    check(blog, shown)


# Many at once
# ------------


def rename(byline: Byline, name: str) -> None:
    mine = Byline.objects.get(pk=byline.pk)
    mine.name = name
    publishing.update_byline(mine)


def describe(image: Image, caption: str) -> None:
    mine = Image.objects.get(pk=image.pk)
    mine.caption = caption
    publishing.update_image(mine)


def edit(headline: str, post: Post) -> None:
    post.headline = headline
    publishing.publish(post)


def soon(post: Post) -> None:
    publishing.schedule(post, timezone.now() + timedelta(milliseconds=20))


def test_eight_writers_at_random():
    """Every kind of change, in two blogs that share a byline and a picture, with the same chance each time."""
    byline, image = BylineFactory(), ImageFactory()
    blogs = BlogFactory.create_batch(2, live=True)
    for blog in blogs:
        for state in ("draft", "published", "published", "withdrawn"):
            PostFactory(blog=blog, state=state, credits=[byline], images=[image])
    before = {blog.pk: columns(blog)["revision"] for blog in blogs}
    pks = list(Post.objects.values_list("pk", flat=True))

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for number in range(10):
            word = f"{seed}.{number}"
            calls = [
                partial(rename, byline, word),
                partial(describe, image, word),
                publishing.publish_due,
                lambda word=word: publishing.publish(Post(blog=chance.choice(blogs), headline=word)),
            ]
            on_post = [publishing.publish, publishing.withdraw, publishing.pin, publishing.unpin, publishing.submit]
            on_post += [soon, partial(edit, word)]
            calls += [lambda call=call: call(Post.objects.get(pk=chance.choice(pks))) for call in on_post]
            with suppress(ChangeRefused):
                chance.choice(calls)()

    with listening() as news:
        assert at_once(*[partial(work, seed) for seed in range(8)]) == [None] * 8
    for blog in blogs:
        revisions = [revision for slug, revision, _ in news.changed if slug == blog.slug]
        assert sorted(revisions) == list(range(before[blog.pk] + 1, columns(blog)["revision"] + 1))
        assert len(revisions) > 10
    name = Byline.objects.get(pk=byline.pk).name
    shown = Fragment.objects.filter(post__credits__byline=byline).values_list("html", flat=True)
    assert all(name in html for html in shown)
    check(*blogs)


def test_change_that_is_rolled_back_is_told_to_nobody():
    blog = BlogFactory(live=True)
    post = PostFactory(blog=blog)
    before = columns(blog)
    with listening() as news:
        with transaction.atomic():
            publishing.publish(post)
            transaction.set_rollback(True)
        assert news.changed == []
        publishing.publish(fresh(post))
    assert news.changed == [(blog.slug, before["revision"] + 1, [post.public_id])]
    check(blog)


def test_listener_that_fails_undoes_nothing(caplog):
    blog = BlogFactory(live=True)
    post = PostFactory(blog=blog)

    def fail(**_signal: Any) -> None:
        raise ZeroDivisionError

    publishing.changed.connect(fail)
    try:
        publishing.publish(post)
    finally:
        publishing.changed.disconnect(fail)
    assert fresh(post).is_published
    assert "ZeroDivisionError" in caplog.text
    check(blog)
