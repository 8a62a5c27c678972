"""A folder of hostile files, cleaned by a process that may have 512 MB: each is refused or decoded, soon and whole."""

import io
import itertools
import json
import struct
import subprocess
import sys
import textwrap
import zipfile
import zlib

import pytest
from PIL import Image

from tests.support.picture_files import chunk, exif, laden_exif, png_of, with_segments
from tests.support.pictures import FORMATS, encoded, photo

pytestmark = pytest.mark.slow

MEMORY = 512 * 1024 * 1024
#: A request or a worker has its own memory beside a picture's.
LESS = 400 * 1024 * 1024
#: Of one core, for the largest; a machine that does other things too may need half as much again.
SECONDS = 3.0

#: A child under the limit tells of each file: what became of it, and how long that took.
CHILD = """
    import json, pathlib, resource, sys, time
    from django.conf import settings
    settings.configure(USE_TZ=True, USE_I18N=False)
    from django.core.files import File
    from liveblogs.pictures import cleaning, renditions
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        started = time.process_time()
        try:
            with path.open("rb") as file:
                cleaned = cleaning.clean(File(file), path.name)
            fate = [cleaned.extension, cleaned.width, cleaned.height]
        except cleaning.Rejected as refused:
            fate = [refused.code, refused.messages]
        print(json.dumps([path.name, fate, time.process_time() - started]))
"""


def hostile() -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    picture = photo((300, 200))
    for kind in FORMATS:
        whole = encoded(picture, kind)
        for tenth in range(1, 10):
            files[f"truncated-{kind}-{tenth}"] = whole[: len(whole) * tenth // 10]
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("evil.class", b"MARK")
        files[f"good-{kind}-with-archive"] = whole + archive.getvalue()
        files[f"good-{kind}-with-page.html"] = whole + b"<html><script>alert(1)</script></html>"
        if kind != "JPEG":
            frames = [Image.new("RGB", (400, 300), (9 * number, 60, 90)) for number in range(12)]
            files[f"good-{kind}-animated.exe"] = encoded(
                frames[0], kind, save_all=True, append_images=frames[1:], duration=50
            )
    for orientation in range(1, 9):
        files[f"good-turned-{orientation}.png"] = encoded(picture, "JPEG", exif=exif(ORIENTATION=orientation))
    files["good-laden.jpg"] = encoded(picture, "JPEG", exif=laden_exif())
    files["good-cmyk.jpg"] = encoded(picture.convert("CMYK"), "JPEG")
    files["good-palette.png"] = encoded(picture.quantize(16), "PNG")
    sixteen = Image.frombytes("I;16", (300, 200), bytes(120_000))
    files["good-16-bit.png"] = encoded(sixteen, "PNG")
    return files | bombs() | impostors()


def bombs() -> dict[str, bytes]:
    nothing = chunk(b"IDAT", zlib.compress(bytes(20_000_000), 9)[:19_900])
    frame = b",\0\0\0\0\xe8\x03\xe8\x03\0\x02\x02\x4c\x01\0"
    screen = b"GIF89a" + struct.pack("<HHBBB", 1000, 1000, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    webp = b"VP8X" + struct.pack("<II", 10, 0) + 2 * (15_999).to_bytes(3, "little")
    jpeg = bytearray(encoded(photo(), "JPEG"))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = struct.pack(">HH", 65_000, 65_000)
    return {
        "bomb-169-megapixels.png": png_of(13_000, 13_000, nothing),
        "bomb-frames.gif": screen + frame * 200_000 + b";",
        "bomb-canvas.webp": b"RIFF" + struct.pack("<I", 4 + len(webp)) + b"WEBP" + webp,
        "bomb-sides.jpg": bytes(jpeg),
        "bomb-text.png": png_of(10, 10, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9))),
        "bomb-segments.jpg": with_segments(encoded(photo(), "JPEG"), b"\xff\xfe\0\2" * 100_000),
    }


def impostors() -> dict[str, bytes]:
    return {
        "impostor-svg.png": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "impostor-page.jpg": b"<!DOCTYPE html><script>alert(1)</script>",
        "impostor-archive.jpg": b"PK\x03\x04" + bytes(500),
        "impostor-tiff.jpg": encoded(photo(), "TIFF"),
        "impostor-empty.jpg": b"",
    }


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are kept by Linux")
def test_hostile_files_under_a_limit_of_memory(tmp_path):
    files = hostile()
    # The most that is taken: every way of coding what the limits of pixels just allow.
    plain = Image.new("RGB", (8000, 6250), (180, 30, 30))
    files["good-largest.jpg"] = encoded(plain, "JPEG", progressive=True, subsampling=0)
    files["good-largest.png"] = encoded(plain.convert("RGBA"), "PNG", compress_level=1)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    code = f"MEMORY = {MEMORY}\n{textwrap.dedent(CHILD)}"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    told = {name: (fate, seconds) for name, fate, seconds in map(json.loads, done.stdout.splitlines())}
    assert sorted(told) == sorted(files)
    for name, (fate, seconds) in told.items():
        assert seconds < SECONDS, name
        expected = {"good": {"jpg", "png"}, "truncated": {"damaged", "format"}, "bomb": {"pixels", "damaged"}}
        assert fate[0] in expected.get(name.split("-")[0], {"format", "empty"}), name
        if len(fate) == 2:  # one sentence, with the file's own name
            assert len(fate[1]) == 1
            assert fate[1][0].startswith(f"“{name}” ")
    sizes = itertools.groupby(sorted(told["good-turned-1.png"][0][1:]), int)
    assert [size for size, _ in sizes] == [200, 300]


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are kept by Linux")
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_renditions_of_the_largest_leave_room_for_a_worker_of_its_own(tmp_path, kind):
    picture = Image.merge("RGB", [Image.effect_noise((2560, 2560), 40) for _ in range(3)])
    if kind == "PNG":
        picture.putalpha(Image.linear_gradient("L").resize((2560, 2560)))
    (tmp_path / "a").write_bytes(encoded(picture, kind))
    code = f"""
        import pathlib, resource, sys
        from liveblogs.pictures import renditions
        resource.setrlimit(resource.RLIMIT_DATA, ({LESS}, {LESS}))
        data = pathlib.Path(sys.argv[1]).read_bytes()
        _, files = renditions.prepare(data, "images/2026/11/a.png", (0.5, 0.5), renditions.SHAPES)
        print(len(list(files)))
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "a")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 20
