"""Atom feeds: the latest posts of the site and of each blog. ``docs/discovery.md`` says what an entry holds.

Texts need no cleaning here: fields remove the characters that XML does not allow when they are saved.
"""

import mimetypes
import re
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from .. import timeline
from ..delivery.http import respond
from ..models import Blog, Post
from ..rendering.linked_data import shown_headline
from ..rendering.urls import absolute, home, logo, publisher_name
from ..text import richtext
from ..timeline import listings

#: Entries of a feed. Feed readers fetch it every few minutes, so it must stay small.
MAX_ENTRIES = 50

_LOCAL_LINK = re.compile(r'(<a href=")(?=/)')


@require_safe
def site_feed(request: HttpRequest) -> HttpResponse:
    """The latest posts of all blogs. Two queries, and six to render it."""
    return respond(
        request,
        timeline.front_state,
        lambda _state: _render(None),
        key=lambda state: f"feed.{state.key}",
        tags=["home"],
        content_type=Atom1Feed.content_type,
    )


@require_safe
def blog_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The latest posts of a blog. One query, and five to render it."""
    return respond(
        request,
        partial(timeline.snapshot, slug),
        lambda snapshot: _render(snapshot.blog),
        key=lambda snapshot: f"feed.{snapshot.key}",
        tags=[f"blog-{slug}"],
        content_type=Atom1Feed.content_type,
    )


class PostFeed(Atom1Feed):
    """Atom with a logo, several authors of an entry, labeled categories, ``media:content``, and content as HTML."""

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:media": "http://search.yahoo.com/mrss/"}

    def latest_post_date(self) -> datetime:
        return self.feed["updated"]

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("logo", logo())

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        post: Post = item["post"]
        for credit in post.credits.all():  # an entry without authors is by the feed's author
            handler.startElement("author", {})  # type: ignore[arg-type]  # Django takes a dictionary
            handler.addQuickElement("name", credit.byline.name)
            handler.addQuickElement("uri", absolute(credit.byline.get_absolute_url()))
            handler.endElement("author")
        if self.feed["is_of_site"]:
            handler.addQuickElement("category", "", {"term": post.blog.slug, "label": post.blog.title})
        for image in (row.image for row in post.images.all()):
            url, kind = absolute(image.file.url), mimetypes.guess_type(str(image.file))[0] or "image/jpeg"
            handler.addQuickElement("link", "", {"rel": "enclosure", "type": kind, "href": url})
            size = {"width": str(image.width), "height": str(image.height)}
            handler.addQuickElement("media:content", "", {"url": url, "type": kind, "medium": "image", **size})
        # Links and pictures need absolute URLs.
        body = _LOCAL_LINK.sub(rf"\g<1>{settings.SITE_URL}", post.body)
        content = get_template("liveblogs/feed_entry.html").render({"post": post, "body": body})
        handler.addQuickElement("content", content.strip(), {"type": "html"})


def _render(blog: Blog | None) -> str:
    """The feed of this blog, or of the site."""
    page = absolute(blog.get_absolute_url()) if blog else home()
    updated = (blog.updated_at or blog.published_at) if blog else listings.updated_at()
    feed = PostFeed(
        title=blog.title if blog else settings.SITE_NAME,
        link=page,
        description=None,
        subtitle=_summary(blog) if blog else gettext("The latest posts of all live coverage"),
        feed_guid=_tag_uri(blog) if blog else page,
        feed_url=f"{page}feed/",
        language=get_language() or settings.LANGUAGE_CODE,
        author_name=publisher_name(),
        author_link=home(),
        updated=updated or datetime(1970, 1, 1, tzinfo=UTC),
        is_of_site=blog is None,
    )
    for post in listings.latest_posts(MAX_ENTRIES, blog):
        feed.add_item(
            title=shown_headline(post),
            link=absolute(post.get_absolute_url()),
            description=None,  # type: ignore[arg-type]  # Atom does not need one
            unique_id=_tag_uri(post),
            pubdate=post.published_at,
            updateddate=post.updated_at or post.published_at,
            post=post,
        )
    return feed.writeString("utf-8")


def _summary(blog: Blog) -> str | None:
    return richtext.plain_line(richtext.to_plain(blog.summary)) or None


def _tag_uri(item: Blog | Post) -> str:
    """An id (RFC 4151) of what never changes: the host, the day of creation, and the path."""
    day = item.created_at.astimezone(UTC).date().isoformat()
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{day}:{item.get_absolute_url()}"
