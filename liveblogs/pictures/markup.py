"""Data for the HTML of a picture: its files by format and width, and its size. No queries, no storage access."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .renditions import SHAPES, TYPES, Part

if TYPE_CHECKING:
    from ..models import Image

# The displayed widths, for ``sizes``. Screens with a pixel ratio of 3 get two thirds of the width: the additional
# detail is not visible and would slow the page down.
_PHONE, _FINE = "(max-width: 40em)", "(min-resolution: 2.5dppx)"
#: Several pictures share rows, but any of them may wrap to a row of its own, so all declare the full width.
ON_POST = f"{_PHONE} and {_FINE} 61vw, {_PHONE} 92vw, {_FINE} 28em, 42.5em"
COVER = f"{_PHONE} and {_FINE} 67vw, (max-width: 68em) and {_FINE} 61vw, (max-width: 68em) 100vw, 28em"
CARD = f"{_PHONE} and {_FINE} 61vw, {_PHONE} 92vw, {_FINE} 18em, 27em"
PORTRAIT = "9em"

#: The width in pixels for browsers without ``srcset``.
PLAIN_WIDTH = 720


@dataclass(frozen=True, slots=True)
class Source:
    """The files of one format, for a ``<source>`` element."""

    type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The attributes of ``<picture>`` and ``<img>``. ``srcset`` and ``sources`` are empty without renditions."""

    src: str
    srcset: str
    sources: list[Source]
    width: int
    height: int
    large: str
    style: str


def shown(image: "Image", shape: str = "full") -> Shown:
    """The picture in this shape, or the cleaned original, cropped by the browser, until the renditions exist."""
    renditions = image.get_renditions()
    part = renditions.parts.get(shape) if renditions.source == image.source else None
    if part is None:
        width, height = _room(image, shape)
        original = image.file.url
        return Shown(original, "", [], width, height, original, _style(image, ""))
    jpegs = part.widths["jpg"]
    return Shown(
        src=_url(image, part.name("jpg", _plain(jpegs))),
        srcset=_srcset(image, part, "jpg"),
        sources=[Source(TYPES[kind], _srcset(image, part, kind)) for kind in part.widths if kind != "jpg"],
        width=part.size[0],
        height=part.size[1],
        large=_url(image, part.name("jpg", max(jpegs))),
        style=_style(image, renditions.colour),
    )


@dataclass(frozen=True, slots=True)
class Shared:
    """The preview picture of a shared page."""

    url: str
    width: int
    height: int


def shared(image: "Image") -> Shared:
    """The crop for sharing, or the cleaned original. ``url`` is absolute if files have a separate host."""
    found = shown(image, "share")
    if not found.srcset:
        return Shared(found.src, image.width, image.height)
    return Shared(found.large, found.width, found.height)


def thumbnail(image: "Image") -> str:
    """The URL of the square thumbnail, or of the cleaned original."""
    return shown(image, "square").large


def _room(image: "Image", shape: str) -> tuple[int, int]:
    ratio = SHAPES[shape].ratio
    if ratio is None:
        return image.width, image.height
    width = max(1, min(image.width, round(image.height * ratio)))
    return width, max(1, round(width / ratio))


def _plain(widths: Iterable[int]) -> int:
    """The width nearest to ``PLAIN_WIDTH``."""
    return min(widths, key=lambda width: abs(width - PLAIN_WIDTH))


def _srcset(image: "Image", part: Part, kind: str) -> str:
    widths: Mapping[str, list[int]] = part.widths
    return ", ".join(f"{_url(image, part.name(kind, width))} {width}w" for width in widths[kind])


def _url(image: "Image", name: str) -> str:
    return image.file.storage.url(name)


def _style(image: "Image", colour: str) -> str:
    """Inline CSS: the placeholder color, and the focal point for a crop by the browser."""
    style = f"background-color:{colour}" if colour else ""
    if image.focal != (0.5, 0.5):
        x, y = (f"{100 * value:.4g}%" for value in image.focal)
        style += f"{';' if style else ''}object-position:{x} {y}"
    return style
