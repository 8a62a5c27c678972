"""Load on loopback: runs wrk for a short time and reads the rate."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field

#: Simultaneous connections: enough to keep two workers busy, few enough that queueing isn't what is measured.
CONNECTIONS = 8


@dataclass(slots=True)
class Subject:
    """One URL with one set of request headers, and its requests per second by round."""

    name: str
    url: str
    #: The name of the subject that it is compared with, and the ratio that it should reach.
    baseline: str = ""
    goal: float = 0.0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    rounds: list[float] = field(default_factory=list)


def tool() -> str:
    """The path of wrk. If it is missing, installs Debian's package where that is possible, otherwise exits."""
    shell = shutil.which("sh")
    if shell and not shutil.which("wrk") and os.geteuid() == 0 and shutil.which("apt-get"):
        command = "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y wrk"
        subprocess.run([shell, "-c", command], stdout=sys.stderr, check=False)
    return shutil.which("wrk") or sys.exit("The benchmark needs wrk (Debian: apt-get install wrk).")


def run(subject: Subject, seconds: float) -> None:
    """Measure one round of requests per second. Exits if a response is not the one to be measured."""
    headers = [part for name, value in subject.headers.items() for part in ("-H", f"{name}: {value}")]
    command = [tool(), "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", *headers, subject.url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if wrong := re.search(r"Non-2xx or 3xx responses: .*|Socket errors: .*", told):
        sys.exit(f"{subject.name} at {subject.url}: {wrong[0]}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    if rate is None:
        sys.exit(f"{subject.name}: wrk printed no requests per second:\n{told}")
    subject.rounds.append(float(rate[1]))
