"""The first page that a change leaves ready for whoever asks next."""

from datetime import timedelta

import brotli
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from liveblogs import publishing, ready, timeline
from liveblogs.delivery import http
from liveblogs.models import BlogFragment, Post
from tests.timeline.test_timeline import make_blog, make_hidden, make_post, make_posts

pytestmark = pytest.mark.django_db


@pytest.fixture
def blog(django_capture_on_commit_callbacks):
    blog = make_blog("quake")
    make_posts(blog, 3)
    make_hidden(blog)
    with django_capture_on_commit_callbacks(execute=True):
        make_post(blog, "The last one")
    return blog


def as_another_process():
    """Nothing is known here any more."""
    http.clear()
    timeline.forget()


def test_page_is_ready_after_a_change_and_the_same_as_a_made_one(client, blog):
    kept = BlogFragment.objects.get(blog=blog)
    BlogFragment.objects.update(page_key="", page=b"")
    as_another_process()
    made = client.get("/quake/").content
    assert b"The last one" in made
    assert brotli.decompress(bytes(kept.page)) == made


def test_another_process_answers_with_it_in_two_queries_in_every_encoding(client, blog):
    made = client.get("/quake/").content
    for encoding, plain in (("br", brotli.decompress), ("", bytes)):
        as_another_process()
        with CaptureQueriesContext(connection) as captured:
            response = client.get("/quake/", headers={"accept-encoding": encoding})
        assert plain(response.content) == made
        assert response.headers.get("Content-Encoding", "") == encoding
        assert len(captured) == 2


def test_page_of_an_older_revision_is_never_answered(client, blog):
    post = Post.objects.get(headline="The last one")
    publishing.withdraw(post)  # its commit is not told: the page is not made ready again
    as_another_process()
    assert BlogFragment.objects.get(blog=blog).page_key == ""
    assert b"The last one" not in client.get("/quake/").content


def test_page_that_was_made_ready_for_an_older_revision_is_not_kept(blog, monkeypatch):
    """Two changes at once: the second commits while the first's process still makes its page."""
    older = timeline.coverage("quake")
    publishing.publish(Post(blog=blog, headline="The very last"))
    monkeypatch.setattr(timeline, "as_it_is", lambda slug: older)
    ready.make_ready(slug="quake")
    assert BlogFragment.objects.get(blog=blog).page_key == ""


def test_further_pages_and_other_orders_are_made(client, blog):
    as_another_process()
    newest, oldest = client.get("/quake/").content, client.get("/quake/?sort=oldest").content
    assert newest.index(b">The last one<") < newest.index(b">p0<")
    assert oldest.index(b">p0<") < oldest.index(b">The last one<")


def test_change_stands_when_the_page_cannot_be_made(blog, monkeypatch, caplog, django_capture_on_commit_callbacks):
    def broken(*arguments):
        raise RuntimeError("no template")

    monkeypatch.setattr(ready.views, "first_page", broken)
    with django_capture_on_commit_callbacks(execute=True):
        publishing.publish(Post(blog=blog, headline="Still published"))
    assert Post.objects.get(headline="Still published").is_published
    assert "The first page of quake could not be made ready" in caplog.text


def test_page_is_not_made_while_posts_are_due(blog, django_capture_on_commit_callbacks):
    due = Post(blog=blog, headline="Due")
    publishing.schedule(due, timezone.now() + timedelta(hours=1))
    Post.objects.filter(pk=due.pk).update(publish_at=timezone.now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        publishing.publish(Post(blog=blog, headline="Before it"))
    assert BlogFragment.objects.get(blog=blog).page_key == ""
    due.refresh_from_db()
    assert not due.is_published
