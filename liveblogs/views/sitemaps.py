"""What search engines are told: the sitemap in parts, what is new, and what they need not ask for.

Not Django's sitemaps: those count all rows and skip over those of earlier pages, on each page anew. A part here is a
stretch of numbers, so that it costs the same in a site of a hundred thousand posts, and the same posts stay in it.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
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
from ..delivery import http
from ..rendering.linked_data import FIRST_WORDS
from ..rendering.release import release
from ..rendering.urls import absolute
from ..text import richtext, times
from ..timeline import listings
from ..timeline.listings import Part, Row

XML = "application/xml; charset=utf-8"
#: What a news sitemap lists, as its readers ask for it: pages of the last two days, at most so many.
NEWS_DAYS = 2
NEWS_AT_MOST = 1000
#: Numbers of parts beyond this would be no number of the database's.
LAST_PART = 10**12

_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


class Kind(NamedTuple):
    """One kind of pages: where it has parts, what is in one, and the name of the address."""

    parts: Callable[[], list[Part]]
    rows: Callable[[int], Iterator[Row]]
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
    """The sitemap's parts. Three queries, one of which reads the number of every post."""
    return http.respond(
        request,
        f"sitemap.{timeline.front_key()}",
        lambda: _document("sitemapindex", _SITEMAP, _index()),
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
    """One part of the sitemap, at most ``catalogue.PART`` pages. One query, and the front page's key."""
    if kind not in KINDS or number > LAST_PART:
        raise Http404
    timeline.front_key()  # publishes what is due
    lines = list(_pages(KINDS[kind], number))
    if not lines:
        raise Http404
    return _answer_by_bytes(request, _document("urlset", _SITEMAP, lines), tags=["sitemap"])


def _pages(kind: Kind, number: int) -> Iterator[str]:
    for path, changed_at in kind.rows(number):
        yield f"<url>{_location(reverse(kind.name, args=path), changed_at)}</url>"


# What is new
# -----------


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """Blogs and posts that appeared in the last two days. Two queries, and the front page's key."""
    timeline.front_key()  # publishes what is due
    pages = listings.opened_since(timezone.now() - timedelta(days=NEWS_DAYS), NEWS_AT_MOST)
    return _answer_by_bytes(
        request, _document("urlset", f"{_SITEMAP} {_NEWS}", map(_news, pages)), tags=["news-sitemap"]
    )


def _news(page: listings.Opened) -> str:
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
    """ISO 639, but for Chinese, as news sitemaps want it."""
    language = get_language() or settings.LANGUAGE_CODE
    if language.startswith("zh"):
        return "zh-tw" if language in {"zh-hant", "zh-tw", "zh-hk"} else "zh-cn"
    return language.partition("-")[0]


# What crawlers need not ask for
# ------------------------------


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything but the admin, and where the sitemaps are."""
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('admin:index')}",
        "Allow: /",
        "",
        f"Sitemap: {absolute(reverse('liveblogs:sitemap'))}",
        f"Sitemap: {absolute(reverse('liveblogs:news_sitemap'))}",
        "",
    ]
    return http.respond(
        request,
        f"robots.{release()}",
        lambda: "\n".join(lines),
        tags=["robots"],
        content_type="text/plain; charset=utf-8",
    )


# How they are written
# --------------------


def _document(root: str, namespaces: str, lines: Iterable[str]) -> str:
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f"<{root} {namespaces}>", *lines, f"</{root}>", ""])


def _location(path: str, changed_at: datetime | None = None) -> str:
    changed = f"<lastmod>{times.iso(changed_at, ZoneInfo('UTC'))}</lastmod>" if changed_at else ""
    return f"<loc>{escape(absolute(path))}</loc>{changed}"


def _answer_by_bytes(request: HttpRequest, text: str, *, tags: list[str]) -> HttpResponse:
    """The bytes are their own key: most parts stay the same for years while the site goes on changing."""
    return http.respond(request, f"sitemap.{text}", lambda: text, tags=tags, content_type=XML)
