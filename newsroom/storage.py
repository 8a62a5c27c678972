"""Storage of uploads on the local disk, with atomic writes, and of static files.

The application serves uploads itself for the demo and for small installations. For larger ones, serve `/media/` from a
web server or object store and set SERVE_MEDIA to no.
"""

import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve
from servestatic.storage import CompressedManifestStaticFilesStorage

from liveblogs.pictures.files import tag_of

#: Comments on separate lines, empty lines, and the indentation of all other lines.
_NO_CODE = re.compile(rb"^[ \t]*(?://.*|/\*[\s\S]*?\*/)?\n|^[ \t]+", re.MULTILINE)


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


class DiskStorage(FileSystemStorage):
    """Stores files on disk with atomic writes. A saved file survives a power failure.

    A file is first written under a temporary name, so that readers never see a partial file, and a full disk does not
    leave one.
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
        _sync(finished.parent)
        return name

    def copy_all(self, names: Mapping[str, str]) -> None:
        """Give each file that exists a second name, its value. Links, where the file system has them."""
        folders = set()
        for old, new in names.items():
            source, target = Path(self.path(old)), Path(self.path(new))
            target.parent.mkdir(parents=True, exist_ok=True)
            folders.add(target.parent)
            with suppress(FileNotFoundError):  # a lost rendition
                try:
                    target.hardlink_to(source)
                except OSError:
                    shutil.copyfile(source, target)
        for path in folders:
            _sync(path)


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Static files under hashed names, also in JavaScript imports. Readers' scripts are stored without comments."""

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: File) -> str:
        if name.startswith("liveblogs/reader/") and name.endswith(".js"):
            content = ContentFile(strip_comments(b"".join(content.chunks())))
        saved: str = super()._save(name, content)
        return saved


def strip_comments(script: bytes) -> bytes:
    """The script without comments, empty lines and indentation. Multi-line template strings are not supported."""
    return _NO_CODE.sub(b"", script)


def static_files_problem() -> str:
    """Why pages cannot name their static files, or ""."""
    try:
        staticfiles_storage.url("liveblogs/styles/reader/base.css")
    except ValueError:
        return "the static files are missing; run `python manage.py collectstatic --noinput`"
    return ""


@require_safe
def serve_media(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file with this name below MEDIA_ROOT, or a 404. Folders are not listed.

    A name is never reused for different content, so caches may store a file forever. The headers disable content
    sniffing and scripts, in case a file is not a picture.
    """
    try:
        response = serve(request, name, document_root=str(settings.MEDIA_ROOT))
    except (SuspiciousFileOperation, ValueError) as error:  # a path outside the folder, or a NUL in the name
        raise Http404 from error
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Cache-Tag"] = response.headers["Surrogate-Key"] = tag_of(name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
