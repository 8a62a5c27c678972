"""How often open pages ask what is new: every FOLLOW_SECONDS, more seldom while more ask than a process can answer."""

import threading
import time
from collections.abc import Callable

from django.conf import settings

#: Deltas that one process is to answer in a second: a good half of what it can, the rest is for pages.
AT_MOST = 400
#: Seconds over which askers are counted at least.
COUNTED = 10.0
#: The interval is doubled at most this many times.
DOUBLED_AT_MOST = 4


class Pace:
    """The interval that open pages are told, by how many of them seem to be asking this process.

    How many that are doesn't depend on the interval, so that raising it doesn't call for lowering it again. Behind an
    HTTP cache few questions arrive, and the interval stays.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._began = clock()
        self._asked = 0
        self._factor = 1

    def interval(self) -> int:
        """Seconds until this asker should ask again. Counts the question."""
        with self._lock:
            self._asked += 1
            told = settings.FOLLOW_SECONDS * self._factor
            elapsed = self._clock() - self._began
            # Long enough for everybody to have asked twice at the present pace.
            if elapsed >= max(COUNTED, 2 * told):
                askers = self._asked / elapsed * told
                self._factor = self._needed(askers)
                self._began, self._asked = self._clock(), 0
            return settings.FOLLOW_SECONDS * self._factor

    @staticmethod
    def _needed(askers: float) -> int:
        """The smallest power of two that spreads them enough."""
        factors = (2**doubled for doubled in range(DOUBLED_AT_MOST))
        fitting = (factor for factor in factors if askers / (settings.FOLLOW_SECONDS * factor) <= AT_MOST)
        return next(fitting, 2**DOUBLED_AT_MOST)


interval = Pace().interval
