"""From an archive to a story. What is missing is filled in where that can be done honestly; all faults are told."""

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

#: Ten times as many as the longest coverage has.
MAX_POSTS = 100_000

type Tell = Callable[[str, int, int], None]


def read(path: Path, folder: Folder, *, zone: str, tell: Tell) -> tuple[Story, Findings]:
    """The story in this file, and what there is to say about it.

    ``zone`` is where clocks without an offset hang, unless the file names another. Raises ``ArchiveFaults``, and
    ``OSError`` when the file cannot be read.
    """
    findings = Findings()
    root = _root(Node(load(path, findings), "", findings))
    story = _story(root, folder, zone, tell) if root else None
    findings.check()
    if story is None:
        raise AssertionError("no story, and no fault that says why")
    return story, findings


def _root(top: Node) -> Node | None:
    """The one object that is a live blog: the file's content, or what stands in its list or ``@graph``."""
    candidates = top
    if isinstance(top.value, dict):
        if "LiveBlogPosting" in top.types():
            return top
        candidates = top.child("@graph")
        if not candidates:
            told = top.child("@type")
            told.fault(_("expected LiveBlogPosting, found %(found)s") % {"found": shown(told.value)})
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
        # Posts that are faulty themselves may be what it would have come from.
        told, updates = root.child("datePublished"), root.child("liveBlogUpdate")
        if not root.findings.fault_count or (told.is_blank and not updates):
            told.fault(_("missing: a blog needs the time when it was opened"))
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
    """The address that the file asks for, when it can be one."""
    told = node.value
    if not isinstance(told, str) or len(told) > limit(Blog, "slug"):
        return ""
    try:
        validate_slug(told)
    except ValidationError:
        return ""
    return told


def _summary(node: Node) -> str:
    return node.html() if isinstance(node.value, str) and is_html(node.value) else node.paragraphs()


def _status(node: Node) -> str:
    told = node.value
    return told if isinstance(told, str) and told in {Blog.Status.LIVE, Blog.Status.ENDED} else ""


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
    """The address of the blog whose coverage this one carries on."""
    for before in node.few():
        told = before.child("identifier").value
        if isinstance(before.value, dict) and "LiveBlogPosting" in before.types() and isinstance(told, str):
            return told
    return ""


def _entries(updates: Node, reader: Entries, tell: Tell) -> tuple[Entry, ...]:
    """Newest first. Those of the same time keep the file's order, whichever way that runs."""
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
