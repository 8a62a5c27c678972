"""Uploads, good and hostile. Every file is made here; none is kept."""

import hashlib
import io
import itertools
import re
import struct
import subprocess
import sys
import textwrap
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from liveblogs.pictures import cleaning, metadata
from tests.support.cleaning import cleaned, opened, refusal
from tests.support.picture_files import (
    MARKS,
    XMP,
    chunk,
    exif,
    iptc_segment,
    laden_exif,
    linear_profile,
    png_of,
    segment,
    with_segments,
)
from tests.support.pictures import BLUE, FORMATS, GREEN, RED, YELLOW, assert_close, corners, encoded, photo

# Making files


# What is accepted


@pytest.mark.parametrize("kind", FORMATS)
def test_clean_keeps_picture(kind):
    result = cleaned(encoded(photo((320, 200)), kind), f"photo.{kind.lower()}")
    assert (result.width, result.height) == (320, 200)
    assert_close(corners(opened(result)), [RED, GREEN, BLUE, YELLOW])


def test_clean_tells_format_by_content_not_by_name():
    result = cleaning.clean(SimpleUploadedFile("notes.txt", encoded(photo(), "PNG"), content_type="text/html"))
    assert_close(corners(opened(result)), [RED, GREEN, BLUE, YELLOW])


def test_clean_scales_to_longest_side():
    assert opened(cleaned(encoded(photo((3000, 600)), "PNG"))).size == (2560, 512)
    assert opened(cleaned(encoded(photo((900, 7200)), "JPEG"))).size == (320, 2560)


def test_clean_scaled_in_strips_has_no_seams():
    source = Image.linear_gradient("L").resize((40, 9000), Image.Resampling.BICUBIC)
    result = opened(cleaned(encoded(source, "PNG"))).convert("L")
    column = [result.getpixel((5, y)) for y in range(result.height)]
    assert result.size == (11, 2560)
    assert max(abs(a - b) for a, b in itertools.pairwise(column)) <= 2
    assert (column[0], column[-1]) == (0, 255)


def test_clean_sliver_keeps_a_pixel():
    result = cleaned(encoded(Image.new("RGB", (30_000, 2), RED), "PNG"))
    assert (result.width, result.height) == (2560, 1)
    assert opened(result).convert("RGB").getpixel((7, 0)) == RED


def test_clean_leaves_upload_open_at_start_and_tells_checksum():
    data = encoded(photo(), "JPEG")
    upload = SimpleUploadedFile("a.jpg", data)
    upload.read(10)
    first, again, other = cleaning.clean(upload), cleaning.clean(upload), cleaned(encoded(photo((65, 48)), "JPEG"))
    assert upload.read() == data
    assert first.checksum == again.checksum == hashlib.sha256(data).hexdigest()
    assert other.checksum != first.checksum


def test_clean_photo_becomes_jpeg_and_graphic_stays_sharp():
    graphic = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(graphic).text((20, 20), "Results by district", fill=RED)
    as_graphic, as_photo = cleaned(encoded(graphic, "PNG")), cleaned(encoded(photo((800, 800)), "PNG"))
    assert (as_graphic.extension, as_photo.extension) == ("png", "jpg")
    assert opened(as_graphic).tobytes() == graphic.tobytes()


# Colour


def test_clean_noise_that_no_encoder_makes_smaller_is_encoded_too():
    noise = Image.effect_noise((320, 240), 60)
    picture = Image.merge("RGB", [noise, noise.rotate(90), noise.rotate(180)])
    file = io.BytesIO()
    picture.save(file, "PNG")
    cleaned = cleaning.clean(ContentFile(file.getvalue(), name="noise.png"))
    with Image.open(cleaned.content) as shown:
        assert (shown.format, shown.size) == ("JPEG", (320, 240))
        shown.load()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_clean_png_modes_read_right(mode):
    source = Image.new("L", (40, 20), 64)
    source.paste(192, (20, 0, 40, 20))
    if mode == "I;16":
        source = Image.frombytes("I;16", (40, 20), b"".join(bytes([7, grey]) for grey in source.tobytes()))
    else:
        source = source.convert("RGB").quantize(4) if mode == "P" else source.convert(mode, dither=0)
    result = opened(cleaned(encoded(source, "PNG")))
    expected = (0, 255) if mode == "1" else (64, 192)
    assert result.mode == "RGB"
    assert_close([result.getpixel((5, 5)), result.getpixel((35, 15))], [(grey,) * 3 for grey in expected], 1)


