"""A store that hangs keeps nobody waiting but the editor whose file it is to take."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from liveblogs import publishing, tasks
from liveblogs.archive import import_file
from liveblogs.models import Blog, Image, Post
from tests.support.admin import ADD, change_of, image_of
from tests.support.factories import BlogFactory, ImageFactory, PostFactory, picture
from tests.support.forms import fields, upload
from tests.support.waiting import Work, hanging_store

pytestmark = pytest.mark.django_db(transaction=True)

#: Seconds in which those who have nothing to wait for are done, on the slowest machine.
SOON = 20
ROW = {"images-TOTAL_FORMS": 1, "images-0-alt": "A wall", "images-0-credit": "Ada"}


@pytest.fixture
def other():
    """Another blog, with a post to pin and one that comes due."""
    blog = BlogFactory(live=True, slug="other")
    PostFactory(blog=blog, state="published", headline="To pin")
    PostFactory(blog=blog, state="scheduled", headline="Now due")
    return blog


def new_post(client, blog):
    sent = fields(client.get(ADD)) | ROW | {"blog": blog.pk, "headline": "Typed", "_publish": ""}
    return lambda: client.post(ADD, sent | {"images-0-file": upload()}).status_code


def new_post_on_the_desk(client, blog):
    sent = fields(client.get(ADD)) | ROW | {"blog": blog.pk, "headline": "Typed", "_publish": ""}
    return lambda: client.post(ADD, sent | {"images-0-file": upload()}, headers={"X-Desk": "1"}).status_code


def changed_post(client, blog):
    address = change_of(PostFactory(blog=blog, state="published"))
    sent = fields(client.get(address)) | ROW | {"_update": ""}
    return lambda: client.post(address, sent | {"images-0-file": upload()}).status_code


def new_picture(client, _blog):
    address = reverse("admin:liveblogs_image_add")
    return lambda: client.post(address, {"file": upload(), "alt": "A wall", "credit": "Ada", "_save": ""}).status_code


def replaced_picture(client, blog):
    image = ImageFactory()
    PostFactory(blog=blog, state="published", images=[image])
    sent = fields(client.get(image_of(image)), "image") | {"_save": ""}
    return lambda: client.post(image_of(image), sent | {"file": upload()}).status_code


def upload_into_the_library(client, _blog):
    return lambda: client.post(reverse("admin:liveblogs_image_upload"), {"file": upload()}).status_code


def replaced_by_a_script(_client, blog):
    image = ImageFactory()
    PostFactory(blog=blog, state="published", images=[image])
    image.file = upload()
    return lambda: publishing.update_image(image)


def renditions(_client, blog):
    image = ImageFactory()
    PostFactory(blog=blog, state="published", images=[image])
    return lambda: tasks.make_renditions.func(image.pk, remake=True)


WAYS = [new_post, new_post_on_the_desk, changed_post, new_picture, replaced_picture, upload_into_the_library]
WAYS += [replaced_by_a_script, renditions]


def read_and_pin(client, blog, other):
    """A reader opens the other blog, in which a post is due; an editor pins a post there, and one in the same blog."""
    page = Client().get("/other/").content.decode()
    pinned = []
    for where in (other, blog):
        post = Post.objects.get(blog=where, headline="To pin")
        action = reverse("admin:liveblogs_blog_desk_action", args=[where.pk])
        pinned.append(client.post(action, {"post": post.pk, "action": "pin"}).status_code)
    return "Now due" in page, pinned


def prepare_due(blog):
    Post.objects.filter(blog=blog, state="scheduled").update(publish_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_others_do_not_wait_for_a_store_that_hangs(way, blog, manager, client, other, monkeypatch):
    PostFactory(blog=blog, state="published", headline="To pin")
    save = way(client, blog)
    prepare_due(other)
    twin = Client()
    twin.force_login(manager)
    with hanging_store(monkeypatch) as tried:
        saving = Work(save)
        assert tried.wait(SOON)
        assert Work(lambda: read_and_pin(twin, blog, other)).wait(SOON) == (True, [200, 200])
        assert saving.is_alive()
    assert not isinstance(saving.wait(), Exception)


def test_others_do_not_wait_for_an_import_whose_store_hangs(blog, manager, client, other, monkeypatch, tmp_path):
    PostFactory(blog=blog, state="published", headline="To pin")
    (tmp_path / "wall.png").write_bytes(picture("olive", (40, 30)))
    image = {"@type": "ImageObject", "contentUrl": "wall.png", "description": "A wall", "creditText": "Ada"}
    post = {"@type": "BlogPosting", "headline": "Old", "datePublished": "2024-05-01T10:00:00Z", "image": image}
    archive = {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "headline": "Storm",
        "liveBlogUpdate": [post],
    }
    (tmp_path / "storm.json").write_text(json.dumps(archive))
    prepare_due(other)
    with hanging_store(monkeypatch) as tried:
        importing = Work(lambda: import_file(tmp_path / "storm.json"))
        assert tried.wait(SOON)
        assert Work(lambda: read_and_pin(client, blog, other)).wait(SOON) == (True, [200, 200])
    assert importing.wait().blog == Blog.objects.get(title="Storm")
    assert Image.objects.count() == 1
