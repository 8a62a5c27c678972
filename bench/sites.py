"""The servers that are measured: one for each database, with the same blogs, all running at once."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tools.serving import PATIENCE, ROOT, free_port, wait_for_answer

from .processes import megabytes

#: The PostgreSQL server; BENCH_POSTGRES names another. The benchmark drops the database that it creates there.
POSTGRES = os.environ.get("BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432")


@dataclass(slots=True)
class Site:
    """A running server. ``name`` is that of the database, or of the server."""

    name: str
    port: int
    environment: dict[str, str]
    server: "subprocess.Popen[bytes]"
    #: The result of `bench.work fill`: for each length, the blog's slug, its revision, and the seconds of the import.
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
        """The process IDs of the workers."""
        children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text()
        return [int(child) for child in children.split() if "resource_tracker" not in _command(int(child))]

    def memory(self) -> list[tuple[float, float]]:
        """Megabytes of each worker: in full, and with shared memory divided among the workers."""
        return sorted((megabytes([pid], "Rss"), megabytes([pid], "Pss")) for pid in self.workers())


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def work(environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    """The result of `python -m bench.work …` in this environment."""
    command = [sys.executable, "-m", "bench.work", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@contextmanager
def sites(folder: Path, archives: list[Path], lengths: list[int]) -> Iterator[list[Site]]:
    """A site on SQLite, the same under gunicorn's synchronous workers, and one on PostgreSQL if it is available."""
    with ExitStack() as stack:
        databases = [("SQLite", f"sqlite:///{folder}/bench.sqlite3")]
        if address := stack.enter_context(postgres()):
            databases.append(("PostgreSQL", address))
        running = [stack.enter_context(_site(name, address, folder, archives, lengths)) for name, address in databases]
        running.append(stack.enter_context(_gunicorn(running[0])))
        yield running


@contextmanager
def _site(name: str, database: str, folder: Path, archives: list[Path], lengths: list[int]) -> Iterator[Site]:
    port = free_port()
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
    with _serving(port, environment, "bench.server") as server:
        yield Site(name, port, environment, server, filled)


@contextmanager
def _gunicorn(site: Site) -> Iterator[Site]:
    """The same site, as many workers of gunicorn."""
    port = free_port()
    with _serving(port, site.environment, "gunicorn", "-w2", f"-b127.0.0.1:{port}", "bench.wsgi") as server:
        yield Site("gunicorn", port, site.environment, server, site.filled)


@contextmanager
def _serving(port: int, environment: dict[str, str], *module: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", *module]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_answer(port, server)
        yield server
    finally:
        server.terminate()
        server.wait()


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a new, empty database, or an empty string if PostgreSQL does not answer."""
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
