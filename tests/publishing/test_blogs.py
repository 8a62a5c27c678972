"""Blogs, bylines and images on the write path: what stands on many pages changes all of them."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liveblogs import publishing
from liveblogs.models import Blog, BlogCredit, BlogFragment, Byline, Fragment, Image, Post, StaleVersion
from liveblogs.publishing import ChangeRefused
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory, UserFactory, picture
from tests.support.watching import columns, differences, history_entries, listening

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 3, 22, 10, 14, 5, 123456, tzinfo=UTC)


@pytest.fixture
def stop_clock(monkeypatch):
    """From when it's called, it is NOW."""
    clock = SimpleNamespace(now=lambda: NOW)
    return lambda: monkeypatch.setattr("liveblogs.publishing.change.timezone", clock)


@pytest.fixture(autouse=True)
def _no_renditions(settings) -> None:
    """What is made of a picture after the commit is a change of its own."""
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}


def revisions(*blogs: Blog) -> list[int]:
    return [columns(blog)["revision"] for blog in blogs]


def raised(before: list[int], *blogs: Blog) -> list[int]:
    """By how much the revision of each blog rose."""
    return [now - then for then, now in zip(before, revisions(*blogs), strict=True)]


# Open, end, take down
# --------------------

CALLS = {"open": publishing.open_blog, "end": publishing.end_blog, "take_down": publishing.take_down}


@pytest.mark.parametrize(
    ("call", "status", "after", "changes"),
    [
        ("open", "draft", "live", {"status": "live", "published_at": NOW}),
        ("open", "ended", "live", {"status": "live", "coverage_ends_at": None, "version": 1}),
        ("end", "live", "ended", {"status": "ended", "coverage_ends_at": NOW, "version": 1}),
        ("take_down", "live", "draft", {"status": "draft"}),
        ("take_down", "ended", "draft", {"status": "draft"}),
    ],
)
def test_status_changes_exactly_this(call, status, after, changes, stop_clock, django_capture_on_commit_callbacks):
    blog = BlogFactory(live=status == "live", ended=status == "ended")
    PostFactory(blog=blog, state="published")
    user, before = UserFactory(), columns(blog)
    stop_clock()
    with listening() as news, django_capture_on_commit_callbacks(execute=True):
        CALLS[call](blog, by=user)
        assert news.changed == []
    if "version" in changes:
        changes |= {"version": before["version"] + 1}
    revision = before["revision"] + 1
    assert differences(before, columns(blog)) == changes | {
        "revision": revision,
        "revised_at": NOW,
        "updated_at": NOW,
    }
    assert news.changed == [(blog.slug, revision, [])]
    assert {name: getattr(blog, name) for name in columns(blog)} == columns(blog)
    assert history_entries(blog)[-1] == (
        {"open": "published", "end": "ended", "take_down": "unpublished"}[call],
        user.username,
    )


@pytest.mark.parametrize(
    ("call", "status", "is_refused"),
    [("open", "live", False), ("end", "draft", True), ("end", "ended", True), ("take_down", "draft", False)],
)
def test_status_that_is_so_already_changes_nothing(call, status, is_refused, django_capture_on_commit_callbacks):
    blog = BlogFactory(live=status == "live", ended=status == "ended")
    before, history = columns(blog), blog.history.count()
    with listening() as news, django_capture_on_commit_callbacks(execute=True):
        if is_refused:
            with pytest.raises(ChangeRefused, match="Only a live blog can be ended"):
                CALLS[call](blog)
        else:
            CALLS[call](blog)
    assert (columns(blog), blog.history.count(), news.changed) == (before, history, [])


def test_older_instance_moves_neither_the_opening_nor_the_content():
    blog = BlogFactory()
    stale = Blog.objects.get(pk=blog.pk)
    publishing.open_blog(blog)
    opened = blog.published_at
    blog.title = "A better title"
    publishing.update_blog(blog)
    publishing.end_blog(blog)
    stale.title = "Typed, and not saved"
    publishing.open_blog(stale)
    stored = Blog.objects.get(pk=blog.pk)
    assert (stored.published_at, stored.title, stored.status) == (opened, "A better title", "live")
    assert stale.title == "A better title"
    assert list(stored.history.values_list("title", flat=True)[:1]) == ["A better title"]


