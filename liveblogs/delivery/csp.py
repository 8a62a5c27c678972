"""The content security policy of public pages."""

from functools import lru_cache

from django.conf import settings
from django.templatetags.static import static
from django.utils.csp import CSP, build_policy

#: The scripts of public pages, and the modules that these import.
SCRIPTS = tuple(f"liveblogs/reader/{name}.js" for name in ("links", "live", "share", "stream", "timeline", "zone"))


@lru_cache(maxsize=64)
def policy(origin: str) -> str:
    """The header's value for a page at this origin: our own scripts run, by their exact URLs, and nothing else.

    A nonce would have to change with every response, and responses are cached. Style attributes position pictures.
    """
    scripts = [static(name) for name in SCRIPTS]
    return build_policy(
        {
            "default-src": [CSP.NONE],
            "script-src": [
                *(script if "://" in script else f"{origin}{script}" for script in scripts),
                "'inline-speculation-rules'",
            ],
            "require-trusted-types-for": ["'script'"],
            "trusted-types": ["newsroom"],
            "style-src": [CSP.SELF],
            "style-src-attr": [CSP.UNSAFE_INLINE],
            "img-src": [CSP.SELF, "data:", *([settings.MEDIA_URL] if "://" in settings.MEDIA_URL else [])],
            "font-src": [CSP.SELF],
            "connect-src": [CSP.SELF],
            "manifest-src": [CSP.SELF],
            "form-action": [CSP.SELF],
            "base-uri": [CSP.NONE],
            "frame-ancestors": [CSP.SELF],
        }
    )
