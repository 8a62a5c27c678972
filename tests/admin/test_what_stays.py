"""What is kept: history that is looked at and not written back, rows that stand somewhere, and erasing for good."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from liveblogs import publishing
from liveblogs.models import Blog, Byline, Image, Post, PostCredit, PostImage
from tests.support.admin import change_of, published, user
from tests.support.forms import send, told, upload, words

pytestmark = pytest.mark.django_db


def address_of(row, what, *args):
    return reverse(f"admin:liveblogs_{row._meta.model_name}_{what}", args=[row.pk, *args])


@pytest.fixture
def rows(blog, admin_client):
    """A post, its blog, a byline and a picture, all of which readers see, and which have two versions."""
    byline = Byline.objects.create(name="Ada", organisation="Fairlead")
    image = Image(file=upload(), alt="A street", credit="Ada")
    image.save()
    post = published(blog, "First words")
    PostCredit.objects.create(post=post, byline=byline)
    PostImage.objects.create(post=post, image=image)
    for row, name, update in (
        (post, "headline", publishing.update),
        (blog, "title", publishing.update_blog),
        (byline, "name", publishing.update_byline),
        (image, "alt", publishing.update_image),
    ):
        setattr(row, name, "Second words")
        update(row, by=user(f"by-{name}", "Admin"))
    return {"post": post, "blog": blog, "byline": byline, "image": image}


# History
# -------


@pytest.mark.parametrize("name", ["post", "blog", "byline", "image"])
def test_history_tells_who_changed_what(admin_client, rows, name):
    page = words(admin_client.get(address_of(rows[name], "history")))
    assert "Second words" in page
    who = {"post": "headline", "blog": "title", "byline": "name", "image": "alt"}[name]
    assert f"by-{who}" in page


@pytest.mark.parametrize("name", ["post", "blog", "byline", "image"])
def test_old_version_is_looked_at_and_not_written_back(admin_client, rows, name):
    row = rows[name]
    revision = Blog.objects.get(slug="quake").revision
    oldest = row.history.last()
    version = reverse(f"admin:liveblogs_{name}_simple_history", args=[row.pk, oldest.pk])
    page = admin_client.get(version)
    assert page.status_code == 200
    assert 'type="submit"' not in page.content.decode().split('id="content-main"')[1]
    assert admin_client.post(version, {"headline": "Back", "title": "Back", "name": "Back"}).status_code == 403
    row.refresh_from_db()
    assert "Second words" in str(row)
    assert Blog.objects.get(slug="quake").revision == revision


def test_history_of_other_blogs_is_out_of_reach(client, rows, blog):
    stranger = user("stranger", "Editor")
    client.force_login(stranger)
    post = rows["post"]
    assert client.get(address_of(post, "history")).status_code == 404
    version = reverse("admin:liveblogs_post_simple_history", args=[post.pk, post.history.last().pk])
    assert client.get(version).status_code == 404
    assert client.get(address_of(blog, "history")).status_code == 404


# Deleting
# --------


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("post", "A post that was published can't be deleted. Withdraw it instead."),
        ("blog", "A blog with posts can't be deleted. Unpublish it instead."),
        ("byline", "This byline can't be deleted: it is used in 1 post. Deactivate or merge it instead."),
        ("image", "This picture can't be deleted: it is in use."),
    ],
)
def test_what_stands_somewhere_is_not_deleted_and_says_why(admin_client, rows, name, why):
    row = rows[name]
    assert address_of(row, "delete") not in admin_client.get(address_of(row, "change")).content.decode()
    response = admin_client.get(address_of(row, "delete"), follow=True)
    assert told(response) == why
    assert response.redirect_chain[-1][0] == address_of(row, "change")
    assert admin_client.post(address_of(row, "delete"), {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()
    listed = reverse(f"admin:liveblogs_{name}_changelist")
    admin_client.post(listed, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert type(row).objects.filter(pk=row.pk).exists()


def test_opened_blog_without_posts_is_not_deleted(admin_client, blog):
    assert "A blog that was published can't be deleted" in told(
        admin_client.get(address_of(blog, "delete"), follow=True)
    )


def test_cover_and_portrait_are_used_too(admin_client, blog):
    images = [Image(file=upload(size=(40 + number, 30)), alt=f"Image {number}") for number in range(2)]
    for image in images:
        image.save()
    blog.cover = images[0]
    blog.save()
    Byline.objects.create(name="Ada", portrait=images[1])
    for image in images:
        assert admin_client.post(address_of(image, "delete"), {"post": "yes"}).status_code == 403
    page = words(admin_client.get(reverse("admin:liveblogs_image_changelist")))
    assert "cover" in page
    assert "portrait" in page
    assert "Quake" in words(admin_client.get(address_of(images[0], "change")))


def test_used_byline_says_where(admin_client, rows):
    page = admin_client.get(address_of(rows["byline"], "change")).content.decode()
    assert f'?byline={rows["byline"].pk}">1 post</a>' in page
    assert f'href="{rows["byline"].get_absolute_url()}"' in page
    unused = Byline.objects.create(name="Nobody")
    assert "Not used yet" in words(admin_client.get(address_of(unused, "change")))


# Erasing
# -------


def test_erase_asks_and_empties_post_and_history(admin_client, rows):
    post = rows["post"]
    erase = address_of(post, "erase")
    assert erase in admin_client.get(address_of(post, "change")).content.decode()
    assert "Permanently erase this post?" in words(admin_client.get(erase))
    assert Post.objects.get(pk=post.pk).is_published
    response = admin_client.post(erase, follow=True)
    assert "Post erased" in told(response)
    post.refresh_from_db()
    assert (post.state, post.headline, post.images.count(), post.credits.count()) == ("withdrawn", "", 0, 0)
    assert [version.headline for version in post.history.all()] == [""]
    assert f'id="post-{post.public_id}"' not in admin_client.get("/quake/").content.decode()


def test_only_who_may_erases(client, blog, editor):
    post = published(blog)
    assert address_of(post, "erase") not in client.get(change_of(post)).content.decode()
    assert client.post(address_of(post, "erase")).status_code == 403
    assert Post.objects.get(pk=post.pk).headline == "Seen"


def test_draft_is_deleted_and_not_erased(admin_client, blog):
    draft = Post.objects.create(blog=blog, headline="Never out")
    assert admin_client.get(address_of(draft, "erase")).status_code == 403
    assert address_of(draft, "delete") in admin_client.get(address_of(draft, "change")).content.decode()


def test_writer_deletes_an_own_draft_and_no_other(client, blog, writer):
    own = Post.objects.create(blog=blog, headline="Mine", created_by=writer)
    other = Post.objects.create(blog=blog, headline="Somebody's")
    submitted = Post(blog=blog, headline="With the editors", created_by=writer)
    publishing.submit(submitted)
    statuses = [
        client.post(address_of(post, "delete"), {"post": "yes"}).status_code for post in (own, other, submitted)
    ]
    assert statuses == [302, 403, 403]
    assert set(Post.objects.all()) == {other, submitted}


# Merging
# -------


def test_merge_is_for_who_may_delete(client, blog, rows):
    halfway = user("half", "Editor")
    halfway.user_permissions.add(*Permission.objects.filter(codename__in=["change_byline", "view_byline"]))
    client.force_login(halfway)
    twin = Byline.objects.create(name="A. Ada", organisation="Fairlead")
    chosen = {"action": "merge", "_selected_action": [rows["byline"].pk, twin.pk], "keep": twin.pk}
    client.post(reverse("admin:liveblogs_byline_changelist"), chosen)
    assert Byline.objects.count() == 2


def test_merge_keeps_whose_byline_it_is(admin_client, blog):
    """The user of a byline that goes is not left without one."""
    owner = user("owner", "Editor")
    old = Byline.objects.create(name="A. Ada", organisation="Fairlead", user=owner)
    kept = Byline.objects.create(name="Ada", organisation="Fairlead")
    chosen = {"action": "merge", "_selected_action": [old.pk, kept.pk], "keep": kept.pk}
    admin_client.post(reverse("admin:liveblogs_byline_changelist"), chosen)
    assert Byline.objects.get().user == owner


def test_blog_cannot_carry_on_one_that_carries_it_on(admin_client, blog):
    later = Blog.objects.create(title="Later", slug="later", continues=blog)
    response = send(admin_client, address_of(blog, "change"), "save", "blog", continues=later.pk)
    assert "That blog already continues from this one." in words(response)
    response = send(admin_client, address_of(blog, "change"), "save", "blog", continues=blog.pk)
    assert "already continues from this one" in words(response)
    blog.refresh_from_db()
    assert blog.continues is None
