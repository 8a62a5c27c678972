"""Where a post belongs and when it goes out: the blog that is chosen, and its zone."""

import html
import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from liveblogs import publishing
from liveblogs.models import Blog, Post
from tests.support.admin import ADD, LIST, change_of, published
from tests.support.forms import fields, messages_of, send, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def london(blog, editor):
    london = Blog.objects.create(title="Storm", slug="storm", time_zone="Europe/London")
    publishing.open_blog(london)
    london.staff.add(editor)
    return london


# The blog
# --------


def test_draft_moves_to_another_blog(client, blog, editor, london):
    post = Post.objects.create(blog=blog, headline="Wrong blog", created_by=editor)
    send(client, change_of(post), "save", blog=london.pk)
    post.refresh_from_db()
    assert post.blog == london
    send(client, change_of(post), "publish")
    assert b"Wrong blog" in client.get("/storm/").content
    assert b"Wrong blog" not in client.get("/quake/").content


def test_draft_moves_and_is_published_at_once(client, blog, editor, london):
    post = Post.objects.create(blog=blog, headline="Right blog", created_by=editor)
    send(client, change_of(post), "publish", blog=london.pk)
    counts = dict(Blog.objects.values_list("slug", "post_count"))
    assert counts == {"quake": 0, "storm": 1}


def test_post_that_was_published_stays_in_its_blog(client, blog, editor, london):
    post = published(blog)
    send(client, change_of(post), "update", blog=london.pk, headline="Still here")
    post.refresh_from_db()
    assert (post.blog, post.headline) == (blog, "Still here")
    post.blog = london
    with pytest.raises(publishing.ChangeRefused, match="can't move to another blog"):
        publishing.update(post)


def test_new_post_begins_in_the_blog_that_the_list_shows(client, blog, editor, london):
    page = client.get(f"{LIST}?blog={london.pk}").content.decode()
    address = html.unescape(re.search(r'object-tools.*?href="([^"]+add/[^"]*)"', page, re.DOTALL)[1])
    assert fields(client.get(address))["blog"] == str(london.pk)
    assert fields(client.get(f"{ADD}?blog={london.pk}"))["blog"] == str(london.pk)
    assert fields(client.get(ADD))["blog"] == ""  # two live ones: the editor chooses


def test_only_live_blog_is_chosen_already(client, blog, writer):
    Blog.objects.create(title="Not theirs", slug="not-theirs")
    assert fields(client.get(ADD))["blog"] == str(blog.pk)


def test_writer_without_a_blog_is_told_whom_to_ask(client, blog, writer):
    blog.staff.clear()
    assert "You aren't assigned to a blog yet." in words(client.get(ADD))


# The zone
# --------


def test_time_typed_under_another_blogs_zone_is_asked_about(client, blog, editor, london):
    """The form was opened for New York; 9:30 may be meant there or in London."""
    opened = fields(client.get(f"{ADD}?blog={blog.pk}"))
    typed = {"blog": london.pk, "headline": "Later", "publish_at": "2031-07-01T09:30", "_schedule": ""}
    response = client.post(ADD, opened | typed)
    assert "Not scheduled: times in “Storm” are in GMT." in words(response) or "time in BST" in words(response)
    assert not Post.objects.exists()
    shown = fields(response)
    assert shown["publish_at"] == "2031-07-01T09:30"
    client.post(ADD, shown | {"_schedule": ""})
    assert Post.objects.get().publish_at == datetime(2031, 7, 1, 8, 30, tzinfo=UTC)


def test_time_in_the_hour_that_comes_twice_stays_where_it_is(client, blog, editor):
    """1:30 a.m. of November 2, 2031 comes twice in New York; the second is 6:30 UTC."""
    second = datetime(2031, 11, 2, 6, 30, tzinfo=UTC)
    post = Post(blog=blog, headline="Second")
    publishing.schedule(post, second)
    page = client.get(change_of(post))
    assert fields(page)["publish_at"] == "2031-11-02T01:30"
    send(client, change_of(post), "schedule", headline="Second, corrected")
    post.refresh_from_db()
    assert (post.publish_at, post.headline) == (second, "Second, corrected")


FIRST, SECOND = (datetime(2031, 11, 2, hour, 30, tzinfo=UTC) for hour in (5, 6))
CHOICES = ['<option value="-04:00">1:30 a.m. EDT</option>', '<option value="-05:00">1:30 a.m. EST</option>']


@pytest.mark.parametrize(("offset", "at"), [("-04:00", FIRST), ("-05:00", SECOND)])
def test_time_that_comes_twice_is_asked_about_and_scheduled(client, blog, editor, offset, at):
    typed = {"blog": blog.pk, "headline": "Later", "publish_at": "2031-11-02T01:30"}
    assert "publish_at_offset" not in fields(client.get(ADD))
    response = send(client, ADD, "schedule", **typed)
    assert "Clocks show this time twice. Choose 1:30 a.m. EDT or 1:30 a.m. EST." in words(response)
    assert not Post.objects.exists()
    assert [choice for choice in CHOICES if choice in response.content.decode()] == CHOICES
    shown = fields(response)
    assert (shown["publish_at"], shown["headline"]) == ("2031-11-02T01:30", "Later")
    client.post(ADD, shown | {"publish_at_offset": offset, "_schedule": ""})
    assert Post.objects.get().publish_at == at


