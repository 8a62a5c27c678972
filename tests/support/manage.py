"""`manage.py` as a process with an environment of its own, and the settings that it comes up with."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIVE = {"SITE_URL": "https://live.example.org", "SECRET_KEY": "k7Jx" * 20 + "-b3Qz9"}


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` with these arguments, run to its end with these variables and no others."""
    return _run("manage.py", *arguments, variables=variables)


def values(*names: str, **variables: str) -> list:
    """The named settings' values, as JSON shows them."""
    code = (
        "import json; from django.conf import settings as s; "
        f"print(json.dumps([getattr(s, name) for name in {names!r}], default=str))"
    )
    # Without an application to load it takes a third of the time of `manage.py shell`.
    done = _run("-c", code, variables={"DJANGO_SETTINGS_MODULE": "newsroom.settings", **variables})
    assert done.stderr == ""
    return json.loads(done.stdout)


def _run(*arguments: str, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
