"""A disk is full: editors are told and keep what they typed, readers read on."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError, connection

from liveblogs import publishing
from liveblogs.models import Blog, Image, Post
from tests.support.factories import BlogFactory, PostFactory, UserFactory
from tests.support.forms import send, upload, words
from tests.support.watching import columns

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "<p>" + "The river stands high. " * 3000 + "</p>"
SAID = "Not saved: the server can't write right now; its disk may be full."


@contextmanager
def full_disk() -> Iterator[None]:
    """The database can grow no more: SQLite by its own limit, PostgreSQL by the error that it then gives."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        else:
            cursor.execute(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
            )
            cursor.execute(
                "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON liveblogs_historicalpost"
                " FOR EACH ROW EXECUTE FUNCTION full_disk()"
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA max_page_count = 1073741823")
            else:
                cursor.execute("DROP FUNCTION full_disk CASCADE")


@pytest.fixture
def blog(client) -> Blog:
    blog = BlogFactory(live=True, slug="flood")
    PostFactory(blog=blog, state="published", headline="Known to readers")
    editor = UserFactory(group="Editor")
    blog.staff.add(editor)
    client.force_login(editor)
    return blog


def test_new_post_comes_back_with_its_text(client, blog):
    with full_disk():
        answer = send(client, "/admin/liveblogs/post/add/", "publish", headline="Just in", body=LONG)
        assert answer.status_code == 200
        assert SAID in words(answer)
        form = answer.context["adminform"].form
        assert (form["headline"].value(), form["body"].value()) == ("Just in", LONG)
        assert Post.objects.count() == 1
        assert client.get("/flood/").status_code == 200
        assert "Known to readers" in client.get("/flood/").content.decode()
    answer = client.post("/admin/liveblogs/post/add/", {**sent(answer), "_publish": ""}, follow=True)
    assert Post.objects.get(headline="Just in").state == "published"


def sent(answer) -> dict[str, str]:
    """What the form that came back would send."""
    data = answer.context["adminform"].form.data
    return {name: data[name] for name in data if not name.startswith("_")}


def test_change_leaves_readers_what_they_had(client, blog):
    post = Post.objects.get()
    before = columns(post)
    with full_disk():
        answer = send(client, f"/admin/liveblogs/post/{post.pk}/change/", "update", headline="Put right", body=LONG)
        assert SAID in words(answer)
        assert answer.context["adminform"].form["headline"].value() == "Put right"
    assert columns(post) == before
    html = client.get("/flood/").content.decode()
    assert "Known to readers" in html
    assert "Put right" not in html


def test_act_on_the_desk_is_refused_in_words(client, blog, monkeypatch):
    def fail(*_args, **_named):
        raise DatabaseError("disk I/O error")

    post = Post.objects.get()
    monkeypatch.setattr(publishing, "withdraw", fail)
    answer = client.post(f"/admin/liveblogs/blog/{blog.pk}/desk/action/", {"post": post.pk, "action": "withdraw"})
    assert answer.status_code == 503
    assert answer.json()["error"].startswith(SAID)


def test_picture_that_cannot_be_stored_costs_no_text(client, blog, monkeypatch):
    def full(*_args, **_named):
        raise OSError(errno.ENOSPC, "No space left on device")

    rows = {
        "images-TOTAL_FORMS": "1",
        "images-0-file": upload(),
        "images-0-alt": "A street",
        "images-0-credit": "Anna Ito",
        "images-0-caption": "The bridge on Monday",
    }
    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "_save", full)
        answer = send(client, "/admin/liveblogs/post/add/", "publish", headline="With a picture", **rows)
    assert answer.status_code == 200
    assert "couldn't be saved. Try again in a moment." in words(answer)
    assert answer.context["adminform"].form["headline"].value() == "With a picture"
    assert "The bridge on Monday" in answer.content.decode()
    assert (Post.objects.count(), Image.objects.count()) == (1, 0)
