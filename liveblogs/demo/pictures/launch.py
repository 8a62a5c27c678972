"""Press pictures of a launch: the pad at dusk and by night, and the arc of an ascent."""

import itertools
from random import Random

from PIL import Image, ImageChops

from .light import film, glow, gradient, ground, halo, halos, levels, mirror, mix, noise, ramp, wash
from .pen import WIDE, Pen, Point, curve, points, ragged, rgb

#: Where the rocket stands, how tall it is, and the height of the shore and of the water.
X, FOOT, TALL, SHORE, WATER = 760, 664, 520, 720, 738
UNIT = TALL / 100
LAMPS = ((214, 470), (470, 520), (1074, 506), (1330, 462))


def _stars(image: Image.Image, seed: str, count: int, floor: float) -> Image.Image:
    random, pen = Random(seed), Pen()
    for _ in range(count):
        y = random.uniform(0, floor)
        size = random.choice((0.5, 0.5, 0.7, 1.1))
        pen.dot(random.uniform(0, 1600), y, size, round(random.uniform(40, 230) * (1 - y / floor)))
    return glow(image, pen.done(), rgb("e6ecff"))


def _column(middle: float, wide: float, bottom: float, top: float, nose: float) -> list[Point]:
    """A round body with an ogive nose, in units of the rocket, as points of the page."""
    side = [(wide, bottom), (wide, top)]
    side += [(wide * (1 - (step / 12) ** 2.2), top + nose * step / 12) for step in range(1, 13)]
    outline = [*side, *[(-px, py) for px, py in reversed(side)]]
    return [(X + (middle + px) * UNIT, FOOT - py * UNIT) for px, py in outline]


def _rocket() -> tuple[Image.Image, Image.Image]:
    """A launcher with two boosters in flat shades, round by a light from the left, and its shape."""
    shape, marks = Pen(), Pen()
    for side in (-1, 1):
        shape.polygon(_column(side * 8.6, 2.7, 2, 50, 10))
        for nozzle in (-1.2, 1.2):
            shape.polygon(
                [
                    (X + (side * 8.6 + nozzle + dx) * UNIT, FOOT - dy * UNIT)
                    for dx, dy in points("-0.7,2.4 0.7,2.4 1.2,-1 -1.2,-1")
                ]
            )
        marks.box(
            X + (side * 8.6 - 2.8) * UNIT, FOOT - 47 * UNIT, X + (side * 8.6 + 2.8) * UNIT, FOOT - 46 * UNIT, 170
        )
        marks.box(
            X + (side * 8.6 - 2.8) * UNIT, FOOT - 4 * UNIT, X + (side * 8.6 + 2.8) * UNIT, FOOT - 3.4 * UNIT, 170
        )
        for height in (8, 44):
            shape.box(
                min(X + side * 4.6 * UNIT, X + side * 6.2 * UNIT),
                FOOT - (height + 1) * UNIT,
                max(X + side * 4.6 * UNIT, X + side * 6.2 * UNIT),
                FOOT - height * UNIT,
            )
    shape.polygon(_column(0, 5, 2, 68, 0.1))
    shape.polygon([(X + px * UNIT, FOOT - py * UNIT) for px, py in points("-5,67 5,67 6.3,71 -6.3,71")])
    shape.polygon(_column(0, 6.3, 71, 84, 15))
    for nozzle in (-2.4, 2.4):
        shape.polygon(
            [(X + (nozzle + dx) * UNIT, FOOT - dy * UNIT) for dx, dy in points("-1.1,2.4 1.1,2.4 1.9,-1.6 -1.9,-1.6")]
        )
    for ring in (31, 49, 66.5, 71):
        marks.box(X - 6.4 * UNIT, FOOT - (ring + 0.6) * UNIT, X + 6.4 * UNIT, FOOT - ring * UNIT, 150)
    marks.box(X - 5 * UNIT, FOOT - 49 * UNIT, X + 5 * UNIT, FOOT - 44 * UNIT, 235)
    marks.box(X - 0.3, FOOT - 99 * UNIT, X + 0.3, FOOT - 71 * UNIT, 110)
    for row, letter in enumerate("WAYFINDER"):
        marks.text((X, FOOT - (41.5 - row * 3.5) * UNIT), letter, 15, 200, anchor="ms")
    return shape.done(), marks.done()


