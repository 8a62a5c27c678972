"""Work that no reader waits for: at once after the commit, or by a worker where one is configured (setting TASKS)."""

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

#: How often a picture is tried that is replaced or cropped differently while its renditions are made.
ATTEMPTS = 3


def request_renditions(instance: Image, raw: bool = False, **_signal: Any) -> None:
    """Have made what a saved picture lacks, after the commit. Whatever goes wrong then, the picture is saved."""
    if not raw and instance.missing_renditions():
        transaction.on_commit(partial(make_renditions.enqueue, instance.pk), robust=True)


@task()
def make_renditions(image_id: int, anew: bool = False) -> int:
    """Make what a picture lacks, or all of it ``anew``, and show it; answers how many files were made.

    All of it is stored and told on the row, or nothing is. The database is locked for the telling alone.
    """
    for _attempt in range(ATTEMPTS):
        image = Image.objects.filter(pk=image_id).first()
        if image is None:
            return 0
        shapes = list(renditions.SHAPES) if anew else image.missing_renditions()
        if not shapes:
            return 0
        with image.file.open() as file:
            data = file.read()
        with picture_files.kept_together():
            made, files = renditions.prepare(data, image.source, image.focal, shapes)
            names = [_store(one) for one in files]
            if publishing.set_renditions(image.pk, made):
                return len(names)
            picture_files.remove(names)
    return 0


def _store(made: renditions.Made) -> str:
    name = default_storage.save(made.name, ContentFile(made.content))
    picture_files.stored(name)
    return name
