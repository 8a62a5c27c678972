"""`python -m newsroom.stream_server`: serve event streams with uvicorn on HOST and STREAM_PORT, until SIGTERM."""

import resource
import sys
from types import FrameType

from newsroom.server import listening_address

GRACE = 2  # seconds before the remaining streams are closed
SPARE = 100  # open files in addition to the readers' connections


def main() -> None:
    host, port = listening_address("STREAM_PORT")

    import django
    from django.conf import settings

    django.setup()

    import uvicorn

    from liveblogs.stream.app import Stream

    if problem := _files_problem(settings.STREAM_CONNECTIONS + SPARE):
        print(f"newsroom: {problem}", file=sys.stderr, flush=True)  # noqa: T201
    stream = Stream()

    class Server(uvicorn.Server):
        """Closes the streams on shutdown. uvicorn alone would wait for readers to disconnect."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            stream.close()
            super().handle_exit(sig, frame)

    print(f"Newsroom's event streams are at http://{host}:{port}/ (Ctrl-C ends it).", flush=True)  # noqa: T201
    config = uvicorn.Config(
        stream,
        host=host,
        port=port,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=4096,
        timeout_graceful_shutdown=GRACE,
    )
    Server(config).run()


def _files_problem(needed: int) -> str:
    """Raise the limit of open files to the number needed. Returns the problem if that fails, else ""."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed < needed:
        allowed = needed if most == resource.RLIM_INFINITY else min(needed, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    if allowed < needed:
        return f"the system allows {allowed} open files (ulimit -n), STREAM_CONNECTIONS needs {needed}"
    return ""


if __name__ == "__main__":
    main()
