"""A press picture of the river: an old stone bridge in flood."""

import itertools
import math
from random import Random

from PIL import Image, ImageChops

from .light import film, glow, gradient, ground, halo, halos, levels, mix, noise, rain_on, ramp, wash
from .pen import WIDE, Pen, Point, along, curve, points, rgb

LEVEL = 566  # of the water, below which everything is river
ROAD = curve(points("-40,470 300,424 800,396 1300,424 1640,470"))
#: Middle and half width of each arch; the piers stand between them.
ARCHES = ((60, 124), (400, 156), (800, 180), (1200, 156), (1540, 124))
PIERS = (214, 588, 1012, 1386)


def _crown(middle: float) -> float:
    return along(ROAD, middle) + 58


def _opening(middle: float, half: float, grow: float = 0) -> list[Point]:
    """An arch's opening as a polygon that reaches below the water; `grow` makes it larger all round."""
    foot, crown = LEVEL + 86, _crown(middle) - grow
    turns = [math.pi * i / 40 for i in range(41)]
    return [(middle + (half + grow) * math.cos(a), foot - (foot - crown) * math.sin(a) ** 0.92) for a in turns]


def _stones(random: Random) -> Image.Image:
    """A wall of dressed stone, each block a little different, wet and dark towards the water."""
    wall = Pen(mode="RGB", ground=rgb("57534b"))
    y = 380.0
    while y < LEVEL + 30:
        high, x = random.uniform(13, 17), -random.uniform(0, 40)
        while x < WIDE[0]:
            wide = random.uniform(24, 52)
            tone = mix(rgb("857d70"), rgb("a89e8b"), random.random())
            tone = mix(tone, rgb("6d6a62"), random.random() ** 3)
            wall.box(x, y, x + wide - 1.5, y + high - 1.5, tone)
            x += wide
        y += high
    stone = wall.done()
    patina = levels(noise(55, (150, 90), octaves=6), 0.7, 0.02)
    stone = ImageChops.soft_light(stone, Image.merge("RGB", [patina] * 3))
    wash(stone, rgb("23241f"), ramp([(0, 0), (0.5, 0), (0.585, 120), (0.632, 225), (1, 235)]), 0.9)
    streaks = ImageChops.multiply(noise(56, (16, 260), octaves=3, contrast=2.4), ramp([(0, 0), (0.46, 255), (1, 0)]))
    wash(stone, rgb("3b3a33"), streaks, 0.4)
    return stone


def _bridge(image: Image.Image) -> Image.Image:
    stone = _stones(Random("stones"))
    body, holes = Pen(), Pen()
    body.polygon([*[(x, y - 40) for x, y in ROAD], (1640, 720), (-40, 720)])
    for middle, half in ARCHES:
        holes.polygon(_opening(middle, half))
    solid, open_ = body.done(), holes.done()
    # Under the arches: shadow, with the far light on the water.
    vault = gradient([(0, rgb("15191a")), (0.56, rgb("1b2020")), (0.63, rgb("39403c")), (1, rgb("39403c"))])
    image.paste(vault, (0, 0), open_)
    soffit, gap = Pen(), Pen()
    for middle, half in ARCHES:
        lean = (800 - middle) * 0.06
        soffit.polygon(_opening(middle, half))
        gap.polygon([(x + lean, y + 9) for x, y in _opening(middle, half - 13)])
    image.paste(rgb("4a463d"), (0, 0), ImageChops.subtract(soffit.done(), gap.done(1)))
    # The parapet with its coping, and a string course where the road lies.
    lines, shade = Pen(), Pen()
    for shift, wide in ((-40, 9), (0, 7)):
        lines.line([(x, y + shift) for x, y in ROAD], width=wide)
        shade.line([(x, y + shift + 9) for x, y in ROAD], width=7)
    wash(stone, rgb("26251f"), shade.done(2), 0.6)
    wash(stone, rgb("b7ad9b"), lines.done(), 0.92)
    # The wedge stones of the arches.
    ring, joints = Pen(), Pen()
    for middle, half in ARCHES:
        outer, inner = _opening(middle, half, 22), _opening(middle, half)
        ring.polygon([*outer, *reversed(inner)])
        for i in range(1, 40):
            joints.line([outer[i], inner[i]], width=1.6)
    wash(stone, rgb("aaa08d"), ring.done(), 0.78)
    wash(stone, rgb("4c473e"), ImageChops.multiply(joints.done(), ring.done()), 0.9)
    image.paste(stone, (0, 0), ImageChops.subtract(solid, open_))
    return _piers(image, stone)


