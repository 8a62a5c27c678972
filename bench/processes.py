"""What processes have used and hold, as Linux tells it."""

import os
import re
from collections.abc import Iterable
from pathlib import Path


def cpu(pids: Iterable[int]) -> float:
    """Seconds of CPU that they have used."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")


def megabytes(pids: Iterable[int], kind: str = "Pss") -> float:
    """What they hold: "Rss" all of it, "Pss" with what is shared divided among those who share."""
    texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids]
    found = (re.search(rf"^{kind}:\s+(\d+)", text, re.MULTILINE) for text in texts)
    return sum(int(size[1]) for size in found if size) / 1024
