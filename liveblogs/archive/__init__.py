"""Import and export of a live blog as schema.org JSON-LD, the markup that live pages publish.

An import reads a file into a ``Story``, the public content of one blog, and saves the story to the database. An export
is the reverse. ``docs/archive.md`` describes the format. Modules, from the file to the database:

``loading``     parses strict JSON
``node``        a value with its path in the file; reports every fault
``reading``     reads the blog; ``entries``, ``people`` and ``pictures`` read its parts
``story``       the public content of a blog
``importing``   saves to the database; ``names`` finds the bylines, ``comparing`` detects earlier imports
``exporting``   reads from the database; ``writing`` generates the JSON
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
