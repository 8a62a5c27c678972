"""Charts in the house style: the river's level, rainfall, turnout and the seats of a chamber."""

import math

from PIL import Image

from .light import ramp
from .pen import Colour, Pen, Point, curve, rgb
from .sheet import BLUE, DEEP, INK, LABEL, LEFT, OCHRE, PAPER, RED, RIGHT, RULE, SIZE, SOFT, TEAL, WHITE, sheet

#: The Ashlen at Tanners Bridge in feet, hour by hour from the flood warning.
LEVELS = (10.2, 10.3, 10.6, 11.2, 12.5, 14.8, 17.4, 20.3, 23.1, 25.9, 28.2, 30.0, 30.9, 31.2, 30.9)


def river_level() -> Image.Image:
    """The gauge over fourteen hours, with the level at which it floods and the old record."""
    page = sheet(
        "The Ashlen rose above its 1987 record",
        "Feet at the Tanners Bridge gauge, by hours since the flood warning",
        "Source: Estmere Rivers Authority, provisional",
    )
    left, right, top, bottom = LEFT + 96, RIGHT - 226, 300, 1030

    def place(hour: float, feet: float) -> Point:
        return left + (right - left) * hour / (len(LEVELS) - 1), bottom - (bottom - top) * feet / 34

    for feet in (0, 10, 20, 30):
        y = place(0, feet)[1]
        page.line([(left, y), (right, y)], RULE if feet else INK, 1.5 if feet else 2.4)
        page.text((left - 22, y), f"{feet} ft" if feet == 30 else f"{feet}", LABEL, SOFT, anchor="rm")
    for hour in (0, 4, 8, 12):
        x = place(hour, 0)[0]
        page.line([(x, bottom), (x, bottom + 12)], INK, 2)
        page.text((x, bottom + 62), f"{hour} hours" if hour == 4 else f"{hour}", LABEL, SOFT, anchor="ms")
    line = curve([place(hour, feet) for hour, feet in enumerate(LEVELS)])
    area = Pen(SIZE)
    area.polygon([*line, (right, bottom), (left, bottom)])
    tint = ramp([(0, 100), (0.25, 100), (0.86, 14), (1, 0)], area.image.size)
    page.image.paste(BLUE, (0, 0), Image.composite(tint, Image.new("L", tint.size), area.image))
    for feet, tone, words in ((20, rgb("96690f"), "Flood level"), (30, RED, "1987 record")):
        y = place(0, feet)[1]
        page.dashes((left, y), (right, y), tone, 3.4, dash=16, gap=11)
        page.text((right + 20, y), words, LABEL, tone, anchor="lm")
    page.line(line, DEEP, 8)
    x, y = place(7, LEVELS[7])
    page.line([(x - 12, y - 12), (x - 62, y - 66)], SOFT, 2)
    page.text((x - 48, y - 128), "Hour 7: over the", LABEL, INK, anchor="rs")
    page.text((x - 48, y - 80), "bank at North Wharf", LABEL, INK, anchor="rs")
    _mark(page, (x, y), DEEP)
    x, y = place(13, LEVELS[13])
    page.text((x, y - 34), "Peak: 31.2 ft", 42, RED, anchor="ms", bold=True, halo=PAPER)
    _mark(page, (x, y), RED)
    return page.done()


def _mark(page: Pen, at: Point, tone: Colour) -> None:
    page.dot(*at, 16, PAPER)
    page.dot(*at, 11, tone)


