"""How many pictures a process decodes at once: each may take 512 MB."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: Pictures at once, of the four requests that a process serves.
AT_ONCE = 2
#: Seconds that an upload waits, and the making of renditions.
UPLOAD, RENDITIONS = 5.0, 60.0

_slots = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """No slot was free in time."""


@contextmanager
def slot(seconds: float) -> Iterator[None]:
    """Run the block when fewer than ``AT_ONCE`` others run. Raises ``Busy`` after so many seconds."""
    if not _slots.acquire(timeout=seconds):
        raise Busy
    try:
        yield
    finally:
        _slots.release()
