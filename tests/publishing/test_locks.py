"""Who waits for whom, and what is said when a lock is not free in time."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from liveblogs import publishing, timeline
from liveblogs.models import Blog, Byline, Post, PostCredit
from liveblogs.timeline import due
from tests.support.admin import change_of, image_of, user
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory
from tests.support.forms import fields, messages_of, words
from tests.support.waiting import Work, held

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time"),
]

#: Seconds in which those who have nothing to wait for are done, on the slowest machine.
SOON = 20
BUSY = "Not saved: somebody else is saving in this blog. Try again."


def locked(*blogs):
    """Somebody else changes these blogs at this moment."""
    return held(lambda: publishing.lock_blogs(Q(pk__in=[blog.pk for blog in blogs])))


@pytest.fixture
def impatient():
    """This connection waits a tenth of a second for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
        yield
        cursor.execute("RESET lock_timeout")


@pytest.fixture
def blog():
    return BlogFactory(live=True, slug="flood")


@pytest.fixture
def manager(client):
    manager = user("mo", "Admin")
    client.force_login(manager)
    return manager


def comes_due(blog, headline="Now due"):
    post = PostFactory(blog=blog, state="scheduled", headline=headline)
    Post.objects.filter(pk=post.pk).update(publish_at=timezone.now() - timedelta(seconds=1))
    return post


def test_database_limits_each_wait():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout')"
        )
        assert cursor.fetchone() == ("10s", "1min")


# Readers
# -------


def read(client):
    return client.get("/flood/").content.decode()


def test_reader_gets_the_page_without_the_due_post_while_the_blog_is_locked(client, blog, monkeypatch):
    PostFactory(blog=blog, state="published", headline="Known")
    post = comes_due(blog)
    with locked(blog):
        html = Work(lambda: read(client)).wait(SOON)
        assert ("Known" in html, "Now due" in html) == (True, False)
        assert Work(lambda: client.get("/").status_code).wait(SOON) == 200
    monkeypatch.setattr(due, "_retry_at", {})  # a second passes
    assert "Now due" in client.get("/flood/").content.decode()
    assert Post.objects.get(pk=post.pk).is_published


def test_due_posts_of_other_blogs_are_published_while_one_is_locked(blog):
    comes_due(blog)
    others = [comes_due(BlogFactory(live=True)) for _ in range(2)]
    with locked(blog), pytest.raises(publishing.Busy):
        publishing.publish_due(wait=publishing.READER_WAIT)
    assert set(Post.objects.published()) == set(others)


def test_reader_gets_fragments_of_an_older_release_rendered_while_the_blog_is_locked(client, blog, monkeypatch):
    PostFactory(blog=blog, state="published", headline="Known")
    monkeypatch.setattr("liveblogs.rendering.fragments.release", lambda: "new")
    monkeypatch.setattr("liveblogs.timeline.snapshots.release", lambda: "new")
    with locked(blog):
        assert "Known" in Work(lambda: read(client)).wait(SOON)


def test_desk_follows_while_a_post_is_due_and_the_blog_is_locked(client, blog, manager):
    comes_due(blog)
    with locked(blog):
        follow = reverse("admin:liveblogs_blog_desk_follow", args=[blog.pk])
        assert Work(lambda: client.post(follow, {"since": ""}).status_code).wait(SOON) == 200


# Changes of other blogs
# ----------------------


def rename(byline, name="After"):
    byline.name = name
    publishing.update_byline(byline)


def test_rename_keeps_no_other_blog_waiting(blog):
    byline = BylineFactory()
    PostFactory(blog=blog, state="published", credits=[byline])
    other, unrelated = BlogFactory(live=True), BylineFactory()
    post = PostFactory(blog=other, credits=[unrelated], images=[ImageFactory()])

    def work():
        publishing.publish(post)
        publishing.update_blog(Blog.objects.get(pk=other.pk))
        publishing.update_image(post.images.get().image)
        rename(Byline.objects.get(pk=unrelated.pk), "Another")

    with held(lambda: rename(byline)):
        assert Work(work).wait(SOON) is None
    assert Post.objects.get(pk=post.pk).is_published


def test_post_being_saved_keeps_no_rename_elsewhere_waiting(blog):
    byline = BylineFactory()
    PostFactory(blog=BlogFactory(live=True), state="published", credits=[byline])
    post = PostFactory(blog=blog)
    with held(lambda: publishing.publish(post)):
        assert Work(lambda: rename(byline)).wait(SOON) is None


