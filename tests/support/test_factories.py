"""The rows that other tests start from are what they say they are."""

from datetime import UTC, datetime

import pytest

from liveblogs.models import Blog, Post
from tests.support.factories import PASSWORD, BlogFactory, BylineFactory, ImageFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", Post.State.values)
def test_post_in_each_state(state):
    post = PostFactory(state=state)
    kept = Post.objects.get(pk=post.pk)
    assert kept.state == post.state == state
    assert kept.blog.status == "live"
    assert kept.blog.post_count == (state == "published")


def test_post_with_credits_pictures_and_time():
    at = datetime(2024, 5, 1, 9, tzinfo=UTC)
    one, other = BylineFactory.create_batch(2)
    post = PostFactory(
        state="published", credits=[one, (other, "Hong Kong")], images=[ImageFactory()], published_at=at
    )
    assert [(credit.byline, credit.place) for credit in post.credits.all()] == [(one, ""), (other, "Hong Kong")]
    assert [row.image.missing_fields() for row in post.images.all()] == [[]]
    assert Post.objects.get().published_at == at


def test_blog_in_each_status():
    draft, live, ended = BlogFactory(), BlogFactory(live=True, credits=[BylineFactory()]), BlogFactory(ended=True)
    statuses = dict(Blog.objects.values_list("pk", "status"))
    assert [statuses[blog.pk] for blog in (draft, live, ended)] == ["draft", "live", "ended"]
    assert live.credits.count() == 1


def test_user_of_a_group_can_log_in(client):
    user = UserFactory(group="Editor")
    assert client.login(username=user.username, password=PASSWORD)
    assert user.has_perm("liveblogs.publish_post")
    assert not UserFactory().has_perm("liveblogs.publish_post")
