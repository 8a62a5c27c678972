"""`python -m newsroom.server`: serve Newsroom with granian on HOST and PORT, until Ctrl-C or SIGTERM.

Workers finish their current requests before they exit.
"""

import copy
import os
import socket
import sys

from django.core.exceptions import ImproperlyConfigured

THREADS = 4  # per worker; each may hold a database connection
GRACE = 10  # seconds for a worker to finish its requests


def main(application: str = "newsroom.wsgi:application") -> None:
    host, port = listening_address("PORT")

    from django.conf import settings

    from .storage import static_files_problem

    if problem := static_files_problem():
        sys.exit(f"newsroom: {problem}")

    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    address = f"http://{host}:{port}/"
    print(f"Newsroom is at {address} and its admin at {address}admin/ (Ctrl-C ends it).", flush=True)  # noqa: T201
    Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.WORKERS,
        blocking_threads=THREADS,
        workers_kill_timeout=GRACE,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        log_dictconfig=copy.deepcopy(settings.LOGGING),
    ).serve()


def listening_address(variable: str) -> tuple[str, int]:
    """The host and port from the settings. Exits if a setting is invalid, or if no server can listen there.

    granian lets its workers share a port, so that a second server would start next to the first without an error.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    from django.conf import settings

    try:
        host, port = settings.HOST, getattr(settings, variable)
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except ImproperlyConfigured as error:
        sys.exit(f"newsroom: {error}")
    except OSError as error:
        reason = error.strerror or error
        sys.exit(
            f"newsroom: cannot listen on {host}:{port} ({reason}); {variable}={port + 1} would choose another port"
        )
    return host, port


if __name__ == "__main__":
    main()
