"""Pens: shapes, lines and lettering with smooth edges. Everything is deterministic by its seed."""

import itertools
import math
from collections.abc import Iterable, Sequence
from functools import cache
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

type Colour = tuple[int, int, int]
type Point = tuple[float, float]

WIDE = (1600, 900)
#: Capitals of the type below stand so high, in parts of its size.
CAPITALS = 0.71
#: Pairs that stand too far apart: the type has no kerning of its own. In parts of its size.
KERNING = {
    **dict.fromkeys(("Ta", "Te", "To", "Tu", "Tr", "Ty", "Ya", "Ye", "Yo"), -0.075),
    **dict.fromkeys(("Va", "Ve", "Vo", "Wa", "We", "Wo", "Wi", "Fa", "Fo", "Pa", "AV", "AT", "LT", "r."), -0.045),
    **dict.fromkeys(("r,", "y.", "y,", "v.", "w.", "7.", "1.", "11"), -0.04),
}  # fmt: skip


def rgb(code: str) -> Colour:
    """`"1b2a3c"` as three numbers."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def points(coordinates: str) -> list[Point]:
    """`"0,420 180.5,350"` as points."""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in coordinates.split())]


@cache
def face(size: int) -> Any:
    """The type that Pillow carries with it (Aileron, as outlines): no picture depends on what is installed."""
    return ImageFont.load_default(size)


class Pen:
    """Draws in page units on an image `scale` times as large, so that edges are smooth once it is made small again."""

    def __init__(self, size: tuple[int, int] = WIDE, ground: Any = 0, *, mode: str = "L", scale: int = 2) -> None:
        self.k = scale
        self.image = Image.new(mode, (size[0] * scale, size[1] * scale), ground)
        self.draw = ImageDraw.Draw(self.image)

    def _up(self, points: Iterable[Point]) -> list[Point]:
        return [(x * self.k, y * self.k) for x, y in points]

    def polygon(self, points: Iterable[Point], fill: Any = 255) -> None:
        self.draw.polygon(self._up(points), fill=fill)

    def line(self, points: Iterable[Point], fill: Any = 255, width: float = 2) -> None:
        self.draw.line(self._up(points), fill=fill, width=max(1, round(width * self.k)), joint="curve")

    def box(self, left: float, top: float, right: float, bottom: float, fill: Any = 255, radius: float = 0) -> None:
        """From `left`, `top` up to, and not with, `right`, `bottom`; nothing when that leaves nothing."""
        (x0, y0), (x1, y1) = self._up([(left, top), (right, bottom)])
        if x1 - 1 < x0 or y1 - 1 < y0:
            return
        if radius:
            self.draw.rounded_rectangle((x0, y0, x1 - 1, y1 - 1), radius * self.k, fill=fill)
        else:
            self.draw.rectangle((x0, y0, x1 - 1, y1 - 1), fill=fill)

    def dot(self, x: float, y: float, rx: float, fill: Any = 255, ry: float | None = None) -> None:
        ry = rx if ry is None else ry
        self.draw.ellipse(self._up([(x - rx, y - ry), (x + rx, y + ry)]), fill=fill)

    def arc(
        self, x: float, y: float, radius: float, start: float, end: float, fill: Any = 255, width: float = 2
    ) -> None:
        corners = self._up([(x - radius, y - radius), (x + radius, y + radius)])
        self.draw.arc(corners, start, end, fill=fill, width=max(1, round(width * self.k)))

    def dashes(
        self, start: Point, end: Point, fill: Any = 255, width: float = 2, dash: float = 10, gap: float = 7
    ) -> None:
        length = math.dist(start, end)
        if not length:
            return
        dx, dy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
        at = 0.0
        while at < length:
            to = min(at + dash, length)
            self.line(
                [(start[0] + dx * at, start[1] + dy * at), (start[0] + dx * to, start[1] + dy * to)], fill, width
            )
            at += dash + gap

    def text(
        self,
        at: Point,
        words: str,
        size: float,
        fill: Any = 255,
        *,
        anchor: str = "ls",
        bold: bool = False,
        halo: Any = None,
        spacing: float = 0,
    ) -> float:
        """Sets one line and returns its width.

        `anchor`: left, middle or right of `at`, then top, middle or foot of the capitals. `halo` is the colour of a
        rim around the letters, `spacing` what is added between them.
        """
        font, stroke = face(round(size * self.k)), size * self.k * (0.026 if bold else 0)
        starts = [offset * self.k for offset in offsets(words, size, bold=bold, spacing=spacing)]
        width = starts.pop()
        x = at[0] * self.k - width * {"l": 0, "m": 0.5, "r": 1}[anchor[0]]
        y = at[1] * self.k + size * self.k * CAPITALS * {"t": 1, "m": 0.5, "s": 0}[anchor[1]]
        letters = [(letter, (x + start, y)) for letter, start in zip(words, starts, strict=True) if letter != " "]
        if halo is not None:
            rim = stroke + max(2.6, size * 0.09) * self.k
            for letter, place in letters:
                self.draw.text(place, letter, halo, font, "ls", stroke_width=rim, stroke_fill=halo)
        for letter, place in letters:
            self.draw.text(place, letter, fill, font, "ls", stroke_width=stroke, stroke_fill=fill)
        return width / self.k

    def done(self, blur: float = 0) -> Image.Image:
        """The picture in page units; `blur` is a Gaussian radius in the same."""
        if blur >= 6:  # a quarter of the size loses nothing then
            small = self.image.reduce(self.k * 4).filter(ImageFilter.GaussianBlur(blur / 4))
            size = (self.image.width // self.k, self.image.height // self.k)
            return small.resize(size, Image.Resampling.BICUBIC)
        image = self.image.reduce(self.k) if self.k > 1 else self.image
        return image.filter(ImageFilter.GaussianBlur(blur)) if blur else image


def offsets(words: str, size: float, *, bold: bool = False, spacing: float = 0) -> list[float]:
    """Where each letter of a line begins, and where the line ends."""
    font, at, found = face(200), 0.0, [0.0]
    # Bold strokes grow outwards: the letters move apart by what that takes from the space between them.
    extra = spacing + (0.03 * size if bold else 0)
    for letter, after in zip(words, [*words[1:], ""], strict=True):
        at += font.getlength(letter) * size / 200 + (KERNING.get(letter + after, 0) * size + extra if after else 0)
        found.append(at)
    return found


def measure(words: str, size: float, *, bold: bool = False, spacing: float = 0) -> float:
    """How wide `Pen.text` sets a line."""
    return offsets(words, size, bold=bold, spacing=spacing)[-1]


# Lines --------------------------------------------------------------------------------------------------------------


def curve(through: Sequence[Point], *, steps: int = 14, closed: bool = False) -> list[Point]:
    """A smooth line through the points (Catmull-Rom)."""
    n = len(through)
    found: list[Point] = []
    for i in range(n if closed else n - 1):
        if closed:
            around = [through[(i + j) % n] for j in (-1, 0, 1, 2)]
        else:
            around = [through[min(max(i + j, 0), n - 1)] for j in (-1, 0, 1, 2)]
        xs, ys = zip(*around, strict=True)
        found += [(_spline(xs, s / steps), _spline(ys, s / steps)) for s in range(steps)]
    return found if closed else [*found, through[-1]]


def _spline(values: Sequence[float], t: float) -> float:
    a, b, c, d = values
    return (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3) / 2


def ragged(through: Sequence[Point], seed: int, *, rough: float = 0.18, rounds: int = 4) -> list[Point]:
    """The line broken up like a coast: midpoints pushed sideways, by less each round."""
    random = Random(seed)
    line = list(through)
    for _ in range(rounds):
        broken = [line[0]]
        for (ax, ay), (bx, by) in itertools.pairwise(line):
            push = random.uniform(-rough, rough)
            broken += [((ax + bx) / 2 - (by - ay) * push, (ay + by) / 2 + (bx - ax) * push), (bx, by)]
        line = broken
    return line


def along(line: Sequence[Point], x: float) -> float:
    """The height of a line, which runs from left to right, at x."""
    for (ax, ay), (bx, by) in itertools.pairwise(line):
        if x <= bx:
            return ay + (by - ay) * (x - ax) / (bx - ax) if bx > ax else by
    return line[-1][1]
