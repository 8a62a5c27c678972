"""What is made of a picture: sizes, crops, weight, colour; and nothing beside the pixels."""

import io
import json
import re
import shutil
import subprocess

import pytest
from PIL import Image

from liveblogs.pictures import renditions
from liveblogs.pictures.renditions import SHAPES, crop_box, fitting, from_json
from tests.support.cleaning import cleaned
from tests.support.picture_files import XMP, laden_exif
from tests.support.pictures import encoded, jpeg, photo, scenery

NAME = "images/2026/11/0123456789abcdef.jpg"
MIDDLE = (0.5, 0.5)


def made(data: bytes, *, source: str = NAME, focal=MIDDLE, shapes=tuple(SHAPES)):
    """The record for the row, and each file's content by its name."""
    record, files = renditions.prepare(data, source, focal, shapes)
    return record, {one.name: one.content for one in files}


def record_of(size, *, source: str = NAME, focal=MIDDLE, shapes=tuple(SHAPES)) -> renditions.Renditions:
    """What would be made of a picture of this size; nothing is."""
    return renditions.prepare(jpeg(Image.new("RGB", size)), source, focal, shapes)[0]


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


# Sizes
# -----


@pytest.mark.parametrize(
    ("available", "widths"),
    [
        (2560, [320, 720, 1360]), (1360, [320, 720, 1360]), (1359, [320, 720, 1359]), (780, [320, 720]),
        (800, [320, 720, 800]), (720, [320, 720]), (319, [319]), (1, [1]),
    ],
)  # fmt: skip
def test_widths_never_scale_up(available, widths):
    assert fitting((1360, 320, 720), available) == widths


@pytest.mark.parametrize("size", [(800, 1200), (300, 200), (1400, 30), (3, 900)])
def test_files_are_those_of_the_record(size):
    record, files = made(jpeg(photo(size)))
    assert sorted(files) == sorted(record.names())
    assert set(record.parts) == set(SHAPES)
    for part in record.parts.values():
        ratio = SHAPES[part.shape].ratio or size[0] / size[1]
        for kind, widths in part.widths.items():
            for width in widths:
                picture = opened(files[part.name(kind, width)])
                assert picture.format == {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}[kind]
                assert picture.width == width <= size[0]
                assert abs(picture.height - width / ratio) <= max(1, 0.02 * picture.height)
        largest = next(kind for kind, widths in part.widths.items() if part.size[0] in widths)
        assert opened(files[part.name(largest, part.size[0])]).size == part.size


def test_phones_large_view_and_sharing_have_their_files():
    record = record_of((2560, 1707))
    assert record.parts["full"].widths["avif"] == [320, 480, 720, 960, 1360, 2048]
    assert record.parts["full"].size == (2048, 1366)
    assert record.parts["share"].size == (1200, 630)


def test_names_differ_each_time_and_lie_beside_the_originals():
    record, again = record_of((900, 600)), record_of((900, 600))
    assert not set(record.names()) & set(again.names())
    assert all(
        re.match(r"renditions/2026/11/[0-9a-f]{20}-[cso]?\d+\.(avif|webp|jpg)$", name) for name in record.names()
    )
    assert len(set(record.names())) == len(record.names())
    assert max(map(len, record.names())) < 100


# Crops
# -----


@pytest.mark.parametrize(
    ("size", "ratio", "focal", "box"),
    [
        ((1000, 500), None, (0.1, 0.1), (0, 0, 1000, 500)),
        ((1000, 500), 1, MIDDLE, (250, 0, 750, 500)),
        ((1000, 500), 1, (0.3, 0.5), (50, 0, 550, 500)),
        ((1000, 500), 1, (0.0, 0.0), (0, 0, 500, 500)),
        ((1000, 500), 1, (1.0, 1.0), (500, 0, 1000, 500)),
        ((600, 1200), 1.5, (0.5, 0.9), (0, 800, 600, 1200)),
        ((600, 1200), 1.5, (0.5, 0.25), (0, 100, 600, 500)),
        ((900, 600), 1.5, (0.2, 0.2), (0, 0, 900, 600)),
        ((1, 900), 1.5, (0.5, 0.5), (0, 450, 1, 451)),
    ],
)
def test_crop_keeps_the_focal_point(size, ratio, focal, box):
    assert crop_box(size, ratio, focal) == box


