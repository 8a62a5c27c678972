"""Serve the demo from a temporary database on a free port, for programs that check it from outside."""

import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Seconds within which the server must answer.
PATIENCE = 30


@dataclass(frozen=True, slots=True)
class Site:
    """A running site: its port, and the path of the demo's live blog."""

    port: int
    live_blog: str

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> tuple[int, str, str]:
        """Status, content type and text of the answer."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.headers.get_content_type(), answer.read().decode(errors="replace")


@contextmanager
def demo(archives: Sequence[Path] = ()) -> Iterator[Site]:
    """Load the demo, import these archives, and serve the site. Everything is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="newsroom-") as folder:
        port = free_port()
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | {
            "ENV_FILE": os.devnull,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3",
            "MEDIA_ROOT": f"{folder}/media",
            "PORT": str(port),
        }
        print("Loading the demo", flush=True)
        _manage(environment, "migrate", "--verbosity", "0")
        _manage(environment, "collectstatic", "--noinput", "--verbosity", "0")
        live_blog = re.search(r"Live blog +http://[^/]+(/\S+)", _manage(environment, "demo"))
        for archive in archives:
            print(f"Importing {archive}", flush=True)
            _manage(environment, "import_blog", str(archive))
        server = subprocess.Popen(
            [sys.executable, "-m", "newsroom.server"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        try:
            wait_for_answer(port, server)
            yield Site(port, live_blog[1] if live_blog else "/")
        finally:
            server.terminate()
            server.wait()


def _manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"manage.py {' '.join(arguments)} failed:\n{done.stderr}")
    return done.stdout


def free_port() -> int:
    """A port on loopback that is not in use."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for_answer(port: int, server: "subprocess.Popen[bytes]") -> None:
    """Wait until this server answers on that port, with any status. Exits if the server ends or takes too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
                connection.request("GET", "/robots.txt")
                connection.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"Nothing answered at http://127.0.0.1:{port}.")
