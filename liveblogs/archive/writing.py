"""Writes a story as schema.org JSON-LD. The output is deterministic."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ..text import richtext
from . import people
from .story import CENTRE, FOCAL_POINT, KEY_EVENT, PINNED, Entry, Picture, Story

# Tags that are allowed in a summary or common in other publishers' descriptions.
_TAG = re.compile(r"</?(?:p|br|h[1-6]|ul|ol|li|blockquote|div|span|strong|em|b|i|a)[\s/>]", re.IGNORECASE)

type Named = Callable[[Picture], str]


def is_html(description: str) -> bool:
    """Whether a ``description`` is HTML. Most publishers write plain text."""
    return _TAG.search(description) is not None


def as_text(story: Story, named: Named) -> str:
    """The archive as JSON-LD. ``named`` returns the path or URL of a picture."""
    several = sum(entry.pin > 0 for entry in story.entries) > 1
    document = _filled({
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "identifier": story.slug,
        "headline": story.title,
        "description": _description(story.summary),
        "author": [people.author(credit) for credit in story.credits],
        "image": _image(story.cover, named) if story.cover else None,
        "creativeWorkStatus": story.status,
        "datePublished": _moment(story.published_at),
        "dateModified": _moment(story.updated_at),
        "coverageStartTime": _moment(story.coverage_starts_at),
        "coverageEndTime": _moment(story.coverage_ends_at),
        "scheduleTimezone": story.time_zone,
        "isBasedOn": {"@type": "LiveBlogPosting", "identifier": story.continues} if story.continues else None,
        "liveBlogUpdate": [_posting(entry, named, ranked=several) for entry in story.entries],
    })  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def fingerprint(story: Story) -> str:
    """SHA-256 of the story's content. It does not depend on the file's layout or on where the pictures are stored."""
    return hashlib.sha256(as_text(story, lambda picture: picture.sha256).encode()).hexdigest()


def _posting(entry: Entry, named: Named, *, ranked: bool) -> dict[str, Any]:
    keywords = [KEY_EVENT] * entry.is_key_event + [PINNED] * (entry.pin > 0)
    return _filled({
        "@type": "BlogPosting",
        "identifier": entry.identifier,
        "headline": entry.headline,
        "datePublished": _moment(entry.published_at),
        "dateModified": _moment(entry.updated_at),
        "genre": entry.label,
        "author": [people.author(credit) for credit in entry.credits],
        "locationCreated": people.location(entry.credits),
        "text": entry.body,
        "image": [_image(picture, named) for picture in entry.pictures],
        "keywords": keywords,
        "position": entry.pin if ranked else None,
        "correction": _correction(entry),
    })  # fmt: skip


def _filled(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value}


def _description(summary: str) -> str:
    """The summary as plain text if that loses nothing, else as HTML. Most publishers write plain text."""
    plain = richtext.to_plain(summary)
    return plain if not is_html(plain) and richtext.from_plain(plain) == summary else summary


def _moment(at: datetime | None) -> str:
    """UTC in ISO 8601, with microseconds if there are any, so that posts of the same second keep their order."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else ""


def _image(picture: Picture, named: Named) -> dict[str, Any]:
    left, top = picture.focal
    focal = {"@type": "PropertyValue", "name": FOCAL_POINT, "value": f"{left} {top}"}
    return _filled({
        "@type": "ImageObject",
        "contentUrl": named(picture),
        "description": picture.alt,
        "caption": picture.caption,
        "creditText": picture.credit,
        "additionalProperty": [focal] if picture.focal != CENTRE else [],
    })  # fmt: skip


def _correction(entry: Entry) -> dict[str, Any] | None:
    if not entry.correction:
        return None
    return _filled({
        "@type": "CorrectionComment",
        "text": entry.correction,
        "datePublished": _moment(entry.corrected_at),
    })  # fmt: skip
