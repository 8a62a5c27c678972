"""A press picture of people under umbrellas, who wait in the rain before a lit door."""

import itertools
import math
from random import Random

from PIL import Image, ImageChops

from .light import film, glow, gradient, ground, halo, levels, mirror, mix, noise, rain_on, ramp, wash
from .pen import Colour, Pen, Point, curve, rgb

HORIZON, STREET = 470, 606
COATS = ("232b33", "2c3138", "33302d", "26333a", "3b3330", "2a3a36", "40393a")
CANOPIES = ("1b2127", "20262c", "23303d", "5a2a2c", "1f2a26", "2b2f36", "7a5f2c", "324553")


def _hall(image: Image.Image) -> Image.Image:
    """The front of the hall: tall windows, a wide door that stands open, steps."""
    random, wall = Random("hall"), Pen(mode="RGB", ground=rgb("4a4f52"))
    y = 0.0
    while y < STREET:
        x = -random.uniform(0, 60)
        while x < 1600:
            wide = random.uniform(50, 90)
            wall.box(x, y, x + wide - 1.5, y + 23, mix(rgb("4e5355"), rgb("5d6160"), random.random()))
            x += wide
        y += 24.5
    wall.box(0, 34, 1600, 58, rgb("6b6f6e"))
    wall.box(0, 58, 1600, 66, rgb("33383b"))
    for x in range(-60, 1700, 220):
        if not 880 < x + 110 < 1240:
            _window(wall, x + 110, 160, 520, 52, lit=x in (380, 600))
        wall.box(x - 17, 66, x + 17, STREET, rgb("5a5f5f"))
        wall.box(x + 17, 66, x + 24, STREET, rgb("3b4043"))
    _window(wall, 1060, 150, STREET, 104, lit=True)
    wall.box(956, 326, 1164, 338, rgb("6f5836"))
    for left, right in ((956, 976), (1144, 1164)):
        wall.box(left, 338, right, STREET, rgb("59442c"))
    for step in range(3):
        wall.box(
            900 - step * 22,
            STREET - 27 + step * 9,
            1220 + step * 22,
            STREET - 18 + step * 9,
            mix(rgb("8a8577"), rgb("5d5f5d"), step / 3),
        )
    image.paste(wall.done(1.2).crop((0, 0, 1600, STREET)), (0, 0))
    wash(image, rgb("14191e"), ramp([(0, 190), (0.3, 110), (0.68, 60), (1, 0)]), 0.6)
    image = glow(image, halo((1060, 430), 460, squash=0.9), rgb("ffc675"), 0.5)
    return glow(image, halo((1060, 450), 160, squash=1.2), rgb("ffe9bf"), 0.4)


def _window(wall: Pen, x: float, top: float, bottom: float, half: float, *, lit: bool) -> None:
    """A window or door with a round head and glazing bars."""
    light, bar = (rgb("f2c27a"), rgb("6b5534")) if lit else (rgb("39444d"), rgb("2a3238"))
    for grow, tone in ((12, rgb("6f7271")), (0, light)):
        wall.box(x - half - grow, top, x + half + grow, bottom, tone)
        wall.dot(x, top, half + grow, tone)
    for share in (-0.34, 0.34):
        wall.box(x + half * 2 * share / 2 - 2, top - half * 0.9, x + half * 2 * share / 2 + 2, bottom, bar)
    for row in range(1, 6):
        y = top + (bottom - top) * row / 6 - 20
        wall.box(x - half, y - 2, x + half, y + 2, bar)


def _person(pen: Pen, x: float, foot: float, tall: float, coat: Colour, random: Random) -> None:
    """Somebody in a long coat, from behind."""
    broad, hem = tall * random.uniform(0.1, 0.122), foot - tall * random.uniform(0.24, 0.4)
    dark = mix(coat, (0, 0, 0), 0.45)
    stride = random.uniform(-0.02, 0.03) * tall
    for side in (-1, 1):
        ankle = x + side * (broad * 0.42 + stride * side)
        pen.polygon(
            [
                (ankle - broad * 0.4, hem - 4),
                (ankle + broad * 0.4, hem - 4),
                (ankle + broad * 0.24, foot),
                (ankle - broad * 0.24, foot),
            ],
            dark,
        )
        pen.dot(ankle, foot - tall * 0.008, broad * 0.34, dark, ry=tall * 0.016)
    shoulder, neck = foot - tall * 0.8, foot - tall * 0.86
    outline: list[Point] = [
        (x - broad * 0.34, neck), (x + broad * 0.34, neck), (x + broad * 0.95, shoulder + tall * 0.02),
        (x + broad * 1.06, shoulder + tall * 0.14), (x + broad * 1.08, foot - tall * 0.5), (x + broad * 1.12, hem),
        (x - broad * 1.12, hem), (x - broad * 1.08, foot - tall * 0.5), (x - broad * 1.06, shoulder + tall * 0.14),
        (x - broad * 0.95, shoulder + tall * 0.02),
    ]  # fmt: skip
    pen.polygon(curve(outline, closed=True, steps=6), coat)
    pen.line([(x, shoulder + tall * 0.1), (x + broad * 0.04, hem)], mix(coat, (0, 0, 0), 0.3), tall * 0.006)
    for side in (-1, 1):
        pen.line(
            [(x + side * broad * 0.84, shoulder + tall * 0.1), (x + side * broad * 0.9, foot - tall * 0.45)],
            mix(coat, (0, 0, 0), 0.25),
            tall * 0.007,
        )
    pen.dot(x, foot - tall * 0.915, tall * 0.056, mix(coat, rgb("2a2320"), 0.8), ry=tall * 0.07)


