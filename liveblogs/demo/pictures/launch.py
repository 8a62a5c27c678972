"""Press pictures of a launch: the pad by night and at dawn, and the arc of an ascent."""

from random import Random

from PIL import Image, ImageChops

from .ink import (
    WIDE,
    Pen,
    curve,
    fade,
    film,
    glow,
    gradient,
    ground,
    halo,
    halos,
    levels,
    mirror,
    mix,
    noise,
    ragged,
    ramp,
    rgb,
    wash,
)


def _stars(image: Image.Image, seed: str, count: int, floor: float) -> Image.Image:
    random, pen = Random(seed), Pen()
    for _ in range(count):
        y = random.uniform(0, floor)
        pen.dot(
            random.uniform(0, 1600),
            y,
            random.choice((0.5, 0.5, 0.7, 1.1)),
            round(random.uniform(40, 230) * (1 - y / floor)),
        )
    return glow(image, pen.done(), rgb("e6ecff"))


def _rocket(image: Image.Image, x: float, foot: float, tall: float, light: str, dark: str) -> Image.Image:
    """A launcher with two boosters; `light` falls from the left."""
    u = tall / 100
    body = Pen(scale=3)

    def column(middle: float, wide: float, top: float, nose: float, bottom: float = 0) -> None:
        side = [
            (wide, -bottom),
            (wide, -top),
            (wide * 0.78, -top - nose * 0.45),
            (wide * 0.4, -top - nose * 0.84),
            (0, -top - nose),
        ]
        body.polygon([(middle + px * u, foot + py * u) for px, py in side + [(-px, py) for px, py in reversed(side)]])

    for side in (-1, 1):
        column(x + side * 8.2 * u, 2.6, 52, 11, 2)
    column(x, 5.0, 72, 0.1)
    column(x, 6.2, 88, 12, 72)
    body.polygon(
        [
            (x - 5 * u, foot - 70 * u),
            (x + 5 * u, foot - 70 * u),
            (x + 6.2 * u, foot - 73 * u),
            (x - 6.2 * u, foot - 73 * u),
        ]
    )
    for px in (-10.8, 8.2 - 2.6, -3, 1):
        body.polygon(
            [
                (x + px * u, foot),
                (x + (px + 4) * u, foot),
                (x + (px + 5) * u, foot + 3 * u),
                (x + (px - 1) * u, foot + 3 * u),
            ]
        )
    shape = body.done()
    # Round bodies: light across each column, from one sideways gradient a column.
    shading = Image.new("RGB", WIDE, rgb(light))
    for middle, wide in ((x - 8.2 * u, 2.9 * u), (x + 8.2 * u, 2.9 * u), (x, 6.2 * u)):
        band = gradient(
            [
                (0, mix(rgb(dark), rgb(light), 0.55)),
                (0.3, rgb(light)),
                (0.62, mix(rgb(dark), rgb(light), 0.4)),
                (1, rgb(dark)),
            ],
            (600, max(2, round(wide * 2))),
        )
        band = (
            band.transpose(Image.Transpose.ROTATE_90)
            .transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            .resize((max(2, round(wide * 2)), 900))
        )
        shading.paste(band, (round(middle - wide), 0))
    marks = Pen(scale=3)
    for up in (30, 50, 69, 73):
        marks.box(x - 6.3 * u, foot - (up + 0.7) * u, x + 6.3 * u, foot - up * u, 150)
    marks.box(x - 5 * u, foot - 66 * u, x - 1.6 * u, foot - 58 * u, 220)
    for side in (-1, 1):
        marks.box(x + side * 8.2 * u - 2.7 * u, foot - 46 * u, x + side * 8.2 * u + 2.7 * u, foot - 45 * u, 150)
    wash(shading, mix(rgb(dark), (0, 0, 0), 0.3), marks.done(), 0.75)
    image.paste(shading, (0, 0), shape)
    return image


def _gantry(pen: Pen, x: float, foot: float, tall: float, wide: float, arms: tuple[float, ...], reach: float) -> None:
    for leg in (0, wide):
        pen.line([(x + leg, foot), (x + leg, foot - tall)], width=4)
    floors = int(tall / 30)
    for floor in range(floors + 1):
        y = foot - tall * floor / floors
        pen.line([(x - 4, y), (x + wide + 4, y)], width=3)
        if floor:
            low = y + tall / floors
            pen.line([(x, low), (x + wide, y)], width=1.5)
            pen.line([(x + wide, low), (x, y)], width=1.5)
    pen.box(x + wide * 0.3, foot - tall - 30, x + wide * 0.7, foot - tall)
    pen.line([(x + wide / 2, foot - tall - 95), (x + wide / 2, foot - tall)], width=2)
    for arm in arms:
        y = foot - tall * arm
        pen.box(x + wide, y - 4, x + wide + reach, y + 3)
        pen.line([(x + wide, y - 18), (x + wide + reach * 0.8, y - 2)], width=2)


