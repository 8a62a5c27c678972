"""A press picture of the chamber: a dome and a colonnade at blue hour, its square wet from rain."""

import math
from random import Random

from PIL import Image, ImageChops, ImageFilter

from .light import film, glow, gradient, ground, halo, halos, levels, mirror, mix, noise, ramp, wash
from .pen import Pen, Point, points, rgb

BASE, SQUARE = 640, 672
COLUMNS = [512 + 82.2 * number for number in range(8)]


def _sky() -> Image.Image:
    image = gradient(
        [(0, rgb("10214b")), (0.3, rgb("29457f")), (0.55, rgb("7288b6")), (0.71, rgb("d3b3a8")), (1, rgb("d3b3a8"))]
    )
    bands = ImageChops.multiply(noise(141, (800, 70), contrast=1.8), ramp([(0, 200), (0.5, 120), (0.7, 0), (1, 0)]))
    wash(image, rgb("1b2a55"), bands, 0.5)
    trees, random = Pen(), Random("trees")
    for _ in range(700):
        x = random.choice((random.uniform(-20, 250), random.uniform(1350, 1620)))
        trees.dot(x, BASE - random.uniform(0, 96) * (0.5 + abs(x - 800) / 1400), random.uniform(6, 20))
    trees.box(0, BASE - 24, 1600, BASE + 40)
    wash(image, rgb("141d38"), trees.done(0.8))
    return image


def _dome(x: float, y: float, half: float, high: float) -> list[Point]:
    turns = [math.pi * step / 48 for step in range(49)]
    return [(x + half * math.cos(turn), y - high * math.sin(turn)) for turn in turns]


def _walls() -> tuple[Image.Image, Image.Image]:
    """The building in stone, lit from below, and its shape."""
    stone = gradient(
        [(0, rgb("7d819c")), (0.26, rgb("94918f")), (0.5, rgb("b49c80")), (0.7, rgb("d8b07a")), (1, rgb("d8b07a"))]
    )
    grime = levels(noise(143, (90, 60), octaves=6), 0.35)
    stone = ImageChops.soft_light(stone, Image.merge("RGB", [grime] * 3))
    shape, dark, pale = Pen(), Pen(), Pen()
    for box in ((180, 424, 1420, BASE), (500, 376, 1100, BASE), (664, 252, 936, 340), (694, 176, 906, 256)):
        shape.box(*box)
    shape.polygon(points("470,380 800,284 1130,380"))
    shape.polygon(_dome(800, 180, 110, 112))
    shape.box(776, 34, 824, 78)
    shape.polygon(_dome(800, 36, 24, 22))
    shape.line([(800, 16), (800, -10)], width=3)
    # Cornices stand out: a pale edge above a shadow.
    for left, top, right, high in (
        (166, 408, 1434, 16), (478, 376, 1122, 16), (648, 240, 952, 14), (684, 172, 916, 10), (768, 74, 832, 8),
    ):  # fmt: skip
        shape.box(left, top, right, top + high)
        pale.box(left, top, right, top + high * 0.55)
        if high > 8:
            dark.box(left + 8, top + high, right - 8, top + high + 7, 150)
    pale.line(points("470,380 800,284 1130,380"), width=7)
    dark.polygon(points("540,370 800,296 1060,370"), 70)
    for rib in range(-5, 6):
        arch = [(800 + rib * 20 * math.cos(turn), 178 - 108 * math.sin(turn)) for turn in (0, 0.4, 0.8, 1.15, 1.4)]
        dark.line(arch, 90, 2)
    wash(stone, rgb("f0dcbc"), pale.done(), 0.35)
    wash(stone, rgb("1d2440"), dark.done(), 0.8)
    # The dome turns away from the light on the left.
    turn = Image.linear_gradient("L").rotate(90).resize((1600, 900)).point([max(0, v - 96) for v in range(256)])
    wash(stone, rgb("1a2550"), ImageChops.multiply(turn, ramp([(0, 255), (0.28, 200), (0.4, 0), (1, 0)])), 0.85)
    return stone, shape.done()


