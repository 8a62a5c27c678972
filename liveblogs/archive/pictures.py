"""Reads the pictures of an archive. Only files inside its folder are read, and each is cleaned before further use."""

import hashlib
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.html import escape
from django.utils.translation import gettext as _

from ..models import Image
from ..pictures import cleaning
from ..pictures.headers import plain_jpeg_tables
from ..text import richtext
from .faults import shown
from .node import Node, limit
from .story import CENTRE, FOCAL_POINT, Picture

_WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


class Unusable(Exception):
    """A picture that cannot be used. The message gives the reason."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned picture in a temporary file, with the texts from its metadata."""

    kept: Path
    sha256: str
    width: int
    height: int
    alt: str
    caption: str
    credit: str


class Folder:
    """The folder of an archive. Each picture is decoded once; the cleaned file is saved in ``aside``."""

    def __init__(self, folder: Path, aside: Path) -> None:
        self.folder, self.aside = folder.resolve(), aside
        self._by_path: dict[str, Cleaned | str] = {}
        self._by_content: dict[str, Cleaned] = {}

    def clean(self, path: str) -> Cleaned:
        """The cleaned picture at this path. Raises ``Unusable``."""
        if path not in self._by_path:
            try:
                self._by_path[path] = self._clean(path)
            except Unusable as error:
                self._by_path[path] = str(error)
        found = self._by_path[path]
        if isinstance(found, str):
            raise Unusable(found)
        return found

    def by_content(self, sha256: str) -> Cleaned:
        return self._by_content[sha256]

    def _clean(self, path: str) -> Cleaned:
        data = self._read(path)
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 in self._by_content:
            return self._by_content[sha256]
        try:
            cleaned = cleaning.clean(ContentFile(data), path)
        except ValidationError as error:
            raise Unusable(" ".join(error.messages)) from error
        content = cleaned.content.read()
        kept = self.aside / f"{len(self._by_content)}.{cleaned.extension}"
        kept.write_bytes(data if _is_ours(data, content) else content)
        self._by_content[sha256] = Cleaned(
            kept, sha256, cleaned.width, cleaned.height, cleaned.alt, cleaned.caption, cleaned.credit
        )
        return self._by_content[sha256]

    def _read(self, path: str) -> bytes:
        """The file's content, up to one byte more than the size limit. Raises ``Unusable``."""
        absent = Unusable(_("no such picture: %(path)s") % {"path": shown(path)})
        try:
            found = (self.folder / inside(path)).resolve(strict=True)
            if not found.is_relative_to(self.folder):
                raise Unusable(_("leads out of the archive's folder: %(path)s") % {"path": shown(path)})
            if not stat.S_ISREG(found.stat().st_mode):
                raise absent
            with found.open("rb") as file:
                return file.read(cleaning.MAX_BYTES + 1)
        except (OSError, RuntimeError, UnicodeError) as error:  # a symlink loop, or an invalid file name
            raise absent from error


def _is_ours(data: bytes, encoded: bytes) -> bool:
    """Whether the file is a JPEG from our own encoder, as in an export.

    Such a file is used unchanged, because encoding it again loses quality. This is safe: it has been decoded
    completely, and it has only the segments that our encoder writes, so it cannot hide text, a page or a script.
    """
    tables = plain_jpeg_tables(data)
    return tables is not None and tables == plain_jpeg_tables(encoded)


def is_web_address(path: str) -> bool:
    return _WEB.match(path) is not None


def inside(path: str) -> str:
    """The path, if it is relative and stays inside the archive's folder. Raises ``Unusable``."""
    if path.startswith("/") or ".." in path.split("/") or _SCHEME.match(path) or "\\" in path or "\0" in path:
        raise Unusable(_("not a path inside the archive's folder: %(path)s") % {"path": shown(path)})
    return path


# Reading
# -------


def read(image: Node, folder: Folder, stand_in: str) -> list[Picture]:
    """The usable pictures in ``image``. ``stand_in`` is the alt text of a picture without any description."""
    found = (_picture(node, folder, stand_in) for node in image.few())
    return [picture for picture in found if picture is not None]


def _picture(node: Node, folder: Folder, stand_in: str) -> Picture | None:
    is_object = isinstance(node.value, dict) and "@value" not in node.value
    file = node
    if is_object:
        file = node.child("contentUrl") or node.child("url") or node.child("contentUrl")
    path = file.text().strip()
    caption = node.child("caption").line(limit(Image, "caption"))
    credit = node.child("creditText").line(limit(Image, "credit"))
    alt = node.child("description").line(limit(Image, "alt"))
    focal = _focal(node)
    if not path:
        if file.is_blank:
            file.fault(_("missing: a picture needs its path"))
        return None
    if is_web_address(path):
        file.note(_("a web address, not fetched: %(address)s") % {"address": shown(path)})
        return None
    try:
        cleaned = folder.clean(path)
    except Unusable as error:
        file.fault(str(error))
        return None
    caption, credit = caption or cleaned.caption, credit or cleaned.credit
    alt = alt or _short(caption) or cleaned.alt
    if not alt:
        node.note(_("nothing says what it shows; the headline stands in"))
        alt = stand_in
    if not credit:
        node.note(_("no credit line; an editor who changes the post will have to add one"))
    return Picture(path, cleaned.sha256, alt, caption, credit, focal)


def _short(caption: str) -> str:
    return richtext.excerpt(escape(caption), limit(Image, "alt"))


def _focal(node: Node) -> tuple[float, float]:
    for extra in node.child("additionalProperty").few():
        if extra.child("name").value != FOCAL_POINT:
            continue
        value = extra.child("value")
        numbers: list[float] = []
        with suppress(ValueError):
            numbers = [float(number) for number in value.text().split()]
        if len(numbers) == 2 and all(0 <= number <= 1 for number in numbers):
            return numbers[0], numbers[1]
        value.fault(_("expected two numbers from 0 to 1, found %(value)s") % {"value": shown(value.value)})
    return CENTRE
