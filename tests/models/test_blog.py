"""The rules that a blog holds by itself, and its database for it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import URLResolver, get_resolver

from liveblogs import publishing
from liveblogs.models import Blog, BlogCredit, StaleVersion
from liveblogs.models.blog import RESERVED_SLUGS
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory
from tests.support.validation import faults

pytestmark = pytest.mark.django_db

AT = datetime(2030, 3, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "name", "message"),
    [
        ({"slug": "admin"}, "slug", "“admin” is reserved. Choose another URL slug."),
        (
            {"coverage_starts_at": AT, "coverage_ends_at": AT - timedelta(seconds=1)},
            "coverage_ends_at",
            "Coverage can't end before it starts.",
        ),
        (
            {"status": "live"},
            "__all__",
            "A published blog needs a publication time.",
        ),
        ({"slug": "taken"}, "slug", "Blog with this URL slug already exists."),
    ],
)
def test_impossible_row_is_refused_by_clean_and_by_the_database(fields, name, message):
    BlogFactory(slug="taken")
    blog = Blog(title="x", **{"slug": "x"} | fields)
    assert faults(blog) == {name: [message]}
    with pytest.raises(IntegrityError), transaction.atomic():
        blog.save()
    sound = BlogFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Blog.objects.filter(pk=sound.pk).update(**fields)


def test_blog_does_not_continue_itself():
    blog = BlogFactory()
    blog.continues = blog
    assert faults(blog) == {"continues": ["A blog can't continue from itself."]}
    with pytest.raises(IntegrityError), transaction.atomic():
        blog.save()


def test_coverage_of_a_moment_passes():
    assert faults(Blog(title="x", slug="x", coverage_starts_at=AT, coverage_ends_at=AT)) == {}


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "europe/london", "../etc/passwd"])
def test_unknown_zone_is_told_at_its_field(zone):
    assert list(faults(Blog(title="x", slug="x", time_zone=zone))) == ["time_zone"]


def test_reserved_slugs_are_the_sites_own_addresses():
    """Whatever stands at /something/ must be reserved, or a blog could hide it or never be found."""
    taken = set()

    def collect(patterns, prefix=""):
        for part in patterns:
            route = prefix + str(part.pattern)
            if isinstance(part, URLResolver):
                collect(part.url_patterns, route)
            first = route.partition("/")[0]
            if first and "<" not in first and "." not in first and "(" not in first:
                taken.add(first)

    collect(get_resolver().url_patterns)
    assert {"admin", "bylines", "media"} <= taken
    assert taken <= RESERVED_SLUGS


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_each_reserved_slug_is_refused(slug):
    assert list(faults(Blog(title="x", slug=slug))) == ["slug"]


@pytest.mark.parametrize("slug", ["admin-quits", "feeds", "a" * 80])
def test_slug_that_only_resembles_one_passes(slug):
    assert faults(Blog(title="x", slug=slug)) == {}


def test_slug_that_readers_know_is_told_at_its_field():
    blog = BlogFactory(live=True, slug="quake")
    blog.slug = "earthquake"
    told = "The URL slug can't change after publication. Readers know this blog as “quake”."
    assert faults(blog) == {"slug": [told]}
    publishing.take_down(blog)
    blog.slug = "earthquake"
    assert faults(blog) == {"slug": [told]}


def test_byline_is_credited_once_on_a_blog():
    byline = BylineFactory()
    blog = BlogFactory(credits=[byline])
    again = BlogCredit(blog=blog, byline=byline)
    assert faults(again) == {"__all__": ["This byline is already on this blog."]}
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_visibility_has_one_meaning():
    draft, live, ended = BlogFactory(), BlogFactory(live=True), BlogFactory(ended=True)
    assert set(Blog.objects.visible()) == {blog for blog in (draft, live, ended) if blog.is_visible} == {live, ended}
    assert list(Blog.objects.live()) == [live]


def test_save_over_a_newer_version_is_refused():
    blog = BlogFactory()
    stale = Blog.objects.get(pk=blog.pk)
    blog.title = "Hers"
    blog.save()
    stale.summary = "<p>His</p>"
    with pytest.raises(StaleVersion):
        stale.save()
    assert Blog.objects.get(pk=blog.pk).title == "Hers"


def test_older_instance_does_not_write_back_what_the_write_path_keeps():
    blog = BlogFactory()
    older = Blog.objects.get(pk=blog.pk)
    publishing.open_blog(blog)
    PostFactory(blog=blog, state="published")
    older.title = "Edited in an older form"
    older.save()
    stored = Blog.objects.get(pk=blog.pk)
    assert (stored.title, stored.status, stored.post_count) == ("Edited in an older form", "live", 1)
    assert (stored.revision, stored.published_at) == (blog.revision, blog.published_at)


def test_blog_that_readers_can_open_is_not_deleted():
    draft, live, ended = BlogFactory(), BlogFactory(live=True), BlogFactory(ended=True)
    older = Blog.objects.get(pk=live.pk)
    older.status = "draft"
    ways = [live.delete, older.delete, ended.delete, Blog.objects.all().delete, Blog.objects.filter(pk=live.pk).delete]
    for delete in ways:
        with pytest.raises(ProtectedError, match="Unpublish this blog before you delete it"):
            delete()
    assert Blog.objects.count() == 3
    assert not hasattr(Blog.objects, "delete")
    publishing.take_down(live)
    live.delete()
    Blog.objects.filter(pk=draft.pk).delete()
    assert list(Blog.objects.all()) == [ended]


def test_blog_with_a_draft_is_not_deleted():
    blog = BlogFactory()
    post = PostFactory(blog=blog)
    for delete in (blog.delete, Blog.objects.all().delete):
        with pytest.raises(ProtectedError):
            delete()
    post.delete()
    blog.delete()


def test_deleted_draft_leaves_those_that_continue_it():
    first = BlogFactory()
    second = BlogFactory(live=True, continues=first)
    first.delete()
    second.refresh_from_db()
    assert second.continues is None


def test_cover_in_use_is_not_deleted():
    image = ImageFactory()
    BlogFactory(cover=image)
    with pytest.raises(ProtectedError):
        image.delete()
