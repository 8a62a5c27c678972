"""A press picture of the port: a container ship at its berth under raised cranes."""

import math
from random import Random

from PIL import Image, ImageChops

from .light import film, glow, gradient, ground, halo, halos, levels, mirror, mix, noise, rain_on, ramp, wash
from .pen import WIDE, Colour, Pen, curve, points, rgb

QUAY, WATER = 640, 652
PAINTS = ("8c4a3c", "3f5f78", "56707c", "a58a52", "5f7a68", "7a4650", "b0552f", "c9c6ba", "2f4a63")


def _crane(pen: Pen, x: float, foot: float, size: float) -> None:
    """A quay crane from the side, its arm raised, as in a storm."""
    wide, deck = 62 * size, foot - 150 * size
    for leg in (0, wide):
        pen.line([(x + leg, foot), (x + leg * 0.94 + 2 * size, deck)], width=4.6 * size)
        pen.box(x + leg - 9 * size, foot - 5 * size, x + leg + 9 * size, foot)
    for share in (0.3, 0.72):
        pen.line([(x, foot - 150 * size * share), (x + wide, foot - 150 * size * share)], width=3.4 * size)
    pen.line([(x, foot - 45 * size), (x + wide, foot - 108 * size)], width=2 * size)
    pen.line([(x + wide, foot - 108 * size), (x + 8 * size, deck)], width=2 * size)
    pen.box(x - 84 * size, deck - 5 * size, x + wide + 10 * size, deck + 2 * size)
    pen.box(x - 70 * size, deck - 24 * size, x - 22 * size, deck)
    for post in range(8):
        pen.line(
            [(x - 80 * size + post * 19 * size, deck - 11 * size), (x - 80 * size + post * 19 * size, deck)], width=0.8
        )
    peak, turn = (x + wide * 0.66, deck - 78 * size), 1.18
    pen.line([(x + 6 * size, deck), peak, (x + wide, deck)], width=3.4 * size)
    start = (x + wide, deck - 2 * size)
    tip = (start[0] + 178 * size * math.cos(turn), start[1] - 178 * size * math.sin(turn))
    across = (5 * size * math.sin(turn), 5 * size * math.cos(turn))
    for side in (0, 1):
        pen.line([(p[0] + side * across[0], p[1] + side * across[1]) for p in (start, tip)], width=1.8 * size)
    for rung in range(19):
        a, b = rung / 19, (rung + 1) / 19
        here = [(start[0] + (tip[0] - start[0]) * t, start[1] + (tip[1] - start[1]) * t) for t in (a, b)]
        pen.line([here[0], (here[1][0] + across[0], here[1][1] + across[1])], width=1 * size)
    for share in (0.55, 0.97):
        hold = (start[0] + (tip[0] - start[0]) * share, start[1] + (tip[1] - start[1]) * share)
        pen.line([peak, hold], width=1.2 * size)
    pen.line([peak, (x - 78 * size, deck)], width=1.2 * size)


def _cranes(image: Image.Image) -> Image.Image:
    rows = (
        (604, 0.7, "93a0a6", (40, 330, 690, 1010, 1330)),
        (622, 1.0, "6d7c84", (170, 560, 1180, 1420)),
        (QUAY, 1.62, "34424b", (96, 930, 1292)),
    )
    for number, (foot, size, tone, places) in enumerate(rows):
        pen = Pen()
        for x in places:
            _crane(pen, x, foot, size)
        if number < 2:
            random = Random(number)
            for column in range(64):
                for row in range(random.choice((1, 2, 3, 3))):
                    pen.box(column * 25.4, foot - 11 - row * 11, column * 25.4 + 24, foot - row * 11, 235)
        pen.box(0, foot - 2, WIDE[0], foot + 50)
        wash(image, rgb(tone), pen.done((1.6, 0.8, 0)[number]))
        mist = ImageChops.multiply(
            noise(30 + number, (800, 130), contrast=1.3), ramp([(0, 0), (0.4, 40), (0.66, 235), (0.78, 120), (1, 0)])
        )
        wash(image, rgb("b4bcbd"), mist, (0.7, 0.6, 0.22)[number])
    lights = [
        ((x + 62 * 1.62 + 178 * 1.62 * math.cos(1.18), QUAY - 152 * 1.62 - 178 * 1.62 * math.sin(1.18)), 20.0)
        for x in rows[2][3]
    ]
    return glow(image, halos(lights, power=1.2), rgb("ff4b3a"), 0.95)


