"""Press pictures with water in them: a skyline, a harbour, a bridge, a street and a queue in the rain."""

import math
from random import Random

from PIL import Image, ImageChops, ImageFilter

from .ink import (
    WIDE,
    Pen,
    Point,
    curve,
    film,
    glow,
    gradient,
    ground,
    halo,
    levels,
    mirror,
    mix,
    noise,
    ramp,
    rgb,
    wash,
)


def _towers(random: Random, low: float, high: float, narrow: float, broad: float) -> list[tuple[float, float, float]]:
    """Left, right and height of buildings side by side, tallest towards the middle."""
    found, x = [], -20.0
    while x < WIDE[0] + 20:
        width = random.uniform(narrow, broad)
        hill = math.exp(-(((x - 880) / 430) ** 2))
        found.append((x, x + width, random.uniform(low, low + (high - low) * (0.25 + 0.75 * hill))))
        x += width + random.choice((0, 0, random.uniform(0, narrow * 0.5)))
    return found


def skyline() -> Image.Image:
    """A city at dusk, its windows lit, over a broad river."""
    random, shore = Random("skyline"), 590
    image = gradient(
        [(0, rgb("16213f")), (0.3, rgb("39406b")), (0.5, rgb("8d6480")), (0.62, rgb("dd936f")), (0.68, rgb("f3bf84"))]
    )
    clouds = ImageChops.multiply(noise(11, (900, 70), contrast=1.9), ramp([(0, 120), (0.35, 220), (0.62, 60), (1, 0)]))
    wash(image, rgb("2b2747"), clouds, 0.62)
    wash(
        image,
        rgb("f0a07c"),
        ImageChops.multiply(noise(12, (1000, 34), contrast=2.4), ramp([(0.2, 0), (0.5, 190), (0.66, 40), (1, 0)])),
        0.5,
    )
    image = glow(image, halo((1060, shore), 760, squash=0.42), rgb("ff9d57"), 0.75)
    panes = Pen(mode="RGB")
    for depth, (low, high, narrow, broad) in enumerate([(40, 210, 26, 60), (34, 290, 34, 74), (26, 200, 40, 96)]):
        blocks = Pen()
        for left, right, height in _towers(random, low, high, narrow, broad):
            top = shore - height
            blocks.box(left, top, right, shore)
            middle = (left + right) / 2
            if height > high * 0.72:
                blocks.box(left + (right - left) * 0.22, top - 14, right - (right - left) * 0.22, top)
                blocks.line([(middle, top - random.uniform(34, 70)), (middle, top)], width=1.5)
            panes.box(left, top, right, shore, (0, 0, 0))
            share = random.uniform(0.1, 0.5) if depth else 0.14
            step = (6.4, 9.0) if depth < 2 else (8.5, 11.0)
            for row in range(int((height - 10) / step[1])):
                whole = random.random() < 0.05
                for column in range(int((right - left - 8) / step[0])):
                    if whole or random.random() < share:
                        warm = mix(rgb("ffb765"), rgb("dfe9ff"), random.random() ** 3)
                        light = mix((0, 0, 0), warm, random.uniform(0.35, 1) * (0.45, 0.75, 1)[depth])
                        x, y = left + 5 + column * step[0], top + 8 + row * step[1]
                        panes.box(x, y, x + step[0] * 0.46, y + step[1] * 0.5, light)
        tone = (rgb("7a5a72"), rgb("413b5c"), rgb("1b1f38"))[depth]
        wash(image, tone, blocks.done(), (0.82, 0.93, 1)[depth])
        wash(
            image,
            rgb("e79a70"),
            ImageChops.multiply(blocks.done(), ramp([(0.4, 0), (0.66, 110), (1, 110)])),
            (0.7, 0.4, 0.12)[depth],
        )
    lights = panes.done()
    for lamp in range(70):
        x = lamp * 23.4 + random.uniform(-4, 4)
        lights.paste(rgb("ffdfa6"), (round(x), shore - 7, round(x) + 2, shore - 4))
    image = ImageChops.screen(image, lights)
    image = ImageChops.screen(image, lights.filter(ImageFilter.GaussianBlur(7)).point(lambda v: min(255, v * 1.5)))
    water = mirror(image, shore, 5, sway=15, smear=14)
    deep = gradient([(0, rgb("c3b0b4")), (0.3, rgb("a5a2b8")), (1, rgb("5f6888"))], water.size)
    water = ImageChops.multiply(water, deep)
    ripples = levels(ground(21, water.size, cell=(60, 10)), 0.8, 0.08)
    water = ImageChops.soft_light(water, Image.merge("RGB", [ripples] * 3))
    image.paste(water, (0, shore))
    bank = Pen()
    bank.box(0, shore - 3, WIDE[0], shore + 2)
    wash(image, rgb("12152a"), bank.done(0.6))
    wash(image, rgb("f2b78d"), ramp([(0, 0), (0.58, 0), (0.655, 90), (0.72, 0), (1, 0)]), 0.5)
    return film(image)


