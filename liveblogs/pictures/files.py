"""Keeps stored files consistent with the database: a file is removed only after the commit that drops its row.

A file that cannot be removed is logged and left in place. ``manage.py clean_media`` finds it later.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.dispatch import Signal

logger = logging.getLogger(__name__)

#: Sent when files that readers may have fetched are gone: ``names``. Caches in front are to drop them.
removed = Signal()

_new: ContextVar[list[str] | None] = ContextVar("new_files", default=None)


class NotStored(OSError):
    """The storage could not save a file."""


def remove(names: Iterable[str]) -> None:
    """Remove these files now. A failure is logged, and the others are still removed."""
    for name in names:
        try:
            default_storage.delete(name)
        except Exception as error:  # noqa: BLE001 - each storage library has its own exceptions
            logger.warning("The file %s could not be removed: %s", name, error)


def remove_after_commit(names: Iterable[str]) -> None:
    """Remove these files when the current transaction is committed. After a rollback they remain."""
    if names := [name for name in names if name]:
        transaction.on_commit(partial(_remove_for_good, names), robust=True)


def _remove_for_good(names: Iterable[str]) -> None:
    remove(names)
    removed.send_robust(sender=None, names=names)


def copy(names: Mapping[str, str]) -> None:
    """Store these files under a second name, each under its value. Raises ``NotStored``."""
    try:
        default_storage.copy_all(names)  # type: ignore[attr-defined] # of both storages of newsroom/storage.py
    except Exception as error:  # each storage backend raises its own
        remove(names.values())
        raise NotStored(str(error)) from error
    for name in names.values():
        register(name)


def tag_of(name: str) -> str:
    """The tag under which HTTP caches drop a file. All renditions that were made together have the same."""
    return f"image-{re.split('[-.]', name.rpartition('/')[2])[0]}"


@contextmanager
def remove_on_error() -> Iterator[None]:
    """Remove the files stored in this block if it fails. Wrap it around a transaction, whose rows are rolled back."""
    names: list[str] = []
    token = _new.set(names)
    try:
        yield
    except BaseException:
        remove(names)
        raise
    finally:
        _new.reset(token)
    outer = _new.get()
    if outer is not None:
        outer.extend(names)


def register(name: str) -> None:
    """Register a newly stored file with ``remove_on_error``."""
    names = _new.get()
    if names is not None:
        names.append(name)


def walk(folder: str) -> Iterator[str]:
    """The names of all files below a folder; none if it does not exist."""
    with suppress(FileNotFoundError):
        folders, files = default_storage.listdir(folder)
        for file in files:
            if file:
                yield f"{folder}/{file}"
        for inner in folders:
            yield from walk(f"{folder}/{inner}")
