"""The Atom feeds, read back by feedparser: which posts, under which ids, and what readers' programs get of them."""

import re
from datetime import datetime, timedelta

import feedparser
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree

from liveblogs import publishing
from liveblogs.models import Blog, Byline, Post, PostCredit, PostImage
from liveblogs.text import richtext
from tests.support.machines import SITE, Story, make_image, make_story
from tests.support.timelines import make_blog, make_hidden, make_post, make_posts

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    story = make_story()
    make_hidden(story.blog)
    return story


def parsed(client, address: str = "/quake/feed/"):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    etree.fromstring(response.content)  # well-formed for the strict, too
    found = feedparser.parse(response.content, response_headers={"content-type": response["Content-Type"]})
    assert not found.bozo, found.bozo_exception
    assert found.version == "atom10"
    return found


def titles(client, address: str = "/quake/feed/") -> list[str]:
    return [entry.title for entry in parsed(client, address).entries]


def at(moment: datetime) -> tuple:
    return moment.utctimetuple()[:6]


# What is in a feed
# -----------------


def test_blog_feed(client, story):
    feed = parsed(client).feed
    blog = Blog.objects.get()
    assert (feed.title, feed.subtitle) == (
        "Quake in the north",
        "What is known so far & what is not. Second part.",
    )
    assert feed.updated_parsed[:6] == at(blog.updated_at)
    assert feed.id == f"tag:127.0.0.1,{blog.created_at:%Y-%m-%d}:/quake/"
    assert {link.rel: link.href for link in feed.links} == {
        "self": f"{SITE}/quake/feed/",
        "alternate": f"{SITE}/quake/",
    }
    assert (feed.author_detail.name, feed.author_detail.href) == ("Newsroom", f"{SITE}/")
    assert feed.logo == f"{SITE}/static/liveblogs/logo.png"
    assert titles(client) == [
        "The road north is open again",
        "Rescue teams are on their way, the governor says.",
        "A closed school",
    ]


def test_entry(client, story):
    entry = parsed(client).entries[0]
    post = story.full
    assert entry.id == f"tag:127.0.0.1,{post.created_at:%Y-%m-%d}:/quake/{post.public_id}/"
    assert entry.link == f"{SITE}/quake/{post.public_id}/"
    assert (entry.published_parsed[:6], entry.updated_parsed[:6]) == (at(post.published_at), at(post.updated_at))
    assert [(author.name, author.href) for author in entry.authors] == [
        ("Ada Grant", f"{SITE}/bylines/ada-grant/"),
        ("Night Desk", f"{SITE}/bylines/night-desk/"),
    ]
    first, second = [f"{SITE}{row.image.file.url}" for row in post.images.all()]
    assert [(one.href, one.type) for one in entry.enclosures] == [(first, "image/png"), (second, "image/png")]
    assert [(one["url"], one["medium"], one["width"], one["height"]) for one in entry.media_content] == [
        (first, "image", "64", "48"),
        (second, "image", "64", "48"),
    ]
    (content,) = entry.content
    assert content.type == "text/html"
    assert f'<p>Cars &amp; lorries <a href="{SITE}/quake/" rel="noopener">may pass</a>.</p>' in content.value
    assert "<ul><li>One lane</li><li>Slowly</li></ul>" in content.value
    assert re.findall(r'<img[^>]* src="([^"]*)"', content.value) == [first, second]
    assert "The road north (Ana Ruiz)" in content.value
    assert "Slowly does it (Ben Sol/Overland)" in content.value
    assert "An earlier version named the wrong road." in content.value
    assert not re.search(r'(?:href|src)="/', content.value)


def test_entry_without_credits_is_the_publishers(client, story):
    raw = client.get("/quake/feed/").content.decode()
    plain = raw.split("<entry>")[2]
    assert "Rescue teams" in plain
    assert "<author>" not in plain
    assert raw.split("<entry>")[0].count("<author>") == 1


def test_site_feed_has_the_latest_of_all_blogs(client, story):
    other = make_blog("other")
    make_post(other, "elsewhere")
    make_hidden(other)
    secret = Blog.objects.create(title="Secret plans", slug="secret")
    make_post(secret, "in secret")
    found = parsed(client, "/feed/")
    assert titles(client, "/feed/") == ["elsewhere", *titles(client)]
    assert found.entries[0].tags[0].term == "other"
    assert found.entries[1].tags[0].label == "Quake in the north"
    assert found.feed.id == f"{SITE}/"
    assert (found.feed.title, found.feed.updated_parsed[:6]) == (
        "Newsroom",
        at(max(blog.updated_at for blog in Blog.objects.visible())),
    )
    by_id = {entry.id: entry.link for entry in found.entries}
    assert {entry.id: entry.link for entry in parsed(client).entries}.items() <= by_id.items()


def test_feeds_of_nothing(client):
    assert parsed(client, "/feed/").entries == []
    make_blog()
    assert parsed(client).entries == []


def test_only_the_latest_are_in_a_feed(client):
    make_posts(make_blog(), 52)
    for address in ("/quake/feed/", "/feed/"):
        assert titles(client, address) == [f"p{number}" for number in range(51, 1, -1)]