def _crane(pen: Pen, x: float, foot: float, size: float, boom: float) -> None:
    """A quay crane, seen from the side; `boom` is how far its arm is raised, in radians."""
    wide, tall = 62 * size, 150 * size
    for leg in (0, wide):
        pen.line([(x + leg, foot), (x + leg * 0.92 + 2 * size, foot - tall)], width=5 * size)
    for share in (0.28, 0.66):
        pen.line([(x, foot - tall * share), (x + wide, foot - tall * share)], width=4 * size)
    pen.line([(x, foot - tall * 0.28), (x + wide, foot - tall * 0.66)], width=2.5 * size)
    pen.line([(x + wide, foot - tall * 0.66), (x + 6 * size, foot - tall)], width=2.5 * size)
    deck = foot - tall
    pen.box(x - 78 * size, deck - 6 * size, x + wide + 6 * size, deck + 3 * size)
    pen.box(x - 66 * size, deck - 26 * size, x - 20 * size, deck)
    peak = (x + wide * 0.62, deck - 74 * size)
    pen.line([(x + 4 * size, deck), peak, (x + wide, deck)], width=4 * size)
    tip = (x + wide + 190 * size * math.cos(boom), deck - 190 * size * math.sin(boom))
    pen.line([(x + wide, deck), tip], width=6 * size)
    pen.line([peak, (tip[0] * 0.98 + x * 0.02, tip[1])], width=1.6 * size)
    pen.line([peak, ((tip[0] + x + wide) / 2, (tip[1] + deck) / 2)], width=1.6 * size)
    pen.line([peak, (x - 74 * size, deck)], width=1.6 * size)


