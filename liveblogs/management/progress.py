"""Progress of a command: one line that is rewritten on a terminal, or a line every ten seconds in a log."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import OutputWrapper

#: Seconds before the first line on a terminal, and between two lines on a terminal and in a log.
TERMINAL_DELAY = 1.0
TERMINAL_INTERVAL = 0.1
LOG_INTERVAL = 10.0


class Progress:
    """Call it with what is done, how many are done and how many there are. Call ``end`` before other output."""

    def __init__(self, stream: OutputWrapper) -> None:
        self.stream = stream
        self.is_terminal = stream.isatty()
        self.next = time.monotonic() + (TERMINAL_DELAY if self.is_terminal else LOG_INTERVAL)
        self.width = 0

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self.next or not total:
            return
        self.next = now + (TERMINAL_INTERVAL if self.is_terminal else LOG_INTERVAL)
        line = f"{what}: {done:,} of {total:,}"
        if self.is_terminal:
            self._write(f"\r{line:<{self.width}}")
            self.width = len(line)
        else:
            self._write(f"{line}\n")

    def end(self) -> None:
        """Clear the line on a terminal."""
        if self.width:
            self._write(f"\r{'':<{self.width}}\r")
            self.width = 0

    def _write(self, text: str) -> None:
        self.stream.write(text, str, "")  # without the color of errors
        self.stream.flush()


def counted(count: int, word: str) -> str:
    """A number with its noun: 1 post, 1,200 posts."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


@contextmanager
def interrupt_on_sigterm() -> Iterator[None]:
    """SIGTERM raises ``KeyboardInterrupt`` in the block, as Ctrl+C does, so that transactions are rolled back."""

    def interrupt(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():  # the only one that may set signal handlers
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
