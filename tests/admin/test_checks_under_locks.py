"""What is allowed when a page is opened is asked again under the lock: what came between counts."""

import pytest
from django.urls import reverse

from liveblogs import publishing
from liveblogs.admin.posts import PostAdmin
from liveblogs.models import Post
from tests.support.admin import change_of, published
from tests.support.forms import fields, messages_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(blog, writer):
    return Post.objects.create(blog=blog, headline="My draft", created_by=writer)


def meanwhile(monkeypatch, change):
    """Do this once, in the moment before the lock is taken. A refusal rolls it back: the transaction is the same."""
    lock, pending = publishing.lock_blogs, [change]

    def changed_first(*args, **kwargs):
        while pending:
            pending.pop()()
        lock(*args, **kwargs)

    monkeypatch.setattr(publishing, "lock_blogs", changed_first)


def take(client, post, action, **sent):
    address = reverse("admin:liveblogs_blog_desk_action", args=[post.blog_id])
    return client.post(address, {"post": post.pk, "action": action, **sent})


def test_desk_deletes_nothing_that_was_submitted_meanwhile(client, blog, writer, draft, monkeypatch):
    meanwhile(monkeypatch, lambda: publishing.submit(Post.objects.get()))
    answer = take(client, draft, "delete")
    assert (answer.status_code, "permission" in answer.json()["error"]) == (409, True)
    assert Post.objects.exists()


def test_writer_takes_back_nothing_that_an_editor_scheduled_meanwhile(client, blog, writer, draft, monkeypatch):
    publishing.submit(draft)
    meanwhile(monkeypatch, lambda: publishing.publish(Post.objects.get()))
    answer = take(client, draft, "to_draft")
    assert (answer.status_code, "permission" in answer.json()["error"]) == (409, True)


def test_nobody_acts_in_a_blog_that_they_left_meanwhile(client, blog, editor, monkeypatch):
    post = published(blog)
    meanwhile(monkeypatch, blog.staff.clear)
    assert take(client, post, "withdraw").status_code == 409
    assert Post.objects.get().state == "published"


def test_form_saves_nothing_in_a_blog_that_its_editor_left_meanwhile(client, blog, editor, monkeypatch):
    post = published(blog)
    typed = fields(client.get(change_of(post))) | {"headline": "Typed", "_update": ""}
    meanwhile(monkeypatch, blog.staff.clear)
    response = client.post(change_of(post), typed)
    assert "You can no longer edit this post." in words(response)
    assert fields(response)["headline"] == "Typed"
    assert Post.objects.get().headline == "Seen"


@pytest.mark.parametrize("change", [publishing.submit, publishing.publish])
def test_page_to_delete_deletes_nothing_that_changed_meanwhile(client, blog, writer, draft, monkeypatch, change):
    delete = PostAdmin.delete_model

    def changed_first(self, request, obj):
        change(Post.objects.get())
        delete(self, request, obj)

    monkeypatch.setattr(PostAdmin, "delete_model", changed_first)
    address = reverse("admin:liveblogs_post_delete", args=[draft.pk])
    response = client.post(address, {"post": "yes"}, follow=True)
    assert response.status_code == 200
    assert "delete" in messages_of(response).lower()
    assert Post.objects.count() == 1


# What else holds an erased text
# ------------------------------


def test_erasing_names_the_duplicates_that_hold_the_text(client, blog, manager):
    post = published(blog, body="<p>A name that must go.</p>")
    copy = publishing.duplicate(post)
    edited = publishing.duplicate(post)
    edited.headline, edited.body = "Edited since", "<p>Harmless.</p>"
    publishing.save_draft(edited)
    published(blog, "Another", body="<p>Another text.</p>")
    page = client.get(reverse("admin:liveblogs_post_erase", args=[post.pk]))
    text = words(page)
    assert "These posts hold the same text, now or in their history, and keep it." in text
    assert change_of(copy) in page.content.decode()
    assert "Edited since (Draft)" in text
    assert "Another" not in text
    other = Post.objects.get(headline="Another")
    assert "hold the same text" not in words(client.get(reverse("admin:liveblogs_post_erase", args=[other.pk])))