def test_planned_end_stays():
    ends = NOW + timedelta(days=3)
    blog = BlogFactory(live=True, coverage_ends_at=ends)
    publishing.end_blog(blog)
    assert columns(blog)["coverage_ends_at"] == ends


def test_blog_that_ends_before_its_coverage_was_to_start_has_no_end():
    blog = BlogFactory(live=True, coverage_starts_at=NOW)
    publishing.end_blog(blog)
    assert (columns(blog)["status"], columns(blog)["coverage_ends_at"]) == ("ended", None)


def test_new_blog_is_saved_when_it_is_opened():
    others = BlogFactory(live=True), BlogFactory()
    before, user = revisions(*others), UserFactory()
    blog = Blog(title="Breaking", slug="breaking")
    publishing.open_blog(blog, by=user)
    stored = Blog.objects.get(slug="breaking")
    assert (stored.status, stored.created_by, stored.revision) == ("live", user, 1)
    assert revisions(*others) == before
    assert history_entries(blog) == [("created", user.username), ("published", user.username)]


@pytest.mark.parametrize("words", [{"alt": ""}, {"credit": ""}])
def test_cover_without_its_words_is_not_shown(words):
    blog = BlogFactory(cover=ImageFactory(**words))
    with pytest.raises(ChangeRefused) as caught:
        publishing.open_blog(blog)
    missing = "alt text" if "alt" in words else "credit line"
    assert caught.value.message_dict == {"cover": [f"The cover picture has no {missing}."]}
    assert (blog.status, blog.published_at, columns(blog)["status"]) == ("draft", None, "draft")
    live = BlogFactory(live=True)
    live.cover = blog.cover
    with pytest.raises(ChangeRefused, match="The cover picture has no"):
        publishing.update_blog(live)
    assert columns(live)["cover_id"] is None
    publishing.update_blog(blog)  # a draft may lack it


def test_deleted_blog_is_refused():
    blog = BlogFactory()
    Blog.objects.get(pk=blog.pk).delete()
    for call in (*CALLS.values(), publishing.update_blog):
        with pytest.raises(StaleVersion, match="deleted"):
            call(blog)
    assert not Blog.objects.exists()


# Update
# ------


def test_update_shows_what_was_edited(client):
    blog, user = BlogFactory(live=True), UserFactory()
    before = columns(blog)
    blog.title = "  A  better <title> "
    publishing.update_blog(blog, by=user, minor=True)
    assert differences(before, columns(blog)).keys() == {"title", "version", "revision", "revised_at"}
    assert blog.revision == before["revision"] + 1
    assert "A better &lt;title&gt;" in client.get(f"/{blog.slug}/").content.decode()
    publishing.update_blog(blog, by=user)
    assert blog.updated_at > before["updated_at"]
    assert history_entries(blog)[-2:] == [("minor edit", user.username), ("edited", user.username)]


def test_update_writes_nothing_that_the_write_path_keeps():
    blog = BlogFactory(live=True)
    before = columns(blog)
    blog.status, blog.published_at, blog.post_count, blog.revision = "ended", None, 99, 0
    publishing.update_blog(blog)
    assert differences(before, columns(blog)).keys() == {"version", "revision", "revised_at", "updated_at"}
    assert (blog.status, blog.post_count, blog.revision) == ("live", 0, before["revision"] + 1)


def test_stale_update_is_refused():
    blog = BlogFactory(live=True)
    stale = Blog.objects.get(pk=blog.pk)
    blog.title = "Hers"
    publishing.update_blog(blog)
    stale.summary = "<p>His</p>"
    with pytest.raises(StaleVersion):
        publishing.update_blog(stale)
    stored = Blog.objects.get(pk=blog.pk)
    assert (stored.title, stored.summary) == ("Hers", "<p>What is known so far.</p>")
    assert (stale.summary, stale.version) == ("<p>His</p>", stored.version - 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", " "),
        ("slug", "another"),
        ("slug", "admin"),
        ("slug", ""),
        ("title", "x" * 201),
        ("time_zone", "America/Springfield"),
        ("coverage_ends_at", NOW - timedelta(days=5000)),
        ("summary", "<blockquote>" * 100 + "deep"),
    ],
)
def test_update_refuses_what_the_form_would(name, value):
    blog = BlogFactory(live=True, coverage_starts_at=NOW)
    before = columns(blog)
    setattr(blog, name, value)
    with pytest.raises(ChangeRefused) as caught:
        publishing.update_blog(blog)
    assert list(caught.value.message_dict) == [name]
    assert columns(blog) == before
    assert getattr(blog, name) == value


