"""For search engines: the sitemap in parts, the news sitemap, and robots.txt.

Not Django's sitemaps, which count all rows and skip those of earlier pages with each request. A part here is a range
of primary keys: its cost does not depend on the number of posts, and it keeps its posts.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from .. import timeline
from ..delivery.http import FixedVersion, respond
from ..rendering.linked_data import FIRST_WORDS
from ..rendering.release import release
from ..rendering.urls import absolute
from ..text import richtext, times
from ..timeline import listings
from ..timeline.listings import Entry, Part

XML = "application/xml; charset=utf-8"
#: The news sitemap's limits, as its specification has them.
NEWS_DAYS = 2
MAX_NEWS = 1000
#: Beyond this, primary keys would exceed what the database can compare.
LAST_PART = 10**12

_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


class Kind(NamedTuple):
    """One kind of pages: its parts, the entries of a part, and the name of its URL pattern."""

    parts: Callable[[], list[Part]]
    entries: Callable[[int], Iterator[Entry]]
    name: str


KINDS = {
    "blogs": Kind(listings.blog_parts, listings.blogs, "liveblogs:blog"),
    "posts": Kind(listings.post_parts, listings.posts, "liveblogs:post"),
    "bylines": Kind(listings.byline_parts, listings.bylines, "liveblogs:byline"),
}


# The sitemap
# -----------


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The index of the sitemap's parts. Three queries, one of which reads every post's primary key."""
    return respond(
        request,
        timeline.front_state,
        lambda _state: _document("sitemapindex", _SITEMAP, _index()),
        key=lambda state: f"sitemap.{state.key}",
        tags=["sitemap"],
        content_type=XML,
    )


def _index() -> Iterator[str]:
    for kind, (parts, _, _) in KINDS.items():
        for part in parts():
            path = reverse("liveblogs:sitemap_part", args=[kind, part.number])
            yield f"<sitemap>{_location(path, part.changed_at)}</sitemap>"


@require_safe
def part(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """One part of the sitemap: at most ``listings.PART_SIZE`` pages. One query and the front page's."""
    if kind not in KINDS or number > LAST_PART:
        raise Http404
    return respond(
        request,
        partial(_part, KINDS[kind], number),
        lambda part: part.key,
        key=lambda part: f"sitemap.{part.key}",
        tags=["sitemap"],
        content_type=XML,
    )


def _part(kind: Kind, number: int) -> FixedVersion | None:
    """A part's text is its own key: most parts stay the same for years while the site changes."""
    timeline.front_state()  # publishes what is due
    lines = list(_pages(kind, number))
    return FixedVersion(_document("urlset", _SITEMAP, lines)) if lines else None


def _pages(kind: Kind, number: int) -> Iterator[str]:
    for arguments, changed_at in kind.entries(number):
        yield f"<url>{_location(reverse(kind.name, args=arguments), changed_at)}</url>"


# News
# ----


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """Blogs and posts of the last two days. Two queries, and two to render it."""
    return respond(
        request,
        _news_version,
        lambda _version: _news_document(),
        key=lambda version: f"news.{version.key}",
        tags=["news-sitemap"],
        content_type=XML,
    )


def _news_version() -> FixedVersion:
    state = timeline.front_state()
    return FixedVersion(f"{state.key}.{_news_since().isoformat()}", state.next_due)


def _news_since() -> datetime:
    """To the minute, so that the document does not change with each second."""
    return timezone.now().replace(second=0, microsecond=0) - timedelta(days=NEWS_DAYS)


def _news_document() -> str:
    pages = listings.published_since(_news_since(), MAX_NEWS)
    return _document("urlset", f"{_SITEMAP} {_NEWS}", map(_news, pages))


def _news(page: listings.NewPage) -> str:
    path = (
        reverse("liveblogs:post", args=[page.slug, page.public_id])
        if page.public_id
        else reverse("liveblogs:blog", args=[page.slug])
    )
    title = page.title or richtext.excerpt(page.body, FIRST_WORDS) or page.blog_title
    return (
        f"<url>{_location(path)}<news:news><news:publication>"
        f"<news:name>{escape(settings.SITE_NAME)}</news:name><news:language>{_language()}</news:language>"
        "</news:publication>"
        f"<news:publication_date>{times.iso(page.at, ZoneInfo(page.time_zone))}</news:publication_date>"
        f"<news:title>{escape(title)}</news:title></news:news></url>"
    )


def _language() -> str:
    """The ISO 639 code, except for Chinese, which news sitemaps write with a region."""
    language = get_language() or settings.LANGUAGE_CODE
    if language.startswith("zh"):
        return "zh-tw" if language in {"zh-hant", "zh-tw", "zh-hk"} else "zh-cn"
    return language.partition("-")[0]


# Robots
# ------


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Crawlers may read everything except the admin. Says where the sitemaps are."""
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('admin:index')}",
        "Allow: /",
        "",
        f"Sitemap: {absolute(reverse('liveblogs:sitemap'))}",
        f"Sitemap: {absolute(reverse('liveblogs:news_sitemap'))}",
        "",
    ]
    return respond(
        request,
        lambda: FixedVersion(release()),
        lambda _version: "\n".join(lines),
        key=lambda version: f"robots.{version.key}",
        tags=["robots"],
        content_type="text/plain; charset=utf-8",
    )


# XML
# ---


def _document(root: str, namespaces: str, lines: Iterable[str]) -> str:
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f"<{root} {namespaces}>", *lines, f"</{root}>", ""])


def _location(path: str, changed_at: datetime | None = None) -> str:
    changed = f"<lastmod>{times.iso(changed_at, ZoneInfo('UTC'))}</lastmod>" if changed_at else ""
    return f"<loc>{escape(absolute(path))}</loc>{changed}"
