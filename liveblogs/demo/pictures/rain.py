"""Press pictures from the wet streets: lamps in a flooded street and people queueing under umbrellas."""

import math
from random import Random

from PIL import Image, ImageChops, ImageFilter

from .ink import (
    Pen,
    curve,
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
    ramp,
    rgb,
    wash,
)


def _rain(image: Image.Image, seed: str, drops: int, strength: float) -> None:
    random, pen = Random(seed), Pen(scale=1)
    for _ in range(drops):
        x, y, long = random.uniform(0, 1680), random.uniform(-30, 900), random.uniform(8, 30)
        pen.line([(x, y), (x - long * 0.2, y + long)], fill=random.randrange(30, 160), width=1)
    wash(image, rgb("dfe7ec"), pen.done(0.6), strength)


def street() -> Image.Image:
    """A street under water by night, its lamps and windows doubled by the flood."""
    random, level, vanish = Random("street"), 560, 800
    image = gradient([(0, rgb("0d1626")), (0.4, rgb("1e2c3e")), (0.62, rgb("4b5560")), (1, rgb("4b5560"))])
    image = glow(image, halo((vanish, level - 40), 420, squash=0.7), rgb("e0a766"), 0.5)
    panes = Pen(mode="RGB")
    for side in (-1, 1):
        for house in range(7, -1, -1):
            near, far = 1.62 ** -(house - 1), 1.62**-house
            x0, x1 = vanish + side * (70 + 560 * near), vanish + side * (70 + 560 * far)
            high = random.uniform(0.86, 1.12)
            top0, top1 = level - (60 + 420 * near) * high, level - (60 + 420 * far) * high
            walls = Pen()
            walls.polygon([(x0, top0), (x1, top1), (x1, level), (x0, level)])
            peak = (x0 * 0.48 + x1 * 0.52, min(top0, top1) * 0.5 + max(top0, top1) * 0.5 - 130 * near * 0.5)
            if house % 3 == 1:
                walls.polygon([(x0, top0 + 1), peak, (x1, top1 + 1)])
            # Far walls take the haze's colour.
            shade = mix(rgb("141c29"), rgb("5a5d60"), min(1, house / 8.5) ** 1.1)
            wash(image, shade, walls.done(0.6 + house * 0.12))
            floors, bays = 3, 3
            for floor in range(floors):
                for bay in range(bays):
                    lit = random.random() < (0.36 if floor else 0.12)
                    t0, t1 = (bay + 0.28) / bays, (bay + 0.68) / bays
                    corners = []
                    for t, up in ((t0, 0.34), (t1, 0.34), (t1, 0.86), (t0, 0.86)):
                        x = x0 + (x1 - x0) * t
                        roof = top0 + (top1 - top0) * t
                        corners.append((x, level - (level - roof) * (floor + up) / (floors + 0.25)))
                    light = (
                        mix(rgb("f4b25e"), rgb("ffe6b8"), random.random()) if lit else mix(shade, rgb("8fa0b0"), 0.16)
                    )
                    panes.polygon(corners, mix((0, 0, 0), light, random.uniform(0.7, 1) if lit else 1))
    lights = panes.done()
    image = ImageChops.lighter(image, lights)
    image = ImageChops.screen(
        image, lights.filter(ImageFilter.GaussianBlur(12)).point([min(255, int(v * 0.7)) for v in range(256)] * 3)
    )
    posts, bulbs = Pen(), []
    for side in (-1, 1):
        for lamp in range(6, 0, -1):
            scale = 1.6**-lamp * 1.6
            x, y = vanish + side * (40 + 400 * scale), level - 20 - 330 * scale
            posts.line([(x, level + 4), (x, y)], width=7 * scale + 1)
            posts.line(
                curve(
                    [
                        (x, y + 10 * scale),
                        (x - side * 14 * scale, y - 16 * scale),
                        (x - side * 52 * scale, y - 18 * scale),
                    ]
                ),
                width=5 * scale + 1,
            )
            bulbs.append(((x - side * 56 * scale, y - 12 * scale), scale))
    wash(image, rgb("10161f"), posts.done(0.4))
    image = glow(image, halos([(at, 320 * scale + 20) for at, scale in bulbs], power=2.6), rgb("ffc678"), 0.85)
    image = glow(image, halos([(at, 34 * scale + 5) for at, scale in bulbs], power=1.0), rgb("fff2d6"))
    wash(
        image,
        rgb("8b8478"),
        ImageChops.multiply(noise(61, (500, 120)), ramp([(0, 0), (0.35, 20), (0.62, 200), (1, 0)])),
        0.36,
    )
    water = ImageChops.multiply(
        mirror(image, level, 3, sway=20, smear=9), gradient([(0, rgb("e8e4dc")), (1, rgb("a3aab4"))], (1600, 340))
    )
    chop = levels(ground(63, water.size, depth=8, cell=(50, 9)), 1.1)
    water = ImageChops.soft_light(water, Image.merge("RGB", [chop] * 3))
    image.paste(water, (0, level))
    car = Pen(scale=3)
    car.polygon(
        curve([(196, 700), (206, 652), (250, 640), (300, 600), (420, 596), (482, 640), (548, 654), (562, 700)])
        + [(562, 712), (196, 712)]
    )
    glass = Pen(scale=3)
    glass.polygon([(268, 642), (308, 611), (356, 609), (356, 644)])
    glass.polygon([(368, 609), (414, 608), (458, 644), (368, 645)])
    wash(image, rgb("0c1119"), car.done(0.5), 0.97)
    wash(image, rgb("5d6470"), glass.done(0.6), 0.7)
    shadow = Pen()
    shadow.dot(380, 722, 205, ry=16)
    wash(image, rgb("070a10"), shadow.done(8), 0.75)
    edge = Pen()
    edge.line(curve([(180, 712), (300, 716), (420, 711), (580, 715)]), width=2.2)
    wash(image, rgb("c9b48d"), edge.done(0.8), 0.55)
    _rain(image, "street", 700, 0.32)
    return film(image, grain=0.09, edges=0.5)


