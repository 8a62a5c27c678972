"""Checks, cleans and sizes uploaded pictures: nothing that was uploaded reaches a reader as it came.

``clean()`` decides by content what a file is, refuses what is too large before it decodes a pixel, decodes it whole,
and encodes the bare pixels anew. What the file said beside its pixels (place, camera, comments, a page or an archive
hung on its end) isn't copied, so there is nothing to strip and nothing to forget. Caption, credit and alt text are
read first: see ``image_text``.
"""

import hashlib
import re
import unicodedata
import uuid
from dataclasses import dataclass
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from . import headers, heic, metadata
from .pixels import REDUCING_GAP, in_srgb, scaled

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE = 2560

# Their libraries hold up to 18 bytes for each pixel while they decode (JPEG and PNG: 4 to 8), and 512 MB is what a
# picture may take; no camera writes either. HEIC's takes as long for a pixel as all that follows.
MAX_PIXELS_BY_FORMAT = {"WEBP": 25_000_000, "AVIF": 25_000_000, "HEIC": 25_000_000}
# With up to this many colours a picture is a drawing, a map or a screenshot: JPEG would smear its lines.
MAX_GRAPHIC_COLOURS = 4096
JPEG_QUALITY = 88
MAX_NAME_LENGTH = 80

READERS: dict[str, type[ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WEBP": WebPImageFile,
    "GIF": GifImageFile,
    "AVIF": AvifImageFile,
}
TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Rejected(ValidationError):
    """An upload that can't be used; one sentence names the file, what is wrong and the limit."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A picture fit for readers, and what its makers had written into the upload ("" where they had not).

    ``width`` and ``height`` are those of ``content``; ``extension`` has no dot; ``checksum`` is the SHA-256 of the
    uploaded bytes, so the same file uploaded twice is recognised.
    """

    content: ContentFile
    extension: str
    width: int
    height: int
    caption: str
    credit: str
    alt: str
    checksum: str


def clean(upload: File, name: str | None = None) -> Cleaned:
    """Decode the upload completely and encode it anew; raises ``Rejected``.

    ``name`` is used in messages only. The upload stays open, at its beginning. At the limits this takes up to two
    seconds of one core and 512 MB.
    """
    name = shown_name(name or upload.name or "")
    data = _read(upload, name)
    kind = headers.kind_of(data)
    if kind is None or kind not in formats():
        told = (
            _("“%(name)s” is a HEIC picture, which this site does not read: only %(formats)s can be used.")
            if kind == "HEIC"
            else _("“%(name)s” is not a picture that can be used here: only %(formats)s are.")
        )
        raise Rejected(
            told, code="format", params={"name": name, "formats": get_text_list([*formats().values()], gettext("and"))}
        )
    try:
        picture, words = _decode(data, kind, name)
    except Rejected:  # the pixels' own sentence
        raise
    except Exception as error:  # what decoders raise over broken bytes is not a closed list
        raise Rejected(
            _("“%(name)s” is damaged or incomplete: only whole %(format)s files can be used."),
            code="damaged",
            params={"name": name, "format": formats()[kind]},
        ) from error
    content, extension = _encode(picture, lossy_source=kind in {"JPEG", "WEBP", "AVIF", "HEIC"})
    return Cleaned(
        content=ContentFile(content, name=f"picture.{extension}"),
        extension=extension,
        width=picture.width,
        height=picture.height,
        caption=words.caption,
        credit=words.credit,
        alt=words.alt,
        checksum=hashlib.sha256(data).hexdigest(),
    )


def formats() -> dict[str, str]:
    """What can be read here: Pillow's words for the formats, and the usual ones."""
    kinds = [*READERS, *(["HEIC"] if heic.is_available() else [])]
    return {kind: "WebP" if kind == "WEBP" else kind for kind in kinds}


def random_name(extension: str) -> str:
    """A storage path such as ``images/2026/11/<32 hex digits>.jpg``, with nothing of the upload's name in it."""
    return f"images/{timezone.now():%Y/%m}/{uuid.uuid4().hex}.{extension}"


# Checking


def shown_name(name: str) -> str:
    """The file's own name as it may stand in a sentence: no folders, no control or direction signs, not endless."""
    name = "".join(sign for sign in re.split(r"[/\\]", name)[-1] if unicodedata.category(sign)[0] != "C").strip()
    if len(name) > MAX_NAME_LENGTH:
        name = f"{name[: MAX_NAME_LENGTH // 2]}…{name[-MAX_NAME_LENGTH // 2 + 1 :]}"
    return name or str(_("The file"))


def _read(upload: File, name: str) -> bytes:
    upload.seek(0)
    data = upload.read(MAX_BYTES + 1)
    upload.seek(0)
    if not data:
        raise Rejected(_("“%(name)s” is empty: a picture is expected."), code="empty", params={"name": name})
    if len(data) > MAX_BYTES:
        raise Rejected(
            _("“%(name)s” is too large: a picture may have up to %(limit)s."),
            code="bytes",
            params={"name": name, "limit": filesizeformat(MAX_BYTES)},
        )
    return data


def _check_pixels(kind: str, name: str, size: tuple[int, int], frames: int = 1) -> None:
    limit = MAX_PIXELS_BY_FORMAT.get(kind, MAX_PIXELS)
    pixels = size[0] * size[1] * frames
    if pixels > limit:
        raise Rejected(
            _("“%(name)s” has %(pixels)s megapixels, all its frames together; up to %(limit)s can be used."),
            code="pixels",
            # Rounded up: a picture just above the limit must not be said to have just that.
            params={
                "name": name,
                "pixels": number_format(-(-pixels // 1_000_000), use_l10n=True, force_grouping=True),
                "limit": limit // 1_000_000,
            },
        )


def _check_before_opening(data: bytes, kind: str, name: str) -> None:
    """What has to be known before Pillow's reader runs, which would reserve the canvas or walk frames without end."""
    if kind == "WEBP":
        _check_pixels(kind, name, headers.webp_canvas(data))
    elif kind == "GIF":
        for width, height, frames in headers.gif_frames(data):
            _check_pixels(kind, name, (width, height), frames)
    elif kind == "PNG":
        headers.check_png(data)
    elif kind == "JPEG":
        headers.check_jpeg(data)


# Decoding


def _decode(data: bytes, kind: str, name: str) -> tuple[Image.Image, metadata.Words]:
    """The first frame upright, in sRGB and in size, as a fresh RGB or RGBA picture that carries nothing else."""
    if kind == "HEIC":
        limit = MAX_PIXELS_BY_FORMAT[kind]
        (width, height, frames), data = heic.decode(data, max_pixels=limit, max_side=MAX_SIDE)
        _check_pixels(kind, name, (width, height), frames)
        kind = "PNG"
    _check_before_opening(data, kind, name)
    exif = metadata.jpeg_exif(data) if kind == "JPEG" else b""
    # The reader is named, not searched for: only this format's decoder ever sees the bytes. Pillow's JPEG reader looks
    # into EXIF for the resolution and stumbles over broken ones, so it is shown none.
    source = BytesIO(data.replace(b"Exif\0\0", b"Gone\0\0") if exif else data)
    with READERS[kind](source) as image:
        # The frames of a GIF are counted above; Pillow would walk them all again.
        _check_pixels(kind, name, image.size, 1 if kind == "GIF" else getattr(image, "n_frames", 1))
        if kind == "JPEG":
            scale = max(1.0, max(image.size) / (MAX_SIDE * REDUCING_GAP))
            image.draft(None, (int(image.width / scale), int(image.height / scale)))
        image.load()
        exif = exif or image.info.get("exif", b"")
        words = metadata.read(image.info, exif)
        profile = image.info.get("icc_profile")
        picture = scaled(image, MAX_SIDE)
    picture = in_srgb(picture, profile)
    orientation = metadata.orientation(exif)
    if orientation in TRANSPOSE:
        picture = picture.transpose(TRANSPOSE[orientation])
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    return picture, words


# Encoding


def _encode(picture: Image.Image, *, lossy_source: bool) -> tuple[bytes, str]:
    """PNG for what is transparent or drawn, JPEG for the rest.

    PNG rather than lossless WebP, which is smaller but takes seconds where PNG takes tenths: this file is the source
    of what readers get, seldom what they get.
    """
    output = BytesIO()
    graphic = not lossy_source and picture.getcolors(MAX_GRAPHIC_COLOURS) is not None
    if graphic or picture.mode == "RGBA":
        # Drawings are worth the effort; a photo cut out of its ground gains a tenth, and takes three times as long.
        picture.save(output, "PNG", compress_level=6 if graphic else 1)
        return output.getvalue(), "png"
    # Lettering in a screenshot bleeds when colour has half the detail; what came as a photo has lost it already.
    subsampling = "4:2:0" if lossy_source else "4:4:4"
    try:
        picture.save(output, "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True, subsampling=subsampling)
    except OSError:
        # Pillow has a byte for each pixel of it at hand, which pure noise exceeds; the plain form goes out in pieces.
        output = BytesIO()
        picture.save(output, "JPEG", quality=JPEG_QUALITY, subsampling=subsampling)
    return output.getvalue(), "jpg"
