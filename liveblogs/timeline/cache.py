"""What this process read less than a second ago, so that a crowd asks the database once."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from django.conf import settings

#: Seconds for which a process believes what it read. A cache in front that is purged carries the crowd, and must not
#: be given what another process has just changed.
REMEMBERED = 0.2 if settings.PURGE_URLS else 1.0
#: Keys, such as addresses of blogs and those that are none, of which one memory keeps what it read.
REMEMBERED_AT_MOST = 2000

_all: "list[Memory[Any]]" = []


class Memory[T]:
    """What this process read less than a second ago."""

    def __init__(self) -> None:
        _all.append(self)
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, T]] = OrderedDict()
        self._changes = 0

    def get(self, key: str, ask: Callable[[], T], *, anew: bool = False) -> T:
        """What is remembered under this key, else the answer of ``ask``, kept unless this process writes meanwhile."""
        kept = self._kept.get(key)
        if kept is not None and not anew and time.monotonic() - kept[0] <= REMEMBERED:
            return kept[1]
        changes, started = self._changes, time.monotonic()
        answer = ask()
        with self._lock:
            if changes == self._changes:
                self._kept[key] = started, answer
                self._kept.move_to_end(key)
                while len(self._kept) > REMEMBERED_AT_MOST:
                    self._kept.popitem(last=False)
        return answer

    def forget(self) -> None:
        with self._lock:
            self._changes += 1
            self._kept.clear()


def forget(**_signal: Any) -> None:
    """Ask the database again, whatever was read a moment ago."""
    for memory in _all:
        memory.forget()