def test_crops_show_what_the_focal_point_is_on():
    """A red mark near the edge is in the crop when that is the focal point, and not when another place is."""
    picture = Image.new("RGB", (1600, 800), (20, 60, 200))
    picture.paste((230, 20, 20), (1400, 300, 1580, 480))
    for focal, is_there in (((0.93, 0.5), True), ((0.2, 0.5), False)):
        record, files = made(jpeg(picture), focal=focal, shapes=["square"])
        square = opened(files[record.parts["square"].name("jpg", 320)])
        reds = [pixel for pixel in square.get_flattened_data() if pixel[0] > 150]
        assert bool(reds) == is_there


# Weight
# ------


def test_usual_photo_for_a_phone_weighs_at_most_40_kb():
    record, files = made(jpeg(scenery((1500, 1000))), shapes=["full"])
    for kind in ("avif", "webp", "jpg"):
        assert len(files[record.parts["full"].name(kind, 720)]) <= 40_000
    weights = [len(files[record.parts["full"].name("avif", width)]) for width in (320, 480, 720, 960, 1360)]
    assert weights == sorted(weights)
    assert weights[2] > 15_000  # else it would be no usual photo


def test_photo_full_of_detail_gives_up_quality_for_a_phone_alone():
    noise = Image.effect_noise((1080, 720), 60).convert("RGB")
    plain = opened(jpeg(noise))
    record, files = made(jpeg(noise), shapes=["full"])
    size = len(files[record.parts["full"].name("avif", 720)])
    untamed = io.BytesIO()
    plain.resize((720, 480), Image.Resampling.LANCZOS).save(untamed, "AVIF", quality=50, speed=8)
    assert size < len(untamed.getvalue()) * 0.8


def test_drawing_stays_sharp():
    drawing = Image.new("RGB", (1400, 900), "white")
    for number in range(70):
        drawing.paste((200, 0, 0) if number % 2 else (0, 0, 160), (20 * number, 0, 20 * number + 3, 900))
    data, as_photo = encoded(drawing, "PNG"), encoded(drawing, "PNG")
    sharp, files = made(data, source=NAME.replace(".jpg", ".png"), shapes=["full"])
    soft, others = made(as_photo, shapes=["full"])

    def error(record, of):
        result = opened(of[record.parts["full"].name("avif", 1360)]).convert("RGB")
        wanted = drawing.resize(result.size, Image.Resampling.LANCZOS)
        pairs = zip(result.get_flattened_data(), wanted.get_flattened_data(), strict=True)
        return sum(abs(a - b) for one, other in pairs for a, b in zip(one, other, strict=True))

    assert error(sharp, files) < error(soft, others) / 2


# Colour and transparency
# -----------------------


@pytest.mark.parametrize("colour", [(18, 52, 86), (250, 250, 250)])
def test_colour_to_wait_with_is_the_most_common(colour):
    picture = Image.new("RGB", (300, 200), colour)
    picture.paste((255, 0, 0), (0, 0, 100, 90))
    record, _ = renditions.prepare(encoded(picture, "PNG"), NAME, MIDDLE, [])
    waiting = [int(record.colour[at : at + 2], 16) for at in (1, 3, 5)]
    assert max(abs(a - b) for a, b in zip(waiting, colour, strict=True)) <= 3


def test_transparent_picture_keeps_it_and_stands_on_white_elsewhere():
    picture = Image.new("RGBA", (800, 500), (200, 30, 30, 255))
    picture.paste((0, 0, 0, 0), (400, 0, 800, 500))
    record, files = made(encoded(picture, "PNG"), source=NAME.replace(".jpg", ".png"))
    part = record.parts["full"]
    for kind in ("avif", "webp"):
        result = opened(files[part.name(kind, 720)])
        assert (result.mode, result.getpixel((100, 100))[3], result.getpixel((700, 100))[3]) == ("RGBA", 255, 0)
    flat = opened(files[part.name("jpg", 720)])
    assert min(flat.getpixel((700, 100))) >= 250
    assert record.colour == "#ffffff"


# Nothing beside the pixels
# -------------------------

