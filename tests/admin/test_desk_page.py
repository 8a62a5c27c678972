"""What the desk asks of the database, what it finds, and what it follows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from liveblogs import publishing
from liveblogs.models import Byline, Post, Presence
from tests.support.factories import BlogFactory, ImageFactory, PostFactory, UserFactory
from tests.support.forms import words

pytestmark = pytest.mark.django_db


def at(blog, part=""):
    return reverse("admin:liveblogs_blog_desk" + (f"_{part}" if part else ""), args=[blog.pk])


def follow(client, blog, since="0-0", **fields):
    return client.post(at(blog, "follow"), {"since": since, **fields}).json()


def full(blog, number):
    """A post with all that a card shows."""
    byline = Byline.objects.create(name=f"Person {number}")
    return PostFactory(blog=blog, state="published", credits=[byline], images=[ImageFactory()], headline=f"H{number}")


# Queries
# -------


def queries(ask):
    ask()  # what is remembered for good
    with CaptureQueriesContext(
        connection,
    ) as found:
        ask()
    return len(found)


def test_page_and_following_ask_as_much_for_three_posts_as_for_one(client, editor, blog):
    posts = [full(blog, 1)]
    one = [queries(lambda: client.get(at(blog))), queries(lambda: follow(client, blog))]
    posts += [full(blog, 2), full(blog, 3)]
    PostFactory(blog=blog, headline="H4")
    three = [queries(lambda: client.get(at(blog))), queries(lambda: follow(client, blog))]
    assert one == three
    assert len(follow(client, blog)["cards"]) == 4
    # Nothing new: neither posts nor numbers are read.
    token = follow(client, blog)["token"]
    assert queries(lambda: follow(client, blog, token)) <= three[1] - 4


# The timeline
# ------------


def test_pinned_first_then_what_is_to_come_then_the_latest(client, editor, blog):
    now = timezone.now()
    old = PostFactory(blog=blog, state="published", headline="Old", published_at=now - timedelta(days=2))
    PostFactory(blog=blog, state="published", headline="New", published_at=now - timedelta(hours=1))
    PostFactory(blog=blog, state="scheduled", headline="Later")
    PostFactory(blog=blog, state="withdrawn", headline="Gone", published_at=now - timedelta(hours=2))
    PostFactory(headline="Elsewhere")
    publishing.pin(old)
    page = client.get(at(blog)).content.decode()
    found = sorted(("Old", "New", "Later", "Gone"), key=lambda headline: page.index(f">{headline}</h3>"))
    assert found == ["Old", "Later", "New", "Gone"]
    assert "Elsewhere" not in page


def test_older_posts_follow_without_gap_or_repetition(client, editor, blog, monkeypatch):
    monkeypatch.setattr("liveblogs.admin.desk.cards.SHOWN", 2)
    same = timezone.now() - timedelta(hours=3)
    posts = [PostFactory(blog=blog, state="published", published_at=same) for _ in range(5)]
    publishing.pin(posts[0])
    found, below = [], ""
    for _ in range(3):
        answer = client.get(at(blog, "list"), {"below": below}).json()
        found += [card.split('data-post="')[1].split('"')[0] for card in answer["cards"]]
        below = answer["cards"][-1].split('data-place="')[1].split('"')[0]
    assert found == [str(post.pk) for post in [posts[0], *posts[:0:-1]]]
    assert answer["more"] is False


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("falling river", ["River"]),
        ("strong", []),  # it is bold, and does not say so
        ("r&d", ["Entity"]),
        ("halvern", ["Credited"]),
        ("embargo", ["Noted"]),
        ("withdrawn secret", ["Secret"]),
        ("nowhere", []),
    ],
)
def test_find_reads_what_people_read(client, editor, blog, wanted, found):
    PostFactory(blog=blog, headline="River", body="<p>It is <strong>falling</strong>.</p>")
    PostFactory(blog=blog, headline="Entity", body="<p>R&amp;D</p>")
    PostFactory(blog=blog, headline="Credited", credits=[Byline.objects.create(name="Greta Halvern")])
    PostFactory(blog=blog, headline="Noted", notes="Under embargo")
    PostFactory(blog=blog, headline="Secret", body="<p>withdrawn</p>", state="withdrawn")
    PostFactory(headline="River falling elsewhere")
    answer = client.get(at(blog, "list"), {"q": wanted}).json()
    headlines = [card.split("</h3>")[0].rpartition(">")[2] for card in answer["cards"]]
    assert headlines == found
    assert answer["message"] == f"{len(found)} post{'' if len(found) == 1 else 's'} found"


# Following
# ---------


def test_following_tells_of_changes_that_leave_no_entry_in_the_posts_history(client, editor, blog):
    post = full(blog, 1)
    full(blog, 2)
    token = follow(client, blog)["token"]
    byline = post.credits.get().byline
    byline.name = "Renamed"
    publishing.update_byline(byline)
    assert "From Fairlead News" not in "".join(card["html"] for card in follow(client, blog, token)["cards"])
    assert "Renamed" in next(card["html"] for card in follow(client, blog, token)["cards"] if card["post"] == post.pk)


def test_following_tells_of_posts_that_went(client, editor, blog):
    deleted, moved = PostFactory(blog=blog), PostFactory(blog=blog)
    token = follow(client, blog)["token"]
    numbers = [deleted.pk, moved.pk]
    deleted.delete()
    moved.blog = BlogFactory()
    publishing.save_draft(moved)
    assert follow(client, blog, token)["gone"] == numbers


def test_due_post_is_published_while_somebody_watches(client, editor, blog):
    post = PostFactory(blog=blog, state="scheduled")
    token = follow(client, blog)["token"]
    Post.objects.filter(pk=post.pk).update(publish_at=timezone.now())
    answer = follow(client, blog, token)
    assert [card["post"] for card in answer["cards"]] == [post.pk]
    assert Post.objects.get(pk=post.pk).is_published


def test_who_is_there_and_who_has_gone(client, editor, blog):
    other = UserFactory(username="bo", first_name="Bo", last_name="Lind")
    Presence.objects.create(user=other, blog=blog, is_writing=True, post_number=7, seen_at=timezone.now())
    gone = UserFactory(username="cy")
    Presence.objects.create(user=gone, blog=blog, seen_at=timezone.now() - timedelta(minutes=1))
    assert follow(client, blog)["people"] == [{"name": "Bo Lind", "post": 7, "writing": True}]
    assert Presence.objects.get(user=editor).post_number is None
    client.post(at(blog, "follow"), {"leaving": "yes"})
    assert not Presence.objects.filter(user=editor).exists()


def test_long_absence_asks_for_the_whole_timeline(client, editor, blog, monkeypatch):
    monkeypatch.setattr("liveblogs.admin.desk.following.CHANGES", 2)
    for number in range(3):
        PostFactory(blog=blog, headline=str(number))
    answer = follow(client, blog)
    assert (answer["reload"], answer["cards"]) == (True, [])


# The way there
# -------------


def test_desk_is_linked_wherever_a_blog_is_named(client, manager, blog):
    post = PostFactory(blog=blog, state="submitted", headline="Waits")
    other = BlogFactory(title="A draft")
    pages = {
        "admin:index": [],
        "admin:liveblogs_blog_changelist": [],
        "admin:liveblogs_post_changelist": [],
        "admin:liveblogs_blog_change": [blog.pk],
        "admin:liveblogs_blog_activity": [blog.pk],
        "admin:liveblogs_post_change": [post.pk],
        "admin:liveblogs_post_history": [post.pk],
        "admin:liveblogs_image_changelist": [],
    }
    for name, args in pages.items():
        assert f'href="{at(blog)}' in client.get(reverse(name, args=args)).content.decode(), name
    queue = client.get(f"{reverse('admin:liveblogs_post_changelist')}?state__exact=submitted").content.decode()
    assert f'href="{at(blog)}#desk-{post.pk}"' in queue
    assert f'href="{at(other)}"' in client.get(reverse("admin:liveblogs_blog_changelist")).content.decode()
    assert "1 awaiting review" in words(client.get("/admin/"))
