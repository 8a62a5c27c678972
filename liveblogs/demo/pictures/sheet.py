"""The newsroom's house style for graphics: paper, title, subtitle, source line, and one restrained palette."""

from .ink import WIDE, Pen, Point, rgb

PAPER, INK, SOFT, RULE = rgb("fbfaf7"), rgb("1d2329"), rgb("5f6972"), rgb("d9d8d2")
RED, BLUE, DEEP, TEAL, OCHRE = rgb("c4372c"), rgb("2b6a99"), rgb("153f63"), rgb("2f8578"), rgb("d59a2f")
WATER, SEA, LAND, ROAD = rgb("a9cbdc"), rgb("bdd7e4"), rgb("f1efe7"), rgb("ffffff")
LEFT, RIGHT = 64, 1536


def sheet(title: str, subtitle: str, source: str, ground: tuple[int, int, int] = PAPER) -> Pen:
    """A page with its lines of text set; what it shows belongs between y = 170 and y = 840."""
    pen = Pen(mode="RGB", ground=ground)
    pen.box(LEFT, 44, LEFT + 56, 51, RED)
    pen.text((LEFT, 100), title, 42, INK, bold=0.022)
    pen.text((LEFT, 142), subtitle, 25, SOFT)
    pen.line([(LEFT, 856), (RIGHT, 856)], RULE, 1)
    pen.text((LEFT, 882), source, 18, SOFT)
    pen.text((RIGHT, 882), "FAIRLEAD NEWS", 17, INK, anchor="rs", bold=0.03, spacing=1.5)
    return pen


def over(pen: Pen, title: str, subtitle: str, source: str) -> None:
    """The same lines on a map that fills the page: a white box above, a strip below."""
    width = max(
        Pen((1, 1)).text((0, 0), title, 38, bold=0.022) + 30,
        Pen((1, 1)).text((0, 0), subtitle, 23),
    )
    pen.box(44, 40, 44 + width + 60, 166, PAPER)
    pen.box(44, 40, 52, 166, RED)
    pen.text((76, 92), title, 38, INK, bold=0.022)
    pen.text((76, 136), subtitle, 23, SOFT)
    pen.box(0, 858, WIDE[0], 900, PAPER)
    pen.text((44, 886), source, 18, SOFT)
    pen.text((RIGHT + 20, 886), "FAIRLEAD NEWS", 17, INK, anchor="rs", bold=0.03, spacing=1.5)


def town(pen: Pen, at: Point, name: str, *, size: float = 22, big: bool = False, side: str = "r") -> None:
    x, y = at
    pen.dot(x, y, 8 if big else 5.5, INK)
    pen.dot(x, y, 4.6 if big else 3, (255, 255, 255))
    gap = 16 if big else 12
    anchor = {"r": "lm", "l": "rm", "t": "ms", "b": "mt"}[side]
    shift = {"r": (gap, 0), "l": (-gap, 0), "t": (0, -gap), "b": (0, gap)}[side]
    pen.text((x + shift[0], y + shift[1]), name, size, INK, anchor=anchor, bold=0.025 if big else 0, halo=LAND)


def scale_bar(pen: Pen, x: float, y: float, length: float, words: str) -> None:
    pen.box(x, y, x + length / 2, y + 6, INK)
    pen.box(x + length / 2, y, x + length, y + 6, (255, 255, 255))
    pen.line([(x, y), (x + length, y), (x + length, y + 6), (x, y + 6), (x, y)], INK, 1)
    pen.text((x, y - 8), "0", 17, INK, anchor="ms", halo=LAND)
    pen.text((x + length, y - 8), words, 17, INK, anchor="ms", halo=LAND)


def north(pen: Pen, x: float, y: float) -> None:
    pen.polygon([(x, y - 30), (x + 11, y + 6), (x, y - 2)], INK)
    pen.polygon([(x, y - 30), (x - 11, y + 6), (x, y - 2)], (255, 255, 255))
    pen.line([(x, y - 30), (x - 11, y + 6), (x, y - 2), (x, y - 30)], INK, 1)
    pen.text((x, y + 30), "N", 20, INK, anchor="ms", bold=0.03, halo=LAND)


def key(pen: Pen, x: float, y: float, rows: list[tuple[tuple[int, int, int], str]]) -> None:
    """Swatches with their meaning, from (x, y) downwards."""
    for i, (colour, words) in enumerate(rows):
        top = y + i * 34
        pen.box(x, top, x + 26, top + 20, colour)
        pen.text((x + 40, top + 10), words, 20, INK, anchor="lm")
