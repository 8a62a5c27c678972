"""A program of its own: reads a HEIC file from standard input, writes the picture as a PNG to standard output.

The decoder is large, old-fashioned and fed by strangers. Here it has a memory of its own, no more of it than a picture
may take, and once the file is read it can open nothing: no file, no connection, no other program. It says the size on
its first line and stops there when that is too much. Started by ``heic.py``; imports nothing of ours.
"""

import os
import resource
import sys
from io import BytesIO

import pillow_heif.options
from PIL import Image, PngImagePlugin
from pillow_heif.as_plugin import HeifImageFile

MEMORY = 512 * 1024 * 1024
SECONDS = 10


def confine() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    for nothing in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
        resource.setrlimit(nothing, (0, 0))


def main(max_pixels: int, max_side: int) -> None:
    data = sys.stdin.buffer.read()
    output = sys.stdout.buffer
    Image.preinit()  # what Pillow would import when it writes
    confine()
    # The picture alone: its small, depth and auxiliary companions are neither needed nor looked at.
    options = pillow_heif.options
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    options.DECODE_THREADS = 2
    with HeifImageFile(BytesIO(data)) as image:  # type: ignore[no-untyped-call]
        output.write(f"{image.width} {image.height} {image.n_frames}\n".encode())
        output.flush()
        if image.width * image.height * image.n_frames > max_pixels:
            return
        told = PngImagePlugin.PngInfo()
        if xmp := image.info.get("xmp"):
            told.add_itxt("XML:com.adobe.xmp", xmp.decode("utf-8", "replace"))
        exif, profile = image.info.get("exif") or b"", image.info.get("icc_profile") or b""
        image.thumbnail((max_side, max_side), Image.Resampling.LANCZOS, reducing_gap=2)
        image.save(output, "PNG", compress_level=0, pnginfo=told, exif=exif, icc_profile=profile)
    output.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
    # Without the interpreter's tidying up, which would want to open things.
    os._exit(0)
