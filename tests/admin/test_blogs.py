"""Blogs in the admin: their head, their buttons, and what cannot be."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from liveblogs import publishing
from liveblogs.models import Blog, BlogCredit, Byline, Post
from tests.support.forms import fields, messages_of, send, words

pytestmark = pytest.mark.django_db
ADD = reverse("admin:liveblogs_blog_add")
LIST = reverse("admin:liveblogs_blog_changelist")


def change_of(blog):
    return reverse("admin:liveblogs_blog_change", args=[blog.pk])


def test_write_open_end_and_take_down(client, manager):
    ada = Byline.objects.create(name="Ada Grant", organisation="Fairlead")
    response = send(
        client, ADD, "save", "blog",
        **{"title": "Storm", "slug": "storm", "summary": "<p>Wind.</p>", "credits-0-byline": ada.pk},
    )  # fmt: skip
    storm = Blog.objects.get(slug="storm")
    assert messages_of(response) == "Saved as draft. Not visible to readers."
    assert (storm.status, storm.created_by) == ("draft", manager)
    assert client.get("/storm/").status_code == 404
    assert messages_of(send(client, change_of(storm), "open", "blog")) == "Saved. This blog is live."
    page = client.get("/storm/").content.decode()
    assert "<p>Wind.</p>" in page
    assert "By <a" in page
    assert "Fairlead" in page
    send(client, change_of(storm), "end", "blog")
    storm.refresh_from_db()
    assert storm.status == "ended"
    assert 'data-status="ended"' in client.get("/storm/").content.decode()
    send(client, change_of(storm), "take_down", "blog")
    assert client.get("/storm/").status_code == 404


def test_edit_shows_in_one_revision(client, manager, blog):
    ada = Byline.objects.create(name="Ada Grant", organisation="Fairlead")
    revision = blog.revision
    send(client, change_of(blog), "save", "blog", **{"title": "Quake in Quenn", "credits-0-byline": ada.pk})
    blog.refresh_from_db()
    assert blog.revision == revision + 1
    page = client.get("/quake/").content.decode()
    assert "Quake in Quenn</h1>" in page
    assert "Ada Grant" in page
    assert blog.history.first().history_user == manager


def test_moved_zone_changes_every_time_on_the_page(client, manager, blog):
    post = Post(blog=blog, headline="Then")
    publishing.publish(post)
    send(client, change_of(blog), "save", "blog", time_zone="Asia/Tokyo")
    times = re.findall(r"<time [^>]*>(.*?)</time>", client.get("/quake/").content.decode())
    assert times
    assert all("JST" in time for time in times)


def test_coverage_is_read_in_the_zone_that_is_chosen(client, manager, blog):
    send(
        client, change_of(blog), "save", "blog",
        time_zone="Asia/Tokyo", coverage_starts_at="2026-03-01T09:00", coverage_ends_at="2026-03-02T09:00",
    )  # fmt: skip
    blog.refresh_from_db()
    assert blog.coverage_starts_at == datetime(2026, 3, 1, 0, 0, tzinfo=UTC)
    page = client.get(change_of(blog)).content.decode()
    assert 'value="2026-03-01T09:00"' in page
    assert "Coverage starts (JST)" in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"coverage_starts_at": "2026-03-02T09:00", "coverage_ends_at": "2026-03-01T09:00"}, "end before it starts"),
        ({"coverage_starts_at": "2026-03-08T02:30"}, "2:30 a.m. on March 8, 2026 does not exist in ET"),
        ({"title": "  "}, "This field is required."),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"summary": "<p>" + "x" * 300_000 + "</p>"}, "The text is 300,007 characters long"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_at_its_field(client, manager, blog, typed, message):
    response = send(client, change_of(blog), "save", "blog", **({"title": "Typed title"} | typed))
    assert message in words(response)
    if "title" not in typed:
        assert 'value="Typed title"' in response.content.decode()
    blog.refresh_from_db()
    assert blog.title == "Quake"


@pytest.mark.parametrize(
    ("slug", "message"),
    [
        ("quake", "Blog with this URL slug already exists."),
        ("feed", "“feed” is reserved. Choose another URL slug."),
        ("a b/c", "Enter a valid “slug”"),
    ],
)
def test_address_that_is_taken(client, manager, blog, slug, message):
    response = send(client, ADD, "save", "blog", title="Another", slug=slug)
    assert message in words(response)
    assert 'value="Another"' in response.content.decode()
    assert Blog.objects.count() == 1


def test_address_that_readers_know_stays(client, manager, blog):
    opened = fields(client.get(change_of(blog)), "blog")
    client.post(change_of(blog), opened | {"slug": "other", "_save": ""})
    blog.refresh_from_db()
    assert blog.slug == "quake"


def test_removed_from_the_summary_is_told(client, manager, blog):
    response = send(client, change_of(blog), "save", "blog", summary="<p>Calm</p><iframe src='https://x.y'></iframe>")
    assert "Removed from the summary: an embedded frame." in messages_of(response)
    blog.refresh_from_db()
    assert blog.summary == "<p>Calm</p>"


def test_editors_look_and_do_not_touch(client, editor, blog):
    hidden = Blog.objects.create(title="Not theirs", slug="not-theirs")
    page = client.get(change_of(blog))
    assert page.status_code == 200
    assert 'name="_take_down"' not in page.content.decode()
    assert "Seen version" not in words(page)
    assert client.post(change_of(blog), {"title": "Taken over", "_take_down": ""}).status_code == 403
    assert b"Not theirs" not in client.get(LIST).content
    assert client.get(change_of(hidden)).status_code == 302
    blog.refresh_from_db()
    assert (blog.title, blog.status) == ("Quake", "live")


def test_blog_with_posts_is_not_deleted(client, manager, blog):
    draft = Blog.objects.create(title="Draft", slug="draft")
    Post.objects.create(blog=draft, headline="A draft")
    empty = Blog.objects.create(title="Empty", slug="empty")
    for there, status in ((blog, 403), (draft, 403), (empty, 302)):
        delete = reverse("admin:liveblogs_blog_delete", args=[there.pk])
        assert client.post(delete, {"post": "yes"}).status_code == status
    assert set(Blog.objects.values_list("slug", flat=True)) == {"quake", "draft"}


def test_form_counts_posts_by_state(client, manager, blog):
    for number in range(3):
        Post.objects.create(blog=blog, headline=f"draft {number}")
    publishing.publish(Post(blog=blog, headline="out"))
    page = words(client.get(change_of(blog)))
    assert "3 Draft" in page
    assert "1 Published" in page


def test_list_asks_the_same_for_one_blog_and_for_many(client, manager, blog):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    queries()
    one = queries()
    for number in range(20):
        more = Blog.objects.create(title=f"More {number}", slug=f"more-{number}")
        BlogCredit.objects.create(blog=more, byline=Byline.objects.create(name=f"B {number}"))
    assert queries() == one
