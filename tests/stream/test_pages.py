"""What pages and deltas have to do with a stream, whether there is one or not."""

import re

import pytest

from liveblogs import publishing
from liveblogs.models import Blog, Post
from liveblogs.views.pages import preview_page
from tests.support.factories import BlogFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def blog() -> Blog:
    blog = BlogFactory(live=True, slug="flood")
    publishing.publish(Post(blog=blog, headline="First"))
    return blog


@pytest.mark.parametrize("address", ["/flood/", "/flood/?sort=oldest", "post"])
def test_page_offers_the_stream_where_there_is_one(client, blog, settings, address):
    address = Post.objects.get().get_absolute_url() if address == "post" else address
    without = client.get(address)
    assert b"stream" not in without.content
    settings.OFFER_STREAM = True
    offered = client.get(address)
    html = offered.content.decode()
    assert re.search(r'<main [^>]*data-stream="/flood/stream/"', html)
    (script,) = re.findall(r'<script type="module" src="([^"]*/stream[^"]*\.js)">', html)
    assert f"http://testserver{script}" in offered.headers["Content-Security-Policy"]
    assert offered.headers["ETag"] != without.headers["ETag"]  # the kept page is another one
    settings.OFFER_STREAM = False
    assert client.get(address).content == without.content


def test_preview_follows_nothing(blog, settings, rf):
    settings.OFFER_STREAM = True
    draft = PostFactory(blog=blog, headline="A draft")
    assert b"stream" not in preview_page(rf.get("/"), draft).content
