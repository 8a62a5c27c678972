"""HEIC: decoded by a program of its own, and cleaned like every other format. Files are made here; none is kept."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from liveblogs.pictures import cleaning, headers, heic
from liveblogs.templatetags.pictures import upload_types
from tests.support.cleaning import cleaned, opened, refusal
from tests.support.picture_files import MARKS, XMP, laden_exif, linear_profile
from tests.support.pictures import BLUE, GREEN, RED, YELLOW, assert_close, corners, encoded, photo

pillow_heif = pytest.importorskip("pillow_heif")


@pytest.fixture(scope="module", autouse=True)
def _encoder():
    pillow_heif.register_heif_opener()
    yield
    for registered in (Image.OPEN, Image.SAVE, Image.SAVE_ALL, Image.MIME):
        registered.pop("HEIF", None)


def made(picture, **options) -> bytes:
    return encoded(picture, "HEIF", quality=90, **options)


def test_heic_keeps_picture():
    result = cleaned(made(photo((320, 200))), "IMG_0001.HEIC")
    assert (result.width, result.height, result.extension) == (320, 200, "jpg")
    assert_close(corners(opened(result)), [RED, GREEN, BLUE, YELLOW], 24)


def test_heic_scales_to_longest_side():
    assert opened(cleaned(made(photo((3000, 600))))).size == (2560, 512)


def test_heic_keeps_real_transparency():
    source = Image.new("RGBA", (64, 48), (*RED, 255))
    source.paste((0, 0, 0, 0), (32, 0, 64, 48))
    result = opened(cleaned(made(source)))
    assert (result.mode, result.getpixel((10, 20))[3], result.getpixel((54, 20))[3]) == ("RGBA", 255, 0)


def test_heic_converts_embedded_profile():
    linear = linear_profile(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    converted = opened(cleaned(made(Image.new("RGB", (64, 64), (200, 60, 20)), icc_profile=linear)))
    assert_close([converted.getpixel((5, 5))], [(229, 133, 79)], 6)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_heic_is_turned_upright_once(turn):
    """The container turns the picture and EXIF says so as well: phones write both."""
    orientation = {0: 1, 90: 8, 180: 3, 270: 6}[turn]
    exif = Image.Exif()
    exif[0x0112] = orientation
    result = cleaned(made(photo((96, 64)), exif=exif.tobytes()))
    upright = photo((96, 64)).rotate(turn, expand=True)
    assert (result.width, result.height) == upright.size
    assert_close(corners(opened(result)), corners(upright), 24)


def test_heic_gives_its_words_and_nothing_else():
    data = made(photo((80, 60)), exif=laden_exif(), xmp=XMP)
    assert [mark for mark in MARKS if mark in data] == [b"MARKEXIF", b"MARKXMP", b"SERIAL-4711"]
    result = cleaned(data)
    assert (result.credit, result.alt) == ("Northwind Pictures MARKXMP", "A street under water")
    content = result.content.read()
    assert [mark for mark in [*MARKS, b"Exif", b"http://"] if mark in content] == []


def test_heic_bomb_is_refused_before_it_is_decoded():
    data = bytearray(made(photo()))
    at = data.index(b"ispe")
    data[at + 8 : at + 16] = (13_000).to_bytes(4) + (13_000).to_bytes(4)
    assert refusal(bytes(data), "map.heic") in [
        ("pixels", "“map.heic” has 169 megapixels, all its frames together; up to 25 can be used."),
        # The decoder itself may see first that what the header claims can't be.
        ("damaged", "“map.heic” is damaged or incomplete: only whole HEIC files can be used."),
    ]


def test_heic_counts_pixels_exactly(monkeypatch):
    monkeypatch.setitem(cleaning.MAX_PIXELS_BY_FORMAT, "HEIC", 128 * 64)
    assert cleaned(made(photo((128, 64)))).width == 128
    assert refusal(made(photo((128, 66))))[0] == "pixels"


def test_heic_counts_every_picture_of_a_file(monkeypatch):
    several = [photo((64, 64)) for _ in range(3)]
    data = encoded(several[0], "HEIF", save_all=True, append_images=several[1:])
    assert cleaned(data).width == 64
    monkeypatch.setitem(cleaning.MAX_PIXELS_BY_FORMAT, "HEIC", 2 * 64 * 64)
    assert refusal(data)[0] == "pixels"


def test_heic_truncated_is_refused():
    data = made(photo((300, 200)))
    for tenth in range(1, 10):
        assert refusal(data[: len(data) * tenth // 10], "a.heic") == (
            "damaged",
            "“a.heic” is damaged or incomplete: only whole HEIC files can be used.",
        )


def test_heic_damaged_bytes_never_reach_this_process():
    data = made(photo((90, 60)))
    for at in range(60, len(data), len(data) // 12):
        broken = bytearray(data)
        broken[at] ^= 0xFF
        with suppress(cleaning.Rejected):
            assert cleaned(bytes(broken)).width > 0


@pytest.mark.parametrize(
    ("brands", "kind"),
    [
        (b"heic\0\0\0\0mif1heic", "HEIC"),
        (b"mif1\0\0\0\0mif1miafheic", "HEIC"),
        (b"avif\0\0\0\0avifmif1", "AVIF"),
        (b"mif1\0\0\0\0mif1avifheic", "AVIF"),
        (b"mp42\0\0\0\0isomheic", None),
    ],
)
def test_kind_by_brands(brands, kind):
    assert headers.kind_of((8 + len(brands)).to_bytes(4) + b"ftyp" + brands + bytes(50)) == kind


def test_heic_without_its_decoder_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(heic, "is_available", lambda: False)
    assert refusal(made(photo()), "a.heic") == (
        "format",
        "“a.heic” is a HEIC picture, which this site does not read: only JPEG, PNG, WebP, GIF and AVIF can be used.",
    )
    # A phone then makes a JPEG of what is chosen.
    assert upload_types() == "image/jpeg,image/png,image/webp,image/gif,image/avif"


def confined(code: str) -> subprocess.CompletedProcess[str]:
    """Our program's limits, with other code in the decoder's place."""
    program = f"import sys, socket, subprocess; sys.path[:0] = [{str(heic.PROGRAM.parent)!r}]; import heic_program; "
    command = [sys.executable, "-c", f"{program}heic_program.confine(); {code}"]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={})


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    [
        "open('/etc/passwd')",
        "socket.socket()",
        "subprocess.run(['/bin/true'])",
        "bytearray(600_000_000)",
        "open('/dev/shm/x', 'w')",
    ],
)
def test_decoder_can_open_nothing_and_take_no_more_memory(code):
    if sys.platform != "linux" and "bytearray" in code:
        pytest.skip("limits of memory are kept by Linux")
    assert confined("sys.stdout.write('here')").stdout == "here"
    done = confined(f"\ntry:\n    {code}\nexcept (OSError, MemoryError):\n    sys.stdout.write('refused')")
    assert (done.stdout, done.stderr) == ("refused", "")


@pytest.mark.slow
def test_decoder_stays_within_memory_at_the_largest(tmp_path):
    """Asked for by a process that is itself small: a child counts what its parent had when it was split off."""
    file = tmp_path / "a.heic"
    file.write_bytes(encoded(Image.new("RGB", (5760, 4340), RED), "HEIF", quality=40))
    code = (
        "import pathlib, resource, sys; from liveblogs.pictures import heic; "
        "data = pathlib.Path(sys.argv[1]).read_bytes(); "
        "size, picture = heic.decode(data, max_pixels=25_000_000, max_side=2560); "
        "print(*size, picture[1:4].decode(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    told = subprocess.run([sys.executable, "-c", code, str(file)], check=True, capture_output=True, text=True).stdout
    *size, kind, megabytes = told.split()
    assert (size, kind) == (["5760", "4340", "1"], "PNG")
    assert int(megabytes) < 300


def test_program_imports_nothing_of_ours():
    assert "liveblogs" not in Path(heic.PROGRAM).read_text().split('"""')[2]
