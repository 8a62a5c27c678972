"""`make lighthouse`: Lighthouse's four scores for the first load of the demo's live blog on a phone.

Fails if a score is under 99, if the first view transfers too many bytes, or if the layout shifts.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import chromium
import npm
import serving

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LOWEST = 99
#: Transferred bytes of a first view without its pictures, at most.
TRANSFER = 60 * 1024
#: Other work on the machine lowers the score, so the median of three runs counts.
RUNS = 3


def main() -> None:
    node = npm.needed("node", "Node.js 18.16 or newer (Debian: apt-get install nodejs npm)")
    browser = chromium.find()
    if not browser:
        sys.exit("No Chromium was found: `make browser` finds or installs one.")
    npm.install()
    with serving.demo() as site:
        address = site.address + site.live_blog
        reports = [_report(node, browser, address) for _ in range(RUNS)]
    faults = [*_low_scores(reports), *_over_limits(reports[-1])]
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


def _report(node: str, browser: str, address: str) -> dict[str, Any]:
    """The report of one run with Lighthouse's phone settings, which are its default."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "report.json"
        command = [
            node, str(npm.PACKAGES / "lighthouse/cli/index.js"), address, "--quiet", "--output=json",
            f"--output-path={output}", f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
        ]  # fmt: skip
        environment = {**os.environ, "CHROME_PATH": browser}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"Lighthouse failed:\n{done.stderr}")
        report: dict[str, Any] = json.loads(output.read_text())
        if error := report.get("runtimeError"):
            sys.exit(f"Lighthouse failed: {error['message']}")
        return report


def _low_scores(reports: list[dict[str, Any]]) -> list[str]:
    faults = []
    for name in CATEGORIES:
        scores = [round(100 * (report["categories"][name]["score"] or 0)) for report in reports]
        score = median(scores)
        print(f"  {name:<16}{score:>4}   (runs: {', '.join(map(str, scores))})")
        if score < LOWEST:
            faults.append(f"{name}: {score} is under {LOWEST}")
            faults += [f"  {line}" for line in _reasons(reports[scores.index(score)], name)]
    return faults


def _reasons(report: dict[str, Any], category: str) -> list[str]:
    audits = report["audits"]
    weighed = [entry["id"] for entry in report["categories"][category]["auditRefs"] if entry["weight"]]
    return [
        f"{audits[name]['title']} ({audits[name].get('displayValue') or audits[name]['score']})"
        for name in weighed
        if audits[name]["score"] is not None and audits[name]["score"] < 1
    ]


def _over_limits(report: dict[str, Any]) -> list[str]:
    audits = report["audits"]
    requests = audits["network-requests"]["details"]["items"]
    transferred = sum(one["transferSize"] for one in requests if one.get("resourceType") != "Image")
    shift = audits["cumulative-layout-shift"]["numericValue"]
    print(f"  {transferred / 1024:.1f} KB without pictures; layout shift {shift:.3f}")
    faults = []
    if transferred > TRANSFER:
        faults.append(f"The first view transfers more than {TRANSFER // 1024} KB without pictures")
    if shift:
        faults.append(f"The layout shifts while the page loads (layout shift {shift:.3f})")
    return faults


if __name__ == "__main__":
    main()
