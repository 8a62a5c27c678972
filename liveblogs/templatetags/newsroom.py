"""Thin names for templates over ``times`` and ``bylines``. None of them asks the database."""

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

from ..models import BlogCredit, Image, Post, PostCredit
from ..rendering.urls import absolute
from ..text import credits, richtext, times

register = template.Library()


@register.simple_tag
def when(at: datetime, zone: ZoneInfo) -> SafeString:
    """The time and the day, in newsroom style."""
    return format_html('<time datetime="{}">{}</time>', times.iso(at, zone), times.post_time(at, zone))


@register.simple_tag
def when_in_parts(at: datetime, zone: ZoneInfo, first: datetime | None = None) -> SafeString:
    """As ``when``, the clock in ``<b>``, the day in ``<i>``, and what joins them in ``<span>``.

    So that the style sheet can set them below each other, or leave the day out where the page says how long ago. An
    earlier ``first`` publication is told in the title, and to ``zone.js``.
    """
    parts = {
        "{clock}": format_html("<b>{}</b>", times.clock(at, zone)),
        "{day}": format_html("<i>{}</i>", times.day(at, zone)),
    }
    form = re.split(r"(\{clock\}|\{day\})", pgettext("time and date", "{clock}, {day}"))
    return format_html(
        '<time datetime="{}"{}>{}</time>',
        times.iso(at, zone),
        _told_first(first, zone) if first else "",
        format_html_join(
            "", "{}", ((parts.get(part) or format_html("<span>{}</span>", part),) for part in form if part)
        ),
    )


@register.simple_tag
def post_time(post: Post, zone: ZoneInfo) -> SafeString:
    """What a post shows: its last change, with the first publication in the title when that was earlier."""
    shown = post.updated_at or post.published_at or post.publish_at or post.created_at
    first = post.published_at
    if first is not None and first.replace(microsecond=0) == shown.replace(microsecond=0):
        first = None
    return when_in_parts(shown, zone, first)


def _told_first(at: datetime, zone: ZoneInfo) -> SafeString:
    told = gettext("First published %(time)s") % {"time": times.post_time(at, zone)}
    return format_html(' title="{}" data-first="{}"', told, times.iso(at, zone))


@register.simple_tag
def forms_of_times() -> dict[str, str]:
    """How a page's times are put together in the active language, for ``zone.js``."""
    return {
        "moment": pgettext("time and date", "{clock}, {day}"),
        "clock": pgettext("time and zone", "{time} {zone}"),
        "first": gettext("First published %(time)s") % {"time": "{}"},
    }


@register.simple_tag
def zone_name(zone: ZoneInfo, at: datetime | None) -> str:
    """A zone's short name as it stands in times: the generic one, or the one that holds at ``at``."""
    return times.zone_name(zone, at) if at else ""


@register.simple_tag
def clock(at: datetime, zone: ZoneInfo) -> SafeString:
    """The time alone, with the whole of it in ``datetime``."""
    return format_html('<time datetime="{}">{}</time>', times.iso(at, zone), times.clock(at, zone))


@register.filter
def day(at: datetime, zone: ZoneInfo) -> str:
    """The day alone."""
    return times.day(at, zone)


@register.simple_tag
def focal_point(image: Image) -> SafeString:
    """The style attribute that keeps a picture's focal point in view where it is cropped; empty for the middle."""
    if (image.focal_x, image.focal_y) == (0.5, 0.5):
        return SafeString()
    return format_html(' style="object-position:{} {}"', f"{image.focal_x:.0%}", f"{image.focal_y:.0%}")


@register.filter
def ratio(image: Image) -> str:
    """Width by height, for style sheets whatever the language."""
    return f"{image.width / (image.height or 1):.3f}"


@register.simple_tag
def post_credits(post: Post) -> SafeString:
    """A post's credit line with its names linked; empty without credits."""
    return _linked(credits.post_line([credit.as_credit() for credit in _credits(post)], post.label))


@register.simple_tag
def blog_credits(credited: Iterable[BlogCredit]) -> SafeString:
    """A blog's line of bylines with its names linked; empty without."""
    return _linked(credits.blog_line([credit.as_credit() for credit in credited]))


@register.filter
def excerpt(html: str, length: int = 200) -> str:
    """The beginning of a rich text as one plain line."""
    return richtext.excerpt(html, length)


@register.filter
def order_key(post: Post) -> str:
    """Where a post stands among the others; empty for one that was never published."""
    return times.order_key(post.published_at, post.pk) if post.published_at else ""


@register.filter
def pin_key(post: Post) -> str:
    """Where a pinned post stands among the pinned ones."""
    return times.order_key(post.pinned_at, post.pk) if post.pinned_at else ""


@register.filter
def microseconds(at: datetime) -> int:
    """Since 1970, exactly."""
    return times.microseconds(at)


@register.simple_tag
def new_posts_forms() -> list[tuple[str, str]]:
    """How "3 new posts" reads for each of the language's plurals ("one", "other" …), with {} in the number's place."""
    return [
        (category, ngettext("%(number)s new post", "%(number)s new posts", count) % {"number": "{}"})
        for category, count in times.plurals().items()
    ]


@register.simple_tag
def site_name() -> str:
    return settings.SITE_NAME


@register.simple_tag
def site_url(path: str = "") -> str:
    """The absolute address of a path on this site; a path that is absolute already stays."""
    return absolute(path)


def _credits(post: Post) -> list[PostCredit]:
    return list(post.credits.all())


def _linked(line: credits.Line) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html(
                    '<a href="{}" rel="author">{}</a>', reverse("liveblogs:byline", args=[part.slug]), part.text
                ),
            )
            if part.slug
            else (part.text,)
            for part in line
        ),
    )