def test_address_that_readers_know_holds_whatever_came_after():
    blog = BlogFactory(live=True)
    publishing.take_down(blog)
    blog.slug = "another"
    for save in (blog.save, lambda: blog.save(update_fields=["slug"])):
        with pytest.raises(ChangeRefused, match="URL slug can't change after publication"):
            save()
    draft = BlogFactory()
    draft.slug = "another"
    publishing.update_blog(draft)
    assert Blog.objects.get(slug="another") == draft


def test_moved_zone_changes_every_post_that_readers_knew(client):
    blog = BlogFactory(live=True)
    published = PostFactory.create_batch(2, blog=blog, state="published")
    withdrawn, draft = PostFactory(blog=blog, state="withdrawn"), PostFactory(blog=blog)
    blog.refresh_from_db()
    blog.time_zone = "Asia/Tokyo"
    publishing.update_blog(blog)
    posts = dict(Post.objects.values_list("pk", "revision"))
    assert [posts[post.pk] for post in (*published, withdrawn)] == [blog.revision] * 3
    assert posts[draft.pk] == 0
    assert "+09:00" in Fragment.objects.get(post=published[0]).html
    assert columns(blog)["post_count"] == 2


def test_neighbours_are_changed_but_not_updated(django_capture_on_commit_callbacks):
    first = BlogFactory(ended=True)
    second = BlogFactory(continues=first)
    third = BlogFactory(live=True, continues=second)
    stranger, draft = BlogFactory(live=True), BlogFactory(continues=second)
    updated = columns(first)["updated_at"]
    everybody = [first, second, third, stranger, draft]

    def change(call, *args) -> tuple[list[int], list[str]]:
        before = revisions(*everybody)
        with listening() as news, django_capture_on_commit_callbacks(execute=True):
            call(*args)
        return raised(before, *everybody), [slug for slug, _, _ in news.changed]

    assert change(publishing.update_blog, second) == ([1, 1, 1, 0, 0], [b.slug for b in everybody[:3]])
    assert change(publishing.open_blog, second)[0] == [1, 1, 1, 0, 0]
    assert second.title in BlogFragment.objects.get(blog=first).about
    assert second.title in BlogFragment.objects.get(blog=third).about
    second.title = "Second, renamed"
    assert change(publishing.update_blog, second)[0] == [1, 1, 1, 0, 0]
    assert "Second, renamed" in BlogFragment.objects.get(blog=first).about
    second.continues = None
    assert change(publishing.update_blog, second)[0] == [1, 1, 1, 0, 0]  # the one that it left, too
    assert "Second, renamed" not in BlogFragment.objects.get(blog=first).about
    assert change(publishing.end_blog, second)[0] == [0, 1, 1, 0, 0]
    assert change(publishing.take_down, second)[0] == [0, 1, 1, 0, 0]
    assert "Second, renamed" not in BlogFragment.objects.get(blog=third).about
    assert columns(first)["updated_at"] == updated


# Bylines
# -------


@pytest.fixture
def pages():
    """Blogs that credit one byline: on a post, at their head, on a draft, on a withdrawn post, and not at all."""
    byline = BylineFactory(name="Simone Ruiz", organisation="Fairlead News")
    on_post, at_head, on_draft, on_withdrawn, nowhere = BlogFactory.create_batch(5, live=True)
    BlogCredit.objects.create(blog=at_head, byline=byline)
    posts = {
        "published": PostFactory(blog=on_post, state="published", credits=[(byline, "Kyiv")]),
        "other": PostFactory(blog=on_post, state="published"),
        "draft": PostFactory(blog=on_draft, credits=[byline]),
        "withdrawn": PostFactory(blog=on_withdrawn, state="withdrawn", credits=[byline]),
        "elsewhere": PostFactory(blog=nowhere, state="published", credits=[BylineFactory()]),
    }
    return SimpleNamespace(byline=byline, posts=posts, blogs=[on_post, at_head, on_draft, on_withdrawn, nowhere])


