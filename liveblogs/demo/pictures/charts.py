"""Charts in the house style: river level, rainfall, turnout, and the hours of a launch."""

import math

from PIL import Image

from .ink import Colour, Pen, Point, curve, fade, ramp, rgb
from .sheet import BLUE, DEEP, INK, LEFT, OCHRE, PAPER, RED, RIGHT, RULE, SOFT, TEAL, sheet

LEVELS = [3.1, 3.1, 3.2, 3.4, 3.8, 4.5, 5.3, 6.2, 7.0, 7.9, 8.6, 9.1, 9.4, 9.5, 9.4, 9.2, 9.0]


def river_level() -> Image.Image:
    """The Ashlen's gauge over sixteen hours, with the level at which it floods and the old record."""
    page = sheet(
        "The Ashlen rose above its 1987 record",
        "Level at the Tanners Bridge gauge in meters, by hours since the flood warning",
        "Source: Estmere Rivers Authority, provisional readings",
    )
    left, right, top, bottom = LEFT + 50, RIGHT - 190, 200, 790

    def place(hour: float, metres: float) -> Point:
        return left + (right - left) * hour / (len(LEVELS) - 1), bottom - (bottom - top) * (metres - 2) / 8.4

    for metres in range(2, 11, 2):
        y = place(0, metres)[1]
        page.line([(left, y), (right, y)], RULE if metres > 2 else INK, 1 if metres > 2 else 1.6)
        page.text((left - 16, y), f"{metres}" + (" m" if metres == 10 else ""), 20, SOFT, anchor="rm")
    for hour, words in ((0, "Warning"), (4, "4 hours"), (8, "8"), (12, "12"), (16, "16")):
        x = place(hour, 2)[0]
        page.line([(x, bottom), (x, bottom + 8)], INK, 1.4)
        page.text((x, bottom + 36), words, 20, SOFT, anchor="ms")
    line = curve([place(i, v) for i, v in enumerate(LEVELS)])
    area = Pen()
    area.polygon([*line, (right, bottom), (left, bottom)])
    tint = area.image
    tint = Image.composite(
        fade(ramp([(0, 95), (0.22, 95), (0.88, 10), (1, 0)], tint.size), 1.0), Image.new("L", tint.size), tint
    )
    page.image.paste(BLUE, (0, 0), tint)
    for metres, tone, words, note in ((6.0, OCHRE, "Flood level", "6.0 m"), (9.1, RED, "Record, 1987", "9.1 m")):
        y = place(0, metres)[1]
        page.dashes((left, y), (right, y), tone, 2.4)
        page.text((right + 16, y - 4), words, 21, tone, bold=0.025)
        page.text((right + 16, y + 22), note, 20, tone)
    page.line(line, DEEP, 5)
    for hour, words, more, dx, dy in (
        (7, "Seventh hour: banks", "overtopped at North Wharf", -36, -74),
        (13, "Peak: 9.5 m", "hour 13", 0, -36),
    ):
        x, y = place(hour, LEVELS[hour])
        page.dot(x, y, 10, PAPER)
        page.dot(x, y, 7, DEEP if hour != 13 else RED)
        if dx:
            page.line([(x - 8, y - 10), (x + dx + 10, y + dy + 16)], SOFT, 1.4)
            page.text((x + dx, y + dy - 22), words, 21, INK, anchor="rs", bold=0.02)
            page.text((x + dx, y + dy + 4), more, 20, SOFT, anchor="rs")
        else:
            page.text((x, y + dy), f"{words} in {more}", 23, RED, anchor="ms", bold=0.025, halo=PAPER)
    x, y = place(16, LEVELS[16])
    page.dot(x, y, 7, DEEP)
    return page.done()


def _bars(
    page: Pen, rows: list[tuple[str, float, str, Colour]], *, longest: float, left: float, top: float, pitch: float
) -> None:
    for i, (name, value, words, tone) in enumerate(rows):
        y = top + i * pitch
        page.text((left - 18, y + pitch * 0.3), name, 23, INK, anchor="rm")
        width = (RIGHT - 130 - left) * value / longest
        page.box(left, y, left + width, y + pitch * 0.6, tone)
        page.text((left + width + 14, y + pitch * 0.3), words, 23, INK, anchor="lm", bold=0.025)
    page.line([(left, top - 12), (left, top + pitch * len(rows) - pitch * 0.28)], INK, 1.6)


def rainfall() -> Image.Image:
    """Rain in two days at six gauges against what a whole month brings."""
    page = sheet(
        "More than a month's rain in two days",
        "Rain in 48 hours, in millimeters; the line marks the month's average",
        "Source: Estmere Weather Service",
    )
    rows = [
        ("Tarrow", 187, 96),
        ("Orley Bridge", 171, 88),
        ("Dunmarrow", 164, 101),
        ("Hallorin", 142, 74),
        ("Harden Moor", 118, 92),
        ("Stell Point", 97, 70),
        ("Brackwater", 83, 69),
    ]
    left, top, pitch = 270, 206, 90
    _bars(
        page,
        [(name, value, f"{value}", BLUE if value < 150 else DEEP) for name, value, _ in rows],
        longest=190,
        left=left,
        top=top,
        pitch=pitch,
    )
    for i, (_, _, usual) in enumerate(rows):
        x, y = left + (RIGHT - 130 - left) * usual / 190, top + i * pitch
        page.line([(x, y - 8), (x, y + pitch * 0.6 + 8)], OCHRE, 5)
    x = left + (RIGHT - 130 - left) * rows[0][2] / 190
    page.text((x + 12, top + 27), "Average for the month: 96", 20, rgb("ffffff"), anchor="lm")
    return page.done()


