"""How often open pages poll: every FOLLOW_SECONDS, less often while more pages poll than a process can answer."""

import threading
import time
from collections.abc import Callable

from django.conf import settings

#: Deltas a second that one process should answer: somewhat more than half of its capacity, the rest is for pages.
MAX_RATE = 400
#: Seconds over which requests are counted, at least.
MIN_PERIOD = 10.0
#: The interval is doubled at most this many times.
MAX_DOUBLINGS = 4


class PollInterval:
    """The interval for open pages, from the number of pages that seem to poll this process.

    That number does not depend on the interval, so raising the interval does not lower it again. Behind an HTTP cache
    few requests arrive, and the interval stays at FOLLOW_SECONDS.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._period_began = clock()
        self._requests = 0
        self._factor = 1

    def count(self) -> None:
        """Count the request of a page that polls."""
        self._requests += 1  # a lost count among thousands changes nothing, so no lock

    def seconds(self) -> int:
        """Seconds until the page that asks should poll again."""
        with self._lock:
            interval = settings.FOLLOW_SECONDS * self._factor
            elapsed = self._clock() - self._period_began
            # Long enough for every page to have polled twice at the present interval.
            if elapsed >= max(MIN_PERIOD, 2 * interval):
                self._factor = self._factor_for(self._requests / elapsed * interval)
                self._period_began, self._requests = self._clock(), 0
            return settings.FOLLOW_SECONDS * self._factor

    @staticmethod
    def _factor_for(pages: float) -> int:
        """The smallest power of two by which this many pages must poll less often."""
        factors = (2**doublings for doublings in range(MAX_DOUBLINGS))
        sufficient = (factor for factor in factors if pages / (settings.FOLLOW_SECONDS * factor) <= MAX_RATE)
        return next(sufficient, 2**MAX_DOUBLINGS)


_of_process = PollInterval()
count = _of_process.count
interval = _of_process.seconds
