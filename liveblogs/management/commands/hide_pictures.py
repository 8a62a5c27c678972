"""Move the files of pictures that readers no longer see: `manage.py hide_pictures`."""

from typing import Any

from django.core.management.base import BaseCommand

from ... import tasks
from ...models import Image


class Command(BaseCommand):
    help = (
        "Moves the files of pictures that only withdrawn posts use to new addresses, so that the old ones are gone. "
        "This happens with each withdrawal; run it after an error, and once after an update from a version without it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        used = Image.objects.filter(uses__post__published_at__isnull=False).distinct()
        moved = sum(tasks.hide_picture.func(pk) for pk in used.values_list("pk", flat=True))
        self.stdout.write(f"{moved} pictures moved")
