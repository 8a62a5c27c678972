"""What readers see on a page and what machines are told on it, read back by libraries that know nothing of ours."""

import io
import re
from dataclasses import dataclass

import lxml.html
from django.core.files.base import ContentFile
from django.utils import timezone
from extruct.jsonld import JsonLdExtractor
from PIL import Image as Picture

from liveblogs import publishing
from liveblogs.models import Blog, BlogCredit, Byline, Image, Post, PostCredit, PostImage

SITE = "http://127.0.0.1:8000"


# A story with everything in it
# -----------------------------


def make_image(alt: str, colour: str = "navy", size=(64, 48), **words) -> Image:
    file = io.BytesIO()
    Picture.new("RGB", size, colour).save(file, "PNG")
    image = Image(file=ContentFile(file.getvalue(), name="picture.png"), alt=alt, **{"credit": "Ana Ruiz", **words})
    image.save()
    return image


@dataclass
class Story:
    blog: Blog
    full: Post
    plain: Post
    silent: Post
    ada: Byline
    desk: Byline
    cover: Image
    first: Image


def make_story(slug: str = "quake") -> Story:
    """A live blog with three posts: one with everything, one without a headline, one with nothing but a picture."""
    ada = Byline.objects.create(name="Ada Grant", organisation="Fairlead", job_title="Reporter")
    desk = Byline.objects.create(name="Night Desk", organisation="Fairlead", kind="desk")
    cover = make_image("A bridge", "teal", (120, 63), caption="The old bridge")
    first = make_image("A road", caption="The road north")
    blog = Blog.objects.create(
        title="Quake in the north",
        slug=slug,
        summary="<p>What is <strong>known</strong> so far &amp; what is not.</p><p>Second part.</p>",
        time_zone="America/New_York",
        cover=cover,
    )
    BlogCredit.objects.create(blog=blog, byline=ada)
    publishing.open_blog(blog)
    silent = Post.objects.create(blog=blog)
    PostImage.objects.create(post=silent, image=make_image("A closed school", "olive"))
    plain = Post.objects.create(blog=blog, body="<p>Rescue teams are on their way, the governor says.</p>")
    full = Post.objects.create(
        blog=blog,
        headline="The road north is open again",
        body='<p>Cars &amp; lorries <a href="/quake/">may pass</a>.</p><ul><li>One lane</li><li>Slowly</li></ul>',
        label="Analysis",
        is_key_event=True,
        correction="An earlier version named the wrong road.",
        corrected_at=timezone.now(),
    )
    PostCredit.objects.create(post=full, byline=ada, place="Stell Point", position=0)
    PostCredit.objects.create(post=full, byline=desk, place="Stell Point", position=1)
    PostImage.objects.create(post=full, image=first, position=0)
    second = make_image("A lorry", "maroon", credit="Ben Sol/Overland")
    PostImage.objects.create(post=full, image=second, caption="Slowly does it", position=1)
    for post in (silent, plain, full):
        publishing.publish(post)
    for row in (blog, silent, plain, full):
        row.refresh_from_db()
    return Story(blog, full, plain, silent, ada, desk, cover, first)


# What machines are told
# ----------------------


def structured_data(html: str) -> dict[str, dict]:
    """The data blocks of a page by their types, each once."""
    found = JsonLdExtractor().extract(html)
    assert all(block["@context"] == "https://schema.org" for block in found)
    by_type = {block["@type"]: block for block in found}
    assert len(by_type) == len(found)
    return by_type


def cards(html: str) -> dict[str, str | list[str]]:
    """What the page says for cards, previews and result lists. A name that stands several times has a list."""
    found: dict[str, str | list[str]] = {}
    for element in lxml.html.document_fromstring(html).xpath("//meta[@property or @name] | //link[@rel='canonical']"):
        name = element.get("property") or element.get("name") or element.get("rel")
        value = element.get("content") or element.get("href") or ""
        known = found.get(name)
        found[name] = value if known is None else [*([known] if isinstance(known, str) else known), value]
    return found


def sitemap_of_posts(client) -> str:
    """The path of the first part that lists posts: its number comes from their ids."""
    return re.search(r"/sitemap-posts-\d+\.xml", client.get("/sitemap.xml").content.decode())[0]


# What readers see
# ----------------


def text(element) -> str:
    return " ".join(element.text_content().split())


def seen(html: str) -> list[dict]:
    """The posts of a page as its articles show them, in reading order."""
    return [
        {
            "url": SITE + article.xpath(".//a[contains(@class, 'post-time')]/@href")[0],
            "headline": "".join(text(found) for found in article.xpath(".//h2")),
            "modified": article.xpath(".//a[contains(@class, 'post-time')]//time/@datetime")[0],
            "authors": [(text(found), SITE + found.get("href")) for found in article.xpath(".//a[@rel='author']")],
            "pictures": [
                (
                    SITE + figure.xpath(".//img/@src")[0],
                    figure.xpath(".//img/@alt")[0],
                    "".join(map(text, figure.xpath(".//*[@class='caption']"))),
                    "".join(map(text, figure.xpath(".//*[@class='credit']"))).strip("()"),
                )
                for figure in article.xpath(".//figure")
            ],
            "body": "".join(map(text, article.xpath(".//div[contains(@class, 'post-body')]"))),
        }
        for article in lxml.html.document_fromstring(html).xpath("//article[starts-with(@id, 'post-')]")
    ]


def as_seen(posting: dict, *, shown_headline: str) -> dict:
    """What machines are told about a post, in the form of ``seen``."""
    pictures = posting.get("image", [])
    assert all(picture["url"] == picture["contentUrl"] for picture in pictures)
    return {
        "url": posting["url"],
        "headline": posting["headline"] if shown_headline else "",
        "modified": posting["dateModified"],
        "authors": [(author["name"], author["url"]) for author in posting.get("author", [])],
        "pictures": [
            (one["url"], one.get("description", ""), one.get("caption", ""), one.get("creditText", ""))
            for one in pictures
        ],
        "body": posting.get("articleBody", ""),
    }


def assert_told_as_seen(html: str) -> None:
    """Every post of a blog's page stands in its data as readers see it, in the same order; nothing else does."""
    posts, updates = seen(html), structured_data(html)["LiveBlogPosting"]["liveBlogUpdate"]
    assert [update["@id"] for update in updates] == [post["url"] for post in posts]
    read = [as_seen(update, shown_headline=post["headline"]) for update, post in zip(updates, posts, strict=True)]
    for one in (*posts, *read):
        one["body"] = "".join(one["body"].split())  # between blocks, HTML needs no space
    assert read == posts
    assert all(update["headline"] for update in updates)
