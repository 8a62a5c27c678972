"""Decodes HEIC, the format of many phones, in a separate process (``heic_program``).

Without the optional package pillow-heif, HEIC is rejected like any unknown format.
"""

import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

PROGRAM = Path(__file__).with_name("heic_program.py")
SECONDS = 20


@cache
def is_available() -> bool:
    return find_spec("pillow_heif") is not None


def decode(data: bytes, *, max_pixels: int, max_side: int) -> tuple[tuple[int, int, int], bytes]:
    """Width, height and number of frames; and the picture as a PNG with no side over ``max_side``, with its metadata.

    The PNG is empty when all frames together have more than ``max_pixels``. Raises ``ValueError`` when the decoder
    fails or exceeds its memory or time limit.
    """
    # -I isolates the program's imports from the environment and from this folder.
    command = [sys.executable, "-I", str(PROGRAM), str(max_pixels), str(max_side)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, env={}, timeout=SECONDS, check=True)  # noqa: S603
        header, _, picture = done.stdout.partition(b"\n")
        width, height, frames = map(int, header.split())
    except subprocess.SubprocessError as error:
        raise ValueError("the decoder failed") from error
    return (width, height, frames), picture