def _ship(image: Image.Image) -> None:
    """A container ship broadside on, its stern to the left."""
    random = Random("ship")
    paint, mask = Pen(mode="RGB"), Pen()

    def both(shape: str, tone: Colour, *coordinates: float) -> None:
        for pen, colour in ((paint, tone), (mask, 255)):
            getattr(pen, shape)(*coordinates, colour)

    for bay in range(15):
        stack = random.choice((4, 5, 5, 5, 6)) - (bay > 12) - (bay in (0, 7))
        both("box", rgb("3a454b"), 470 + bay * 38.4, 566 - stack * 15.2, 506.6 + bay * 38.4, 568)
        for row in range(stack):
            x, y = 470 + bay * 38.4, 566 - row * 15.2
            both("box", mix(rgb(random.choice(PAINTS)), rgb("7f8a8e"), 0.3), x, y - 14.4, x + 36.6, y)
            for rib in range(1, 12):
                paint.box(x + rib * 3.05, y - 14.4, x + rib * 3.05 + 0.6, y, rgb("5a6266"))
    for x in (466, 466 + 38.4 * 8, 466 + 38.4 * 15):
        both("box", rgb("8a9294"), x, 480, x + 3, 570)
    # The house: decks with windows, the bridge with its wings, mast and funnel.
    house = rgb("d3d5d0")
    both("box", house, 366, 486, 446, 572)
    both("box", house, 352, 462, 460, 486)
    both("box", rgb("4f5b62"), 356, 467, 456, 475)
    both("box", rgb("c7c9c4"), 372, 452, 440, 462)
    both("box", rgb("3d5570"), 336, 494, 364, 560)
    both("box", rgb("20282d"), 336, 488, 364, 496)
    both("box", rgb("b9bcb8"), 404, 410, 407, 452)
    both("box", rgb("b9bcb8"), 392, 424, 420, 427)
    for deck in range(5):
        for window in range(9):
            x = 372 + window * 8
            paint.box(
                x, 494 + deck * 15, x + 4, 499 + deck * 15, rgb("5d6a72" if random.random() < 0.75 else "f3d79a")
            )
        paint.box(366, 504 + deck * 15, 446, 505 + deck * 15, rgb("aeb3b1"))
    for pen, tone, red in ((paint, rgb("24384a"), rgb("7e3a30")), (mask, 255, 255)):
        bow = curve(points("1040,566 1090,560 1130,549 1166,534"))
        stem = curve(points("1166,534 1146,572 1124,620 1108,672"))
        pen.polygon([*points("316,562"), *bow, *stem, *points("352,672 336,650 322,604")], tone)
        pen.polygon(points("334,640 1117,640 1108,672 352,672"), red)
    paint.line([*points("318,572 1040,572"), *[(x, y + 6) for x, y in bow], (1160, 543)], rgb("dfe2df"), 2.6)
    paint.line(points("338,639 1118,639"), rgb("c9ccc8"), 1.8)
    paint.text((984, 606), "ARDENT KESTREL", 14, rgb("d6d9d6"), spacing=1)
    both("box", rgb("cfd2cf"), 1117, 506, 1121, 554)
    both("box", rgb("cfd2cf"), 1108, 519, 1130, 522)
    body = paint.done()
    shade = ramp([(0, 0), (0.62, 0), (0.715, 150), (1, 150)])
    wash(body, rgb("10181e"), shade, 0.55)
    wash(body, rgb("9aa5a9"), noise(36, (600, 60), octaves=5), 0.2)
    image.paste(body, (0, 0), mask.done())
    ropes = Pen(scale=3)
    for start, end in (
        ((1150, 552), (1292, 640)),
        ((1140, 556), (1240, 640)),
        ((322, 566), (190, 640)),
        ((330, 570), (250, 640)),
    ):
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + 14)
        ropes.line(curve([start, middle, end]), width=1.6)
    wash(image, rgb("20282c"), ropes.done(), 0.9)


def harbor() -> Image.Image:
    """Cranes with their arms up and a moored ship, in grey weather."""
    image = gradient(
        [(0, rgb("55636e")), (0.34, rgb("8a979d")), (0.6, rgb("bfc4c1")), (0.72, rgb("c5c6bf")), (1, rgb("99a1a3"))]
    )
    heavy = ImageChops.multiply(
        noise(41, (820, 150), octaves=5, contrast=1.8), ramp([(0, 255), (0.5, 120), (0.66, 0), (1, 0)])
    )
    wash(image, rgb("3f4c57"), heavy, 0.75)
    image = glow(image, halo((1180, 500), 700, squash=0.4), rgb("e6dcc4"), 0.3)
    image = _cranes(image)
    _ship(image)
    water = mirror(image, WATER + 8, 9, sway=14, smear=14)
    water = ImageChops.multiply(
        water, gradient([(0, rgb("c9cdcc")), (0.4, rgb("a3adb0")), (1, rgb("66737b"))], water.size)
    )
    for seed, cell, contrast in ((44, (60, 16), 0.7), (45, (16, 5), 0.7)):
        swell = levels(ground(seed, water.size, depth=9, cell=cell), contrast)
        water = ImageChops.soft_light(water, Image.merge("RGB", [swell] * 3))
    wash(water, rgb("d5dad9"), levels(ground(46, water.size, depth=8, cell=(18, 5)), 4, -1.15), 0.4)
    image.paste(water, (0, WATER + 8), ramp([(0, 190), (0.04, 255), (1, 255)], water.size))
    rain_on(image, "harbor rain", 800, slant=0.34)
    return film(image, grain=0.06, edges=0.3)