def test_renamed_byline_changes_the_pages_that_name_it(pages, django_capture_on_commit_callbacks):
    before, updated = revisions(*pages.blogs), [columns(blog)["updated_at"] for blog in pages.blogs]
    stamps = {name: columns(post)["revision"] for name, post in pages.posts.items()}
    user = UserFactory()
    pages.byline.name = "Simone Ellisdon"
    with listening() as news, django_capture_on_commit_callbacks(execute=True):
        publishing.update_byline(pages.byline, by=user)
    assert raised(before, *pages.blogs) == [1, 1, 0, 0, 0]
    assert [slug for slug, _, _ in news.changed] == [blog.slug for blog in pages.blogs[:2]]
    assert [columns(blog)["updated_at"] for blog in pages.blogs] == updated
    now = {name: columns(post)["revision"] for name, post in pages.posts.items()}
    assert {name for name in now if now[name] != stamps[name]} == {"published"}
    assert now["published"] == revisions(pages.blogs[0])[0]
    assert "Simone Ellisdon" in Fragment.objects.get(post=pages.posts["published"]).html
    assert "Simone Ellisdon" in BlogFragment.objects.get(blog=pages.blogs[1]).head
    assert history_entries(pages.byline)[-1] == ("edited", user.username)


@pytest.mark.parametrize("changes", [{}, {"is_active": False}, {"user": True}])
def test_what_readers_cannot_see_of_a_byline_changes_no_page(changes, pages, django_capture_on_commit_callbacks):
    before = revisions(*pages.blogs)
    for name, value in changes.items():
        setattr(pages.byline, name, UserFactory() if name == "user" else value)
    with listening() as news, django_capture_on_commit_callbacks(execute=True):
        publishing.update_byline(pages.byline, by=UserFactory())
    assert (revisions(*pages.blogs), news.changed) == (before, [])
    stored = Byline.objects.get(pk=pages.byline.pk)
    assert all(bool(getattr(stored, name)) == bool(value) for name, value in changes.items())
    assert pages.byline.history.count() == 2


@pytest.mark.parametrize(
    "changes", [{"organisation": ""}, {"kind": "desk"}, {"slug": "simone"}, {"job_title": "Reporter"}, {"bio": "Hi."}]
)
def test_what_readers_can_see_of_a_byline_changes_its_pages(changes, pages):
    before = revisions(*pages.blogs)
    for name, value in changes.items():
        setattr(pages.byline, name, value)
    publishing.update_byline(pages.byline)
    assert raised(before, *pages.blogs) == [1, 1, 0, 0, 0]


def test_new_byline_is_saved_and_changes_no_page(pages):
    before, user = revisions(*pages.blogs), UserFactory()
    byline = Byline(name="Harbor Bureau", kind="desk")
    publishing.update_byline(byline, by=user)
    assert (byline.slug, byline.created_by, history_entries(byline)) == (
        "harbor-bureau",
        user,
        [("created", user.username)],
    )
    assert revisions(*pages.blogs) == before


def test_byline_with_a_taken_name_leaves_no_trace(pages):
    other, before = BylineFactory(name="Taken", organisation="Fairlead News"), revisions(*pages.blogs)
    pages.byline.name = "TAKEN"
    with pytest.raises(ChangeRefused, match="A byline with this name and organization already exists"):
        publishing.update_byline(pages.byline)
    assert (pages.byline.name, pages.byline.version) == ("TAKEN", 0)
    assert revisions(*pages.blogs) == before
    assert columns(other)["name"] == "Taken"


def test_stale_byline_and_stale_image_are_refused(pages):
    image = ImageFactory()
    for row, update, name in (
        (pages.byline, publishing.update_byline, "name"),
        (image, publishing.update_image, "alt"),
    ):
        stale = type(row).objects.get(pk=row.pk)
        setattr(row, name, "Hers")
        update(row)
        setattr(stale, name, "His")
        with pytest.raises(StaleVersion):
            update(stale)
        assert columns(row)[name] == "Hers"


