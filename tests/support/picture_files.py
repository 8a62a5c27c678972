"""Parts of picture files: PNG chunks, JPEG segments, metadata that must not get through, color profiles."""

import struct
import zlib

from PIL import Image

from liveblogs.pictures import metadata

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
  xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" photoshop:Credit="Northwind Pictures MARKXMP">
<dc:description><rdf:Alt><rdf:li xml:lang="de">Überschwemmung</rdf:li>
<rdf:li xml:lang="x-default">Water stands in   Sł&#322;odka Street.</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>Ana Ruiz</rdf:li><rdf:li>Bo Lind</rdf:li></rdf:Seq></dc:creator>
<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">A street under water</rdf:li></rdf:Alt>
</Iptc4xmpCore:AltTextAccessibility></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width, height, *chunks):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IEND", b"")


def segment(marker, body):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def with_segments(jpeg, *segments):
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def iptc_segment(*datasets):
    block = b"".join(struct.pack(">BBBH", 0x1C, *key, len(value)) + value for key, value in datasets)
    padding = b"\0" * (len(block) % 2)
    return segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block + padding)


def exif(**tags):
    data = Image.Exif()
    for tag, value in tags.items():
        data[getattr(metadata, tag)] = value
    return data.tobytes()


def linear_profile(profile):
    """The profile with each of its three tone curves replaced by a straight line."""
    count = struct.unpack_from(">I", profile, 128)[0]
    edited = bytearray(profile)
    for number in range(count):
        tag, offset, size = struct.unpack_from(">4sII", profile, 132 + 12 * number)
        if tag in {b"rTRC", b"gTRC", b"bTRC"}:
            curve = b"curv" + bytes(4) + struct.pack(">IH", 1, 0x100)
            edited[offset : offset + size] = curve.ljust(size, b"\0")
    return bytes(edited)


MARKS = [b"MARKEXIF", b"MARKCOMMENT", b"MARKXMP", b"MARKIPTC", b"MARKTEXT", b"MARKTAIL", b"SERIAL-4711"]


def laden_exif():
    data = Image.Exif()
    data[metadata.MAKE], data[metadata.ARTIST] = "MARKEXIF camera", "MARKEXIF person"
    data.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0), 29: "MARKEXIF"})
    data.get_ifd(0x8769).update({0xA431: "SERIAL-4711"})
    return data.tobytes()
