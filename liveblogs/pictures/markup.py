"""Data for the HTML of a picture: its files by format and width, and its size. No queries, no storage access."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .renditions import SHAPES, TYPES, crop_box

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

#: The width in pixels, or the nearest to it, for browsers without ``srcset``.
PLAIN_WIDTH = 720


@dataclass(frozen=True, slots=True)
class Shown:
    """The attributes of ``<picture>`` and ``<img>``. ``sources`` has a ``srcset`` for each further media type.

    ``srcset`` and ``sources`` are empty without renditions.
    """

    src: str
    srcset: str
    sources: dict[str, str]
    width: int
    height: int
    large: str
    style: str


def shown(image: "Image", shape: str = "full") -> Shown:
    """The picture in this shape, or the cleaned original, cropped by the browser, until the renditions exist."""
    renditions = image.get_renditions()
    part = renditions.parts.get(shape) if renditions.source == image.source else None
    if part is None:
        left, top, right, bottom = crop_box((image.width, image.height), SHAPES[shape].ratio, image.focal)
        original = image.file.url
        return Shown(original, "", {}, right - left, bottom - top, original, _style(image, ""))
    url = image.file.storage.url
    srcsets = {
        kind: ", ".join(f"{url(part.name(kind, width))} {width}w" for width in widths)
        for kind, widths in part.widths.items()
    }
    jpegs = part.widths["jpg"]
    plain = min(jpegs, key=lambda width: abs(width - PLAIN_WIDTH))
    return Shown(
        src=url(part.name("jpg", plain)),
        srcset=srcsets["jpg"],
        sources={TYPES[kind]: srcset for kind, srcset in srcsets.items() if kind != "jpg"},
        width=part.size[0],
        height=part.size[1],
        large=url(part.name("jpg", max(jpegs))),
        style=_style(image, renditions.colour),
    )


def shared(image: "Image") -> tuple[str, int, int]:
    """The URL, width and height of the crop for sharing, or of the cleaned original.

    The URL is absolute if files have a separate host.
    """
    found = shown(image, "share")
    if not found.srcset:
        return found.src, image.width, image.height
    return found.large, found.width, found.height


def thumbnail(image: "Image") -> str:
    """The URL of the square thumbnail, or of the cleaned original."""
    return shown(image, "square").large


def _style(image: "Image", colour: str) -> str:
    """Inline CSS: the placeholder color, and the focal point for a crop by the browser."""
    style = f"background-color:{colour}" if colour else ""
    if image.focal != (0.5, 0.5):
        x, y = (f"{100 * value:.4g}%" for value in image.focal)
        style += f"{';' if style else ''}object-position:{x} {y}"
    return style
