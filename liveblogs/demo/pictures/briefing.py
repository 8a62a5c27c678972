"""Press pictures of two briefing rooms: microphones on a lectern, the room behind them out of focus."""

import math

from PIL import Image, ImageChops

from .light import film, glow, gradient, halo, halos, levels, mix, noise, wash
from .pen import Colour, Pen, curve, points, rgb

#: The middle, the height and the size of each microphone, and the colour of its sleeve.
MICROPHONES = (
    (612, 452, 0.98, "b8392e"),
    (706, 414, 1.08, "1f6a8c"),
    (800, 392, 1.16, "dda92f"),
    (894, 420, 1.06, "2e7d5b"),
    (986, 460, 0.98, "e9e6de"),
)


def guildhall() -> Image.Image:
    """A panelled room in an old town hall, with the city's seal of three waves."""
    room = Pen(mode="RGB", ground=rgb("4b3a2c"))
    for panel in range(10):
        left = panel * 168 - 30
        room.box(left, 0, left + 152, 620, mix(rgb("5d4734"), rgb("6d553e"), (panel * 7 % 5) / 5))
        room.box(left + 18, 60, left + 134, 560, mix(rgb("513d2d"), rgb("614a36"), (panel * 3 % 4) / 4))
    for x in (420, 800, 1180):
        room.box(x - 74, 110, x + 74, 520, rgb("f0d9a6"))
        room.dot(x, 112, 74, rgb("f0d9a6"))
        for bar in (-26, 26):
            room.box(x + bar - 4, 40, x + bar + 4, 520, rgb("8f774f"))
        for y in (190, 300, 410):
            room.box(x - 74, y - 4, x + 74, y + 4, rgb("8f774f"))
    for x, tone in ((196, "2d5a86"), (1404, "a8322c")):
        _flag(room, x, rgb(tone))
    image = glow(room.done(20), halo((800, 230), 760, squash=0.8), rgb("ffe2b0"), 0.34)
    return _in_front(image, rgb("233a50"), _waves())


def space_center() -> Image.Image:
    """A plain blue room with a wall of screens, and a seal with an orbit."""
    room = Pen(mode="RGB", ground=rgb("16212e"))
    for panel in range(9):
        left = panel * 180 - 10
        room.box(left, 0, left + 172, 900, mix(rgb("22364a"), rgb("34506a"), (panel * 5 % 7) / 7))
    room.box(0, 0, 1600, 64, rgb("0d141c"))
    for left in (196, 604, 1012):
        room.box(left, 120, left + 388, 396, rgb("b9cbd6"))
        room.box(left + 10, 130, left + 378, 386, rgb("12304f"))
    room.dot(798, 258, 92, rgb("f2b64c"))
    room.arc(798, 258, 122, 0, 360, rgb("9fc3df"), 8)
    room.line(curve(points("220,360 300,250 420,190 570,170")), rgb("e8ecef"), 9)
    for row in range(5):
        room.box(1040, 160 + row * 42, 1040 + 120 + row * 37 % 170, 178 + row * 42, rgb("86b3d4"))
    image = room.done(17)
    sparks = [((130 + lamp * 148 + lamp * 53 % 40, 40.0 + lamp * 31 % 46), 18 + lamp * 7 % 13) for lamp in range(10)]
    image = glow(image, halos(sparks, power=0.35), rgb("d8e6ff"), 0.4)
    return _in_front(image, rgb("10151c"), _orbit())


def _flag(room: Pen, x: float, tone: Colour) -> None:
    """Hanging folds on a pole."""
    for fold in range(5):
        left = x - 60 + fold * 26
        room.polygon(
            [(left, 130), (left + 28, 130), (left + 36, 760), (left - 6, 760)], mix(tone, (0, 0, 0), fold % 2 * 0.35)
        )
    room.line([(x - 66, 40), (x - 66, 860)], rgb("b89a5c"), 10)
    room.dot(x - 66, 36, 14, rgb("d8bd7c"))


def _waves() -> Image.Image:
    seal = Pen()
    for row in range(3):
        seal.line([(752 + step * 4, 774 + row * 18 + 5 * math.sin(step * 0.75)) for step in range(25)], width=4)
    return seal.done()


def _orbit() -> Image.Image:
    seal = Pen()
    seal.dot(800, 792, 17)
    ring = [(800 + 52 * math.cos(a / 20), 792 + 22 * math.sin(a / 20)) for a in range(127)]
    seal.line([(x * 0.94 - (y - 792) * 0.34 + 48, y * 0.94 + (x - 800) * 0.34 + 48) for x, y in ring], width=4)
    seal.dot(838, 784, 7)
    return seal.done()


