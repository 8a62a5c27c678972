"""Reads an archive into a story. Missing values are derived where the file allows it; all faults are reported."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Blog
from ..text import times
from . import people, pictures
from .entries import Entries
from .faults import Findings, shown
from .loading import load
from .node import Node, limit
from .pictures import Folder
from .story import Entry, Picture, Story
from .writing import is_html

#: Ten times the number of posts in the longest coverage to date.
MAX_POSTS = 100_000

type Tell = Callable[[str, int, int], None]


def read(path: Path, folder: Folder, *, zone: str, tell: Tell) -> tuple[Story, Findings]:
    """The story in this file, and the notes about it.

    ``zone`` applies to times without an offset, unless the file names another. Raises ``ArchiveFaults`` when the
    archive is invalid, and ``OSError`` when the file cannot be read.
    """
    findings = Findings()
    root = _root(Node(load(path, findings), "", findings))
    story = _story(root, folder, zone, tell) if root else None
    findings.check()
    if story is None:
        raise AssertionError("no story, and no fault that says why")
    return story, findings


def _root(top: Node) -> Node | None:
    """The only ``LiveBlogPosting``: the file's content, or an item of its list or ``@graph``. Otherwise a fault."""
    candidates = top
    if isinstance(top.value, dict):
        if "LiveBlogPosting" in top.types():
            return top
        candidates = top.child("@graph")
        if not candidates:
            type_node = top.child("@type")
            type_node.fault(_("expected LiveBlogPosting, found %(found)s") % {"found": shown(type_node.value)})
            return None
    elif not isinstance(top.value, list):
        top.unexpected(_("an object of type LiveBlogPosting"))
        return None
    blogs = [node for node in candidates.few() if "LiveBlogPosting" in node.types()]
    if len(blogs) == 1:
        return blogs[0]
    candidates.fault(_("expected one object of type LiveBlogPosting, found %(count)d") % {"count": len(blogs)})
    return None


def _story(root: Node, folder: Folder, zone: str, tell: Tell) -> Story | None:
    now = timezone.now()
    time_zone = _time_zone(root.child("scheduleTimezone"))
    local = ZoneInfo(time_zone or zone)
    title = _title(root.child("headline"))
    cover = _cover(root.child("image"), folder, title)
    starts, ends = _coverage(root, local)
    opened = root.child("datePublished").moment(local, latest=now)
    changed = root.child("dateModified").moment(local, latest=now)
    entries = _entries(root.child("liveBlogUpdate"), Entries(folder, local, now, title), tell)
    opened = opened or starts or (entries[-1].published_at if entries else None)
    if opened is None:
        # No second fault when the first post would have supplied the time but has faults itself.
        published_node, updates = root.child("datePublished"), root.child("liveBlogUpdate")
        if not root.findings.fault_count or (published_node.is_blank and not updates):
            published_node.fault(_("missing: a blog needs the time when it was opened"))
        return None
    return Story(
        slug=_slug(root.child("identifier")),
        title=title,
        summary=_summary(root.child("description")),
        status=_status(root.child("creativeWorkStatus")),
        time_zone=time_zone,
        published_at=opened,
        updated_at=changed or max([opened, *(entry.updated_at for entry in entries)]),
        credits=people.read_credits(root.child("author")),
        cover=cover,
        coverage_starts_at=starts,
        coverage_ends_at=ends,
        continues=_continues(root.child("isBasedOn")),
        entries=entries,
    )


# The blog, property by property
# ------------------------------


def _title(node: Node) -> str:
    title = node.line(limit(Blog, "title"))
    if not title and node.is_blank:
        node.fault(_("missing: a blog needs a title"))
    return title


def _slug(node: Node) -> str:
    """The slug in the file, or "" when it is missing or invalid."""
    value = node.value
    if not isinstance(value, str) or len(value) > limit(Blog, "slug"):
        return ""
    try:
        validate_slug(value)
    except ValidationError:
        return ""
    return value


def _summary(node: Node) -> str:
    return node.html() if isinstance(node.value, str) and is_html(node.value) else node.paragraphs()


def _status(node: Node) -> str:
    value = node.value
    return value if isinstance(value, str) and value in {Blog.Status.LIVE, Blog.Status.ENDED} else ""


def _time_zone(node: Node) -> str:
    name = node.line(limit(Blog, "time_zone"))
    if name and not times.is_zone(name):
        node.fault(_("not a time zone: %(name)s") % {"name": shown(name)})
        return ""
    return name


def _coverage(root: Node, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    node = root.child("coverageEndTime")
    starts, ends = root.child("coverageStartTime").moment(zone), node.moment(zone)
    if starts and ends and ends < starts:
        node.fault(_("before coverageStartTime: %(value)s") % {"value": shown(node.text())})
    return starts, ends


def _cover(node: Node, folder: Folder, title: str) -> Picture | None:
    found = pictures.read(node, folder, title)
    if len(found) > 1:
        node.note(_("several pictures; the first becomes the cover"))
    return found[0] if found else None


def _continues(node: Node) -> str:
    """The slug of the blog that this one continues from."""
    for earlier in node.few():
        slug = earlier.child("identifier").value
        if isinstance(earlier.value, dict) and "LiveBlogPosting" in earlier.types() and isinstance(slug, str):
            return slug
    return ""


def _entries(updates: Node, reader: Entries, tell: Tell) -> tuple[Entry, ...]:
    """The entries, newest first. Entries with the same time keep the file's order, whether it ascends or descends."""
    nodes = updates.few(MAX_POSTS)
    entries: list[Entry] = []
    for number, node in enumerate(nodes):
        tell(_("Reading posts"), number, len(nodes))
        if (entry := reader.read(node)) is not None:
            entries.append(entry)
    tell(_("Reading posts"), len(nodes), len(nodes))
    ranks = {id(entry): rank for rank, entry in enumerate(sorted(filter(_is_pinned, entries), key=_pin), start=1)}
    entries = [replace(entry, pin=ranks.get(id(entry), 0)) for entry in entries]
    if len(entries) > 1 and entries[0].published_at < entries[-1].published_at:
        entries.reverse()
    return tuple(sorted(entries, key=lambda entry: entry.published_at, reverse=True))


def _pin(entry: Entry) -> int:
    return entry.pin


def _is_pinned(entry: Entry) -> bool:
    return entry.pin > 0