def _person(pen: Pen, x: float, foot: float, tall: float, lean: float, random: Random) -> None:
    """One figure in a long coat, from behind or from the side."""
    u = tall / 8
    head = foot - tall + u * 0.55
    pen.dot(x + lean, head, u * 0.44, ry=u * 0.56)
    pen.polygon(
        [
            (x + lean - u * 0.2, head + u * 0.3),
            (x + lean + u * 0.2, head + u * 0.3),
            (x + u * 0.26, head + u * 0.9),
            (x - u * 0.26, head + u * 0.9),
        ]
    )
    broad = random.uniform(0.92, 1.12)
    hem = random.uniform(4.6, 5.4)
    coat = [
        (-0.3, 0.62),
        (-0.98 * broad, 1.02),
        (-1.12 * broad, 2.4),
        (-0.98, hem),
        (0, hem + 0.08),
        (0.98, hem),
        (1.12 * broad, 2.4),
        (0.98 * broad, 1.02),
        (0.3, 0.62),
    ]
    pen.polygon([(x + cx * u * 0.94, head + cy * u) for cx, cy in curve(coat, steps=6)])
    step = random.uniform(0.06, 0.3)
    for side in (-1, 1):
        hip, toe = x + side * 0.42 * u, x + side * (0.34 + step) * u
        pen.polygon(
            [
                (hip - 0.36 * u, head + hem * u - 6),
                (hip + 0.36 * u, head + hem * u - 6),
                (toe + 0.26 * u, foot),
                (toe - 0.26 * u, foot),
            ]
        )
        pen.dot(toe + 0.1 * u, foot - 1, 0.42 * u, ry=0.17 * u)
    if random.random() < 0.22:
        side = random.choice((-1, 1))
        pen.box(
            x + side * 1.25 * u - 0.42 * u, head + 4.1 * u, x + side * 1.25 * u + 0.42 * u, head + 5.4 * u, radius=4
        )


def _umbrella(pen: Pen, x: float, y: float, wide: float, tilt: float, hand: tuple[float, float]) -> None:
    """A canopy with its ribs' points, and the stick down to the hand."""
    high, rim = wide * 0.46, []
    for a in range(41):
        angle = math.pi * a / 40
        rim.append((math.cos(angle) * wide, -math.sin(angle) * high))
    scallop = []
    for rib in range(5):
        left, right = -wide + rib * wide * 0.4, -wide + (rib + 1) * wide * 0.4
        scallop += [(left + (right - left) * t, -math.sin(t * math.pi) * wide * 0.06) for t in (0, 0.25, 0.5, 0.75)]
    turn = [
        (px * math.cos(tilt) - py * math.sin(tilt) + x, px * math.sin(tilt) + py * math.cos(tilt) + y)
        for px, py in rim + scallop
    ]
    pen.polygon(turn)
    tip = (x + math.sin(tilt) * (high + 12), y - math.cos(tilt) * (high + 12))
    pen.line([tip, (x, y)], width=3)
    pen.line([(x, y - high * 0.4), hand], width=2.4)


