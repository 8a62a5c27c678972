"""An editor at work while readers saturate the server, and a burst of readers while a post a second is published."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from . import load, report, sites
from .load import Subject
from .sites import Site

#: Connections of readers while an editor works, and the editor's changes.
CONNECTIONS, CHANGES = 256, 40
#: The burst: shares of the measured peak, seconds of each (whole ones), and connections.
RAMP, STEP, READERS = tuple(percent / 100 for percent in range(8, 81, 8)), 1, 64


def table(site: Site, path: str, subjects: list[Subject]) -> str:
    """Both as a table. The burst needs h2load (Debian: nghttp2-client)."""
    peak = statistics.median(next(subject for subject in subjects if subject.name == "page").rounds)
    session = sites.work(site.environment, "editor", path.strip("/"))
    rest = _changes(site, session)
    with _saturated(site.address + path):
        loaded = _changes(site, session)
    rows = [
        ["pin or unpin in the admin, at rest", f"p95 {_p95(rest) * 1000:.0f} ms", ""],
        [
            f"the same beside {CONNECTIONS} connections",
            f"p95 {_p95(loaded) * 1000:.0f} ms",
            report.verdict(_p95(loaded), at_most=0.3),
        ],
    ]
    if shutil.which("h2load"):
        rows += _burst(site, path, session, peak)
    else:
        print("h2load was not found: no burst (Debian: apt-get install nghttp2-client).", file=sys.stderr)
    return report.table([site.name, "", "goal"], rows)


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


# An editor
# ---------


def _changes(site: Site, session: dict[str, str]) -> list[float]:
    """Seconds that each of an editor's changes takes, one after the other."""
    times = []
    for number in range(CHANGES):
        started = time.monotonic()
        _change(site, session, "unpin" if number % 2 else "pin")
        times.append(time.monotonic() - started)
        time.sleep(0.05)
    return times


def _change(site: Site, session: dict[str, str], action: str) -> None:
    headers = {
        "Cookie": f"sessionid={session['session']}; csrftoken={session['token']}",
        "X-CSRFToken": session["token"],
        "Content-Type": "application/x-www-form-urlencoded",
    }
    with closing(HTTPConnection("127.0.0.1", site.port, timeout=60)) as connection:
        connection.request("POST", session["path"], f"post={session['post']}&action={action}", headers)
        response = connection.getresponse()
        body = response.read()
    if response.status != 200:
        sys.exit(f"{action} was answered with {response.status}: {body[:200].decode()}")


@contextmanager
def _saturated(url: str) -> Iterator[None]:
    """Readers ask for this page as fast as they get it."""
    command = [load.tool(), "-t1", f"-c{CONNECTIONS}", "-d600s", "-H", "Accept-Encoding: br", url]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as readers:
        try:
            time.sleep(1)
            yield
        finally:
            readers.terminate()


# A burst
# -------


def _burst(site: Site, path: str, session: dict[str, str], peak: float) -> list[list[str]]:
    """Rows on readers who grow from a tenth to eight tenths of the peak within ten seconds."""
    served: list[float] = []
    over = threading.Event()
    publisher = threading.Thread(target=_publish_each_second, args=(site, path, session, served, over))
    publisher.start()
    seconds, errors = [], 0
    for share in RAMP:
        of_step = _readers(site.address + path, peak * share)
        seconds += of_step[0]
        errors += of_step[1]
    over.set()
    publisher.join()
    p99 = sorted(seconds)[int(len(seconds) * 0.99)]
    return [
        [f"burst, {len(seconds):,} responses: errors", str(errors), "0 met" if not errors else "0 MISSED"],
        ["burst: response", f"p99 {p99 * 1000:.0f} ms", report.verdict(p99, at_most=0.05)],
        [
            f"burst: published to served, {len(served)} changes",
            f"at most {max(served):.2f} s",
            report.verdict(max(served), at_most=1.2),
        ],
    ]


def _readers(url: str, rate: float) -> tuple[list[float], int]:
    """Seconds of each response at this rate, and how many failed."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        command = ["h2load", "--h1", f"-c{READERS}", f"-D{STEP}", f"--rps={rate / READERS:.2f}", f"--log-file={log}"]
        subprocess.run([*command, "-H", "accept-encoding: br", url], capture_output=True, check=True)
        lines = [line.split("\t") for line in log.read_text().splitlines()]
    return [int(line[2]) / 1e6 for line in lines], sum(line[1] != "200" for line in lines)


def _publish_each_second(
    site: Site, path: str, session: dict[str, str], served: list[float], over: threading.Event
) -> None:
    """Pin and unpin, and note after how many seconds every worker shows it."""
    number = 0
    while not over.wait(1):
        _change(site, session, "unpin" if number % 2 else "pin")
        number, changed = number + 1, time.monotonic()
        etag, same = "", 0
        while same < 12:  # connections are spread over the workers: so many agree only when all have the new one
            new = site.get(path)[1]["etag"]
            etag, same = new, same + 1 if new == etag else 0
        served.append(time.monotonic() - changed)
