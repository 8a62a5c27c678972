"""From a drawing to what is stored of a picture: the cleaned original and its renditions, on all cores at once.

The processes that do it never ask the database; they end with the one that started them, whatever becomes of that.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ..pictures import cleaning, renditions
from ..pictures import files as picture_files
from .pictures import draw, portrait

#: The name of a drawing, or the number of a portrait.
type Subject = str | int

#: In the middle, as a picture has it that nobody has cropped.
FOCAL = (0.5, 0.5)
#: More would draw no faster than the others can be told what to draw.
MOST_WORKERS = 8


@dataclass(frozen=True, slots=True)
class Developed:
    """A picture that is ready to be stored, with the fields of its row."""

    fields: dict[str, Any]
    files: tuple[renditions.Made, ...]

    def store(self) -> list[str]:
        """Store all files; the names, as ``stored_files.kept_together`` is told, too."""
        names = []
        for file in self.files:
            names.append(default_storage.save(file.name, ContentFile(file.content)))
            picture_files.stored(names[-1])
        return names


def develop(subject: Subject) -> Developed:
    """Draw, clean and scale one picture. Up to two and a half seconds of a core."""
    drawn = draw(subject) if isinstance(subject, str) else portrait(subject)
    cleaned = cleaning.clean(ContentFile(drawn, name=str(subject)))
    content = cleaned.content.read()
    name = cleaning.random_name(cleaned.extension)
    told, made = renditions.prepare(content, name, FOCAL, list(renditions.SHAPES))
    fields = {
        "file": name,
        "width": cleaned.width,
        "height": cleaned.height,
        "checksum": cleaned.checksum,
        "renditions": told.to_json(),
    }
    return Developed(fields, (renditions.Made(name, content), *made))


def develop_all(subjects: Iterable[Subject]) -> dict[Subject, Developed]:
    wanted = list(subjects)
    workers = min(cores(), len(wanted), MOST_WORKERS)
    if workers > 1:
        with suppress(BrokenProcessPool, OSError):  # where no process can be started, or one is killed
            return _in_processes(workers, wanted)
    return {subject: develop(subject) for subject in wanted}


def _in_processes(workers: int, wanted: list[Subject]) -> dict[Subject, Developed]:
    # Not forked: connections to the database would be shared.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin) as pool:
        try:
            return dict(zip(wanted, pool.map(develop, wanted), strict=True))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begin() -> None:
    """A worker's first act: leave Ctrl-C to the one that started it, and end when that has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=[parent.sentinel], daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
