"""Import and export of a live blog as schema.org JSON-LD, the markup that live pages publish.

An import reads a file into a ``Story``, the public content of one blog, and saves the story to the database. An export
is the reverse. ``docs/archive.md`` describes the format. Modules, from the file to the database:

``loading``     parses strict JSON
``node``        a value with its path in the file; reports every error
``reading``     reads the blog; ``entries``, ``people`` and ``pictures`` read its parts
``story``       the public content of a blog
``importing``   saves to the database; ``bylines`` finds the bylines
``exporting``   reads from the database; ``writing`` generates the JSON
``reporting``   errors, notes and progress
"""

from .exporting import Exported, export_file, export_text
from .importing import Imported, import_file
from .reporting import ArchiveErrors, ArchiveRefused

__all__ = [
    "ArchiveErrors",
    "ArchiveRefused",
    "Exported",
    "Imported",
    "export_file",
    "export_text",
    "import_file",
]
