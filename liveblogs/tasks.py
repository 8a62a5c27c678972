"""Work after the commit: immediate, or done by a worker if the setting TASKS says so."""

from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.tasks import task

from . import publishing
from .models import Image
from .pictures import files as picture_files
from .pictures import renditions

#: Attempts for a picture that is replaced or cropped differently while its renditions are made.
ATTEMPTS = 3


def request_renditions(instance: Image, raw: bool = False, **_signal: Any) -> None:
    """Make the missing renditions of a saved picture after the commit. An error there does not undo the save."""
    if not raw and instance.missing_renditions():
        transaction.on_commit(partial(make_renditions.enqueue, instance.pk), robust=True)


@task()
def make_renditions(image_id: int, remake: bool = False) -> int:
    """Make the missing renditions of a picture, or ``remake`` all, and show them. Returns the number of files.

    Stores all files or none. Only setting them on the row locks the database.
    """
    for _attempt in range(ATTEMPTS):
        image = Image.objects.filter(pk=image_id).first()
        if image is None:
            return 0
        shapes = list(renditions.SHAPES) if remake else image.missing_renditions()
        if not shapes:
            return 0
        with image.file.open() as original:
            data = original.read()
        with picture_files.remove_on_error():
            made, files = renditions.prepare(data, image.source, image.focal, shapes)
            names = [_store(file) for file in files]
            if publishing.set_renditions(image.pk, made):
                return len(names)
            picture_files.remove(names)
    return 0


def _store(file: renditions.RenditionFile) -> str:
    name = default_storage.save(file.name, ContentFile(file.content))
    picture_files.register(name)
    return name