def test_merged_byline_gives_its_credits_to_the_other(pages, django_capture_on_commit_callbacks):
    gone, keep, user = pages.byline, BylineFactory(name="Simone Ellisdon"), UserFactory()
    _, at_head, _, _, nowhere = pages.blogs
    both = PostFactory(blog=nowhere, state="published", credits=[(keep, "London"), (gone, "Kyiv")])
    BlogCredit.objects.create(blog=at_head, byline=keep)
    kept_only = BlogFactory(live=True, credits=[keep])
    everybody = [*pages.blogs, kept_only]
    before, stamps = revisions(*everybody), dict(Post.objects.values_list("pk", "revision"))
    with listening() as news, django_capture_on_commit_callbacks(execute=True):
        publishing.merge_bylines(keep, gone, by=user)
    assert gone.pk is None
    assert not Byline.objects.filter(name="Simone Ruiz").exists()
    assert [(c.byline, c.place) for c in pages.posts["published"].credits.all()] == [(keep, "Kyiv")]
    assert [(c.byline, c.place) for c in both.credits.all()] == [(keep, "London")]
    assert [c.byline for c in pages.posts["draft"].credits.all()] == [keep]
    assert [c.byline for c in pages.posts["withdrawn"].credits.all()] == [keep]
    assert [c.byline for c in at_head.credits.all()] == [keep]
    assert raised(before, *everybody) == [1, 1, 0, 0, 1, 1]
    assert len(news.changed) == 4
    stamped = {pk for pk, revision in Post.objects.values_list("pk", "revision") if revision != stamps[pk]}
    assert stamped == {pages.posts["published"].pk, both.pk}
    for post in (pages.posts["published"], both):
        html = Fragment.objects.get(post=post).html
        assert ("Simone Ruiz" in html, html.count("Simone Ellisdon")) == (False, 1)
    assert history_entries(Byline(pk=Byline.history.get(history_type="-").id))[-1] == (
        "merged into Simone Ellisdon",
        user.username,
    )


def test_merged_byline_takes_its_user_along(pages):
    user, other = UserFactory(), UserFactory()
    pages.byline.user = user
    pages.byline.save()
    keep = BylineFactory()
    publishing.merge_bylines(keep, pages.byline)
    assert Byline.objects.get(pk=keep.pk).user == keep.user == user
    gone = BylineFactory(user=other)
    publishing.merge_bylines(keep, gone)
    assert Byline.objects.get(pk=keep.pk).user == user


def test_merge_with_itself_or_with_what_is_gone_is_refused(pages):
    other = BylineFactory()
    with pytest.raises(ChangeRefused, match="two different bylines"):
        publishing.merge_bylines(pages.byline, pages.byline)
    Byline.objects.get(pk=other.pk).delete()
    for keep, gone in ((pages.byline, other), (other, pages.byline)):
        with pytest.raises(ChangeRefused, match="no longer exists"):
            publishing.merge_bylines(keep, gone)
    assert pages.posts["published"].credits.get().byline == pages.byline


# Images
# ------


@pytest.fixture
def gallery():
    """Blogs that show one image: on a post, as their cover, on a draft, on a withdrawn post, and not at all."""
    image = ImageFactory(caption="Before")
    on_post, as_cover, on_draft, on_withdrawn, nowhere = BlogFactory.create_batch(5, live=True)
    as_cover.cover = image
    publishing.update_blog(as_cover)
    posts = {
        "published": PostFactory(blog=on_post, state="published", images=[image]),
        "other": PostFactory(blog=on_post, state="published", images=[ImageFactory(colour="red")]),
        "draft": PostFactory(blog=on_draft, images=[image]),
        "withdrawn": PostFactory(blog=on_withdrawn, state="withdrawn", images=[image]),
    }
    BylineFactory(portrait=image)
    return SimpleNamespace(image=image, posts=posts, blogs=[on_post, as_cover, on_draft, on_withdrawn, nowhere])


@pytest.mark.parametrize("name", ["caption", "alt", "credit", "focal_x", "file"])
def test_changed_image_changes_the_pages_on_which_it_stands(name, gallery, django_capture_on_commit_callbacks):
    before, user, image = revisions(*gallery.blogs), UserFactory(), gallery.image
    updated = [columns(blog)["updated_at"] for blog in gallery.blogs]
    stamps = {key: columns(post)["revision"] for key, post in gallery.posts.items()}
    old = columns(image)
    if name == "file":
        image.file = ContentFile(picture("orange", (9, 3)), name="another.png")
    else:
        setattr(image, name, 0.25 if name == "focal_x" else "After")
    with listening() as news, django_capture_on_commit_callbacks(execute=True):
        publishing.update_image(image, by=user)
    assert raised(before, *gallery.blogs) == [1, 1, 0, 0, 0]
    assert [slug for slug, _, _ in news.changed] == [blog.slug for blog in gallery.blogs[:2]]
    assert [columns(blog)["updated_at"] for blog in gallery.blogs] == updated
    assert [key for key, post in gallery.posts.items() if columns(post)["revision"] != stamps[key]] == ["published"]
    assert history_entries(image)[-1] == ("edited", user.username)
    html = Fragment.objects.get(post=gallery.posts["published"]).html
    if name == "file":
        assert differences(old, columns(image)).keys() == {"file", "width", "height", "checksum", "version"}
        assert (image.width, image.height) == (9, 3)
        assert old["file"].name not in html
    elif name != "focal_x":
        assert "After" in html