def _windows(stone: Image.Image) -> Image.Image:
    """Panes and the recess behind the columns; what comes back is the light in them."""
    random, frames, panes, light = Random("windows"), Pen(), Pen(), Pen()
    for bay in range(8):
        for left in (208 + bay * 36, 1112 + bay * 36):
            for top, high in ((450, 52), (536, 76)):
                frames.box(left - 4, top - 6, left + 22, top + high + 4)
                panes.box(left, top, left + 18, top + high)
                if random.random() < 0.5:
                    light.box(left + 1, top + 1, left + 17, top + high, random.randrange(120, 240))
                    light.box(left + 8, top, left + 10, top + high, 0)
    for bay in range(11):
        x = 712 + bay * 16.6
        panes.box(x, 196, x + 9, 238)
        light.box(x + 1, 197, x + 8, 238, 215)
    wash(stone, rgb("efdcbd"), frames.done(), 0.3)
    recess = Pen()
    recess.box(506, 398, 1094, BASE - 8)
    wash(stone, rgb("3a2c2a"), recess.done(), 0.88)
    for bay in range(7):
        x = COLUMNS[bay] + 41
        light.box(x - 13, 470, x + 13, BASE - 12, 205)
        light.dot(x, 470, 13, 205)
    wash(stone, rgb("1d2440"), panes.done(), 0.9)
    return light.done()


def _columns(image: Image.Image) -> None:
    """Round columns, bright on the left, each with a capital and a foot."""
    across = gradient([(0, rgb("6d5843")), (0.3, rgb("f5d7a6")), (0.62, rgb("c79f6f")), (1, rgb("4d3f37"))], (30, 31))
    shaft = across.transpose(Image.Transpose.ROTATE_90).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    column = shaft.resize((30, 232))
    flutes = Pen((30, 232))
    for flute in range(6):
        flutes.box(2 + flute * 4.7, 0, 3.2 + flute * 4.7, 232, 90)
    wash(column, rgb("4a3a30"), flutes.done(), 0.8)
    fall = ramp([(0, 110), (0.5, 20), (1, 0)], column.size)
    wash(column, rgb("4a4a66"), fall, 0.9)
    ends = Pen(mode="RGB", ground=(0, 0, 0))
    mask = Pen()
    for x in COLUMNS:
        image.paste(column, (round(x - 15), 402))
        for pen, tone in ((ends, rgb("e6c797")), (mask, 255)):
            pen.box(x - 21, 394, x + 21, 401, tone)
            pen.box(x - 18, 401, x + 18, 407, tone)
            pen.box(x - 19, BASE - 14, x + 19, BASE - 8, tone)
            pen.box(x - 22, BASE - 8, x + 22, BASE, tone)
    image.paste(ends.done(), (0, 0), mask.done())
    steps = Pen(mode="RGB")
    steps.image.paste(image.resize(steps.image.size))
    for step in range(6):
        tone = mix(rgb("cfa878"), rgb("5d5566"), step / 5)
        steps.box(494 - step * 15, BASE + step * 5.4, 1106 + step * 15, BASE + step * 5.4 + 3.2, tone)
        steps.box(
            494 - step * 15,
            BASE + step * 5.4 + 3.2,
            1106 + step * 15,
            BASE + step * 5.4 + 5.4,
            mix(tone, (0, 0, 0), 0.5),
        )
    image.paste(steps.done())