def _hood(pen: Pen, x: float, foot: float, tall: float, coat: Colour) -> None:
    pen.polygon(
        curve(
            [
                (x, foot - tall),
                (x + tall * 0.075, foot - tall * 0.93),
                (x + tall * 0.08, foot - tall * 0.84),
                (x - tall * 0.08, foot - tall * 0.84),
                (x - tall * 0.075, foot - tall * 0.93),
            ],
            closed=True,
        ),
        coat,
    )


def _umbrella(pen: Pen, x: float, foot: float, tall: float, tone: Colour, random: Random) -> None:
    """A canopy seen from behind and a little from below the rim, its panels in two shades."""
    wide = tall * random.uniform(0.27, 0.31)
    tilt, top = random.uniform(-0.16, 0.12), foot - tall * 1.13
    rim = top + wide * 0.62

    def turned(px: float, py: float) -> Point:
        return x + px * math.cos(tilt) - py * math.sin(tilt), rim + px * math.sin(tilt) + py * math.cos(tilt)

    ribs = [-1.0, -0.72, -0.27, 0.27, 0.72, 1.0]
    for i, (a, b) in enumerate(itertools.pairwise(ribs)):
        rise = wide * 0.62
        edge = [(a + (b - a) * t / 8, t / 8) for t in range(9)]
        dome = [
            turned(u * wide, -rise * math.sqrt(max(0.0, 1 - u * u))) for u in (a + (b - a) * t / 8 for t in range(9))
        ]
        hem = [turned(u * wide, -wide * 0.07 * math.sin(math.pi * v)) for u, v in reversed(edge)]
        light = (0.1, 0.2, 0.26, 0.14, 0.04)[i]
        pen.polygon([*dome, turned(b * wide, 0), *hem, turned(a * wide, 0)], mix(tone, rgb("a9b4ba"), light))
    for rib in ribs[1:-1]:
        pen.line(
            [turned(0, -wide * 0.62), turned(rib * wide * 0.82, -wide * 0.36), turned(rib * wide, 0)],
            mix(tone, (0, 0, 0), 0.35),
            tall * 0.004,
        )
    pen.line([turned(0, -wide * 0.62), turned(0, -wide * 0.74)], mix(tone, (0, 0, 0), 0.3), tall * 0.012)


def _places(random: Random) -> list[tuple[float, float, float]]:
    """Where everybody stands, the farthest first: the middle, the feet and the height of each."""
    places, foot, x = [], 614.0, 1000.0
    while foot < 930:
        tall = (foot - HORIZON) * 1.02
        places.append((x + random.uniform(-0.08, 0.08) * tall, foot, tall * random.uniform(0.93, 1.04)))
        if random.random() < 0.5:
            places.append((x + random.uniform(0.3, 0.42) * tall, foot - 3, tall * random.uniform(0.86, 1.0)))
        x -= tall * 0.4
        foot += tall * 0.07
    for x, foot in ((1266, 634), (1298, 637), (1404, 706), (1466, 712)):
        places.append((x, foot, (foot - HORIZON) * 1.02))
    return sorted(places, key=lambda place: place[1])


def _people(image: Image.Image, places: list[tuple[float, float, float]], random: Random) -> Image.Image:
    wet = Pen()
    for x, foot, tall in places:
        wet.polygon(
            [
                (x - tall * 0.13, foot),
                (x + tall * 0.13, foot),
                (x + tall * 0.1, foot + tall * 0.62),
                (x - tall * 0.1, foot + tall * 0.62),
            ],
            150,
        )
    wash(image, rgb("14181c"), wet.done(7), 0.75)
    pen = Pen(mode="RGB")
    pen.image.paste(image.resize(pen.image.size, Image.Resampling.BICUBIC))
    haze = rgb("6d7376")
    for x, foot, tall in places:
        far = max(0.0, 0.3 - (tall - 130) / 900)
        coat, canopy = (mix(rgb(random.choice(tones)), haze, far) for tones in (COATS, CANOPIES))
        _person(pen, x, foot, tall, coat, random)
        if random.random() < 0.82:
            _umbrella(pen, x + random.uniform(-0.03, 0.03) * tall, foot, tall, canopy, random)
        else:
            _hood(pen, x, foot, tall, coat)
    return pen.done()


def queue() -> Image.Image:
    """A double line of people from behind, from the near left to the open door of a hall."""
    image = _hall(Image.new("RGB", (1600, 900)))
    wet = mirror(image, STREET, 4, sway=7, smear=9)
    wet = ImageChops.multiply(wet, gradient([(0, rgb("c2c2be")), (1, rgb("7e858a"))], wet.size))
    paving = levels(ground(73, wet.size, depth=9, cell=(22, 9)), 0.8)
    wet = ImageChops.soft_light(wet, Image.merge("RGB", [paving] * 3))
    wash(wet, rgb("596066"), noise(74, (260, 40), wet.size), 0.5)
    image.paste(wet, (0, STREET))
    random = Random("queue")
    image = _people(image, _places(random), random)
    image = glow(image, halo((1060, 470), 420, squash=0.8), rgb("ffca80"), 0.34)
    mist = ImageChops.multiply(noise(71, (600, 160)), ramp([(0, 40), (0.6, 130), (0.75, 60), (1, 0)]))
    wash(image, rgb("98a1a4"), mist, 0.24)
    rain_on(image, "queue", 1300)
    return film(image, grain=0.07, edges=0.34)
