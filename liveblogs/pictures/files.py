"""Keeps stored files consistent with the database: a file is removed only after the commit that drops its row.

A file that cannot be removed is logged and left in place. ``manage.py clean_media`` finds it later.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

logger = logging.getLogger(__name__)

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
        transaction.on_commit(partial(remove, names), robust=True)


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
