"""CPU time and memory of processes, from Linux's /proc."""

import os
import re
from collections.abc import Iterable
from pathlib import Path


def cpu(pids: Iterable[int]) -> float:
    """Seconds of CPU that these processes have used."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")


def megabytes(pids: Iterable[int], kind: str = "Pss") -> float:
    """Their memory in MB: "Rss" in full, "Pss" with shared memory divided among the processes that share it."""
    texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids]
    found = (re.search(rf"^{kind}:\s+(\d+)", text, re.MULTILINE) for text in texts)
    return sum(int(size[1]) for size in found if size) / 1024
