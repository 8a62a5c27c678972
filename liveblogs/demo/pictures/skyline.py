"""A press picture of the city's front on the river."""

import math
from random import Random

from PIL import Image, ImageChops, ImageFilter

from .light import film, glow, gradient, ground, halo, levels, mirror, mix, noise, ramp, wash
from .pen import WIDE, Pen, rgb


def _towers(random: Random, low: float, high: float, narrow: float, broad: float) -> list[tuple[float, float, float]]:
    """Left, right and height of buildings side by side, tallest towards the middle."""
    found, x = [], -20.0
    while x < WIDE[0] + 20:
        width = random.uniform(narrow, broad)
        hill = math.exp(-(((x - 880) / 430) ** 2))
        found.append((x, x + width, random.uniform(low, low + (high - low) * (0.25 + 0.75 * hill))))
        x += width + random.choice((0, 0, random.uniform(0, narrow * 0.5)))
    return found


def skyline() -> Image.Image:
    """A city at dusk, its windows lit, over a broad river."""
    random, shore = Random("skyline"), 590
    image = gradient(
        [(0, rgb("16213f")), (0.3, rgb("39406b")), (0.5, rgb("8d6480")), (0.62, rgb("dd936f")), (0.68, rgb("f3bf84"))]
    )
    clouds = ImageChops.multiply(noise(11, (900, 70), contrast=1.9), ramp([(0, 120), (0.35, 220), (0.62, 60), (1, 0)]))
    wash(image, rgb("2b2747"), clouds, 0.62)
    wash(
        image,
        rgb("f0a07c"),
        ImageChops.multiply(noise(12, (1000, 34), contrast=2.4), ramp([(0.2, 0), (0.5, 190), (0.66, 40), (1, 0)])),
        0.5,
    )
    image = glow(image, halo((1060, shore), 760, squash=0.42), rgb("ff9d57"), 0.75)
    panes = Pen(mode="RGB")
    for depth, (low, high, narrow, broad) in enumerate([(40, 210, 26, 60), (34, 290, 34, 74), (26, 200, 40, 96)]):
        blocks = Pen()
        for left, right, height in _towers(random, low, high, narrow, broad):
            top = shore - height
            blocks.box(left, top, right, shore)
            middle = (left + right) / 2
            if height > high * 0.72:
                blocks.box(left + (right - left) * 0.22, top - 14, right - (right - left) * 0.22, top)
                blocks.line([(middle, top - random.uniform(34, 70)), (middle, top)], width=1.5)
            panes.box(left, top, right, shore, (0, 0, 0))
            share = random.uniform(0.1, 0.5) if depth else 0.14
            step = (6.4, 9.0) if depth < 2 else (8.5, 11.0)
            for row in range(int((height - 10) / step[1])):
                whole = random.random() < 0.05
                for column in range(int((right - left - 8) / step[0])):
                    if whole or random.random() < share:
                        warm = mix(rgb("ffb765"), rgb("dfe9ff"), random.random() ** 3)
                        light = mix((0, 0, 0), warm, random.uniform(0.35, 1) * (0.45, 0.75, 1)[depth])
                        x, y = left + 5 + column * step[0], top + 8 + row * step[1]
                        panes.box(x, y, x + step[0] * 0.46, y + step[1] * 0.5, light)
        tone = (rgb("7a5a72"), rgb("413b5c"), rgb("1b1f38"))[depth]
        wash(image, tone, blocks.done(), (0.82, 0.93, 1)[depth])
        wash(
            image,
            rgb("e79a70"),
            ImageChops.multiply(blocks.done(), ramp([(0.4, 0), (0.66, 110), (1, 110)])),
            (0.7, 0.4, 0.12)[depth],
        )
    lights = panes.done()
    for lamp in range(70):
        x = lamp * 23.4 + random.uniform(-4, 4)
        lights.paste(rgb("ffdfa6"), (round(x), shore - 7, round(x) + 2, shore - 4))
    image = ImageChops.screen(image, lights)
    image = ImageChops.screen(image, lights.filter(ImageFilter.GaussianBlur(7)).point(lambda v: min(255, v * 1.5)))
    water = mirror(image, shore, 5, sway=15, smear=14)
    deep = gradient([(0, rgb("c3b0b4")), (0.3, rgb("a5a2b8")), (1, rgb("5f6888"))], water.size)
    water = ImageChops.multiply(water, deep)
    ripples = levels(ground(21, water.size, cell=(60, 10)), 0.8, 0.08)
    water = ImageChops.soft_light(water, Image.merge("RGB", [ripples] * 3))
    image.paste(water, (0, shore))
    bank = Pen()
    bank.box(0, shore - 3, WIDE[0], shore + 2)
    wash(image, rgb("12152a"), bank.done())
    wash(image, rgb("f2b78d"), ramp([(0, 0), (0.58, 0), (0.655, 90), (0.72, 0), (1, 0)]), 0.5)
    return film(image)
