"""Reads the structure of a picture file without decoding it: its format, and how expensive it is to decode.

The functions read untrusted data and stop at the first error. Each takes at most one pass over the file.
"""

import re
import struct
from collections.abc import Iterator

SIGNATURES = {
    "JPEG": re.compile(rb"\xff\xd8\xff"),
    "PNG": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "WEBP": re.compile(rb"RIFF....WEBPVP8[ XL]", re.DOTALL),
    "GIF": re.compile(rb"GIF8[79]a"),
    # Both may have the generic brand mif1; the compatible brands that follow distinguish them.
    "HEIC": re.compile(rb"....ftyp(?:he[iv][cxms]|(?:mif1|msf1).{4}(?:(?!avi[fs]).{4}){0,8}?he[iv][cx])", re.DOTALL),
    "AVIF": re.compile(rb"....ftyp(?:avif|avis|mif1|msf1)", re.DOTALL),
}
# Pillow reads segments, chunks and blocks in Python. A real picture has hundreds; a malicious one may have millions.
MAX_PARTS = 20_000
# A typical progressive JPEG has ten.
MAX_JPEG_SCANS = 50
JPEG_SCAN, JPEG_END = b"\xda", b"\xd9"
# How a file from our own encoder starts, and the only other segments in it: tables, frame, scans.
PLAIN_JPEG_START = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
PLAIN_JPEG_PARTS = frozenset({b"\xff\xdb", b"\xff\xc4", b"\xff\xc2", b"\xff\xda"})
JPEG_SCAN_DATA = re.compile(rb"(?:[^\xff]++|\xff\x00)*+", re.DOTALL)
JPEG_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)


class Malformed(ValueError):
    """The file's structure is invalid, or has so many parts that reading it would take too long."""


def kind_of(data: bytes) -> str | None:
    """Pillow's name of the format, detected from the first bytes; None if it is not supported."""
    return next((kind for kind, signature in SIGNATURES.items() if signature.match(data)), None)


def webp_canvas(data: bytes) -> tuple[int, int]:
    """Width and height in pixels. Raises struct.error if the file is too short."""
    if data[12:16] == b"VP8X":  # two 24-bit numbers, each one less than the size
        low, middle, high = struct.unpack_from("<HHH", data, 24)
        return (low | (middle & 0xFF) << 16) + 1, (middle >> 8 | high << 8) + 1
    if data[12:16] == b"VP8L":  # two 14-bit numbers, each one less than the size, after the signature byte
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def check_png(data: bytes) -> None:
    """Raise Malformed if the final chunk is missing. Pillow does not check beyond an animation's first frame."""
    at = 8
    for _part in range(MAX_PARTS):
        length, chunk = struct.unpack_from(">I4s", data, at)
        at += 12 + length
        if chunk == b"IEND":
            break
    if chunk != b"IEND" or at > len(data):
        raise Malformed("no closing chunk within reach")


def check_jpeg(data: bytes) -> None:
    """Raise Malformed for too many segments or scans: a scan of a few bytes costs a pass over the picture."""
    at, scans = 2, 0
    for _part in range(MAX_PARTS):
        marker = JPEG_MARKER.search(data, at)
        if marker is None or marker[1] == JPEG_END:
            return
        scans += marker[1] == JPEG_SCAN
        if scans > MAX_JPEG_SCANS:
            raise Malformed("too many scans")
        at = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2])
    raise Malformed("too many segments")


def plain_jpeg_tables(data: bytes) -> bytes | None:
    """The quantization tables of a progressive JPEG without metadata or appended data; None for any other file.

    If they equal the tables of our own encoder, the file has the form that our encoder writes.
    """
    if not data.startswith(PLAIN_JPEG_START):
        return None
    at, tables = len(PLAIN_JPEG_START), b""
    for _part in range(MAX_JPEG_SCANS * 4):
        marker, length = data[at : at + 2], int.from_bytes(data[at + 2 : at + 4])
        if marker == b"\xff" + JPEG_END:
            return tables if at + 2 == len(data) else None
        if marker not in PLAIN_JPEG_PARTS:
            return None
        if marker == b"\xff\xdb":
            tables += data[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == b"\xff" + JPEG_SCAN and (scan := JPEG_SCAN_DATA.match(data, at)):
            at = scan.end()
    return None


def gif_frames(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the canvas's width and height and the number of frames so far, at each frame. A frame may widen it.

    Raises IndexError or struct.error if the file ends within a frame, and Malformed for too many blocks.
    """
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _gif_palette(flags)
    frames = 0
    for _part in range(MAX_PARTS):
        if at >= len(data) or (block := data[at]) == ord(";"):
            return
        if block == ord(","):
            left, top, frame_width, frame_height, flags = struct.unpack_from("<HHHHB", data, at + 1)
            width, height = max(width, left + frame_width), max(height, top + frame_height)
            frames += 1
            yield width, height, frames
            at += 11 + _gif_palette(flags)
        elif block == ord("!"):
            at += 2
        else:
            at += 1  # GIF readers skip stray bytes between blocks
            continue
        while length := data[at]:
            at += 1 + length
        at += 1
    raise Malformed("too many blocks")


def _gif_palette(flags: int) -> int:
    """The length of the palette in bytes; 0 if there is none."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
