"""The queue of tags for one HTTP cache, and the thread that purges them."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from ..entry import FRESH

logger = logging.getLogger(__name__)

#: Seconds between two purges, and before each retry.
GAP = 0.2
RETRIES = (0.3, 1.5)
#: Seconds until each tag is purged again: by then no process reuses what it read before the change.
AGAIN = FRESH + 0.1
#: Waiting tags at most. Unpublishing a blog with a thousand pictures adds two or, with a bucket, thirty for each.
MAX_WAITING = 100_000

type Purge = Callable[[Sequence[str]], None]


class PurgeQueue:
    """Tags waiting to be purged from one cache. The first call of ``add`` starts the thread."""

    def __init__(self, name: str, purge: Purge) -> None:
        self.name = name
        self._purge = purge
        self._changed = threading.Condition()
        self._due: dict[tuple[str, bool], float] = {}  # by tag, and whether it is the second time
        self._is_purging = False
        self._thread: threading.Thread | None = None

    def add(self, tags: Iterable[str]) -> None:
        """Purge these now, and again when no process reuses what it read before the change."""
        now = time.monotonic()
        with self._changed:
            for tag in tags:
                if len(self._due) >= MAX_WAITING:
                    logger.error("%s: too many tags are waiting to be purged; %s is dropped", self.name, tag)
                    continue
                self._due.setdefault((tag, False), now)
                self._due[tag, True] = now + AGAIN
            if self._thread is None or not self._thread.is_alive():  # a forked process has the object, not the thread
                self._thread = threading.Thread(target=self._run, name=f"purge {self.name}", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def finish(self, seconds: float) -> bool:
        """Wait until everything is purged, but only so long. Whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._due and not self._is_purging, seconds)

    def _run(self) -> None:
        while True:
            tags = self._next()
            self._try(tags)
            with self._changed:
                self._is_purging = False
                self._changed.notify_all()
            time.sleep(GAP)

    def _next(self) -> list[str]:
        """Wait until tags are due, and take all of them."""
        with self._changed:
            while True:
                now = time.monotonic()
                if due := [key for key, at in self._due.items() if at <= now]:
                    for key in due:
                        del self._due[key]
                    self._is_purging = True
                    return list(dict.fromkeys(tag for tag, _ in due))
                self._changed.wait(min(self._due.values()) - now if self._due else None)

    def _try(self, tags: list[str]) -> None:
        for pause in (*RETRIES, None):
            try:
                self._purge(tags)
            except Exception as error:  # noqa: BLE001 - the thread must go on, whatever a cache does
                if pause is None:
                    logger.warning("%s: could not purge %s (%s)", self.name, " ".join(tags), error)
                    return
                time.sleep(pause)
            else:
                return
