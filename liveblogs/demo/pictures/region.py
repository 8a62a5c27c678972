"""Maps of the invented coast: where Hallorin lies, and where it rains."""

import itertools
from functools import cache

from PIL import Image, ImageChops, ImageFilter

from .light import fade, levels, noise, ramp, wash
from .pen import Pen, Point, curve, points, ragged, rgb
from .sheet import INK, LABEL, LAND, PAPER, RED, ROAD, SEA, SIZE, SOFT, WATER, WHITE, north, over, scale_bar, town

MILE = 16  # points
COAST = points("1066,-20 1078,96 1046,206 1146,322 1052,424 1016,520 942,602 1008,690 1122,792 1092,930 1196,1230")
RIVER = points("-20,318 120,392 250,412 380,396 500,506 600,488 720,612 820,586 950,606")
BROOK = points("330,1220 392,1040 500,900 540,760 660,690 720,612")
ROADS = [
    points("-20,236 300,268 640,352 790,470 892,594"),
    points("1024,-20 1008,120 1000,240 1090,318 1000,420 892,594"),
    points("892,594 884,720 980,820 1060,900 1090,1000 1080,1220"),
    points("-20,770 250,720 480,800 700,740 892,594"),
]
HALLORIN: Point = (892, 594)
DUNMARROW: Point = (216, 411)
ORLEY: Point = (500, 506)
QUENN: Point = (720, 612)
TARROW: Point = (640, 352)
STELL: Point = (1110, 318)
BRACKWATER: Point = (1062, 902)
HARDEN: Point = (486, 800)
SALTERSEY: Point = (1372, 486)


def _shore() -> list[Point]:
    return ragged(COAST, 3, rough=0.2, rounds=5)


