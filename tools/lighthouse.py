"""`make lighthouse`: the demo's live blog as a phone loads it for the first time, in Lighthouse's four scores.

Fails under 99, and when a promise about that first view is broken: what it transfers, and that nothing moves.
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
#: Bytes of a first view without its pictures, as they are transferred.
TRANSFER = 60 * 1024
#: A machine that has other work gives a page a worse time: of three runs, the one in the middle counts.
RUNS = 3


def main() -> None:
    node = npm.needed("node", "Node.js 18.16 or newer (Debian: apt-get install nodejs npm)")
    browser = chromium.find()
    if not browser:
        sys.exit("A Chromium is needed for this, and there is none: `make browser` finds or installs one.")
    npm.install()
    with serving.demo() as site:
        address = site.address + site.live_blog
        reports = [_report(node, browser, address) for _ in range(RUNS)]
    faults = [*_low_scores(reports), *_broken_promises(reports[-1])]
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


def _report(node: str, browser: str, address: str) -> dict[str, Any]:
    """One run on Lighthouse's phone settings, which are its own."""
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


def _broken_promises(report: dict[str, Any]) -> list[str]:
    audits = report["audits"]
    requests = audits["network-requests"]["details"]["items"]
    transferred = sum(one["transferSize"] for one in requests if one.get("resourceType") != "Image")
    shift = audits["cumulative-layout-shift"]["numericValue"]
    print(f"  {transferred / 1024:.1f} KB without pictures; layout shift {shift:.3f}")
    faults = []
    if transferred > TRANSFER:
        faults.append(f"The first view transfers more than {TRANSFER // 1024} KB without pictures")
    if shift:
        faults.append(f"The page moves while it loads (layout shift {shift:.3f})")
    return faults


if __name__ == "__main__":
    main()