def _shaded(light: str, dark: str) -> Image.Image:
    shading = Image.new("RGB", WIDE, rgb(light))
    for middle, wide in ((-8.6, 2.8), (8.6, 2.8), (0, 6.4)):
        across = gradient(
            [
                (0, mix(rgb(dark), rgb(light), 0.6)),
                (0.26, rgb(light)),
                (0.6, mix(rgb(dark), rgb(light), 0.45)),
                (1, rgb(dark)),
            ],
            (8, 64),
        )
        across = across.transpose(Image.Transpose.ROTATE_90).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        width = max(2, round(wide * 2 * UNIT))
        shading.paste(across.resize((width, 900)), (round(X + (middle - wide) * UNIT), 0))
    return shading


def _tower(pen: Pen) -> None:
    """The launch tower with its arms, on the platform's left."""
    left, wide, tall = X - 196, 76, 560
    for leg in (0, wide):
        pen.line([(left + leg, FOOT), (left + leg, FOOT - tall)], width=4.4)
    for floor in range(20):
        y = FOOT - tall * floor / 19
        pen.line([(left - 5, y), (left + wide + 5, y)], width=2.6)
        if floor:
            low = y + tall / 19
            pen.line([(left, low), (left + wide, y)], width=1.4)
            pen.line([(left + wide, low), (left, y)], width=1.4)
    pen.box(left + wide * 0.28, FOOT - tall - 34, left + wide * 0.72, FOOT - tall)
    pen.line([(left + wide / 2, FOOT - tall - 96), (left + wide / 2, FOOT - tall)], width=2.4)
    for up, reach in ((0.3, 70), (0.5, 70), (0.68, 92), (0.86, 86)):
        y = FOOT - tall * up
        pen.box(left + wide, y - 4, left + wide + reach, y + 3)
        pen.line([(left + wide, y - 20), (left + wide + reach * 0.85, y - 3)], width=1.8)


def _ground_works() -> Image.Image:
    """Platform, tower, lightning masts and floodlights as one dark shape."""
    steel = Pen()
    _tower(steel)
    for mast in (388, 1132):
        steel.line([(mast, SHORE), (mast, 84)], width=4.4)
        steel.line([(mast - 24, SHORE), (mast, 340), (mast + 24, SHORE)], width=2.6)
        for rung in range(12):
            y, half = SHORE - 10 - rung * 31, 24 * (1 - rung / 12.4)
            steel.line([(mast - half, y), (mast + half, y)], width=1.4)
            steel.line([(mast - half, y), (mast + half * 0.92, y - 31)], width=1)
    steel.line(curve([(388, 88), (X, 118), (1132, 88)]), width=1)
    for x, top in LAMPS:
        steel.line([(x, SHORE), (x, top)], width=3.4)
        steel.box(x - 20, top - 9, x + 20, top + 5)
        steel.box(x - 14, top - 17, x + 14, top - 11)
    steel.polygon([(X - 330, SHORE + 6), (X - 286, FOOT), (X + 196, FOOT), (X + 244, SHORE + 6)])
    steel.box(X - 46, FOOT - 2, X + 46, FOOT + 4)
    return steel.done()


def _shore(image: Image.Image, tone: tuple[int, int, int]) -> None:
    far = Pen()
    crest = ragged(points("0,708 380,700 900,711 1300,702 1600,709"), 9, rough=0.05)
    far.polygon([(0, 760), *crest, (1600, 760)])
    far.box(1418, SHORE - 148, 1500, SHORE)
    far.box(1500, SHORE - 70, 1580, SHORE)
    far.dot(92, SHORE - 34, 30, ry=30)
    wash(image, tone, far.done(1.4))


def _lagoon(image: Image.Image, reeds_in: tuple[int, int, int]) -> Image.Image:
    lagoon = mirror(image, WATER, 8, sway=9, smear=9)
    lagoon = ImageChops.multiply(lagoon, gradient([(0, rgb("d2d4da")), (1, rgb("787f90"))], lagoon.size))
    image.paste(lagoon, (0, WATER))
    reeds, random = Pen(), Random("reeds")
    for _ in range(1000):
        rx = random.gauss(0, 380) % 1600
        high = random.uniform(18, 88) * (0.35 + 0.65 * abs(rx - 800) / 800)
        bend = random.uniform(-14, 20)
        reeds.line([(rx, 905), (rx + bend * 0.4, 905 - high * 0.6), (rx + bend, 905 - high)], width=1.5)
    wash(image, reeds_in, reeds.done(1))
    return image


