"""Press pictures from the capital and the hills: mountains, a parliament and a briefing."""

import math
from random import Random

from PIL import Image, ImageChops, ImageFilter

from .ink import WIDE, Pen, film, glow, gradient, halo, halos, levels, mirror, mix, noise, ragged, ramp, rgb, wash


def mountains() -> Image.Image:
    """Ranges under a storm, with a break of light."""
    image = gradient(
        [(0, rgb("262e39")), (0.28, rgb("56616c")), (0.46, rgb("a9aaa4")), (0.56, rgb("c9c0ab")), (1, rgb("5c6264"))]
    )
    heavy = noise(101, (620, 190), octaves=6, contrast=1.7)
    wash(image, rgb("1b222c"), ImageChops.multiply(heavy, ramp([(0, 255), (0.3, 220), (0.5, 60), (1, 0)])), 0.9)
    image = glow(
        image,
        ImageChops.multiply(noise(102, (420, 90), octaves=5, contrast=1.8), halo((1040, 330), 520, squash=0.5)),
        rgb("ffe2ad"),
        0.6,
    )
    shafts = Pen()
    for i, x in enumerate((900, 1010, 1090, 1190)):
        shafts.polygon([(x, 250), (x + 26, 250), (x - 90 + i * 18, 640), (x - 190 + i * 18, 640)], fill=150 - i * 20)
    image = glow(image, shafts.done(22), rgb("ffe6ba"), 0.4)
    tones = [rgb("87909a"), rgb("67727e"), rgb("48535e"), rgb("2f3941"), rgb("1a2126")]
    outlines = [
        [
            (0, 420),
            (180, 350),
            (330, 392),
            (520, 268),
            (700, 380),
            (860, 318),
            (1040, 402),
            (1240, 300),
            (1430, 380),
            (1600, 330),
        ],
        [(0, 470), (240, 372), (420, 470), (640, 360), (820, 476), (1100, 420), (1310, 452), (1480, 372), (1600, 440)],
        [(0, 500), (160, 540), (380, 452), (620, 560), (900, 492), (1180, 578), (1400, 470), (1600, 540)],
        [(0, 640), (300, 566), (560, 650), (840, 604), (1160, 676), (1420, 590), (1600, 640)],
        [(0, 700), (260, 760), (620, 720), (980, 800), (1300, 730), (1600, 770)],
    ]
    for depth, outline in enumerate(outlines):
        ridge = ragged(outline, 40 + depth, rough=0.16 - depth * 0.015, rounds=6)
        pen = Pen()
        pen.polygon([(0, 900), *ridge, (1600, 900)])
        body = pen.done(max(0.0, 1.6 - depth * 0.45))
        rock = Image.new("RGB", WIDE, tones[depth])
        relief = noise(110 + depth, (150 - depth * 12, 90), octaves=5)
        lit = ImageChops.subtract(relief, ImageChops.offset(relief, -9, 7), 0.34, 118)
        rock = ImageChops.overlay(rock, Image.merge("RGB", [levels(lit, 0.5, 0.03)] * 3))
        if depth < 2:
            snow = Pen()
            shift = 62 - depth * 16
            snow.polygon([(0, 200), *ridge, (1600, 200)])
            snow.polygon([*ridge, *[(x, y + shift * (0.4 + 0.9 * abs(math.sin(x / 37)))) for x, y in reversed(ridge)]])
            cold = ImageChops.multiply(
                ImageChops.multiply(snow.done(1.5), levels(relief, 2.2, 0.12)),
                ramp([(0, 255), (0.44, 255), (0.53, 0), (1, 0)]),
            )
            wash(rock, rgb("e7eaec"), cold, 0.75)
        image.paste(rock, (0, 0), body)
        top = min(y for _, y in outline) / 900
        veil = ImageChops.multiply(
            noise(120 + depth, (560, 80), contrast=1.3),
            ramp([(0, 0), (top + 0.05, 0), (min(0.95, top + 0.24), 220), (1, 120)]),
        )
        wash(image, mix(rgb("b4b6b2"), tones[depth], 0.2), veil, (0.75, 0.7, 0.55, 0.34, 0.0)[depth])
    curtain = ImageChops.multiply(noise(130, (40, 900), octaves=3), halo((330, 420), 420, squash=1.0, power=1.1))
    wash(image, rgb("39424c"), curtain.filter(ImageFilter.GaussianBlur(4)), 0.75)
    pines, random = Pen(), Random("pines")
    for _ in range(150):
        x = random.uniform(-10, 1610)
        base = 880 + 46 * math.sin(x / 260) * -1 + random.uniform(0, 40)
        tall = random.uniform(50, 130) * (1.15 if x < 500 or x > 1250 else 0.7)
        for tier in range(7):
            half = tall * 0.2 * (tier + 1.4) / 8
            y = base - tall + tall * tier / 7
            pines.polygon([(x, y - 6), (x + half, y + tall / 6), (x - half, y + tall / 6)])
        pines.box(x - 2, base - 10, x + 2, base + 40)
    pines.polygon([(0, 905), *[(x, 890 - 46 * math.sin(x / 260)) for x in range(0, 1601, 20)], (1600, 905)])
    wash(image, rgb("0e1315"), pines.done(0.6))
    return film(image, grain=0.08, edges=0.4)


