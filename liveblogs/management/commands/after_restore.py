"""Prepare a restored database for readers and editors: `manage.py after_restore`."""

from typing import Any

from django.core.management.base import BaseCommand

from ... import publishing
from ..progress import counted


class Command(BaseCommand):
    help = (
        "Run this once after restoring a database from a backup. Readers' open pages then reload, since they may show "
        "changes that the backup does not have. Posts withdrawn after the backup was made are published in it: check "
        "the desk of each live blog first."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        number = publishing.after_restore()
        self.stdout.write(f"{counted(number, 'blog')}: open pages load anew.")