@cache
def _land() -> Image.Image:
    """The region's base: sea that is paler near the shore, land with a little relief, woods and fields."""
    shore = _shore()
    pen = Pen(SIZE)
    pen.polygon([(-20, -20), *shore, (-20, 1230)])
    for x, y, rx, ry in ((1372, 480, 64, 44), (1440, 540, 26, 20), (1310, 950, 34, 52)):
        around = [(x - rx, y), (x, y - ry), (x + rx, y), (x, y + ry), (x - rx, y)]
        pen.polygon(ragged(around, round(x), rough=0.3))
    mask = pen.done()
    small = (SIZE[0] // 4, SIZE[1] // 4)
    near = mask.resize(small).filter(ImageFilter.GaussianBlur(9))
    image = Image.new("RGB", SIZE, SEA)
    for depth, tone in ((40, "c9dfea"), (96, "d6e7ef")):
        band = near.point([255 if v > depth else 0 for v in range(256)])
        wash(image, rgb(tone), band.resize(SIZE, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(2)))
    relief = noise(201, (330, 260), (SIZE[0] + 5, SIZE[1] + 5), octaves=5)
    shade = ImageChops.subtract(relief.crop((5, 5, SIZE[0] + 5, SIZE[1] + 5)), relief.crop((0, 0, *SIZE)), 0.5, 128)
    land = Image.new("RGB", SIZE, LAND)
    wash(land, rgb("dfe6d2"), noise(202, (260, 190), SIZE, octaves=4, contrast=2.6), 0.75)
    land = ImageChops.soft_light(land, Image.merge("RGB", [shade] * 3))
    image.paste(land, (0, 0), mask)
    line = Pen(SIZE)
    line.line(shore, width=2.2)
    wash(image, rgb("7f9fb0"), line.done(), 0.9)
    return image


def _base() -> Pen:
    pen = Pen(SIZE, mode="RGB")
    pen.image.paste(_land().resize(pen.image.size, Image.Resampling.BICUBIC))
    for road in ROADS:
        pen.line(curve(road), rgb("c3bcab"), 10)
    for road in ROADS:
        pen.line(curve(road), ROAD, 6.4)
    for course, narrow, broad in ((BROOK, 4, 8), (RIVER, 7, 18)):
        line = curve(course)
        for i, (a, b) in enumerate(itertools.pairwise(line)):
            wide = narrow + (broad - narrow) * i / len(line)
            pen.line([a, b], WATER, wide)
            pen.dot(*b, wide / 2, WATER)
    return pen


def locator() -> Image.Image:
    """The coast with Hallorin, the river and the towns named in the story."""
    pen = _base()
    for i, word in enumerate(("CALDRIC", "SOUND")):
        pen.text((1370, 720 + i * 54), word, LABEL, rgb("4d7d97"), anchor="ms", spacing=8)
    pen.text((70, 338), "River Ashlen", 36, rgb("2f6c8d"), halo=LAND)
    pen.text((430, 1012), "Orle Brook", 36, rgb("2f6c8d"), halo=LAND)
    for at, name, side in (
        (DUNMARROW, "Dunmarrow", "b"),
        (ORLEY, "Orley Bridge", "b"),
        (QUENN, "Lower Quenn", "b"),
        (STELL, "Stell Point", "r"),
        (BRACKWATER, "Brackwater", "l"),
        (HARDEN, "Harden Moor", "b"),
        (SALTERSEY, "Saltersey", "t"),
        (TARROW, "Tarrow", "t"),
    ):
        town(pen, at, name, side=side)
    town(pen, HALLORIN, "Hallorin", size=56, big=True, side="t")
    # The small map: where the frame lies on the whole coast.
    pen.box(1254, 40, 1560, 270, WHITE)
    pen.box(1260, 46, 1554, 264, SEA)
    inland = ragged(points("1442,46 1470,110 1430,150 1480,200 1468,264"), 8, rough=0.2)
    pen.polygon([(1260, 46), *inland, (1260, 264)], rgb("e9e5d8"))
    pen.line(points("1412,116 1492,116 1492,178 1412,178 1412,115"), RED, 5)
    pen.text((1270, 230), "ESTMERE", 30, SOFT, spacing=2)
    north(pen, 1510, 366, SEA)
    scale_bar(pen, 1360, 1078, 10 * MILE, "10 miles")
    over(
        pen,
        "Where the Ashlen meets the sea",
        "Hallorin and the lower valley, Estmere",
        "Source: Estmere Survey Office",
    )
    return pen.done()


RATES = [
    (92, "9fcbe3", 150),
    (114, "579ecb", 190),
    (136, "2f6fb0", 205),
    (158, "3f9a5a", 215),
    (180, "e3c341", 225),
    (200, "dd7f2c", 232),
    (220, "bd2f2f", 238),
]


def radar() -> Image.Image:
    """A band of rain that comes ashore, as a weather radar draws it."""
    grey = Image.merge("RGB", [_land().convert("L")] * 3)
    ground = ImageChops.multiply(grey, Image.new("RGB", SIZE, rgb("cbd2d7")))
    # A stripe across the page, bent and frayed by noise, and showers before and behind it.
    stripe = ramp([(0, 0), (0.3, 0), (0.47, 190), (0.56, 225), (0.64, 150), (0.85, 0), (1, 0)], (2200, 2200))
    stripe = stripe.rotate(52, Image.Resampling.BICUBIC).crop((150, 230, 1750, 1430))
    rough = noise(231, (420, 230), (2000, 2000), octaves=6, contrast=1.5).rotate(35, Image.Resampling.BICUBIC)
    rough = rough.crop((200, 400, 1800, 1600))
    fine = noise(233, (150, 70), SIZE, octaves=5, contrast=1.2)
    field = ImageChops.add(fade(stripe, 0.78), levels(rough, 0.62), 1, -122)
    field = ImageChops.add(field, levels(fine, 0.5), 1, -116)
    for limit, tone, thick in RATES:
        band = field.point([255 if v > limit else 0 for v in range(256)]).filter(ImageFilter.BoxBlur(1.4))
        wash(ground, rgb(tone), band, thick / 255)
    pen = Pen(SIZE, mode="RGB")
    pen.image.paste(ground.resize(pen.image.size, Image.Resampling.BICUBIC))
    pen.line(_shore(), rgb("2c3a44"), 3)
    for ring in (10, 20, 30):
        pen.arc(*HALLORIN, ring * MILE, 0, 360, rgb("f3f6f7"), 1.6)
    for at, name, side in (
        (DUNMARROW, "Dunmarrow", "b"),
        (ORLEY, "Orley Bridge", "b"),
        (STELL, "Stell Point", "r"),
        (BRACKWATER, "Brackwater", "l"),
        (TARROW, "Tarrow", "t"),
    ):
        town(pen, at, name, side=side)
    town(pen, HALLORIN, "Hallorin", size=50, big=True, side="l")
    pen.line([(1250, 800), (1136, 686)], WHITE, 20)
    pen.polygon([(1084, 634), (1172, 668), (1118, 722)], WHITE)
    pen.line([(1250, 800), (1136, 686)], INK, 10)
    pen.polygon([(1098, 648), (1160, 674), (1124, 710)], INK)
    pen.text((1196, 826), "Moving northwest", LABEL, INK, anchor="lt", bold=True, halo=PAPER)
    pen.text((1196, 880), "at 25 mph", LABEL, INK, anchor="lt", bold=True, halo=PAPER)
    pen.box(1000, 1000, 1560, 1110, PAPER)
    for i, (_, tone, _) in enumerate(RATES):
        pen.box(1026 + i * 72.5, 1020, 1026 + (i + 1) * 72.5, 1050, rgb(tone))
    for i, words in enumerate(("Light", "Heavy", "Extreme")):
        pen.text((1026 + i * 254, 1094), words, 36, INK, anchor=("ls", "ms", "rs")[i])
    over(
        pen,
        "A second band crosses the coast",
        "Rainfall by radar; rings 10 miles apart",
        "Source: Estmere Weather Service, Stell Point radar",
    )
    return pen.done()