def rainfall() -> Image.Image:
    """Rain in a day at seven gauges against what a whole month brings."""
    page = sheet(
        "More than a month’s rain in 24 hours",
        "Inches of rain at seven gauges; the mark in each bar is an average month",
        "Source: Estmere Weather Service",
    )
    rows = [
        ("Tarrow", 7.4, 3.8),
        ("Orley Bridge", 6.7, 3.5),
        ("Dunmarrow", 6.5, 4.0),
        ("Hallorin", 5.6, 2.9),
        ("Harden Moor", 4.6, 3.6),
        ("Stell Point", 3.8, 2.8),
        ("Brackwater", 3.3, 2.7),
    ]
    left, top, pitch, high = 330, 268, 121, 76
    inch = (RIGHT - 110 - left) / rows[0][1]
    for i, (name, rain, usual) in enumerate(rows):
        y = top + i * pitch
        page.text((left - 24, y + high / 2), name, LABEL, INK, anchor="rm", bold=name == "Hallorin")
        page.box(left, y, left + rain * inch, y + high, DEEP if name == "Hallorin" else BLUE)
        page.text((left + rain * inch + 20, y + high / 2), f"{rain}", 42, INK, anchor="lm", bold=True)
        x = left + usual * inch
        page.box(x - 9, y - 10, x + 9, y + high + 10, PAPER)
        page.box(x - 5, y - 10, x + 5, y + high + 10, OCHRE)
        if i == 0:
            page.text((x + 26, y + high / 2), "Average month: 3.8", LABEL, WHITE, anchor="lm")
    page.line([(left, top - 18), (left, top + pitch * len(rows) - pitch + high + 18)], INK, 2.4)
    return page.done()


def turnout() -> Image.Image:
    """Turnout at the last six elections."""
    page = sheet(
        "Turnout fell for the first time in 20 years",
        "Percent of registered voters who cast a ballot, Estmere Assembly",
        "Source: Estmere Electoral Office",
    )
    values = [("24 years ago", 51.2), ("20", 54.8), ("16", 58.1), ("12", 61.7), ("8", 66.4), ("4", 63.9)]
    left, bottom, top = LEFT + 8, 1030, 290
    page.line([(left, bottom), (RIGHT, bottom)], INK, 2.4)
    pitch, wide = (RIGHT - left) / len(values), 176
    for i, (name, share) in enumerate(values):
        x, y = left + pitch * (i + 0.5), bottom - (bottom - top) * share / 70
        tone = RED if name == "4" else rgb("8fb0c6")
        page.box(x - wide / 2, y, x + wide / 2, bottom - 1, tone)
        page.text((x, y - 22), f"{share}", 48, RED if name == "4" else INK, anchor="ms", bold=True)
        page.text((x, bottom + 62), name, LABEL, SOFT, anchor="ms")
    return page.done()


PARTIES: tuple[tuple[str, int, Colour], ...] = (
    ("Labor and Land", 34, RED),
    ("Greens of the Coast", 14, TEAL),
    ("Reform Union", 19, OCHRE),
    ("Civic Alliance", 46, BLUE),
    ("No party", 8, rgb("8f979d")),
)