def pad_at_night() -> Image.Image:
    """The launcher under floodlights, its tanks venting, seen across a lagoon."""
    image = gradient([(0, rgb("060a18")), (0.5, rgb("101c38")), (0.8, rgb("2a3856")), (1, rgb("2a3856"))])
    image = _stars(image, "pad", 420, 640)
    beams = Pen()
    for x, top in LAMPS:
        beams.polygon([(x, top), (X - 50, 250), (X + 60, 230), (X + 70, FOOT), (X - 70, FOOT)], 70)
    image = glow(image, beams.done(34), rgb("b9cdf2"), 0.28)
    image = glow(image, halo((X, 470), 520, squash=1.05), rgb("8fb0e6"), 0.6)
    _shore(image, rgb("1c2740"))
    works = _ground_works()
    wash(image, rgb("2c3a58"), works)
    lit = ImageChops.multiply(works, halo((X - 40, 500), 520, power=1.1))
    wash(image, rgb("a9b9d6"), lit, 0.7)
    shape, marks = _rocket()
    body = _shaded("f4f7ff", "4a5878")
    wash(body, rgb("2b3654"), marks, 0.8)
    image.paste(body, (0, 0), shape)
    plume = Pen()
    for x, y, size in ((-30, 6, 18), (-58, 0, 26), (-96, -8, 36), (-142, -10, 46), (-196, -18, 52), (-250, -30, 50)):
        plume.dot(X + x, 372 + y, size, ry=size * 0.6)
    wash(image, rgb("d4def2"), ImageChops.multiply(plume.done(13), levels(noise(85, (70, 46), octaves=5), 1.6)), 0.8)
    base = ImageChops.multiply(
        noise(86, (240, 60), octaves=5, contrast=1.6), halo((X, SHORE - 22), 420, squash=0.22, power=0.9)
    )
    wash(image, rgb("c6d3ec"), base, 0.75)
    image = glow(image, halos([(lamp, 130) for lamp in LAMPS], power=2.8), rgb("cfe0ff"), 0.9)
    image = glow(image, halos([(lamp, 17) for lamp in LAMPS], power=0.8), rgb("ffffff"))
    flares = Pen()
    for x, y in LAMPS:
        flares.dot(x, y, 84, 150, ry=1.4)
    image = glow(image, flares.done(1.5), rgb("cfe0ff"), 0.7)
    red = [(388.0, 84.0), (1132.0, 84.0), (X - 158.0, FOOT - 656.0)]
    image = glow(image, halos([(lamp, 22) for lamp in red]), rgb("ff4a3d"), 1)
    return film(_lagoon(image, rgb("04070e")), grain=0.07, edges=0.4)


def pad_at_dusk() -> Image.Image:
    """The same pad dark against the evening sky."""
    image = gradient(
        [(0, rgb("243a63")), (0.35, rgb("6f7fa0")), (0.58, rgb("dba78c")), (0.72, rgb("f7c58c")), (0.8, rgb("fbdca4"))]
    )
    for seed, tall, tone, strength in ((81, 60, "8d6478", 0.55), (82, 26, "ffb98c", 0.4)):
        streaks = ImageChops.multiply(
            noise(seed, (900, tall), contrast=2.1), ramp([(0, 40), (0.4, 200), (0.72, 120), (0.8, 0), (1, 0)])
        )
        wash(image, rgb(tone), streaks, strength)
    image = glow(image, halo((1226, SHORE - 30), 640, squash=0.7), rgb("ffb46a"), 0.75)
    image = glow(image, halo((1226, SHORE - 40), 62, power=0.6), rgb("fff0cf"), 0.95)
    _shore(image, rgb("8a6670"))
    shape, _ = _rocket()
    dark = ImageChops.lighter(_ground_works(), shape)
    wash(image, rgb("2a2236"), dark, 0.97)
    # The low sun catches the right edge of everything that is round.
    rim = ImageChops.subtract(shape, ImageChops.offset(shape, -3, 0))
    wash(image, rgb("ffcf95"), rim, 0.85)
    image = glow(image, halo((1226, SHORE - 30), 380, squash=0.8), rgb("ff9d55"), 0.4)
    low = ImageChops.multiply(
        noise(86, (340, 60), contrast=1.4), ramp([(0, 0), (0.7, 0), (0.79, 220), (0.84, 30), (1, 0)])
    )
    wash(image, rgb("f3cfae"), low, 0.5)
    return film(_lagoon(image, rgb("16121c")), grain=0.05, edges=0.36)


