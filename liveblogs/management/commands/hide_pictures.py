"""Move the files of pictures that readers no longer see: `manage.py hide_pictures`."""

from typing import Any

from django.core.management.base import BaseCommand

from ... import tasks
from ...models import Image


class Command(BaseCommand):
    help = (
        "Moves the files of pictures that readers do not see to new addresses, so that those they may know are gone. "
        "Each withdrawal does so; run it after an error, and once after an update from a version without it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        moved = sum(tasks.hide_picture.func(pk) for pk in list(Image.objects.values_list("pk", flat=True)))
        self.stdout.write(f"{moved} pictures moved")
