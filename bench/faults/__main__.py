"""The fault tests at full size: `python -m bench.faults`, or with the names of some. They assert results, not times.

They use a temporary SQLite database, or a new one on DATABASE_URL's PostgreSQL; `restarts` starts its own PostgreSQL.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial

from . import kills, restarts, schedule, writers
from .ground import database

#: Each test at full size, and at the size that the test suite runs.
FAULTS: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "kills": (partial(kills.run, 200), partial(kills.run, 12)),
    "writers": (partial(writers.run, 8, 5000), partial(writers.run, 8, 120)),
    "schedule": (partial(schedule.run, 1000, 10), partial(schedule.run, 110, 4)),
    "restarts": (partial(restarts.run, 20), partial(restarts.run, 2)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faults", nargs="*", help=f"some of {', '.join(FAULTS)}")
    parser.add_argument("--small", action="store_true", help="run them at the size of the test suite")
    parser.add_argument("--ready", action="store_true", help="use DATABASE_URL's database, which has its tables")
    options = parser.parse_args()
    for name in options.faults or FAULTS:
        started = time.monotonic()
        play = FAULTS[name][options.small]
        if name == "restarts":
            told = play()
        else:
            with database(is_ready=options.ready):
                told = play()
        print(f"{name}: {told} ({time.monotonic() - started:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
