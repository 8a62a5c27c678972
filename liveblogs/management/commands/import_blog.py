"""Import a blog from an archive: `manage.py import_blog FILE.json`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from ...archive import ArchiveErrors, ArchiveRefused, Imported, import_file
from ...models import Blog
from ...text import times
from ..progress import Progress, counted, interrupt_on_sigterm


class Command(BaseCommand):
    help = (
        "Import a blog from an archive: a schema.org LiveBlogPosting (see docs/archive.md), with the pictures next to "
        "it. An archive with errors is not imported at all. The same archive is imported once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.json", type=Path)
        parser.add_argument(
            "--slug", default="", help="the blog's slug (default: the archive's, or one made from the title)"
        )
        parser.add_argument(
            "--time-zone",
            default="",
            metavar="ZONE",
            help="the blog's time zone if the archive has none, such as America/New_York (default: TIME_ZONE)",
        )
        choices = {
            Blog.Status.DRAFT: "import as a draft, for editors to check",
            Blog.Status.LIVE: "import as live",
            Blog.Status.ENDED: "import as ended (default if the archive does not say)",
        }
        status = parser.add_mutually_exclusive_group()
        for value, text in choices.items():
            status.add_argument(f"--{value}", dest="status", action="store_const", const=value, default="", help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        zone = options["time_zone"]
        if zone and not times.is_zone(zone):
            raise CommandError(f"--time-zone: “{zone}” is not a time zone, such as America/New_York.")
        chosen = {"slug": options["slug"], "status": options["status"], "time_zone": zone}
        progress = Progress(self.stderr)
        try:
            with interrupt_on_sigterm():
                imported = import_file(options["file"], **chosen, report=progress)
        except ArchiveErrors as errors:
            raise CommandError(_error_list(errors)) from None
        except ArchiveRefused as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing was imported.", returncode=130) from None
        except OperationalError as error:
            raise CommandError(f"The database refused it, and nothing was imported: {error}") from None
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be imported: {error.strerror or error}") from None
        finally:
            progress.end()
        self._report(imported)

    def _report(self, imported: Imported) -> None:
        blog = imported.blog
        where = f"{settings.SITE_URL}{blog.get_absolute_url()}" if blog.is_visible else "not open to readers"
        if not imported.is_new:
            self.stdout.write(f"“{blog.title}” is already here ({blog.get_status_display()}, {where}).")
            self.stdout.write("Nothing was changed.")
            return
        posts, pictures = counted(blog.post_count, "post"), counted(imported.pictures, "picture")
        bylines = counted(imported.bylines, "byline")
        self.stdout.write(f"Imported “{blog.title}” ({blog.get_status_display()}, {where}):")
        self.stdout.write(f"  {posts}, {pictures}, {bylines} ({imported.new_bylines} new)")
        if imported.notes:
            self.stdout.write("\n  ".join(["Notes:", *imported.notes]))


def _error_list(found: ArchiveErrors) -> str:
    lines = [f"The archive has {counted(found.count, 'fault')}. Nothing was imported.", *found.errors]
    if more := found.count - len(found.errors):
        lines.append(f"… and {more:,} more")
    return "\n  ".join(lines)
