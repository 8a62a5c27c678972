"""Detects whether an archive has been imported before."""

import hashlib
from dataclasses import replace

from ..models import Blog
from .exporting import stored, story_of
from .story import Picture, Story
from .writing import as_text


def fingerprint(story: Story) -> str:
    """SHA-256 of the story's content. It does not depend on the file's layout or on where the pictures are stored."""
    return hashlib.sha256(as_text(story, lambda picture: picture.sha256).encode()).hexdigest()


def is_same(story: Story, blog: Blog) -> bool:
    """Whether the story has the same content as an export of this blog. Reads the whole blog."""
    current = story_of(blog)
    expected = replace(
        story, slug=current.slug, status=story.status or current.status, time_zone=story.time_zone or current.time_zone
    )
    if _without_files(expected) != _without_files(current):
        return False
    pairs = zip(expected.pictures(), current.pictures(), strict=True)
    return all(one.sha256 == other.sha256 or one.sha256 == _content(other) for one, other in pairs)


def _content(picture: Picture) -> str:
    return hashlib.sha256(stored(picture.path)).hexdigest()


def _without_files(story: Story) -> Story:
    entries = (replace(entry, pictures=tuple(map(_bare, entry.pictures))) for entry in story.entries)
    return replace(story, cover=_bare(story.cover) if story.cover else None, entries=tuple(entries))


def _bare(picture: Picture) -> Picture:
    return replace(picture, path="", sha256="")