def _square(image: Image.Image) -> Image.Image:
    """Wet paving, which gives the light back between its joints."""
    size = (1600, 900 - SQUARE)
    wet = mirror(image, SQUARE, 5, sway=5, smear=12)
    wet = ImageChops.multiply(wet, gradient([(0, rgb("b9b6bd")), (1, rgb("6d7188"))], size))
    paving = Image.new("RGB", size, rgb("2a3250"))
    joints = Pen(size)
    for ray in range(-34, 35):
        joints.line([(800 + ray * 24, 0), (800 + ray * 150, size[1])], 110, 1.3)
    for row in range(16):
        y = size[1] * (row / 16) ** 1.8
        joints.line([(0, y), (1600, y)], 110, 1.3)
    wash(paving, rgb("0d1226"), joints.done(), 0.9)
    wash(
        paving,
        rgb("d9a86a"),
        ImageChops.multiply(ramp([(0, 150), (0.6, 30), (1, 0)], size), halo((800, 0), 760, size)),
        0.8,
    )
    paving.paste(wet, (0, 0), levels(ground(147, size, depth=5, cell=(120, 40)), 2.0, 0.16))
    image.paste(paving, (0, SQUARE))
    return image


def _walkers(image: Image.Image) -> None:
    figures, random = Pen(scale=3), Random("walkers")
    for x, foot in ((392, 712), (414, 713), (664, 688), (968, 694), (1222, 722), (1246, 721), (1330, 690)):
        tall = (foot - 600) * 0.5
        figures.dot(x, foot - tall * 0.93, tall * 0.062, ry=tall * 0.075)
        figures.box(x - tall * 0.115, foot - tall * 0.85, x + tall * 0.115, foot - tall * 0.32, radius=tall * 0.09)
        step = random.uniform(0.03, 0.11) * tall
        for side in (-1, 1):
            hip = x + side * tall * 0.05
            figures.polygon(
                [
                    (hip - tall * 0.055, foot - tall * 0.4),
                    (hip + tall * 0.055, foot - tall * 0.4),
                    (hip + side * step + tall * 0.035, foot),
                    (hip + side * step - tall * 0.035, foot),
                ]
            )
    shape = figures.done()
    shadow = shape.transform(shape.size, Image.Transform.AFFINE, (1, 0, 0, 0, -1, 1404), Image.Resampling.BILINEAR)
    wash(image, rgb("0a0f22"), shadow.filter(ImageFilter.GaussianBlur(3)), 0.35)
    wash(image, rgb("0c1126"), shape, 0.95)


def chamber() -> Image.Image:
    """A domed building with a colonnade, lit against the evening sky."""
    image = _sky()
    image = glow(image, halo((800, 470), 760, squash=0.6), rgb("ffb768"), 0.3)
    stone, shape = _walls()
    light = _windows(stone)
    image.paste(stone, (0, 0), shape)
    image = glow(image, light, rgb("ffc067"), 0.9)
    image = glow(
        image, light.resize((400, 225)).filter(ImageFilter.GaussianBlur(4)).resize((1600, 900)), rgb("ffb35c"), 0.6
    )
    floor = Pen()
    floor.box(0, BASE, 1600, SQUARE + 4)
    wash(image, rgb("3a3d58"), floor.done(1))
    _columns(image)
    flags = Pen(scale=3)
    for x in (300, 1300):
        flags.line([(x, 408), (x, 300)], width=2.4)
        flags.polygon(
            [
                (x + 2, 302),
                (x + 26, 297),
                (x + 46, 306),
                (x + 68, 301),
                (x + 66, 336),
                (x + 44, 342),
                (x + 24, 332),
                (x + 2, 338),
            ]
        )
    wash(image, rgb("172040"), flags.done())
    lamps = [(x, BASE - 40.0) for x in (60, 250, 430, 1170, 1350, 1540)]
    posts = Pen()
    for x, y in lamps:
        posts.line([(x, SQUARE + 4), (x, y)], width=3)
    wash(image, rgb("0f1730"), posts.done())
    image = glow(image, halos([(lamp, 58) for lamp in lamps]), rgb("ffc981"), 0.85)
    image = glow(image, halos([(lamp, 9) for lamp in lamps], power=0.7), rgb("fff4dd"))
    image = _square(image)
    _walkers(image)
    return film(image, grain=0.06, edges=0.36)