@pytest.mark.parametrize("at", [FIRST, SECOND])
def test_time_that_is_changed_in_the_hour_that_comes_twice_stays_in_its_half(client, blog, editor, at):
    post = Post(blog=blog, headline="Later")
    publishing.schedule(post, at)
    send(client, change_of(post), "schedule", publish_at="2031-11-02T01:40")
    post.refresh_from_db()
    assert post.publish_at == at.replace(minute=40)
    send(client, change_of(post), "schedule", publish_at="2031-11-02T03:40")
    post.refresh_from_db()
    assert post.publish_at == datetime(2031, 11, 2, 8, 40, tzinfo=UTC)


def test_time_that_clocks_skip_is_refused_with_the_reason(client, blog, editor):
    response = send(client, ADD, "schedule", blog=blog.pk, headline="Never", publish_at="2031-03-09T02:30")
    reason = "2:30 a.m. on March 9, 2031 does not exist in ET: clocks go from 2:00 to 3:00 a.m."
    assert reason in words(response)
    assert fields(response)["publish_at"] == "2031-03-09T02:30"


def test_desk_schedules_either_time_that_clocks_show_twice(client, blog, editor):
    post = Post.objects.create(blog=blog, headline="Later", created_by=editor)
    address = reverse("admin:liveblogs_blog_desk_action", args=[blog.pk])
    sent = {"post": post.pk, "action": "schedule", "zone": blog.time_zone}
    refused = client.post(address, sent | {"at": "2031-11-02T01:30"})
    message = "Clocks show this time twice. Choose 1:30 a.m. EDT or 1:30 a.m. EST."
    assert (refused.status_code, refused.json()["error"]) == (409, message)
    assert (
        client.post(address, sent | {"at": SECOND.isoformat()})
        .json()["message"]
        .startswith("Scheduled for 1:30 a.m. EST")
    )
    post.refresh_from_db()
    assert post.publish_at == SECOND


def test_browsers_leave_out_seconds_that_are_zero(client, blog, editor):
    post = published(blog)
    post.published_at = datetime(2026, 1, 2, 8, 4, 0, 123456, tzinfo=UTC)
    publishing.update(post)
    response = send(client, change_of(post), "pin", published_at="2026-01-02T03:04")
    assert messages_of(response).startswith("Pinned")
    post.refresh_from_db()
    assert post.published_at.microsecond == 123456


def test_time_that_was_typed_and_not_used_is_told(client, blog, editor):
    response = send(client, ADD, "save", blog=blog.pk, headline="Later", publish_at="2031-07-01T09:30")
    assert "Not scheduled yet" in messages_of(response)
    post = Post.objects.get()
    assert post.state == "draft"
    # It stands there still, also after another save, and counts once the button is pressed.
    assert fields(response)["publish_at"] == "2031-07-01T09:30"
    send(client, change_of(post), "save", publish_at="2031-07-02T09:30")
    assert messages_of(send(client, change_of(post), "schedule")) == "Scheduled for 9:30 a.m. ET, July 2, 2031"


def test_first_publication_cannot_be_in_the_future(client, blog, editor):
    post = published(blog)
    before = post.published_at
    response = send(client, change_of(post), "update", published_at="2035-01-01T00:00:00", headline="Kept")
    assert "This time is in the future." in words(response)
    assert fields(response)["headline"] == "Kept"
    post.refresh_from_db()
    assert post.published_at == before


# The list
# --------


def test_bulk_publish_leaves_what_is_out_alone(client, blog, editor):
    """An update would tell readers of a change that there was not."""
    post = published(blog)
    blog.refresh_from_db()
    before = (post.updated_at, blog.revision)
    data = {"action": "publish_posts", "_selected_action": [post.pk]}
    assert "“Seen”: This post is already published." in messages_of(client.post(LIST, data, follow=True))
    post.refresh_from_db()
    blog.refresh_from_db()
    assert (post.updated_at, blog.revision) == before


# Windows that a chooser opens
# ----------------------------


def test_blog_made_in_a_choosers_window_closes_it(client, manager, blog):
    address = reverse("admin:liveblogs_blog_add") + "?_to_field=id&_popup=1"
    typed = fields(client.get(address), "blog") | {"title": "Storm", "slug": "storm", "_save": ""}
    response = client.post(address, typed)
    assert response.status_code == 200
    assert f'"value": "{Blog.objects.get(slug="storm").pk}"' in response.content.decode().replace("&quot;", '"')
