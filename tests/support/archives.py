"""Archives for tests: invented coverage of a bridge that opens, and ways to write it down and see what came of it."""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from PIL import Image as Picture

from liveblogs.archive import Imported, import_file

VALID: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "LiveBlogPosting",
    "identifier": "oxley-bridge",
    "headline": "Oxley bridge opens",
    "description": "The bridge over the Tarn opens after nine years.\n\nTrains follow in May.",
    "author": [
        {"@type": "Person", "name": "Ida Marsh", "affiliation": {"@type": "Organization", "name": "Tarn Post"}},
        {"@type": "Person", "name": "Olu Brand", "affiliation": {"@type": "Organization", "name": "Tarn Post"}},
    ],
    "image": {
        "@type": "ImageObject",
        "contentUrl": "images/bridge.png",
        "caption": "The bridge at noon",
        "creditText": "Ida Marsh/Tarn Post",
        "description": "A steel bridge over a river",
    },
    "datePublished": "2024-03-22T07:55:00Z",
    "dateModified": "2024-03-22T15:30:00Z",
    "coverageStartTime": "2024-03-22T08:00:00Z",
    "coverageEndTime": "2024-03-22T16:00:00Z",
    "scheduleTimezone": "Europe/London",
    "liveBlogUpdate": [
        {
            "@type": "BlogPosting",
            "identifier": "first-train",
            "headline": "A first train crosses",
            "datePublished": "2024-03-22T12:10:00Z",
            "dateModified": "2024-03-22T12:40:00Z",
            "genre": "Analysis",
            "author": [
                {
                    "@type": "Person",
                    "name": "Ida Marsh",
                    "affiliation": {"@type": "Organization", "name": "Tarn Post"},
                },
                {"@type": "Organization", "name": "Overland Wire"},
            ],
            "locationCreated": [{"@type": "Place", "name": "Oxley"}, {"@type": "Place", "name": ""}],
            "text": "<p>It ran <strong>empty</strong>.</p><ul><li>Nine coaches</li><li>40 km/h</li></ul>",
            "keywords": ["key event", "trains"],
            "correction": {
                "@type": "CorrectionComment",
                "text": "An earlier version said ten coaches.",
                "datePublished": "2024-03-22T12:40:00Z",
            },
        },
        {
            "@type": "BlogPosting",
            "identifier": "crowds",
            "datePublished": "2024-03-22T10:00:00Z",
            "dateModified": "2024-03-22T10:00:00Z",
            "author": {
                "@type": "Organization",
                "name": "Valley Desk",
                "parentOrganization": {"@type": "Organization", "name": "Tarn Post"},
            },
            "locationCreated": {"@type": "Place", "name": "Oxley"},
            "image": [
                {
                    "@type": "ImageObject",
                    "contentUrl": "images/crowd.jpg",
                    "caption": "Crowds on the east bank",
                    "creditText": "Olu Brand/Tarn Post",
                    "description": "People with umbrellas",
                },
                {
                    "@type": "ImageObject",
                    "contentUrl": "images/bridge.png",
                    "caption": "The bridge, still closed",
                    "creditText": "Ida Marsh/Tarn Post",
                    "description": "A steel bridge over a river",
                },
            ],
        },
        {
            "@type": "BlogPosting",
            "identifier": "good-morning",
            "headline": "Good morning",
            "datePublished": "2024-03-22T08:00:00Z",
            "text": "<p>We begin.</p>",
            "keywords": "Pinned, weather",
        },
    ],
}


def valid(**changes: Any) -> dict[str, Any]:
    """The valid archive, with other properties of the blog."""
    return {**copy.deepcopy(VALID), **changes}


def one_post(**properties: Any) -> dict[str, Any]:
    """An archive of a single post, which has these properties beside its time and a text."""
    post = {"@type": "BlogPosting", "datePublished": "2024-03-22T12:00:00Z", "text": "<p>Here.</p>"} | properties
    return {
        "@type": "LiveBlogPosting",
        "headline": "One post",
        "datePublished": "2024-03-22T09:00:00Z",
        "coverageEndTime": "2024-03-22T18:00:00Z",
        "liveBlogUpdate": [post],
    }


def draw(path: Path, seed: int = 1, size: tuple[int, int] = (64, 48), **options: Any) -> None:
    """A picture with soft colours, which is another one for another seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Picture.new("RGB", size)
    picture.putdata([
        ((x * 3 + seed * 40) % 256, (y * 5 + seed * 13) % 256, (x + y + seed) % 256)
        for y in range(size[1])
        for x in range(size[0])
    ])  # fmt: skip
    picture.save(path, **options)


def write(folder: Path, content: Any, *, pictures: bool = True) -> Path:
    """The archive as a file, with the pictures of the valid one beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "archive.json"
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    if pictures and not (folder / "images").exists():
        draw(folder / "images" / "bridge.png", 1)
        draw(folder / "images" / "crowd.jpg", 2, (80, 60), quality=95)
    return path


def bring_in(folder: Path, content: Any, **options: str) -> Imported:
    """Write the archive and import it."""
    return import_file(write(folder, content), **options)


def rows() -> dict[str, int]:
    """How many rows each of the app's tables has, histories included."""
    return {model.__name__: model._default_manager.count() for model in apps.get_app_config("liveblogs").get_models()}


def media() -> list[str]:
    """The stored files."""
    root = Path(settings.MEDIA_ROOT)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def at(text: str) -> datetime:
    """ "2024-03-22 12:10" in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
