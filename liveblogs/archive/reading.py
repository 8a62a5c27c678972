"""Reads an archive into a story. Missing values are derived where the file allows it; all errors are reported."""

from dataclasses import replace
from datetime import datetime
from operator import attrgetter
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
from .loading import load
from .node import Node, limit
from .pictures import Folder
from .reporting import ArchiveErrors, Problems, Report, reported, shown
from .story import Entry, Picture, Story
from .writing import is_html

#: Ten times the number of posts in the longest coverage to date.
MAX_POSTS = 100_000


def read(path: Path, folder: Folder, *, zone: str, report: Report) -> tuple[Story, Problems]:
    """The story in this file, and the notes about it.

    ``zone`` applies to times without an offset, unless the file names another. Raises ``ArchiveErrors`` when the
    archive is invalid, and ``OSError`` when the file cannot be read.
    """
    problems = Problems()
    root = _root(Node(load(path, problems), "", problems))
    story = _story(root, folder, zone, report) if root else None
    if story is None or problems.errors:
        raise ArchiveErrors(problems)
    return story, problems


def _root(top: Node) -> Node | None:
    """The only ``LiveBlogPosting``: the file's content, or an item of its list or ``@graph``. Otherwise an error."""
    candidates = top
    if isinstance(top.value, dict):
        if "LiveBlogPosting" in top.types():
            return top
        candidates = top.child("@graph")
        if not candidates:
            type_node = top.child("@type")
            type_node.error(_("expected LiveBlogPosting, found %(found)s") % {"found": shown(type_node.value)})
            return None
    elif not isinstance(top.value, list):
        top.unexpected(_("an object of type LiveBlogPosting"))
        return None
    blogs = [node for node in candidates.items() if "LiveBlogPosting" in node.types()]
    if len(blogs) == 1:
        return blogs[0]
    candidates.error(_("expected one object of type LiveBlogPosting, found %(count)d") % {"count": len(blogs)})
    return None


def _story(root: Node, folder: Folder, zone: str, report: Report) -> Story | None:
    now = timezone.now()
    time_zone = _time_zone(root.child("scheduleTimezone"))
    local = ZoneInfo(time_zone or zone)
    title = _title(root.child("headline"))
    cover = _cover(root.child("image"), folder, title)
    starts, ends = _coverage(root, local)
    opened_node, updates = root.child("datePublished"), root.child("liveBlogUpdate")
    opened = opened_node.moment(local, latest=now)
    changed = root.child("dateModified").moment(local, latest=now)
    entries = _entries(updates, Entries(folder, local, now, title), report)
    opened = opened or starts or (entries[-1].published_at if entries else None)
    if opened is None:
        # No second error when the first post would have supplied the time but has errors itself.
        if not root.problems.errors or (opened_node.is_blank and not updates):
            opened_node.error(_("missing: a blog needs the time when it was opened"))
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
        node.error(_("missing: a blog needs a title"))
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
        node.error(_("not a time zone: %(name)s") % {"name": shown(name)})
        return ""
    return name


def _coverage(root: Node, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    node = root.child("coverageEndTime")
    starts, ends = root.child("coverageStartTime").moment(zone), node.moment(zone)
    if starts and ends and ends < starts:
        node.error(_("before coverageStartTime: %(value)s") % {"value": shown(node.text())})
    return starts, ends


def _cover(node: Node, folder: Folder, title: str) -> Picture | None:
    found = pictures.read(node, folder, title)
    if len(found) > 1:
        node.note(_("several pictures; the first becomes the cover"))
    return found[0] if found else None


def _continues(node: Node) -> str:
    """The slug of the blog that this one continues from."""
    for earlier in node.items():
        slug = earlier.child("identifier").value
        if isinstance(earlier.value, dict) and "LiveBlogPosting" in earlier.types() and isinstance(slug, str):
            return slug
    return ""


def _entries(updates: Node, reader: Entries, report: Report) -> tuple[Entry, ...]:
    """The entries, newest first. Entries with the same time keep the file's order, whether it ascends or descends."""
    nodes = updates.items(MAX_POSTS)
    found = map(reader.read, reported(nodes, len(nodes), _("Reading posts"), report))
    entries = [entry for entry in found if entry is not None]
    pinned = sorted((entry for entry in entries if entry.pin), key=attrgetter("pin"))
    ranks = {id(entry): rank for rank, entry in enumerate(pinned, start=1)}
    entries = [replace(entry, pin=ranks.get(id(entry), 0)) for entry in entries]
    if len(entries) > 1 and entries[0].published_at < entries[-1].published_at:
        entries.reverse()
    return tuple(sorted(entries, key=attrgetter("published_at"), reverse=True))
