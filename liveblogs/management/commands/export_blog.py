"""Export a blog to an archive: `manage.py export_blog SLUG`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...archive import ArchiveRefused, export_file, export_text
from ..progress import Progress, counted, interrupt_on_sigterm


class Command(BaseCommand):
    help = (
        "Export what readers see of a blog to an archive: a schema.org LiveBlogPosting (see docs/archive.md), with "
        "its pictures in the folder “images” next to it. The same blog gives the same file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument(
            "--output",
            default="",
            metavar="FILE",
            help="the file to write (default: SLUG.json); “-” prints the text alone, with web addresses for pictures",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        slug, output = options["slug"], options["output"]
        progress = Progress(self.stderr)
        try:
            with interrupt_on_sigterm():
                if output == "-":
                    exported = export_text(slug, report=progress)
                else:
                    path = Path(output or f"{slug}.json")
                    exported = export_file(slug, path, report=progress)
        except ArchiveRefused as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped.", returncode=130) from None
        except OSError as error:
            raise CommandError(f"{error.filename or output} cannot be written: {error.strerror or error}") from None
        finally:
            progress.end()
        if output == "-":
            self.stdout.write(exported.text, ending="")
        else:
            parts = f"{counted(exported.posts, 'post')}, {counted(exported.pictures, 'picture')}"
            self.stdout.write(f"Wrote {path}: {parts}")
