"""Archives: a live blog as schema.org's JSON-LD, the markup that live pages publish, in and out.

A file is read into a ``Story``, what readers see of one blog, and a story is written to the database; an export goes
the same way back. ``docs/archive.md`` is the format. From the file inwards:

``loading``     strict JSON
``node``        a value with its place in the file; every fault is told from there
``reading``     the blog; ``entries``, ``people`` and ``pictures`` read the parts of it
``story``       what readers see
``importing``   to the database; ``names`` finds the bylines, ``comparing`` tells what is here already
``exporting``   from the database; ``writing`` makes the text
"""

from .exporting import Exported, export_file, export_text
from .faults import ArchiveFaults, ArchiveRefused
from .importing import Imported, Options, import_file

__all__ = [
    "ArchiveFaults",
    "ArchiveRefused",
    "Exported",
    "Imported",
    "Options",
    "export_file",
    "export_text",
    "import_file",
]