def test_draft_that_is_credited_keeps_no_publication_waiting(blog):
    """Both show the same byline, and share its lock."""
    byline = BylineFactory()
    post, other = PostFactory(blog=blog, credits=[byline]), PostFactory(credits=[byline])
    with held(lambda: publishing.publish(post)):
        assert Work(lambda: publishing.publish(other)).wait(SOON) is None


# What an editor is told
# ----------------------


def send(client, address, model, button, **typed):
    return client.post(address, fields(client.get(address), model) | typed | {f"_{button}": ""})


def test_form_of_a_post_keeps_what_was_typed(client, blog, manager, impatient):
    post = PostFactory(blog=blog, state="published")
    with locked(blog):
        response = send(client, change_of(post), "post", "update", headline="Typed")
    assert BUSY in words(response)
    assert fields(response)["headline"] == "Typed"
    assert Post.objects.get(pk=post.pk).headline == post.headline


def test_forms_of_blog_byline_and_picture_keep_what_was_typed(client, blog, manager, impatient):
    byline, image = BylineFactory(), ImageFactory()
    PostFactory(blog=blog, state="published", credits=[byline], images=[image])
    forms = [
        (reverse("admin:liveblogs_blog_change", args=[blog.pk]), "blog", "title"),
        (reverse("admin:liveblogs_byline_change", args=[byline.pk]), "byline", "name"),
        (image_of(image), "image", "caption"),
    ]
    with locked(blog):
        for address, model, field in forms:
            response = send(client, address, model, "save", **{field: "Typed"})
            assert BUSY in words(response)
            assert fields(response, model)[field] == "Typed"


def test_actions_say_that_somebody_is_saving(client, blog, manager, impatient):
    one, two = BylineFactory.create_batch(2)
    post = PostFactory(blog=blog, state="published", credits=[one, two])
    lists = {model: reverse(f"admin:liveblogs_{model}_changelist") for model in ("post", "byline")}
    with locked(blog):
        action = reverse("admin:liveblogs_blog_desk_action", args=[blog.pk])
        response = client.post(action, {"post": post.pk, "action": "pin"})
        assert (response.status_code, response.json()["error"]) == (409, BUSY)
        chosen = {"action": "pin_posts", "_selected_action": [post.pk]}
        assert BUSY in messages_of(client.post(lists["post"], chosen, follow=True))
        chosen = {"action": "merge", "_selected_action": [one.pk, two.pk], "keep": one.pk}
        assert BUSY in messages_of(client.post(lists["byline"], chosen, follow=True))
        erase = reverse("admin:liveblogs_post_erase", args=[post.pk])
        assert BUSY in messages_of(client.post(erase, follow=True))
    assert Byline.objects.count() == 2


def test_deletions_say_that_somebody_is_saving(client, blog, manager, impatient):
    draft, byline = PostFactory(blog=blog), BylineFactory()
    action = reverse("admin:liveblogs_blog_desk_action", args=[blog.pk])
    delete = reverse("admin:liveblogs_byline_delete", args=[byline.pk])
    rows = (Post.objects.filter(pk=draft.pk), Byline.objects.filter(pk=byline.pk))
    with held(lambda: [list(row.select_for_update()) for row in rows]):
        response = client.post(action, {"post": draft.pk, "action": "delete"})
        assert (response.status_code, response.json()["error"]) == (409, BUSY)
        assert BUSY in messages_of(client.post(delete, {"post": "yes"}, follow=True))
    assert [row.exists() for row in rows] == [True, True]


def test_transactions_that_wait_for_each_other_are_told_to_try_again(blog):
    """PostgreSQL ends one of them; its change is refused as any other."""
    post, other = PostFactory(blog=blog), PostFactory()

    def cross(first, second):
        with transaction.atomic():
            publishing.publish(first)
            Work(lambda: None).wait()
            publishing.publish(second)

    works = [Work(lambda: cross(post, other)), Work(lambda: cross(other, post))]
    results = [work.wait() for work in works]
    assert all(result is None or isinstance(result, publishing.ChangeRefused) for result in results)
    assert timeline.snapshot("flood") is not None


def test_byline_that_is_merged_away_is_not_credited(blog):
    """The credit was written and not committed when the merge ended."""
    gone, kept = BylineFactory.create_batch(2)
    post = PostFactory(blog=blog)

    def credit():
        with transaction.atomic():
            PostCredit.objects.create(post=post, byline_id=gone.pk)
            publishing.publish(post)

    with held(lambda: publishing.merge_bylines(Byline.objects.get(pk=kept.pk), Byline.objects.get(pk=gone.pk))):
        work = Work(credit)
    assert isinstance(work.wait(), Exception)
    assert not PostCredit.objects.exists()
