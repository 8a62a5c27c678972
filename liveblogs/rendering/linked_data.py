"""Structured data: schema.org's JSON-LD, in data blocks of a page.

The vocabulary is that of ``docs/archive.md``, so that a page and its archive say the same. The nodes of posts and
blogs (``post_node``, ``blog_node``) are stored with their fragments as JSON, and a page's blocks are assembled from
these texts. ``docs/discovery.md`` says which page has which blocks.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ..models import Blog, BlogCredit, Byline, Image, Post, PostCredit
from ..pictures import markup
from ..text import richtext, times
from .urls import absolute, home, logo, publisher_name

#: Length of the excerpt that replaces a missing headline, in characters.
FIRST_WORDS = 80
KEY_EVENT = "key event"

#: Characters that could end the element, or a line in old JavaScript, are escaped.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}

type Node = dict[str, Any]


def as_json(node: Node) -> str:
    """The node as compact JSON that is safe inside ``<script>``."""
    return json.dumps(node, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


# Stored with fragments


def post_node(post: Post) -> Node:
    """A post as a ``BlogPosting``. No query when the post comes from ``fragments.with_content``."""
    zone = post.blog.zone
    published = post.published_at or post.created_at
    credits = list(post.credits.all())
    url = absolute(post.get_absolute_url())
    return _filled(
        {
            "@type": "BlogPosting",
            "@id": url,
            "url": url,
            "identifier": post.public_id,
            "headline": shown_headline(post),
            "articleBody": richtext.to_plain(post.body),
            "genre": post.label,
            "keywords": [KEY_EVENT] if post.is_key_event else [],
            "author": [author(credit.byline) for credit in credits],
            "locationCreated": _places(credits),
            "datePublished": times.iso(published, zone),
            "dateModified": times.iso(post.updated_at or published, zone),
            "image": [picture(row.image, row.shown_caption) for row in post.images.all()],
            "correction": _correction(post),
        }
    )


def blog_node(blog: Blog, credits: Iterable[BlogCredit]) -> Node:
    """A blog as a ``LiveBlogPosting`` without posts and publisher. No query when the cover was fetched with it."""
    url = absolute(blog.get_absolute_url())

    def iso(at: datetime | None) -> str:
        return times.iso(at, blog.zone) if at else ""

    return _filled(
        {
            "@type": "LiveBlogPosting",
            "@id": url,
            "url": url,
            "mainEntityOfPage": url,
            "identifier": blog.slug,
            "headline": blog.title,
            "description": richtext.plain_line(richtext.to_plain(blog.summary)) or blog.title,
            "inLanguage": get_language() or settings.LANGUAGE_CODE,
            "author": [author(credit.byline) for credit in credits],
            "coverageStartTime": iso(blog.coverage_starts_at or blog.published_at),
            "coverageEndTime": iso(blog.coverage_ends_at),
            "datePublished": iso(blog.published_at),
            "dateModified": iso(blog.updated_at or blog.published_at),
            "image": [picture(blog.cover, blog.cover.caption)] if blog.cover else [],
        }
    )


def shown_headline(post: Post) -> str:
    """A post's headline, else its first words, else the caption or alt text of its first picture."""
    if post.headline:
        return post.headline
    if words := richtext.excerpt(post.body, FIRST_WORDS):
        return words
    captions = (row.shown_caption or row.image.alt for row in post.images.all())
    return richtext.shortened(next(captions, ""), FIRST_WORDS)


def prefetch_names(posts: Iterable[Post]) -> None:
    """Fetch the pictures of those posts that ``shown_headline`` names after one. No query, or two."""
    nameless = [post for post in posts if not post.headline and richtext.is_empty(post.body)]
    prefetch_related_objects(nameless, "images__image")


def author(byline: Byline) -> Node:
    """A byline as an author, with the address of its page."""
    organisation = {"@type": "Organization", "name": byline.organisation} if byline.organisation else None
    person = byline.kind == Byline.Kind.PERSON
    return _filled(
        {
            "@type": "Person" if person else "Organization",
            "name": byline.name,
            "url": absolute(byline.get_absolute_url()),
            "affiliation" if person else "parentOrganization": organisation,
        }
    )


def publisher() -> Node:
    return {
        "@type": "Organization",
        "name": publisher_name(),
        "url": home(),
        "logo": {"@type": "ImageObject", "url": logo()},
    }


