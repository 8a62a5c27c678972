"""Find a Chromium for the browser tests, or install one.

`python tools/chromium.py` prints its path. If none is found, it installs Debian's package (as root) or
Playwright's.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a Chromium on this machine ($CHROMIUM, one on the PATH, or Playwright's), or None."""
    from playwright.sync_api import sync_playwright

    if path := os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None):
        return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Try each way that this machine allows, until a Chromium is found."""
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
            "No Chromium for the browser tests was found: install one (Debian: `sudo apt-get install chromium`), "
            "or set CHROMIUM to its path."
        )
    print(path)


if __name__ == "__main__":
    main()
