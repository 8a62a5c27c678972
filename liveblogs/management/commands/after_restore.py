"""Prepare a restored database for readers and editors: `manage.py after_restore`."""

from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand

from ... import publishing
from ..progress import counted


class Command(BaseCommand):
    help = (
        "Run this once after a database was restored from a backup: readers' open pages load anew, since they "
        "may show changes that the backup does not know. A post that was withdrawn after the backup was made is "
        "published again in it, so look at the desk of each live blog first."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        number = publishing.after_restore()
        try:
            cache.clear()
        except Exception as error:  # noqa: BLE001 - each cache backend raises its own
            self.stderr.write(f"The cache server does not answer ({error}); its entries go by themselves.")
        self.stdout.write(f"{counted(number, 'blog')}: open pages load anew.")