#: What exiftool tells of any file: of its name and form, and of how its pixels are coded.
OF_THE_FORM = {
    "SourceFile", "ExifToolVersion", "FileName", "Directory", "FileSize", "FileModifyDate", "FileAccessDate",
    "FileInodeChangeDate", "FilePermissions", "FileType", "FileTypeExtension", "MIMEType", "JFIFVersion",
    "ResolutionUnit", "XResolution", "YResolution", "ImageWidth", "ImageHeight", "EncodingProcess", "BitsPerSample",
    "ColorComponents", "YCbCrSubSampling", "ImageSize", "Megapixels", "VP8Version", "HorizontalScale",
    "VerticalScale", "MajorBrand", "MinorVersion", "CompatibleBrands", "HandlerType", "PrimaryItemReference",
    "MetaImageSize", "ImageSpatialExtent", "ImagePixelDepth", "AV1ConfigurationVersion", "ChromaFormat",
    "ChromaSamplePosition", "ColorProfiles", "ColorPrimaries", "TransferCharacteristics", "MatrixCoefficients",
    "VideoFullRangeFlag", "MediaDataSize", "MediaDataOffset", "AuxiliaryImageType", "BitDepth", "ColorType",
    "Compression", "Filter", "Interlace", "WebP_Flags", "AlphaPreprocessing", "AlphaFiltering", "AlphaCompression",
}  # fmt: skip


EXIFTOOL = shutil.which("exiftool") or ""


@pytest.mark.slow
@pytest.mark.skipif(not EXIFTOOL, reason="needs exiftool (Debian: libimage-exiftool-perl)")
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_exiftool_finds_nothing_in_any_public_byte(tmp_path, mode):
    picture = photo((900, 600)).convert(mode)
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize((900, 600)))
    kind = "JPEG" if mode == "RGB" else "PNG"
    laden = encoded(picture, kind, exif=laden_exif(), icc_profile=None, comment=b"said")
    original = cleaned(laden)
    content = original.content.read()
    record, files = made(content, source=NAME.replace("jpg", original.extension))
    (tmp_path / "laden").write_bytes(laden)
    for name, data in {f"original.{original.extension}": content, **files}.items():
        (tmp_path / name.replace("/", "_")).write_bytes(data)
    assert {"Make", "GPSLatitude", "SerialNumber"} <= set(exiftool(tmp_path / "laden")[0])
    public = exiftool(*(path for path in tmp_path.iterdir() if path.name != "laden"))
    assert len(public) == 1 + len(record.names())
    for tags in public:
        assert set(tags) - OF_THE_FORM == set(), tags["FileName"]


@pytest.mark.slow
@pytest.mark.skipif(not EXIFTOOL, reason="needs exiftool (Debian: libimage-exiftool-perl)")
def test_exiftool_finds_nothing_in_the_original_of_any_format(tmp_path):
    laden, public = tmp_path / "laden", tmp_path / "public"
    laden.mkdir()
    public.mkdir()
    for kind in ("PNG", "WEBP", "AVIF"):
        data = encoded(photo((300, 200)), kind, exif=laden_exif(), xmp=XMP)
        (laden / kind).write_bytes(data)
        original = cleaned(data)
        assert original.credit  # it was read before it went
        (public / f"{kind}.{original.extension}").write_bytes(original.content.read())
    assert all({"Make", "GPSLatitude"} <= set(tags) for tags in exiftool(*laden.iterdir()))
    for tags in exiftool(*public.iterdir()):
        assert set(tags) - OF_THE_FORM == set(), tags["FileName"]


def exiftool(*paths) -> list[dict]:
    done = subprocess.run([EXIFTOOL, "-json", "-a", *map(str, paths)], capture_output=True, check=True, text=True)
    return json.loads(done.stdout)


# The record
# ----------


def test_record_as_json_and_back():
    record = record_of((900, 600), focal=(0.25, 0.75))
    assert from_json(json.loads(json.dumps(record.to_json()))) == record
    assert from_json({}).names() == []


def test_missing_after_a_new_file_a_new_recipe_and_a_new_focal_point(monkeypatch):
    record = record_of((900, 600))
    assert record.missing(NAME, MIDDLE) == []
    assert record.missing(NAME, (0.5, 0.6)) == ["card", "square", "share"]
    assert record.missing("images/2026/11/other.jpg", MIDDLE) == list(SHAPES)
    monkeypatch.setattr(renditions, "RECIPE", renditions.RECIPE + 1)
    assert record.missing(NAME, MIDDLE) == list(SHAPES)


def test_joined_keeps_what_still_holds():
    record = record_of((900, 600))
    newer = record_of((900, 600), focal=(0.1, 0.1), shapes=["card", "square", "share"])
    joined = record.joined(newer)
    assert joined.parts["full"] == record.parts["full"]
    assert joined.parts["card"] == newer.parts["card"]
    assert joined.missing(NAME, (0.1, 0.1)) == []
    other = record_of((900, 600), source="images/2026/11/other.jpg", shapes=["card"])
    assert set(record.joined(other).parts) == {"card"}
