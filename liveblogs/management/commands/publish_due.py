"""Publish scheduled posts whose time has come: `manage.py publish_due`, from a timer or as a process of its own."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, close_old_connections, connection
from django.utils import timezone

from ... import publishing


class Command(BaseCommand):
    help = (
        "Publish the scheduled posts whose time has come. Readers' pages do so by themselves; "
        "with this, feeds, pushes and caches need no reader."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--loop", type=float, metavar="SECONDS", help="look again every so many seconds, until SIGTERM or Ctrl+C"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        seconds = options["loop"]
        if seconds is None:
            if not self._publish():
                self.stdout.write("Nothing is due.")
            return
        if not 0 < seconds <= 3600:
            raise CommandError("--loop takes a number of seconds between 0 and 3600.")
        self._loop(seconds)

    def _loop(self, seconds: float) -> None:
        """Until somebody says stop. A database that is away is asked again at each turn, and told of once."""
        stop, is_away = _told_to_stop(), False
        while not stop.is_set():
            close_old_connections()  # asks those that are kept whether the server still knows them
            try:
                self._publish()
            except Error as error:
                if not is_away:
                    self._say(f"The database does not answer ({_line(error)}); trying again every {seconds:g} s.")
                is_away = True
                connection.close()
            except Exception as error:  # noqa: BLE001 - the next turn may do better, and nobody would start it again
                self._say(f"That failed: {_line(error)}")
            else:
                if is_away:
                    self._say("The database answers again.")
                is_away = False
            stop.wait(seconds)
        self._say("Stopped.")

    def _publish(self) -> int:
        """Publish what is due and say so. How many posts that were."""
        posts = publishing.publish_due()
        for post in posts:
            self._say(f"Published {post.get_absolute_url()} “{post}”")
        return len(posts)

    def _say(self, line: str) -> None:
        self.stdout.write(f"{timezone.now():%Y-%m-%d %H:%M:%S} {line}")
        self.stdout.flush()


def _told_to_stop() -> threading.Event:
    """Set by SIGTERM and SIGINT; what is being published then is finished first."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    return stop


def _line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