def harbour() -> Image.Image:
    """Quay cranes and a container ship in morning fog."""
    quay = 640
    image = gradient([(0, rgb("8fa0ac")), (0.4, rgb("b9c1c2")), (0.7, rgb("d8d2c4")), (1, rgb("cfcabd"))])
    image = glow(image, halo((420, 300), 620), rgb("ffe6bd"), 0.6)
    image = glow(image, halo((420, 300), 90, power=0.9), rgb("fff3d9"), 0.75)
    rows = [
        (590, 0.62, rgb("a3adb1"), [(60, 1.15), (300, 0.0), (700, 1.15), (930, 1.15), (1310, 0.0)]),
        (612, 0.95, rgb("7b8a92"), [(180, 0.0), (560, 1.15), (1060, 0.0), (1390, 1.1)]),
        (quay, 1.65, rgb("3e4d57"), [(-10, 0.0), (880, 1.12), (1230, 0.0)]),
    ]
    for number, (foot, size, tone, cranes) in enumerate(rows):
        pen = Pen()
        for x, boom in cranes:
            _crane(pen, x, foot, size, boom)
        pen.box(0, foot - 4 * size, WIDE[0], foot + 40)
        wash(image, tone, pen.done((2.2, 1.1, 0.3)[number]))
        bank = ImageChops.multiply(
            noise(30 + number, (800, 130), contrast=1.3), ramp([(0, 0), (0.4, 40), (0.66, 255), (0.78, 160), (1, 60)])
        )
        wash(image, rgb("d5d3c9"), bank, (0.85, 0.75, 0.34)[number])
    ship, random = Pen(mode="RGB", ground=(0, 0, 0)), Random("ship")
    hull: list[Point] = [(380, 590), (1010, 590), (1024, 566), (1052, 566), (1030, 652), (410, 652)]
    mask = Pen()
    mask.polygon(hull)
    ship.polygon(hull, rgb("4a3a3c"))
    ship.polygon([(396, 626), (1037, 626), (1030, 652), (410, 652)], rgb("6e3f38"))
    paints = [rgb(c) for c in ("7d5348", "5e6f78", "4f6370", "8a7a5c", "6b7a72", "75565a")]
    for column in range(16):
        for row in range(random.choice((2, 3, 4, 4, 5))):
            x, y = 494 + column * 31, 590 - row * 14
            mask.box(x, y - 13, x + 29, y)
            ship.box(x, y - 13, x + 29, y, random.choice(paints))
    for pen, tone in ((mask, 255), (ship, rgb("9a9f9f"))):
        pen.box(404, 500, 470, 590, tone)
        pen.box(396, 492, 478, 506, tone)
        pen.box(430, 464, 446, 494, tone)
    for deck in range(4):
        ship.box(410, 512 + deck * 18, 464, 517 + deck * 18, rgb("56636b"))
    image.paste(ship.done(), (0, 0), mask.done(0.5))
    wash(
        image,
        rgb("cfd0ca"),
        ImageChops.multiply(noise(38, (700, 90)), ramp([(0, 0), (0.5, 30), (0.74, 255), (1, 40)])),
        0.8,
    )
    water = mirror(image, 655, 9, sway=7, smear=12)
    water = ImageChops.multiply(water, gradient([(0, rgb("e9e9e4")), (1, rgb("7f8d95"))], water.size))
    swell = levels(ground(44, water.size, cell=(120, 15)), 0.8)
    image.paste(ImageChops.soft_light(water, Image.merge("RGB", [swell] * 3)), (0, 655))
    wash(
        image,
        rgb("d9d6cb"),
        ImageChops.multiply(noise(39, (900, 60)), ramp([(0, 0), (0.6, 0), (0.72, 235), (0.8, 0), (1, 0)])),
        0.8,
    )
    gulls = Pen(scale=3)
    for x, y, size in ((620, 190, 9), (668, 214, 7), (706, 176, 11), (1180, 120, 8), (760, 240, 6)):
        gulls.line(
            curve(
                [
                    (x - size * 1.7, y - size * 0.3),
                    (x - size * 0.7, y - size * 0.7),
                    (x, y),
                    (x + size * 0.8, y - size * 0.8),
                    (x + size * 1.8, y - size * 0.1),
                ]
            ),
            width=1.5,
        )
    wash(image, rgb("47545c"), gulls.done(), 0.85)
    return film(image, grain=0.07, edges=0.3)


