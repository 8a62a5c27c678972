"""Find files without a picture, and pictures without their files: `manage.py clean_media`."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import ProtectedError
from django.utils import timezone

from ... import publishing, tasks
from ...models import Image
from ...pictures import files as picture_files
from ...pictures import renditions

FOLDERS = ("images", renditions.FOLDER)


class Command(BaseCommand):
    help = (
        "Lists files that no picture refers to, and pictures whose files are missing; --delete repairs both. "
        "Files younger than --hours are skipped: they may belong to an upload under way."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--delete",
            action="store_true",
            help="remove such files, remake missing renditions, remove pictures without a file unless they are used",
        )
        parser.add_argument("--hours", type=float, default=24, help="how old a file must be (default: 24)")

    def handle(self, *args: Any, **options: Any) -> None:
        # Files are listed before rows: a picture that is saved in between has no file here, and is checked below.
        files = {name for folder in FOLDERS for name in picture_files.walk(folder)}
        originals, renditions_of = _referenced_files()
        if originals and not files & originals.keys():
            raise CommandError(
                f"None of the {len(originals)} pictures' files is there. Is this the right folder or bucket? "
                "Nothing was changed."
            )
        orphans = sorted(self._old(files - originals.keys() - renditions_of.keys(), hours=options["hours"]))
        for name in orphans:
            self.stdout.write(f"no picture refers to {name}")
        suspects = Image.objects.filter(pk__in={originals[name] for name in originals.keys() - files})
        # Checked again, because others were replaced or deleted meanwhile.
        lost = [image for image in suspects if not default_storage.exists(image.source)]
        for image in lost:
            self.stdout.write(f"picture {image.pk} has lost its file {image.source}")
        missing = [name for name in renditions_of.keys() - files if not default_storage.exists(name)]
        incomplete = sorted({renditions_of[name] for name in missing} - {image.pk for image in lost})
        for pk in incomplete:
            self.stdout.write(f"picture {pk} has lost renditions")
        if options["delete"]:
            self._repair(orphans, lost, incomplete)
        self.stdout.write(
            f"{len(orphans)} files without a picture, {len(lost)} pictures without a file, "
            f"{len(incomplete)} without renditions" + ("" if options["delete"] else "; nothing was changed")
        )

    def _old(self, names: Iterable[str], *, hours: float) -> Iterable[str]:
        before = timezone.now() - timedelta(hours=hours)
        for name in names:
            try:
                if default_storage.get_modified_time(name) <= before:
                    yield name
            except FileNotFoundError:
                continue  # removed meanwhile
            except Exception as error:  # noqa: BLE001 - each storage backend raises its own
                self.stderr.write(f"{name} was skipped: {error}")

    def _repair(self, orphans: Iterable[str], lost: Iterable[Image], incomplete: Iterable[int]) -> None:
        picture_files.remove(orphans)
        for image in lost:
            try:
                image.delete()
            except ProtectedError:
                self.stderr.write(f"picture {image.pk} is used and was not removed: upload its file again")
        for pk in incomplete:
            publishing.clear_renditions(pk)  # readers get the original until the new ones are there
            tasks.make_renditions.func(pk)


def _referenced_files() -> tuple[dict[str, int], dict[str, int]]:
    """The names of originals and of renditions, each with its picture's primary key."""
    originals: dict[str, int] = {}
    renditions_of: dict[str, int] = {}
    for image in Image.objects.only("pk", "file", "renditions").iterator(chunk_size=500):
        originals[image.source] = image.pk
        renditions_of |= dict.fromkeys(image.get_renditions().names(), image.pk)
    return originals, renditions_of