def seats() -> Image.Image:
    """The chamber as a half circle, one dot a seat."""
    total = sum(count for _, count, _ in PARTIES)
    page = sheet(
        "How the chamber stands before the vote",
        f"The {total} seats of the Estmere Assembly; a majority needs {total // 2 + 1}",
        "Source: Estmere Electoral Office",
    )
    radii = [232 + 68 * row for row in range(6)]
    shares = [round(total * radius / sum(radii)) for radius in radii]
    shares[-1] += total - sum(shares)
    spots = []
    for radius, many in zip(radii, shares, strict=True):
        for i in range(many):
            angle = math.pi * (1 - i / (many - 1))
            spots.append((angle, 800 + radius * 1.12 * math.cos(angle), 848 - radius * math.sin(angle)))
    spots.sort(key=lambda spot: -spot[0])
    tones = [tone for _, count, tone in PARTIES for _ in range(count)]
    for (_, x, y), tone in zip(spots, tones, strict=True):
        page.dot(x, y, 22, tone)
    page.text((800, 848), f"{total}", 128, INK, anchor="ms", bold=True)
    for i, (name, count, tone) in enumerate(sorted(PARTIES, key=lambda party: -party[1])):
        x, y = LEFT + (i % 3) * 510, 962 + (i // 3) * 92
        page.dot(x + 20, y, 20, tone)
        width = page.text((x + 58, y), name, LABEL, INK, anchor="lm")
        page.text((x + 58 + width + 18, y), f"{count}", LABEL, INK, anchor="lm", bold=True)
    return page.done()


def launch_timeline() -> Image.Image:
    """The first hour of the flight, step by step."""
    page = sheet(
        "The first hour of the flight",
        "Wayfinder 2: planned times, in minutes and seconds after liftoff",
        "Source: Norrey Space Center",
    )
    steps = [
        ("0:00", "Liftoff", "from pad 2 at Cape Norrey"),
        ("1:58", "Boosters off", "at a height of 38 miles"),
        ("3:21", "Fairing opens", "at 75 miles, above the air"),
        ("8:44", "First stage off", "second stage lights to reach orbit"),
        ("27:10", "Second burn", "of four minutes, out of Earth orbit"),
        ("36:05", "Separation", "the probe flies alone"),
        ("58:30", "Solar wings open", "and the first signal is due"),
    ]
    x, top, pitch = 318, 290, 128
    page.line([(x, top), (x, top + pitch * (len(steps) - 1))], rgb("b9c4cb"), 6)
    for i, (when, name, more) in enumerate(steps):
        y, ends = top + i * pitch, i in (0, len(steps) - 1)
        page.dot(x, y, 24, PAPER)
        page.dot(x, y, 18, RED if ends else DEEP)
        page.text((x - 50, y), when, 54, RED if ends else INK, anchor="rm", bold=True)
        page.text((x + 54, y - 8), name, 44, INK, bold=True)
        page.text((x + 54, y + 40), more, LABEL, SOFT)
        if i < len(steps) - 1:
            page.line([(x + 54, y + pitch / 2), (RIGHT, y + pitch / 2)], RULE, 1.5)
    return page.done()


#: Thousands of homes without power in each supply district, as the districts lie to each other.
DISTRICTS = (
    (None, ("Highgarth", 0.2), ("Tarrow", 1.2), ("Cape Road", 2.6), ("Stell Point", 4.4)),
    (("Dunmarrow", 0.3), ("Orley", 2.2), ("Lower Quenn", 5.1), ("North Wharf", 7.9), None),
    (("Upper Orle", 0.4), ("Harden Moor", 0.6), ("Southfields", 3.6), ("The Shambles", 6.2), ("Eastgate", 9.4)),
    (None, ("Westing", 0.5), ("Marl", 1.4), ("Brackwater", 3.0), None),
)


def power_cuts() -> Image.Image:
    """A tile for each supply district, the darker the more homes are without power."""
    total = sum(homes for row in DISTRICTS for _, homes in filter(None, row))
    page = sheet(
        f"{total * 1000:,.0f} homes without power",
        "By supply district; the tiles lie roughly as on a map",
        "Source: Estmere Grid, rounded",
    )
    steps = ((1, "f8e6cc"), (2.5, "f2c690"), (4, "e49a5f"), (6, "c9613f"), (99, "8f2c2a"))
    wide, high, gap, river = 284, 180, 13, 64
    for i, row in enumerate(DISTRICTS):
        top = 236 + i * (high + gap) + (river - gap if i > 1 else 0)
        for j, district in enumerate(row):
            if district is None:
                continue
            name, homes = district
            x, tone = LEFT + j * (wide + gap), next(rgb(tone) for limit, tone in steps if homes < limit)
            words = WHITE if homes >= 4 else INK
            page.box(x, top, x + wide, top + high, tone, radius=8)
            page.text((x + 22, top + 58), name, 36, words)
            page.text((x + 22, top + 142), f"{homes * 1000:,.0f}", 58, words, bold=True)
    y = 236 + 2 * (high + gap) - gap + river / 2
    page.line(curve([(LEFT, y - 9), (400, y + 7), (760, y - 7), (1120, y + 8), (RIGHT, y)]), rgb("8cb9cf"), 15)
    page.text((RIGHT - wide / 2, y - 60), "River Ashlen", 36, rgb("2f6c8d"), anchor="ms")
    return page.done()
