"""The newsroom's house style for graphics: paper, title, subtitle, source line, and one restrained palette.

A graphic is read on a phone, where its 1,600 points are about 360 wide: nothing that matters is set below 36.
"""

from .pen import Colour, Pen, Point, measure, rgb

SIZE = (1600, 1200)
PAPER, INK, SOFT, RULE = rgb("fbfaf7"), rgb("1d2329"), rgb("545e67"), rgb("d9d8d2")
RED, BLUE, DEEP, TEAL, OCHRE = rgb("c4372c"), rgb("2b6a99"), rgb("153f63"), rgb("2f8578"), rgb("d59a2f")
WATER, SEA, LAND, ROAD, WHITE = rgb("a9cbdc"), rgb("bdd7e4"), rgb("f1efe7"), rgb("ffffff"), (255, 255, 255)
LEFT, RIGHT = 64, 1536
#: Sizes of type.
TITLE, SUBTITLE, LABEL, SMALL = 66, 41, 38, 30


def sheet(title: str, subtitle: str, source: str) -> Pen:
    """A page with its lines of text set; what it shows belongs between y = 220 and y = 1110."""
    pen = Pen(SIZE, PAPER, mode="RGB")
    pen.box(LEFT, 52, LEFT + 84, 62, RED)
    pen.text((LEFT, 134), title, TITLE, INK, bold=True)
    pen.text((LEFT, 194), subtitle, SUBTITLE, SOFT)
    pen.line([(LEFT, 1134), (RIGHT, 1134)], RULE, 1.5)
    _imprint(pen, LEFT, RIGHT, source)
    return pen


def over(pen: Pen, title: str, subtitle: str, source: str) -> None:
    """The same lines on a map that fills the page: a box above, a strip below."""
    width = max(measure(title, 60, bold=True), measure(subtitle, 38)) + 84
    pen.box(40, 40, 40 + width, 206, PAPER)
    pen.box(40, 40, 52, 206, RED)
    pen.text((82, 112), title, 60, INK, bold=True)
    pen.text((82, 174), subtitle, 38, SOFT)
    pen.box(0, 1134, SIZE[0], SIZE[1], PAPER)
    _imprint(pen, 40, SIZE[0] - 40, source)


def _imprint(pen: Pen, left: float, right: float, source: str) -> None:
    pen.text((left, 1178), source, SMALL, SOFT)
    pen.text((right, 1178), "FAIRLEAD NEWS", 27, INK, anchor="rs", bold=True, spacing=1.5)


def town(pen: Pen, at: Point, name: str, *, size: float = LABEL, big: bool = False, side: str = "r") -> None:
    x, y = at
    pen.dot(x, y, 13 if big else 9, INK)
    pen.dot(x, y, 7.5 if big else 5, WHITE)
    gap = 26 if big else 18
    anchor = {"r": "lm", "l": "rm", "t": "ms", "b": "mt"}[side]
    shift = {"r": (gap, 0), "l": (-gap, 0), "t": (0, -gap), "b": (0, gap)}[side]
    pen.text((x + shift[0], y + shift[1]), name, size, INK, anchor=anchor, bold=big, halo=LAND)


def scale_bar(pen: Pen, x: float, y: float, length: float, words: str) -> None:
    pen.box(x - 2, y - 2, x + length + 2, y + 12, INK)
    pen.box(x + length / 2, y, x + length, y + 10, WHITE)
    pen.text((x + length / 2, y - 16), words, 34, INK, anchor="ms", halo=SEA)


def north(pen: Pen, x: float, y: float, halo: Colour = LAND) -> None:
    pen.polygon([(x, y - 46), (x + 17, y + 10), (x, y - 3)], INK)
    pen.polygon([(x, y - 46), (x - 17, y + 10), (x, y - 3)], WHITE)
    pen.line([(x, y - 46), (x - 17, y + 10), (x, y - 3), (x, y - 46)], INK, 1.6)
    pen.text((x, y + 22), "N", 34, INK, anchor="mt", bold=True, halo=halo)


def key(pen: Pen, x: float, y: float, rows: list[tuple[Colour, str]], *, size: float = LABEL) -> None:
    """Swatches with their meaning, from (x, y) downwards, 58 apart."""
    for i, (colour, words) in enumerate(rows):
        top = y + i * 58
        pen.box(x, top, x + 46, top + 34, colour)
        pen.text((x + 64, top + 17), words, size, INK, anchor="lm")
