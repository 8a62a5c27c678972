"""Bylines and pictures in the admin: what changes on every page at once, and what stays because it is used."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from liveblogs import publishing
from liveblogs.models import Blog, Byline, Image, Post, PostCredit, PostImage
from tests.support.admin import image_of
from tests.support.forms import messages_of, send, upload, words

pytestmark = pytest.mark.django_db


def byline_of(byline, what="change"):
    return reverse(f"admin:liveblogs_byline_{what}", args=[byline.pk])


@pytest.fixture
def ada(blog):
    return Byline.objects.create(name="Ada Grant", organisation="Fairlead")


@pytest.fixture
def image(db):
    image = Image(file=upload(), alt="A street", caption="Mill Street.", credit="Ada/Fairlead")
    image.save()
    return image


@pytest.fixture
def post(blog, ada, image):
    """Published, with Ada's credit and the picture."""
    post = Post(blog=blog, headline="Seen")
    publishing.publish(post)
    PostCredit.objects.create(post=post, byline=ada)
    PostImage.objects.create(post=post, image=image)
    publishing.update(post)
    return post


# Bylines
# -------


def test_renamed_byline_reads_anew_on_every_page(client, manager, ada, post):
    send(client, byline_of(ada), "save", "byline", name="Ada Grant-Lee")
    assert "Ada Grant-Lee</a>" in client.get("/quake/").content.decode()
    assert ada.history.first().history_user == manager


def test_same_name_and_organisation_is_refused_at_the_form(client, manager, ada):
    response = send(
        client, reverse("admin:liveblogs_byline_add"), "save", "byline", name="ADA grant", organisation="fairlead"
    )
    assert "A byline with this name and organization already exists." in words(response)
    assert 'value="ADA grant"' in response.content.decode()
    assert Byline.objects.count() == 1


def test_merge_gives_the_credits_to_the_one_that_stays(client, manager, ada, post):
    twin = Byline.objects.create(name="A. Grant", organisation="Fairlead")
    listed = reverse("admin:liveblogs_byline_changelist")
    chosen = {"action": "merge", "_selected_action": [ada.pk, twin.pk]}
    assert "Choose the byline to keep" in words(client.post(listed, chosen))
    assert Byline.objects.count() == 2
    response = client.post(listed, chosen | {"keep": twin.pk}, follow=True)
    assert "Merged 2 bylines into “A. Grant (Fairlead)”" in messages_of(response)
    assert list(Byline.objects.all()) == [twin]
    assert "A. Grant</a>" in client.get("/quake/").content.decode()


def test_byline_that_is_credited_stays(client, manager, ada, post):
    unused = Byline.objects.create(name="Nobody")
    assert client.post(byline_of(ada, "delete"), {"post": "yes"}).status_code == 403
    assert client.post(byline_of(unused, "delete"), {"post": "yes"}).status_code == 302
    assert list(Byline.objects.all()) == [ada]


def test_choosers_offer_active_bylines_alone(client, editor, ada):
    Byline.objects.create(name="Ada Former", is_active=False)
    address = reverse("admin:autocomplete")
    asked = {"app_label": "liveblogs", "model_name": "postcredit", "field_name": "byline", "term": "ada"}
    assert [row["text"] for row in client.get(address, asked).json()["results"]] == ["Ada Grant (Fairlead)"]


def test_contributor_changes_no_byline(client, writer, ada):
    assert client.post(byline_of(ada), {"name": "Taken over"}).status_code == 403
    assert client.get(reverse("admin:liveblogs_byline_add")).status_code == 403


# Pictures
# --------


def test_words_put_right_read_anew_on_every_page(client, editor, image, post):
    send(client, image_of(image), "save", "image", caption="Mill Street, Quenn.", alt="A street with cracks")
    page = client.get("/quake/").content.decode()
    assert "Mill Street, Quenn." in page
    assert 'alt="A street with cracks"' in page


def test_replaced_file_changes_every_page(client, editor, image, post):
    before = image.file.url
    send(client, image_of(image), "save", "image", file=upload(size=(80, 60)))
    image.refresh_from_db()
    assert (image.width, image.height) == (80, 60)
    page = client.get("/quake/").content.decode()
    assert image.file.url in page
    assert before not in page


@pytest.mark.parametrize("content", [b"nothing like a picture", b"\x89PNG\r\n\x1a\n and then nothing"])
def test_file_that_is_no_picture_keeps_the_old_one(client, editor, image, post, content):
    before = image.file.name
    response = send(
        client, image_of(image), "save", "image", file=SimpleUploadedFile("x.png", content), caption="Typed"
    )
    assert "“x.png” is" in words(response)
    assert "Typed" in response.content.decode()
    image.refresh_from_db()
    assert image.file.name == before


def test_picture_that_is_used_stays(client, editor, image, post):
    unused = Image(file=upload(), alt="Unused")
    unused.save()
    assert client.post(image_of(image, "delete"), {"post": "yes"}).status_code == 403
    assert client.post(image_of(unused, "delete"), {"post": "yes"}).status_code == 302
    assert list(Image.objects.all()) == [image]


def test_list_tells_where_a_picture_is_used(client, editor, image, post):
    listed = reverse("admin:liveblogs_image_changelist")
    assert re.search(r'field-uses_count">1 post<', client.get(listed).content.decode())
    assert b"Mill Street." not in client.get(f"{listed}?q=harbour").content
    assert b"Mill Street." in client.get(f"{listed}?q=mill").content
    assert f'post/{post.pk}/change/">Seen' in client.get(image_of(image)).content.decode()


def test_contributor_changes_only_pictures_of_their_own(client, writer, image):
    own = Image(file=upload(), alt="Mine", created_by=writer)
    own.save()
    assert client.post(image_of(image), {"alt": "Taken over"}).status_code == 403
    send(client, image_of(own), "save", "image", alt="Mine, better")
    own.refresh_from_db()
    assert own.alt == "Mine, better"


def test_library_names_posts_only_where_an_editor_works(client, editor, image, post):
    secret = Blog.objects.create(title="Secret", slug="secret")
    elsewhere = Post.objects.create(blog=secret, headline="In another blog")
    PostImage.objects.create(post=elsewhere, image=image)
    assert reverse("admin:liveblogs_image_library") in client.get(reverse("admin:liveblogs_image_changelist")).text
    page = words(client.get(reverse("admin:liveblogs_image_library")))
    assert "Mill Street." in page
    assert "Seen" in page
    assert "In another blog" not in page


def test_upload_puts_a_picture_into_the_library(client, writer):
    answer = client.post(reverse("admin:liveblogs_image_upload"), {"file": upload()})
    assert answer.status_code == 201
    assert Image.objects.get().created_by == writer