def _in_front(image: Image.Image, field: Colour, seal: Image.Image) -> Image.Image:
    """The lectern with a seal, the microphones, and the backs of heads."""
    _lectern(image)
    disc = Pen()
    disc.dot(800, 792, 82)
    image.paste(rgb("b99455"), (0, 0), disc.done())
    disc = Pen()
    disc.dot(800, 792, 73)
    image.paste(field, (0, 0), disc.done())
    wash(image, rgb("dcc38c"), seal)
    _microphones(image)
    heads = Pen()
    for x, size in ((120, 1.5), (400, 1.24), (1216, 1.28), (1496, 1.54)):
        heads.dot(x, 920 - 150 * size, 58 * size, ry=74 * size)
        heads.polygon(
            curve(
                [
                    (x - 170 * size, 960),
                    (x - 140 * size, 900 - 24 * size),
                    (x - 52 * size, 900 - 72 * size),
                    (x + 52 * size, 900 - 72 * size),
                    (x + 140 * size, 900 - 24 * size),
                    (x + 170 * size, 960),
                ],
                closed=True,
            )
        )
    wash(image, rgb("080b10"), heads.done(11), 0.94)
    return film(image, grain=0.07, edges=0.42)


def _lectern(image: Image.Image) -> None:
    desk, top, edge = Pen(), Pen(), Pen()
    desk.polygon(points("505,905 470,640 1130,640 1095,905"))
    wash(image, (0, 0, 0), desk.done(30), 0.45)
    wood = gradient([(0, rgb("74533a")), (0.72, rgb("63442f")), (1, rgb("38261b"))])
    veins = noise(151, (40, 900), octaves=5)
    wood = ImageChops.soft_light(wood, Image.merge("RGB", [levels(veins, 0.6)] * 3))
    image.paste(wood, (0, 0), desk.done())
    top.polygon(points("430,646 486,590 1114,590 1170,646"))
    image.paste(
        gradient([(0, rgb("8b6748")), (0.655, rgb("8b6748")), (0.72, rgb("b08a63")), (1, rgb("b08a63"))]),
        (0, 0),
        top.done(),
    )
    edge.box(430, 646, 1170, 668, radius=3)
    image.paste(rgb("4a3222"), (0, 0), edge.done())
    sheen, paper = Pen(), Pen()
    sheen.box(432, 646, 1168, 649)
    wash(image, rgb("e7c79d"), sheen.done(), 0.8)
    paper.polygon(points("690,634 712,600 892,600 916,634"))
    wash(image, rgb("f1ece0"), paper.done(), 0.95)


def _microphones(image: Image.Image) -> None:
    """Foam heads above coloured sleeves, on stems that bend to the lectern."""
    stems, foam, shine = Pen(), Pen(), []
    sleeves, mask = Pen(mode="RGB"), Pen()
    for x, y, size, flag in MICROPHONES:
        foot = 800 + (x - 800) * 1.16
        stems.line(
            curve(
                [
                    (x, y + 50 * size),
                    (x + (foot - x) * 0.12, y * 0.5 + 322),
                    (x + (foot - x) * 0.5, y * 0.2 + 498),
                    (foot, 618),
                ]
            ),
            width=8 * size,
        )
        stems.dot(foot, 618, 17 * size, ry=6 * size)
        lean = (800 - x) * 0.07
        foam.polygon(curve([
            (x + lean, y - 46 * size), (x + lean + 22 * size, y - 34 * size), (x + lean + 26 * size, y - 8 * size),
            (x + 18 * size, y + 24 * size), (x + 14 * size, y + 42 * size), (x - 14 * size, y + 42 * size),
            (x - 18 * size, y + 24 * size), (x + lean - 26 * size, y - 8 * size),
            (x + lean - 22 * size, y - 34 * size),
        ], closed=True))  # fmt: skip
        shine.append(((x + lean - 9 * size, y - 22 * size), 30 * size))
        cube = [
            (x - 24 * size, y + 26 * size),
            (x + 24 * size, y + 26 * size),
            (x + 22 * size, y + 68 * size),
            (x - 22 * size, y + 68 * size),
        ]
        side = [
            cube[1],
            (cube[1][0] + 8 * size, cube[1][1] + 3 * size),
            (cube[2][0] + 7 * size, cube[2][1] - 4 * size),
            cube[2],
        ]
        mask.polygon(cube)
        mask.polygon(side)
        sleeves.polygon(cube, rgb(flag))
        sleeves.polygon(side, mix(rgb(flag), (0, 0, 0), 0.45))
        mark = rgb("fafafa") if flag != "e9e6de" else rgb("26384b")
        sleeves.dot(x - 7 * size, y + 47 * size, 7 * size, mark)
        sleeves.box(x + 3 * size, y + 43 * size, x + 15 * size, y + 51 * size, mark)
    wash(image, rgb("14181d"), stems.done())
    knit = gradient([(0, rgb("3d434c")), (1, rgb("12151a"))])
    knit = ImageChops.soft_light(knit, Image.merge("RGB", [levels(noise(155, (5, 5), octaves=1), 0.4)] * 3))
    bulbs = foam.done()
    image.paste(knit, (0, 0), bulbs)
    wash(image, rgb("aab4c0"), ImageChops.multiply(bulbs, halos(shine)), 0.6)
    image.paste(sleeves.done(), (0, 0), mask.done())
