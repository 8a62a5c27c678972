"""The files of pictures that readers no longer see: gone from their addresses, and still there for editors."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse

from liveblogs import publishing, tasks
from liveblogs.models import Image, Post, PostImage
from liveblogs.pictures import files
from tests.support.admin import change_of, image_of
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory, UserFactory
from tests.support.forms import fields, messages_of, words
from tests.support.picture_library import file_names, make_image, stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def blog():
    return BlogFactory(live=True, slug="quake")


@pytest.fixture
def removed():
    """The names of files that caches were told about."""
    found = []

    def receive(names, **_signal):
        found.extend(names)

    files.removed.connect(receive)
    yield found
    files.removed.disconnect(receive)


def editor_of(*blogs):
    editor = UserFactory(group="Editor")
    for blog in blogs:
        blog.staff.add(editor)
    return editor


def served(client, names):
    """Which of these files somebody gets who knows their addresses."""
    found = []
    for name in names:
        response = client.get(f"/media/{name}")
        response.close()
        found += [name] * (response.status_code == 200)
    return found


# What ends the last use that readers see
# ---------------------------------------


def withdrawn(post, image):
    publishing.withdraw(post)


def erased(post, image):
    publishing.erase(post)


def unpublished(post, image):
    publishing.take_down(post.blog)


def taken_off_the_post(post, image):
    post.images.all().delete()
    publishing.update(post)


def replaced_on_the_post(post, image):
    row = post.images.get()
    row.image = ImageFactory(colour="red")
    row.save()
    publishing.update(post)


ENDINGS = [withdrawn, erased, unpublished, taken_off_the_post, replaced_on_the_post]


@pytest.mark.parametrize("end", ENDINGS)
def test_old_addresses_are_gone_once_nothing_visible_shows_a_picture(client, blog, removed, end):
    image = make_image()
    post = PostFactory(blog=blog, state="published", images=[image])
    known = file_names(image)
    assert served(client, known) == known
    assert len(known) > 10
    end(post, image)
    assert served(client, known) == []
    assert sorted(removed) == known
    now = file_names(image)
    assert served(client, now) == now
    assert len(now) == len(known)
    assert set(stored()) >= set(now)
    assert set(stored()).isdisjoint(known)


@pytest.mark.parametrize("kind", ["cover", "portrait", "portrait of who lost the last post"])
def test_covers_and_portraits_that_no_page_shows_are_gone(client, blog, kind):
    image = make_image()
    if kind == "cover":
        blog.cover = image
        publishing.update_blog(blog)
    else:
        byline = BylineFactory(portrait=image)
        post = PostFactory(blog=blog, state="published", credits=[byline])
    known = file_names(image)
    if kind == "cover":
        blog.cover = None
        publishing.update_blog(blog)
    elif kind == "portrait":
        byline.portrait = None
        publishing.update_byline(byline)
    else:
        publishing.withdraw(post)
    assert served(client, known) == []


@pytest.mark.parametrize("other", ["post", "cover", "portrait"])
@pytest.mark.parametrize("end", ENDINGS)
def test_picture_that_readers_see_elsewhere_stays_where_it_is(client, blog, end, other):
    image = make_image()
    post = PostFactory(blog=blog, state="published", images=[image])
    elsewhere = BlogFactory(live=True)
    if other == "post":
        PostFactory(blog=elsewhere, state="published", images=[image])
    elif other == "cover":
        elsewhere.cover = image
        publishing.update_blog(elsewhere)
    else:
        PostFactory(blog=elsewhere, state="published", credits=[BylineFactory(portrait=image)])
    known = file_names(image)
    end(post, image)
    assert served(client, known) == known


def test_use_that_readers_do_not_see_keeps_no_address(client, blog):
    image = make_image()
    post = PostFactory(blog=blog, state="published", images=[image])
    for state in ("draft", "submitted", "scheduled", "withdrawn"):
        PostFactory(blog=blog, state=state, images=[image])
    PostFactory(blog=BlogFactory(), state="published", images=[image])
    known = file_names(image)
    publishing.withdraw(post)
    assert served(client, known) == []


def test_draft_that_loses_a_picture_moves_no_files(blog):
    image = make_image()
    draft = PostFactory(blog=blog, images=[image])
    known = file_names(image)
    draft.images.all().delete()
    assert file_names(image) == known


# And back
# --------


def test_post_that_is_published_again_has_its_pictures(client, blog):
    image = make_image()
    post = PostFactory(blog=blog, state="published", images=[image])
    publishing.withdraw(post)
    publishing.publish(Post.objects.get(pk=post.pk))
    page = client.get("/quake/").text
    for name in file_names(image):
        if name.startswith("renditions/") and "-c" not in name and "-s" not in name and "-o" not in name:
            assert name in page
    assert "withdrawn" not in page.split("<main")[1].split(">")[0]


def test_blog_that_is_published_again_shows_pictures_that_are_there(client, blog):
    image = make_image()
    PostFactory(blog=blog, state="published", images=[image])
    publishing.take_down(blog)
    publishing.open_blog(blog)
    page = client.get("/quake/").text
    name = next(name for name in file_names(image) if name.endswith(("-720.jpg", "-400.jpg")))
    assert name in page
    assert served(client, [name]) == [name]


def test_picture_published_again_while_its_files_are_copied_stays(client, blog, monkeypatch):
    image = make_image()
    post = PostFactory(blog=blog, state="published", images=[image])
    known = file_names(image)
    copy = files.copy

    def copy_and_publish(names):
        monkeypatch.setattr(files, "copy", copy)
        copy(names)
        publishing.publish(Post.objects.get(pk=post.pk))

    monkeypatch.setattr(files, "copy", copy_and_publish)
    publishing.withdraw(post)
    assert file_names(image) == known == stored()
    assert served(client, known) == known


def test_store_that_fails_leaves_everything_and_the_command_repairs_it(client, blog, monkeypatch):
    image = make_image()
    post = PostFactory(blog=blog, state="published", images=[image])
    known = file_names(image)

    def fail(names):
        raise files.NotStored("the store is gone")

    with monkeypatch.context() as patched:
        patched.setattr(files, "copy", fail)
        publishing.withdraw(post)
    assert Post.objects.get(pk=post.pk).state == "withdrawn"
    assert file_names(image) == known == stored()
    call_command("hide_pictures")
    assert served(client, known) == []


def test_command_hides_covers_and_portraits_that_no_page_shows(client, monkeypatch):
    images = [make_image() for _ in range(3)]
    shown = BlogFactory(live=True)
    with monkeypatch.context() as patched:
        patched.setattr(type(tasks.hide_picture), "enqueue", lambda *_: None)
        hidden = BlogFactory(live=True)
        for blog, image in ((shown, images[0]), (hidden, images[1])):
            blog.cover = image
            publishing.update_blog(blog)
        PostFactory(blog=hidden, state="published", credits=[BylineFactory(portrait=images[2])])
        publishing.take_down(hidden)
    known = [file_names(image) for image in images]
    call_command("hide_pictures")
    assert [served(client, names) == names for names in known] == [True, False, False]


@pytest.mark.parametrize("has_links", [True, False])
def test_picture_that_lost_a_rendition_is_hidden_on_any_file_system(client, blog, monkeypatch, has_links):
    image = make_image()
    post = PostFactory(blog=blog, state="published", images=[image])
    known = file_names(image)
    default_storage.delete(known[-1])
    if not has_links:
        monkeypatch.setattr(Path, "hardlink_to", lambda *_: (_ for _ in ()).throw(PermissionError("no links here")))
    publishing.withdraw(post)
    assert served(client, known) == []
    assert len(stored()) == len(known) - 1
    assert set(stored()) < set(file_names(image))


def test_renditions_made_meanwhile_are_not_lost(blog):
    """The task waits for nobody: it moves what is there, or tries again."""
    image = make_image()
    PostFactory(blog=blog, state="withdrawn", images=[image])
    tasks.make_renditions.func(image.pk, remake=True)
    assert tasks.hide_picture.func(image.pk)
    image.refresh_from_db()
    assert not image.missing_renditions()
    assert file_names(image) == stored()


# Editors
# -------


def test_editors_see_pictures_of_withdrawn_posts(client, blog):
    image = make_image()
    PostFactory(blog=blog, state="withdrawn", images=[image])
    client.force_login(editor_of(blog))
    page = client.get(image_of(image)).text
    shown = [name for name in file_names(image) if name in page]
    assert shown
    assert served(client, shown) == shown


def test_withdrawing_offers_to_delete_the_pictures(client, blog):
    alone, shared = make_image(), make_image()
    post = PostFactory(blog=blog, state="published", images=[alone, shared])
    PostFactory(blog=blog, images=[shared])
    client.force_login(editor_of(blog))
    page = client.get(change_of(post))
    assert "And delete its pictures, unless they are used elsewhere" in page.text
    sent = fields(page) | {"_with_pictures": "on", "_withdraw": ""}
    response = client.post(change_of(post), sent, follow=True)
    assert "Withdrawn. Pictures that nothing else uses are deleted" in messages_of(response)
    assert list(Image.objects.all()) == [shared]
    assert stored() == file_names(shared)
    assert list(post.images.values_list("image", flat=True)) == [shared.pk]


def test_desk_deletes_the_pictures_of_a_withdrawn_post(client, blog):
    post = PostFactory(blog=blog, state="published", images=[make_image()])
    client.force_login(editor_of(blog))
    address = reverse("admin:liveblogs_blog_desk", args=[blog.pk])
    assert 'name="with_pictures"' in client.get(address).text
    action = reverse("admin:liveblogs_blog_desk_action", args=[blog.pk])
    client.post(action, {"post": post.pk, "action": "withdraw", "with_pictures": "yes"})
    assert (Image.objects.count(), PostImage.objects.count(), stored()) == (0, 0, [])


@pytest.mark.parametrize("place", ["withdrawn", "withdrawn elsewhere", "draft", "published"])
def test_picture_is_deleted_when_only_withdrawn_posts_of_an_editors_blogs_use_it(client, blog, place):
    image = make_image()
    post = PostFactory(blog=blog, state="withdrawn", images=[image])
    if place != "withdrawn":
        where = BlogFactory(live=True) if "elsewhere" in place else blog
        PostFactory(blog=where, state=place.split()[0], images=[image])
    image.refresh_from_db()
    version = Post.objects.get(pk=post.pk).version
    client.force_login(editor_of(blog))
    if place == "withdrawn":
        assert "Are you sure" in words(client.get(image_of(image, "delete")))
    client.post(image_of(image, "delete"), {"post": "yes"})
    assert Image.objects.exists() == (place != "withdrawn")
    assert default_storage.exists(image.source) == (place != "withdrawn")
    assert (Post.objects.get(pk=post.pk).version > version) == (place == "withdrawn")
