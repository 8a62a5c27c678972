"""`manage.py` as a process with an environment of its own, and the settings that it comes up with."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIVE = {"SITE_URL": "https://live.example.org", "SECRET_KEY": "k7Jx" * 20 + "-b3Qz9"}


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, **variables}
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def values(*names: str, **variables: str) -> list:
    """The named settings' values, as JSON shows them."""
    code = (
        "import json; from django.conf import settings as s; "
        f"print(json.dumps([getattr(s, name) for name in {names!r}], default=str))"
    )
    done = manage("shell", "--no-imports", "-c", code, **variables)
    assert done.stderr == ""
    return json.loads(done.stdout)
