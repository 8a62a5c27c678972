"""Every text that an editor typed has its own direction, whatever the language of the page around it."""

import html
import re

import pytest
from django.urls import reverse

from liveblogs import publishing
from tests.support.directions import Directions
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory

pytestmark = pytest.mark.django_db
WORDS = "גשר נסגר"


@pytest.fixture
def post(db):
    image = ImageFactory(alt="תמונה", caption="הגשר", credit="צלם")
    byline = BylineFactory(name="כתב", organisation="", slug="reporter", job_title="עורך", bio="חיים", portrait=image)
    ended = BlogFactory(ended=True, title="אתמול", slug="yesterday", summary=f"<p>{WORDS}</p>")
    blog = BlogFactory(
        live=True,
        title="שיטפון",
        slug="flood",
        summary=f"<p>{WORDS}</p>",
        credits=[byline],
        cover=image,
        continues=ended,
    )
    post = PostFactory(
        blog=blog, state="published", headline=WORDS, body=f"<p>{WORDS}</p>", credits=[byline], images=[image],
        is_key_event=True, notes="הערה",
    )  # fmt: skip
    post.correction = "תיקון"
    publishing.update(post)
    return post


@pytest.mark.parametrize("address", ["/", "/flood/", "/yesterday/", "/bylines/reporter/", "post"])
def test_public_pages(client, post, address):
    page = client.get(post.get_absolute_url() if address == "post" else address).content.decode()
    assert WORDS in page
    assert Directions(page).faults == []


def test_feed_entries(client, post):
    [content] = re.findall(
        r'<content type="html">(.*?)</content>', client.get("/flood/feed/").content.decode(), re.DOTALL
    )
    assert WORDS in content
    assert Directions(html.unescape(content)).faults == []


@pytest.mark.parametrize(
    "name", ["blog_desk", "blog_activity", "post_change", "post_history", "post_erase", "blog_change"]
)
def test_pages_of_editors(admin_client, post, name):
    row = post.blog if name.startswith("blog") else post
    page = admin_client.get(reverse(f"admin:liveblogs_{name}", args=[row.pk])).content.decode()
    assert "ש" in page
    assert Directions(page).faults == []


def test_forms_at_the_desk(admin_client, post):
    address = reverse("admin:liveblogs_post_change", args=[post.pk])
    page = admin_client.get(address, headers={"X-Desk": "1"}).content.decode()
    assert page.count(WORDS) >= 2
    assert Directions(page).faults == []


# What a post without words is called
# -----------------------------------


def test_post_of_a_picture_alone_is_named_after_it(client, db):
    blog = BlogFactory(live=True, slug="flood")
    byline = BylineFactory(slug="reporter")
    for caption in ("The harbor at noon", ""):
        image = ImageFactory(caption=caption, alt="Boats in a harbor")
        PostFactory(
            blog=blog, state="published", headline="", body="", images=[image], is_key_event=True, credits=[byline]
        )
    for address, found in (
        ("/flood/", r'data-post="[^"]*">\s*<time.*?</time>\s*<span[^>]*>(.*?)</span>'),
        ("/", r"</time>\s*<span[^>]*>(.*?)</span>"),
        ("/bylines/reporter/", r'<h3 dir="auto"><a [^>]*>(.*?)</a>'),
    ):
        names = re.findall(found, client.get(address).content.decode())
        assert names == ["Boats in a harbor", "The harbor at noon"], address


def test_names_of_pictures_cost_the_same_for_one_and_three(client, db, django_assert_max_num_queries):
    costs = []
    for count in (1, 3):
        blog = BlogFactory(live=True)
        for number in range(count):
            images = [ImageFactory(colour=f"#00{number}{count}ff")]
            PostFactory(blog=blog, state="published", headline="", body="", images=images, is_key_event=True)
        with django_assert_max_num_queries(20) as asked:
            client.get(blog.get_absolute_url())
            client.get("/")
        costs.append(len(asked))
        publishing.take_down(blog)
    assert costs[0] == costs[1]
