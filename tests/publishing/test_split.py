"""Bylines that come apart again: which credits go, which stay, and who is told."""

import pytest
from django.urls import reverse

from liveblogs import publishing
from liveblogs.models import Blog, Byline, Post, PostCredit
from tests.support.factories import BlogFactory, BylineFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim() -> Byline:
    return BylineFactory(name="Kim", organisation="Fairlead")


@pytest.fixture
def posts(kim) -> list[Post]:
    """Three of Kim's: a published one, another in a second blog, a draft."""
    blog = BlogFactory(live=True, slug="flood")
    return [
        PostFactory(blog=blog, state="published", credits=[(kim, "Quenn")], headline="First"),
        PostFactory(state="published", credits=[kim]),
        PostFactory(blog=blog, credits=[(kim, "Lower Quenn")]),
    ]


def credited(post):
    return [(credit.byline.name, credit.place) for credit in post.credits.order_by("pk")]


def test_chosen_posts_go_with_their_places_and_the_others_stay(client, kim, posts):
    user = UserFactory()
    stale = Post.objects.get(pk=posts[0].pk)
    before = dict(Blog.objects.values_list("pk", "revision"))
    other = Byline(name="Kim Other")
    count = publishing.split_byline(kim, other, [posts[0].pk, posts[2].pk, 0], by=user)
    assert (count, other.pk is not None) == (2, True)
    assert [credited(post) for post in posts] == [
        [("Kim Other", "Quenn")],
        [("Kim", "")],
        [("Kim Other", "Lower Quenn")],
    ]
    after = dict(Blog.objects.values_list("pk", "revision"))
    assert after == before | {posts[0].blog_id: before[posts[0].blog_id] + 1}
    assert "Kim Other</a> in Quenn" in client.get("/flood/").content.decode()
    entry = posts[2].history.first()
    assert (entry.history_user, entry.history_change_reason) == (user, "byline changed from Kim to Kim Other")
    # Somebody who has the post open is told.
    stale.headline = "Typed meanwhile"
    with pytest.raises(publishing.StaleVersion):
        publishing.update(stale)


def test_post_that_credits_both_names_one_of_them_once(kim, posts):
    other = BylineFactory(name="Other")
    PostCredit.objects.create(post=posts[0], byline=other, place="Port", position=1)
    publishing.split_byline(kim, other, [posts[0].pk])
    assert credited(posts[0]) == [("Other", "Port")]


def test_refused_split_leaves_everything(kim, posts):
    twin = Byline(name="KIM", organisation="fairlead")
    for to in (kim, twin):
        with pytest.raises(publishing.ChangeRefused):
            publishing.split_byline(kim, to, [posts[0].pk])
    assert credited(posts[0]) == [("Kim", "Quenn")]
    assert Byline.objects.count() == 1


def test_split_by_an_admin_undoes_a_merge(client, kim, posts):
    manager = UserFactory(group="Admin")
    client.force_login(manager)
    address = reverse("admin:liveblogs_byline_split", args=[kim.pk])
    page = client.get(address).content.decode()
    assert "First – " in page
    assert address in client.get(reverse("admin:liveblogs_byline_change", args=[kim.pk])).content.decode()
    both = {"to": BylineFactory().pk, "name": "Kim Ho", "posts": [posts[1].pk]}
    assert "Choose a byline" in client.post(address, both).content.decode()
    twin = {"name": "Kim", "organisation": "Fairlead", "posts": [posts[1].pk]}
    assert "already exists" in client.post(address, twin).content.decode()
    assert credited(posts[1]) == [("Kim", "")]
    client.post(address, {"name": "Kim Ho", "organisation": "Fairlead", "posts": [posts[1].pk]})
    assert [credited(post)[0][0] for post in posts] == ["Kim", "Kim Ho", "Kim"]
    back = Byline.objects.get(name="Kim Ho")
    publishing.merge_bylines(kim, back)
    assert credited(posts[1]) == [("Kim", "")]


def test_split_is_for_those_who_publish_and_keep_bylines(client, kim, posts):
    client.force_login(UserFactory(group="Editor"))
    address = reverse("admin:liveblogs_byline_split", args=[kim.pk])
    assert client.get(address).status_code == 403
    assert client.post(address, {"name": "Mine", "posts": [posts[0].pk]}).status_code == 403
    assert credited(posts[0]) == [("Kim", "Quenn")]
