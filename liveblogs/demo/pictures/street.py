"""A press picture from the flooded streets: lamps, lit windows and a car in the water."""

import itertools
from random import Random

from PIL import Image, ImageChops, ImageFilter, ImageOps

from .light import film, glow, gradient, ground, halo, halos, levels, mirror, mix, noise, rain_on, ramp, wash
from .pen import Pen, Point, curve, points, rgb

#: Of the water, and the x at which the street vanishes.
LEVEL, VANISH = 560, 800


def _car(image: Image.Image, x: float, line: float, size: float) -> None:
    """A parked car seen from the front, with the water up to its lights."""

    def part(coordinates: str) -> list[Point]:
        return [(x + px * size, line + py * size) for px, py in curve(points(coordinates), closed=True, steps=8)]

    body, glass, glint = Pen(scale=3), Pen(scale=3), Pen(scale=3)
    half = points("0,-134 54,-131 70,-120 82,-92 92,-70 108,-60 117,-44 119,-20 118,10 116,40 0,44")
    outline = [*half, *[(-px, py) for px, py in reversed(half[1:-1])]]
    body.polygon([(x + px * size, line + py * size) for px, py in curve(outline, closed=True, steps=8)])
    for side in (-1, 1):
        body.dot(x + side * 112 * size, line - 78 * size, 17 * size, ry=11 * size)
        glass.dot(x + side * 86 * size, line - 24 * size, 21 * size, 150, ry=12 * size)
    glass.polygon(part("-78,-72 -60,-118 -46,-124 46,-124 60,-118 78,-72 40,-67 -40,-67"))
    glint.line([(x - 58 * size, line - 130 * size), (x + 58 * size, line - 130 * size)], width=3 * size)
    glint.line(part("-92,-64 0,-60 92,-64 0,-61"), fill=110, width=2 * size)
    above = ramp([(0, 255), ((line - 2) / 900, 255), ((line + 2) / 900, 0), (1, 0)])
    shape = ImageChops.multiply(body.done(), above)
    under = ImageOps.flip(shape.crop((0, round(line - 150 * size), 1600, round(line))))
    dark = Image.new("L", image.size)
    dark.paste(under.filter(ImageFilter.GaussianBlur(5 * size)), (0, round(line)))
    wash(image, rgb("06090f"), dark, 0.62)
    wash(image, rgb("0b1018"), shape, 0.98)
    wash(image, rgb("4c5665"), ImageChops.multiply(glass.done(), above), 0.75)
    wash(image, rgb("c9a873"), glint.done(), 0.6)
    edge = Pen(scale=3)
    edge.line(
        curve(
            [(x - 150 * size, line + 1), (x - 60 * size, line + 3), (x + 40 * size, line), (x + 150 * size, line + 2)]
        ),
        width=2 * size,
    )
    wash(image, rgb("b9a67f"), edge.done(1), 0.5)


def _houses(image: Image.Image) -> Image.Image:
    """Two terraces that run towards each other, the far houses first and in the haze's colour."""
    random, walls, panes = Random("street"), Pen(mode="RGB"), Pen(mode="RGB")
    walls.image.paste(image.resize(walls.image.size, Image.Resampling.BICUBIC))
    for side in (-1, 1):
        for house in range(7, -1, -1):
            near, far = 1.62 ** -(house - 1), 1.62**-house
            x0, x1 = VANISH + side * (70 + 560 * near), VANISH + side * (70 + 560 * far)
            high = random.uniform(0.86, 1.12)
            top0, top1 = LEVEL - (60 + 420 * near) * high, LEVEL - (60 + 420 * far) * high
            shade = mix(rgb("141c29"), rgb("5a5d60"), min(1, house / 8.5) ** 1.1)
            walls.polygon([(x0, top0), (x1, top1), (x1, LEVEL), (x0, LEVEL)], shade)
            for floor, bay in itertools.product(range(3), range(3)):
                lit = random.random() < (0.36 if floor else 0.12)
                corners = []
                for t, up in ((0.28, 0.34), (0.68, 0.34), (0.68, 0.86), (0.28, 0.86)):
                    share = (bay + t) / 3
                    roof = top0 + (top1 - top0) * share
                    corners.append((x0 + (x1 - x0) * share, LEVEL - (LEVEL - roof) * (floor + up) / 3.25))
                warm = mix(rgb("f4b25e"), rgb("ffe6b8"), random.random())
                light = mix((0, 0, 0), warm, random.uniform(0.7, 1))
                panes.polygon(corners, light if lit else mix(shade, rgb("8fa0b0"), 0.16))
    lights = panes.done()
    image = ImageChops.lighter(walls.done(), lights)
    soft = lights.reduce(4).filter(ImageFilter.GaussianBlur(3)).resize(lights.size, Image.Resampling.BICUBIC)
    return ImageChops.screen(image, soft.point([min(255, int(v * 0.7)) for v in range(256)] * 3))


def street() -> Image.Image:
    """A street under water by night, its lamps and windows doubled by the flood."""
    level, vanish = LEVEL, VANISH
    image = gradient([(0, rgb("0d1626")), (0.4, rgb("1e2c3e")), (0.62, rgb("4b5560")), (1, rgb("4b5560"))])
    image = glow(image, halo((vanish, level - 40), 420, squash=0.7), rgb("e0a766"), 0.5)
    image = _houses(image)
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
    wash(image, rgb("10161f"), posts.done())
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
    _car(image, 520, 676, 1.0)
    _car(image, 1034, 590, 0.36)
    rain_on(image, "street", 700, 0.55)
    return film(image, grain=0.09, edges=0.5)
