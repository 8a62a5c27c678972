"""The map of Hallorin's center with the flood in its streets."""

import math
from random import Random

from PIL import Image, ImageFilter

from .light import fade, mix
from .pen import Pen, Point, along, curve, points, ragged, rgb
from .sheet import DEEP, INK, LABEL, PAPER, RED, ROAD, SIZE, WHITE, key, north, over

STREETS, BLOCK, BUILDING, PARK = rgb("f3f1ea"), rgb("e6e2d8"), rgb("d2ccbd"), rgb("d6e3c6")
CHANNEL, FIRST, REACHED = rgb("255f85"), rgb("3f86ad"), rgb("8fbad2")
GREEN = rgb("2f6f52")

RIVER = curve(points("-20,690 200,664 430,596 640,612 830,560 1040,508 1290,540 1630,452"), steps=24)
#: How far the water went from the middle of the river, from left to right: on the north bank, on the south bank.
NORTH = curve(points("-20,176 160,226 380,214 560,120 700,64 900,62 1080,84 1240,150 1420,172 1630,150"))
SOUTH = curve(points("-20,190 160,214 360,176 560,150 720,226 900,206 1040,168 1200,236 1400,250 1630,190"))
#: Each with the x at which it crosses the river.
CROSSINGS = {
    "Tanners Bridge": (curve(points("250,-20 330,240 506,590 620,900 640,1220")), 506),
    "Custom House Bridge": (curve(points("1010,-20 1030,240 1096,512 1130,800 1240,1220")), 1096),
}
AVENUES = [curve(points("-20,402 420,372 900,318 1620,190")), curve(points("-20,1010 500,956 1000,900 1620,760"))]


def _blocks(pen: Pen) -> None:
    """An old town's streets: a grid that leans, bends and varies, with buildings around courtyards."""
    random = Random("blocks")

    def corner(column: float, row: float) -> Point:
        lean = 26 * math.sin(row / 3.1) + 14 * math.sin(column / 2.3)
        return column * 76 - 60 + row * 5 + lean, row * 62 - 70 - column * 5 + 12 * math.sin(column / 1.7 + row)

    def inside(column: float, row: float, u0: float, v0: float, u1: float, v1: float) -> list[Point]:
        return [corner(column + u, row + v) for u, v in ((u0, v0), (u1, v0), (u1, v1), (u0, v1))]

    for row in range(24):
        for column in range(24):
            if random.random() < 0.055:
                pen.polygon(inside(column, row, 0.06, 0.07, 0.94, 0.93), PARK)
                continue
            pen.polygon(inside(column, row, 0.06, 0.07, 0.94, 0.93), BLOCK)
            for side in (0, 1):
                u = 0.1
                while u < 0.8:
                    wide = random.uniform(0.14, 0.34)
                    deep = random.uniform(0.22, 0.36)
                    v0, v1 = (0.13, 0.13 + deep) if side == 0 else (0.87 - deep, 0.87)
                    if random.random() < 0.93:
                        pen.polygon(inside(column, row, u, v0, min(0.9, u + wide), v1), BUILDING)
                    u += wide + 0.025


def _flooded(pen: Pen, share: float, tone: tuple[int, int, int], seed: int) -> None:
    banks = []
    for number, reach in enumerate((NORTH, SOUTH)):
        side = -1 if number == 0 else 1
        edge = [(x, along(RIVER, x) + side * (24 + share * along(reach, x))) for x in range(-20, 1640, 60)]
        banks.append(ragged(edge, seed + number, rough=0.26, rounds=5))
    water = Pen(SIZE)
    water.polygon([*banks[0], *reversed(banks[1])])
    shape = water.done(1.5)
    rim = shape.filter(ImageFilter.FIND_EDGES)
    rim.paste(0, (0, 0, 3, rim.height))
    rim.paste(0, (rim.width - 3, 0, rim.width, rim.height))
    pen.image.paste(tone, (0, 0), fade(shape, 0.66).resize(pen.image.size, Image.Resampling.BILINEAR))
    pen.image.paste(mix(tone, DEEP, 0.4), (0, 0), rim.resize(pen.image.size, Image.Resampling.BILINEAR))


def _sign(pen: Pen, x: float, y: float, name: str, *, hospital: bool = False) -> None:
    pen.box(x - 26, y - 26, x + 26, y + 26, WHITE, radius=10)
    pen.box(x - 23, y - 23, x + 23, y + 23, RED if hospital else GREEN, radius=8)
    if hospital:
        pen.box(x - 15, y - 5, x + 15, y + 5, WHITE)
        pen.box(x - 5, y - 15, x + 5, y + 15, WHITE)
    else:
        pen.polygon([(x - 17, y), (x, y - 16), (x + 17, y)], WHITE)
        pen.box(x - 11, y - 2, x + 11, y + 14, WHITE)
        pen.box(x - 4, y + 3, x + 4, y + 14, GREEN)
    pen.text((x + 38, y), name, 36, INK, anchor="lm", halo=PAPER)


def flood_extent() -> Image.Image:
    """The center's blocks, and how far the water came into them."""
    pen = Pen(SIZE, STREETS, mode="RGB")
    _blocks(pen)
    roads = [*AVENUES, *(road for road, _ in CROSSINGS.values())]
    for road in roads:
        pen.line(road, rgb("c6bfae"), 24)
    for road in roads:
        pen.line(road, ROAD, 18)
    _flooded(pen, 1.0, REACHED, 5)
    _flooded(pen, 0.5, FIRST, 9)
    for tone, wide in ((DEEP, 58), (CHANNEL, 53)):
        for x, y in RIVER:
            pen.dot(x, y, wide / 2, tone)
        pen.line(RIVER, tone, wide)
    for name, (road, x) in CROSSINGS.items():
        y = along(RIVER, x)
        deck = [point for point in road if abs(point[1] - y) < 62]
        pen.line(deck, WHITE, 26)
        pen.line(deck, RED, 14)
        pen.text((x + 34, y - 54), name, 36, INK, bold=True, halo=PAPER)
        pen.text((x + 34, y - 54 + 41), "shut", 36, RED, bold=True, halo=PAPER)
    for at, words in (
        ((206, 528), "NORTH WHARF"),
        ((770, 744), "THE SHAMBLES"),
        ((1390, 680), "EASTGATE"),
        ((790, 446), "CATHEDRAL HILL"),
        ((236, 800), "LOWER SOUTHFIELDS"),
    ):
        pen.text(at, words, 34, DEEP, anchor="ms", bold=True, halo=rgb("eef3f4"), spacing=2)
    _sign(pen, 640, 300, "Guildhall shelter")
    _sign(pen, 330, 1040, "Southfields shelter")
    _sign(pen, 1180, 850, "St Brannoc’s Hospital", hospital=True)
    pen.box(1020, 922, 1560, 1112, PAPER)
    rows = [(CHANNEL, "River Ashlen"), (mix(STREETS, FIRST, 0.8), "First two hours"), (REACHED, "When surveyed")]
    key(pen, 1048, 944, [(tone, words) for tone, words in rows], size=LABEL)
    north(pen, 1520, 96, STREETS)
    over(
        pen,
        "Four districts under water",
        "The flood in the center of Hallorin",
        "Source: Estmere Rivers Authority, aerial survey",
    )
    return pen.done()
