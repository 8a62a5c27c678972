"""Light, texture and pens: what the pictures are made with. Everything is deterministic by its seed."""

import math
from collections.abc import Iterable, Sequence
from functools import cache
from random import Random
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

type Colour = tuple[int, int, int]
type Point = tuple[float, float]
type Stops = Sequence[tuple[float, Colour]]

WIDE = (1600, 900)


def rgb(code: str) -> Colour:
    """`"1b2a3c"` as three numbers."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


# Drawing ------------------------------------------------------------------------------------------------------------


@cache
def face(size: float) -> Any:
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
        corners = self._up([(left, top), (right, bottom)])
        if radius:
            self.draw.rounded_rectangle(corners, radius * self.k, fill=fill)
        else:
            self.draw.rectangle(corners, fill=fill)

    def dot(self, x: float, y: float, rx: float, fill: Any = 255, ry: float | None = None) -> None:
        ry = rx if ry is None else ry
        self.draw.ellipse(self._up([(x - rx, y - ry), (x + rx, y + ry)]), fill=fill)

    def arc(
        self, x: float, y: float, radius: float, start: float, end: float, fill: Any = 255, width: float = 2
    ) -> None:
        corners = self._up([(x - radius, y - radius), (x + radius, y + radius)])
        self.draw.arc(corners, start, end, fill=fill, width=round(width * self.k))

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
        bold: float = 0,
        halo: Any = None,
        spacing: float = 0,
    ) -> float:
        """Sets one line and returns its width; `bold` thickens the strokes by so much of the size, `halo` is a rim."""
        font = face(round(size * self.k))
        stroke = bold * size * self.k
        x, y = at[0] * self.k, at[1] * self.k
        if spacing:
            width = sum(font.getlength(c) for c in words) + spacing * self.k * (len(words) - 1)
            x -= width / 2 if anchor[0] == "m" else width if anchor[0] == "r" else 0
            for letter in words:
                self._set(x, y, letter, font, fill, "l" + anchor[1], stroke, halo)
                x += font.getlength(letter) + spacing * self.k
            return float(width / self.k)
        self._set(x, y, words, font, fill, anchor, stroke, halo)
        return float(font.getlength(words) / self.k)

    def _set(
        self, x: float, y: float, words: str, font: Any, fill: Any, anchor: str, stroke: float, halo: Any
    ) -> None:
        if halo is not None:
            self.draw.text((x, y), words, halo, font, anchor, stroke_width=stroke + 2.6 * self.k, stroke_fill=halo)
        self.draw.text((x, y), words, fill, font, anchor, stroke_width=stroke, stroke_fill=fill)

    def done(self, blur: float = 0) -> Image.Image:
        """The picture in page units; `blur` is a Gaussian radius in the same."""
        image = self.image.reduce(self.k) if self.k > 1 else self.image
        return image.filter(ImageFilter.GaussianBlur(blur)) if blur else image


def curve(points: Sequence[Point], *, steps: int = 14, closed: bool = False) -> list[Point]:
    """A smooth line through the points (Catmull-Rom)."""
    n = len(points)
    found: list[Point] = []
    for i in range(n if closed else n - 1):
        if closed:
            a, b, c, d = (points[(i + j) % n] for j in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(max(i + j, 0), n - 1)] for j in (-1, 0, 1, 2))
        for s in range(steps):
            t = s / steps
            found.append(
                tuple(  # type: ignore[arg-type]  # two coordinates
                    0.5
                    * (
                        2 * b[k]
                        + (c[k] - a[k]) * t
                        + (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t**2
                        + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t**3
                    )
                    for k in (0, 1)
                )
            )
    return found if closed else [*found, points[-1]]


def ragged(points: Sequence[Point], seed: int, *, rough: float = 0.18, rounds: int = 4) -> list[Point]:
    """The line broken up like a coast: midpoints pushed sideways, by less each round."""
    random = Random(seed)
    line = list(points)
    for _ in range(rounds):
        broken = [line[0]]
        for (ax, ay), (bx, by) in zip(line, line[1:], strict=False):
            push = random.uniform(-rough, rough)
            broken += [((ax + bx) / 2 - (by - ay) * push, (ay + by) / 2 + (bx - ax) * push), (bx, by)]
        line = broken
    return line


# Light and texture --------------------------------------------------------------------------------------------------


def mix(a: Colour, b: Colour, t: float) -> Colour:
    return tuple(round(p + (q - p) * t) for p, q in zip(a, b, strict=True))  # type: ignore[return-value]


def at(stops: Stops, t: float) -> Colour:
    """The colour of a gradient at t, from 0 to 1."""
    for (p, a), (q, b) in zip(stops, stops[1:], strict=False):
        if t <= q:
            return mix(a, b, (t - p) / (q - p) if q > p else 1)
    return stops[-1][1]


def gradient(stops: Stops, size: tuple[int, int] = WIDE) -> Image.Image:
    """From top to bottom."""
    column = Image.new("RGB", (1, 512))
    column.putdata([at(stops, y / 511) for y in range(512)])
    return column.resize(size, Image.Resampling.BICUBIC)


def ramp(levels: Sequence[tuple[float, int]], size: tuple[int, int] = WIDE) -> Image.Image:
    """A mask from top to bottom."""
    return gradient([(p, (v, v, v)) for p, v in levels], size).getchannel(0)


def noise(
    seed: int, cell: tuple[float, float], size: tuple[int, int] = WIDE, *, octaves: int = 4, contrast: float = 1.0
) -> Image.Image:
    """Cloudy values; `cell` is the width and height of the largest patches."""
    total = None
    for octave in range(octaves):
        w = max(3, round(size[0] / cell[0] * 2**octave) + 3)
        h = max(3, round(size[1] / cell[1] * 2**octave) + 3)
        if w > size[0] or h > size[1]:
            w, h = min(w, size[0]), min(h, size[1])
        layer = Image.frombytes("L", (w, h), Random(f"{seed}/{octave}").randbytes(w * h))
        layer = layer.resize(size, Image.Resampling.BICUBIC, box=(0.5, 0.5, w - 0.5, h - 0.5))
        total = layer if total is None else Image.blend(total, layer, 0.5 ** (octave + 1))
    assert total is not None
    total = ImageOps.autocontrast(total, cutoff=1)
    return levels(total, contrast) if contrast != 1 else total


def levels(mask: Image.Image, contrast: float = 1.0, shift: float = 0.0) -> Image.Image:
    """Contrast about the middle, then a shift (in fractions of white)."""
    return mask.point([min(255, max(0, round((v - 127.5) * contrast + 127.5 + shift * 255))) for v in range(256)])


def fade(mask: Image.Image, strength: float) -> Image.Image:
    return mask.point([round(v * strength) for v in range(256)])


def wash(image: Image.Image, colour: Colour, mask: Image.Image, strength: float = 1.0) -> None:
    """Lays colour over the image, as thick as the mask."""
    image.paste(colour, (0, 0), fade(mask, strength) if strength != 1 else mask)


def glow(image: Image.Image, light: Image.Image, colour: Colour, strength: float = 1.0) -> Image.Image:
    """Adds light of one colour where the mask is bright."""
    tinted = Image.merge("RGB", [fade(light, c / 255 * strength) for c in colour])
    return ImageChops.screen(image, tinted)


def halos(
    lamps: Iterable[tuple[Point, float]], size: tuple[int, int] = WIDE, *, squash: float = 1.0, power: float = 1.8
) -> Image.Image:
    """Round lights, each with its radius, at which it has faded to nothing."""
    # Pillow's gradient reaches black in its corners; here it does at the edges, so that no square shows.
    disc = ImageOps.invert(Image.radial_gradient("L"))
    disc = disc.point([round(255 * (max(0, v - 75) / 180) ** power) for v in range(256)])
    field = Image.new("L", size)
    for (x, y), radius in lamps:
        w, h = max(2, round(radius * 2)), max(2, round(radius * 2 * squash))
        left, top = round(x - w / 2), round(y - h / 2)
        under = field.crop((left, top, left + w, top + h))
        field.paste(ImageChops.screen(under, disc.resize((w, h), Image.Resampling.BICUBIC)), (left, top))
    return field


def halo(
    centre: Point, radius: float, size: tuple[int, int] = WIDE, *, squash: float = 1.0, power: float = 1.8
) -> Image.Image:
    return halos([(centre, radius)], size, squash=squash, power=power)


def ground(
    seed: int, size: tuple[int, int], *, depth: float = 14, cell: tuple[float, float] = (60, 26)
) -> Image.Image:
    """Noise laid flat and seen in perspective: small at the top edge (the horizon), large at the bottom."""
    texture = noise(seed, cell, (1600, 1200), octaves=4)
    w, h = size
    slope = depth / h
    # u = (x - w/2) * 5 / den + 800 and v = 1150 / den, written over the common denominator 1 + slope * y.
    wide = 1500 / w
    coefficients = (wide, 800 * slope, 800 - wide * w / 2, 0.0, 0.0, 1150.0, 0.0, slope)
    flat = texture.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    return flat


def mirror(image: Image.Image, waterline: int, seed: int, *, sway: float = 9, smear: int = 9) -> Image.Image:
    """What stands above the waterline, as moving water below it gives it back."""
    w, h = image.size
    depth = h - waterline
    upper = ImageOps.flip(image.crop((0, max(0, waterline - depth), w, waterline))).resize((w, depth))
    upper = upper.resize((w, max(1, depth // smear))).resize((w, depth), Image.Resampling.BICUBIC)
    random = Random(seed)
    water = upper.copy()
    phases = [random.uniform(0, math.tau) for _ in range(4)]
    for y in range(depth):
        near = (y + 4) / depth
        shift = sway * near * sum(math.sin(y / (1.6 + 9 * near * f) + phases[f - 1]) for f in (1, 2, 3)) / 2
        shift += random.uniform(-1, 1) * sway * 0.5 * near
        row = upper.crop((0, y, w, y + 1))
        water.paste(row, (round(shift), y))
        water.paste(
            row.crop((0, 0, 1, 1)).resize((max(1, abs(round(shift))), 1)), (0 if shift > 0 else w + round(shift), y)
        )
    return water.filter(ImageFilter.GaussianBlur(1.1))


@cache
def _grain(size: tuple[int, int]) -> Image.Image:
    fine = Image.frombytes("L", size, Random("grain").randbytes(size[0] * size[1]))
    return fine.filter(ImageFilter.GaussianBlur(0.7))


def vignette(image: Image.Image, strength: float = 0.4) -> Image.Image:
    dark = Image.radial_gradient("L").resize((round(image.width * 1.25), round(image.height * 1.25)))
    dark = dark.crop(
        (
            (dark.width - image.width) // 2,
            (dark.height - image.height) // 2,
            (dark.width - image.width) // 2 + image.width,
            (dark.height - image.height) // 2 + image.height,
        )
    )
    keep = dark.point([round(255 * (1 - strength * (v / 255) ** 2)) for v in range(256)])
    return ImageChops.multiply(image, Image.merge("RGB", [keep] * 3))


def film(image: Image.Image, *, grain: float = 0.06, edges: float = 0.35) -> Image.Image:
    """The last step of a picture: darker corners and film grain, which also hides the bands of gradients."""
    image = vignette(image, edges)
    fine = levels(_grain(image.size), grain * 2.2)
    return ImageChops.soft_light(image, Image.merge("RGB", [fine] * 3))
