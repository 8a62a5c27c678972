"""Reads a picture's metadata: caption, credit, alt text and orientation.

The input is untrusted. Malformed metadata counts as missing; no function raises.
"""

import re
import struct
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

MAX_CAPTION = 1000
MAX_CREDIT = 200
MAX_ALT = 500
MAX_XMP_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Texts:
    caption: str = ""
    credit: str = ""
    alt: str = ""


def read(info: Mapping[Any, Any], exif: bytes) -> Texts:
    """The texts, each from XMP, else IPTC, else EXIF: in the order of how reliably they declare their encoding."""
    xmp = _xmp(info.get("xmp") or info.get("XML:com.adobe.xmp") or b"")
    photoshop = info.get("photoshop")
    iptc = _iptc(photoshop.get(IPTC_RESOURCE, b"") if isinstance(photoshop, dict) else b"")
    camera = _exif_texts(exif)
    return Texts(
        caption=_first(MAX_CAPTION, xmp[DESCRIPTION][:1], iptc[CAPTION][:1], camera[IMAGE_DESCRIPTION]),
        # The credit line is what the owner wants printed. The creator's name is the fallback.
        credit=_first(MAX_CREDIT, xmp[CREDIT][:1], iptc[IPTC_CREDIT][:1], xmp[CREATOR], iptc[BYLINE], camera[ARTIST]),
        alt=_first(MAX_ALT, xmp[ALT][:1]),
    )


def _first(limit: int, *candidates: list[str]) -> str:
    return next((text for texts in candidates if (text := _one_line(", ".join(texts), limit))), "")


def _one_line(text: str, limit: int) -> str:
    """Plain text on one line, without control characters, cut after a word with an ellipsis if it is too long."""
    text = "".join(" " if char.isspace() else char for char in text if char.isspace() or _is_visible(char))
    text = " ".join(text.split())
    if len(text) > limit:
        text = text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    return text


def _is_visible(char: str) -> bool:
    # Persian and Indian languages use joiners in their spelling.
    return unicodedata.category(char)[0] != "C" or char in "\u200c\u200d"


# XMP

DC = "http://purl.org/dc/elements/1.1/"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
IPTC_CORE = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

DESCRIPTION = f"{DC} description"
CREATOR = f"{DC} creator"
CREDIT = f"{PHOTOSHOP} Credit"
ALT = f"{IPTC_CORE} AltTextAccessibility"
WANTED = {DESCRIPTION, CREATOR, CREDIT, ALT}
XML_LANG = "http://www.w3.org/XML/1998/namespace lang"


def _xmp(packet: Any) -> defaultdict[str, list[str]]:
    """The values of the properties in ``WANTED``, from the default language on where there is one."""
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    reader = _XmpReader()
    if isinstance(packet, bytes) and len(packet) <= MAX_XMP_BYTES:
        # Values before a fault remain valid.
        with suppress(expat.ExpatError, LookupError, ValueError):
            reader.parse(packet.strip(b"\0 \r\n\t"))
    return reader.found


