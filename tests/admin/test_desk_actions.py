"""What the buttons of a desk's cards do beside the state of a post: times, copies, undo, unseen texts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from liveblogs import publishing
from liveblogs.models import Byline, Post
from tests.support.factories import BlogFactory, ImageFactory, PostFactory

pytestmark = pytest.mark.django_db


def act(client, post, name, **fields):
    address = reverse("admin:liveblogs_blog_desk_action", args=[post.blog_id])
    return client.post(address, {"post": post.pk, "action": name, **fields})


def test_act_on_another_text_than_the_one_seen_is_refused(client, editor, blog):
    post = PostFactory(blog=blog, headline="Seen")
    seen = post.version
    post.headline = "Changed"
    publishing.save_draft(post)
    answer = act(client, post, "publish", version=seen)
    assert answer.status_code == 409
    assert "This post was just updated" in answer.json()["error"]
    assert "Changed" in answer.json()["html"]
    assert not Post.objects.get(pk=post.pk).is_published
    assert act(client, post, "publish", version=post.version).status_code == 200


def test_each_act_answers_with_the_one_that_undoes_it(client, editor, blog):
    post = PostFactory(blog=blog, state="published", published_at=timezone.now() - timedelta(hours=5))
    PostFactory(blog=blog, state="published")
    publishing.pin(post)
    post.refresh_from_db()
    before = (post.state, post.is_pinned, post.is_key_event, post.correction, post.published_at, post.updated_at)
    for name, fields in (
        ("unpin", {}),
        ("key", {}),
        ("move", {"below": Post.objects.last().pk}),
        ("correct", {"note": "It was wrong."}),
        ("withdraw", {"note": "why"}),
    ):
        undo = act(client, post, name, **fields).json()["undo"]
        post.refresh_from_db()
        now = (post.state, post.is_pinned, post.is_key_event, post.correction, post.published_at, post.updated_at)
        assert now != before, name
        assert act(client, post, undo.pop("action"), **undo).status_code == 200
        post.refresh_from_db()
        now = (post.state, post.is_pinned, post.is_key_event, post.correction, post.published_at)
        assert now == before[:5], name
        if name != "correct":
            assert post.updated_at == before[5], name
        before = (*before[:5], post.updated_at)


def test_time_of_a_move_is_told_before_anything_moves(client, editor, blog):
    now = timezone.now().replace(microsecond=0)
    above, below = (
        PostFactory(blog=blog, state="published", published_at=now - timedelta(hours=hours)) for hours in (1, 3)
    )
    post = PostFactory(blog=blog, state="published")
    revision = post.blog.revision
    told = act(client, post, "move", above=above.pk, below=below.pk, only_tell="yes").json()["message"]
    blog.refresh_from_db()
    assert blog.revision == revision
    moved = act(client, post, "move", above=above.pk, below=below.pk).json()["message"]
    assert moved == f"Moved to {told}"
    assert Post.objects.get(pk=post.pk).published_at == now - timedelta(hours=2)


def test_schedule_is_read_in_the_zone_that_the_page_showed(client, editor, blog):
    post = PostFactory(blog=blog)
    answer = act(client, post, "schedule", at="2030-07-01T09:00", zone="America/New_York")
    assert answer.json()["message"] == "Scheduled for 9:00 a.m. ET, July 1, 2030"
    assert Post.objects.get(pk=post.pk).publish_at.isoformat() == "2030-07-01T13:00:00+00:00"
    answer = act(client, post, "schedule", at="2030-07-01T09:00", zone="Asia/Tokyo")
    assert (answer.status_code, answer.json()["error"]) == (
        409,
        "Not scheduled: the blog's time zone changed. Reload this page and schedule again.",
    )
    assert act(client, post, "schedule", at="2020-01-01T09:00").status_code == 409


def test_copy_is_whole_or_not_at_all(client, editor, blog, monkeypatch):
    byline = Byline.objects.create(name="Greta Halvern")
    post = PostFactory(blog=blog, state="published", credits=[byline], images=[ImageFactory()])
    assert act(client, post, "duplicate").json()["message"] == "Duplicated as a draft"
    copy = Post.objects.exclude(pk=post.pk).get()
    assert (copy.state, copy.headline, copy.created_by) == ("draft", post.headline, editor)
    assert copy.images.get().image == post.images.get().image
    assert copy.credits.get().byline == post.credits.get().byline
    assert copy.history.get().history_change_reason == "duplicated"
    revision = post.blog.revision
    blog.refresh_from_db()
    assert blog.revision == revision

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("liveblogs.models.PostImage.save", fail)
    with pytest.raises(RuntimeError):
        publishing.duplicate(post)
    assert Post.objects.count() == 2


def test_only_drafts_move_and_only_where_one_works(client, editor, blog):
    other, foreign = BlogFactory(title="Other"), BlogFactory(title="Foreign")
    other.staff.add(editor)
    draft = PostFactory(blog=blog)
    seen = PostFactory(blog=blog, state="published")
    assert act(client, draft, "to_blog", blog=foreign.pk).status_code == 409
    assert act(client, seen, "to_blog", blog=other.pk).status_code == 409
    answer = act(client, draft, "to_blog", blog=other.pk)
    assert (answer.json()["message"], answer.json()["gone"]) == ("Moved to “Other”", draft.pk)
    assert Post.objects.get(pk=draft.pk).blog == other
    assert Post.objects.get(pk=seen.pk).blog == blog
