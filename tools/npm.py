"""Programs of others that npm brings: installed once into tools/node, from the lock there."""

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "node"
PACKAGES = FOLDER / "node_modules"


def needed(program: str, told: str) -> str:
    """The path of a program on this machine; without it, one line that says how to get it, and the end."""
    path = shutil.which(program)
    if path is None:
        sys.exit(f"{told} is needed for this, and there is none.")
    return path


def install() -> None:
    """Install what package-lock.json names, unless it is there."""
    lock, done = FOLDER / "package-lock.json", PACKAGES / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    npm = needed("npm", "npm (Debian: apt-get install npm)")
    print("Installing tools/node/package-lock.json", flush=True)
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=FOLDER, check=True)
    done.touch()