def _piers(image: Image.Image, stone: Image.Image) -> Image.Image:
    """The pointed feet of the piers, which part the current, each with a cap of stone."""
    left, right, cap, shade = Pen(), Pen(), Pen(), Pen()
    for x in PIERS:
        top = along(ROAD, x) + 44
        left.polygon([(x - 30, top + 26), (x, top + 34), (x, LEVEL + 40), (x - 34, LEVEL + 40)])
        right.polygon([(x, top + 34), (x + 30, top + 26), (x + 34, LEVEL + 40), (x, LEVEL + 40)])
        cap.polygon([(x - 34, top + 30), (x, top - 6), (x, top + 40)])
        shade.polygon([(x, top - 6), (x + 34, top + 30), (x, top + 40)])
    image.paste(Image.blend(stone, Image.new("RGB", WIDE, rgb("a79d8a")), 0.22), (0, 0), left.done())
    image.paste(Image.blend(stone, Image.new("RGB", WIDE, rgb("1d1e1b")), 0.38), (0, 0), right.done())
    image.paste(rgb("a49a88"), (0, 0), cap.done())
    image.paste(rgb("67625a"), (0, 0), shade.done())
    return image


def _town(image: Image.Image) -> None:
    """Roofs and a church tower in the haze behind."""
    random, far = Random("town"), Pen()
    for depth in range(2):
        x = -20.0
        while x < 1640:
            wide = random.uniform(46, 88)
            eaves = 384 - random.uniform(0, 40) + depth * 16 + abs(x - 800) * 0.02
            far.box(x, eaves, x + wide + 1, 600)
            far.polygon([(x - 3, eaves + 1), (x + wide / 2, eaves - wide * 0.42), (x + wide + 3, eaves + 1)])
            if random.random() < 0.5:
                far.box(x + wide * 0.68, eaves - wide * 0.4, x + wide * 0.68 + 8, eaves)
            x += wide
        wash(image, rgb(("8b9497", "727c80")[depth]), far.done(2.4 - depth), (0.9, 0.85)[depth])
        far = Pen()
        if depth == 0:
            far.box(1106, 226, 1162, 460)
            far.polygon([(1110, 228), (1134, 96), (1158, 228)])
            for x in (1104, 1152):
                far.polygon([(x, 228), (x + 6, 190), (x + 12, 228)])
            far.box(1160, 330, 1308, 460)
            far.polygon([(1156, 332), (1172, 292), (1300, 292), (1314, 332)])
    wash(image, rgb("aab0af"), ramp([(0, 0), (0.3, 0), (0.5, 190), (0.66, 60), (1, 0)]), 0.6)


def _river(image: Image.Image) -> Image.Image:
    size = (1600, 900 - LEVEL)
    mud = gradient([(0, rgb("8b8270")), (0.16, rgb("82765f")), (0.5, rgb("6d604a")), (1, rgb("4d4332"))], size)
    for seed, depth, cell, contrast in ((57, 7, (40, 16), 0.55), (59, 9, (18, 7), 0.55), (62, 9, (7, 3), 0.5)):
        flow = levels(ground(seed, size, depth=depth, cell=cell), contrast)
        mud = ImageChops.soft_light(mud, Image.merge("RGB", [flow] * 3))
    crests = levels(ground(58, size, depth=8, cell=(30, 8)), 4, -0.9)
    wash(mud, rgb("cfc5ae"), ImageChops.multiply(crests, levels(ground(63, size, depth=8, cell=(9, 3)), 2)), 0.5)
    sheen = ImageChops.multiply(
        levels(ground(60, size, depth=6, cell=(90, 14)), 2, -0.1), ramp([(0, 230), (1, 10)], size)
    )
    wash(mud, rgb("b9bdb9"), sheen, 0.42)
    shade, wake = Pen(size), Pen(size)
    for middle, half in ARCHES:
        shade.polygon([(middle - half, -4), (middle + half, -4), (middle + half * 0.9, 46), (middle - half * 0.9, 46)])
    wash(mud, rgb("26241d"), ImageChops.multiply(shade.done(9), ramp([(0, 255), (0.16, 0), (1, 0)], size)), 0.6)
    for x in PIERS:
        wake.dot(x, 0, 56, ry=13)
        for side in (-1, 1):
            wake.polygon([(x + side * 20, -6), (x + side * 58, -6), (x + side * 250, 170), (x + side * 120, 170)], 190)
    white = ImageChops.multiply(wake.done(9), ramp([(0, 255), (0.06, 235), (0.5, 0), (1, 0)], size))
    torn = levels(ground(61, size, depth=9, cell=(6, 2.6)), 2.6, 0.02)
    wash(mud, rgb("e6dfd0"), ImageChops.multiply(white, torn), 0.95)
    image.paste(mud, (0, LEVEL), ramp([(0, 225), (0.03, 255), (1, 255)], size))
    return image