def test_nothing_hidden_is_in_a_feed(client, story):
    for address in ("/quake/feed/", "/feed/"):
        text = client.get(address).content.decode()
        assert "hidden" not in text
        for post in Post.objects.exclude(state="published"):
            assert post.public_id not in text
    publishing.take_down(Blog.objects.get())
    known = client.get("/nothing-here/")
    gone = client.get("/quake/feed/")
    assert (gone.status_code, gone.content) == (404, known.content)
    assert titles(client, "/feed/") == []


# After a change
# --------------


def test_updated_entry_keeps_its_id(client, story):
    before = parsed(client).entries[0]
    post = story.full
    post.headline, post.published_at = "The road is closed", post.published_at - timedelta(hours=5)
    publishing.update(post)
    (after,) = [entry for entry in parsed(client).entries if entry.id == before.id]
    assert after.title == "The road is closed"
    assert after.link == before.link
    assert after.updated_parsed >= before.updated_parsed
    assert after.published_parsed[:6] == at(post.published_at)
    updated = after.updated_parsed
    post.headline = "The road is closed."
    publishing.update(post, minor=True)
    (minor,) = [entry for entry in parsed(client).entries if entry.id == before.id]
    assert (minor.title, minor.updated_parsed) == ("The road is closed.", updated)


def test_ids_do_not_depend_on_the_scheme(client, story, settings):
    before = [entry.id for entry in parsed(client).entries]
    settings.SITE_URL = "https://127.0.0.1"
    assert [entry.id for entry in parsed(client).entries] == before


def test_withdrawn_post_leaves_and_comes_back_as_itself(client, story):
    before = parsed(client).entries
    publishing.withdraw(story.full)
    for address in ("/quake/feed/", "/feed/"):
        assert titles(client, address) == [entry.title for entry in before[1:]]
        assert story.full.public_id not in client.get(address).content.decode()
    publishing.publish(story.full)
    assert parsed(client).entries[0].id == before[0].id


def test_byline_and_picture_put_right(client, story):
    story.ada.name = "Ada Grant-Lee"
    publishing.update_byline(story.ada)
    story.first.caption = "The road south"
    publishing.update_image(story.first)
    entry = parsed(client).entries[0]
    assert entry.authors[0].name == "Ada Grant-Lee"
    assert "The road south (Ana Ruiz)" in entry.content[0].value


def test_scheduled_post_comes_in_its_second(client, story, monkeypatch):
    due = timezone.now() + timedelta(minutes=2)
    publishing.schedule(Post(blog=story.blog, headline="on the hour"), due)
    assert "on the hour" not in titles(client, "/feed/")
    monkeypatch.setattr(timezone, "now", lambda: due)
    assert titles(client, "/feed/")[0] == "on the hour"


# Hostile and unusual texts
# -------------------------


@pytest.mark.parametrize(
    "text",
    [
        "]]></content><script>1</script>", "& &amp; <b> ' \"", "🌋👩🏽‍🚒 اردو עברית 中文", "a\u2028b\ufffdc",
        "bell\x07 vertical\x0btab noncharacter\uffff escape\x1b",
    ],
)  # fmt: skip
def test_texts_arrive_as_they_were_written(client, text):
    blog = Blog.objects.create(title=text, slug="quake", summary=richtext.from_plain(text))
    publishing.open_blog(blog)
    byline = Byline.objects.create(name=text, slug="somebody")
    post = Post.objects.create(blog=blog, headline=text, body=richtext.from_plain(text), correction=text)
    PostCredit.objects.create(post=post, byline=byline)
    PostImage.objects.create(post=post, image=make_image(text, caption=text))
    publishing.publish(post)
    line = richtext.plain_line(text).replace("\uffff", "")
    found = parsed(client)
    assert feedparser.parse(client.get("/quake/feed/").content, sanitize_html=False).feed.title == found.feed.title
    root = etree.fromstring(client.get("/quake/feed/").content)
    atom = "{http://www.w3.org/2005/Atom}"
    assert root.findtext(f"{atom}title") == line
    assert root.findtext(f"{atom}entry/{atom}title") == line
    assert root.findtext(f"{atom}entry/{atom}author/{atom}name") == line
    content = root.findtext(f"{atom}entry/{atom}content")
    assert post.body in content
    assert "<script" not in content


# Conditional requests, and what they cost
# ----------------------------------------


def test_feeds_are_conditional(client, story):
    for address, tag in (("/quake/feed/", "blog-quake"), ("/feed/", "home")):
        first = client.get(address)
        assert (first["Cache-Tag"], first["Vary"]) == (tag, "Accept-Encoding")
        assert not first.cookies
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        make_post(story.blog, "just in")
        after = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (after.status_code, b"just in" in after.content) == (200, True)
        assert client.post(address).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_posts(client, count):
    story = make_story()
    for _ in range(count):
        post = Post.objects.create(blog=story.blog, headline="again")
        PostCredit.objects.create(post=post, byline=story.ada)
        PostImage.objects.create(post=post, image=story.first)
        publishing.publish(post)
    counted = []
    for address in ("/quake/feed/", "/feed/"):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counted.append(len(queries))
    assert counted == [6, 8]


def test_pages_name_their_feeds(client, story):
    def feeds(address: str) -> list[str]:
        html = client.get(address).content.decode()
        return re.findall(r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]*)">', html)

    assert feeds("/") == feeds("/bylines/ada-grant/") == ["/feed/"]
    assert sorted(feeds("/quake/")) == sorted(feeds(story.full.get_absolute_url())) == ["/feed/", "/quake/feed/"]
