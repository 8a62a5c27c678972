"""Renditions made by a worker: nothing is made by who saves the picture, everything by who comes after."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pictures import jpeg, photo

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent

SAVE = """
from pathlib import Path
from django.core.files.base import ContentFile
from liveblogs.models import Image
image = Image(file=ContentFile(Path("{file}").read_bytes(), name="a.jpg"), alt="A street")
image.save()
"""
TELL = "from liveblogs.models import Image; print(len(Image.objects.get().get_renditions().names()))"


def test_worker_makes_renditions(tmp_path):
    (tmp_path / "a.jpg").write_bytes(jpeg(photo((400, 260))))
    environment = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "set",
        "TASKS": "database",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "MEDIA_ROOT": str(tmp_path / "media"),
    }

    def manage(*arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    manage("migrate", "--verbosity", "0")
    manage("shell", "--no-imports", "-c", SAVE.format(file=tmp_path / "a.jpg"))
    assert manage("shell", "--no-imports", "-c", TELL) == "0\n"
    manage("db_worker", "--batch", "--no-startup-delay", "--no-reload")
    made = int(manage("shell", "--no-imports", "-c", TELL))
    assert made > 10
    assert len([path for path in (tmp_path / "media/renditions").rglob("*") if path.is_file()]) == made
