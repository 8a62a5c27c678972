"""What several lists and forms show: small pictures, states, where something is used."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ..models import Image, Post
from ..permissions import AnyUser
from ..pictures import markup
from ..text import times

#: Characters of a search: each of its words makes the query longer, and databases limit queries.
MOST_SEARCHED = 200


class BoundedSearch:
    """For an admin before its base: refuses a search that is too long for a database, and keeps it in its field."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> Any:
        if len(search_term) <= MOST_SEARCHED:
            return super().get_search_results(request, queryset, search_term)  # type: ignore[misc]
        if not request.path.endswith("/autocomplete/"):
            message = gettext("Search for up to %(most)d characters.") % {"most": MOST_SEARCHED}
            messages.error(request, message)
        return queryset.none(), False


def without_links(field: Any) -> Any:
    """A chooser alone, where Django would put signs beside it to add, edit and look at what is chosen."""
    if isinstance(field.widget, RelatedFieldWidgetWrapper):
        field.widget = field.widget.widget
    return field


def change_url(row: Model) -> str:
    """The address of a row's form."""
    return reverse(admin_urlname(row._meta, SafeString("change")), args=[row.pk])


def count_posts(number: int) -> str:
    return ngettext("%(count)d post", "%(count)d posts", number) % {"count": number}


def placed_at(post: Post) -> datetime:
    """The time at which a post stands in lists of all states."""
    return post.published_at or post.publish_at or post.created_at


def post_time(post: Post) -> str:
    return times.post_time(placed_at(post), post.blog.zone)


def state_badge(state: str, label: str) -> SafeString:
    return format_html('<span class="state-badge is-{}">{}</span>', state, label)


@dataclass(frozen=True)
class UsedIn:
    """A read-only field: where a row is used, as far as this user may know."""

    user: AnyUser
    describe: Callable[[Any, AnyUser], SafeString | str]

    short_description = _("used in")
    __name__ = "used_in"

    def __call__(self, row: Any) -> SafeString | str:
        return self.describe(row, self.user)


def links_and_rest(links: list[tuple[str, Any]], further: int) -> SafeString | str:
    """Links to where a row stands, and the number of ``further`` places, whose names are not for this reader."""
    if not links and not further:
        return gettext("Not used yet")
    rest = ngettext("%(count)d more place", "%(count)d more places", further) % {"count": further} if further else ""
    return format_html(
        "<ul>{}{}</ul>",
        format_html_join("", '<li><a href="{}">{}</a></li>', links),
        format_html("<li>{}</li>", rest) if rest else "",
    )


def thumbnail(image: Image | None) -> SafeString | str:
    """A small picture for a list, with its alt text."""
    if image is None or not image.file:
        return ""
    shown = markup.shown(image, "square")
    return format_html(
        '<img class="thumbnail" src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        shown.large,
        image.alt,
        shown.width,
        shown.height,
    )


def preview(image: Image | None, css_class: str) -> SafeString:
    """A picture beside the field that chooses it, hidden while none is chosen."""
    source = markup.shown(image).src if image is not None and image.file else ""
    hidden = "" if source else mark_safe(" hidden")
    return format_html('<img class="{}" src="{}" alt=""{}>', css_class, source, hidden)
