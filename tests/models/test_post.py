"""The rules that a post holds by itself, and its database for it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from liveblogs import publishing
from liveblogs.models import Blog, Post, PostCredit, PostImage, StaleVersion
from liveblogs.models.post import RESERVED_PUBLIC_IDS, is_public_id, new_public_id
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory, UserFactory
from tests.support.validation import faults

pytestmark = pytest.mark.django_db


# Held by the database
# --------------------


@pytest.mark.parametrize(
    ("fields", "name", "message"),
    [
        ({"state": "published"}, "published_at", "A published post needs a publication time."),
        ({"state": "scheduled"}, "publish_at", "A scheduled post needs a publication time."),
        ({"pinned_at": timezone.now()}, "__all__", "Only a published post can be pinned."),
        (
            {"pinned_at": timezone.now(), "state": "withdrawn", "published_at": timezone.now()},
            "__all__",
            "Only a published post can be pinned.",
        ),
        ({"public_id": "feed"}, "public_id", "“feed” is not a valid post ID."),
        ({"public_id": ""}, "__all__", "This post ID is reserved. Choose another."),
    ],
)
def test_impossible_row_is_refused_by_clean_and_by_the_database(fields, name, message):
    post = Post(blog=BlogFactory(), headline="x", **fields)
    assert faults(post) == {name: [message]}
    with pytest.raises(IntegrityError), transaction.atomic():
        post.save()
    sound = PostFactory(blog=post.blog)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=sound.pk).update(**fields)


@pytest.mark.parametrize("state", Post.State.values)
def test_possible_row_passes_both(state):
    assert faults(PostFactory(state=state)) == {}


def test_public_id_is_once_in_its_blog():
    post = PostFactory()
    again = Post(blog=post.blog, headline="x", public_id=post.public_id)
    assert list(faults(again)) == ["__all__"]
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
    elsewhere = Post(blog=BlogFactory(), headline="x", public_id=post.public_id)
    assert faults(elsewhere) == {}
    elsewhere.save()


def test_byline_is_credited_once_on_a_post():
    byline = BylineFactory()
    post = PostFactory(credits=[byline])
    again = PostCredit(post=post, byline=byline)
    assert faults(again) == {"__all__": ["This byline is already credited on this post."]}
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


# Addresses
# ---------


def test_public_ids_are_short_random_and_well_formed():
    made = {new_public_id() for _ in range(2000)}
    assert len(made) == 2000
    assert all(is_public_id(one) and len(one) == 10 for one in made)


@pytest.mark.parametrize("value", ["", "a b", "ä", "a/b", "x" * 65, "a\n", "../x", *sorted(RESERVED_PUBLIC_IDS)])
def test_ill_formed_public_id_is_refused(value):
    assert not is_public_id(value)
    assert list(faults(Post(blog=BlogFactory(), headline="x", public_id=value))) == [
        "public_id" if value else "__all__"
    ]


def test_reserved_public_ids_are_the_addresses_under_a_blog():
    """Whatever stands at /<slug>/something/ must be reserved, or a post could hide it."""
    routes = {str(part.pattern) for part in flat(get_resolver().url_patterns)}
    under_a_blog = {
        route.split("/")[1] for route in routes if route.startswith("<blog:slug>/") and route.count("/") > 1
    }
    taken = {segment for segment in under_a_blog if segment and "<" not in segment}
    assert "changes" in taken
    assert taken <= RESERVED_PUBLIC_IDS


def flat(patterns) -> list[URLPattern]:
    found = []
    for part in patterns:
        found += [part] if isinstance(part, URLPattern) else flat(part.url_patterns) if not str(part.pattern) else []
    return found


# What counts as visible
# ----------------------


def test_each_visibility_rule_has_one_meaning():
    live, draft = BlogFactory(live=True), BlogFactory()
    posts = {
        (blog.status, state): PostFactory(blog=blog, state=state)
        for blog in (live, draft)
        for state in Post.State.values
    }
    in_all = set(posts.values())
    assert set(Post.objects.published()) == {posts["live", "published"], posts["draft", "published"]}
    assert {post for post in in_all if post.is_published} == set(Post.objects.published())
    assert list(Post.objects.visible()) == [posts["live", "published"]]
    assert list(live.posts.visible()) == [posts["live", "published"]]
    assert set(Post.objects.due(timezone.now() + timedelta(hours=2))) == {
        posts["live", "scheduled"], posts["draft", "scheduled"],
    }  # fmt: skip
    assert list(Post.objects.due()) == []


# The edit lock
# -------------


def test_save_over_a_newer_version_is_refused():
    post = PostFactory(headline="First")
    stale = Post.objects.get(pk=post.pk)
    post.headline = "Hers"
    post.save()
    stale.headline = "His"
    with pytest.raises(StaleVersion, match="Not saved: this was changed"):
        stale.save()
    with pytest.raises(StaleVersion):
        stale.save(update_fields=["headline"])
    assert Post.objects.get(pk=post.pk).headline == "Hers"
    assert (stale.headline, stale.version) == ("His", 0)
    stale.refresh_from_db()
    stale.headline = "Both"
    stale.save()
    assert (Post.objects.get(pk=post.pk).headline, stale.version) == ("Both", 2)


def test_save_of_a_deleted_post_is_refused():
    post = PostFactory()
    Post.objects.filter(pk=post.pk).delete()
    with pytest.raises(StaleVersion, match="deleted"):
        post.save()
    assert not Post.objects.exists()


def test_older_instance_does_not_write_back_what_the_write_path_keeps():
    post = PostFactory()
    older = Post.objects.get(pk=post.pk)
    publishing.publish(post)
    publishing.pin(post)
    older.version = post.version  # an editor who has seen the newer text and saves over it
    older.headline = "Edited in an older form"
    older.save()
    stored = Post.objects.get(pk=post.pk)
    assert (stored.headline, stored.state, stored.pinned_at) == (
        "Edited in an older form",
        "published",
        post.pinned_at,
    )
    assert (stored.published_at, stored.revision) == (post.published_at, post.revision)


def test_refreshed_instance_does_not_write_back_what_it_read():
    post = PostFactory()
    older = Post.objects.get(pk=post.pk)
    publishing.publish(post)
    older.refresh_from_db()
    publishing.withdraw(post)
    older.headline = "Edited in an older form"
    older.save()
    assert Post.objects.values_list("headline", "state").get() == ("Edited in an older form", "withdrawn")


def test_instance_that_was_read_in_parts_makes_the_next_version():
    post = PostFactory(headline="First")
    part = Post.objects.only("headline").get()
    part.headline = "Second"
    part.save()
    assert Post.objects.values_list("headline", "version", "body").get() == ("Second", 1, post.body)
    with pytest.raises(StaleVersion):
        post.save()


def test_what_this_instance_set_is_written_though_it_was_loaded_or_saved_in_parts():
    at = timezone.now() - timedelta(days=1)
    post = Post.objects.defer("body").get(pk=PostFactory(state="published").pk)
    post.published_at = at
    assert post.body  # fetched now
    post.refresh_from_db(fields=["label"])
    post.headline = "Another"
    post.save(update_fields=["headline"])
    post.save()
    assert Post.objects.get(pk=post.pk).published_at == at


def test_instances_that_never_came_from_the_database_can_be_published():
    (blog,) = Blog.objects.bulk_create([Blog(title="Bulk", slug="bulk")])
    posts = Post.objects.bulk_create([Post(blog=blog, headline="One"), Post(blog=blog, headline="Two")])
    for post in posts:
        publishing.publish(post)
    assert (blog.post_count, blog.revision) == (2, 2)
    publishing.pin(posts[0])
    publishing.open_blog(blog)
    assert Blog.objects.get().revision == blog.revision == 4


# Deleting
# --------

KNOWN = ("published", "withdrawn", "draft again")


def known(how: str, blog: Blog | None = None) -> Post:
    post = PostFactory(state="published", **({"blog": blog} if blog else {}))
    if how != "published":
        publishing.withdraw(post)
    if how == "draft again":
        publishing.revert_to_draft(post)
    return post


@pytest.mark.parametrize("how", KNOWN)
def test_post_that_readers_knew_is_never_deleted(how):
    post = known(how)
    blog, user = post.blog, UserFactory()
    drafts = PostFactory.create_batch(2, blog=blog)
    unaware = Post.objects.get(pk=post.pk)
    unaware.published_at = None
    deferred = Post.objects.only("pk").get(pk=post.pk)
    ways = [
        post.delete,
        unaware.delete,
        deferred.delete,
        Post.objects.all().delete,
        Post.objects.filter(pk=post.pk).delete,
        Post.objects.filter(pk__in=[post.pk, drafts[0].pk]).delete,
        blog.posts.all().delete,
        Post.objects.exclude(headline="").order_by("headline").delete,
        Post.objects.annotate(used=models.Count("images")).delete,
        Post._base_manager.get(pk=post.pk).delete,
    ]
    for delete in ways:
        with pytest.raises(ProtectedError, match="can't be deleted"):
            delete()
    publishing.take_down(blog)
    for delete in (blog.delete, Blog.objects.all().delete, Blog.objects.filter(pk=blog.pk).delete):
        with pytest.raises(ProtectedError):
            delete()
    Post.objects.filter(pk=post.pk).update(created_by=user)
    user.delete()
    assert set(Post.objects.all()) == {post, *drafts}
    assert not hasattr(Post.objects, "delete")
    assert not hasattr(blog.posts, "delete")


def test_no_row_takes_a_post_with_it():
    cascading = [
        f"{field.model.__name__}.{field.name}"
        for field in Post._meta.concrete_fields
        if field.is_relation and field.remote_field.on_delete is models.CASCADE
    ]
    assert cascading == []
    assert {field.name for field in Post._meta.concrete_fields if field.is_relation} == {"blog", "created_by"}


@pytest.mark.parametrize("state", ["draft", "submitted", "scheduled"])
def test_post_that_readers_never_saw_can_be_deleted(state):
    blog, image, byline = BlogFactory(live=True), ImageFactory(), BylineFactory()
    kept = PostFactory(blog=blog, state="published")
    posts = [PostFactory(blog=blog, state=state, images=[image], credits=[byline]) for _ in range(3)]
    revision = Blog.objects.get(pk=blog.pk).revision
    posts[0].delete()
    assert blog.posts.exclude(pk=kept.pk).delete()[0] == 2 * 3  # with a credit and a picture each
    assert list(Post.objects.all()) == [kept]
    assert (PostCredit.objects.count(), PostImage.objects.count()) == (0, 0)
    assert Blog.objects.get(pk=blog.pk).revision == revision


def test_what_stands_on_a_post_is_protected():
    byline, image = BylineFactory(), ImageFactory()
    PostFactory(credits=[byline], images=[image])
    for row in (byline, image):
        with pytest.raises(ProtectedError):
            row.delete()
        with pytest.raises(ProtectedError):
            type(row).objects.all().delete()


# Obstacles
# ---------


@pytest.mark.parametrize(
    ("fields", "images", "expected"),
    [
        ({"headline": "x", "body": ""}, [], {}),
        ({"headline": "", "body": "<p>x</p>"}, [], {}),
        ({"headline": "", "body": ""}, [{}], {}),
        ({"headline": "", "body": ""}, [], {"__all__": ["Add a headline, text or a picture."]}),
        (
            {"headline": " ", "body": "<p> <br></p>"},
            [],
            {"__all__": ["Add a headline, text or a picture."]},
        ),
        (
            {"headline": "x"},
            [{}, {"alt": " "}, {"alt": "", "credit": ""}],
            {"images": ["Picture 2 has no alt text.", "Picture 3 has no alt text.", "Picture 3 has no credit line."]},
        ),
    ],
)
def test_obstacles_are_told_by_field(fields, images, expected):
    post = PostFactory(images=[ImageFactory(**words) for words in images], **fields)
    assert Post.objects.get(pk=post.pk).publish_errors() == expected