def queue() -> Image.Image:
    """Silhouettes under umbrellas, waiting outside a lit hall in the rain."""
    random, foot = Random("queue"), 735
    image = gradient(
        [(0, rgb("3a4a58")), (0.5, rgb("71808a")), (0.78, rgb("97a0a3")), (0.8, rgb("5b656c")), (1, rgb("2c343c"))]
    )
    wall = Pen(mode="RGB")
    wall.box(0, 0, 1600, 700, rgb("3d4851"))
    for bay in range(9):
        x = 40 + bay * 178
        wall.box(x, 190, x + 118, 690, rgb("f0c98a") if bay in (5, 6, 7) else rgb("9fb0b8"))
        wall.polygon(
            [(x + 59 + 59 * math.cos(a / 20 * math.pi), 192 - 60 * math.sin(a / 20 * math.pi)) for a in range(21)],
            rgb("e8c080") if bay in (5, 6, 7) else rgb("8fa0a9"),
        )
        for bar in (0.33, 0.66):
            wall.box(x + 118 * bar - 2, 140, x + 118 * bar + 2, 690, rgb("46515a"))
        for y in (190, 330, 470, 590):
            wall.box(x, y - 2, x + 118, y + 3, rgb("46515a"))
    wall.box(0, 60, 1600, 78, rgb("2f3941"))
    back = wall.done(9)
    image.paste(back.crop((0, 0, 1600, 700)), (0, 0))
    image = glow(image, halo((1110, 430), 520), rgb("ffcf87"), 0.5)
    wash(
        image,
        rgb("a4adb0"),
        ImageChops.multiply(noise(71, (600, 200)), ramp([(0, 90), (0.6, 170), (0.8, 120), (1, 0)])),
        0.45,
    )
    for depth, (count, tall, base, tone, blur) in enumerate(
        [(15, 250, 706, rgb("5b666d"), 3.0), (11, 330, foot, rgb("2b343b"), 0.5), (4, 900, 1290, rgb("12171c"), 9.0)]
    ):
        if depth == 2:
            wet = mirror(image, 806, 4, sway=8, smear=5)
            wet = Image.blend(wet, gradient([(0, rgb("59636a")), (1, rgb("1c2227"))], wet.size), 0.45)
            image.paste(wet, (0, 806), ramp([(0, 120), (0.2, 220), (1, 255)], wet.size))
        pen, canopies = Pen(), Pen()
        pitch = 1700 / count
        for i in range(count):
            x = -40 + i * pitch + random.uniform(-0.16, 0.2) * pitch
            height = tall * random.uniform(0.94, 1.05)
            low = base + random.uniform(-6, 10)
            _person(pen, x, low, height, random.uniform(-6, 6), random)
            if random.random() < 0.8:
                over = low - height - random.uniform(4, 26) * tall / 330
                tilt = random.uniform(-0.2, 0.14)
                _umbrella(
                    canopies,
                    x + tilt * 120 + 8,
                    over + 26 * tall / 330,
                    tall * random.uniform(0.29, 0.36),
                    tilt,
                    (x + tall * 0.1, low - height * 0.66),
                )
        shape = pen.done(blur)
        canopy = canopies.done(blur)
        wash(image, tone, shape)
        tints = gradient([(0, mix(tone, rgb("93a4ae"), 0.34 - depth * 0.07)), (1, tone)])
        image.paste(tints, (0, 0), canopy)
        lit = ImageChops.subtract(
            ImageChops.lighter(shape, canopy), ImageChops.offset(ImageChops.lighter(shape, canopy), -3, 4)
        )
        wash(image, rgb("f6d6a2"), ImageChops.multiply(lit, halo((1110, 560), 760)), 0.5)
        if depth < 2:
            wash(image, rgb("98a1a4"), ramp([(0, 0), (0.5, 60), (0.82, 120), (1, 40)]), 0.4)
    _rain(image, "queue", 1300, 0.5)
    return film(image, grain=0.08, edges=0.42)