def _pad(night: bool) -> Image.Image:
    floor = 720
    if night:
        image = _stars(
            gradient([(0, rgb("060a18")), (0.5, rgb("101c38")), (0.8, rgb("2a3856")), (1, rgb("2a3856"))]),
            "pad",
            420,
            640,
        )
    else:
        image = gradient(
            [
                (0, rgb("243a63")),
                (0.35, rgb("6f7fa0")),
                (0.58, rgb("dba78c")),
                (0.72, rgb("f7c58c")),
                (0.8, rgb("fbdca4")),
            ]
        )
        for seed, tall, strength in ((81, 60, 0.55), (82, 26, 0.4)):
            streaks = ImageChops.multiply(
                noise(seed, (900, tall), contrast=2.1), ramp([(0, 40), (0.4, 200), (0.72, 120), (0.8, 0), (1, 0)])
            )
            wash(image, rgb("8d6478") if seed == 81 else rgb("ffb98c"), streaks, strength)
        image = glow(image, halo((1180, floor - 20), 620, squash=0.7), rgb("ffb46a"), 0.75)
        image = glow(image, halo((1180, floor - 34), 64, power=0.7), rgb("fff0cf"), 0.9)
    x, dark = 700, rgb("0a0f1c") if night else rgb("2c2a3c")
    if night:
        for lamp, top in ((250, 455), (1150, 440), (1400, 500)):
            beam = Pen()
            beam.polygon([(lamp, top), (x - 60, 260), (x + 60, 240), (x + 60, floor), (x - 80, floor)])
            image = glow(image, fade(beam.done(34), 0.3), rgb("b9cdf2"), 0.3)
        image = glow(image, halo((x, 470), 480, squash=1.05), rgb("8fb0e6"), 0.62)
    far = Pen()
    far.polygon(
        [
            (0, 760),
            *ragged(
                [(0, floor - 12), (380, floor - 20), (900, floor - 8), (1300, floor - 18), (1600, floor - 10)],
                9,
                rough=0.05,
            ),
            (1600, 760),
        ]
    )
    far.box(1320, floor - 150, 1420, floor)
    far.box(1430, floor - 64, 1520, floor)
    wash(image, mix(dark, rgb("54658a") if night else rgb("b98877"), 0.4), far.done(1.6))
    steel = Pen()
    _gantry(steel, x - 205, floor - 46, 520, 74, (0.36, 0.62, 0.86), 76)
    for mast in (330, 1010):
        steel.line([(mast, floor), (mast, 96)], width=5)
        steel.line([(mast - 22, floor), (mast, 330), (mast + 22, floor)], width=3)
        for rung in range(11):
            steel.line(
                [(mast - 20 + rung * 1.5, floor - 12 - rung * 34), (mast + 20 - rung * 1.5, floor - 12 - rung * 34)],
                width=1.5,
            )
        steel.line([(mast, 100), (x, 58)], width=1)
    for lamp, top in ((250, 455), (1150, 440), (1400, 500)):
        steel.line([(lamp, floor), (lamp, top)], width=4)
        steel.box(lamp - 18, top - 10, lamp + 18, top + 8)
    steel.polygon([(x - 330, floor + 8), (x - 290, floor - 46), (x + 200, floor - 46), (x + 250, floor + 8)])
    wash(image, mix(dark, rgb("7f95bd"), 0.22) if night else mix(dark, rgb("8f5f5c"), 0.2), steel.done())
    image = _rocket(image, x, floor - 50, 500, "eef2fb" if night else "ffe0bd", "3a4664" if night else "4d4460")
    if not night:
        image = glow(image, halo((1180, floor - 20), 420, squash=0.8), rgb("ff9d55"), 0.4)
    mist_tone = rgb("aebddb") if night else rgb("f3cfae")
    vent = Pen()
    vent.polygon(
        curve(
            [
                (x - 60, 420),
                (x - 140, 392),
                (x - 250, 400),
                (x - 330, 372),
                (x - 250, 440),
                (x - 130, 446),
                (x - 58, 436),
            ],
            closed=True,
        )
    )
    wash(image, mist_tone, ImageChops.multiply(vent.done(18), noise(85, (90, 60))), 0.8)
    low = ImageChops.multiply(
        noise(86, (340, 60), contrast=1.4), ramp([(0, 0), (0.66, 0), (0.79, 255), (0.85, 30), (1, 0)])
    )
    wash(image, mist_tone, low, 0.55)
    if night:
        spots = [((lamp, top), 1.0) for lamp, top in ((250, 455), (1150, 440), (1400, 500))]
        image = glow(image, halos([(at, 130) for at, _ in spots], power=2.6), rgb("cfe0ff"), 0.9)
        image = glow(image, halos([(at, 24) for at, _ in spots], power=0.8), rgb("ffffff"))
        image = glow(image, halos([((330, 94), 22), ((1010, 94), 22), ((x - 168, 60), 18)]), rgb("ff4a3d"), 1)
    lagoon = mirror(image, 740, 8, sway=10, smear=11)
    lagoon = ImageChops.multiply(lagoon, gradient([(0, rgb("c8ccd4")), (1, rgb("6f7686"))], lagoon.size))
    image.paste(lagoon, (0, 740))
    reeds, random = Pen(), Random("reeds")
    for _ in range(900):
        rx = random.gauss(0, 380) % 1600
        high = random.uniform(20, 95) * (0.4 + 0.6 * abs(rx - 800) / 800)
        bend = random.uniform(-16, 22)
        reeds.line([(rx, 905), (rx + bend * 0.4, 905 - high * 0.6), (rx + bend, 905 - high)], width=1.6)
    wash(image, mix(dark, (0, 0, 0), 0.45), reeds.done(1.0))
    return film(image, grain=0.08 if night else 0.06, edges=0.45)


