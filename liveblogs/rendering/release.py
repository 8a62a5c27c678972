"""What a stored rendering depends on besides the data: code, templates, static files and settings."""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

import django
from django.conf import settings as site_settings

#: Parts of the application that cannot change what a reader's page looks like.
EXCLUDED = frozenset({"admin", "archive", "delivery", "demo", "management", "migrations", "stream"})
#: Settings that Django reads while it renders. Those that our own code reads are found in the code.
READ_BY_DJANGO = frozenset({"LANGUAGE_CODE", "MEDIA_URL", "STATIC_URL", "TIME_ZONE"})

_SETTING = re.compile(rb"\bsettings\.([A-Z][A-Z_]+)\b")


@cache
def release() -> str:
    """Sixteen hex digits that change with everything that makes a stored rendering outdated. Reads each file once."""
    package = Path(__file__).resolve().parents[1]
    return compute(package, site_settings.BASE_DIR / "templates", site_settings)


def compute(package: Path, templates: Path, settings: Any) -> str:
    """The release of the application in ``package`` with these templates and settings."""
    digest = hashlib.sha256(django.__version__.encode())
    names = set(READ_BY_DJANGO)
    for root in (package, templates):
        for path in _files(root):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
            if path.suffix == ".py":
                names.update(name.decode() for name in _SETTING.findall(content))
    for name in sorted(names):
        digest.update(f"{name}={getattr(settings, name, None)!r}\0".encode())
    return digest.hexdigest()[:16]


def _files(root: Path) -> list[Path]:
    """Modules, templates, and static files, whose hashed URLs are in pages."""
    found = []
    for path in sorted(root.rglob("*")):
        top = path.relative_to(root).parts[0]
        if top not in EXCLUDED and path.is_file() and (path.suffix in {".py", ".html"} or top == "static"):
            found.append(path)
    return found
