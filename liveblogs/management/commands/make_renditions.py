"""Make the missing renditions of pictures, or remake all: `manage.py make_renditions`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ... import tasks
from ...models import Image


class Command(BaseCommand):
    help = (
        "Makes the missing renditions of pictures, after an error or when a new version makes others. "
        "Safe at any time, also from a timer; a picture takes about two seconds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("images", nargs="*", type=int, metavar="ID", help="only these pictures")
        parser.add_argument("--all", action="store_true", help="remake existing renditions, too")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = Image.objects.order_by("pk")
        if options["images"]:
            wanted = wanted.filter(pk__in=options["images"])
            if unknown := sorted(set(options["images"]) - set(wanted.values_list("pk", flat=True))):
                raise CommandError(f"There is no picture {', '.join(map(str, unknown))}.")
        made = failed = 0
        for image in wanted.iterator(chunk_size=200):
            if not options["all"] and not image.missing_renditions():
                continue
            try:
                tasks.make_renditions.func(image.pk, remake=options["all"])
            except Exception as error:  # noqa: BLE001 - the others are made all the same
                failed += 1
                self.stderr.write(f"picture {image.pk} ({image.source}): {type(error).__name__}: {error}")
            else:
                made += 1
                self.stdout.write(f"picture {image.pk}: made")
        self.stdout.write(f"{made} made, {failed} failed")
        if failed:
            raise CommandError("Not all could be made. Readers get the cleaned originals of the others.")
