"""Publish scheduled posts whose time has come: `manage.py publish_due`, from a timer or as a service."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, close_old_connections, connection
from django.utils import timezone

from ... import publishing


class Command(BaseCommand):
    help = (
        "Publish the scheduled posts whose time has come. The next reader's request would do so, too; "
        "with this, feeds, streams and caches need no reader."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--loop", type=float, metavar="SECONDS", help="repeat every so many seconds, until SIGTERM or Ctrl+C"
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
        """Publish every ``seconds`` until a signal to stop. An unreachable database is reported once, and retried."""
        stop, is_unreachable = _stop_event(), False
        while not stop.is_set():
            close_old_connections()  # and those that the server has dropped
            try:
                self._publish()
            except Error as error:
                if not is_unreachable:
                    self._log(f"The database does not answer ({_line(error)}); trying again every {seconds:g} s.")
                is_unreachable = True
                connection.close()
            except Exception as error:  # noqa: BLE001 - the next try may succeed, and nobody would restart it
                self._log(f"That failed: {_line(error)}")
            else:
                if is_unreachable:
                    self._log("The database answers again.")
                is_unreachable = False
            stop.wait(seconds)
        self._log("Stopped.")

    def _publish(self) -> int:
        """Publish what is due. Returns the number of posts."""
        posts = publishing.publish_due()
        for post in posts:
            self._log(f"Published {post.get_absolute_url()} “{post}”")
        return len(posts)

    def _log(self, line: str) -> None:
        self.stdout.write(f"{timezone.now():%Y-%m-%d %H:%M:%S} {line}")
        self.stdout.flush()


def _line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


def _stop_event() -> threading.Event:
    """An event that the signals to stop set: a transaction under way is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: stop.set())
    return stop
