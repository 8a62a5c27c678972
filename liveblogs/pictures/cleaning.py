"""Checks, cleans and resizes uploaded pictures. Readers never receive an uploaded file unchanged.

Metadata (location, camera, comments) and appended data are not copied. Caption, credit and alt text are read first.
"""

import hashlib
import re
import unicodedata
import uuid
from dataclasses import dataclass
from io import BytesIO
from typing import Any

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
from .slots import UPLOAD, Busy, slot

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE = 2560

# The decoders of these formats use up to 18 bytes of memory per pixel (JPEG and PNG: 4 to 8), and the limit for a
# picture is 512 MB. Cameras do not write WebP or AVIF. Decoding HEIC takes as long as all further processing.
MAX_PIXELS_BY_FORMAT = {"WEBP": 25_000_000, "AVIF": 25_000_000, "HEIC": 25_000_000}
# A picture with at most this many colors is a drawing, a map or a screenshot, whose lines JPEG would blur.
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
    """An upload that cannot be used. The message names the file, the problem and the limit."""

    def __init__(self, code: str, message: Any, **params: Any) -> None:
        super().__init__(message, code=code, params=params)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned picture, and the texts from the upload's metadata ("" if absent).

    ``extension`` has no dot; ``checksum`` is the SHA-256 of the uploaded bytes, to find a file that is uploaded again.
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
    """Decode the upload completely and encode it again. Raises ``Rejected``.

    ``name`` is used in messages only. The upload stays open, positioned at its start. A picture at the limits takes up
    to two seconds of one core and 512 MB.
    """
    name = shown_name(name or upload.name or "")
    data = _read(upload, name)
    kind = headers.kind_of(data)
    if kind is None or kind not in formats():
        message = (
            _("“%(name)s” is a HEIC picture, which this site does not read: only %(formats)s can be used.")
            if kind == "HEIC"
            else _("“%(name)s” is not a picture that can be used here: only %(formats)s are.")
        )
        raise Rejected("format", message, name=name, formats=get_text_list([*formats().values()], gettext("and")))
    try:
        with slot(UPLOAD):
            picture, texts = _decoded(data, kind, name)
            content, extension = _encode(picture, lossy_source=kind in {"JPEG", "WEBP", "AVIF", "HEIC"})
    except Busy:
        message = _("“%(name)s” couldn't be saved: too many pictures are being uploaded. Try again in a moment.")
        raise Rejected("busy", message, name=name) from None
    return Cleaned(
        content=ContentFile(content, name=f"picture.{extension}"),
        extension=extension,
        width=picture.width,
        height=picture.height,
        caption=texts.caption,
        credit=texts.credit,
        alt=texts.alt,
        checksum=hashlib.sha256(data).hexdigest(),
    )


def formats() -> dict[str, str]:
    """The supported formats: Pillow's name of each, and its usual name."""
    kinds = [*READERS, *(["HEIC"] if heic.is_available() else [])]
    return {kind: "WebP" if kind == "WEBP" else kind for kind in kinds}


def random_name(extension: str) -> str:
    """A storage path such as ``images/2026/11/<32 hex digits>.jpg``, without any part of the upload's name."""
    return f"images/{timezone.now():%Y/%m}/{uuid.uuid4().hex}.{extension}"


# Checking


def shown_name(name: str) -> str:
    """The file's name for messages: without folders and control characters, and shortened."""
    name = "".join(char for char in re.split(r"[/\\]", name)[-1] if unicodedata.category(char)[0] != "C").strip()
    if len(name) > MAX_NAME_LENGTH:
        name = f"{name[: MAX_NAME_LENGTH // 2]}…{name[-MAX_NAME_LENGTH // 2 + 1 :]}"
    return name or str(_("The file"))


def _read(upload: File, name: str) -> bytes:
    upload.seek(0)
    data = upload.read(MAX_BYTES + 1)
    upload.seek(0)
    if not data:
        raise Rejected("empty", _("“%(name)s” is empty: a picture is expected."), name=name)
    if len(data) > MAX_BYTES:
        message = _("“%(name)s” is too large: a picture may have up to %(limit)s.")
        raise Rejected("bytes", message, name=name, limit=filesizeformat(MAX_BYTES))
    return data


