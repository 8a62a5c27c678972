"""Light and texture: what turns flat shapes into pictures. Everything is deterministic by its seed."""

import itertools
import math
from collections.abc import Iterable, Sequence
from functools import cache
from random import Random

from PIL import Image, ImageChops, ImageFilter, ImageOps

from .pen import WIDE, Colour, Pen, Point, rgb

type Stops = Sequence[tuple[float, Colour]]


def mix(a: Colour, b: Colour, t: float) -> Colour:
    red, green, blue = (round(p + (q - p) * t) for p, q in zip(a, b, strict=True))
    return red, green, blue


def at(stops: Stops, t: float) -> Colour:
    """The colour of a gradient at t, from 0 to 1."""
    for (p, a), (q, b) in itertools.pairwise(stops):
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
    # Where no detail is finer than this, half the size shows the same in a quarter of the time.
    whole = size
    if min(cell) / 2 ** (octaves - 1) >= 6 and min(size) >= 400:
        size, cell = ((size[0] + 1) // 2, (size[1] + 1) // 2), (cell[0] / 2, cell[1] / 2)
    total: Image.Image | None = None
    for octave in range(octaves):
        w = min(size[0], max(3, round(size[0] / cell[0] * 2**octave) + 3))
        h = min(size[1], max(3, round(size[1] / cell[1] * 2**octave) + 3))
        layer = Image.frombytes("L", (w, h), Random(f"{seed}/{octave}").randbytes(w * h))
        layer = layer.resize(size, Image.Resampling.BICUBIC, box=(0.5, 0.5, w - 0.5, h - 0.5))
        total = Image.blend(total, layer, 0.5 ** (octave + 1)) if total else layer
    if total is None:
        raise ValueError("noise needs an octave")
    total = ImageOps.autocontrast(total, cutoff=1)
    if size != whole:
        total = total.resize(whole, Image.Resampling.BILINEAR)
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
    texture = noise(seed, (cell[0] / 2, cell[1] / 2), (800, 600), octaves=4)
    w, h = size
    slope = depth / h
    # u = (x - w/2) * 2.5 / den + 400 and v = 575 / den, written over the common denominator 1 + slope * y.
    wide = 750 / w
    coefficients = (wide, 400 * slope, 400 - wide * w / 2, 0.0, 0.0, 575.0, 0.0, slope)
    return texture.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)


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


def rain_on(image: Image.Image, seed: str, drops: int, strength: float = 0.8, *, slant: float = 0.2) -> None:
    random, pen = Random(seed), Pen(scale=1)
    for _ in range(drops):
        x, y, long = random.uniform(0, 1680), random.uniform(-30, 900), random.uniform(9, 30)
        pen.line([(x, y), (x - long * slant, y + long)], fill=random.randrange(20, 90), width=1)
    wash(image, rgb("e6ebee"), pen.done(0.7), strength)


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
