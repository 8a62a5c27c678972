"""Absolute URLs, for feeds, structured data, sitemaps and sharing."""

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse


def absolute(path: str) -> str:
    """The absolute URL of a path on this site. A URL that is absolute already is returned as it is."""
    return path if "://" in path else f"{settings.SITE_URL}{path}"


def home() -> str:
    """The front page's absolute URL."""
    return absolute(reverse("liveblogs:home"))


def logo() -> str:
    """The absolute URL of the publisher's logo: the setting ``PUBLISHER_LOGO``, or Newsroom's own."""
    return absolute(settings.PUBLISHER_LOGO or static("liveblogs/logo.png"))


def publisher_name() -> str:
    """The organization that publishes this site (setting ``ORGANISATION``), else the site's name."""
    return settings.ORGANISATION or settings.SITE_NAME
