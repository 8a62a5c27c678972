"""Where uploaded files lie: on this machine's disk, safely."""

import os
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class DiskStorage(FileSystemStorage):
    """Files on disk, whole or not at all: what an editor saw as saved outlasts a power cut.

    A file is written under another name first, so that nobody ever reads half of one and a full disk leaves nothing.
    """

    def _save(self, name: str, content: File) -> str:
        unfinished, finished = Path(self.path(f"{name}.part")), Path(self.path(name))
        try:
            super()._save(f"{name}.part", content)  # type: ignore[misc]
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
            unfinished.replace(finished)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        folder = os.open(finished.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name