def parliament() -> Image.Image:
    """A domed chamber with a colonnade at blue hour, its square wet from rain."""
    base = 640
    image = gradient(
        [(0, rgb("0f1f47")), (0.3, rgb("26407a")), (0.55, rgb("6a7fb0")), (0.71, rgb("c6a9a8")), (1, rgb("c6a9a8"))]
    )
    wash(
        image,
        rgb("1b2a55"),
        ImageChops.multiply(noise(141, (800, 70), contrast=1.8), ramp([(0, 200), (0.5, 120), (0.7, 0), (1, 0)])),
        0.5,
    )
    trees, random = Pen(), Random("trees")
    for _ in range(300):
        x = random.choice((random.uniform(-20, 250), random.uniform(1350, 1620)))
        trees.dot(x, base - random.uniform(0, 90) * (0.5 + abs(x - 800) / 1400), random.uniform(12, 32))
    wash(image, rgb("131c38"), trees.done(1.5))
    stone = gradient(
        [(0, rgb("8d8fa3")), (0.3, rgb("a49c9a")), (0.6, rgb("b3967a")), (0.72, rgb("c09a6c")), (1, rgb("9a8468"))]
    )
    stone = ImageChops.soft_light(stone, Image.merge("RGB", [levels(noise(143, (50, 50), octaves=6), 0.4)] * 3))
    shape, dark, light = Pen(), Pen(), Pen()
    shape.box(180, 420, 1420, base)
    shape.box(168, 408, 1432, 424)
    shape.box(500, 372, 1100, base)
    shape.polygon([(476, 378), (800, 286), (1124, 378)])
    shape.box(476, 372, 1124, 392)
    shape.box(668, 250, 932, 330)
    shape.box(655, 240, 945, 256)
    shape.box(690, 176, 910, 246)
    shape.polygon(
        [(800 + 112 * math.cos(a / 40 * math.pi), 180 - 106 * math.sin(a / 40 * math.pi)) for a in range(41)]
    )
    shape.box(778, 40, 822, 84)
    shape.polygon([(772, 44), (800, 12), (828, 44)])
    for step in range(6):
        shape.box(520 - step * 16, base - 10 + step * 6, 1080 + step * 16, base - 2 + step * 6)
    dark.polygon([(540, 368), (800, 296), (1060, 368)], fill=70)
    dark.box(516, 394, 1084, base - 12, fill=205)
    light.box(516, 394, 1084, base - 12, fill=46)
    for column in range(9):
        x = 522 + column * 66
        for pen, tone in ((dark, 0), (light, 0)):
            pen.box(x, 400, x + 28, base - 12, fill=tone)
            pen.box(x - 5, 394, x + 33, 404, fill=tone)
            pen.box(x - 5, base - 22, x + 33, base - 12, fill=tone)
        dark.box(x + 20, 404, x + 28, base - 22, fill=80)
    for bay in range(8):
        for left in (206 + bay * 37, 1112 + bay * 37):
            for top, high in ((446, 56), (536, 74)):
                dark.box(left, top, left + 19, top + high, fill=210)
                if random.random() < 0.42:
                    light.box(left + 1, top + 1, left + 18, top + high - 1, fill=random.randrange(150, 255))
    for bay in range(12):
        x = 700 + bay * 17.6
        dark.box(x, 190, x + 8, 238, fill=210)
        light.box(x + 1, 191, x + 7, 237, fill=190)
    for rib in range(-4, 5):
        dark.line([(800 + rib * 25.5, 178), (800 + rib * 17, 112), (800 + rib * 5, 76)], fill=70, width=1.5)
    dark.box(180, 424, 1420, 432, fill=110)
    dark.box(476, 392, 1124, 397, fill=150)
    dark.box(180, 520, 500, 524, fill=110)
    dark.box(1100, 520, 1420, 524, fill=110)
    wash(stone, rgb("1d2440"), dark.done(0.4), 0.85)
    wash(
        stone,
        rgb("233056"),
        ImageChops.subtract(ramp([(0, 210), (0.3, 130), (0.55, 0), (1, 0)]), halo((800, 150), 190)),
        0.6,
    )
    image = glow(image, halo((800, 470), 760, squash=0.6), rgb("ffb768"), 0.28)
    mask = shape.done()
    image.paste(stone, (0, 0), mask)
    lit = light.done()
    image = glow(image, lit, rgb("ffc067"), 0.92)
    image = glow(image, lit.filter(ImageFilter.GaussianBlur(14)), rgb("ffb35c"), 0.5)
    plaza = Pen()
    plaza.box(0, base + 24, 1600, base + 60)
    plaza.box(0, base - 2, 520, base + 60)
    plaza.box(1080, base - 2, 1600, base + 60)
    wash(image, rgb("3a3c55"), plaza.done(2))
    pole = Pen(scale=3)
    pole.line([(800, 14), (800, -30)], width=2)
    for x in (300, 1300):
        pole.line([(x, 408), (x, 300)], width=2.4)
        pole.polygon(
            [
                (x + 2, 302),
                (x + 26, 297),
                (x + 46, 307),
                (x + 66, 302),
                (x + 64, 338),
                (x + 44, 344),
                (x + 24, 333),
                (x + 2, 338),
            ]
        )
    wash(image, rgb("172040"), pole.done())
    lamps = [((x, base - 46.0), 1.0) for x in (90, 300, 440, 1160, 1300, 1510)]
    posts = Pen()
    for (x, y), _ in lamps:
        posts.line([(x, base + 14), (x, y)], width=3)
    wash(image, rgb("0f1730"), posts.done())
    image = glow(image, halos([(at, 62) for at, _ in lamps]), rgb("ffc981"), 0.85)
    image = glow(image, halos([(at, 12) for at, _ in lamps], power=0.7), rgb("fff4dd"))
    line = base + 32
    square = mirror(image, line, 5, sway=5, smear=14)
    square = ImageChops.multiply(square, gradient([(0, rgb("a8a8b4")), (1, rgb("5a6079"))], square.size))
    puddles = levels(noise(147, (620, 60), square.size, octaves=4), 2.6, 0.14)
    paving = Image.new("RGB", square.size, rgb("232b47"))
    joints = Pen(square.size)
    for ray in range(-30, 31):
        joints.line([(800 + ray * 22, 0), (800 + ray * 160, square.height)], fill=90, width=1.2)
    for row in range(14):
        y = square.height * (row / 14) ** 2
        joints.line([(0, y), (1600, y)], fill=90, width=1.2)
    wash(paving, rgb("0d1226"), joints.done(), 0.9)
    wash(paving, rgb("c79a68"), ramp([(0, 110), (0.5, 30), (1, 0)], paving.size), 0.7)
    paving.paste(square, (0, 0), puddles)
    image.paste(paving, (0, line))
    walkers = Pen(scale=3)
    for x, tall, foot in ((420, 58, 706), (446, 55, 707), (1010, 52, 700), (1236, 66, 720), (680, 46, 690)):
        walkers.dot(x, foot - tall + 5, tall * 0.075)
        walkers.polygon(
            [
                (x - tall * 0.13, foot - tall * 0.8),
                (x + tall * 0.13, foot - tall * 0.8),
                (x + tall * 0.15, foot - tall * 0.36),
                (x + tall * 0.12, foot),
                (x + tall * 0.03, foot),
                (x, foot - tall * 0.34),
                (x - tall * 0.06, foot),
                (x - tall * 0.15, foot),
                (x - tall * 0.14, foot - tall * 0.4),
            ]
        )
    wash(image, rgb("0a0f22"), walkers.done(0.4))
    return film(image, grain=0.07, edges=0.42)


