"""Servers and programs of a test's own: on free ports, with its database, gone when it ends."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.conf import settings

from tests.support import serving
from tests.support.serving import ROOT, database_url

#: Seconds in which a program must have done what is waited for.
PATIENCE = 60


wait_for = partial(serving.wait_for, seconds=PATIENCE)


def environment(**changes: str) -> dict[str, str]:
    """What a program of ours needs to run as this test does."""
    return os.environ | {
        "DATABASE_URL": database_url(),
        "ENV_FILE": os.devnull,
        "SECRET_KEY": settings.SECRET_KEY,
        "CACHE_URL": "locmem://",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        **changes,
    }


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@contextmanager
def program(*command: str, port: int, log: Path, **changes: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program once it listens on its port, until the block ends."""
    with log.open("ab") as file:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(**changes), stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )
    try:
        wait_for(lambda: listens(port) or process.poll() is not None, log.read_text)
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)


@contextmanager
def python(module: str, *arguments: str, port: int, log: Path, **changes: str) -> Iterator[subprocess.Popen[bytes]]:
    with program(sys.executable, "-m", module, *arguments, port=port, log=log, **changes) as process:
        yield process


def redis_program() -> str | None:
    """Where redis-server is, if it is installed."""
    return shutil.which("redis-server")


@contextmanager
def redis_server(port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    where = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(log.parent)]
    with program(redis_program() or "", *where, port=port, log=log) as process:
        yield process
