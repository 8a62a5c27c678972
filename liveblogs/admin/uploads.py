"""Uploads from the desk and the forms: one picture a request, answered in JSON.

``PictureUrls`` brings the addresses into the image's admin; the page's side is ``static/liveblogs/uploads.js``.
"""

import hashlib
import logging
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ..models import Image
from ..pictures import cleaning
from ..pictures import files as picture_files
from . import library
from .library import as_json
from .requests import staff

logger = logging.getLogger(__name__)


class PictureUrls(admin.ModelAdmin):
    """For the image's admin: ``admin:liveblogs_image_upload`` and ``admin:liveblogs_image_library``."""

    def get_urls(self) -> list[URLPattern]:
        return [
            # Not behind admin_view, which would answer a script with the page for signing in.
            path("upload/", upload, name="liveblogs_image_upload"),
            path("library/", self.admin_site.admin_view(self.library_view), name="liveblogs_image_library"),
            *super().get_urls(),
        ]

    def library_view(self, request: HttpRequest) -> Any:
        return library.library(request, self.admin_site)


@never_cache
@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    """Take the one ``file`` of this request: 201 with the new picture, 200 with the one that was here already.

    Whatever goes wrong is answered with one sentence as ``error``, and nothing is kept.
    """
    if not (request.user.is_active and request.user.is_staff):
        return _refusal(_("You're logged out. Log in again in another tab, then try again."), 401)
    if not request.user.has_perm("liveblogs.add_image"):
        return _refusal(_("You don't have permission to add pictures."), 403)
    files = request.FILES.getlist("file")
    if len(files) != 1:
        return _refusal(_("Upload one picture at a time."), 400)
    if known := _known(files[0]):
        return JsonResponse(as_json(known) | {"known": True})
    return _saved(files[0], by=staff(request).user)


def _saved(file: UploadedFile, *, by: User) -> JsonResponse:
    name = cleaning.shown_name(file.name or "")
    image = Image(file=file, created_by=by)
    try:
        with picture_files.remove_on_error(), transaction.atomic():
            image.save()
    except ValidationError as refused:
        return _refusal(" ".join(refused.messages), 400)
    except (picture_files.NotStored, DatabaseError):
        logger.exception("The picture %s could not be saved", name)
        return _refusal(not_stored(name), 503)
    image.refresh_from_db()  # with what was made of it after the commit
    return JsonResponse(as_json(image) | {"known": False}, status=201)


def not_stored(name: str) -> str:
    """What an editor is told when the store or the database did not take a picture."""
    return _("“%(name)s” couldn't be saved. Try again in a moment.") % {"name": cleaning.shown_name(name)}


def _known(file: UploadedFile) -> Image | None:
    """The picture that was made of the very same file."""
    if (file.size or 0) > cleaning.MAX_BYTES:
        return None  # it will be refused
    checksum = hashlib.sha256()
    for chunk in file.chunks():
        checksum.update(chunk)
    return Image.objects.filter(checksum=checksum.hexdigest()).order_by("pk").first()


def _refusal(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)
