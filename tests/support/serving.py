"""The processes of a site, started on loopback as an operator would start them, on the test's own database."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection

from tools.serving import ROOT, free_port

DEPLOY = ROOT / "deploy"
HOST = "live.example.org"
#: Seconds in which what is waited for must have happened.
PATIENCE = 30


def database_url() -> str:
    """The address of the test's own database."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    port = f":{database['PORT']}" if database["PORT"] else ""
    password = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    return f"postgres://{database['USER']}{password}@{database['HOST']}{port}/{database['NAME']}"


def environment(**variables: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "tests.support.served",
        "PYTHONPATH": str(ROOT),
        "SECRET_KEY": settings.SECRET_KEY,
        "SITE_URL": f"http://{HOST}",
        "DATABASE_URL": database_url(),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        **variables,
    }


def wait_for[T](condition: Callable[[], T], told: object = "", seconds: float = PATIENCE) -> T:
    """What the condition gives as soon as it's something. ``told`` is what was waited for, or gives the reason."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, f"waited in vain for {told() if callable(told) else told or condition}"
        time.sleep(0.02)
    return found


# Asking
# ------


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(port: int, path: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
    """One request on a connection of its own. ``headers`` have underscores for hyphens."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        told = {"Host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
        line.request(method, path, body.encode() or None, told)
        response = line.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        line.close()


def answers(port: int) -> bool:
    with suppress(OSError):
        return ask(port, "/healthz/live").status in {200, 403}
    return False


# Processes
# ---------


@dataclass
class Origin:
    """The application, and what it logged."""

    folder: Path
    port: int = field(default_factory=free_port)
    variables: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None

    @property
    def log(self) -> Path:
        return self.folder / f"web-{self.port}.log"

    def start(self) -> None:
        told = {"PORT": str(self.port), "LOG_FORMAT": "json", "LOG_REQUESTS": "yes", **self.variables}
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "newsroom.server"],
                cwd=ROOT, env=environment(**told), stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_for(lambda: answers(self.port), self.log.read_text)

    def stop(self) -> None:
        """As an operator does: what is under way is finished."""
        self.process.terminate()
        assert self.process.wait(PATIENCE) == 0

    def kill(self) -> None:
        """At once, with all its workers."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def requests(self) -> list[dict]:
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["logger"] == "newsroom.requests"]


@contextmanager
def origin(folder: Path, **variables: str) -> Iterator[Origin]:
    made = Origin(folder, variables=variables)
    try:
        made.start()
        yield made
    finally:
        made.kill()


def changed(text: str, **replacements: str) -> str:
    """A shipped file for the machine of the test: each of these texts must be in it."""
    for old, new in replacements.values():
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def running(*command: str, log: Path) -> Iterator[subprocess.Popen]:
    with log.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def nginx_files(folder: Path, *ports: int, stream: int = 9, rate: str = "100000r/s") -> tuple[Path, int, Path]:
    """Our nginx files in a folder of a test: the main file, the port, and where purges are told.

    All readers of a test have one address, which may ask for deltas at this ``rate``.
    """
    port, purged, media = free_port(), folder / "purged", Path(settings.MEDIA_ROOT)
    media.mkdir(exist_ok=True)
    (folder / "conf.d").mkdir()
    (folder / "conf.d/upstreams.conf").write_text(
        changed(
            (DEPLOY / "nginx/upstreams.conf").read_text(),
            first=("127.0.0.1:8001", f"127.0.0.1:{ports[0]}"),
            second=("127.0.0.1:8002", f"127.0.0.1:{ports[-1]}"),
            stream=("127.0.0.1:8100", f"127.0.0.1:{stream}"),
        )
    )
    (folder / "conf.d/newsroom.conf").write_text(
        changed(
            (DEPLOY / "nginx/newsroom.conf").read_text(),
            port=("listen 80;", f"listen 127.0.0.1:{port};"),
            cache=("/var/cache/nginx/newsroom", f"{folder}/cache"),
            log=("/var/log/nginx/newsroom.log", f"{folder}/access.log"),
            rate=("rate=200r/s", f"rate={rate}"),
            purged=("/var/lib/newsroom/purged", str(purged)),
            media=("/var/lib/newsroom/media", str(media)),
        )
    )
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    main.write_text(
        changed(
            (DEPLOY / "nginx/main.conf").read_text(),
            user=("user nginx;", "user root;" if os.geteuid() == 0 else ""),
            pid=("/run/nginx.pid", f"{folder}/nginx.pid"),
            log=("/dev/stderr", "stderr"),
            files=("65536", "8192"),
            connections=("32768", "4096"),
            folder=("include /etc/nginx/conf.d", f"{temporary} include {folder}/conf.d"),
        )
    )
    return main, port, purged


@contextmanager
def nginx(folder: Path, *ports: int, **options: str) -> Iterator[tuple[int, str]]:
    """nginx with our file, before applications at these ports: its port, and how it is told to purge."""
    main, port, purged = nginx_files(folder, *ports, **options)
    with running("nginx", "-c", str(main), "-g", "daemon off;", log=folder / "nginx.log"):
        wait_for(lambda: answers(port), "nginx")
        yield port, f"nginx://{purged}"


def varnish_file(folder: Path, *ports: int) -> Path:
    file = folder / "newsroom.vcl"
    file.write_text(
        changed(
            (DEPLOY / "varnish/newsroom.vcl").read_text(),
            first=('"8001"', f'"{ports[0]}"'),
            second=('"8002"', f'"{ports[-1]}"'),
        )
    )
    return file


@contextmanager
def varnish(folder: Path, *ports: int) -> Iterator[tuple[int, str]]:
    port = free_port()
    command = ["varnishd", "-F", "-n", str(folder / "varnish"), "-a", f"127.0.0.1:{port}", "-s", "malloc,64m"]
    with ExitStack() as stack:
        stack.enter_context(
            running(
                *command, "-j", "none", "-p", "thread_pool_min=50", "-f", str(varnish_file(folder, *ports)),
                log=folder / "varnish.log",
            )
        )  # fmt: skip
        wait_for(lambda: answers(port), (folder / "varnish.log").read_text)
        yield port, f"varnish://127.0.0.1:{port}"
