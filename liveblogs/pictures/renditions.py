"""The renditions of a picture for readers: formats, widths and crops, generated once from the cleaned original.

The numbers are measured: a typical photo 720 pixels wide takes 19 to 42 KB as AVIF at quality 50, and all renditions
of the largest picture take one second of a core. The image's row lists the renditions (``to_json``), so that a page is
rendered without access to the storage. A file name is never reused for different content.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

#: Increase this when the output changes. `manage.py make_renditions` then regenerates older renditions.
RECIPE = 1
#: The folder of the files, next to the originals' ``images/``.
FOLDER = "renditions"

#: The size limit of a picture for phones: 720 pixels are twice the width of a phone's column. A picture with much
#: detail is encoded at decreasing qualities until it fits or the list ends.
PHONE_WIDTH = 720
PHONE_BYTES = 40_000

PHOTO_QUALITIES = {"avif": (50, 42, 34), "webp": (68, 58, 46), "jpg": (72, 62, 52)}
#: For drawings, maps and screenshots. Compression artifacts are most visible on lines and text.
GRAPHIC_QUALITIES = {"avif": (62, 50, 38), "webp": (82, 68, 52), "jpg": (84, 72, 58)}
#: From 0 (slowest) to 10. Takes half the time of 8 and a sixth of the default's, for one percent more bytes than 8.
AVIF_SPEED = 9
TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}

#: The placeholder and background of transparent pictures, so that dark text is legible on a dark page.
WHITE = "#ffffff"
#: A picture wider than the last fitting width by this factor gets an additional rendition at its own width.
WORTH_ANOTHER = 1.1


# Shapes and sizes
# ----------------


@dataclass(frozen=True, slots=True)
class Shape:
    """One form of a picture: complete, or cropped to ``ratio`` (width / height) around the focal point."""

    code: str
    ratio: float | None
    widths: Mapping[str, tuple[int, ...]]


SHAPES = {
    # The column is at most 680 CSS pixels wide, on phones 288 to 398; 2048 is for the full-screen view.
    "full": Shape(
        "",
        None,
        {"avif": (320, 480, 720, 960, 1360, 2048), "webp": (480, 720, 1360), "jpg": (480, 720, 1360, 2048)},
    ),
    "card": Shape("c", 16 / 9, {"avif": (320, 480, 720, 1080), "webp": (480, 720), "jpg": (480, 720)}),
    "square": Shape("s", 1, {"avif": (128, 320), "webp": (128, 320), "jpg": (128, 320)}),
    # The size that social networks recommend for shared pages.
    "share": Shape("o", 1200 / 630, {"jpg": (1200,)}),
}


def fitting(widths: Iterable[int], available: int) -> list[int]:
    """The widths that need no upscaling, plus the picture's own width if it is clearly larger."""
    wanted = sorted(widths)
    found = [width for width in wanted if width <= available]
    if len(found) < len(wanted) and (not found or available > found[-1] * WORTH_ANOTHER):
        found.append(available)
    return found


def crop_box(size: tuple[int, int], ratio: float | None, focal: tuple[float, float]) -> tuple[int, int, int, int]:
    """The largest box (left, top, right, bottom) of this ratio, centered on the focal point where possible."""
    width, height = size
    if ratio is None:
        return 0, 0, width, height
    part_width = min(width, max(1, round(height * ratio)))
    part_height = min(height, max(1, round(width / ratio)))
    left = round(min(max(focal[0] * width - part_width / 2, 0), width - part_width))
    top = round(min(max(focal[1] * height - part_height / 2, 0), height - part_height))
    return left, top, left + part_width, top + part_height


# Existing renditions
# -------------------


@dataclass(frozen=True, slots=True)
class Part:
    """The files of one shape. ``size`` is the width and height of the largest file."""

    shape: str
    prefix: str
    widths: Mapping[str, list[int]]
    size: tuple[int, int]
    focal: tuple[float, float]

    def name(self, kind: str, width: int) -> str:
        return f"{self.prefix}{SHAPES[self.shape].code}{width}.{kind}"

    def names(self) -> list[str]:
        return [self.name(kind, width) for kind, widths in self.widths.items() for width in widths]


@dataclass(frozen=True, slots=True)
class Renditions:
    """All renditions of the file ``source``, and the placeholder color."""

    source: str = ""
    colour: str = ""
    recipe: int = 0
    parts: Mapping[str, Part] = field(default_factory=dict)

    def names(self) -> list[str]:
        return [name for part in self.parts.values() for name in part.names()]

    def missing(self, source: str, focal: tuple[float, float]) -> list[str]:
        """The shapes that are missing or outdated for this file, this focal point and the current recipe."""
        if self.source != source or self.recipe != RECIPE:
            return list(SHAPES)
        return [
            name
            for name, shape in SHAPES.items()
            if name not in self.parts or (shape.ratio is not None and self.parts[name].focal != focal)
        ]

    def joined(self, newer: "Renditions") -> "Renditions":
        """These renditions updated with the newer ones. Renditions of another file or recipe are dropped."""
        current = self.parts if (self.source, self.recipe) == (newer.source, newer.recipe) else {}
        return Renditions(newer.source, newer.colour, newer.recipe, {**current, **newer.parts})

    def moved(self, source: str) -> tuple["Renditions", dict[str, str]]:
        """These renditions under new random names, of the file that is now called ``source``; and each new name."""
        prefix = _new_prefix(source)
        parts = {name: replace(part, prefix=prefix) for name, part in self.parts.items()}
        moved = replace(self, source=source, parts=parts)
        return moved, dict(zip(self.names(), moved.names(), strict=True))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def from_json(data: Mapping[str, Any]) -> Renditions:
    """The renditions from the output of ``to_json``. Shapes that no longer exist are left out."""
    parts = {
        name: Part(name, part["prefix"], part["widths"], tuple(part["size"]), tuple(part["focal"]))
        for name, part in data.get("parts", {}).items()
        if name in SHAPES
    }
    return Renditions(data.get("source", ""), data.get("colour", ""), data.get("recipe", 0), parts)


