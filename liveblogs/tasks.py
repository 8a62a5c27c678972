"""Work after the commit: immediate, or done by a worker if the setting TASKS says so."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.tasks import task

from . import publishing
from .models import Image, PostCredit, PostImage
from .pictures import cleaning, renditions, slots
from .pictures import files as picture_files

#: Attempts for a picture that is replaced or cropped differently while its renditions are made, or its files moved.
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
        with slots.slot(slots.RENDITIONS), picture_files.remove_on_error():
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


def request_hiding(image_ids: Iterable[int], **_signal: Any) -> None:
    """Move the files of these pictures, if readers no longer see them."""
    for pk in image_ids:
        hide_picture.enqueue(pk)


def hide_replaced(instance: PostImage, **_signal: Any) -> None:
    """After a row of a post was saved: hide the picture that it showed before."""
    if instance.read_image_id != instance.image_id:
        _hide_after_commit(instance, instance.read_image_id)


def hide_removed(instance: PostImage | PostCredit, **_signal: Any) -> None:
    """After a row of a post was deleted: hide its picture, or the portrait of its byline. Two queries at most."""
    _hide_after_commit(instance, instance.image_id if isinstance(instance, PostImage) else instance.byline.portrait_id)


def _hide_after_commit(row: PostImage | PostCredit, image_id: int | None) -> None:
    """Readers may have seen what a post shows that was ever published."""
    if image_id is not None and row.post.published_at is not None:
        transaction.on_commit(partial(hide_picture.enqueue, image_id), robust=True)


@task()
def hide_picture(image_id: int) -> bool:
    """Move the files of a picture that readers do not see to new names, so that the old addresses are gone.

    Whoever works with the picture still sees it, and so do readers when something that shows it is published again.
    """
    for _attempt in range(ATTEMPTS):
        image = Image.objects.filter(pk=image_id).first()
        if image is None or image.is_visible():
            return False
        source = cleaning.random_name(image.source.rpartition(".")[2])
        moved, names = image.get_renditions().moved(source)
        names[image.source] = source
        with picture_files.remove_on_error():
            picture_files.copy(names)
            if publishing.move_files(image, source, moved):
                return True
            picture_files.remove(names.values())
    return False
