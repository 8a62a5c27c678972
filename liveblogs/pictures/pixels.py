"""Scales decoded pictures in strips, and converts them to sRGB."""

from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageCms

# Reduction by a whole factor leaves at least this much scaling to the slower filter, which determines the sharpness.
REDUCING_GAP = 1.2
STRIP_ROWS = 256  # rows of the scaled picture per strip
PLAIN_MODES = {"1": "L", "I;16": "L", "P": "RGB"}


def scaled(image: Image.Image, max_side: int) -> Image.Image:
    """A new copy with no side over ``max_side``. Scaled in strips, because a full-size copy doubles the memory."""
    mode = "RGBA" if image.has_transparency_data else PLAIN_MODES.get(image.mode, image.mode)
    scale = max(1.0, max(image.size) / max_side)
    width, height = max(1, round(image.width / scale)), max(1, round(image.height / scale))
    step = max(1, int(scale / REDUCING_GAP))
    scaled = Image.new(mode, (width, height))
    for top in range(0, height, STRIP_ROWS):
        bottom = min(top + STRIP_ROWS, height)
        first, last = top * image.height / height, bottom * image.height / height
        # The filter reads three target pixels beyond its rows; reduction steps align to the picture's first row.
        start = max(0, int((first - 4 * scale) // step * step) - step)
        strip = image.crop((0, start, image.width, min(image.height, int(last + 4 * scale) + 2 * step)))
        strip = _in_mode(strip, mode)
        if scale > 1:
            strip = strip.reduce(step) if step > 1 else strip
            box = (0, (first - start) / step, image.width / step, min(strip.height, (last - start) / step))
            strip = strip.resize((width, bottom - top), Image.Resampling.LANCZOS, box=box)
        else:
            strip = strip.crop((0, top - start, width, bottom - start))
        scaled.paste(strip, (0, top))
    return scaled


def _in_mode(part: Image.Image, mode: str) -> Image.Image:
    if part.mode == "I;16":
        # Scaled first, because the conversion clips values above 255. Transparency defined by a 16-bit gray is lost.
        part.info.pop("transparency", None)
        part = part.point(lambda gray: gray / 256).convert("L")
    return part if part.mode == mode else part.convert(mode)


def in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB. A profile that is invalid or for other channels is ignored."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = picture.convert("RGB") if alpha else picture
    with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
        colours = _by_profile(colours, profile) if profile else colours
    colours = colours.convert("RGB")
    if alpha:
        colours.putalpha(alpha)
    colours.info = {}
    return colours


def _by_profile(colours: Image.Image, profile: bytes) -> Image.Image:
    """The picture converted to sRGB. Raises PyCMSError if the profile is for other channels."""
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    if source.profile.xcolor_space.strip() == "GRAY" and colours.mode == "RGB":
        colours = colours.convert("L")  # a gray picture with a palette or alpha was converted to RGB
    converted = ImageCms.profileToProfile(
        colours,
        source,
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return converted or colours
