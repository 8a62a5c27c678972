"""Whether an archive is here already."""

import hashlib
from dataclasses import replace

from ..models import Blog
from .exporting import stored, story_of
from .story import Picture, Story
from .writing import as_text


def fingerprint(told: Story) -> str:
    """The same for the same content, however its file is laid out and wherever its pictures lie."""
    return hashlib.sha256(as_text(told, lambda picture: picture.sha256).encode()).hexdigest()


def is_same(told: Story, blog: Blog) -> bool:
    """Whether the archive says what this blog shows, as an export of it does. Reads the whole blog."""
    here = story_of(blog)
    expected = replace(
        told, slug=here.slug, status=told.status or here.status, time_zone=told.time_zone or here.time_zone
    )
    if _without_files(expected) != _without_files(here):
        return False
    pairs = zip(expected.pictures(), here.pictures(), strict=True)
    return all(one.sha256 == other.sha256 or one.sha256 == _content(other) for one, other in pairs)


def _content(picture: Picture) -> str:
    return hashlib.sha256(stored(picture.path)).hexdigest()


def _without_files(story: Story) -> Story:
    entries = (replace(entry, pictures=tuple(map(_bare, entry.pictures))) for entry in story.entries)
    return replace(story, cover=_bare(story.cover) if story.cover else None, entries=tuple(entries))


def _bare(picture: Picture) -> Picture:
    return replace(picture, path="", sha256="")
