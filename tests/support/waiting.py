"""Work in threads of its own, and a storage that keeps whoever stores a file waiting."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.db import connections, transaction

#: Seconds after which somebody who waits is stuck.
STUCK = 60


class Work(threading.Thread):
    """A call in a thread with a connection of its own. ``result`` is what it returned or raised."""

    def __init__(self, call: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.call, self.result = call, None
        self.start()

    def run(self) -> None:
        try:
            self.result = self.call()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self.result = error
        finally:
            connections.close_all()

    def wait(self, seconds: float = STUCK) -> Any:
        self.join(seconds)
        assert not self.is_alive(), "it is stuck"
        return self.result


@contextmanager
def hanging_store(monkeypatch: Any) -> Iterator[threading.Event]:
    """Nobody gets a file stored in this block. The event is set once somebody tries."""
    tried, go_on, save = threading.Event(), threading.Event(), FileSystemStorage._save

    def hang(storage: Any, name: str, content: Any) -> str:
        tried.set()
        go_on.wait(STUCK)
        return save(storage, name, content)

    monkeypatch.setattr(FileSystemStorage, "_save", hang)
    try:
        yield tried
    finally:
        go_on.set()


@contextmanager
def held(lock: Callable[[], Any]) -> Iterator[None]:
    """Somebody else holds what ``lock`` locks, in a transaction that is open as long as this block."""
    locked, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock()
            locked.set()
            go_on.wait(STUCK)

    work = Work(hold)
    assert locked.wait(STUCK)
    try:
        yield
    finally:
        go_on.set()
        assert work.wait() is None
