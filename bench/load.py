"""A crowd on loopback: wrk for a short while, and what it got through."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field

#: Connections that ask at once: enough to keep two workers busy, few enough that queueing isn't what is measured.
CONNECTIONS = 8


@dataclass(slots=True)
class Subject:
    """One address under one set of request headers, and its rounds."""

    name: str
    url: str
    #: The name of the subject that it's held against, and the ratio that it should reach.
    yardstick: str = ""
    goal: float = 0.0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    rounds: list[float] = field(default_factory=list)


def tool() -> str:
    """wrk's path; Debian's package is installed first where there is none and that is allowed."""
    shell = shutil.which("sh")
    if shell and not shutil.which("wrk") and os.geteuid() == 0 and shutil.which("apt-get"):
        command = "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y wrk"
        subprocess.run([shell, "-c", command], stdout=sys.stderr, check=False)
    return shutil.which("wrk") or sys.exit("The benchmark needs wrk (Debian: apt-get install wrk).")


def run(subject: Subject, seconds: float) -> None:
    """One round: requests a second. Stops the benchmark when an answer is not what is being measured."""
    headers = [part for name, value in subject.headers.items() for part in ("-H", f"{name}: {value}")]
    command = [tool(), "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", *headers, subject.url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if wrong := re.search(r"Non-2xx or 3xx responses: .*|Socket errors: .*", told):
        sys.exit(f"{subject.name} at {subject.url}: {wrong[0]}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    if rate is None:
        sys.exit(f"{subject.name}: wrk said nothing of requests a second:\n{told}")
    subject.rounds.append(float(rate[1]))
