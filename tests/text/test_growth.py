"""No text, however hostile, takes time that grows faster than its length: in no pattern, parser or comparison."""

import importlib
import pkgutil
import re
import struct
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

import liveblogs
from liveblogs.admin.desk import autosaves
from liveblogs.admin.forms import WallClockField
from liveblogs.archive import loading
from liveblogs.archive.node import Node
from liveblogs.archive.reporting import Problems
from liveblogs.models.fields import plain_lines
from liveblogs.pictures import cleaning, headers, metadata
from liveblogs.text import credits, diff, richtext, times
from tests.support.growth import assert_linear, repeated

pytestmark = pytest.mark.slow

# Patterns: each that a module compiles, on texts of its own words and on what makes patterns go back
# -----------------------------------------------------------------------------------------------------


def patterns() -> dict[str, re.Pattern]:
    """Every compiled pattern of the product, by module and name."""
    names = [found.name for found in pkgutil.walk_packages(liveblogs.__path__, "liveblogs.")]
    modules = [importlib.import_module(name) for name in names if ".migrations." not in name]
    found: dict[re.Pattern, str] = {}
    for module in modules:
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                found.setdefault(value, f"{module.__name__.removeprefix('liveblogs.')}.{name}")
    return {name: pattern for pattern, name in found.items()}


PATTERNS = patterns()
#: Never searched for: tried at one place, or at the first that matches.
TRIED_ONCE = {"text.html.TAG", "archive.pictures._SCHEME", "text.tree.MARKER", "text.tree.BARE_MARKER"}
PIECES = [
    " ",
    "\xa0",
    "\n",
    " \n",
    "a",
    "1",
    ".",
    "-",
    "_",
    "<",
    ">",
    "<a ",
    "<a b='",
    '<a b="',
    "a=",
    "&",
    "&#",
    "&#1",
]
BYTES = [b"\xff", b"\xff\xd8", b"\xff\xe1", b"\0", b"a", b"\n", b"/*", b"RIFF", b"ftyp", b"mif1", b" ", b"\xff\0"]


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_take_linear_time(name: str) -> None:
    pattern = PATTERNS[name]
    if isinstance(pattern.pattern, bytes):
        for piece in BYTES:
            assert_linear(lambda text: pattern.sub(b"", text), repeated(piece, b"\0"))
        return
    words = re.findall(r"(?<!\\)[\w:/<>=&#-]{2,}", pattern.pattern)
    for piece in [*PIECES, *words, *(f"{word} " for word in words), "".join(words) or "ab"]:
        work = pattern.match if name in TRIED_ONCE else lambda text: pattern.sub("", text)
        assert_linear(work, repeated(piece, "!"))


# Parsers
# -------

HTML = [
    *PIECES,
    "&#49;",
    "&amp",
    "<p>a",
    "<p style='mso-list:l0'>",
    "a ",
    "a\n\n",
    "<b>a</b>",
    "<!--",
    "</",
    "<svg>",
    "<a href=x>",
    "a&nbsp;",
]


@pytest.mark.parametrize("piece", HTML)
def test_rich_text_takes_linear_time(piece: str) -> None:
    assert_linear(richtext.clean, repeated(piece))
    assert_linear(richtext.from_plain, repeated(piece))
    assert_linear(lambda text: richtext.to_plain(richtext.sanitise(text)), repeated(piece))
    assert_linear(richtext.plain_line, repeated(piece))
    assert_linear(plain_lines, repeated(piece))


@pytest.mark.parametrize(
    "piece", ["mso-list:", "mso-list:l0 ", ";mso-list:", "font-weight:", "font-weight: ", "a:b;", " "]
)
@pytest.mark.parametrize("tag", ["p", "span"])
def test_styles_take_linear_time(tag: str, piece: str) -> None:
    assert_linear(lambda style: richtext.clean(f'<{tag} style="{style}">a</{tag}>'), repeated(piece))


@pytest.mark.parametrize("piece", ["a", "%20", " ", "&amp;", "/", "a.", "&#32;", "@", "[", "\x01"])
def test_link_addresses_take_linear_time(piece: str) -> None:
    assert_linear(richtext._href.__wrapped__, repeated(piece))
    assert_linear(lambda address: richtext._href.__wrapped__(f"https://{address}"), repeated(piece))
    assert_linear(lambda address: richtext.clean(f'<a href="{address}" title="{address}">a</a>'), repeated(piece))