def podium() -> Image.Image:
    """Microphones on a lectern, the room behind them out of focus."""
    random = Random("podium")
    room = Pen(mode="RGB", ground=rgb("1d2733"))
    for panel in range(9):
        left = panel * 180 - 10
        room.box(left, 0, left + 172, 900, mix(rgb("26384b"), rgb("3d566e"), random.random()))
    room.box(0, 0, 1600, 70, rgb("10161e"))
    for x, tone in ((210, "9c3f37"), (330, "d7d2c3"), (1270, "315d7c"), (1390, "d7d2c3")):
        room.polygon([(x, 120), (x + 78, 150), (x + 96, 800), (x - 34, 800)], rgb(tone))
        room.polygon([(x + 30, 160), (x + 44, 160), (x + 50, 800), (x + 18, 800)], mix(rgb(tone), (0, 0, 0), 0.35))
        room.line([(x, 60), (x, 820)], rgb("b89a5c"), 9)
    room.box(560, 150, 1040, 420, rgb("c8d3da"))
    room.box(575, 165, 1025, 405, rgb("2a5d8a"))
    room.polygon([(575, 405), (690, 300), (800, 350), (930, 240), (1025, 300), (1025, 405)], rgb("7fa6c4"))
    image = room.done(22)
    image = glow(image, halo((800, 210), 720, squash=0.8), rgb("ffe7c2"), 0.4)
    sparks = [((random.uniform(0, 1600), random.uniform(30, 200)), random.uniform(16, 34)) for _ in range(16)]
    image = glow(image, halos(sparks, power=0.35).filter(ImageFilter.GaussianBlur(2)), rgb("ffe0b0"), 0.42)
    heads = Pen()
    for x, y, size in ((150, 905, 1.5), (420, 930, 1.25), (1190, 925, 1.3), (1470, 900, 1.55)):
        heads.dot(x, y - 150 * size, 58 * size, ry=72 * size)
        heads.dot(x, y + 40, 150 * size, ry=135 * size)
    lectern = gradient([(0, rgb("6d4d36")), (0.72, rgb("5a3d2a")), (1, rgb("2f1f16"))])
    veins = noise(151, (34, 900), octaves=5, contrast=1.0)
    lectern = ImageChops.soft_light(lectern, Image.merge("RGB", [levels(veins, 0.9)] * 3))
    desk = Pen()
    desk.polygon([(505, 905), (470, 640), (1130, 640), (1095, 905)])
    shadow = desk.done(30)
    wash(image, (0, 0, 0), shadow, 0.4)
    image.paste(lectern, (0, 0), desk.done(0.6))
    top = Pen()
    top.polygon([(430, 646), (486, 590), (1114, 590), (1170, 646)])
    image.paste(
        gradient([(0, rgb("8b6748")), (0.655, rgb("8b6748")), (0.72, rgb("b08a63")), (1, rgb("b08a63"))]),
        (0, 0),
        top.done(0.6),
    )
    edge = Pen()
    edge.box(430, 646, 1170, 668, radius=3)
    image.paste(rgb("4a3222"), (0, 0), edge.done())
    sheen = Pen()
    sheen.box(432, 646, 1168, 649)
    wash(image, rgb("e7c79d"), sheen.done(0.7), 0.8)
    paper = Pen()
    paper.polygon([(690, 634), (712, 600), (892, 600), (916, 634)])
    wash(image, rgb("f1ece0"), paper.done(0.8), 0.95)
    seal = Pen()
    seal.dot(800, 790, 74)
    image.paste(rgb("b99455"), (0, 0), seal.done(0.5))
    seal = Pen()
    seal.dot(800, 790, 66)
    image.paste(rgb("233a50"), (0, 0), seal.done(0.5))
    wave = Pen()
    for row in range(3):
        wave.line([(754 + i * 4, 780 + row * 17 + 5 * math.sin(i * 0.75)) for i in range(24)], width=4)
    wash(image, rgb("d9bd84"), wave.done(0.4))
    knit = gradient([(0, rgb("3a4049")), (1, rgb("12151a"))])
    knit = ImageChops.soft_light(knit, Image.merge("RGB", [levels(noise(155, (4, 4), octaves=1), 0.45)] * 3))
    for x, y, foot, size, flag in (
        (628, 470, 640, 1.0, "c0392f"),
        (716, 430, 668, 1.1, "1f6a8c"),
        (800, 404, 780, 1.2, "e3b23c"),
        (884, 436, 872, 1.08, "2e7d5b"),
        (974, 476, 950, 1.0, "e9e6de"),
    ):
        stem, foam, cube, band = Pen(), Pen(), Pen(), Pen()
        stem.line(
            [(x, y + 40 * size), (x + (foot - x) * 0.2, y + 110), ((x + foot) / 2 + (800 - x) * 0.05, 612)],
            width=8 * size,
        )
        wash(image, rgb("14181d"), stem.done(0.5))
        lean = (800 - x) * 0.07
        foam.polygon(
            [
                (x + lean - 19 * size, y - 6 * size),
                (x + lean + 19 * size, y - 6 * size),
                (x + 14 * size, y + 44 * size),
                (x - 14 * size, y + 44 * size),
            ]
        )
        foam.dot(x + lean, y - 12 * size, 25 * size, ry=31 * size)
        bulb = foam.done(0.7)
        image.paste(knit, (0, 0), bulb)
        wash(
            image,
            rgb("aab4c0"),
            ImageChops.multiply(bulb, halo((x + lean - 10 * size, y - 24 * size), 26 * size)),
            0.55,
        )
        cube.polygon(
            [
                (x - 23 * size, y + 26 * size),
                (x + 23 * size, y + 26 * size),
                (x + 21 * size, y + 66 * size),
                (x - 21 * size, y + 66 * size),
            ]
        )
        wash(image, rgb(flag), cube.done(0.5))
        band.box(x - 13 * size, y + 42 * size, x + 13 * size, y + 48 * size)
        wash(image, rgb("fafafa") if flag != "e9e6de" else rgb("26384b"), band.done(0.4), 0.85)
    wash(image, rgb("080b10"), heads.done(16), 0.9)
    return film(image, grain=0.08, edges=0.5)