def bridge() -> Image.Image:
    """A stone bridge with the river up to the crowns of its arches."""
    random, deck, level = Random("bridge"), 420, 560
    image = gradient([(0, rgb("4e5a64")), (0.35, rgb("87919a")), (0.5, rgb("b5b6b0")), (0.62, rgb("a7a59b"))])
    wash(
        image,
        rgb("343f4a"),
        ImageChops.multiply(noise(51, (700, 170), octaves=5, contrast=1.6), ramp([(0, 255), (0.5, 70), (1, 0)])),
        0.8,
    )
    hills = Pen()
    hills.polygon(
        [
            (0, 600),
            *curve([(0, 400), (240, 350), (520, 396), (800, 372), (1120, 330), (1400, 388), (1600, 360)]),
            (1600, 600),
        ]
    )
    wash(image, rgb("7d878a"), hills.done(3))
    trees = Pen()
    for _ in range(420):
        x = random.uniform(-20, 1620)
        r = random.uniform(8, 26)
        trees.dot(x, 452 - r * 0.5 + 14 * math.sin(x / 170), r * 0.7, ry=r)
    trees.box(0, 448, 1600, 600)
    wash(image, rgb("59645f"), trees.done(2.2))
    wash(image, rgb("b9bbb4"), ramp([(0, 0), (0.35, 0), (0.52, 150), (0.66, 90), (1, 0)]), 0.7)
    stone = Pen()
    road = curve([(-40, deck + 66), (300, deck + 22), (800, deck - 6), (1300, deck + 22), (1640, deck + 66)])
    stone.polygon([*[(x, y - 34) for x, y in road], (1640, 720), (-40, 720)])
    openings = Pen()
    for middle, half in ((70, 118), (395, 148), (800, 172), (1205, 148), (1530, 118)):
        crown = deck + 52 + abs(middle - 800) * 0.055
        openings.polygon(
            [
                (
                    middle + half * math.cos(a / 30 * math.pi),
                    level + 80 - (level + 80 - crown) * math.sin(a / 30 * math.pi),
                )
                for a in range(31)
            ]
        )
    body = ImageChops.subtract(stone.done(), openings.done())
    masonry = gradient([(0, rgb("8e877a")), (0.45, rgb("8b8476")), (0.56, rgb("6b675e")), (0.64, rgb("3f403c"))])
    courses = Pen()
    for row in range(20):
        y = 380 + row * 12.5
        courses.line([(0, y), (1600, y)], fill=90, width=0.9)
        for brick in range(60):
            x = brick * 28 + (row % 2) * 14 + random.uniform(-3, 3)
            courses.line([(x, y), (x, y + 12.5)], fill=random.choice((40, 90)), width=0.9)
    wash(masonry, rgb("3d3a34"), courses.done(), 0.8)
    masonry = ImageChops.soft_light(
        masonry, Image.merge("RGB", [levels(noise(55, (90, 60), octaves=6), 0.55, 0.03)] * 3)
    )
    shade = Pen()
    for x, y in road[::3]:
        shade.box(x - 14, y - 2, x + 40, y + 5)
    wash(masonry, rgb("2d2b28"), shade.done(3), 0.55)
    under = ImageChops.multiply(openings.done(2), stone.done())
    wash(image, rgb("1f2423"), ImageChops.multiply(under, ramp([(0, 255), (0.5, 255), (0.62, 165), (1, 120)])), 0.93)
    image.paste(masonry, (0, 0), body)
    rim = Pen()
    for middle, half in ((70, 118), (395, 148), (800, 172), (1205, 148), (1530, 118)):
        crown = deck + 52 + abs(middle - 800) * 0.055
        ring = [
            (
                middle + (half + 7) * math.cos(a / 40 * math.pi),
                level + 80 - (level + 87 - crown) * math.sin(a / 40 * math.pi),
            )
            for a in range(41)
        ]
        rim.line(ring, width=13)
    wash(image, rgb("a39b8b"), ImageChops.multiply(rim.done(), body), 0.65)
    for x in (150, 480, 1120, 1450):
        post = Pen()
        y = min(road, key=lambda p: abs(p[0] - x))[1] - 34
        post.line([(x, y), (x, y - 66)], width=4)
        post.dot(x, y - 70, 7, ry=9)
        wash(image, rgb("2f3433"), post.done(0.5))
        image = glow(image, halo((x, y - 70), 60), rgb("ffdba0"), 0.55)
    mud = gradient([(0, rgb("8d8067")), (0.3, rgb("75694f")), (1, rgb("40392b"))], (1600, 900 - level))
    flow = ground(57, mud.size, depth=7, cell=(34, 9))
    mud = ImageChops.overlay(mud, Image.merge("RGB", [levels(flow, 0.9, 0.0)] * 3))
    crests = levels(ground(58, mud.size, depth=7, cell=(40, 8)), 5, -1.1)
    wash(mud, rgb("d6ccb6"), crests, 0.5)
    image.paste(mud, (0, level), ramp([(0, 205), (0.06, 255), (1, 255)], mud.size))
    for x in (235, 600, 1000, 1365):
        foam = Pen()
        for _ in range(260):
            far = random.random() ** 1.8
            foam.dot(
                x + random.gauss(0, 26 + far * 95),
                level - 4 + far * 120 + random.uniform(-5, 5),
                random.uniform(1, 5.5),
                random.randrange(50, 200),
                ry=random.uniform(0.8, 2.6),
            )
        wash(image, rgb("e4dccb"), foam.done(1.5), 0.85)
    rain = Pen(scale=1)
    for _ in range(900):
        x, y, long = random.uniform(0, 1640), random.uniform(-20, 900), random.uniform(9, 26)
        rain.line([(x, y), (x - long * 0.22, y + long)], fill=random.randrange(20, 75), width=1)
    wash(image, rgb("e6ebee"), rain.done(0.7))
    return film(image, grain=0.08)