def rocket_night() -> Image.Image:
    """A launcher on its pad under floodlights, seen across a lagoon."""
    return _pad(night=True)


def rocket_dawn() -> Image.Image:
    """The same pad at sunrise."""
    return _pad(night=False)


def ascent() -> Image.Image:
    """A long exposure: the arc of a launch over a dark shore."""
    shore = 690
    image = gradient([(0, rgb("0a1026")), (0.5, rgb("1d2a4c")), (0.77, rgb("5a5570")), (1, rgb("5a5570"))])
    image = _stars(image, "ascent", 520, 600)
    wash(
        image,
        rgb("0b1020"),
        ImageChops.multiply(noise(91, (800, 110), contrast=1.6), ramp([(0, 20), (0.6, 200), (0.77, 60), (1, 0)])),
        0.55,
    )
    arc = curve(
        [(1130, shore), (1124, 560), (1098, 410), (1036, 262), (920, 140), (740, 62), (520, 18), (300, -6)], steps=40
    )
    wide, thin = Pen(), Pen()
    for i, (start, end) in enumerate(zip(arc, arc[1:], strict=False)):
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
    land.polygon(
        [
            (0, 730),
            *ragged(
                [(0, shore - 4), (500, shore - 10), (900, shore + 1), (1300, shore - 12), (1600, shore - 3)],
                4,
                rough=0.06,
            ),
            (1600, 730),
        ]
    )
    wash(image, rgb("0b0f1b"), land.done(0.8))
    sea = mirror(image, shore + 6, 6, sway=16, smear=10)
    sea = ImageChops.multiply(sea, gradient([(0, rgb("d2cdd0")), (1, rgb("5b617a"))], sea.size))
    swell = levels(ground(95, sea.size, depth=8, cell=(50, 9)), 0.9)
    image.paste(ImageChops.soft_light(sea, Image.merge("RGB", [swell] * 3)), (0, shore + 6))
    crowd, random = Pen(), Random("crowd")
    for i in range(24):
        x, tall = i * 70 + random.uniform(-26, 26), random.uniform(62, 92)
        crowd.dot(x, 900 - tall, 8.5, ry=10.5)
        crowd.polygon(
            curve(
                [
                    (x - 24, 905),
                    (x - 22, 900 - tall + 26),
                    (x - 7, 900 - tall + 13),
                    (x + 7, 900 - tall + 13),
                    (x + 22, 900 - tall + 26),
                    (x + 24, 905),
                ],
                steps=5,
            )
        )
        if random.random() < 0.25:
            crowd.line([(x + 18, 900 - tall + 34), (x + 24, 900 - tall - 6), (x + 12, 900 - tall - 16)], width=7)
    wash(image, rgb("06080f"), crowd.done(0.7))
    return film(image, grain=0.09, edges=0.42)
