"""Scheduled posts: on their second, in their order, and none held up by another."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.template import TemplateDoesNotExist
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from liveblogs import publishing
from liveblogs.models import Blog, Fragment, Post, PostImage
from liveblogs.rendering import fragments
from tests.support.factories import BlogFactory, ImageFactory, PostFactory, UserFactory
from tests.support.waiting import Work, held
from tests.support.watching import columns, differences, history_entries, listening

pytestmark = pytest.mark.django_db

AT = datetime(2030, 3, 22, 10, 14, 5, tzinfo=UTC)


def scheduled(blog: Blog, at: datetime = AT, **fields) -> Post:
    return PostFactory(blog=blog, state="scheduled", publish_at=at, **fields)


def many_scheduled(blog: Blog, count: int, at: datetime = AT) -> list[Post]:
    return Post.objects.bulk_create(
        Post(blog=blog, headline=f"p{number}", state="scheduled", publish_at=at + timedelta(seconds=number))
        for number in range(count)
    )


def break_posts(monkeypatch, broken: set[int], error: Exception) -> None:
    """Saving one of these fails, and so does writing its history."""
    save = Post.save

    def fail(post: Post, **kwargs) -> None:
        if post.pk in broken:
            raise error
        save(post, **kwargs)

    monkeypatch.setattr(Post, "save", fail)


# When
# ----


def test_post_is_due_on_its_second():
    blog = BlogFactory(live=True)
    post = scheduled(blog)
    assert publishing.publish_due(at=AT - timedelta(microseconds=1)) == []
    assert columns(post)["state"] == "scheduled"
    assert publishing.publish_due(at=AT) == [post]


def test_publication_on_schedule_changes_exactly_this(django_capture_on_commit_callbacks):
    blog = BlogFactory(live=True)
    post = scheduled(blog)
    post_before, blog_before, before = columns(post), columns(blog), timezone.now()
    with listening() as news, django_capture_on_commit_callbacks(execute=True):
        (published,) = publishing.publish_due(at=AT)
        assert news.changed == []
    revision = blog_before["revision"] + 1
    assert differences(post_before, columns(post)) == {
        "state": "published",
        "publish_at": None,
        "published_at": AT,
        "updated_at": AT,
        "revision": revision,
    }
    changes = differences(blog_before, columns(blog))
    assert before < changes.pop("revised_at") < timezone.now()
    assert changes == {"revision": revision, "updated_at": AT, "post_count": 1}
    assert history_entries(post)[-1] == ("published on schedule", None)
    assert (published.state, published.published_at, published.revision) == ("published", AT, revision)
    assert news.changed == [(blog.slug, revision, [post.public_id])]


def test_posts_come_in_the_order_of_their_times():
    blog, other = BlogFactory.create_batch(2, live=True)
    late = scheduled(blog, AT)
    early = scheduled(blog, AT - timedelta(hours=1))
    elsewhere = scheduled(other, AT - timedelta(minutes=30))
    same = scheduled(blog, AT)
    future = scheduled(blog, AT + timedelta(seconds=1))
    assert publishing.publish_due(at=AT) == [early, late, same, elsewhere]
    assert list(Post.objects.published().filter(blog=blog).newest_first()) == [same, late, early]
    assert columns(future)["state"] == "scheduled"
    assert columns(blog)["updated_at"] == AT
    assert (columns(blog)["post_count"], columns(other)["post_count"]) == (3, 1)


def test_blog_is_not_updated_backwards():
    blog = BlogFactory(live=True)
    post = scheduled(blog)
    Blog.objects.filter(pk=blog.pk).update(updated_at=AT + timedelta(hours=1))
    publishing.publish_due(at=AT + timedelta(hours=2))
    assert (columns(post)["updated_at"], columns(blog)["updated_at"]) == (AT, AT + timedelta(hours=1))


def test_one_blog_alone():
    blog, other = BlogFactory.create_batch(2, live=True)
    post, elsewhere = scheduled(blog), scheduled(other)
    assert publishing.publish_due(blog=blog, at=AT) == [post]
    assert columns(elsewhere)["state"] == "scheduled"


def test_nothing_due_costs_one_query():
    scheduled(BlogFactory(live=True))
    with CaptureQueriesContext(connection) as queries:
        assert publishing.publish_due() == []
    assert len(queries) == 1


def test_post_of_a_draft_blog_is_published_and_seen_by_nobody(client):
    blog = BlogFactory()
    post = scheduled(blog, headline="Hidden yet")
    assert publishing.publish_due(at=AT) == [post]
    assert client.get(f"/{blog.slug}/").status_code == 404
    assert client.get(f"/{blog.slug}/{post.public_id}/").status_code == 404


def test_post_that_was_published_before_keeps_its_place():
    blog = BlogFactory(live=True)
    post = PostFactory(blog=blog, state="withdrawn")
    first = post.published_at
    publishing.schedule(post, AT)
    publishing.publish_due(at=AT)
    assert (columns(post)["published_at"], columns(post)["updated_at"]) == (first, AT)


def test_post_set_aside_meanwhile_is_not_published():
    blog = BlogFactory(live=True)
    back, moved, gone = scheduled(blog), scheduled(blog), scheduled(blog)
    publishing.revert_to_draft(back)
    publishing.schedule(moved, AT + timedelta(hours=1))
    publishing.publish(gone)
    publishing.withdraw(gone)
    assert publishing.publish_due(at=AT) == []
    assert [columns(post)["state"] for post in (back, moved, gone)] == ["draft", "scheduled", "withdrawn"]


def test_edit_under_way_survives_the_publication():
    blog = BlogFactory(live=True)
    post = scheduled(blog, headline="First")
    publishing.publish_due(at=AT)
    post.headline = "Edited while it went out"
    with pytest.raises(publishing.ChangeRefused, match="this post is published"):
        publishing.save_draft(post)
    assert (post.headline, post.state) == ("Edited while it went out", "scheduled")
    publishing.update(post)
    assert columns(post)["headline"] == "Edited while it went out"


def test_reader_who_finds_it_due_is_not_told_as_its_publisher(client, admin_user):
    blog = BlogFactory(live=True)
    post = scheduled(blog, headline="On its second")
    Post.objects.filter(pk=post.pk).update(publish_at=timezone.now() - timedelta(seconds=1))
    client.force_login(admin_user)
    response = client.get(f"/{blog.slug}/")
    assert "On its second" in response.content.decode()
    assert history_entries(post)[-1] == ("published on schedule", None)
    assert response.headers["Vary"] == "Accept-Encoding"


# What goes wrong
# ---------------


def test_unfit_post_becomes_a_draft_with_the_reason(django_capture_on_commit_callbacks, caplog):
    blog = BlogFactory(live=True)
    post, sound = scheduled(blog), scheduled(blog)
    PostImage.objects.create(post=post, image=ImageFactory(alt="", credit=""))
    before = columns(post)
    with listening() as news, django_capture_on_commit_callbacks(execute=True):
        assert publishing.publish_due(at=AT) == [sound]
    assert differences(before, columns(post)) == {
        "state": "draft",
        "publish_fault": "Picture 1 has no alt text. Picture 1 has no credit line.",
    }
    assert history_entries(post)[-1] == ("could not be published", None)
    assert [ids for _, _, ids in news.changed] == [[sound.public_id]]
    assert f"{post.pk} could not be published" in caplog.text
    assert publishing.publish_due(at=AT) == []


def test_unfit_post_alone_changes_nothing_for_readers(django_capture_on_commit_callbacks):
    blog = BlogFactory(live=True)
    post = scheduled(blog)
    Post.objects.filter(pk=post.pk).update(headline="", body="")
    before = columns(blog)
    with listening() as news, django_capture_on_commit_callbacks(execute=True):
        assert publishing.publish_due(at=AT) == []
    assert (columns(blog), news.changed) == (before, [])
    assert columns(post)["publish_fault"] == "Add a headline, text or a picture."


def test_unfit_post_that_readers_knew_stays_a_tombstone():
    post = PostFactory(state="withdrawn")
    publishing.schedule(post, AT)
    Post.objects.filter(pk=post.pk).update(headline="", body="")
    publishing.publish_due(at=AT)
    assert columns(post)["state"] == "draft"
    assert columns(post)["published_at"] is not None


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("bug"), DatabaseError("a constraint"), OperationalError("out of shared memory")]
)
def test_post_that_cannot_even_be_saved_holds_up_no_other(error, monkeypatch, caplog):
    blog = BlogFactory(live=True)
    posts = [scheduled(blog, AT + timedelta(seconds=number)) for number in range(5)]
    break_posts(monkeypatch, {posts[2].pk}, error)
    assert publishing.publish_due(at=AT + timedelta(minutes=1)) == [*posts[:2], *posts[3:]]
    stored = columns(posts[2])
    assert (stored["state"], stored["published_at"]) == ("draft", None)
    assert type(error).__name__ in stored["publish_fault"]
    assert columns(blog)["post_count"] == Post.objects.published().count() == 4
    assert type(error).__name__ in caplog.text
    assert publishing.publish_due(at=AT + timedelta(minutes=1)) == []


def test_post_that_cannot_be_rendered_holds_up_no_other(monkeypatch):
    blog = BlogFactory(live=True)
    posts = [scheduled(blog, headline=f"p{number}") for number in range(4)]
    render = fragments.render

    def fail(found):
        if any(post.headline == "p1" for post in found):
            raise TemplateDoesNotExist("liveblogs/post.html")
        return render(found)

    monkeypatch.setattr(fragments, "render", fail)
    assert publishing.publish_due(at=AT) == [posts[0], *posts[2:]]
    assert "TemplateDoesNotExist" in columns(posts[1])["publish_fault"]
    assert Fragment.objects.count() == 3


def test_image_without_its_file_is_told_by_its_place():
    post = scheduled(BlogFactory(live=True))
    image = ImageFactory()
    PostImage.objects.create(post=post, image=image)
    type(image).objects.filter(pk=image.pk).update(file="")
    assert publishing.publish_due(at=AT) == []
    assert columns(post)["publish_fault"] == "Picture 1 has no file."


def test_deadlock_is_tried_again(monkeypatch):
    post = scheduled(BlogFactory(live=True))
    save, errors = Post.save, [OperationalError("deadlock detected")]

    def fail_once(row: Post, **kwargs) -> None:
        if errors:
            raise errors.pop()
        save(row, **kwargs)

    monkeypatch.setattr(Post, "save", fail_once)
    assert publishing.publish_due(at=AT) == [post]


def test_database_that_fails_as_a_whole_leaves_all_on_the_schedule(monkeypatch):
    blog = BlogFactory(live=True)
    posts = [scheduled(blog) for _ in range(3)]

    def fail(*_args, **_kwargs) -> None:
        raise OperationalError("the database system is shutting down")

    with monkeypatch.context() as patch:
        patch.setattr(Post, "save", fail)
        patch.setattr("django.db.models.query.QuerySet.update", fail)
        with pytest.raises(OperationalError, match="shutting down"):
            publishing.publish_due(at=AT)
    assert {columns(post)["state"] for post in posts} == {"scheduled"}
    assert publishing.publish_due(at=AT) == posts


def test_a_thousand_due_with_ten_broken(monkeypatch, django_capture_on_commit_callbacks):
    blog = BlogFactory(live=True)
    posts = many_scheduled(blog, 1000)
    Post.objects.filter(pk__in=[post.pk for post in posts[100:600:100]]).update(headline="")
    unfit = {post.pk for post in posts[100:600:100]}
    failing = {post.pk for post in posts[550:1000:100]}
    break_posts(monkeypatch, failing, ValueError("bug"))
    with listening() as news, django_capture_on_commit_callbacks(execute=True):
        published = publishing.publish_due(at=AT + timedelta(hours=1))
    assert len(published) == 990
    assert {post.pk for post in published} == {post.pk for post in posts} - unfit - failing
    stored = Post.objects.published()
    assert stored.count() == columns(blog)["post_count"] == 990
    assert {(post.published_at - AT).total_seconds() for post in stored} == {
        number for number, post in enumerate(posts) if post.pk not in unfit | failing
    }
    assert Post.objects.exclude(publish_fault="").filter(state="draft").count() == 10
    assert Fragment.objects.count() == 990  # no reader waits for their rendering
    told_of = [public_id for _, _, ids in news.changed for public_id in ids]
    assert (len(told_of), len(set(told_of))) == (990, 990)
    revisions = [revision for _, revision, _ in news.changed]
    assert revisions == sorted(set(revisions))
    assert columns(blog)["revision"] == revisions[-1]
    assert max(len(ids) for _, _, ids in news.changed) <= publishing.RENDERED_AT_ONCE


def test_history_says_nothing_of_who_was_signed_before():
    post = scheduled(BlogFactory(live=True), by=UserFactory(username="anna"))
    assert history_entries(post)[-1] == ("scheduled", "anna")
    publishing.publish_due(at=AT)
    assert history_entries(post)[-1] == ("published on schedule", None)


# While somebody else writes
# --------------------------


@pytest.mark.django_db(transaction=True)
def test_reader_waits_for_no_writer_when_a_post_is_due(client):
    """On SQLite for the one writer there may be, on PostgreSQL for who holds the blog: the page is served as it is."""
    blog = BlogFactory(live=True, slug="flood")
    post = PostFactory(blog=blog, state="scheduled", headline="Now due")
    Post.objects.filter(pk=post.pk).update(publish_at=timezone.now() - timedelta(seconds=1))
    with held(lambda: list(Blog.objects.select_for_update())):
        page, wait = Work(lambda: (client.get("/flood/").content.decode(), lock_timeout())).wait(20)
    assert "Now due" not in page
    assert wait == lock_timeout()  # whoever has this connection next waits as long as ever


def lock_timeout() -> object:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout" if connection.vendor == "sqlite" else "SHOW lock_timeout")
        return cursor.fetchone()[0]
