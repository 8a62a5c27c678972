"""Exports the public content of a blog from the database to an archive."""

import hashlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from .. import publishing
from ..models import Blog, BlogCredit, Image, Post, PostCredit
from .reporting import ArchiveRefused, Report, no_report, reported
from .story import Credit, Entry, Picture, Story
from .writing import as_text

#: The folder of pictures next to the file. It has a subfolder for each blog.
PICTURES = "images"
#: Posts read per query.
CHUNK_SIZE = 500
#: How often a blog that changes while it is read is read again, before it is locked.
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Exported:
    """The text of the file, and the number of posts and pictures in it."""

    text: str
    posts: int
    pictures: int


def export_file(slug: str, output: Path, *, report: Report = no_report) -> Exported:
    """Write the blog to ``output`` and its pictures next to it. An existing file is replaced last, in one step.

    Raises ``ArchiveRefused``, and ``OSError`` when a file cannot be written.
    """
    if not output.parent.is_dir():
        raise ArchiveRefused(_("There is no folder “%(folder)s” to write to.") % {"folder": output.parent})
    story = _visible(slug, report)
    names = _names(story)
    for path, name in reported(names.items(), len(names), _("Copying pictures"), report):
        _write(output.parent / name, _stored(path))
    text = as_text(story, lambda picture: names[picture.path])
    _write(output, text.encode())
    return Exported(text, len(story.entries), len(names))


def export_text(slug: str, *, report: Report = no_report) -> Exported:
    """Return the archive without writing files. Pictures are referenced by URL. Raises ``ArchiveRefused``."""
    story = _visible(slug, report)
    return Exported(as_text(story, _address), len(story.entries), len(_names(story)))


def is_same(story: Story, blog: Blog) -> bool:
    """Whether the story has the same content as an export of this blog. Reads the whole blog."""
    current = story_of(blog)
    expected = replace(
        story, slug=current.slug, status=story.status or current.status, time_zone=story.time_zone or current.time_zone
    )
    return expected == current and all(
        one.sha256 == other.sha256 or one.sha256 == hashlib.sha256(_stored(other.path)).hexdigest()
        for one, other in zip(expected.pictures(), current.pictures(), strict=True)
    )


# From the database
# -----------------


def story_of(blog: Blog, report: Report = no_report) -> Story:
    """The public content of this blog, published or not. A few queries for every 500 posts.

    A picture's ``path`` is its name in the storage; its ``sha256`` is the checksum of the uploaded file.
    """
    posts = Post.objects.published().filter(blog=blog).newest_first()
    pinned = posts.filter(pinned_at__isnull=False).order_by("-pinned_at", "-pk").values_list("pk", flat=True)
    ranks = {pk: rank for rank, pk in enumerate(pinned, start=1)}
    rows = posts.prefetch_related("credits__byline", "images__image").iterator(chunk_size=CHUNK_SIZE)
    rows = reported(rows, posts.count(), _("Reading posts"), report)
    earlier = blog.continues
    published = blog.published_at or blog.created_at
    return Story(
        slug=blog.slug,
        title=blog.title,
        summary=blog.summary,
        status=blog.status,
        time_zone=blog.time_zone,
        published_at=published,
        updated_at=blog.updated_at or published,
        credits=tuple(_credit(row) for row in blog.credits.select_related("byline")),
        cover=_picture(blog.cover, blog.cover.caption) if blog.cover else None,
        coverage_starts_at=blog.coverage_starts_at,
        coverage_ends_at=blog.coverage_ends_at,
        continues=earlier.slug if earlier and earlier.is_visible else "",
        entries=tuple(_entry(post, ranks.get(post.pk, 0)) for post in rows),
    )


def _visible(slug: str, report: Report) -> Story:
    """The story of a blog at a single revision. Raises ``ArchiveRefused``.

    Read without a lock, and again when something changed meanwhile; under one only if it changes each time.
    """
    publishing.publish_due(blog=_find(slug))
    for _attempt in range(ATTEMPTS):
        blog = _find(slug)
        story = story_of(blog, report)
        if Blog.objects.filter(pk=blog.pk, revision=blog.revision, revised_at=blog.revised_at).exists():
            return story
    with transaction.atomic():
        return story_of(Blog.objects.select_for_update(no_key=True).get(pk=_find(slug).pk), report)


def _find(slug: str) -> Blog:
    blog = Blog.objects.filter(slug=slug).first()
    if blog is None:
        raise ArchiveRefused(_("There is no blog with the address “%(slug)s”.") % {"slug": slug})
    if not blog.is_visible:
        raise ArchiveRefused(
            _("Readers cannot see “%(slug)s”: it is a draft, so there is nothing to export.") % {"slug": slug}
        )
    return blog


def _entry(post: Post, pin: int) -> Entry:
    published = post.published_at or post.created_at
    return Entry(
        identifier=post.public_id,
        headline=post.headline,
        body=post.body,
        label=post.label,
        published_at=published,
        updated_at=post.updated_at or published,
        credits=tuple(_credit(row, row.place) for row in post.credits.all()),
        pictures=tuple(_picture(row.image, row.shown_caption) for row in post.images.all()),
        is_key_event=post.is_key_event,
        pin=pin,
        correction=post.correction,
        corrected_at=post.corrected_at if post.correction else None,
    )


def _credit(row: BlogCredit | PostCredit, place: str = "") -> Credit:
    return Credit(row.byline.name, row.byline.organisation, row.byline.kind, place)


def _picture(image: Image, caption: str) -> Picture:
    return Picture(
        path=image.file.name or "",
        sha256=image.checksum,
        width=image.width,
        height=image.height,
        alt=image.alt,
        caption=caption,
        credit=image.credit,
        focal=(image.focal_x, image.focal_y),
    )


# Pictures and files
# ------------------


def _stored(path: str) -> bytes:
    """The content of a stored picture. Raises ``ArchiveRefused`` when it cannot be read."""
    try:
        with default_storage.open(path) as file:
            return file.read()
    except OSError as error:
        raise ArchiveRefused(
            _("The picture %(path)s cannot be read: %(error)s") % {"path": path, "error": error}
        ) from error


def _names(story: Story) -> dict[str, str]:
    """A relative path for every picture, named after the oldest post that shows it.

    The names therefore stay the same when posts are added, and when the archive is imported and exported again.
    """
    folder = f"{PICTURES}/{story.slug}"
    names: dict[str, str] = {}
    numbers: Counter[str] = Counter()
    for entry in reversed(story.entries):
        owner = entry.identifier.lower()  # some file systems ignore case and would merge two names
        for path in (picture.path for picture in entry.pictures):
            if path not in names:
                numbers[owner] += 1
                names[path] = f"{folder}/{owner}-{numbers[owner]}{Path(path).suffix}"
    if story.cover:
        names.setdefault(story.cover.path, f"{folder}/cover{Path(story.cover.path).suffix}")
    return names


def _write(target: Path, data: bytes) -> None:
    """Write the file atomically. A file that already has this content is not touched."""
    if target.is_file() and target.read_bytes() == data:
        return
    part = target.with_name(f".{target.name}.part")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def _address(picture: Picture) -> str:
    url = default_storage.url(picture.path)
    return url if "://" in url else f"{settings.SITE_URL}{url}"
