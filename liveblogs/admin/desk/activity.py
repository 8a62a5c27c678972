"""Who did what in a blog."""

from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from ...models import Blog, Post
from ...text import times
from ..requests import StaffRequest

#: Entries on a page of the activity.
ENTRIES = 100


def activity_view(request: StaffRequest, blog: Blog, context: dict[str, Any]) -> HttpResponse:
    """Latest first: the history of the blog's posts and its own. Two queries."""
    histories = [Post.history.filter(blog_id=blog.pk), blog.history.all()]
    before = times.parse_instant(request.GET.get("before", "").replace(" ", "+"))
    if before is not None:
        histories = [history.filter(history_date__lt=before) for history in histories]
    entries: list[Any] = []
    for history in histories:
        entries += history.select_related("history_user").order_by("-history_date", "-history_id")[: ENTRIES + 1]
    entries.sort(key=lambda entry: entry.history_date, reverse=True)
    for entry in entries:
        entry.is_post = hasattr(entry, "public_id")
    return TemplateResponse(
        request,
        "admin/liveblogs/desk/activity.html",
        context
        | {
            "title": _("Activity"),
            "blog": blog,
            "entries": entries[:ENTRIES],
            "older": entries[ENTRIES - 1].history_date.isoformat() if len(entries) > ENTRIES else "",
        },
    )
