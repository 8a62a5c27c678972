"""Maps of the invented coast: where Hallorin lies, what is under water, where the power is out, where it rains."""

from functools import cache
from random import Random

from PIL import Image, ImageChops, ImageFilter

from .ink import Colour, Pen, Point, curve, fade, levels, mix, noise, ragged, rgb, wash
from .sheet import (
    DEEP,
    INK,
    LAND,
    LEFT,
    PAPER,
    RED,
    ROAD,
    RULE,
    SEA,
    SOFT,
    WATER,
    key,
    north,
    over,
    scale_bar,
    sheet,
    town,
)

COAST: list[Point] = [
    (1010, -20),
    (1060, 120),
    (990, 230),
    (1120, 330),
    (1050, 430),
    (930, 470),
    (1010, 560),
    (1150, 640),
    (1120, 760),
    (1210, 920),
]
RIVER: list[Point] = [(-20, 250), (150, 300), (290, 270), (430, 380), (580, 370), (690, 450), (800, 440), (935, 472)]
BROOK: list[Point] = [(330, 920), (380, 780), (470, 690), (520, 560), (640, 510), (690, 450)]


@cache
def _land() -> Image.Image:
    """The region's base: sea with depth lines, land with a little relief, woods and fields."""
    coast = ragged(COAST, 3, rough=0.24, rounds=5)
    shore = Pen()
    shore.polygon([(-20, -20), *coast, (-20, 920)])
    for x, y, rx, ry in ((1330, 300, 46, 26), (1386, 344, 20, 13), (1290, 720, 30, 44)):
        shore.polygon(ragged([(x - rx, y), (x, y - ry), (x + rx, y), (x, y + ry), (x - rx, y)], round(x), rough=0.25))
    mask = shore.done()
    image = Image.new("RGB", mask.size, SEA)
    near = mask.filter(ImageFilter.GaussianBlur(46))
    for step, tone in ((8, "b3d1e0"), (50, "c6dde8"), (105, "d2e5ee")):
        wash(
            image,
            rgb(tone),
            near.point([255 if v > step else 0 for v in range(256)]).filter(ImageFilter.GaussianBlur(1.2)),
        )
    relief = noise(201, (330, 260), octaves=5)
    shade = levels(ImageChops.subtract(relief, ImageChops.offset(relief, 5, 5), 0.5, 128), 1.0)
    land = Image.new("RGB", mask.size, LAND)
    wash(land, rgb("dfe6d2"), noise(202, (260, 190), octaves=4, contrast=2.6), 0.75)
    land = ImageChops.soft_light(land, Image.merge("RGB", [shade] * 3))
    image.paste(land, (0, 0), mask)
    line = Pen()
    line.line(coast, width=1.6)
    wash(image, rgb("7f9fb0"), line.done(), 0.9)
    return image


def _base(*, roads: bool = True, rivers: bool = True) -> Pen:
    pen = Pen(mode="RGB")
    pen.image.paste(_land().resize(pen.image.size, Image.Resampling.BICUBIC))
    if rivers:
        for course, widths in ((BROOK, (3, 5)), (RIVER, (5, 16))):
            line = curve(course)
            for i, (a, b) in enumerate(zip(line, line[1:], strict=False)):
                wide = widths[0] + (widths[1] - widths[0]) * i / len(line)
                pen.line([a, b], WATER, wide)
                pen.dot(*b, wide / 2, WATER)
    if roads:
        for road in (
            [(-20, 120), (260, 170), (520, 240), (760, 340), (905, 418)],
            [(905, 418), (900, 280), (940, 140), (930, -20)],
            [(880, 500), (820, 620), (930, 740), (960, 920)],
            [(-20, 560), (240, 540), (470, 610), (700, 570), (880, 500)],
        ):
            pen.line(curve(road), rgb("c9c3b4"), 7)
            pen.line(curve(road), ROAD, 4.4)
    return pen


def _sea_name(pen: Pen, at: Point, *words: str) -> None:
    for i, word in enumerate(words):
        pen.text((at[0], at[1] + i * 36), word, 25, rgb("5c8aa3"), anchor="ms", spacing=5)


