"""A form runs once for each request: slow work comes before the transaction, and what is refused comes back whole."""

import pytest
from django.contrib.admin import ModelAdmin
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError, connection
from django.urls import reverse

from liveblogs import publishing
from liveblogs.admin.posts.form import PostForm
from liveblogs.models import Blog, Image, Post
from liveblogs.pictures import cleaning, files
from liveblogs.text import richtext
from tests.support.factories import ImageFactory, PostFactory
from tests.support.forms import fields, messages_of, send, upload, words

pytestmark = pytest.mark.django_db(transaction=True)

PICTURE = {"images-TOTAL_FORMS": 1, "images-0-alt": "A wall", "images-0-credit": "Ada"}
UNSAVED = "Your changes haven't been saved."


def change_of(post):
    return reverse("admin:liveblogs_post_change", args=[post.pk])


def stored():
    return sorted(files.walk("images"))


@pytest.fixture
def runs(monkeypatch):
    """How often a post's form was validated."""
    counted, validate = [], PostForm.full_clean

    def full_clean(form):
        counted.append(form.is_bound)
        validate(form)

    monkeypatch.setattr(PostForm, "full_clean", full_clean)
    return counted


@pytest.mark.parametrize("act", ["update", "pin"], ids=["saved", "refused"])
def test_form_is_validated_once(client, blog, editor, runs, act):
    response = send(client, change_of(PostFactory(blog=blog, state="published")), act, headline="Typed")
    assert (UNSAVED in words(response)) == (act == "pin")
    assert runs.count(True) == 1


def test_slow_work_is_done_before_the_transaction(client, blog, editor, monkeypatch):
    """HTML is parsed, and a picture is decoded and stored, while nobody waits for a lock."""
    within = {"html": [], "decoded": [], "stored": []}

    def watch(what, owner, name):
        work = getattr(owner, name)

        def watched(*args, **named):
            within[what].append(connection.in_atomic_block)
            return work(*args, **named)

        monkeypatch.setattr(owner, name, watched)

    watch("html", richtext, "clean")
    watch("decoded", cleaning, "clean")
    watch("stored", FileSystemStorage, "_save")
    picture = PICTURE | {"images-0-file": upload()}
    send(
        client,
        reverse("admin:liveblogs_post_add"),
        "publish",
        blog=blog.pk,
        headline="Typed",
        body="<p>Text</p>",
        **picture,
    )
    assert Post.objects.get().images.count() == 1
    assert [set(each) for each in within.values()] == [{False}] * 3


# A picture that came with a form
# -------------------------------


@pytest.mark.parametrize("why", ["refused", "stale", "invalid"])
def test_picture_of_a_refused_form_is_in_the_library_and_not_sent_again(client, blog, editor, why):
    post = PostFactory(blog=blog, state="published")
    opened = fields(client.get(change_of(post)))
    if why == "stale":
        publishing.update(Post.objects.get(pk=post.pk))
    button = "_pin" if why == "refused" else "_update"
    picture = PICTURE | {"images-0-file": upload()} | ({"images-0-alt": ""} if why == "invalid" else {})
    response = client.post(change_of(post), opened | picture | {"headline": "Typed", button: ""})
    image = Image.objects.get()
    assert stored() == [image.source]
    shown = fields(response)
    assert (shown["images-0-image"], shown["headline"]) == (str(image.pk), "Typed")
    assert not post.images.exists()
    again = shown | {"images-0-alt": "A wall", "images-0-credit": "Ada", "_update": ""}
    assert messages_of(client.post(change_of(post), again, follow=True)).startswith("Updated")
    assert (post.images.get().image, Image.objects.count()) == (image, 1)


def test_picture_that_takes_the_place_of_another_when_nothing_can_be_written(client, blog, editor, monkeypatch):
    """The row has its old picture, and says what is to be done."""
    image = ImageFactory()
    post = PostFactory(blog=blog, state="published", images=[image])
    opened = fields(client.get(change_of(post)))
    held = stored()

    def fails(*_args):
        raise DatabaseError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(ModelAdmin, "log_change", fails)
        response = client.post(change_of(post), opened | {"images-0-file": upload(), "_update": ""})
    assert "Not saved: the server can't write right now" in words(response)
    assert "This picture wasn't saved. Choose it again." in words(response)
    assert (fields(response)["images-0-image"], stored()) == (str(image.pk), held)
    assert post.images.get().image == image
    assert Blog.objects.get(pk=blog.pk).revision == post.revision
