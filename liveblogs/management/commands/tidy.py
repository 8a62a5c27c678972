"""Delete what nobody needs any more: `manage.py tidy`, once a day."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, close_old_connections
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ...delivery.purging import backends
from ...models import Autosave, Blog, Byline, Image, Notice, Post, Presence

#: Rows that are deleted in one transaction.
BATCH = 500


class Command(BaseCommand):
    help = (
        "Deletes unsaved input, notices, log entries and old versions that are older than the KEEP_…_DAYS settings, "
        "ended sessions, results of finished tasks, and what nginx needed for older purges."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", type=float, metavar="HOURS", help="repeat every so many hours")

    def handle(self, *args: Any, **options: Any) -> None:
        hours = options["loop"]
        if hours is not None and not 0 < hours <= 1000:
            raise CommandError("--loop takes a number of hours between 0 and 1000.")
        while True:
            try:
                self._tidy()
            except (Error, OSError) as error:
                if hours is None:
                    raise
                self.stderr.write(f"That failed: {error}")
            if hours is None:
                return
            close_old_connections()
            time.sleep(hours * 3600)

    def _tidy(self) -> None:
        counts = {name: _delete(rows) for name, rows in _outdated()}
        call_command("clearsessions")
        if "django_tasks_db" in settings.INSTALLED_APPS:
            call_command("prune_db_task_results", min_age_days=7, queue_name="*", verbosity=0)
        counts["purge links"] = sum(
            backends.tidy_nginx(Path(urlsplit(url).path)) for url in settings.PURGE_URLS if url.startswith("nginx:")
        )
        self.stdout.write("Deleted: " + ", ".join(f"{count} {name}" for name, count in counts.items()))


def _outdated() -> Iterator[tuple[str, QuerySet[Any]]]:
    """What may go, by its name in the command's output."""

    def before(days: int) -> Any:
        return timezone.now() - timedelta(days=days)

    yield "presences", Presence.objects.filter(seen_at__lt=before(1))
    if days := settings.KEEP_TYPED_DAYS:
        yield "unsaved texts", Autosave.objects.filter(updated_at__lt=before(days))
    if days := settings.KEEP_NOTICES_DAYS:
        yield "notices", Notice.objects.filter(created_at__lt=before(days))
    if days := settings.KEEP_LOG_DAYS:
        yield "log entries", LogEntry.objects.filter(action_time__lt=before(days))
    if days := settings.KEEP_VERSIONS_DAYS:
        for model in (Post, Blog, Byline, Image):
            yield f"versions of {model._meta.verbose_name_plural}", _old_versions(model, before(days))


def _old_versions(model: Any, before: Any) -> QuerySet[Any]:
    """Versions from before this time: all of a deleted row; of others all but the first and the latest."""
    newer = model.history.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    is_between = Q(history_type="~") & Exists(newer)
    is_gone = ~Exists(model._base_manager.filter(pk=OuterRef("id")))
    return model.history.filter(is_between | is_gone, history_date__lt=before)


def _delete(rows: QuerySet[Any]) -> int:
    """Delete these rows in batches, so that no lock is held for long. Returns how many."""
    count = 0
    while pks := list(rows.order_by().values_list("pk", flat=True)[:BATCH]):
        rows.model._base_manager.filter(pk__in=pks).delete()
        count += len(pks)
    return count
