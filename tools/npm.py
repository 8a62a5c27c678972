"""Third-party programs from npm, installed into tools/node from the lock file there."""

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "node"
PACKAGES = FOLDER / "node_modules"


def needed(program: str, description: str) -> str:
    """The path of a program on this machine. Exits with one line that says how to install it if it is missing."""
    path = shutil.which(program)
    if path is None:
        sys.exit(f"{description} is required and was not found.")
    return path


def install() -> None:
    """Install the packages of package-lock.json, unless they are up to date."""
    lock, done = FOLDER / "package-lock.json", PACKAGES / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    npm = needed("npm", "npm (Debian: apt-get install npm)")
    print("Installing tools/node/package-lock.json", flush=True)
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=FOLDER, check=True)
    done.touch()
