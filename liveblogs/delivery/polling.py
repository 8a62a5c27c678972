"""How often open pages poll: every FOLLOW_SECONDS, less often while more pages poll than a process can answer."""

import threading
import time
from collections.abc import Callable

from django.conf import settings

#: Deltas a second that one process should answer: about a third of what it can, the rest is for pages.
MAX_RATE = 4000
#: Pages that may follow from one address, such as that of an office. More of them do not slow the others.
MAX_PER_CLIENT = 500
#: Addresses that are counted in a period. Beyond, the rest count as one.
MAX_CLIENTS = 200_000
#: Seconds over which requests are counted, at least.
MIN_PERIOD = 10.0
#: The interval is doubled at most this many times.
MAX_DOUBLINGS = 4


class PollInterval:
    """The interval for open pages, from the number of pages that seem to poll this process.

    That number does not depend on the interval, so raising the interval does not lower it again. One address counts
    for a limited number of pages, so that nobody alone can slow everybody. Behind an HTTP cache few requests arrive,
    and the interval stays at FOLLOW_SECONDS.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._period_began = clock()
        self._requests: dict[str, int] = {}
        self._factor = 1

    def count(self, client: str) -> None:
        """Count the request of a page that polls, by the reader's address."""
        requests = self._requests  # without a lock: a lost count among thousands changes nothing
        if client not in requests and len(requests) >= MAX_CLIENTS:
            client = ""
        requests[client] = requests.get(client, 0) + 1

    def seconds(self) -> int:
        """Seconds until the page that asks should poll again."""
        with self._lock:
            interval = settings.FOLLOW_SECONDS * self._factor
            elapsed = self._clock() - self._period_began
            # Long enough for every page to have polled twice at the present interval.
            if elapsed >= max(MIN_PERIOD, 2 * interval):
                requests, self._requests = self._requests, {}
                per_page = elapsed / interval
                pages = sum(min(count / per_page, MAX_PER_CLIENT) for count in list(requests.values()))
                self._factor, self._period_began = self._factor_for(pages), self._clock()
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
