"""The benchmark's tables: medians, spread, ratios, goals."""

import statistics
from collections.abc import Iterable, Sequence

from .load import Subject


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table with aligned columns."""
    lines = [list(head), ["-" * len(name) for name in head], *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def of_subjects(site: str, subjects: Sequence[Subject]) -> str:
    """One row for each subject, with its ratio to its baseline."""
    by_name = {subject.name: subject for subject in subjects}
    rows = []
    for subject in subjects:
        rounds = sorted(subject.rounds)
        row = [subject.name, f"{statistics.median(rounds):,.0f}", f"{rounds[0]:,.0f} to {rounds[-1]:,.0f}"]
        if baseline := by_name.get(subject.baseline):
            # Each round is compared with the baseline's same round: both had the same other load.
            ratio = statistics.median(one / other for one, other in zip(subject.rounds, baseline.rounds, strict=True))
            row += [f"{ratio:.2f} of {baseline.name}", verdict(ratio, subject.goal)]
        else:
            row += ["", ""]
        rows.append(row)
    return table([site, "requests/s", "spread", "ratio", "goal"], rows)


def verdict(ratio: float, at_least: float = 0.0, at_most: float = 0.0) -> str:
    if at_least:
        return f"≥ {at_least:.2f} {'met' if round(ratio, 2) >= at_least else 'MISSED'}"
    if at_most:
        return f"≤ {at_most:.2f} {'met' if round(ratio, 2) <= at_most else 'MISSED'}"
    return ""
