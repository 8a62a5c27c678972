"""HEIC, the format of many phones: decoded by a program of its own (``heic_program``), where its decoder is installed.

Without the package pillow-heif nothing changes but that HEIC is refused like any other unknown format.
"""

import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

PROGRAM = Path(__file__).with_name("heic_program.py")
SECONDS = 20


class Undecodable(ValueError):
    """The decoder gave up on the file, or the limits of memory and time ended it."""


@cache
def is_available() -> bool:
    return find_spec("pillow_heif") is not None


def decode(data: bytes, *, max_pixels: int, max_side: int) -> tuple[tuple[int, int, int], bytes]:
    """Width, height and number of frames; and the picture as a PNG with no side over ``max_side``, its words and
    profile with it. The PNG is empty when there are more than ``max_pixels`` in all.
    """
    # -I: nothing of the environment or of this folder decides what the program imports.
    command = [sys.executable, "-I", str(PROGRAM), str(max_pixels), str(max_side)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, env={}, timeout=SECONDS, check=True)  # noqa: S603
        told, _, picture = done.stdout.partition(b"\n")
        width, height, frames = map(int, told.split())
    except (subprocess.SubprocessError, ValueError) as error:
        raise Undecodable from error
    return (width, height, frames), picture
