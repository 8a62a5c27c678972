"""How a picture stands in HTML: its files by format and width, and how much room it takes. No query, no storage."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .renditions import SHAPES, TYPES, Part

if TYPE_CHECKING:
    from ..models import Image

# How wide pictures are shown, for ``sizes``. Screens with three dots a pixel are told two thirds of it: nobody sees
# the third dot, and everybody would wait for it.
_PHONE, _FINE = "(max-width: 40em)", "(min-resolution: 2.5dppx)"
#: Of several that share rows any may get a row of its own, so that none can promise to be smaller.
ON_POST = f"{_PHONE} and {_FINE} 61vw, {_PHONE} 92vw, {_FINE} 28em, 42.5em"
COVER = f"{_PHONE} and {_FINE} 67vw, (max-width: 68em) and {_FINE} 61vw, (max-width: 68em) 100vw, 28em"
CARD = f"{_PHONE} and {_FINE} 61vw, {_PHONE} 92vw, {_FINE} 18em, 27em"
PORTRAIT = "9em"

#: What a browser gets that knows no ``srcset``.
PLAIN_WIDTH = 720


@dataclass(frozen=True, slots=True)
class Source:
    """The files of one format, as a ``<source>`` names them."""

    type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What ``<picture>`` and ``<img>`` say; ``srcset`` and ``sources`` are empty while there is but the original."""

    src: str
    srcset: str
    sources: list[Source]
    width: int
    height: int
    large: str
    style: str


def shown(image: "Image", shape: str = "full") -> Shown:
    """The picture in this shape, or the cleaned original cropped by the browser while the shape is not made."""
    made = image.get_renditions()
    part = made.parts.get(shape) if made.source == image.source else None
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
        style=_style(image, made.colour),
    )


@dataclass(frozen=True, slots=True)
class Shared:
    """The picture that stands for a page where that is shared."""

    url: str
    width: int
    height: int


def shared(image: "Image") -> Shared:
    """The crop made for sharing, or the cleaned original. ``url`` is absolute where files have a host of their own."""
    found = shown(image, "share")
    if not found.srcset:
        return Shared(found.src, image.width, image.height)
    return Shared(found.large, found.width, found.height)


def thumbnail(image: "Image") -> str:
    """The address of a small square of it, or of the cleaned original."""
    return shown(image, "square").large


def _room(image: "Image", shape: str) -> tuple[int, int]:
    ratio = SHAPES[shape].ratio
    if ratio is None:
        return image.width, image.height
    width = max(1, min(image.width, round(image.height * ratio)))
    return width, max(1, round(width / ratio))


def _plain(widths: Iterable[int]) -> int:
    """The width nearest to what a browser without ``srcset`` should get."""
    return min(widths, key=lambda width: abs(width - PLAIN_WIDTH))


def _srcset(image: "Image", part: Part, kind: str) -> str:
    widths: Mapping[str, list[int]] = part.widths
    return ", ".join(f"{_url(image, part.name(kind, width))} {width}w" for width in widths[kind])


def _url(image: "Image", name: str) -> str:
    return image.file.storage.url(name)


def _style(image: "Image", colour: str) -> str:
    """The colour to wait with, and what a crop by the browser keeps."""
    style = f"background-color:{colour}" if colour else ""
    if image.focal != (0.5, 0.5):
        x, y = (f"{100 * value:.4g}%" for value in image.focal)
        style += f"{';' if style else ''}object-position:{x} {y}"
    return style
