"""Thin names for templates over ``times`` and ``bylines``. None of them asks the database."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from .. import bylines, richtext, times
from ..models import BlogCredit, Post, PostCredit

register = template.Library()


@register.simple_tag
def when(at: datetime, zone: ZoneInfo) -> SafeString:
    """The time and the day, in newsroom style."""
    return format_html('<time datetime="{}">{}</time>', times.iso(at, zone), times.post_time(at, zone))


@register.simple_tag
def post_time(post: Post, zone: ZoneInfo) -> SafeString:
    """What a post shows: its last change, with the first publication in the title when that was earlier."""
    shown = post.updated_at or post.published_at or post.publish_at or post.created_at
    first = post.published_at
    if first is None or first.replace(microsecond=0) == shown.replace(microsecond=0):
        return when(shown, zone)
    title = gettext("First published %(time)s") % {"time": times.post_time(first, zone)}
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', times.iso(shown, zone), title, times.post_time(shown, zone)
    )


@register.simple_tag
def clock(at: datetime, zone: ZoneInfo) -> SafeString:
    """The time alone, with the whole of it in ``datetime``."""
    return format_html('<time datetime="{}">{}</time>', times.iso(at, zone), times.clock(at, zone))


@register.simple_tag
def post_credits(post: Post) -> SafeString:
    """A post's credit line with its names linked; empty without credits."""
    return _linked(bylines.post_line([credit.as_read() for credit in _credits(post)], post.label))


@register.simple_tag
def blog_credits(credited: Iterable[BlogCredit]) -> SafeString:
    """A blog's line of bylines with its names linked; empty without."""
    return _linked(bylines.blog_line([credit.as_read() for credit in credited]))


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
    return path if "://" in path else f"{settings.SITE_URL}{path}"


def _credits(post: Post) -> list[PostCredit]:
    return list(post.credits.all())


def _linked(line: bylines.Line) -> SafeString:
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
