"""Faults in full numbers: `python -m bench.faults`, or with the name of one. What is right is asserted, not how long.

On a temporary SQLite, or beside DATABASE_URL's PostgreSQL; `restarts` starts a PostgreSQL of its own.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial

from . import kills, restarts, schedule, writers
from .ground import database

#: What each does in full numbers, and what in those of the test suite.
FAULTS: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "kills": (partial(kills.run, 200), partial(kills.run, 12)),
    "writers": (partial(writers.run, 8, 5000), partial(writers.run, 8, 120)),
    "schedule": (partial(schedule.run, 1000, 10), partial(schedule.run, 110, 4)),
    "restarts": (partial(restarts.run, 20), partial(restarts.run, 2)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faults", nargs="*", help=f"some of {', '.join(FAULTS)}")
    parser.add_argument("--small", action="store_true", help="in small numbers")
    parser.add_argument("--ready", action="store_true", help="in DATABASE_URL's own tables, which are there")
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
