"""Sitemaps and robots: every page that readers can open is in one, nothing else is, and each tells its last change."""

import re
from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree

from liveblogs import publishing
from liveblogs.models import Blog, Byline, Post, PostCredit
from liveblogs.timeline import listings
from liveblogs.views import sitemaps
from tests.support.machines import SITE, Story, make_story
from tests.support.timelines import make_blog, make_hidden, make_post, make_posts

pytestmark = pytest.mark.django_db

NAMESPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
}


@pytest.fixture
def story() -> Story:
    story = make_story()
    make_hidden(story.blog)
    Byline.objects.create(name="Never Credited")
    secret = Blog.objects.create(title="Secret plans", slug="secret")
    PostCredit.objects.create(post=make_post(secret, "in secret"), byline=Byline.objects.create(name="In Secret"))
    return story


def fetched(client, address: str) -> etree._Element:
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml; charset=utf-8")
    return etree.fromstring(response.content)


def entries(root: etree._Element) -> dict[str, str | None]:
    """Each address with the time of its last change."""
    found = root.findall("s:sitemap", NAMESPACES) + root.findall("s:url", NAMESPACES)
    rows = [(one.findtext("s:loc", None, NAMESPACES), one.findtext("s:lastmod", None, NAMESPACES)) for one in found]
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def everything(client) -> dict[str, str | None]:
    """All that the index leads to."""
    found: dict[str, str | None] = {}
    for address in entries(fetched(client, "/sitemap.xml")):
        part = entries(fetched(client, address.removeprefix(SITE)))
        assert not found.keys() & part.keys()
        found |= part
    return found


def second(moment) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


# The sitemap
# -----------


def test_sitemap_holds_every_page_and_nothing_hidden(client, story):
    blog = Blog.objects.get(slug="quake")
    posts = Post.objects.visible()
    assert everything(client) == {
        f"{SITE}/quake/": second(blog.updated_at),
        **{f"{SITE}{post.get_absolute_url()}": second(post.updated_at) for post in posts},
        f"{SITE}/bylines/ada-grant/": None,
        f"{SITE}/bylines/night-desk/": None,
    }
    assert posts.count() == 3
    for address in everything(client):
        assert client.get(address.removeprefix(SITE)).status_code == 200


def test_sitemap_follows_changes(client, story):
    story.full.headline = "Closed again"
    publishing.update(story.full)
    found = everything(client)
    story.full.refresh_from_db()
    assert found[f"{SITE}{story.full.get_absolute_url()}"] == second(story.full.updated_at)
    publishing.withdraw(story.full)
    assert found.keys() - everything(client).keys() == {
        f"{SITE}{story.full.get_absolute_url()}",
        f"{SITE}/bylines/night-desk/",
    }
    publishing.take_down(Blog.objects.get(slug="quake"))
    assert everything(client) == {}
    publishing.open_blog(Blog.objects.get(slug="quake"))
    assert len(everything(client)) == 4


