"""Reads the pictures of an archive. Only files inside its folder are read, and each is cleaned before further use."""

import re
import stat
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.html import escape
from django.utils.translation import gettext as _

from ..models import Image
from ..pictures import cleaning
from ..pictures.headers import plain_jpeg_tables
from ..text import richtext
from .node import Node, limit
from .reporting import shown
from .story import CENTRE, FOCAL_POINT, Picture

_WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


class Folder:
    """The folder of an archive. Each picture is decoded once; the cleaned file is saved in ``temporary``."""

    def __init__(self, folder: Path, temporary: Path) -> None:
        self.folder, self.temporary = folder.resolve(), temporary
        self._found: dict[str, Picture | str] = {}

    def clean(self, path: str) -> Picture | str:
        """The cleaned picture at this path, with the texts from its metadata; or the reason why it cannot be used."""
        if path not in self._found:
            try:
                self._found[path] = self._clean(path)
            except ValidationError as error:
                self._found[path] = " ".join(error.messages)
        return self._found[path]

    def _clean(self, path: str) -> Picture:
        data = self._read(path)
        cleaned = cleaning.clean(ContentFile(data), path)
        content = cleaned.content.read()
        stored = self.temporary / f"{cleaned.checksum}.{cleaned.extension}"
        stored.write_bytes(data if _is_ours(data, content) else content)
        return Picture(
            path=str(stored),
            sha256=cleaned.checksum,
            width=cleaned.width,
            height=cleaned.height,
            alt=cleaned.alt,
            caption=cleaned.caption,
            credit=cleaned.credit,
        )

    def _read(self, path: str) -> bytes:
        """The file's content, up to one byte more than the size limit. Raises ``ValidationError``."""
        if path.startswith("/") or ".." in path.split("/") or _SCHEME.match(path) or "\\" in path or "\0" in path:
            raise ValidationError(_("not a path inside the archive's folder: %(path)s") % {"path": shown(path)})
        absent = ValidationError(_("no such picture: %(path)s") % {"path": shown(path)})
        try:
            found = (self.folder / path).resolve(strict=True)
            if not found.is_relative_to(self.folder):
                raise ValidationError(_("leads out of the archive's folder: %(path)s") % {"path": shown(path)})
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


# Reading
# -------


def read(image: Node, folder: Folder, stand_in: str) -> list[Picture]:
    """The usable pictures in ``image``. ``stand_in`` is the alt text of a picture without any description."""
    found = (_picture(node, folder, stand_in) for node in image.items())
    return [picture for picture in found if picture is not None]


def _picture(node: Node, folder: Folder, stand_in: str) -> Picture | None:
    file = node
    if node.is_object:
        file = node.child("contentUrl") or node.child("url") or node.child("contentUrl")
    path = file.text().strip()
    caption = node.child("caption").line(limit(Image, "caption"))
    credit = node.child("creditText").line(limit(Image, "credit"))
    alt = node.child("description").line(limit(Image, "alt"))
    focal = _focal(node)
    if not path:
        if file.is_blank:
            file.error(_("missing: a picture needs its path"))
        return None
    if _WEB.match(path):
        file.note(_("a web address, not fetched: %(address)s") % {"address": shown(path)})
        return None
    picture = folder.clean(path)
    if isinstance(picture, str):
        file.error(picture)
        return None
    caption, credit = caption or picture.caption, credit or picture.credit
    alt = alt or richtext.excerpt(escape(caption), limit(Image, "alt")) or picture.alt
    if not alt:
        node.note(_("nothing says what it shows; the headline stands in"))
        alt = stand_in
    if not credit:
        node.note(_("no credit line; an editor who changes the post will have to add one"))
    return replace(picture, alt=alt, caption=caption, credit=credit, focal=focal)


def _focal(node: Node) -> tuple[float, float]:
    for extra in node.child("additionalProperty").items():
        if extra.child("name").value != FOCAL_POINT:
            continue
        value = extra.child("value")
        numbers: list[float] = []
        with suppress(ValueError):
            numbers = [float(number) for number in value.text().split()]
        if len(numbers) == 2 and all(0 <= number <= 1 for number in numbers):
            return numbers[0], numbers[1]
        value.error(_("expected two numbers from 0 to 1, found %(value)s") % {"value": shown(value.value)})
    return CENTRE
