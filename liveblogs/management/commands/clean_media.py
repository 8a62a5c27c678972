"""Find files that no picture refers to, and pictures whose files are gone."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import ProtectedError
from django.utils import timezone

from liveblogs.models import Image

from ... import publishing, tasks
from ...pictures import files as picture_files
from ...pictures import renditions

FOLDERS = ("images", renditions.FOLDER)


class Command(BaseCommand):
    help = (
        "Lists files that no picture refers to, and pictures whose files are gone; --delete puts both right. "
        "Files younger than --hours are left alone: an upload may be under way."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--delete",
            action="store_true",
            help="remove such files; have missing renditions made anew; remove pictures that have lost their file, "
            "unless they stand somewhere",
        )
        parser.add_argument("--hours", type=float, default=24, help="how old a file must be (default: 24)")

    def handle(self, *args: Any, **options: Any) -> None:
        # Files first, then rows: what is saved in between is not on this list, and is looked up below.
        files = {name for folder in FOLDERS for name in picture_files.walk(folder)}
        originals, made = _referred_to()
        if originals and not files & originals.keys():
            raise CommandError(
                f"None of the {len(originals)} pictures' files is there. Is this the right folder or bucket? "
                "Nothing was changed."
            )
        orphans = sorted(self._old(files - originals.keys() - made.keys(), hours=options["hours"]))
        for name in orphans:
            self.stdout.write(f"no picture refers to {name}")
        lost = _still_lost({originals[name] for name in originals.keys() - files})
        for image in lost:
            self.stdout.write(f"picture {image.pk} has lost its file {image.source}")
        lacking = {made[name] for name in made.keys() - files if not default_storage.exists(name)}
        lacking -= {image.pk for image in lost}
        for pk in sorted(lacking):
            self.stdout.write(f"picture {pk} has lost renditions")
        if options["delete"]:
            picture_files.remove(orphans)
            self._remove(lost)
            self._make_anew(sorted(lacking))
        self.stdout.write(
            f"{len(orphans)} files without a picture, {len(lost)} pictures without a file, "
            f"{len(lacking)} without renditions" + ("" if options["delete"] else "; nothing was changed")
        )

    def _old(self, names: Iterable[str], *, hours: float) -> Iterable[str]:
        before = timezone.now() - timedelta(hours=hours)
        for name in names:
            try:
                if default_storage.get_modified_time(name) <= before:
                    yield name
            except FileNotFoundError:
                continue  # gone meanwhile
            except Exception as error:  # noqa: BLE001 - each store's library has faults of its own
                self.stderr.write(f"{name} was left alone: {error}")

    def _remove(self, lost: Iterable[Image]) -> None:
        for image in lost:
            try:
                image.delete()
            except ProtectedError:
                self.stderr.write(f"picture {image.pk} stands on pages and was kept: give it a new file")

    def _make_anew(self, lacking: Iterable[int]) -> None:
        for pk in lacking:
            publishing.clear_renditions(pk)  # readers get the original until then, whatever happens
            tasks.make_renditions.func(pk)


def _referred_to() -> tuple[dict[str, int], dict[str, int]]:
    """The names of originals and of renditions, each with the picture it belongs to."""
    originals: dict[str, int] = {}
    made: dict[str, int] = {}
    for image in Image.objects.only("pk", "file", "renditions").iterator(chunk_size=500):
        originals[image.source] = image.pk
        made |= dict.fromkeys(image.get_renditions().names(), image.pk)
    return originals, made


def _still_lost(pks: Iterable[int]) -> list[Image]:
    """Those of the pictures whose file is gone now that all of them are known, not replaced or deleted meanwhile."""
    return [image for image in Image.objects.filter(pk__in=pks) if not default_storage.exists(image.source)]
