"""Files that belong to rows: a file goes after the change that let go of it is committed, and never before.

What can't be removed is logged and left: nothing refers to it any more, and ``manage.py clean_media`` finds it.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial

from django.core.files.storage import Storage, default_storage
from django.db import transaction

logger = logging.getLogger(__name__)

_new: ContextVar[list[str] | None] = ContextVar("new_files", default=None)


class NotStored(OSError):
    """The store did not take a file."""


def remove(names: Iterable[str]) -> None:
    """Remove these files now. One that resists doesn't keep the others."""
    for name in names:
        try:
            default_storage.delete(name)
        except Exception as error:  # noqa: BLE001 - each store's library has faults of its own
            logger.warning("The file %s could not be removed: %s", name, error)


def remove_after_commit(names: Iterable[str]) -> None:
    """Remove these files when the transaction under way is committed; after a rollback they stay."""
    if names := [name for name in names if name]:
        transaction.on_commit(partial(remove, names), robust=True)


@contextmanager
def kept_together() -> Iterator[None]:
    """Files stored in this block are removed when it fails: for use around a transaction, whose rows go then."""
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


def stored(name: str) -> None:
    """Tell ``kept_together`` of a file that was just stored."""
    names = _new.get()
    if names is not None:
        names.append(name)


def walk(folder: str, storage: Storage = default_storage) -> Iterator[str]:
    """The names of all files below a folder; nothing where there is none."""
    with suppress(FileNotFoundError):
        folders, files = storage.listdir(folder)
        for file in files:
            if file:
                yield f"{folder}/{file}"
        for inner in folders:
            yield from walk(f"{folder}/{inner}", storage)