def ascent() -> Image.Image:
    """A long exposure: the arc of a launch over a dark shore, with people on the beach."""
    shore = 690
    image = gradient([(0, rgb("0a1026")), (0.5, rgb("1d2a4c")), (0.77, rgb("5a5570")), (1, rgb("5a5570"))])
    image = _stars(image, "ascent", 520, 600)
    haze = ImageChops.multiply(noise(91, (800, 110), contrast=1.6), ramp([(0, 20), (0.6, 200), (0.77, 60), (1, 0)]))
    wash(image, rgb("0b1020"), haze, 0.55)
    arc = curve(points("1130,690 1124,560 1098,410 1036,262 920,140 740,62 520,18 300,-6"), steps=40)
    wide, thin = Pen(), Pen()
    for i, (start, end) in enumerate(itertools.pairwise(arc)):
        t = i / len(arc)
        wide.line([start, end], fill=round(255 * (1 - t) ** 0.8), width=26 - 16 * t)
        thin.line([start, end], fill=round(255 * (1 - 0.75 * t)), width=7 - 5 * t)
    image = glow(image, halo((1130, shore - 6), 560, squash=0.75), rgb("ff9a48"), 0.95)
    image = glow(image, halo((1130, shore - 6), 150), rgb("fff0cc"), 1)
    image = glow(image, wide.done(16), rgb("ff8f3c"), 0.8)
    image = glow(image, thin.done(1.2), rgb("fff1d0"), 1)
    smoke = ImageChops.multiply(
        noise(93, (150, 90), octaves=5, contrast=1.5), halo((1130, shore), 330, squash=0.34, power=0.9)
    )
    wash(image, rgb("f0c9a0"), smoke, 0.8)
    land = Pen()
    crest = ragged(points("0,686 500,680 900,691 1300,678 1600,687"), 4, rough=0.06)
    land.polygon([(0, 730), *crest, (1600, 730)])
    wash(image, rgb("0b0f1b"), land.done())
    sea = mirror(image, shore + 6, 6, sway=16, smear=10)
    sea = ImageChops.multiply(sea, gradient([(0, rgb("d2cdd0")), (1, rgb("5b617a"))], sea.size))
    swell = levels(ground(95, sea.size, depth=8, cell=(50, 9)), 0.9)
    image.paste(ImageChops.soft_light(sea, Image.merge("RGB", [swell] * 3)), (0, shore + 6))
    return film(_beach(image), grain=0.08, edges=0.4)


def _beach(image: Image.Image) -> Image.Image:
    """A crowd from behind, close together; here and there a telephone is held up."""
    random, sand, screens = Random("crowd"), Pen(), []
    sand.polygon([*curve(points("-20,868 300,858 700,866 1100,856 1620,866")), (1620, 910), (-20, 910)])
    wash(image, rgb("0a0c14"), sand.done(2))
    for row, (count, tall, foot, tone) in enumerate(
        ((60, 46, 892, "141725"), (36, 78, 930, "0b0d16"), (17, 128, 985, "05060c"))
    ):
        crowd = Pen()
        for i in range(count):
            if row == 2 and 5 < i < 11:
                continue
            x = (i + random.uniform(-0.32, 0.32)) * 1620 / count
            high = tall * random.uniform(0.8, 1.06)
            u, top = high / 7.5, foot - high
            crowd.dot(x, top, u * 0.62, ry=u * 0.78)
            back = [
                (x - u * 1.5, foot),
                (x - u * 1.46, top + u * 2.5),
                (x - u * 1.1, top + u * 1.46),
                (x - u * 0.3, top + u * 1.1),
                (x + u * 0.3, top + u * 1.1),
                (x + u * 1.1, top + u * 1.46),
                (x + u * 1.46, top + u * 2.5),
                (x + u * 1.5, foot),
            ]
            crowd.polygon(curve(back, steps=6))
            if random.random() < 0.2:
                side = random.choice((-1, 1))
                hand = (x + side * u * 1.5, top - u * random.uniform(0.9, 1.6))
                crowd.line(
                    [(x + side * u * 1.3, top + u * 2), (x + side * u * 1.9, top + u * 0.6), hand], width=u * 0.5
                )
                screens.append((hand[0], hand[1], u))
        wash(image, rgb(tone), crowd.done(), 1)
        glass = Pen(scale=3)
        for x, y, u in screens:
            glass.box(x - u * 0.36, y - u * 1.3, x + u * 0.36, y, 230)
        lights = glass.done()
        image = glow(image, lights, rgb("9fc4ff"), 0.8)
        screens.clear()
    return image
