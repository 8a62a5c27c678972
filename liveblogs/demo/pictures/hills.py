"""Press pictures of the hills where the river rises: under the storm, and after it."""

import math
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops

from .light import Stops, film, glow, gradient, ground, halo, levels, mix, noise, ramp, wash
from .pen import WIDE, Colour, Pen, Point, curve, points, rgb


@dataclass(frozen=True)
class _Weather:
    sky: Stops
    cloud: Colour
    haze: Colour
    near: Colour
    grass: Colour
    light: float


STORM = _Weather(
    sky=[(0, rgb("2b343d")), (0.22, rgb("55606a")), (0.4, rgb("a3a7a4")), (0.5, rgb("cfc8b2")), (1, rgb("a8a89c"))],
    cloud=rgb("1d252d"),
    haze=rgb("8b9594"),
    near=rgb("1f2a22"),
    grass=rgb("46513a"),
    light=0.5,
)
CLEAR = _Weather(
    sky=[(0, rgb("3f78b4")), (0.26, rgb("83b0d8")), (0.46, rgb("d4e3ec")), (1, rgb("d4e3ec"))],
    cloud=rgb("ffffff"),
    haze=rgb("a9c0cf"),
    near=rgb("2f4a25"),
    grass=rgb("86994f"),
    light=1.0,
)
RIDGES = (
    "-20,404 160,352 330,388 520,306 700,372 860,330 1060,384 1250,318 1430,372 1620,340",
    "-20,452 220,392 430,456 650,386 850,452 1080,412 1300,440 1480,388 1620,424",
    "-20,500 180,540 390,474 640,556 900,496 1160,560 1390,482 1620,540",
    "-20,566 240,620 520,640 780,700 1040,676 1300,610 1620,548",
)


def _ridge(number: int) -> list[Point]:
    """A smooth back with small unevenness, as old hills have it."""
    line, turn = curve(points(RIDGES[number]), steps=30), number * 1.7
    return [(x, y + 2.4 * math.sin(x / 23 + turn) + 1.5 * math.sin(x / 9 + turn * 2)) for x, y in line]


def _slopes(image: Image.Image, weather: _Weather) -> None:
    for number in range(len(RIDGES)):
        ridge, near = _ridge(number), (number / (len(RIDGES) - 1)) ** 1.3
        pen = Pen()
        pen.polygon([(-20, 920), *ridge, (1620, 920)])
        tone = mix(weather.haze, mix(weather.near, weather.grass, 0.55), 0.18 + 0.82 * near)
        slope = Image.new("RGB", WIDE, tone)
        if number < len(RIDGES) - 1:
            # Folds that fall from the ridge, lit from the right.
            fold = noise(110 + number, (150 - number * 18, 220), (1610, 904), octaves=5)
            relief = ImageChops.subtract(fold.crop((10, 0, 1610, 900)), fold.crop((0, 4, 1600, 904)), 0.45, 122)
            slope = ImageChops.overlay(slope, Image.merge("RGB", [levels(relief, 0.35 + 0.3 * near, 0.02)] * 3))
        else:
            slope = _moor(slope)
        heath = levels(noise(140 + number, (210, 46), octaves=5), 3.2, -0.14)
        wash(slope, mix(tone, rgb("6b4a44"), 0.55), heath, 0.2 + 0.3 * near)
        bright = levels(noise(160 + number, (520, 170), octaves=3), 2.6, -0.1)
        wash(slope, mix(tone, rgb("f2e6a8"), 0.5), bright, 0.34 * weather.light)
        image.paste(slope, (0, 0), pen.done())
        foot = max(y for _, y in ridge) / 900
        mist = ImageChops.multiply(
            noise(120 + number, (560, 90), contrast=1.2), ramp([(0, 0), (foot - 0.08, 0), (foot + 0.05, 200), (1, 60)])
        )
        wash(image, weather.haze, mist, (0.8, 0.66, 0.42, 0.0)[number] * (1.1 - 0.35 * weather.light))
    wash(image, mix(weather.near, (0, 0, 0), 0.45), _pines(), 0.96)


def _moor(slope: Image.Image) -> Image.Image:
    """Tufts of grass and heather, small on the crest and large at the foot."""
    size = (1600, 380)
    for seed, cell, contrast in ((170, (26, 20), 0.8), (171, (9, 9), 0.9), (172, (4, 5), 0.7)):
        texture = Image.new("L", WIDE, 128)
        texture.paste(levels(ground(seed, size, depth=5, cell=cell), contrast), (0, 520))
        slope = ImageChops.soft_light(slope, Image.merge("RGB", [texture] * 3))
    wash(slope, rgb("10150f"), ramp([(0, 0), (0.66, 0), (1, 210)]), 0.7)
    return slope


def _pines() -> Image.Image:
    """Two groves at the sides, in front of everything."""
    random, pines = Random("pines"), Pen()
    for _ in range(96):
        left = random.random() < 0.45
        x = random.uniform(-20, 330) if left else random.uniform(1180, 1620)
        inward = (330 - x) / 350 if left else (x - 1180) / 440
        tall = random.uniform(90, 170) * (0.35 + 0.85 * inward)
        base = 930 - 30 * random.random()
        for tier in range(9):
            half = tall * 0.19 * (tier + 1.2) / 10 * random.uniform(0.82, 1.15)
            y = base - tall + tall * tier / 9
            pines.polygon(
                [(x, y - 8), (x + half, y + tall / 7), (x + half * 0.2, y + tall / 9), (x - half, y + tall / 7)]
            )
        pines.box(x - 2, base - tall, x + 2, base + 20)
    return pines.done()


def hills_in_storm() -> Image.Image:
    """Heavy cloud over the ridges, a curtain of rain, and a gap of light."""
    image = gradient(STORM.sky)
    heavy = noise(101, (620, 190), octaves=6, contrast=1.7)
    wash(image, STORM.cloud, ImageChops.multiply(heavy, ramp([(0, 255), (0.28, 230), (0.46, 60), (1, 0)])), 0.92)
    gap = ImageChops.multiply(noise(102, (420, 90), octaves=5, contrast=1.8), halo((1090, 330), 520, squash=0.5))
    image = glow(image, gap, rgb("ffe6b8"), 0.75)
    _slopes(image, STORM)
    shafts = Pen()
    for i, x in enumerate((930, 1030, 1110, 1200)):
        shafts.polygon([(x, 210), (x + 40, 210), (x - 60 + i * 14, 600), (x - 190 + i * 14, 600)], fill=140 - i * 18)
    image = glow(
        image, ImageChops.multiply(shafts.done(20), ramp([(0, 60), (0.4, 255), (0.66, 0), (1, 0)])), rgb("ffe9c2"), 0.4
    )
    curtain = ImageChops.multiply(noise(130, (36, 900), octaves=3), halo((300, 380), 430, squash=0.9, power=1.1))
    wash(image, rgb("3d4750"), curtain, 0.85)
    return film(image, grain=0.07, edges=0.36)


def hills_in_sun() -> Image.Image:
    """The same ridges under a washed sky."""
    image = gradient(CLEAR.sky)
    fair = levels(noise(104, (520, 120), octaves=6, contrast=2.1), 1.4, -0.16)
    wash(
        image, CLEAR.cloud, ImageChops.multiply(fair, ramp([(0, 90), (0.2, 235), (0.42, 160), (0.5, 0), (1, 0)])), 0.85
    )
    _slopes(image, CLEAR)
    image = glow(image, halo((1380, 120), 900, squash=0.7), rgb("fff0c8"), 0.28)
    return film(image, grain=0.05, edges=0.26)