def _wreck(image: Image.Image) -> None:
    """A tree that the river has laid across a pier."""
    random, wood = Random("wreck"), Pen(scale=3)
    trunk = points("452,618 520,596 588,578 660,556 724,530")
    for (a, b), wide in zip(itertools.pairwise(trunk), (17, 15, 12, 9), strict=True):
        wood.line([a, b], width=wide)
    for _ in range(26):
        t = random.random()
        x, y = 520 + 204 * t, 596 - 66 * t
        long = random.uniform(24, 74) * (0.5 + t * 0.5)
        turn = random.choice((-1, 1)) * random.uniform(0.35, 1.15) - 0.32
        tip = (x + long * math.cos(turn), y + long * math.sin(turn) * 0.8)
        wood.line([(x, y), tip], width=random.uniform(2, 4.5))
        for _ in range(2):
            bend = turn + random.uniform(-0.8, 0.8)
            wood.line([tip, (tip[0] + 22 * math.cos(bend), tip[1] + 20 * math.sin(bend))], width=1.6)
    for _ in range(5):
        turn = math.pi + random.uniform(-0.9, 0.9)
        wood.line([(456, 617), (456 + 34 * math.cos(turn), 617 + 26 * math.sin(turn))], width=4)
    # What lies deeper than a hand is hidden by the brown water.
    shape = ImageChops.multiply(wood.done(), ramp([(0, 255), (0.668, 255), (0.694, 40), (1, 0)]))
    wash(image, rgb("241f19"), shape, 0.95)
    lit = ImageChops.subtract(shape, ImageChops.offset(shape, 1, 3))
    wash(image, rgb("a39a86"), lit, 0.4)


def bridge() -> Image.Image:
    """Five arches with brown water close below their crowns, in the rain."""
    image = gradient(
        [(0, rgb("57646f")), (0.3, rgb("929ca2")), (0.44, rgb("c9c8be")), (0.5, rgb("d8d0bd")), (0.62, rgb("b0afa6"))]
    )
    wash(
        image,
        rgb("3a4650"),
        ImageChops.multiply(noise(51, (760, 150), octaves=5, contrast=1.7), ramp([(0, 255), (0.46, 60), (1, 0)])),
        0.75,
    )
    wash(
        image,
        rgb("d9d8cf"),
        ImageChops.multiply(
            noise(52, (620, 90), octaves=5, contrast=1.8), ramp([(0, 20), (0.3, 150), (0.5, 60), (1, 0)])
        ),
        0.4,
    )
    _town(image)
    lamps = [(x, along(ROAD, x) - 40) for x in (214, 588, 1012, 1386)]
    posts = Pen()
    for x, y in lamps:
        posts.line([(x, y), (x, y - 62)], width=4)
        posts.box(x - 6, y - 6, x + 6, y)
        posts.polygon([(x - 9, y - 80), (x + 9, y - 80), (x + 6, y - 62), (x - 6, y - 62)])
        posts.polygon([(x - 11, y - 79), (x, y - 90), (x + 11, y - 79)])
    wash(image, rgb("262b2c"), posts.done())
    image = _bridge(image)
    image = glow(image, halos([((x, y - 71), 78) for x, y in lamps], power=2.2), rgb("ffcf87"), 0.7)
    image = glow(image, halos([((x, y - 71), 13) for x, y in lamps], power=0.8), rgb("fff0cc"), 0.9)
    image = _river(image)
    _wreck(image)
    image = glow(image, halo((560, 400), 900, squash=0.4), rgb("e0d6c0"), 0.2)
    rain_on(image, "rain", 1100, slant=0.2)
    return film(image, grain=0.07, edges=0.26)
