"""A Chromium for the browser tests: the one that this machine has, else one that it can install.

`python tools/chromium.py` prints its path, and installs one first where there is none: Debian's package as root,
Playwright's own otherwise.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a Chromium on this machine: $CHROMIUM, one on the PATH, or Playwright's."""
    from playwright.sync_api import sync_playwright

    if path := os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None):
        return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Try the ways that this machine allows, in order, until a Chromium is there."""
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways.insert(0, ["sh", "-c", "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y chromium"])
    for way in ways:
        print(f"No Chromium found. Trying: {' '.join(way)}", file=sys.stderr)
        subprocess.run(way, stdout=sys.stderr, check=False)
        if find():
            return


def main() -> None:
    if not find():
        install()
    path = find()
    if not path:
        sys.exit(
            "No Chromium for the browser tests: install one (Debian: `sudo apt-get install chromium`), "
            "or set CHROMIUM=/path/to/it."
        )
    print(path)


if __name__ == "__main__":
    main()
