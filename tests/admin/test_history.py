"""The history of posts, blogs and bylines: who did what, what it changed, and the way back."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from liveblogs import publishing
from liveblogs.models import Blog, Post
from tests.support.admin import change_of, published, user
from tests.support.factories import BylineFactory, PostFactory
from tests.support.forms import messages_of, words

pytestmark = pytest.mark.django_db


def history_of(row):
    return reverse(f"admin:liveblogs_{row._meta.model_name}_history", args=[row.pk])


def versions(page):
    """Each version as it reads: its heading, then what it changed, gone words in [-these-], new ones in {+these+}."""
    found = []
    for item in re.findall(r'<li class="version">(.*?)</li>', page.content.decode(), re.DOTALL):
        marked = re.sub(r"<del>(.*?)</del>", r"[-\1-]", item)
        marked = re.sub(r"<ins>(.*?)</ins>", r"{+\1+}", marked)
        marked = re.sub(r"<form.*?</form>", "", marked, flags=re.DOTALL)
        heading, _, rest = html.unescape(re.sub(r"<(?!/h2)[^>]+>", "", marked)).partition("</h2>")
        found.append((" ".join(heading.split()), " ".join(rest.split())))
    return found


def restore(client, row, which, **changes):
    """Press the button beside one of the versions, counted from the oldest."""
    page = client.get(history_of(row)).content.decode()
    seen = re.search(r'name="version" value="(\d+)"', page)[1]
    record = list(row.history.order_by("history_id"))[which]
    return client.post(history_of(row), {"restore": record.pk, "version": seen} | changes, follow=True)


@pytest.fixture
def post(blog, editor):
    """Written, published, put right and withdrawn by three people."""
    writer, olga = user("wren", "Contributor"), user("olga", "Editor")
    post = PostFactory(blog=blog, headline="Brige falls", body="<p>Two <b>hurt</b>.</p>", created_by=writer)
    publishing.submit(post, by=writer)
    publishing.publish(post, by=editor)
    post.headline, post.body = "Bridge falls", "<p>Three <b>hurt</b>, one missing.</p>"
    publishing.update(post, by=olga)
    return post


def test_who_when_why_and_what(client, blog, editor, post):
    publishing.pin(post, by=editor)
    publishing.withdraw(post, by=editor, reason="wrong bridge")
    shown = versions(client.get(history_of(post)))
    heading = re.compile(r"\d+:\d\d [ap]\.m\. ET, \w+ \d+, \d{4} · (\w+|System)(?: · (.*))?")
    assert [heading.fullmatch(title).groups() for title, _rest in shown] == [
        ("ed", "withdrawn: wrong bridge"),
        ("ed", "pinned"),
        ("olga", "updated"),
        ("ed", "published"),
        ("wren", "submitted"),
        ("System", None),
    ]
    same = "No text changes"
    assert [rest for _title, rest in shown] == [
        same,
        same,
        "Headline: [-Brige-]{+Bridge+} falls Body: [-Two hurt.-]{+Three hurt, one missing.+}",
        same,
        same,
        "Headline: {+Brige falls+} Body: {+Two hurt.+}",
    ]


def test_older_version_of_a_published_post_comes_back_to_readers(client, blog, editor, post):
    blog.refresh_from_db()
    before = (blog.revision, post.version, post.published_at)
    response = restore(client, post, 0)
    assert re.fullmatch(r"Restored version from \d+:\d\d [ap]\.m\. ET, .*", messages_of(response))
    blog.refresh_from_db()
    post.refresh_from_db()
    assert (post.headline, post.body, post.state) == ("Brige falls", "<p>Two <strong>hurt</strong>.</p>", "published")
    assert (blog.revision, post.version, post.published_at) == (before[0] + 1, before[1] + 1, before[2])
    assert post.revision == blog.revision
    page = words(client.get("/quake/"))
    assert "Brige falls" in page
    assert "Three hurt" not in page
    newest = post.history.first()
    assert (newest.history_user, newest.headline) == (editor, "Brige falls")
    # And forward again: nothing is lost by a way back.
    restore(client, post, 3)
    assert Post.objects.get(pk=post.pk).headline == "Bridge falls"


def test_withdrawn_post_stays_withdrawn(client, blog, editor, post):
    publishing.withdraw(post, by=editor)
    blog.refresh_from_db()
    revision = blog.revision
    restore(client, post, 2)  # the version that was published
    post.refresh_from_db()
    blog.refresh_from_db()
    assert (post.headline, post.state, blog.revision) == ("Brige falls", "withdrawn", revision)
    assert "falls" not in words(client.get("/quake/"))


@pytest.mark.parametrize("state", ["draft", "submitted", "scheduled"])
def test_unseen_post_keeps_its_state(client, blog, editor, state):
    post = PostFactory(blog=blog, headline="First", state=state)
    post.headline = "Second"
    publishing.save_draft(post)
    at = post.publish_at
    restore(client, post, 0)
    post.refresh_from_db()
    assert (post.headline, post.state, post.publish_at) == ("First", state, at)


def test_way_back_is_refused_where_somebody_wrote_meanwhile(client, blog, editor, post):
    """The page shows the newest version first; it isn't the newest any more."""
    page = client.get(history_of(post)).content.decode()
    seen = re.search(r'name="version" value="(\d+)"', page)[1]
    theirs = Post.objects.get(pk=post.pk)
    theirs.headline = "Bridge falls at noon"
    publishing.update(theirs, by=user("otto", "Editor"))
    response = restore(client, post, 0, version=seen)
    assert "Not saved: this was changed after you opened it. Reload and try again." in messages_of(response)
    assert Post.objects.get(pk=post.pk).headline == "Bridge falls at noon"
    assert "Bridge falls at noon" in words(client.get("/quake/"))