def test_image_without_a_change_changes_no_page(gallery):
    before = revisions(*gallery.blogs)
    publishing.update_image(gallery.image)
    assert revisions(*gallery.blogs) == before


@pytest.mark.parametrize("name", ["alt", "credit"])
def test_image_that_readers_see_keeps_what_they_need(name, gallery):
    before, words = revisions(*gallery.blogs), columns(gallery.image)
    setattr(gallery.image, name, " ")
    with pytest.raises(ChangeRefused) as caught:
        publishing.update_image(gallery.image)
    assert caught.value.message_dict == {name: ["Required: this picture is in use."]}
    assert (columns(gallery.image), revisions(*gallery.blogs)) == (words, before)
    unused = ImageFactory()
    setattr(unused, name, "")
    publishing.update_image(unused)
    assert columns(unused)[name] == ""


def test_image_that_never_had_it_can_be_put_right_step_by_step(gallery):
    Image.objects.filter(pk=gallery.image.pk).update(credit="", alt="")
    image = Image.objects.get(pk=gallery.image.pk)
    image.alt = "A bridge"
    publishing.update_image(image)
    assert "A bridge" in Fragment.objects.get(post=gallery.posts["published"]).html


def test_new_image_is_saved_and_changes_no_page(gallery):
    before, user = revisions(*gallery.blogs), UserFactory()
    image = Image(file=ContentFile(picture("blue"), name="x.png"), alt="Blue")
    publishing.update_image(image, by=user)
    assert (Image.objects.get(pk=image.pk).created_by, history_entries(image)) == (user, [("created", user.username)])
    assert revisions(*gallery.blogs) == before


# What it costs
# -------------


def test_change_of_many_pages_costs_the_same_for_three_posts_as_for_one(pages):
    def cost(call, row) -> int:
        with CaptureQueriesContext(connection) as queries:
            call(row)
        return len(queries)

    image = ImageFactory()
    blog = pages.blogs[0]
    costs = []
    for number in range(2):
        for _ in range(1 + number):
            PostFactory(blog=blog, state="published", credits=[pages.byline], images=[image])
        pages.byline.name, image.caption = f"Name {number}", f"Caption {number}"
        costs.append((cost(publishing.update_byline, pages.byline), cost(publishing.update_image, image)))
    assert costs[0] == costs[1]


def test_change_of_very_many_posts_leaves_the_rendering_to_readers(monkeypatch):
    monkeypatch.setattr("liveblogs.publishing.change.RENDERED_AT_ONCE", 2)
    byline, blog = BylineFactory(name="Before"), BlogFactory(live=True)
    posts = PostFactory.create_batch(3, blog=blog, state="published", credits=[byline])
    byline.name = "After"
    publishing.update_byline(byline)
    assert len({columns(post)["revision"] for post in posts}) == 1
    assert all("Before" in html for html in Fragment.objects.values_list("html", flat=True))
    fresh = {post.revision: post.fragment.revision for post in Post.objects.select_related("fragment")}
    assert all(kept < stamped for stamped, kept in fresh.items())  # so that readers' pages make them anew


def test_portrait_that_is_replaced_changes_the_page_of_its_byline(client, django_capture_on_commit_callbacks):
    image = ImageFactory(alt="Ada at her desk")
    byline = BylineFactory(name="Ada Grant", portrait=image)
    PostFactory(state="published", credits=[byline])
    before = client.get(byline.get_absolute_url())
    assert "Ada at her desk" in before.content.decode()
    image.alt = "Ada in the field"
    with listening() as news, django_capture_on_commit_callbacks(execute=True):
        publishing.update_image(image)
    assert len(news.changed) == 1
    after = client.get(byline.get_absolute_url(), headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, "Ada in the field" in after.content.decode()) == (200, True)
