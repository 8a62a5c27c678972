"""The rows of a form: credits and pictures, whose words stand wherever they are used."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from liveblogs import publishing
from liveblogs.models import Byline, Image, Post, PostCredit, PostImage
from tests.support.admin import ADD, change_of, make_image, published, words_of
from tests.support.forms import fields, messages_of, send, upload, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(blog):
    return make_image()


# Pictures from the library
# -------------------------


def test_library_picture_keeps_its_words_when_none_are_typed(client, blog, editor, image):
    """Without scripts the fields beside the chooser are empty."""
    response = send(client, ADD, "publish", blog=blog.pk, headline="With it", **{"images-0-image": image.pk})
    assert messages_of(response).startswith("Published")
    assert words_of(image) == ("A street", "Mill Street.", "Ada/Fairlead")
    assert 'alt="A street"' in client.get("/quake/").content.decode()


def test_another_picture_chosen_in_a_row_keeps_its_own_words(client, blog, editor, image):
    post = Post.objects.create(blog=blog, headline="Draft", created_by=editor)
    PostImage.objects.create(post=post, image=image)
    other = make_image(alt="A bridge", credit="Bo/Harrows")
    send(client, change_of(post), "save", **{"images-0-image": other.pk})
    assert post.images.get().image == other
    assert words_of(other) == ("A bridge", "Mill Street.", "Bo/Harrows")
    assert words_of(image) == ("A street", "Mill Street.", "Ada/Fairlead")


def test_words_put_right_elsewhere_are_not_written_back(client, blog, editor, image):
    post = published(blog)
    PostImage.objects.create(post=post, image=image)
    publishing.update(post)
    opened = fields(client.get(change_of(post)))
    image.alt = "A street with cracks"
    publishing.update_image(image)
    response = client.post(change_of(post), opened | {"headline": "Other words", "_update": ""}, follow=True)
    assert messages_of(response).startswith("Updated")
    assert words_of(image)[0] == "A street with cracks"


def test_words_changed_by_two_at_once(client, blog, editor, image):
    post = Post.objects.create(blog=blog, headline="Draft", created_by=editor)
    PostImage.objects.create(post=post, image=image)
    opened = fields(client.get(change_of(post)))
    image.alt = "Theirs"
    publishing.update_image(image)
    response = client.post(change_of(post), opened | {"images-0-alt": "Mine", "_save": ""})
    assert "This was just changed to “Theirs”." in words(response)
    shown = fields(response)
    assert (shown["images-0-alt"], words_of(image)[0]) == ("Mine", "Theirs")
    client.post(change_of(post), shown | {"_save": ""})
    assert words_of(image)[0] == "Mine"


@pytest.mark.parametrize("seen", ["", "no json", "[]", "null", json.dumps({"a": 1, "b": 2})])
def test_row_survives_a_hidden_field_that_was_tampered_with(client, blog, editor, image, seen):
    rows = {"images-0-image": image.pk, "images-0-seen_words": seen}
    send(client, ADD, "save", blog=blog.pk, headline="Fine", **rows)
    assert words_of(image) == ("A street", "Mill Street.", "Ada/Fairlead")


@pytest.mark.parametrize("state", ["published", "scheduled"])
def test_picture_that_readers_see_keeps_its_words(client, blog, editor, image, state):
    """Emptied on a draft's form or in the library, they would be gone from the page that readers see."""
    shown = Post(blog=blog, headline="Shown")
    shown.save()
    PostImage.objects.create(post=shown, image=image)
    if state == "published":
        publishing.publish(shown)
    else:
        publishing.schedule(shown, timezone.now() + timedelta(hours=1))
    draft = Post.objects.create(blog=blog, headline="Draft", created_by=editor)
    PostImage.objects.create(post=draft, image=image)
    response = send(client, change_of(draft), "save", **{"images-0-alt": "", "headline": "Typed"})
    assert "Add alt text to publish." in words(response)
    assert fields(response)["headline"] == "Typed"
    library = reverse("admin:liveblogs_image_change", args=[image.pk])
    response = send(client, library, "save", "image", credit=" ", caption="Typed")
    assert "Required: a published or scheduled post uses this picture." in words(response)
    assert fields(response, "image")["caption"] == "Typed"
    assert words_of(image) == ("A street", "Mill Street.", "Ada/Fairlead")
    image.alt = ""
    with pytest.raises(publishing.ChangeRefused, match="Required: this picture is in use"):
        publishing.update_image(image)


