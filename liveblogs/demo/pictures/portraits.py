"""Byline portraits: a head and shoulders in two tones, one for each seed."""

from random import Random

from PIL import Image, ImageChops, ImageFilter

from .ink import Pen, Point, curve, film, glow, gradient, halo, mix, noise, rgb, wash

SIDE = 600
GROUNDS = ("35566b", "7b4b45", "4c6252", "5b4f73", "8a6b3d", "3f4f63", "6b5560", "2f6660")
SKINS = ("e9c3a2", "c98f68", "8d5a3c", "f0d2b8", "a9714d", "6b432e")
HAIRS = ("2a211d", "53382a", "8a6a45", "b9b3aa", "1b1a20", "6e3b26")
CLOTHES = ("20303f", "efe9dd", "5d2f33", "35493d", "6f7c86", "28242e")


def portrait_image(seed: int) -> Image.Image:
    """A face without features, lit from one side; the same seed gives the same person."""
    random, size = Random(f"portrait {seed}"), (SIDE, SIDE)
    ground, skin = rgb(GROUNDS[seed % len(GROUNDS)]), rgb(SKINS[(seed * 5 + 1) % len(SKINS)])
    hair, cloth = rgb(HAIRS[(seed * 7 + seed // 3) % len(HAIRS)]), rgb(CLOTHES[(seed * 5 + 2) % len(CLOTHES)])
    if sum(skin) < 340:
        hair = rgb(HAIRS[0 if seed % 2 else 4])
    cut = seed % 5
    image = gradient([(0, mix(ground, (255, 255, 255), 0.16)), (1, mix(ground, (0, 0, 0), 0.28))], size)
    image = glow(image, halo((190, 170), 380, size), mix(ground, (255, 255, 255), 0.5), 0.5)
    cloud = noise(seed + 900, (260, 200), size)
    wash(image, mix(ground, (0, 0, 0), 0.4), cloud, 0.22)
    cx, cy = 300 + random.uniform(-10, 10), 262 + random.uniform(-6, 8)
    wide, tall = random.uniform(88, 98), random.uniform(118, 128)

    def part(points: list[Point], colour: tuple[int, int, int], *, smooth: bool = True, lit: float = 0.28) -> None:
        pen = Pen(size, scale=3)
        pen.polygon(curve(points, closed=True) if smooth else points)
        mask = pen.done(0.5)
        shade = Image.new("RGB", size, colour)
        wash(
            shade,
            mix(colour, (0, 0, 0), 0.55),
            ImageChops.invert(halo((cx - 70, cy - 40), 430, size, power=0.8)),
            lit + 0.3,
        )
        shade = glow(shade, halo((cx - 90, cy - 60), 240, size), mix(colour, (255, 255, 255), 0.4), lit)
        image.paste(shade, (0, 0), mask)

    def around(x: float, y: float, rx: float, ry: float) -> list[Point]:
        return [
            (x + rx * px, y + ry * py)
            for px, py in ((0, -1), (0.72, -0.7), (1, 0), (0.7, 0.72), (0, 1), (-0.7, 0.72), (-1, 0), (-0.72, -0.7))
        ]

    if cut in (1, 3):  # long hair falls behind the shoulders
        drop = 190 if cut == 1 else 120
        part(
            [
                (cx, cy - tall - 26),
                (cx + wide + 22, cy - 60),
                (cx + wide + 34, cy + drop * 0.6),
                (cx + wide - 4, cy + drop),
                (cx - wide + 4, cy + drop),
                (cx - wide - 34, cy + drop * 0.6),
                (cx - wide - 22, cy - 60),
            ],
            hair,
        )
    shoulder, rise = random.uniform(196, 222), 40
    part(
        [
            (cx - shoulder, 640),
            (cx - shoulder + 4, 540 - rise),
            (cx - shoulder + 66, 476 - rise),
            (cx - 62, 440 - rise),
            (cx + 62, 440 - rise),
            (cx + shoulder - 66, 476 - rise),
            (cx + shoulder - 4, 540 - rise),
            (cx + shoulder, 640),
        ],
        cloth,
    )
    part(
        [
            (cx - 48, cy + 70),
            (cx + 48, cy + 70),
            (cx + 52, cy + 136),
            (cx + 74, cy + 152),
            (cx, cy + 204),
            (cx - 74, cy + 152),
            (cx - 52, cy + 136),
        ],
        mix(skin, rgb("5a2d1a"), 0.3),
    )
    if seed % 3 == 0:  # a jacket's lapels over a shirt
        for side in (-1, 1):
            part(
                [
                    (cx + side * 20, 640),
                    (cx + side * 84, 444 - rise),
                    (cx + side * 132, 458 - rise),
                    (cx + side * 118, 520 - rise),
                    (cx + side * 92, 530 - rise),
                ],
                mix(cloth, (255, 255, 255), 0.1),
                smooth=False,
            )
    part(
        [
            (cx, cy - tall),
            (cx + wide * 0.72, cy - tall * 0.74),
            (cx + wide, cy - 12),
            (cx + wide * 0.86, cy + tall * 0.5),
            (cx + wide * 0.38, cy + tall * 0.93),
            (cx - wide * 0.38, cy + tall * 0.93),
            (cx - wide * 0.86, cy + tall * 0.5),
            (cx - wide, cy - 12),
            (cx - wide * 0.72, cy - tall * 0.74),
        ],
        skin,
    )
    if cut == 0:  # short, parted
        part(
            [
                (cx - wide - 6, cy - 26),
                (cx - wide - 2, cy - 96),
                (cx - 44, cy - tall - 30),
                (cx + 40, cy - tall - 28),
                (cx + wide + 2, cy - 92),
                (cx + wide + 6, cy - 26),
                (cx + wide - 10, cy - 62),
                (cx + 26, cy - 92),
                (cx - 40, cy - 74),
                (cx - wide + 10, cy - 58),
            ],
            hair,
        )
    elif cut == 1:
        part(
            [
                (cx - wide - 14, cy + 60),
                (cx - wide - 16, cy - 60),
                (cx - 40, cy - tall - 26),
                (cx + 44, cy - tall - 24),
                (cx + wide + 16, cy - 60),
                (cx + wide + 14, cy + 60),
                (cx + wide - 8, cy - 30),
                (cx + 30, cy - 88),
                (cx - 20, cy - 96),
                (cx - wide + 12, cy - 20),
            ],
            hair,
        )
    elif cut == 2:  # close-cropped, with a beard
        part(
            [
                (cx - wide - 2, cy - 34),
                (cx - wide + 4, cy - 96),
                (cx - 36, cy - tall - 10),
                (cx + 36, cy - tall - 10),
                (cx + wide - 4, cy - 96),
                (cx + wide + 2, cy - 34),
                (cx + wide - 14, cy - 74),
                (cx, cy - 96),
                (cx - wide + 14, cy - 74),
            ],
            hair,
        )
        part(
            [
                (cx - wide - 1, cy + 4),
                (cx - wide + 18, cy + 46),
                (cx - 34, cy + 52),
                (cx, cy + 46),
                (cx + 34, cy + 52),
                (cx + wide - 18, cy + 46),
                (cx + wide + 1, cy + 4),
                (cx + wide * 0.84, cy + tall * 0.66),
                (cx + 38, cy + tall + 8),
                (cx - 38, cy + tall + 8),
                (cx - wide * 0.84, cy + tall * 0.66),
            ],
            hair,
        )
    elif cut == 3:
        part(
            [
                (cx - wide - 14, cy + 10),
                (cx - wide - 14, cy - 70),
                (cx - 30, cy - tall - 24),
                (cx + 50, cy - tall - 20),
                (cx + wide + 16, cy - 60),
                (cx + wide + 14, cy + 20),
                (cx + wide - 6, cy - 44),
                (cx - 10, cy - 84),
                (cx - wide + 6, cy - 40),
            ],
            hair,
        )
    else:  # pinned up
        part(around(cx + 8, cy - tall - 34, 48, 42), hair)
        part(
            [
                (cx - wide - 4, cy - 18),
                (cx - wide - 4, cy - 84),
                (cx - 36, cy - tall - 20),
                (cx + 36, cy - tall - 20),
                (cx + wide + 4, cy - 84),
                (cx + wide + 4, cy - 18),
                (cx + wide - 16, cy - 70),
                (cx, cy - 94),
                (cx - wide + 16, cy - 70),
            ],
            hair,
        )
    if seed % 4 == 1:  # glasses
        rims = Pen(size, scale=3)
        for side in (-1, 1):
            rims.arc(cx + side * 42, cy - 6, 32, 0, 360, width=5)
            rims.line([(cx + side * 74, cy - 10), (cx + side * wide, cy - 16)], width=5)
        rims.line([(cx - 12, cy - 10), (cx + 12, cy - 10)], width=5)
        wash(image, rgb("1c1d22"), rims.done(), 0.9)
    soft = image.filter(ImageFilter.GaussianBlur(1.2))
    return film(soft, grain=0.07, edges=0.35)
