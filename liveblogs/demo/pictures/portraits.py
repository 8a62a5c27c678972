"""Byline portraits: a head and shoulders without features, one for each seed."""

from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops, ImageFilter

from .light import film, glow, gradient, halo, mix, noise, wash
from .pen import Colour, Pen, Point, curve, points, rgb

SIDE = 600
SIZE = (SIDE, SIDE)
GROUNDS = ("35566b", "7b4b45", "4c6252", "5b4f73", "8a6b3d", "3f4f63", "6b5560", "2f6660")
SKINS = ("e9c3a2", "c98f68", "8d5a3c", "f0d2b8", "a9714d", "6b432e")
HAIRS = ("2a211d", "53382a", "8a6a45", "b9b3aa", "1b1a20", "6e3b26")
CLOTHES = ("20303f", "efe9dd", "5d2f33", "35493d", "6f7c86", "28242e")

# Shapes about the middle of a face that is 186 wide and 246 tall.
FACE = "0,-123 67,-91 93,-12 80,62 35,114 -35,114 -80,62 -93,-12 -67,-91"
NECK = "-48,70 48,70 52,136 74,152 0,204 -74,152 -52,136"
#: What falls behind the shoulders, and what frames the face, for each cut.
BEHIND = {
    1: "0,-149 115,-60 127,114 89,190 -89,190 -127,114 -115,-60",
    3: "0,-149 115,-60 127,72 89,120 -89,120 -127,72 -115,-60",
}
FRAMES = {
    0: ("-99,-26 -95,-96 -44,-153 40,-151 95,-92 99,-26 83,-62 26,-92 -40,-74 -83,-58",),
    1: ("-107,60 -109,-60 -40,-149 44,-147 109,-60 107,60 85,-30 30,-88 -20,-96 -81,-20",),
    2: (
        "-95,-34 -89,-96 -36,-133 36,-133 89,-96 95,-34 79,-74 0,-96 -79,-74",
        "-94,4 -75,46 -34,52 0,46 34,52 75,46 94,4 78,81 38,131 -38,131 -78,81",
    ),
    3: ("-107,10 -107,-70 -30,-147 50,-143 109,-60 107,20 87,-44 -10,-84 -87,-40",),
    4: (
        "8,-199 43,-186 56,-157 42,-127 8,-115 -26,-127 -40,-157 -27,-186",
        "-97,-18 -97,-84 -36,-143 36,-143 97,-84 97,-18 77,-70 0,-94 -77,-70",
    ),
}


@dataclass(frozen=True)
class _Sitter:
    """Where a face is on the picture, and how much narrower or wider than usual it is."""

    image: Image.Image
    x: float
    y: float
    broad: float

    def placed(self, coordinates: str) -> list[Point]:
        return [(self.x + px * self.broad, self.y + py) for px, py in points(coordinates)]

    def part(self, outline: list[Point], colour: Colour, *, smooth: bool = True) -> None:
        """A shape in one colour, lit from the upper left."""
        pen = Pen(SIZE, scale=3)
        pen.polygon(curve(outline, closed=True) if smooth else outline)
        shade = Image.new("RGB", SIZE, colour)
        dark = ImageChops.invert(halo((self.x - 70, self.y - 40), 430, SIZE, power=0.8))
        wash(shade, mix(colour, (0, 0, 0), 0.55), dark, 0.58)
        light = halo((self.x - 90, self.y - 60), 240, SIZE)
        self.image.paste(glow(shade, light, mix(colour, (255, 255, 255), 0.4), 0.28), (0, 0), pen.done())


def portrait_image(seed: int) -> Image.Image:
    """The same seed gives the same person."""
    random = Random(f"portrait {seed}")
    ground, skin = rgb(GROUNDS[seed % len(GROUNDS)]), rgb(SKINS[(seed * 5 + 1) % len(SKINS)])
    hair, cloth = rgb(HAIRS[(seed * 7 + seed // 3) % len(HAIRS)]), rgb(CLOTHES[(seed * 5 + 2) % len(CLOTHES)])
    if sum(skin) < 340:
        hair = rgb(HAIRS[0 if seed % 2 else 4])
    cut = seed % 5
    sitter = _Sitter(
        _ground(seed, ground), 300 + random.uniform(-10, 10), 262 + random.uniform(-6, 8), random.uniform(0.95, 1.05)
    )
    if cut in BEHIND:
        sitter.part(sitter.placed(BEHIND[cut]), hair)
    _clothes(sitter, cloth, random.uniform(196, 222), jacket=seed % 3 == 0, skin=skin)
    sitter.part(sitter.placed(FACE), skin)
    for shape in FRAMES[cut]:
        sitter.part(sitter.placed(shape), hair)
    if seed % 4 == 1:
        _glasses(sitter)
    return film(sitter.image.filter(ImageFilter.GaussianBlur(1.2)), grain=0.06, edges=0.3)


def _ground(seed: int, tone: Colour) -> Image.Image:
    image = gradient([(0, mix(tone, (255, 255, 255), 0.16)), (1, mix(tone, (0, 0, 0), 0.28))], SIZE)
    image = glow(image, halo((190, 170), 380, SIZE), mix(tone, (255, 255, 255), 0.5), 0.5)
    wash(image, mix(tone, (0, 0, 0), 0.4), noise(seed + 900, (260, 200), SIZE), 0.22)
    return image


def _clothes(sitter: _Sitter, cloth: Colour, shoulder: float, *, jacket: bool, skin: Colour) -> None:
    x = sitter.x
    half = [(shoulder, 640.0), (shoulder - 4, 500.0), (shoulder - 66, 436.0), (62.0, 400.0)]
    sitter.part([(x + px, py) for px, py in half] + [(x - px, py) for px, py in reversed(half)], cloth)
    sitter.part(sitter.placed(NECK), mix(skin, rgb("5a2d1a"), 0.3))
    for side in (-1, 1) if jacket else ():
        lapel = points("20,640 84,404 132,418 118,480 92,490")
        sitter.part([(x + side * px, py) for px, py in lapel], mix(cloth, (255, 255, 255), 0.1), smooth=False)


def _glasses(sitter: _Sitter) -> None:
    rims, x, y = Pen(SIZE, scale=3), sitter.x, sitter.y
    for side in (-1, 1):
        rims.arc(x + side * 42, y - 6, 32, 0, 360, width=5)
        rims.line([(x + side * 74, y - 10), (x + side * 93 * sitter.broad, y - 16)], width=5)
    rims.line([(x - 12, y - 10), (x + 12, y - 10)], width=5)
    wash(sitter.image, rgb("1c1d22"), rims.done(), 0.9)