def test_parts_are_stretches_of_numbers(client, monkeypatch):
    monkeypatch.setattr(listings, "PART_SIZE", 7)
    blog = make_blog()
    posts = make_posts(blog, 30)
    for post in posts[10:20]:
        publishing.withdraw(post)
    index = entries(fetched(client, "/sitemap.xml"))
    numbers = sorted({post.pk // 7 for post in posts[:10] + posts[20:]})
    parts = [f"{SITE}/sitemap-posts-{number}.xml" for number in numbers]
    assert list(index) == [f"{SITE}/sitemap-blogs-{blog.pk // 7}.xml", *parts]
    blog.refresh_from_db()
    assert set(index.values()) == {second(blog.revised_at)}
    found = everything(client)
    assert [f"{SITE}{post.get_absolute_url()}" in found for post in posts] == [True] * 10 + [False] * 10 + [True] * 10


def test_index_tells_of_a_withdrawal(client, story, monkeypatch):
    """A part that only lost a post has changed, though none of its pages has."""
    later = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    publishing.withdraw(story.full)
    index = entries(fetched(client, "/sitemap.xml"))
    assert index[f"{SITE}/sitemap-posts-{story.full.pk // listings.PART_SIZE}.xml"] == second(later)


@pytest.mark.parametrize(
    "address",
    ["/sitemap-posts-999.xml", "/sitemap-posts-" + "9" * 30 + ".xml", "/sitemap-users-0.xml", "/sitemap-posts--1.xml"],
)
def test_parts_that_are_none(client, story, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_posts(client, count):
    blog = make_blog()
    posts = make_posts(blog, count)
    counted = []
    for address in ("/sitemap.xml", f"/sitemap-posts-{posts[0].pk // listings.PART_SIZE}.xml", "/news-sitemap.xml"):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counted.append(len(queries) - 2)  # the key of the front page
    assert counted == [3, 1, 2]


def test_unchanged_sitemaps_are_not_sent_again(client, story):
    part = f"/sitemap-posts-{story.full.pk // listings.PART_SIZE}.xml"
    etags = {
        address: client.get(address)["ETag"] for address in ("/sitemap.xml", part, "/news-sitemap.xml", "/robots.txt")
    }
    for address, etag in etags.items():
        again = client.get(address, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert not again.cookies
    publishing.update(story.full, minor=True)
    assert client.get(part, headers={"If-None-Match": etags[part]}).status_code == 304  # nothing in it is other
    publishing.withdraw(story.full)
    for address in ("/sitemap.xml", part, "/news-sitemap.xml"):
        assert client.get(address, headers={"If-None-Match": etags[address]}).status_code == 200


# What is new
# -----------


def news(client) -> list[tuple[str | None, ...]]:
    root = fetched(client, "/news-sitemap.xml")
    names = ("s:loc", *(f"news:news/news:{name}" for name in ("publication/news:name", "publication/news:language")))
    names += ("news:news/news:publication_date", "news:news/news:title")
    return [tuple(one.findtext(name, None, NAMESPACES) for name in names) for one in root.findall("s:url", NAMESPACES)]


def test_news_sitemap(client, story, settings):
    settings.SITE_NAME = "The Harbour & Co"
    found = news(client)
    posts = [story.full, story.plain, story.silent]
    assert [row[0] for row in found] == [
        *(f"{SITE}{post.get_absolute_url()}" for post in posts),
        f"{SITE}/quake/",
    ]
    assert {row[1:3] for row in found} == {("The Harbour & Co", "en")}
    assert [row[4] for row in found] == [
        "The road north is open again",
        "Rescue teams are on their way, the governor says.",
        "Quake in the north",
        "Quake in the north",
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[45]:00", found[0][3])


def test_news_sitemap_forgets_after_two_days(client, story):
    story.plain.published_at = timezone.now() - timedelta(days=2, seconds=61)
    publishing.update(story.plain)
    story.silent.published_at = timezone.now() - timedelta(days=2) + timedelta(minutes=1)
    publishing.update(story.silent)
    Blog.objects.filter(slug="quake").update(published_at=timezone.now() - timedelta(days=3))
    assert [row[0] for row in news(client)] == [
        f"{SITE}{post.get_absolute_url()}" for post in (story.full, story.silent)
    ]


def test_news_sitemap_is_bounded(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "MAX_NEWS", 3)
    make_posts(make_blog(), 5)
    assert [row[4] for row in news(client)] == ["p4", "p3", "p2"]


def test_news_sitemap_holds_nothing_hidden(client, story):
    publishing.withdraw(story.full)
    text = client.get("/news-sitemap.xml").content.decode()
    assert "The road north" not in text
    for word in ("hidden", "ecret"):
        assert word not in text


def test_texts_that_are_no_markup(client):
    make_post(make_blog(), "]]></news:title> & <b> \"'")
    assert news(client)[0][4] == "]]></news:title> & <b> \"'"


@pytest.mark.parametrize(
    ("code", "told"), [("en-gb", "en"), ("pt-br", "pt"), ("zh-hans", "zh-cn"), ("zh-hant", "zh-tw")]
)
def test_news_sitemap_tells_its_language(client, code, told, settings):
    from django.utils import translation

    make_post(make_blog(), "one")
    with translation.override(code):
        assert news(client)[0][2] == told


# Robots
# ------


def test_robots(client, settings):
    settings.SITE_URL = "https://live.example.org"
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Allow: /",
        "",
        "Sitemap: https://live.example.org/sitemap.xml",
        "Sitemap: https://live.example.org/news-sitemap.xml",
    ]
