"""Pictures in the forms: words for one post or for all, the same picture on many pages, what they cost."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from liveblogs import publishing
from liveblogs.models import Blog, Byline, Image, Post, PostCredit, PostImage
from tests.support.admin import change_of, image_of, make_image, published, words_of
from tests.support.forms import messages_of, send, upload, words

pytestmark = pytest.mark.django_db


def showing(blog: Blog, *images: Image, headline: str = "With pictures") -> Post:
    post = published(blog, headline=headline)
    for position, image in enumerate(images):
        PostImage.objects.create(post=post, image=image, position=position)
    publishing.update(post)
    return post


def captions(client, address: str) -> list[str]:
    page = client.get(address).content.decode()
    return [part.split("</span>")[0] for part in page.split('<span class="caption" dir="auto">')[1:]]


# Captions
# --------


def test_caption_for_one_post_leaves_the_others(client, blog, editor):
    image = make_image()
    first, second = (showing(blog, image, headline=headline) for headline in ("First", "Second"))
    response = send(client, change_of(second), "update", **{"images-0-caption": "The same street, a day later."})
    assert messages_of(response).startswith("Updated")
    assert captions(client, "/quake/") == ["The same street, a day later.", "Mill Street."]
    assert words_of(image)[1] == "Mill Street."
    # What is put right in the library reaches those that have none of their own.
    send(client, image_of(image), "save", "image", caption="Mill Street, Quenn.")
    assert captions(client, "/quake/") == ["The same street, a day later.", "Mill Street, Quenn."]
    send(client, change_of(second), "update", **{"images-0-caption": ""})
    assert captions(client, "/quake/") == ["Mill Street, Quenn.", "Mill Street, Quenn."]
    assert first.images.get().caption == ""


def test_first_caption_becomes_the_pictures_own(client, blog, editor):
    """So that the library finds it, and the next post need not say it again."""
    image = make_image(caption="")
    post = showing(blog, image)
    send(client, change_of(post), "update", **{"images-0-caption": "Mill Street."})
    assert words_of(image)[1] == "Mill Street."
    assert post.images.get().caption == ""
    assert captions(client, "/quake/") == ["Mill Street."]
    assert "Mill Street." in words(client.get(reverse("admin:liveblogs_image_library"), {"q": "mill"}))


def test_first_caption_of_a_picture_that_stands_on_another_post_is_for_one_post(client, blog, editor):
    image = make_image(caption="")
    showing(blog, image, headline="Elsewhere")
    post = showing(blog, image)
    send(client, change_of(post), "update", **{"images-0-caption": "Mill Street."})
    assert words_of(image)[1] == ""
    assert post.images.get().caption == "Mill Street."


def test_first_caption_by_a_writer_whose_picture_it_is_not_is_for_one_post(client, blog, writer):
    image = make_image(caption="")
    draft = Post.objects.create(blog=blog, headline="Draft", created_by=writer)
    PostImage.objects.create(post=draft, image=image)
    send(client, change_of(draft), "save", **{"images-0-caption": "Mill Street."})
    assert (words_of(image)[1], draft.images.get().caption) == ("", "Mill Street.")


# On many pages
# -------------


def test_replaced_file_changes_every_page_it_stands_on(client, blog, manager):
    image = make_image()
    other = Blog.objects.create(title="Flood", slug="flood")
    publishing.open_blog(other)
    third = Blog.objects.create(title="Storm", slug="storm", cover=image)
    publishing.open_blog(third)
    showing(blog, image)
    PostCredit.objects.create(post=showing(other, image), byline=Byline.objects.create(name="Ada", portrait=image))
    addresses = ["/quake/", "/flood/", "/storm/", "/bylines/ada/"]
    before = image.file.url
    assert [before in client.get(address).text for address in addresses] == [True] * 4
    draft = Post.objects.create(blog=blog, headline="Draft")
    PostImage.objects.create(post=draft, image=image)
    send(client, image_of(image), "save", "image", file=upload(size=(80, 60)))
    image.refresh_from_db()
    for address in addresses:
        page = client.get(address).text
        assert (image.file.url in page, before in page) == (True, False), address
    assert "Draft" not in client.get("/quake/").text


@pytest.mark.parametrize("use", ["post", "cover", "portrait"])
def test_picture_in_use_is_not_deleted(client, blog, manager, use):
    image = make_image()
    if use == "post":
        PostImage.objects.create(post=Post.objects.create(blog=blog, headline="Draft"), image=image)
    elif use == "cover":
        Blog.objects.create(title="Storm", slug="storm", cover=image)
    else:
        Byline.objects.create(name="Ada Grant", portrait=image)
    assert client.post(image_of(image, "delete"), {"post": "yes"}).status_code == 403
    assert "This picture can't be deleted: it is in use." in messages_of(
        client.get(image_of(image, "delete"), follow=True)
    )
    assert Image.objects.get() == image


# What rows ask for
# -----------------


def test_form_costs_the_same_for_one_picture_and_for_three(client, blog, editor):
    def queries(post: Post) -> int:
        client.get(change_of(post))  # what is asked once is asked
        with CaptureQueriesContext(connection) as captured:
            client.get(change_of(post))
        return len(captured)

    assert queries(showing(blog, make_image())) == queries(showing(blog, *(make_image() for _ in range(3))))


def test_row_is_told_of_a_picture_by_who_may_see_it(client, blog, editor):
    image = make_image()
    address = reverse("admin:liveblogs_post_picture", args=[image.pk])
    answer = client.get(address).json()
    assert {name: answer[name] for name in ("id", "alt", "caption", "credit", "preview")} == {
        "id": image.pk,
        "alt": "A street",
        "caption": "Mill Street.",
        "credit": "Ada/Fairlead",
        "preview": image.file.url,
    }
    editor.groups.get().permissions.remove(Permission.objects.get(codename="view_image"))
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("lost", ["add_image", "view_image"])
def test_form_offers_what_the_editor_may_do(client, blog, editor, lost):
    editor.groups.get().permissions.remove(Permission.objects.get(codename=lost))
    page = client.get(reverse("admin:liveblogs_post_add")).text
    assert ("Choose pictures" in page, "Choose from library" in page) == (lost != "add_image", lost != "view_image")
