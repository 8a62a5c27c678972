"""What a stored rendering depends on besides the data: the code, the templates and the settings that name things."""

import hashlib
from functools import cache
from pathlib import Path

import django
from django.conf import settings

#: Settings whose value shows on a reader's page.
_SETTINGS = ("SITE_NAME", "SITE_URL", "ORGANISATION", "PUBLISHER_LOGO", "LANGUAGE_CODE", "MEDIA_URL", "STATIC_URL")


@cache
def release() -> str:
    """Sixteen hex digits that change when anything changes that makes an old rendering wrong. Reads each file once."""
    digest = hashlib.sha256(django.__version__.encode())
    package = Path(__file__).resolve().parent
    templates = settings.BASE_DIR / "templates"
    files = [
        *package.glob("*.py"),
        *package.glob("timeline/*.py"),
        *package.glob("templatetags/*.py"),
        *package.glob("static/**/*.*"),
        *templates.glob("*.html"),
        *templates.glob("liveblogs/**/*.html"),
    ]
    for path in sorted(files):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    for name in _SETTINGS:
        digest.update(f"{name}={getattr(settings, name)}".encode())
    return digest.hexdigest()[:16]