# Generating
# ----------


@dataclass(frozen=True, slots=True)
class RenditionFile:
    """One generated file, not stored yet."""

    name: str
    content: bytes


def prepare(
    data: bytes, source: str, focal: tuple[float, float], shapes: Iterable[str]
) -> tuple[Renditions, Iterator[RenditionFile]]:
    """The renditions for these shapes, and an iterator that generates their files one by one.

    ``data`` is a file from ``cleaning.clean``. Takes at most 270 MB, and two seconds of a core for a photo or four
    for a large transparent picture.
    """
    picture = _opened(data)
    prefix = _new_prefix(source)
    parts = {name: _part(name, prefix, picture.size, focal) for name in shapes}
    renditions = Renditions(source, _colour(picture), RECIPE, parts)
    is_graphic = PurePosixPath(source).suffix == ".png"
    return renditions, (file for part in parts.values() for file in _files(picture, part, is_graphic=is_graphic))


def _new_prefix(source: str) -> str:
    """Random, so that concurrent runs do not remove each other's files, and no name reveals that of the original."""
    folder = PurePosixPath(FOLDER, *PurePosixPath(source).parent.parts[1:])
    return f"{folder}/{secrets.token_hex(10)}-"


def _opened(data: bytes) -> Image.Image:
    reader = PngImageFile if data.startswith(b"\x89PNG") else JpegImageFile
    with reader(BytesIO(data)) as file:
        file.load()
        return file.convert("RGBA" if file.has_transparency_data else "RGB")


def _part(name: str, prefix: str, size: tuple[int, int], focal: tuple[float, float]) -> Part:
    shape = SHAPES[name]
    left, top, right, bottom = crop_box(size, shape.ratio, focal)
    widths = {kind: fitting(wanted, right - left) for kind, wanted in shape.widths.items()}
    largest = max(max(of_kind) for of_kind in widths.values())
    return Part(name, prefix, widths, (largest, _height(largest, (right - left, bottom - top))), focal)


def _height(width: int, size: tuple[int, int]) -> int:
    return max(1, round(width * size[1] / size[0]))


def _files(picture: Image.Image, part: Part, *, is_graphic: bool) -> Iterator[RenditionFile]:
    box = crop_box(picture.size, SHAPES[part.shape].ratio, part.focal)
    size = (box[2] - box[0], box[3] - box[1])
    for width in sorted({width for widths in part.widths.values() for width in widths}, reverse=True):
        scaled = picture.resize((width, _height(width, size)), Image.Resampling.LANCZOS, box=box, reducing_gap=2)
        scaled.info = {}
        for kind, widths in part.widths.items():
            if width in widths:
                yield RenditionFile(part.name(kind, width), _encoded(scaled, kind, is_graphic=is_graphic))


def _encoded(picture: Image.Image, kind: str, *, is_graphic: bool) -> bytes:
    subsampling = "4:4:4" if is_graphic else "4:2:0"
    options: dict[str, Any] = {
        "avif": {"format": "AVIF", "speed": AVIF_SPEED, "subsampling": subsampling},
        "webp": {"format": "WEBP", "method": 4, "use_sharp_yuv": is_graphic},
        "jpg": {"format": "JPEG", "progressive": True, "optimize": True, "subsampling": subsampling},
    }[kind]
    if kind == "jpg" and picture.mode == "RGBA":
        white = Image.new("RGBA", picture.size, WHITE)
        picture = Image.alpha_composite(white, picture).convert("RGB")
    content = b""
    for quality in (GRAPHIC_QUALITIES if is_graphic else PHOTO_QUALITIES)[kind]:
        output = BytesIO()
        picture.save(output, quality=quality, **options)
        content = output.getvalue()
        if picture.width > PHONE_WIDTH or len(content) <= PHONE_BYTES:
            break
    return content


def _colour(picture: Image.Image) -> str:
    """The dominant color as a CSS hex value; white for a transparent picture."""
    if picture.mode == "RGBA":
        return WHITE
    reduced = picture.resize((48, 48), Image.Resampling.BOX, reducing_gap=1).quantize(6)
    counts = reduced.histogram()
    most = counts.index(max(counts))
    red, green, blue = (reduced.getpalette() or [])[3 * most : 3 * most + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"
