"""The servers that are measured: one for each database, filled with the same blogs, all up at once."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
#: Where a PostgreSQL may be found; BENCH_POSTGRES names another. What the benchmark makes there is dropped again.
POSTGRES = os.environ.get("BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432")
#: Seconds that a server may take until it answers.
PATIENCE = 30


@dataclass(slots=True)
class Site:
    """A running server on one kind of database."""

    name: str
    port: int
    environment: dict[str, str]
    server: "subprocess.Popen[bytes]"
    #: What `bench.work fill` told: for each length, its blog's slug and revision, and what the import took.
    filled: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text()
        return [int(child) for child in children.split() if "resource_tracker" not in _command(int(child))]

    def memory(self) -> list[float]:
        """Megabytes that each worker holds."""
        sizes = [re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in self.workers()]
        return sorted(int(size[1]) / 1024 for size in sizes if size)


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def work(environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    """What `python -m bench.work …` tells in that environment."""
    command = [sys.executable, "-m", "bench.work", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@contextmanager
def sites(folder: Path, archives: list[Path], lengths: list[int]) -> Iterator[list[Site]]:
    """A site on SQLite, and one on PostgreSQL where there is one."""
    with ExitStack() as stack:
        databases = [("SQLite", f"sqlite:///{folder}/bench.sqlite3")]
        if address := stack.enter_context(postgres()):
            databases.append(("PostgreSQL", address))
        yield [stack.enter_context(_site(name, address, folder, archives, lengths)) for name, address in databases]


@contextmanager
def _site(name: str, database: str, folder: Path, archives: list[Path], lengths: list[int]) -> Iterator[Site]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ} | {
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "only-for-the-benchmark-" * 3,
        "DATABASE_URL": database,
        "MEDIA_ROOT": str(folder / "media"),
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }
    print(f"Filling {name}", file=sys.stderr, flush=True)
    filled = work(environment, "fill", *(f"{length}={path}" for length, path in zip(lengths, archives, strict=True)))
    server = subprocess.Popen(
        [sys.executable, "-m", "newsroom.server"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    site = Site(name, port, environment, server, filled)
    try:
        _wait_for(site)
        yield site
    finally:
        server.terminate()
        server.wait()


def _wait_for(site: Site) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and site.server.poll() is None:
        try:
            site.get("/robots.txt")
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"The server on {site.name} did not answer at {site.address}.")


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a new, empty database, or an empty text where no PostgreSQL answers."""
    import psycopg

    try:
        connection = psycopg.connect(f"{POSTGRES}/postgres", connect_timeout=3, autocommit=True)
    except psycopg.OperationalError as error:
        print(f"No PostgreSQL at {POSTGRES} ({str(error).strip()}): only SQLite is measured.", file=sys.stderr)
        yield ""
        return
    name = f"newsroom_bench_{os.getpid()}"
    with connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{POSTGRES}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
