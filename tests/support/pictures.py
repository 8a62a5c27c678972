"""Pictures made in memory: photos, scenery, their bytes in each format, and the colors that came back."""

import itertools
from io import BytesIO
from random import Random

from PIL import Image as Pixels
from PIL import ImageDraw

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 180, 30), (30, 30, 220), (230, 220, 40)
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF"]


def photo(size=(64, 48)):
    """Four corners of plain colour with a fine gradient between: enough colours to count as a photo."""
    picture = Pixels.merge(
        "RGB",
        [Pixels.linear_gradient("L").resize(size), Pixels.radial_gradient("L").resize(size), Pixels.new("L", size)],
    )
    draw = ImageDraw.Draw(picture)
    width, height = size
    for colour, (x, y) in zip((RED, GREEN, BLUE, YELLOW), itertools.product((0, 1), (0, 1)), strict=True):
        corner = (x * width * 2 // 3, y * height * 2 // 3)
        draw.rectangle((*corner, corner[0] + width // 3, corner[1] + height // 3), fill=colour)
    return picture


def corners(picture):
    """The colours in the four corners: top left, bottom left, top right, bottom right."""
    picture = picture.convert("RGB")
    width, height = picture.size
    return [
        picture.getpixel((x, y)) for x in (width // 8, width - width // 8) for y in (height // 8, height - height // 8)
    ]


def assert_close(colours, expected, tolerance=16):
    pairs = [
        pair for colour, wanted in zip(colours, expected, strict=True) for pair in zip(colour, wanted, strict=True)
    ]
    assert max(abs(one - other) for one, other in pairs) <= tolerance, (colours, expected)


def encoded(picture, kind, **options):
    output = BytesIO()
    if kind == "JPEG":
        options = {"quality": 92, **options}
    picture.save(output, kind, **options)
    return output.getvalue()


def scenery(size: tuple[int, int] = (1500, 1000), seed: int = 3) -> Pixels.Image:
    """To an encoder a photo of more detail than most: a soft ground, ever finer and fainter grain, hard edges."""
    width, height = size
    picture = Pixels.merge("RGB", [Pixels.linear_gradient("L").resize(size) for _ in range(3)])
    for octave in range(2, 11):
        cells = [max(2, 2**octave * side // max(size)) for side in size]
        grain = [_noise(*cells, seed=seed + 3 * octave + channel // 2) for channel in range(3)]
        layer = Pixels.merge("RGB", [part.resize(size, Pixels.Resampling.BICUBIC) for part in grain])
        picture = Pixels.blend(picture, layer, 0.72 / octave)
    draw = ImageDraw.Draw(picture)
    for number in range(12):
        left, top = width * number // 13, height * (3 + number * 7 % 5) // 9
        draw.rectangle((left, top, left + width // 20, height * 8 // 9), fill=(40 + 9 * number, 60, 80))
    return picture


def _noise(width: int, height: int, *, seed: int) -> Pixels.Image:
    random = Random(seed)
    return Pixels.frombytes("L", (width, height), random.randbytes(width * height))


def jpeg(picture: Pixels.Image) -> bytes:
    output = BytesIO()
    picture.save(output, "JPEG", quality=90)
    return output.getvalue()
