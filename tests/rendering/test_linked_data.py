"""Structured data and cards: search engines and sharing sites are told what readers see, after every change."""

import json
import re
from datetime import timedelta

import lxml.html
import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from liveblogs import publishing, timeline
from liveblogs.models import Blog, BlogCredit, Byline, Post, PostCredit, PostImage
from liveblogs.text import richtext
from liveblogs.views import pages
from tests.support.machines import (
    SITE,
    Story,
    assert_told_as_seen,
    cards,
    make_image,
    make_story,
    seen,
    structured_data,
)
from tests.support.timelines import make_blog, make_hidden, make_post, make_posts

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    story = make_story()
    make_hidden(story.blog)
    story.blog.refresh_from_db()
    return story


def read(client, address: str = "/quake/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def iso(at, offset: str) -> str:
    hours, minutes = int(offset[:3]), int(offset[0] + offset[4:])
    return (at + timedelta(hours=hours, minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S") + offset


# A blog
# ------


def test_blog_page(client, story, settings):
    settings.ORGANISATION = "Fairlead"
    live = structured_data(read(client))["LiveBlogPosting"]
    updates = live.pop("liveBlogUpdate")
    offset = live["datePublished"][-6:]
    assert offset in {"-05:00", "-04:00"}
    assert live == {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "@id": f"{SITE}/quake/",
        "url": f"{SITE}/quake/",
        "mainEntityOfPage": f"{SITE}/quake/",
        "identifier": "quake",
        "headline": "Quake in the north",
        "description": "What is known so far & what is not. Second part.",
        "inLanguage": "en",
        "author": [
            {
                "@type": "Person",
                "name": "Ada Grant",
                "url": f"{SITE}/bylines/ada-grant/",
                "affiliation": {"@type": "Organization", "name": "Fairlead"},
            }
        ],
        "publisher": {
            "@type": "Organization",
            "name": "Fairlead",
            "url": f"{SITE}/",
            "logo": {"@type": "ImageObject", "url": f"{SITE}/static/liveblogs/logo.png"},
        },
        "coverageStartTime": iso(story.blog.published_at, offset),
        "datePublished": iso(story.blog.published_at, offset),
        "dateModified": iso(story.blog.updated_at, offset),
        "image": [
            {
                "@type": "ImageObject",
                "url": f"{SITE}{story.cover.file.url}",
                "contentUrl": f"{SITE}{story.cover.file.url}",
                "width": 120,
                "height": 63,
                "description": "A bridge",
                "caption": "The old bridge",
                "creditText": "Ana Ruiz",
            }
        ],
    }
    assert [update["identifier"] for update in updates] == [
        post.public_id for post in (story.full, story.plain, story.silent)
    ]


def test_post_on_a_blog_page(client, story):
    full, plain, silent = structured_data(read(client))["LiveBlogPosting"]["liveBlogUpdate"]
    offset = full["datePublished"][-6:]
    pictures = full.pop("image")
    url = f"{SITE}/quake/{story.full.public_id}/"
    place = {"@type": "Place", "name": "Stell Point"}
    fairlead = {"@type": "Organization", "name": "Fairlead"}
    assert full == {
        "@type": "BlogPosting",
        "@id": url,
        "url": url,
        "identifier": story.full.public_id,
        "headline": "The road north is open again",
        "articleBody": "Cars & lorries may pass.\n\nOne lane\nSlowly",
        "genre": "Analysis",
        "keywords": ["key event"],
        "author": [
            {"@type": "Person", "name": "Ada Grant", "url": f"{SITE}/bylines/ada-grant/", "affiliation": fairlead},
            {
                "@type": "Organization",
                "name": "Night Desk",
                "url": f"{SITE}/bylines/night-desk/",
                "parentOrganization": fairlead,
            },
        ],
        "locationCreated": place,
        "datePublished": iso(story.full.published_at, offset),
        "dateModified": iso(story.full.updated_at, offset),
        "correction": {
            "@type": "CorrectionComment",
            "text": "An earlier version named the wrong road.",
            "datePublished": iso(story.full.corrected_at, offset),
        },
    }
    assert [(one["caption"], one["creditText"]) for one in pictures] == [
        ("The road north", "Ana Ruiz"),
        ("Slowly does it", "Ben Sol/Overland"),
    ]
    assert plain["headline"] == "Rescue teams are on their way, the governor says."
    assert "author" not in plain
    assert (silent["headline"], "articleBody" in silent) == ("A closed school", False)


def test_first_words_are_cut_between_words(client):
    blog = make_blog()
    make_post(blog, "", body=f"<p>{'word ' * 60}</p>")
    (update,) = structured_data(read(client))["LiveBlogPosting"]["liveBlogUpdate"]
    assert update["headline"] == "word " * 14 + "word word…"


def test_article_beside_the_live_blog(client, story):
    page = structured_data(read(client))
    live, article = page["LiveBlogPosting"], page["NewsArticle"]
    for name in ("headline", "description", "author", "publisher", "image", "datePublished", "dateModified", "url"):
        assert article[name] == live[name]
    assert article["mainEntityOfPage"] == f"{SITE}/quake/"
    assert "liveBlogUpdate" not in article


def test_breadcrumbs(client, story, settings):
    settings.SITE_NAME = "The Harbour"
    (home, blog) = structured_data(read(client))["BreadcrumbList"]["itemListElement"]
    assert (home["position"], home["name"], home["item"]) == (1, "The Harbour", f"{SITE}/")
    assert (blog["position"], blog["name"], blog["item"]) == (2, "Quake in the north", f"{SITE}/quake/")
    steps = structured_data(read(client, story.full.get_absolute_url()))["BreadcrumbList"]["itemListElement"]
    assert [step["item"] for step in steps] == [
        f"{SITE}/",
        f"{SITE}/quake/",
        f"{SITE}{story.full.get_absolute_url()}",
    ]
    assert steps[2]["name"] == "The road north is open again"


def test_coverage_times(client, story):
    blog = story.blog
    start = timezone.now() - timedelta(days=2)
    blog.coverage_starts_at = start
    publishing.update_blog(blog)
    live = structured_data(read(client))["LiveBlogPosting"]
    assert live["coverageStartTime"] == iso(start, live["datePublished"][-6:])
    assert "coverageEndTime" not in live
    publishing.end_blog(blog)
    blog.refresh_from_db()
    live = structured_data(read(client))["LiveBlogPosting"]
    assert live["coverageEndTime"] == iso(blog.coverage_ends_at, live["datePublished"][-6:])


def test_blog_without_anything_says_nothing_empty(client):
    make_blog("bare")
    page = structured_data(read(client, "/bare/"))
    assert page["LiveBlogPosting"]["liveBlogUpdate"] == []
    assert page["NewsArticle"]["description"] == "About bare"
    for node in (page["LiveBlogPosting"], page["NewsArticle"]):
        assert not {"author", "image", "coverageEndTime"} & node.keys()


def test_publisher_and_logo_from_the_settings(client, story, settings):
    settings.SITE_NAME = "The Harbour"
    assert structured_data(read(client))["NewsArticle"]["publisher"]["name"] == "The Harbour"
    settings.PUBLISHER_LOGO = "https://www.example.org/logo.png"
    assert (
        structured_data(read(client))["NewsArticle"]["publisher"]["logo"]["url"] == "https://www.example.org/logo.png"
    )


# A permalink
# -----------


def test_permalink_is_about_its_post(client, story):
    on_blog = structured_data(read(client))["LiveBlogPosting"]["liveBlogUpdate"][0]
    page = structured_data(read(client, story.full.get_absolute_url()))
    article = page["NewsArticle"]
    assert article["mainEntityOfPage"] == article["url"] == on_blog["@id"]
    for name in ("headline", "articleBody", "author", "image", "datePublished", "dateModified", "correction"):
        assert article[name] == on_blog[name]
    assert article["isPartOf"] == {
        "@type": "LiveBlogPosting",
        "@id": f"{SITE}/quake/",
        "url": f"{SITE}/quake/",
        "headline": "Quake in the north",
    }
    assert article["publisher"]["logo"]["url"] == f"{SITE}/static/liveblogs/logo.png"
    assert page["LiveBlogPosting"]["headline"] == "Quake in the north"
    assert page["LiveBlogPosting"]["liveBlogUpdate"] == [on_blog]


# After every kind of change
# --------------------------


def edit(story: Story, **fields) -> None:
    for name, value in fields.items():
        setattr(story.full, name, value)
    publishing.update(story.full)


def change_credits(story: Story) -> None:
    story.full.credits.filter(byline=story.ada).delete()
    wire = Byline.objects.create(name="Overland Wire", kind="agency", organisation="")
    PostCredit.objects.create(post=story.full, byline=wire, position=9)
    publishing.update(story.full)


def rename_byline(story: Story) -> None:
    story.ada.name, story.ada.slug = "Ada Grant-Lee", "ada-grant-lee"
    publishing.update_byline(story.ada)


def merge_bylines(story: Story) -> None:
    twin = Byline.objects.create(name="A. Grant")
    PostCredit.objects.create(post=story.plain, byline=twin)
    publishing.update(story.plain)
    publishing.merge_bylines(story.ada, twin)


def change_image(story: Story) -> None:
    story.first.caption, story.first.alt, story.first.credit = "The road south", "A road, empty", "Cy Young"
    publishing.update_image(story.first)


def change_caption_here(story: Story) -> None:
    story.full.images.filter(image=story.first).update(caption="Only here")
    publishing.update(story.full)


def change_pictures(story: Story) -> None:
    story.full.images.filter(image=story.first).delete()
    PostImage.objects.create(post=story.full, image=make_image("A tent", "lime", caption="Tents"), position=7)
    publishing.update(story.full)


def move_zone(story: Story) -> None:
    story.blog.time_zone = "Asia/Kathmandu"
    publishing.update_blog(story.blog)


CHANGES = {
    "headline": lambda story: edit(story, headline="The road north is closed once more"),
    "no headline": lambda story: edit(story, headline=""),
    "body": lambda story: edit(story, body="<h3>Later</h3><p>It <em>is</em> closed.</p>"),
    "moved": lambda story: edit(story, published_at=story.full.published_at - timedelta(hours=3)),
    "credits": change_credits,
    "byline": rename_byline,
    "merged": merge_bylines,
    "image": change_image,
    "caption": change_caption_here,
    "pictures": change_pictures,
    "zone": move_zone,
    "pinned": lambda story: publishing.pin(story.plain),
    "withdrawn": lambda story: publishing.withdraw(story.plain),
    "published": lambda story: make_post(story.blog, "Just in"),
    "minor": lambda story: publishing.update(story.full, minor=True),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_exact_after_a_change(client, story, kind):
    """Each address is asked before, with everything that is kept of it, and told again after the change."""
    permalink = story.full.get_absolute_url()
    before = [read(client, address) for address in ("/quake/", permalink)]
    assert_told_as_seen(before[0])
    CHANGES[kind](story)
    page, post = read(client), read(client, permalink)
    assert_told_as_seen(page)
    assert_told_as_seen(read(client, "/quake/?sort=oldest"))
    (update,) = structured_data(post)["LiveBlogPosting"]["liveBlogUpdate"]
    assert update == next(
        one for one in structured_data(page)["LiveBlogPosting"]["liveBlogUpdate"] if one["@id"] == f"{SITE}{permalink}"
    )
    article = structured_data(post)["NewsArticle"]
    for name in ("headline", "author", "datePublished", "dateModified", "image"):
        assert article.get(name) == update.get(name)
    assert seen(page) != seen(before[0]) or kind == "minor"


def test_published_time_follows_the_editor(client, story):
    at = story.full.published_at - timedelta(hours=3)
    edit(story, published_at=at)
    (update,) = structured_data(read(client, story.full.get_absolute_url()))["LiveBlogPosting"]["liveBlogUpdate"]
    assert update["datePublished"] == iso(at, update["datePublished"][-6:])


def test_blog_after_a_change_of_what_stands_at_its_head(client, story):
    read(client)
    desk = BlogCredit.objects.create(blog=story.blog, byline=story.desk, position=5)
    story.blog.title, story.blog.summary = "Two quakes", "<p>There were two.</p>"
    story.blog.cover = make_image("A tower", "red")
    publishing.update_blog(story.blog)
    live = structured_data(read(client))["LiveBlogPosting"]
    assert (live["headline"], live["description"]) == ("Two quakes", "There were two.")
    assert [author["name"] for author in live["author"]] == ["Ada Grant", "Night Desk"]
    assert live["image"][0]["description"] == "A tower"
    desk.delete()
    story.blog.cover.alt = "A tower at dusk"
    publishing.update_image(story.blog.cover)
    rename_byline(story)
    live = structured_data(read(client))["LiveBlogPosting"]
    assert [author["name"] for author in live["author"]] == ["Ada Grant-Lee"]
    assert live["image"][0]["description"] == "A tower at dusk"
    permalink = structured_data(read(client, story.plain.get_absolute_url()))
    assert permalink["NewsArticle"]["isPartOf"]["headline"] == "Two quakes"


def test_nothing_hidden_is_told(client, story):
    hidden = Post.objects.exclude(state="published")
    assert hidden.count() == 4
    for address in ("/quake/", "/quake/?sort=oldest", story.full.get_absolute_url()):
        blocks = json.dumps(structured_data(read(client, address)))
        assert "hidden" not in blocks
        for post in hidden:
            assert post.public_id not in blocks


def test_preview_tells_machines_nothing(story):
    draft = Post.objects.filter(state="draft").first()
    html = pages.preview_page(RequestFactory().get("/"), draft).content.decode()
    assert structured_data(html) == {}
    head = cards(html)
    assert head["robots"] == "noindex"
    assert "canonical" not in head


# Hostile and unusual texts
# -------------------------

TEXTS = [
    "</script><script>window.broken = 1</script>",
    "<!--<script>",
    "]]> & &amp; &lt;b&gt; \\ \" ' \\u003c",
    "line\u2028and paragraph\u2029separators",
    "🌋👩🏽‍🚒 اردو עברית 中文 e\u0301",
    "{{ 7|add:7 }} {% now 'Y' %}",
]


@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_read_back_as_they_were_written(client, text):
    image = make_image(text, caption=text, credit=text)
    blog = Blog.objects.create(title=text, slug="quake", summary=richtext.from_plain(text), cover=image)
    byline = Byline.objects.create(name=text, slug="somebody", organisation=text)
    publishing.open_blog(blog)
    post = Post.objects.create(blog=blog, headline=text, body=richtext.from_plain(text), correction=text)
    PostCredit.objects.create(post=post, byline=byline, place=text)
    PostImage.objects.create(post=post, image=image)
    publishing.publish(post)
    line = richtext.plain_line(text)
    for address in ("/quake/", post.get_absolute_url()):
        html = read(client, address)
        page = structured_data(html)
        live = page["LiveBlogPosting"]
        (update,) = live["liveBlogUpdate"]
        assert (live["headline"], update["headline"], update["author"][0]["name"]) == (line, line, line)
        assert (update["image"][0]["caption"], update["locationCreated"]["name"]) == (line, line)
        assert (update["articleBody"].split(), update["correction"]["text"].split()) == (line.split(), text.split())
        assert html.lower().count("<script") == html.lower().count("</script")
        blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
        assert len(blocks) == 3
        assert not set("<>&\u2028\u2029") & set("".join(blocks))
        head = cards(html)
        assert (head["og:title"], head["twitter:image:alt"]) == (line, line)


# Cards, canonical addresses, robots
# ----------------------------------


def test_card_of_a_blog(client, story):
    head = cards(read(client))
    assert {name: head[name] for name in head if name.startswith(("og:", "article:", "twitter:"))} == {
        "og:type": "article",
        "og:site_name": "Newsroom",
        "og:url": f"{SITE}/quake/",
        "og:title": "Quake in the north",
        "og:description": "What is known so far & what is not. Second part.",
        "og:image": f"{SITE}{story.cover.file.url}",
        "og:image:width": "120",
        "og:image:height": "63",
        "og:image:alt": "A bridge",
        "article:published_time": head["article:published_time"],
        "article:modified_time": head["article:modified_time"],
        "article:author": f"{SITE}/bylines/ada-grant/",
        "twitter:card": "summary_large_image",
        "twitter:title": "Quake in the north",
        "twitter:description": "What is known so far & what is not. Second part.",
        "twitter:image": f"{SITE}{story.cover.file.url}",
        "twitter:image:alt": "A bridge",
    }
    live = structured_data(read(client))["LiveBlogPosting"]
    assert head["article:published_time"] == live["datePublished"]
    assert head["article:modified_time"] == live["dateModified"]
    assert head["canonical"] == f"{SITE}/quake/"
    assert head["robots"] == "max-image-preview:large"


def test_card_of_a_post(client, story):
    permalink = story.full.get_absolute_url()
    html = read(client, permalink)
    head = cards(html)
    assert head["canonical"] == head["og:url"] == f"{SITE}{permalink}"
    assert head["og:title"] == head["twitter:title"] == "The road north is open again"
    assert head["description"] == head["og:description"] == "Cars & lorries may pass. One lane Slowly"
    assert head["og:image"] == head["twitter:image"] == f"{SITE}{story.first.file.url}"
    assert (head["og:image:width"], head["og:image:height"], head["og:image:alt"]) == ("64", "48", "A road")
    assert head["article:author"] == [f"{SITE}/bylines/ada-grant/", f"{SITE}/bylines/night-desk/"]
    assert head["article:published_time"] == structured_data(html)["NewsArticle"]["datePublished"]
    assert lxml.html.document_fromstring(html).findtext(".//title") == "The road north is open again – Newsroom"


def test_card_of_a_post_that_lacks_things(client, story):
    head = cards(read(client, story.plain.get_absolute_url()))
    assert head["og:title"] == head["og:description"] == "Rescue teams are on their way, the governor says."
    assert head["og:image:alt"] == "A bridge"  # the blog's cover
    assert head["article:author"] == f"{SITE}/bylines/ada-grant/"  # the blog's
    head = cards(read(client, story.silent.get_absolute_url()))
    assert (head["og:title"], head["og:description"], head["og:image:alt"]) == ("A closed school",) * 3
    make_post(make_blog("bare"), "Nothing but a headline")
    post = Post.objects.get(headline="Nothing but a headline")
    head = cards(read(client, post.get_absolute_url()))
    assert (head["og:description"], head["twitter:card"]) == ("About bare", "summary")
    assert "og:image" not in head


def test_addresses_that_show_the_same_point_to_one(client):
    posts = [post.public_id for post in make_posts(make_blog(), 61)]
    heads = {
        query: cards(read(client, f"/quake/{query}"))
        for query in (
            "", "?sort=oldest", "?sort=newest&utm_source=x", f"?before={posts[40]}",
            f"?before={posts[40]}&sort=oldest", f"?after={posts[19]}", f"?sort=oldest&after={posts[19]}",
        )
    }  # fmt: skip
    listed = {query: (head.get("canonical"), head["robots"]) for query, head in heads.items()}
    large = "max-image-preview:large"
    first, further = (f"{SITE}/quake/", large), (f"{SITE}/quake/?before={posts[40]}", large)
    assert list(listed.values()) == [
        first, first, first, further, further, (None, "noindex, follow"), (None, "noindex, follow"),
    ]  # fmt: skip
    assert {head["og:url"] for head in heads.values()} == {f"{SITE}/quake/"}


def test_further_page_tells_its_own_posts(client):
    posts = make_posts(make_blog(), 45)
    html = read(client, f"/quake/?before={posts[20].public_id}")
    assert len(structured_data(html)["LiveBlogPosting"]["liveBlogUpdate"]) == 20
    assert_told_as_seen(html)


def test_front_page(client, story, monkeypatch):
    html = read(client, "/")
    assert structured_data(html)["WebSite"]["publisher"]["logo"]["url"] == f"{SITE}/static/liveblogs/logo.png"
    head = cards(html)
    assert (head["canonical"], head["og:type"], head["og:title"]) == (f"{SITE}/", "website", "Live coverage")
    assert head["description"]
    monkeypatch.setattr(timeline.front, "PAST_PER_PAGE", 1)
    for slug in ("one", "two"):
        publishing.end_blog(make_blog(slug))
    assert cards(read(client, "/?page=2"))["canonical"] == f"{SITE}/?page=2"


def test_byline_page(client, story):
    story.ada.bio = "Reports from\nthe north. " + "Long ago. " * 40
    story.ada.portrait = make_image("Ada at her desk", "pink")
    publishing.update_byline(story.ada)
    html = read(client, "/bylines/ada-grant/")
    page = structured_data(html)["ProfilePage"]
    assert page["url"] == page["mainEntity"]["url"] == f"{SITE}/bylines/ada-grant/"
    assert (page["mainEntity"]["name"], page["mainEntity"]["jobTitle"]) == ("Ada Grant", "Reporter")
    assert page["mainEntity"]["image"]["description"] == "Ada at her desk"
    head = cards(html)
    assert (head["og:type"], head["og:title"], head["og:image:alt"]) == ("profile", "Ada Grant", "Ada at her desk")
    assert head["description"].startswith("Reports from the north. Long ago.")
    assert len(head["description"]) <= 200
    assert cards(read(client, "/bylines/night-desk/"))["description"] == "Night Desk, Fairlead"


# What it costs
# -------------


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_posts(client, count):
    story = make_story()
    for number in range(count):
        post = Post.objects.create(blog=story.blog, headline=f"p{number}")
        PostCredit.objects.create(post=post, byline=story.ada)
        PostImage.objects.create(post=post, image=story.first)
        publishing.publish(post)
    counted = {}
    for address in ("/quake/", post.get_absolute_url()):
        read(client, address)  # what every page needs once is compiled
        with CaptureQueriesContext(connection) as queries:
            html = read(client, address)
        counted[address] = len(queries)
    assert len(structured_data(html)["LiveBlogPosting"]["liveBlogUpdate"]) == 1
    assert list(counted.values()) == [3, 4]


# Details
# -------


@pytest.mark.parametrize(
    ("places", "told"),
    [
        (["", ""], None),
        (["Stell Point", ""], "Stell Point"),
        (["", "Stell Point", "Stell Point"], "Stell Point"),
        (["Stell Point", "", "Harrow"], ["Stell Point", "Harrow"]),
    ],
)
def test_places_have_names_and_stand_once(client, story, places, told):
    story.full.credits.all().delete()
    for number, place in enumerate(places):
        byline = Byline.objects.create(name=f"Writer {number}")
        PostCredit.objects.create(post=story.full, byline=byline, place=place, position=number)
    publishing.update(story.full)
    found = structured_data(read(client, story.full.get_absolute_url()))["NewsArticle"].get("locationCreated")
    places_of = {type(None): lambda: None, dict: lambda: found["name"], list: lambda: [one["name"] for one in found]}
    assert places_of[type(found)]() == told


def test_permalink_tells_of_its_post_first(client, story):
    """Reader modes take title, date and authors from the first block."""
    html = read(client, story.full.get_absolute_url())
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert [json.loads(block)["@type"] for block in blocks] == ["NewsArticle", "LiveBlogPosting", "BreadcrumbList"]
    assert json.loads(blocks[0])["headline"] == "The road north is open again"
