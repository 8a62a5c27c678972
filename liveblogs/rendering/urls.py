"""Absolute addresses, for whoever reads them outside this site: search engines, feed readers, people who share."""

from functools import cache

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse


def absolute(path: str) -> str:
    """The address of a path on this site; one that is absolute already stays."""
    return path if "://" in path else f"{settings.SITE_URL}{path}"


def home() -> str:
    """The front page's address."""
    return absolute(_home_path())


@cache
def _home_path() -> str:
    return reverse("liveblogs:home")


def logo() -> str:
    """The publisher's logo: the setting ``PUBLISHER_LOGO``, or the one that comes with Newsroom."""
    return absolute(settings.PUBLISHER_LOGO or static("liveblogs/logo.png"))


def publisher_name() -> str:
    """Who publishes this site: the organisation, where one is set, else the site by its name."""
    return settings.ORGANISATION or settings.SITE_NAME
