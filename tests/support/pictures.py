"""Pictures for the tests of pictures: made here, none is kept."""

from io import BytesIO
from random import Random

from PIL import Image as Pixels
from PIL import ImageDraw


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