def picture(image: Image, caption: str = "") -> Node:
    """A picture, with its crop for sharing as the thumbnail."""
    url = absolute(image.file.url)
    shared_url, width, height = markup.shared(image)
    thumbnail = {"@type": "ImageObject", "url": absolute(shared_url), "width": width, "height": height}
    return _filled(
        {
            "@type": "ImageObject",
            "url": url,
            "contentUrl": url,
            "width": image.width,
            "height": image.height,
            "description": image.alt,
            "caption": caption,
            "creditText": image.credit,
            "thumbnail": thumbnail if shared_url != image.file.url else None,
        }
    )


def _places(credits: Sequence[PostCredit]) -> Node | list[Node] | None:
    """Where a post was written: its place, or each of its places once."""
    names = list(dict.fromkeys(credit.place for credit in credits if credit.place))
    places: list[Node] = [{"@type": "Place", "name": name} for name in names]
    return places[0] if len(places) == 1 else places


def _correction(post: Post) -> Node | None:
    if not post.correction:
        return None
    at = times.iso(post.corrected_at, post.blog.zone) if post.corrected_at else ""
    return _filled({"@type": "CorrectionComment", "text": post.correction, "datePublished": at})


def _filled(node: Node) -> Node:
    return {name: value for name, value in node.items() if value}


# On a page


def blog_blocks(blog: str, posts: Iterable[str]) -> SafeString:
    """The data blocks of a blog's page, from the stored JSON of the blog and of the posts on the page."""
    about, by = json.loads(blog), publisher()
    return _blocks(
        _live_blog(blog, posts, by),
        _document(_article(about) | {"publisher": by}),
        _document(_breadcrumbs(about)),
    )


def post_blocks(blog: str, post: str) -> SafeString:
    """The data blocks of a permalink: that post, and the live blog that it is part of.

    The post comes first: reader modes take title, date and authors from the first block.
    """
    live, about, by = json.loads(blog), json.loads(post), publisher()
    return _blocks(
        _document(_post_article(live, about) | {"publisher": by}),
        _live_blog(blog, [post], by),
        _document(_breadcrumbs(live, about)),
    )


def _live_blog(blog: str, posts: Iterable[str], by: Node) -> str:
    """``blog`` with ``posts``, joined as text: parsing and serializing them would take as long as the whole page."""
    more = f'"publisher":{as_json(by)},"liveBlogUpdate":[{",".join(posts)}]'
    return f'{{"@context":"https://schema.org",{blog[1:-1]},{more}}}'


def _article(live: Node) -> Node:
    omitted = {"@id", "coverageStartTime", "coverageEndTime"}
    return {name: value for name, value in live.items() if name not in omitted} | {"@type": "NewsArticle"}


def _post_article(live: Node, post: Node) -> Node:
    return {name: value for name, value in post.items() if name != "@id"} | {
        "@type": "NewsArticle",
        "mainEntityOfPage": post["url"],
        "isPartOf": {name: live[name] for name in ("@type", "@id", "url", "headline")},
        "inLanguage": live["inLanguage"],
    }


def _breadcrumbs(live: Node, post: Node | None = None) -> Node:
    front = {"url": home(), "headline": settings.SITE_NAME}
    steps = [front, live, *([post] if post else [])]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": step["headline"], "item": step["url"]}
            for number, step in enumerate(steps, start=1)
        ],
    }


# Other pages


def home_blocks() -> SafeString:
    """The data block of the front page: the site and its publisher."""
    site = {
        "@type": "WebSite",
        "name": settings.SITE_NAME,
        "url": home(),
        "publisher": publisher(),
    }
    return _blocks(_document(site))


def byline_blocks(byline: Byline) -> SafeString:
    """The data block of a byline's page. No query when the portrait was fetched with the byline."""
    node = author(byline) | {"jobTitle": byline.job_title, "description": byline.bio}
    if byline.kind != Byline.Kind.PERSON:
        del node["jobTitle"]
    if byline.portrait:
        node["image"] = picture(byline.portrait)
    return _blocks(_document({"@type": "ProfilePage", "url": node["url"], "mainEntity": _filled(node)}))


def _document(node: Node) -> str:
    return as_json({"@context": "https://schema.org", **node})


def _blocks(*texts: str) -> SafeString:
    blocks = (f'<script type="application/ld+json">{text}</script>' for text in texts)
    return mark_safe("\n".join(blocks))  # noqa: S308 - as_json escapes what could end the element
