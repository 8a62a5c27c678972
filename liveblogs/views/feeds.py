"""Atom feeds: the latest posts of the site and of each blog, for feed readers and other newsrooms.

An entry's id is a tag (RFC 4151) of the host, the day on which the post was made, and its permalink's path: none of
these ever changes, whatever an editor changes on the post. ``docs/discovery.md`` tells what an entry holds.
"""

import mimetypes
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from .. import timeline
from ..delivery.http import cached_response
from ..models import Post
from ..rendering import linked_data
from ..rendering.urls import absolute, home, logo, publisher_name
from ..text import richtext, times
from ..timeline import BlogSnapshot, listings

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
#: Entries of a feed: what feed readers fetch every few minutes must stay small.
ENTRIES = 50

_ATOM = "http://www.w3.org/2005/Atom"
_MEDIA = "http://search.yahoo.com/mrss/"
#: When nothing has been published yet.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
#: Characters that no XML document may hold, in whatever form.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOCAL_LINK = re.compile(r'(<a href=")(?=/)')


# What is answered
# ----------------


@require_safe
def site_feed(request: HttpRequest) -> HttpResponse:
    """The latest posts of all blogs. Two queries while nothing changed, else eight."""
    return cached_response(request, f"feed.{timeline.front_key()}", _site, tags=["home"], content_type=CONTENT_TYPE)


@require_safe
def blog_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The latest posts of a blog. One query while nothing changed, else six."""
    snapshot = timeline.snapshot(slug)
    if snapshot is None:
        raise Http404
    return cached_response(
        request, f"feed.{snapshot.key}", lambda: _blog(snapshot), tags=[f"blog-{slug}"], content_type=CONTENT_TYPE
    )


def _site() -> str:
    feed = _feed(
        home(),
        title=settings.SITE_NAME,
        subtitle=gettext("The latest posts of all live coverage"),
        page=home(),
        address=absolute(reverse("liveblogs:feed")),
        updated=listings.updated_at() or _NEVER,
    )
    return _written(feed, listings.latest_posts(ENTRIES), name_blogs=True)


def _blog(snapshot: BlogSnapshot) -> str:
    blog = snapshot.blog
    feed = _feed(
        _tag(blog.created_at, blog.get_absolute_url()),
        title=blog.title,
        subtitle=richtext.plain_line(richtext.to_plain(blog.summary)),
        page=absolute(blog.get_absolute_url()),
        address=absolute(reverse("liveblogs:blog_feed", args=[blog.slug])),
        updated=blog.updated_at or blog.published_at or _NEVER,
    )
    return _written(feed, listings.latest_posts(ENTRIES, blog), name_blogs=False)


# How it is written
# -----------------


def _feed(identity: str, *, title: str, subtitle: str, page: str, address: str, updated: datetime) -> ET.Element:
    language = get_language() or settings.LANGUAGE_CODE
    feed = ET.Element("feed", {"xmlns": _ATOM, "xmlns:media": _MEDIA, "xml:lang": language})
    _add(feed, "id", identity)
    _add(feed, "title", title)
    if subtitle:
        _add(feed, "subtitle", subtitle)
    _add(feed, "updated", times.iso(updated, ZoneInfo("UTC")))
    _add(feed, "link", rel="self", type="application/atom+xml", href=address)
    _add(feed, "link", rel="alternate", type="text/html", href=page)
    _add(feed, "logo", logo())
    publisher = _add(feed, "author")
    _add(publisher, "name", publisher_name())
    _add(publisher, "uri", home())
    return feed


def _written(feed: ET.Element, posts: Iterable[Post], *, name_blogs: bool) -> str:
    for post in posts:
        _add_entry(feed, post, name_blog=name_blogs)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(feed, encoding="unicode")}\n'


def _add_entry(feed: ET.Element, post: Post, *, name_blog: bool) -> None:
    """No query when the post comes from ``catalogue.latest_posts``."""
    entry = _add(feed, "entry")
    _add(entry, "id", _tag(post.created_at, post.get_absolute_url()))
    _add(entry, "title", linked_data.shown_headline(post))
    _add(entry, "published", times.iso(post.published_at or post.created_at, post.blog.zone))
    _add(entry, "updated", times.iso(_updated(post), post.blog.zone))
    _add(entry, "link", rel="alternate", type="text/html", href=absolute(post.get_absolute_url()))
    # Without a credit of its own, an entry is by the feed's author, the publisher.
    for credit in post.credits.all():
        author = _add(entry, "author")
        _add(author, "name", credit.byline.name)
        _add(author, "uri", absolute(credit.byline.get_absolute_url()))
    if name_blog:
        _add(entry, "category", term=post.blog.slug, label=post.blog.title)
    for row in post.images.all():
        _add_picture(entry, linked_data.picture(row.image))
    _add(entry, "content", _html(post), type="html")


def _add_picture(entry: ET.Element, picture: linked_data.Node) -> None:
    kind = mimetypes.guess_type(urlsplit(picture["url"]).path)[0] or "image/jpeg"
    _add(entry, "link", rel="enclosure", type=kind, href=picture["url"])
    size = {name: str(picture[name]) for name in ("width", "height") if name in picture}
    # Its alt text and credit stand in the content: some readers take a media:description for the entry's own.
    _add(entry, "media:content", url=picture["url"], type=kind, medium="image", **size)


def _html(post: Post) -> str:
    """What readers see of a post below its credits; its links and pictures by their whole addresses."""
    body = _LOCAL_LINK.sub(rf"\g<1>{settings.SITE_URL}", post.body)
    return get_template("liveblogs/feed_entry.html").render({"post": post, "body": body}).strip()


def _updated(post: Post) -> datetime:
    """The last change that was not marked minor: just what Atom asks for."""
    return post.updated_at or post.published_at or post.created_at


def _tag(made: datetime, path: str) -> str:
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{made.astimezone(UTC).date().isoformat()}:{path}"


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    clean = {key: _NOT_XML.sub("", value) for key, value in attributes.items()}
    child = ET.SubElement(parent, name, clean)
    if text:
        child.text = _NOT_XML.sub("", text)
    return child