def test_clean_grey_with_16_bits_and_transparent_grey_reads_right():
    rows = (b"\0" + struct.pack(">H", 0x40FF) * 30) * 20
    header = struct.pack(">IIBBBBB", 30, 20, 16, 0, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"tRNS", b"\x12\x34") + chunk(b"IDAT", zlib.compress(rows))
    result = opened(cleaned(b"\x89PNG\r\n\x1a\n" + chunks + chunk(b"IEND", b"")))
    assert (result.mode, result.getpixel((9, 9))) == ("RGB", (0x40,) * 3)


def test_clean_rgb_with_16_bits_reads_right():
    rows = (b"\0" + struct.pack(">HHH", 0xFF00, 0x8000, 0x10FF) * 30) * 20
    header = struct.pack(">IIBBBBB", 30, 20, 16, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    assert opened(cleaned(data)).getpixel((9, 9)) == (0xFF, 0x80, 0x10)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "AVIF"])
def test_clean_keeps_real_transparency(kind):
    source = Image.new("RGBA", (60, 40), (*RED, 255))
    source.paste((0, 0, 0, 0), (30, 0, 60, 40))
    options = {"lossless": True} if kind == "WEBP" else {}
    result = opened(cleaned(encoded(source, kind, **options)))
    assert result.mode == "RGBA"
    assert (result.getpixel((10, 20))[3], result.getpixel((50, 20))[3]) == (255, 0)
    assert_close([result.getpixel((10, 20))[:3]], [RED])


def test_clean_palette_with_transparency_has_no_dark_fringe_when_scaled():
    source = Image.new("RGBA", (6000, 60), (250, 250, 250, 255))
    source.paste((0, 0, 0, 0), (0, 0, 3001, 60))
    result = opened(cleaned(encoded(source.quantize(8), "PNG")))
    assert result.size == (2560, 26)
    visible = [result.getpixel((x, 13)) for x in range(2560)]
    assert min(pixel[0] for pixel in visible if pixel[3] > 20) >= 245


def test_clean_cmyk_jpeg_reads_right():
    source = Image.new("CMYK", (40, 40), (0, 255, 255, 0))
    assert_close([opened(cleaned(encoded(source, "JPEG"))).getpixel((20, 20))], [(255, 0, 0)])


def test_clean_converts_embedded_profile():
    linear = linear_profile(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for mode, values in (("RGB", (200, 60, 20)), ("RGBA", (200, 60, 20, 128))):
        source = Image.new(mode, (20, 20), values)
        converted = opened(cleaned(encoded(source, "PNG", icc_profile=linear)))
        # Linear light 200/255 is 229 in sRGB, 60/255 is 133, 20/255 is 79; alpha is no colour.
        assert_close([converted.getpixel((5, 5))], [(229, 133, 79, *values[3:])], 3)


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_clean_converts_grey_profile(mode):
    source = Image.new("L", (20, 20), 60).convert(mode)
    if mode == "LA":
        source.putalpha(128)
    result = opened(cleaned(encoded(source, "PNG", icc_profile=linear_grey_profile())))
    assert_close([result.getpixel((5, 5))], [(133, 133, 133, 128)[: len(result.getbands())]], 3)
    assert result.mode == {"L": "RGB", "LA": "RGBA"}[mode]


def linear_grey_profile():
    white = b"XYZ " + bytes(4) + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D)
    curve = b"curv" + bytes(4) + struct.pack(">IHH", 1, 0x100, 0)
    tags = struct.pack(">I4sII4sII", 2, b"wtpt", 156, len(white), b"kTRC", 156 + len(white), len(curve))
    body = tags + white + curve
    header = struct.pack(">I4sI4s4s4s12x4s", 128 + len(body), b"", 0x02100000, b"mntr", b"GRAY", b"XYZ ", b"acsp")
    return header.ljust(68, b"\0") + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D).ljust(60, b"\0") + body


@pytest.mark.parametrize("profile", [b"no profile at all", b"\0" * 500])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_clean_broken_or_foreign_profile_is_passed_over(mode, profile):
    source = Image.new("RGB", (20, 20), (90, 90, 90)).convert(mode)
    result = opened(cleaned(encoded(source, "JPEG", icc_profile=profile)))
    assert_close([result.getpixel((5, 5))], [(90, 90, 90)], 4)