class _XmpReader:
    """Reads values from parser events without building a tree, because a packet may be nested arbitrarily deep."""

    def __init__(self) -> None:
        self.found: defaultdict[str, list[str]] = defaultdict(list)
        self.field = ""
        self.value: list[str] = []
        self.is_default = False

    def parse(self, packet: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = self.doctype
        parser.Parse(packet, True)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{RDF} Description":
            for key in WANTED & attributes.keys():
                self.found[key].append(attributes[key])
        if tag in WANTED and not self.field:
            self.field, self.value, self.is_default = tag, [], False
        elif tag == f"{RDF} li" and self.field:
            self.value, self.is_default = [], attributes.get(XML_LANG) == "x-default"

    def text(self, characters: str) -> None:
        if self.field:
            self.value.append(characters)

    def end(self, tag: str) -> None:
        if self.field and tag in {self.field, f"{RDF} li"}:
            if content := "".join(self.value).strip():
                values = self.found[self.field]
                if self.is_default:
                    values.clear()
                values.append(content)
            self.value = []
        if tag == self.field:
            self.field = ""

    def doctype(self, *_declaration: object) -> None:
        """Raise ValueError: XMP has no document type, and one may define entities that expand without limit."""
        raise ValueError("document type in XMP")


# IPTC

IPTC_RESOURCE = 0x0404
IPTC_TAG = 0x1C
CODED_CHARACTER_SET = (1, 90)
BYLINE = (2, 80)
IPTC_CREDIT = (2, 110)
CAPTION = (2, 120)
CHARACTER_SETS = {b"\x1b%G": "utf-8", b"\x1b%/I": "utf-8", b"\x1b.A": "latin-1", b"\x1b-A": "latin-1"}


def _iptc(block: Any) -> defaultdict[tuple[int, int], list[str]]:
    found: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    if not isinstance(block, bytes):
        return found
    declared = ""
    for dataset, value in _iptc_datasets(block):
        if dataset == CODED_CHARACTER_SET:
            declared = CHARACTER_SETS.get(value, "")
        elif dataset in {BYLINE, IPTC_CREDIT, CAPTION}:
            found[dataset].append(_decoded(value, declared))
    return found


def _iptc_datasets(block: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    at = 0
    while at + 5 <= len(block) and block[at] == IPTC_TAG:
        _, record, dataset, length = struct.unpack_from(">BBBH", block, at)
        at += 5
        if length & 0x8000:  # an extended length, for values over 32 KB: no text that is read here is so long
            return
        yield (record, dataset), block[at : at + length]
        at += length


def _decoded(value: bytes, declared: str = "") -> str:
    """The text. Often no character set is declared: then valid UTF-8 is read as such, the rest as Windows-1252."""
    for encoding in filter(None, (declared, "utf-8")):
        with suppress(UnicodeDecodeError):
            return value.decode(encoding)
    return value.decode("cp1252", "replace")


# EXIF

ORIENTATION = 0x0112
ORIENTATIONS = range(1, 9)
IMAGE_DESCRIPTION = 0x010E
MAKE = 0x010F
ARTIST = 0x013B
EXIF_TAGS = {ORIENTATION, IMAGE_DESCRIPTION, MAKE, ARTIST}
ASCII, SHORT = 2, 3
INLINE = 4  # bytes that an entry stores directly
JPEG_EXIF = re.compile(rb"\xff\xe1(..)Exif\0\0", re.DOTALL)
# Cameras write their own name into the caption field. It does not describe the picture.
CAMERA_WORDS = re.compile(r"digital camera|camera pictures|^dcim|^exif_|^jpeg_|^screenshot$", re.IGNORECASE)


def jpeg_exif(data: bytes) -> bytes:
    """The Exif segment of a JPEG, starting at "Exif"; b"" if there is none."""
    if not (segment := JPEG_EXIF.search(data)):
        return b""
    return data[segment.end() - 6 : segment.start(1) + int.from_bytes(segment[1])]


def orientation(exif: bytes) -> int:
    """The EXIF orientation, 1 to 8; 1 if it is missing or invalid."""
    value = _exif_entries(exif).get(ORIENTATION)
    return value if isinstance(value, int) and value in ORIENTATIONS else 1


def _exif_texts(exif: bytes) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for tag, value in _exif_entries(exif).items():
        if isinstance(value, bytes) and (content := _decoded(value.split(b"\0")[0]).strip()):
            found[tag] = [content]
    maker = found[MAKE][0].split()[0].casefold() if found[MAKE] else ""
    for description in found[IMAGE_DESCRIPTION]:
        if CAMERA_WORDS.search(description) or (maker and maker in description.casefold()):
            found[IMAGE_DESCRIPTION] = []
    return found


def _exif_entries(exif: bytes) -> dict[int, int | bytes]:
    """The values of the tags in ``EXIF_TAGS`` in the main picture's directory: of each tag the first.

    Of each the first only, because thousands of entries may each refer to the whole file.
    """
    found: dict[int, int | bytes] = {}
    tiff = exif.removeprefix(b"Exif\0\0") if isinstance(exif, bytes) else b""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return found
    with suppress(struct.error):
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for at in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, length = struct.unpack_from(f"{order}HHI", tiff, at)
            if tag not in EXIF_TAGS or tag in found:
                continue
            if kind == SHORT:
                found[tag] = struct.unpack_from(f"{order}H", tiff, at + 8)[0]
            elif kind == ASCII:
                (offset,) = struct.unpack_from(f"{order}I", tiff, at + 8) if length > INLINE else (at + 8,)
                found[tag] = tiff[offset : offset + length]
    return found
