"""What a stored rendering depends on besides the data: code, templates, static files and settings."""

import hashlib
import re
from collections.abc import Iterator
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
    for root, files in ((package, _code(package)), (templates, _templates(templates))):
        for path in sorted(files):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
            if path.suffix == ".py":
                names.update(name.decode() for name in _SETTING.findall(content))
    for name in sorted(names):
        digest.update(f"{name}={getattr(settings, name, None)!r}\0".encode())
    return digest.hexdigest()[:16]


def _code(package: Path) -> Iterator[Path]:
    """Modules, and static files, whose hashed URLs are in pages."""
    for path in package.rglob("*"):
        top = path.relative_to(package).parts[0]
        if top not in EXCLUDED and path.is_file() and (path.suffix == ".py" or top == "static"):
            yield path


def _templates(templates: Path) -> Iterator[Path]:
    for path in templates.rglob("*.html"):
        if path.relative_to(templates).parts[0] not in EXCLUDED:
            yield path
