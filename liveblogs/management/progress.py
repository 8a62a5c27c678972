"""What a command shows while it works: one line that renews itself on a terminal, a line now and then in a log."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import OutputWrapper

#: Seconds before anything is shown, and between two showings: on a terminal, and elsewhere.
PATIENCE = 1.0
ON_TERMINAL = 0.1
IN_LOG = 10.0


class Progress:
    """Call it with what is done, how much of it and how much there is; ``end`` it before anything else is written."""

    def __init__(self, stream: OutputWrapper) -> None:
        self.stream = stream
        self.is_terminal = stream.isatty()
        self.next = time.monotonic() + (PATIENCE if self.is_terminal else IN_LOG)
        self.width = 0

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self.next or not total:
            return
        self.next = now + (ON_TERMINAL if self.is_terminal else IN_LOG)
        line = f"{what}: {done:,} of {total:,}"
        if self.is_terminal:
            self._write(f"\r{line:<{self.width}}")
            self.width = len(line)
        else:
            self._write(f"{line}\n")

    def end(self) -> None:
        """Leave an empty line on the terminal."""
        if self.width:
            self._write(f"\r{'':<{self.width}}\r")
            self.width = 0

    def _write(self, text: str) -> None:
        self.stream.write(text, str, "")  # in no colour: it is no error
        self.stream.flush()


def counted(count: int, word: str) -> str:
    """A number and what it counts: 1 post, 1,200 posts."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


@contextmanager
def stopped_cleanly() -> Iterator[None]:
    """A request to terminate ends the work as Ctrl-C does: what was begun is undone."""

    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():  # the only one that hears of signals
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