def test_clean_rgb_profile_on_grey_and_cmyk_is_passed_over():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for mode in ("L", "CMYK"):
        source = Image.new("RGB", (20, 20), (90, 90, 90)).convert(mode)
        assert_close([opened(cleaned(encoded(source, "JPEG", icc_profile=srgb))).getpixel((5, 5))], [(90, 90, 90)], 4)


# Frames and orientation


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_clean_animation_gives_first_frame(kind):
    frames = [Image.new("RGB", (50, 30), colour) for colour in (GREEN, RED, BLUE)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    result = opened(cleaned(data))
    assert getattr(result, "n_frames", 1) == 1
    assert_close([result.convert("RGB").getpixel((25, 15))], [GREEN])


ORIENTED = {
    1: [RED, GREEN, BLUE, YELLOW],
    2: [BLUE, YELLOW, RED, GREEN],
    3: [YELLOW, BLUE, GREEN, RED],
    4: [GREEN, RED, YELLOW, BLUE],
    5: [RED, BLUE, GREEN, YELLOW],
    6: [GREEN, YELLOW, RED, BLUE],
    7: [YELLOW, GREEN, BLUE, RED],
    8: [BLUE, RED, YELLOW, GREEN],
}


@pytest.mark.parametrize("orientation", ORIENTED)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_clean_applies_orientation(kind, orientation):
    result = cleaned(encoded(photo((96, 64)), kind, exif=exif(ORIENTATION=orientation)))
    assert (result.width, result.height) == ((96, 64) if orientation < 5 else (64, 96))
    assert_close(corners(opened(result)), ORIENTED[orientation])


@pytest.mark.parametrize(
    "body", [b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff", b"", b"II*\0\x08\0\0\0" + b"\x01" * 90]
)
def test_clean_broken_exif_is_passed_over(body):
    data = with_segments(encoded(photo(), "JPEG"), segment(0xE1, b"Exif\0\0" + body))
    assert_close(corners(opened(cleaned(data))), [RED, GREEN, BLUE, YELLOW])


# Nothing beside the pixels


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), *itertools.product(["PNG", "WEBP", "GIF", "AVIF"], ["RGB", "RGBA"])]
)
def test_clean_drops_everything_beside_the_pixels(kind, mode):
    picture = photo((80, 60)).convert(mode)
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize((80, 60)))
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options = {"exif": laden_exif(), "xmp": XMP, "icc_profile": icc}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "MARKTEXT")
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        text.add_text("Long", "MARKTEXT", zip=True)
        options = {"exif": laden_exif(), "icc_profile": icc, "pnginfo": text}
    elif kind == "GIF":
        options = {"comment": b"MARKCOMMENT"}
    data = encoded(picture, kind, **options)
    if kind == "JPEG":
        iptc = iptc_segment(((2, 120), b"MARKIPTC"))
        data = with_segments(data, segment(0xFE, b"MARKCOMMENT"), iptc, segment(0xEB, b"JP\0\1 MARKEXIF c2pa"))
    data += b"MARKTAIL"
    assert [mark for mark in MARKS if mark in data] != [b"MARKTAIL"]
    result = cleaned(data)
    content = result.content.read()
    held = [mark for mark in [*MARKS, b"Exif", b"http://", b"ICC", b"8BIM", b"Lavc", b"acsp"] if mark in content]
    assert held == []
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert dict(picture.getexif()) == {}
    if content.startswith(b"\x89PNG"):
        assert set(re.findall(rb"IHDR|PLTE|tRNS|tEXt|zTXt|iTXt|eXIf|iCCP|pHYs|tIME", content)) == {b"IHDR"}


def test_clean_archive_and_page_hung_on_a_picture_do_not_survive():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("evil.class", b"MARKTAIL")
    page = b"<html><script>alert('MARKTAIL')</script></html>"
    for kind in FORMATS:
        for tail in (archive.getvalue(), page):
            data = encoded(photo(), kind) + tail
            content = cleaned(data).content.read()
            assert content.find(b"evil.class") == content.find(b"<script") == content.find(b"PK\x03\x04") == -1
            assert not zipfile.is_zipfile(io.BytesIO(content))


def test_clean_page_in_a_comment_does_not_survive():
    data = with_segments(encoded(photo(), "JPEG"), segment(0xFE, b"*/=1;alert(1)/*<script>MARKTAIL</script>"))
    assert b"<script>" in data
    assert b"<script>" not in cleaned(data).content.read()


# Caption, credit, alt


def words(result):
    return result.caption, result.credit, result.alt


