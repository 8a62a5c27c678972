"""A separate program that reads a HEIC file from standard input and writes a PNG to standard output.

The decoder is a large native library that processes untrusted data. Here it runs in a process with limited memory that
cannot open files, connections or processes once the input is read. The first line of the output is the size; if it
exceeds the limit, nothing follows. ``heic.py`` starts this program. It imports no other module of the project.
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
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
        resource.setrlimit(limit, (0, 0))


def main(max_pixels: int, max_side: int) -> None:
    data = sys.stdin.buffer.read()
    output = sys.stdout.buffer
    Image.preinit()  # Pillow would import these plugins later, when it can no longer open files
    confine()
    # Thumbnails, depth maps and auxiliary images are not needed.
    options = pillow_heif.options
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    options.DECODE_THREADS = 2
    with HeifImageFile(BytesIO(data)) as image:  # type: ignore[no-untyped-call]
        output.write(f"{image.width} {image.height} {image.n_frames}\n".encode())
        output.flush()
        if image.width * image.height * image.n_frames > max_pixels:
            return
        info = PngImagePlugin.PngInfo()
        if xmp := image.info.get("xmp"):
            info.add_itxt("XML:com.adobe.xmp", xmp.decode("utf-8", "replace"))
        exif, profile = image.info.get("exif") or b"", image.info.get("icc_profile") or b""
        image.thumbnail((max_side, max_side), Image.Resampling.LANCZOS, reducing_gap=2)
        image.save(output, "PNG", compress_level=0, pnginfo=info, exif=exif, icc_profile=profile)
    output.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
    # Skips the interpreter's cleanup, which would try to open files.
    os._exit(0)