def test_same_file_again_is_the_picture_that_is_there(client, blog, editor):
    file = upload()
    for headline in ("One", "Two"):
        file.seek(0)
        send(client, ADD, "save", blog=blog.pk, headline=headline, **{"images-0-file": file})
    first, second = (Post.objects.get(headline=headline).images.get().image for headline in ("One", "Two"))
    assert first == second


# What writers may do with them
# -----------------------------


def test_writer_uses_the_librarys_pictures_and_leaves_their_words(client, blog, writer, image):
    rows = {"images-0-image": image.pk, "images-0-alt": "Bent to my story"}
    response = send(client, ADD, "save", blog=blog.pk, headline="Mine", **rows)
    assert "This text is shared by all posts with this picture" in words(response)
    assert fields(response)["images-0-alt"] == "Bent to my story"
    rows = {"images-0-image": image.pk, "images-0-caption": "For my story alone."}
    send(client, ADD, "save", blog=blog.pk, headline="Mine", **rows)
    assert Post.objects.get().images.get().shown_caption == "For my story alone."
    assert words_of(image) == ("A street", "Mill Street.", "Ada/Fairlead")


def test_writer_names_their_own_upload(client, blog, writer):
    rows = {"images-0-file": upload(), "images-0-alt": "A wall"}
    send(client, ADD, "save", blog=blog.pk, headline="Mine", **rows)
    post = Post.objects.get()
    send(client, change_of(post), "save", **{"images-0-credit": "Wren"})
    assert words_of(post.images.get().image) == ("A wall", "", "Wren")


def test_who_may_not_add_pictures(client, blog, writer):
    writer.groups.get().permissions.remove(Permission.objects.get(codename="add_image"))
    response = send(client, ADD, "save", blog=blog.pk, headline="Mine", **{"images-0-file": upload()})
    assert "You don't have permission to add pictures." in words(response)
    assert not Image.objects.exists()


def test_post_with_rows_can_be_looked_at(client, blog, writer, image):
    """By somebody who may not change it: the rows are text."""
    post = published(blog)
    PostImage.objects.create(post=post, image=image)
    PostCredit.objects.create(post=post, byline=Byline.objects.create(name="Ada Grant", organisation="Fairlead"))
    page = words(client.get(change_of(post)))
    assert "You can view this post but not edit it." in page
    assert "Ada Grant (Fairlead)" in page
    assert "A street" in page


# Credits
# -------


def test_inactive_byline_stays_and_comes_nowhere_else(client, blog, editor):
    former = Byline.objects.create(name="Former", organisation="Fairlead")
    post = published(blog)
    PostCredit.objects.create(post=post, byline=former)
    former.is_active = False
    publishing.update_byline(former)
    assert messages_of(send(client, change_of(post), "update", headline="Other words")).startswith("Updated")
    assert post.credits.get().byline == former
    response = send(client, ADD, "save", blog=blog.pk, headline="New", **{"credits-0-byline": former.pk})
    assert "This byline is inactive. Choose another." in words(response)
    assert not Post.objects.filter(headline="New").exists()


def test_order_of_credits_is_the_one_that_was_sent(client, blog, editor):
    people = [Byline.objects.create(name=name, organisation="Fairlead") for name in ("Ada", "Bo", "Cy")]
    post = published(blog)
    for position, byline in enumerate(people):
        PostCredit.objects.create(post=post, byline=byline, position=position)
    moved = {"credits-0-position": 2, "credits-1-position": 0, "credits-2-position": 1}
    send(client, change_of(post), "update", **moved)
    assert [str(credit.byline.name) for credit in post.credits.all()] == ["Bo", "Cy", "Ada"]
    page = client.get("/quake/").content.decode()
    assert page.index(">Bo</a>") < page.index(">Cy</a>") < page.index(">Ada</a>")


def test_deleted_row_goes_from_the_page(client, blog, editor, image):
    post = published(blog)
    PostImage.objects.create(post=post, image=image)
    publishing.update(post)
    send(client, change_of(post), "update", **{"images-0-DELETE": "on"})
    assert not post.images.exists()
    assert image.file.url not in client.get("/quake/").content.decode()
