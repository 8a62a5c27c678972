"""Template tags and filters for times, credits and texts. No queries."""

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from ..models import BlogCredit, Post
from ..rendering import linked_data
from ..rendering.urls import absolute
from ..text import credits, richtext, times

register = template.Library()


@register.simple_tag
def when(at: datetime, zone: ZoneInfo) -> SafeString:
    """The time and the day: "6:14 a.m. ET, March 22, 2023"."""
    return format_html('<time datetime="{}">{}</time>', times.iso(at, zone), times.post_time(at, zone))


@register.simple_tag
def when_in_parts(at: datetime, zone: ZoneInfo, first: datetime | None = None) -> SafeString:
    """Like ``when``, with the clock in ``<b>``, the day in ``<i>`` and the text between them in ``<span>``.

    The style sheet can then stack them, or hide the day beside a relative time. An earlier ``first`` publication is in
    the title, and in an attribute for ``zone.js``.
    """
    parts = {
        "{clock}": format_html("<b>{}</b>", times.clock(at, zone)),
        "{day}": format_html("<i>{}</i>", times.day(at, zone)),
    }
    form = re.split(r"(\{clock\}|\{day\})", pgettext("time and date", "{clock}, {day}"))
    return format_html(
        '<time datetime="{}"{}>{}</time>',
        times.iso(at, zone),
        _first_published(first, zone) if first else "",
        format_html_join(
            "", "{}", ((parts.get(part) or format_html("<span>{}</span>", part),) for part in form if part)
        ),
    )


@register.simple_tag
def post_time(post: Post, zone: ZoneInfo) -> SafeString:
    """The time of a post's last change, with the first publication in the title if that was earlier."""
    shown = post.updated_at or post.published_at or post.publish_at or post.created_at
    first = post.published_at
    if first is not None and first.replace(microsecond=0) == shown.replace(microsecond=0):
        first = None
    return when_in_parts(shown, zone, first)


def _first_published(at: datetime, zone: ZoneInfo) -> SafeString:
    title = gettext("First published %(time)s") % {"time": times.post_time(at, zone)}
    return format_html(' title="{}" data-first="{}"', title, times.iso(at, zone))


@register.simple_tag
def forms_of_times() -> dict[str, str]:
    """The formats of times in the active language, for ``zone.js``."""
    return {
        "moment": pgettext("time and date", "{clock}, {day}"),
        "clock": pgettext("time and zone", "{time} {zone}"),
        "first": gettext("First published %(time)s") % {"time": "{}"},
    }


@register.simple_tag
def zone_name(zone: ZoneInfo, at: datetime | None) -> str:
    """A zone's short name as times show it: the generic one, or the one in use at that time."""
    return times.zone_name(zone, at) if at else ""


@register.simple_tag
def clock(at: datetime, zone: ZoneInfo) -> SafeString:
    """The time without the day, with both in ``datetime``."""
    return format_html('<time datetime="{}">{}</time>', times.iso(at, zone), times.clock(at, zone))


@register.filter
def day(at: datetime, zone: ZoneInfo) -> str:
    """The day without the time."""
    return times.day(at, zone)


@register.simple_tag
def post_credits(post: Post) -> SafeString:
    """A post's credit line with linked names. Empty without credits."""
    return _linked(credits.post_line([credit.as_credit() for credit in post.credits.all()], post.label))


@register.simple_tag
def blog_credits(blog_credits: Iterable[BlogCredit]) -> SafeString:
    """A blog's line of bylines with linked names. Empty without bylines."""
    return _linked(credits.blog_line([credit.as_credit() for credit in blog_credits]))


@register.filter
def excerpt(html: str, length: int = 200) -> str:
    """The beginning of a rich text as one line of plain text."""
    return richtext.excerpt(html, length)


@register.filter
def shown_headline(post: Post) -> str:
    """What stands for a post in a list. No query for a post that was given to ``linked_data.prefetch_names``."""
    return linked_data.shown_headline(post)


@register.filter
def order_key(post: Post) -> str:
    """The key by which posts are sorted. Empty for a post that was never published."""
    return times.order_key(post.published_at, post.pk) if post.published_at else ""


@register.filter
def pin_key(post: Post) -> str:
    """The key by which pinned posts are sorted."""
    return times.order_key(post.pinned_at, post.pk) if post.pinned_at else ""


@register.filter
def microseconds(at: datetime) -> int:
    """Microseconds since 1970, as an exact number."""
    return times.microseconds(at)


@register.simple_tag
def new_posts_forms() -> list[tuple[str, str]]:
    """The text "{} new posts" for each plural category of the language ("one", "other" …)."""
    return [
        (category, ngettext("%(number)s new post", "%(number)s new posts", count) % {"number": "{}"})
        for category, count in times.plurals().items()
    ]


@register.simple_tag
def site_name() -> str:
    return settings.SITE_NAME


@register.simple_tag
def site_url(path: str = "") -> str:
    """The absolute URL of a path on this site. An absolute URL is returned as it is."""
    return absolute(path)


def _linked(line: credits.Line) -> SafeString:
    return format_html_join("", "{}", ((_link(part) if part.slug else part.text,) for part in line))


def _link(part: credits.Part) -> SafeString:
    url = reverse("liveblogs:byline", args=[part.slug])
    return format_html('<a href="{}" rel="author" dir="auto">{}</a>', url, part.text)