def _check_pixels(kind: str, name: str, size: tuple[int, int], frames: int = 1) -> None:
    limit = MAX_PIXELS_BY_FORMAT.get(kind, MAX_PIXELS)
    pixels = size[0] * size[1] * frames
    if pixels > limit:
        # Rounded up, because a picture just above the limit must not appear to be at the limit.
        megapixels = number_format(-(-pixels // 1_000_000), use_l10n=True, force_grouping=True)
        message = _("“%(name)s” has %(pixels)s megapixels, all its frames together; up to %(limit)s can be used.")
        raise Rejected("pixels", message, name=name, pixels=megapixels, limit=limit // 1_000_000)


def _check_before_opening(data: bytes, kind: str, name: str) -> None:
    """Check what Pillow does not limit when it opens a file: the size of the canvas and the number of frames."""
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


def _decoded(data: bytes, kind: str, name: str) -> tuple[Image.Image, metadata.Texts]:
    try:
        return _decode(data, kind, name)
    except Rejected:  # from the pixel limit, already with its message
        raise
    except Exception as error:  # decoders raise many types for corrupt data
        message = _("“%(name)s” is damaged or incomplete: only whole %(format)s files can be used.")
        raise Rejected("damaged", message, name=name, format=formats()[kind]) from error


def _decode(data: bytes, kind: str, name: str) -> tuple[Image.Image, metadata.Texts]:
    """The first frame as a new RGB or RGBA picture without metadata: upright, in sRGB and within ``MAX_SIDE``."""
    if kind == "HEIC":
        limit = MAX_PIXELS_BY_FORMAT[kind]
        (width, height, frames), data = heic.decode(data, max_pixels=limit, max_side=MAX_SIDE)
        _check_pixels(kind, name, (width, height), frames)
        kind = "PNG"
    _check_before_opening(data, kind, name)
    exif = metadata.jpeg_exif(data) if kind == "JPEG" else b""
    # The reader is chosen here, so that only this format's decoder sees the data. Pillow's JPEG reader reads the
    # resolution from EXIF and fails if it is malformed, so EXIF is hidden from it.
    source = BytesIO(data.replace(b"Exif\0\0", b"Gone\0\0") if exif else data)
    with READERS[kind](source) as image:
        # The frames of a GIF are already counted, and Pillow would read them all again.
        _check_pixels(kind, name, image.size, 1 if kind == "GIF" else getattr(image, "n_frames", 1))
        if kind == "JPEG":
            scale = max(1.0, max(image.size) / (MAX_SIDE * REDUCING_GAP))
            image.draft(None, (int(image.width / scale), int(image.height / scale)))
        image.load()
        exif = exif or image.info.get("exif", b"")
        texts = metadata.read(image.info, exif)
        profile = image.info.get("icc_profile")
        picture = scaled(image, MAX_SIDE)
    picture = in_srgb(picture, profile)
    orientation = metadata.orientation(exif)
    if orientation in TRANSPOSE:
        picture = picture.transpose(TRANSPOSE[orientation])
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    return picture, texts


# Encoding


def _encode(picture: Image.Image, *, lossy_source: bool) -> tuple[bytes, str]:
    """The encoded picture and its extension: PNG for transparent pictures and graphics, JPEG for the rest.

    Lossless WebP is smaller than PNG, but takes seconds instead of tenths of a second. Size matters little, because
    readers usually get a rendition and not this file.
    """
    output = BytesIO()
    graphic = not lossy_source and picture.getcolors(MAX_GRAPHIC_COLOURS) is not None
    if graphic or picture.mode == "RGBA":
        # Higher compression pays off for graphics. For a photo with transparency it saves a tenth in triple the time.
        picture.save(output, "PNG", compress_level=6 if graphic else 1)
        return output.getvalue(), "png"
    # Chroma subsampling blurs text in screenshots. A source in a lossy format has usually lost that detail already.
    subsampling = "4:2:0" if lossy_source else "4:4:4"
    try:
        picture.save(output, "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True, subsampling=subsampling)
    except OSError:
        # Pillow's buffer for this form has one byte per pixel, too little for pure noise. The plain form is streamed.
        output = BytesIO()
        picture.save(output, "JPEG", quality=JPEG_QUALITY, subsampling=subsampling)
    return output.getvalue(), "jpg"