def locator() -> Image.Image:
    """The coast with Hallorin, the river and the towns named in the story."""
    pen = _base()
    _sea_name(pen, (1400, 500), "CALDRIC", "SOUND")
    pen.text((250, 246), "River Ashlen", 20, rgb("3f7591"), halo=LAND)
    pen.text((398, 742), "Orle Brook", 18, rgb("3f7591"), halo=LAND)
    for at, name, side in (
        ((150, 312), "Dunmarrow", "b"),
        ((430, 384), "Orley Bridge", "b"),
        ((700, 458), "Lower Quenn", "b"),
        ((930, 138), "Stell Point", "l"),
        ((985, 742), "Brackwater", "l"),
        ((470, 612), "Harden Moor", "b"),
        ((1330, 302), "Saltersey", "t"),
        ((520, 238), "Tarrow", "t"),
    ):
        town(pen, at, name, side=side)
    town(pen, (905, 446), "Hallorin", size=33, big=True, side="t")
    pen.dot(330, 294, 9, RED)
    pen.text((330, 318), "Ashlen Weir gauge", 20, RED, anchor="mt", bold=0.02, halo=LAND)
    # The small map: where the frame lies on the whole coast.
    pen.box(1276, 40, 1560, 220, (255, 255, 255))
    pen.box(1279, 43, 1557, 217, SEA)
    pen.polygon(
        [
            (1279, 43),
            *ragged([(1440, 43), (1462, 96), (1430, 130), (1478, 180), (1470, 217)], 8, rough=0.2),
            (1279, 217),
        ],
        rgb("e9e5d8"),
    )
    pen.line([(1420, 100), (1490, 100), (1490, 146), (1420, 146), (1420, 100)], RED, 3)
    pen.text((1348, 138), "ESTMERE", 19, SOFT, anchor="ms", spacing=3)
    north(pen, 1530, 290)
    scale_bar(pen, 1320, 816, 180, "20 miles")
    over(
        pen,
        "Where the Ashlen meets the sea",
        "Hallorin and the lower valley, Estmere",
        "Source: Estmere Survey Office",
    )
    return pen.done()


def flood_extent() -> Image.Image:
    """Street blocks of the city with the water's reach at the first survey and at the peak."""
    pen = Pen(mode="RGB", ground=rgb("f3f1ea"))
    random = Random("blocks")
    axis = curve(
        [(-20, 600), (220, 560), (430, 470), (640, 500), (820, 420), (1040, 330), (1300, 370), (1640, 240)], steps=24
    )
    for row in range(22):
        for column in range(34):
            x = column * 52 - 40 + row * 9
            y = row * 44 - 20 - column * 4
            if random.random() < 0.07:
                pen.polygon([(x, y), (x + 46, y - 4), (x + 48, y + 34), (x + 2, y + 38)], rgb("dbe6cd"))
                continue
            pen.polygon([(x, y), (x + 44, y - 4), (x + 46, y + 32), (x + 2, y + 36)], rgb("e4e0d5"))
            for lot in range(3):
                left = x + 3 + lot * 14
                pen.polygon(
                    [
                        (left, y + 4 - lot),
                        (left + 11, y + 3 - lot),
                        (left + 12, y + random.uniform(14, 29)),
                        (left + 1, y + random.uniform(14, 29)),
                    ],
                    rgb("d3cec0"),
                )
    for road in (
        [(60, -10), (300, 300), (520, 640), (700, 910)],
        [(1020, -10), (1030, 330), (1160, 660), (1180, 910)],
        [(-10, 330), (500, 270), (1000, 200), (1610, 60)],
        [(-10, 790), (500, 760), (1100, 640), (1610, 560)],
    ):
        pen.line(curve(road), rgb("cdc6b6"), 15)
        pen.line(curve(road), ROAD, 11)
    for reach, tone, strength, seed in ((150, rgb("8fbad2"), 0.62, 5), (84, rgb("3f86ad"), 0.62, 6)):
        flood = Pen(scale=1)
        for i, (x, y) in enumerate(axis):
            swell = reach * (
                0.62
                + 0.55 * random.random() * 0.3
                + 0.5 * (0.5 + 0.5 * ((i * 7919) % 97) / 97) * (0.6 + 0.4 * (x / 1600))
            )
            flood.dot(x, y + 18, swell, ry=swell * 0.86)
        edge = ImageChops.add(flood.done(26), levels(noise(210 + seed, (70, 50), octaves=4), 0.55), 1, -128)
        shape = (
            edge.point([255 if v > 118 else 0 for v in range(256)])
            .resize(pen.image.size, Image.Resampling.BICUBIC)
            .filter(ImageFilter.GaussianBlur(2))
        )
        pen.image.paste(tone, (0, 0), fade(shape, strength))
    pen.line(axis, DEEP, 38)
    pen.line(axis, rgb("255f85"), 34)
    for x, y, dx in ((508, 488, 12), (1034, 334, 10)):
        pen.line([(x - dx, y - 44), (x + dx, y + 44)], (255, 255, 255), 14)
        pen.line([(x - dx, y - 44), (x + dx, y + 44)], RED, 7)
    for at, name, side in (
        ((486, 414), "Tanners Bridge (shut)", "t"),
        ((1030, 268), "Custom House Bridge (shut)", "t"),
    ):
        pen.text(at, name, 21, INK, anchor="ms", bold=0.02, halo=PAPER)
    for at, words in (
        ((250, 430), "NORTH WHARF"),
        ((760, 620), "THE SHAMBLES"),
        ((1290, 500), "EASTGATE"),
        ((1350, 170), "CATHEDRAL HILL"),
        ((300, 820), "SOUTHFIELDS"),
    ):
        pen.text(at, words, 23, DEEP, anchor="ms", bold=0.02, halo=rgb("eef3f4"), spacing=3)
    for x, y, name in (
        (1250, 660, "St Brannoc's Hospital"),
        (700, 226, "Guildhall shelter"),
        (330, 690, "Southfields shelter"),
    ):
        pen.box(x - 15, y - 15, x + 15, y + 15, RED if "Hosp" in name else rgb("2f6f52"), radius=5)
        pen.box(x - 9, y - 2.6, x + 9, y + 2.6, (255, 255, 255))
        pen.box(x - 2.6, y - 9, x + 2.6, y + 9, (255, 255, 255))
        pen.text((x + 24, y), name, 20, INK, anchor="lm", halo=PAPER)
    pen.box(1262, 700, 1556, 836, PAPER)
    key(
        pen,
        1284,
        722,
        [
            (rgb("255f85"), "River Ashlen"),
            (mix(rgb("f3f1ea"), rgb("3f86ad"), 0.72), "Flooded at first survey"),
            (mix(rgb("f3f1ea"), rgb("8fbad2"), 0.62), "Flooded at the peak"),
        ],
    )
    north(pen, 1530, 92)
    over(
        pen,
        "Four districts under water",
        "Flood extent in central Hallorin",
        "Source: Estmere Rivers Authority, aerial survey. Extent is approximate.",
    )
    return pen.done()