FROM_XMP = ("Water stands in Słłodka Street.", "Northwind Pictures MARKXMP", "A street under water")


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF"])
def test_words_come_from_xmp(kind):
    assert words(cleaned(encoded(photo(), kind, xmp=XMP))) == FROM_XMP


def test_words_come_from_xmp_in_png():
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    assert words(cleaned(encoded(photo(), "PNG", pnginfo=text))) == FROM_XMP


def test_words_creators_stand_in_for_credit_line():
    xmp = XMP.replace(b'photoshop:Credit="Northwind Pictures MARKXMP"', b"")
    assert cleaned(encoded(photo(), "JPEG", xmp=xmp)).credit == "Ana Ruiz, Bo Lind"


@pytest.mark.parametrize(
    ("charset", "value"),
    [
        (b"\x1b%G", "Gdańsk, “Żuraw”".encode()),
        (None, "Gdańsk, “Żuraw”".encode()),
        (b"\x1b.A", "Zürich".encode("latin-1")),
        (b"\x1b.A", "ZÃ¼rich".encode("latin-1")),
        (None, "Zürich “alt”".encode("cp1252")),
    ],
)
def test_words_come_from_iptc_in_its_character_set(charset, value):
    datasets = [((2, 120), value), ((2, 80), b"Jo Park"), ((2, 80), b"Li Wei")]
    if charset:
        datasets.insert(0, ((1, 90), charset))
    expected = value.decode({b"\x1b.A": "latin-1"}.get(charset, "utf-8" if value.startswith(b"G") else "cp1252"))
    result = cleaned(with_segments(encoded(photo(), "JPEG"), iptc_segment(*datasets)))
    assert words(result) == (expected, "Jo Park, Li Wei", "")


def test_words_iptc_credit_goes_before_byline():
    data = with_segments(encoded(photo(), "JPEG"), iptc_segment(((2, 80), b"Jo Park"), ((2, 110), b"Fabrikam")))
    assert cleaned(data).credit == "Fabrikam"


def test_words_come_from_exif_last():
    tags = exif(IMAGE_DESCRIPTION="The harbour at dawn", ARTIST="Kim Oye")
    plain = encoded(photo(), "JPEG", exif=tags)
    both = with_segments(plain, iptc_segment(((2, 120), b"From the desk")))
    assert words(cleaned(plain)) == ("The harbour at dawn", "Kim Oye", "")
    assert words(cleaned(both)) == ("From the desk", "Kim Oye", "")


@pytest.mark.parametrize("text", ["OLYMPUS DIGITAL CAMERA", "Contoso X100 picture", "DCIM/100MEDIA/DJI_0001.JPG"])
def test_words_never_tell_the_camera(text):
    data = encoded(photo(), "JPEG", exif=exif(IMAGE_DESCRIPTION=text, MAKE="Contoso"))
    assert cleaned(data).caption == ""


def test_words_are_one_clean_line_of_limited_length():
    value = "A\0B\u202eevil\u200b\nnext  line " + "word " * 2000
    result = cleaned(with_segments(encoded(photo(), "JPEG"), iptc_segment(((2, 120), value.encode()))))
    assert result.caption.startswith("ABevil next line word word")
    assert result.caption.endswith("word…")
    assert len(result.caption) <= metadata.MAX_CAPTION


def test_words_xmp_entities_are_not_expanded():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = XMP[XMP.index(b"<x:xmpmeta") :].replace(b"Water", b"&b;&f;")
    for packet in (bomb + body, (bomb + body).decode().encode("utf-16")):
        assert words(cleaned(encoded(photo(), "JPEG", xmp=packet))) == ("", "", "")


@pytest.mark.parametrize(
    "packet", [b"<a>" * 15_000, b"\xff\xfe\0", b"<?xml version='1.0' encoding='no-such'?><a/>", b"\0"]
)
def test_words_broken_xmp_says_nothing(packet):
    assert words(cleaned(encoded(photo(), "JPEG", xmp=packet))) == ("", "", "")


# What is refused


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!DOCTYPE html><title>x</title>",
        b"just a note",
        b"%PDF-1.7\n",
        b"PK\x03\x04" + bytes(50),
        b"\0\0\0\x18ftypmp42" + bytes(40),
    ],
)
def test_clean_refuses_what_is_no_picture(data):
    code, message = refusal(data, "chart.png")
    assert code == "format"
    assert message == (
        "“chart.png” is not a picture that can be used here: only JPEG, PNG, WebP, GIF, AVIF and HEIC are."
    )


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "ICO", "PPM", "TGA", "JPEG2000", "PDF", "EPS"])
def test_clean_refuses_pictures_of_other_formats(kind):
    assert refusal(encoded(photo(), kind))[0] == "format"