def turnout() -> Image.Image:
    """Turnout at the last six regional elections."""
    page = sheet(
        "Turnout fell for the first time in two decades",
        "Share of registered voters who cast a ballot, Estmere regional elections",
        "Source: Estmere Electoral Office. Earlier elections held every four years.",
    )
    values = [("20 years ago", 51.2), ("16", 54.8), ("12", 58.1), ("8", 61.7), ("4", 66.4), ("Last vote", 63.9)]
    left, right, bottom, top = LEFT + 60, RIGHT - 30, 780, 230
    for share in (0, 20, 40, 60, 80):
        y = bottom - (bottom - top) * share / 80
        page.line([(left, y), (right, y)], INK if share == 0 else RULE, 1.6 if share == 0 else 1)
        page.text((left - 16, y), f"{share}" + ("%" if share == 80 else ""), 20, SOFT, anchor="rm")
    for i, (name, share) in enumerate(values):
        x, y = left + 60 + i * 232, bottom - (bottom - top) * share / 80
        tone = RED if i == 5 else BLUE if i == 4 else rgb("9db9cc")
        page.box(x, y, x + 146, bottom - 1, tone)
        page.text((x + 73, y - 14), f"{share}%", 26, INK, anchor="ms", bold=0.025)
        page.text((x + 73, bottom + 38), name, 21, SOFT, anchor="ms")
    return page.done()


def launch_timeline() -> Image.Image:
    """What happens in the first hours of the flight, in order."""
    page = sheet(
        "From the pad to the long way round",
        "Wayfinder 2: main events of the flight, in time after liftoff",
        "Source: Norrey Space Centre. Times are planned and may move by a few minutes.",
    )
    steps = [
        ("0:00", "Liftoff", "from pad 2,", "Cape Norrey"),
        ("1:58", "Boosters", "burn out and", "fall away"),
        ("3:21", "Fairing", "opens above", "the atmosphere"),
        ("8:44", "First stage", "shuts down;", "second ignites"),
        ("27:10", "Second burn", "leaves Earth", "orbit"),
        ("36:05", "Separation", "probe flies", "alone"),
        ("58:30", "Solar wings", "unfold; first", "signal expected"),
    ]
    left, right, y = LEFT + 70, RIGHT - 90, 560
    xs = [left + (right - left) * i / (len(steps) - 1) for i in range(len(steps))]
    path = curve(
        [
            (xs[0] - 4, 700),
            (xs[0] + 30, 560),
            (xs[1], 452),
            (xs[2], 384),
            (xs[3], 332),
            (xs[4], 286),
            (xs[5], 254),
            (xs[6], 236),
        ]
    )
    sky = Pen()
    sky.polygon([*path, (xs[-1], y + 26), (xs[0] - 4, y + 26)])
    page.image.paste(rgb("dfe9ef"), (0, 0), sky.image)
    page.line([(LEFT, y + 26), (RIGHT, y + 26)], INK, 1.6)
    trail = [p for p in path if p[1] <= y + 26]
    page.line(trail, RED, 4.4)
    for i, (x, (when, name, one, two)) in enumerate(zip(xs, steps, strict=True)):
        near = min(trail, key=lambda p: abs(p[0] - x))
        page.dashes((near[0], near[1] + 14), (near[0], y + 22), SOFT, 1.4, dash=5, gap=5)
        page.dot(*near, 11, PAPER)
        page.dot(*near, 8, RED if i in (0, 6) else DEEP)
        page.text((x, near[1] - 26), when, 25, INK, anchor="ms", bold=0.025)
        page.text((x, y + 74), name, 23, INK, anchor="ms", bold=0.025)
        page.text((x, y + 106), one, 20, SOFT, anchor="ms")
        page.text((x, y + 132), two, 20, SOFT, anchor="ms")
    page.box(LEFT, 744, RIGHT, 828, rgb("eef1f0"), radius=6)
    page.dot(LEFT + 44, 786, 12, TEAL)
    page.text(
        (LEFT + 76, 794),
        "Cruise to the Sun's far side takes 14 months, with one swing past Venus in the sixth.",
        23,
        INK,
    )
    return page.done()


def seats() -> Image.Image:
    """The regional chamber as a half circle, one dot a seat."""
    page = sheet(
        "How the chamber stands before the vote",
        "Seats in the Estmere Assembly, 121 in all; 61 make a majority",
        "Source: Estmere Electoral Office",
    )
    parties: list[tuple[str, int, Colour]] = [
        ("Labour and Land", 34, RED),
        ("Greens of the Coast", 14, TEAL),
        ("Reform Union", 19, OCHRE),
        ("Civic Alliance", 46, BLUE),
        ("No party", 8, rgb("8f979d")),
    ]
    rows, total, spots = 6, 121, []
    radii = [220 + 62 * r for r in range(rows)]
    shares = [round(total * r / sum(radii)) for r in radii]
    shares[-1] += total - sum(shares)
    for radius, many in zip(radii, shares, strict=True):
        for i in range(many):
            angle = math.pi * (1 - i / (many - 1))
            spots.append((angle, 640 + radius * math.cos(angle) * 0.98, 778 - radius * math.sin(angle) * 0.98))
    spots.sort(key=lambda spot: -spot[0])
    tones = [tone for _, count, tone in parties for _ in range(count)]
    for (_, x, y), tone in zip(spots, tones, strict=True):
        page.dot(x, y, 19, tone)
    page.text((640, 772), "121", 96, INK, anchor="ms", bold=0.02)
    for i, (name, count, tone) in enumerate(sorted(parties, key=lambda p: -p[1])):
        y = 300 + i * 84
        page.dot(1236, y, 14, tone)
        page.text((1266, y + 2), name, 24, INK, anchor="lm")
        page.text((1266, y + 34), f"{count} seats", 21, SOFT, anchor="lm")
    return page.done()