DISTRICTS: dict[str, tuple[Point, float]] = {
    "Eastgate": ((1010, 500), 9.4), "North Wharf": ((860, 400), 7.9), "Shambles": ((900, 540), 6.2), "Stell Point": ((900, 190), 4.4),
    "Lower Quenn": ((660, 470), 5.1), "Brackwater": ((990, 740), 3.0), "Tarrow": ((520, 250), 1.2), "Harden Moor": ((420, 640), 0.6),
    "Orley": ((400, 420), 2.2), "Dunmarrow": ((150, 300), 0.3), "Southfields": ((740, 660), 3.6), "Upper Orle": ((180, 560), 0.4),
    "Highgarth": ((240, 120), 0.2), "Cape Road": ((720, 110), 2.6), "Westing": ((200, 800), 0.5), "Marl": ((640, 830), 1.4),
}  # fmt: skip
STEPS: list[tuple[float, Colour, str]] = [
    (0.5, rgb("f6e7d3"), "under 500"), (2.0, rgb("efc48f"), "500 to 2,000"), (4.0, rgb("e0925a"), "2,000 to 4,000"),
    (7.0, rgb("c25a3c"), "4,000 to 7,000"), (99, rgb("8c2d2a"), "over 7,000"),
]  # fmt: skip


def power_cuts() -> Image.Image:
    """Districts shaded by the number of homes without power."""
    w, h, cell = 1600, 700, 5
    wobble_x, wobble_y = (
        noise(221, (120, 120), (w // cell, h // cell)).load(),
        noise(222, (120, 120), (w // cell, h // cell)).load(),
    )
    assert wobble_x is not None and wobble_y is not None
    fits = [(x * 0.92 + 330, y * 0.84 - 32, name, value) for name, ((x, y), value) in DISTRICTS.items()]
    owner = Image.new("L", (w // cell, h // cell))
    pixels = []
    for row in range(h // cell):
        for column in range(w // cell):
            x = column * cell + (int(wobble_x[column, row]) - 128) * 0.42  # type: ignore[call-overload]  # an L image
            y = row * cell + (int(wobble_y[column, row]) - 128) * 0.42  # type: ignore[call-overload]  # an L image
            pixels.append(min(range(len(fits)), key=lambda i: (fits[i][0] - x) ** 2 + ((fits[i][1] - y) * 1.1) ** 2))
    owner.putdata(pixels)
    coast = Pen((w, h))
    line = [(x * 0.92 + 360, y * 0.84 - 32) for x, y in ragged(COAST, 3, rough=0.24, rounds=5)]
    coast.polygon(
        [
            (line[0][0] - 900, -20),
            *line,
            (line[-1][0] - 1100, 760),
            (380, 700),
            (352, 560),
            (388, 420),
            (344, 240),
            (372, -20),
        ]
    )
    land = coast.done()
    image = Image.new("RGB", (w, h), PAPER)
    lines = Image.new("L", (w, h))
    for i, (_, _, _, value) in enumerate(fits):
        patch = (
            owner.point([255 if v == i else 0 for v in range(256)])
            .resize((w, h), Image.Resampling.BICUBIC)
            .filter(ImageFilter.GaussianBlur(2.2))
        )
        patch = patch.point([min(255, max(0, round((v - 127.5) * 3 + 127.5))) for v in range(256)])
        tone = next(colour for limit, colour, _ in STEPS if value < limit)
        image.paste(tone, (0, 0), patch)
        lines = ImageChops.lighter(
            lines,
            patch.filter(ImageFilter.GaussianBlur(1)).point([255 - min(255, abs(v - 128) * 3) for v in range(256)]),
        )
    wash(image, PAPER, lines, 0.9)
    page = sheet(
        "49,000 homes without power",
        "Customers cut off at the peak, by supply district",
        "Source: Estmere Grid. Figures are rounded.",
    )
    page.image.paste(
        image.resize((w * 2, h * 2), Image.Resampling.BICUBIC),
        (0, 156 * 2),
        land.resize((w * 2, h * 2), Image.Resampling.BICUBIC),
    )
    for x, y, name, value in fits:
        if name == "Eastgate":  # too narrow between the river's mouth and the sea
            page.text((1424, 470), name, 20, INK, bold=0.02)
            page.text((1424, 494), f"{round(value * 1000):,}", 19, INK)
        elif value >= 2.1:
            dark = value >= 4
            page.text((x + 26, y + 156), name, 20, (255, 255, 255) if dark else INK, anchor="ms", bold=0.02)
            page.text((x + 26, y + 180), f"{round(value * 1000):,}", 19, (255, 255, 255) if dark else INK, anchor="ms")
    key(page, LEFT, 230, [(colour, words) for _, colour, words in STEPS])
    page.text((LEFT, 206), "Homes", 20, INK, bold=0.02)
    _sea_name(page, (1460, 290), "CALDRIC", "SOUND")
    page.line([(LEFT, 856), (1536, 856)], RULE, 1)
    return page.done()


def radar() -> Image.Image:
    """Rain bands over the coast as a weather radar draws them."""
    ground = ImageChops.multiply(
        Image.merge("RGB", [_land().convert("L")] * 3), Image.new("RGB", (1600, 900), rgb("c4ccd2"))
    )
    field = ImageChops.add(
        noise(231, (420, 170), octaves=6, contrast=1.2), noise(232, (1000, 500), octaves=2), 2.0, -30
    )
    field = field.transform(
        (1600, 900), Image.Transform.AFFINE, (0.6, -0.3, 290, 0.3, 0.45, 0), Image.Resampling.BICUBIC
    )
    sharp = noise(233, (150, 60), octaves=5)
    field = ImageChops.add(field, levels(sharp, 0.45), 1, -128)
    steps = [
        (118, "8fc3dd", 150),
        (134, "4f98c9", 185),
        (148, "2f6fb0", 205),
        (160, "3f9a5a", 215),
        (172, "e3c341", 225),
        (184, "dd7f2c", 232),
        (196, "bd2f2f", 238),
    ]
    for limit, tone, thick in steps:
        band = field.point([255 if v > limit else 0 for v in range(256)]).filter(ImageFilter.GaussianBlur(1.4))
        wash(ground, rgb(tone), band, thick / 255)
    pen = Pen(mode="RGB")
    pen.image.paste(ground.resize(pen.image.size, Image.Resampling.BICUBIC))
    pen.line(ragged(COAST, 3, rough=0.24, rounds=5), rgb("2c3a44"), 2)
    for radius in (170, 340, 510):
        pen.arc(905, 446, radius, 0, 360, rgb("eef2f4"), 1)
    for at, name, side in (
        ((150, 312), "Dunmarrow", "b"),
        ((430, 392), "Orley Bridge", "b"),
        ((930, 138), "Stell Point", "r"),
        ((985, 742), "Brackwater", "r"),
        ((520, 238), "Tarrow", "t"),
    ):
        town(pen, at, name, side=side)
    town(pen, (905, 446), "Hallorin", size=30, big=True, side="r")
    pen.line([(1250, 700), (1130, 610)], INK, 5)
    pen.polygon([(1116, 600), (1146, 606), (1128, 628)], INK)
    pen.text((1262, 712), "Moving north-west at 25 mph", 21, INK, anchor="lm", bold=0.02, halo=PAPER)
    pen.box(1080, 770, 1556, 838, PAPER)
    for i, (_, tone, _) in enumerate(steps):
        pen.box(1100 + i * 62, 784, 1162 + i * 62, 804, rgb(tone))
    for i, words in enumerate(("Light", "Moderate", "Heavy", "Violent")):
        pen.text((1100 + i * 144.6, 826), words, 17, INK, anchor=("ls", "ms", "ms", "rs")[i])
    over(
        pen,
        "A second band crosses the coast",
        "Rainfall rate over Hallorin and the lower valley",
        "Source: Estmere Weather Service, Stell Point radar",
    )
    return pen.done()