def test_clean_refuses_empty_file():
    assert refusal(b"") == ("empty", "“picture.jpg” is empty: a picture is expected.")


def test_clean_refuses_one_byte_over_the_limit():
    data = encoded(photo(), "JPEG")
    assert cleaned(data.ljust(cleaning.MAX_BYTES, b"\0")).width == 64
    code, message = refusal(data.ljust(cleaning.MAX_BYTES + 1, b"\0"))
    assert code == "bytes"
    assert message.replace("\xa0", " ") == "“picture.jpg” is too large: a picture may have up to 15.0 MB."


@pytest.mark.parametrize(("kind", "options"), [("JPEG", {"progressive": True}), *((kind, {}) for kind in FORMATS)])
def test_clean_refuses_truncated_file(kind, options):
    data = encoded(photo((300, 200)), kind, **options)
    for tenth in range(1, 10):
        code, message = refusal(data[: len(data) * tenth // 10])
        assert code in {"damaged", "format"}, tenth
        assert message.startswith("“picture.jpg” is "), tenth
    assert cleaned(data).width == 300


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_clean_refuses_truncated_animation(kind):
    frames = [Image.effect_noise((80, 60), 60 + 10 * number).convert("RGB") for number in range(4)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    assert cleaned(data).width == 80
    for tenth in range(1, 10):
        assert refusal(data[: len(data) * tenth // 10])[0] == "damaged", tenth


@pytest.mark.parametrize("kind", FORMATS)
def test_clean_damaged_bytes_are_refused_or_decoded_but_never_crash(kind):
    data = encoded(photo((90, 60)), kind)
    for at in range(0, len(data), max(1, len(data) // 60)):
        broken = bytearray(data)
        broken[at] ^= 0xFF
        with suppress(cleaning.Rejected):
            assert cleaned(bytes(broken)).width > 0


# Bombs


def test_clean_refuses_pixel_bomb_from_its_header(monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("a pixel was decoded"))
    bomb = png_of(13_000, 13_000, chunk(b"IDAT", zlib.compress(bytes(20_000_000), 9)[:19_900]))
    assert len(bomb) <= 20_000
    assert refusal(bomb, "map.png") == (
        "pixels",
        "“map.png” has 169 megapixels, all its frames together; up to 50 can be used.",
    )


def test_clean_counts_pixels_exactly():
    def claim(width, height):
        return refusal(png_of(width, height, chunk(b"IDAT", zlib.compress(b"\0" * 100))))

    assert claim(10_000, 5_000)[0] == "damaged"
    assert claim(10_000, 5_001) == (
        "pixels",
        "“picture.jpg” has 51 megapixels, all its frames together; up to 50 can be used.",
    )


@pytest.mark.parametrize(
    "header",
    [
        b"VP8X" + struct.pack("<II", 10, 0) + (15_999).to_bytes(3, "little") + (15_999).to_bytes(3, "little"),
        b"VP8L" + struct.pack("<IBI", 5, 0x2F, 15_999 | 15_999 << 14),
        b"VP8 " + struct.pack("<I", 10) + b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 16_000, 16_000),
    ],
)
def test_clean_refuses_webp_bomb_before_its_canvas_is_made(header, monkeypatch):
    monkeypatch.setitem(cleaning.READERS, "WEBP", lambda *_: pytest.fail("the reader was started"))
    data = b"RIFF" + struct.pack("<I", 4 + len(header)) + b"WEBP" + header
    code, message = refusal(data)
    assert (code, "has 256 megapixels" in message, "up to 25" in message) == ("pixels", True, True)


def test_clean_refuses_jpeg_and_avif_bombs(monkeypatch):
    jpeg = bytearray(encoded(photo(), "JPEG"))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = struct.pack(">HH", 65_000, 65_000)
    avif = bytearray(encoded(photo(), "AVIF"))
    at = avif.index(b"ispe")
    avif[at + 8 : at + 16] = struct.pack(">II", 9_000, 9_000)
    monkeypatch.setattr(Image.core, "fill", lambda *_: pytest.fail("a canvas was made"))
    assert refusal(bytes(jpeg))[0] == "pixels"
    assert refusal(bytes(avif))[0] == "pixels"


def test_clean_refuses_gif_bomb_by_frames():
    frame = b",\0\0\0\0\xe8\x03\xe8\x03\0\x02\x02\x4c\x01\0"
    data = b"GIF89a" + struct.pack("<HHBBB", 1000, 1000, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + frame * 200_000 + b";"
    assert refusal(data)[0] == "pixels"


def test_clean_refuses_gif_frame_that_outgrows_its_screen():
    frame = b",\0\0\0\0\x60\xea\x60\xea\0\x02\x02\x4c\x01\0"
    data = b"GIF89a" + struct.pack("<HHBBB", 10, 10, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + frame + b";"
    assert refusal(data)[0] == "pixels"


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_clean_refuses_animation_bomb(kind, monkeypatch):
    frames = [Image.new("RGB", (100, 100), (number * 9, 200 - number * 9, 70)) for number in range(20)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    assert cleaned(data).width == 100
    monkeypatch.setattr(cleaning, "MAX_PIXELS", 190_000)
    monkeypatch.setattr(cleaning, "MAX_PIXELS_BY_FORMAT", {})
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("a pixel was decoded"))
    assert refusal(data)[0] == "pixels"


def test_clean_refuses_jpeg_with_very_many_scans():
    data = encoded(photo(), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    bomb = data[:-2] + data[last:-2] * 200 + b"\xff\xd9"
    assert cleaned(data).width == 64
    assert refusal(bomb)[0] == "damaged"


def test_clean_refuses_files_built_to_keep_the_reader_busy(monkeypatch):
    for kind in ("JPEG", "PNG", "GIF"):
        monkeypatch.setitem(cleaning.READERS, kind, lambda *_: pytest.fail("the reader was started"))
    jpeg, gif = encoded(photo(), "JPEG"), b"GIF89a" + struct.pack("<HHBBB", 10, 10, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(310)))
    assert refusal(with_segments(jpeg, b"\xff\xfe\0\2" * 100_000))[0] == "damaged"
    assert refusal(jpeg[:-2] + b"\xff\xfe\0\2" * 100_000 + b"\xff\xd9")[0] == "damaged"
    assert refusal(png_of(10, 10, chunk(b"abCd", b"") * 100_000, pixels))[0] == "damaged"
    assert refusal(gif + b"!\xfe\0" * 100_000 + b";")[0] == "damaged"
    assert refusal(gif + b"\1" * 100_000 + b";")[0] == "damaged"


def test_clean_text_bomb_in_png_is_refused():
    text = b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9)
    assert refusal(png_of(10, 10, chunk(b"zTXt", text), chunk(b"IDAT", zlib.compress(bytes(310)))))[0] == "damaged"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read as Linux tells it")
def test_clean_largest_pictures_stay_within_memory(tmp_path):
    """The peak of a fresh process. A progressive JPEG at full detail of colour and a PNG with alpha take the most."""
    Image.new("RGB", (8000, 6250), RED).save(tmp_path / "a.jpg", progressive=True, subsampling=0)
    Image.new("RGBA", (8000, 6250), (*RED, 99)).save(tmp_path / "b.png", compress_level=1)
    script = """
        import pathlib, re, sys
        from django.conf import settings
        settings.configure(USE_TZ=True)
        from django.core.files import File
        from liveblogs.pictures import cleaning
        with open(sys.argv[1], "rb") as file:
            result = cleaning.clean(File(file))
        peak = re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1]
        print(result.width, result.height, int(peak) // 1024)
    """
    for name in ("a.jpg", "b.png"):
        command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / name)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        width, height, megabytes = map(int, output.split())
        assert (width, height) == (2560, 2000)
        assert megabytes < 512, name


# Names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        (r"C:\pictures\a.png", "a.png"),
        ("a\u202egnp.exe\0\n", "agnp.exe"),
        ("<script>x", "<script>x"),
        ("..//", "The file"),
        ("n" * 300 + ".png", "n" * 40 + "…" + "n" * 35 + ".png"),
    ],
)
def test_refusal_names_the_file_safely(name, shown):
    with pytest.raises(cleaning.Rejected) as caught:
        cleaning.clean(ContentFile(b""), name)
    assert caught.value.messages == [f"“{shown}” is empty: a picture is expected."]


def test_random_name_tells_nothing_and_never_repeats():
    names = {cleaning.random_name("jpg") for _ in range(50)}
    assert len(names) == 50
    assert all(re.fullmatch(r"images/20\d\d/[01]\d/[0-9a-f]{32}\.jpg", name) for name in names)
    assert cleaned(encoded(photo(), "JPEG"), "secret-source.jpg").content.name == "picture.jpg"