@pytest.mark.parametrize("piece", ["1", "2026-", "00:", "T", " ", "+", "-"])
def test_times_and_zones_take_linear_time(piece: str) -> None:
    zone = ZoneInfo("America/New_York")
    assert_linear(times.parse_instant, repeated(piece))
    assert_linear(times.is_zone, repeated(piece))
    assert_linear(WallClockField().clean, repeated(piece))
    assert_linear(lambda text: Node(text, "", Problems()).moment(zone, latest=datetime.now(UTC)), repeated(piece))


@pytest.mark.parametrize("piece", ["[", "1", '{"a":', '"a",', " ", "-", "1e5", "NaN,", '{"a":1,"a":1},'])
def test_files_and_drafts_take_linear_time(tmp_path, piece: str) -> None:
    archive = tmp_path / "archive.json"

    def load(text: str) -> object | None:
        archive.write_text(f"[{text}0]")
        with suppress(loading.ArchiveErrors):
            return loading.load(archive, Problems())

    assert_linear(load, repeated(piece))
    assert_linear(autosaves._fields, repeated(piece))
    assert_linear(lambda text: Node(text, "", Problems()).html(), repeated(piece))
    assert_linear(cleaning.shown_name, repeated(piece))


# Comparisons
# -----------


def numbered(size: int, first: int = 0) -> str:
    return " ".join(f"w{number}" for number in range(first, first + size // 6))


TEXTS = {
    "disjoint": lambda size: (numbered(size), numbered(size, 10**6)),
    "disjoint-short": lambda size: ("a " * (size // 2), "b " * (size // 2)),
    "prefix": lambda size: (numbered(size), numbered(size // 2)),
    "suffix": lambda size: (numbered(size), numbered(size // 2, size // 12)),
    "repetition": lambda size: ("a b " * (size // 4), "b a a " * (size // 6)),
    "every-other": lambda size: (numbered(size), numbered(size).replace(" ", " x ")),
    "reversed": lambda size: (numbered(size), " ".join(reversed(numbered(size).split()))),
    "one-more": lambda size: ("a " * (size // 2), "a " * (size // 2) + "a"),
    "sentences": lambda size: (
        "".join(f"s{number} {'the a ' * 10}" for number in range(size // 60)),
        "".join(f"s{number} {'the b ' * 10}" for number in range(size // 60)),
    ),
    "letters": lambda size: ("a" * size, "b" * size),
    "lines": lambda size: ("a\n" * (size // 2), "b\n" * (size // 2)),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_comparisons_take_linear_time(kind: str) -> None:
    assert_linear(lambda texts: diff.marked(*texts), TEXTS[kind])


@pytest.mark.parametrize("credit", [{}, {"organisation": "O"}, {"organisation": "O", "place": "P"}, {"slug": "s"}])
def test_credit_lines_take_linear_time(credit: dict[str, str]) -> None:
    def make(size: int) -> list[credits.Credit]:
        return [credits.Credit(f"Name {number}", **credit) for number in range(size // 20)]

    with translation.override("en-us"):
        assert_linear(credits.post_line, make)
        assert_linear(credits.blog_line, make)


# Pictures
# --------

LI = '<rdf:li xml:lang="x-default">a</rdf:li>'
XMP = (
    '<x:xmpmeta xmlns:x="x"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>{}'
    "</rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def test_metadata_takes_linear_time() -> None:
    def directory(size: int) -> bytes:
        """Entries that each refer to the whole file."""
        count = min(size // 24, 0xFFFF)
        entry = struct.pack("<HHII", metadata.IMAGE_DESCRIPTION, metadata.ASCII, size, 0)
        return b"II*\0" + struct.pack("<IH", 8, count) + entry * count + b"a" * (size - 12 * count)

    large = (400_000, 800_000, 1_600_000)
    assert_linear(lambda exif: metadata.read({}, exif), directory, large)
    assert_linear(metadata.orientation, directory, large)
    assert_linear(lambda items: metadata.read({"xmp": XMP.format(items)}, b""), repeated(LI), large)
    assert_linear(lambda items: metadata.read({"xmp": items}, b""), repeated("<a>"), large)
    assert_linear(metadata._iptc, repeated(b"\x1c\x02\x78\0\0"))
    assert_linear(metadata.jpeg_exif, repeated(b"\xff\xe1"))


@pytest.mark.parametrize("piece", BYTES)
@pytest.mark.parametrize("kind", [headers.check_jpeg, headers.check_png, headers.webp_canvas, headers.kind_of])
def test_headers_take_linear_time(kind, piece: bytes) -> None:
    assert_linear(lambda data: _whole(kind, b"\xff\xd8" + data), repeated(piece))


def _whole(work, data: bytes) -> None:
    try:
        work(data)
    except (struct.error, IndexError) as error:
        raise ValueError from error