@pytest.mark.parametrize("number", ["", "abc", "²", "0", "9" * 5000, "another post's"])
def test_version_that_is_none(client, blog, editor, post, number):
    other = published(blog, "Another post")
    number = other.history.first().pk if number == "another post's" else number
    assert client.post(history_of(post), {"restore": number, "version": post.version}).status_code == 404
    assert Post.objects.get(pk=post.pk).headline == "Bridge falls"


@pytest.mark.parametrize("number", ["abc", "0", "²", "9" * 60])
def test_version_to_look_at_that_is_none(client, blog, editor, post, number):
    version = reverse("admin:liveblogs_post_simple_history", args=[post.pk, number])
    assert client.get(version).status_code == 404


def test_erased_post_shows_nothing(admin_client, blog, post):
    old = [record.pk for record in post.history.all()]
    admin_client.post(reverse("admin:liveblogs_post_erase", args=[post.pk]))
    page = admin_client.get(history_of(post))
    assert [rest for _title, rest in versions(page)] == ["No text changes"]
    assert "erased" in words(page)
    for address in (history_of(post), change_of(post)):
        assert not re.search("falls|hurt", words(admin_client.get(address)))
    for number in old:
        version = reverse("admin:liveblogs_post_simple_history", args=[post.pk, number])
        assert admin_client.get(version).status_code == 404
        assert admin_client.post(history_of(post), {"restore": number, "version": 9}).status_code == 404
    activity = reverse("admin:liveblogs_blog_activity", args=[blog.pk])
    assert not re.search("falls|hurt", words(admin_client.get(activity)))


def test_blog_comes_back_and_stays_open(client, blog, manager):
    blog.title, blog.summary = "Quake in Quenn", "<p>All roads are shut.</p>"
    publishing.update_blog(blog, by=manager)
    shown = versions(client.get(history_of(blog)))
    assert shown[0][1] == "Title: Quake{+ in Quenn+} Summary: {+All roads are shut.+}"
    assert [title.rpartition(" · ")[2] for title, _rest in shown] == ["edited", "published", "System"]
    revision = blog.revision
    restore(client, blog, 0)  # from before it was opened
    blog = Blog.objects.get(pk=blog.pk)
    assert (blog.title, blog.summary, blog.status, blog.revision) == ("Quake", "", "live", revision + 1)
    assert "Quenn" not in words(client.get("/quake/"))


def test_byline_comes_back_on_every_page(client, blog, manager):
    byline = BylineFactory(name="Simon Ellisdon", organisation="Fairlead")
    published(blog, "Seen")
    PostFactory(blog=blog, state="published", headline="Credited", credits=[byline])
    byline.name = "Simone Ellisdon"
    publishing.update_byline(byline, by=manager)
    assert "Simone Ellisdon" in words(client.get("/quake/"))
    assert versions(client.get(history_of(byline)))[0][1] == "Name: [-Simon-]{+Simone+} Ellisdon"
    blog.refresh_from_db()
    revision = blog.revision
    restore(client, byline, 0)
    blog.refresh_from_db()
    assert blog.revision == revision + 1
    assert "Simon Ellisdon" in words(client.get("/quake/"))


def test_history_costs_the_same_for_one_version_and_for_many(client, blog, editor, post):
    few = PostFactory(blog=blog, headline="One", by=editor)
    counts = []
    for row in (few, post):
        client.get(history_of(row))
        with CaptureQueriesContext(connection) as queries:
            client.get(history_of(row))
        counts.append(len(queries))
    assert len(versions(client.get(history_of(post)))) == 4
    assert counts[0] == counts[1]
