"""How files are stored: uploads on this machine's disk, written whole; static files as readers get them.

The application serves uploads itself for the demo and for small installations. A larger one lets its web server or
object store answer `/media/` and sets SERVE_MEDIA to no.
"""

import os
import re
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve
from servestatic.storage import CompressedManifestStaticFilesStorage

#: Comments with lines of their own, empty lines, and the indentation of all others.
_NO_CODE = re.compile(rb"^[ \t]*(?://.*|/\*[\s\S]*?\*/)?\n|^[ \t]+", re.MULTILINE)


class DiskStorage(FileSystemStorage):
    """Files on disk, whole or not at all: what an editor saw as saved outlasts a power cut.

    A file is written under another name first, so that nobody ever reads half of one and a full disk leaves nothing.
    """

    def _save(self, name: str, content: File) -> str:
        unfinished, finished = Path(self.path(f"{name}.part")), Path(self.path(name))
        try:
            super()._save(f"{name}.part", content)  # type: ignore[misc]
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
            unfinished.replace(finished)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        folder = os.open(finished.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Static files under hashed names, by which modules import each other, too; readers' scripts without comments."""

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: File) -> str:
        if name.startswith("liveblogs/reader/") and name.endswith(".js"):
            content = ContentFile(strip_comments(b"".join(content.chunks())))
        saved: str = super()._save(name, content)
        return saved


def strip_comments(script: bytes) -> bytes:
    """The script without comments, empty lines and indentation. It may have no template string of several lines."""
    return _NO_CODE.sub(b"", script)


@require_safe
def serve_media(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file of that name below MEDIA_ROOT, or a 404; a folder is never listed.

    A name is given to one content only, so that a file may be kept for good. Should something other than a picture
    ever lie there, it runs nothing: no browser guesses its type, and its own policy allows no source at all.
    """
    try:
        response = serve(request, name, document_root=str(settings.MEDIA_ROOT))
    except (SuspiciousFileOperation, ValueError) as error:  # a way out of the folder; a NUL in the name
        raise Http404 from error
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
