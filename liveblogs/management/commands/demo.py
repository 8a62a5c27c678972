"""Fill an invented newsroom: `manage.py demo`."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import NoReverseMatch, reverse

from ...demo.filling import fill
from ...demo.people import ensure_users, give_bylines
from ...models import Blog


class Command(BaseCommand):
    help = "Fill an invented newsroom: a live blog, two ended ones, a draft, and users to log in with. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="also on a public site (SITE_URL) with DEBUG off")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not _is_loopback(settings.SITE_URL) and not options["force"]:
            raise CommandError(
                f"{settings.SITE_URL} is a public site: the demo would put invented news and users on it. "
                "Add --force if that is what you want."
            )
        users = ensure_users()
        blogs = fill(by=users["admin"][0], tell=self.stdout.write)
        give_bylines(users)
        self._print_addresses(blogs)
        self._print_logins(users)

    def _print_addresses(self, blogs: list[Blog]) -> None:
        live = next((blog for blog in blogs if blog.status == Blog.Status.LIVE), None)
        rows = [("Home", "/")]
        if live is not None:
            rows.append(("Live blog", live.get_absolute_url()))
        rows.append(("Admin", reverse("admin:index")))
        if live is not None and (desk := _desk(live)):
            rows.append(("Desk", desk))
        self.stdout.write("")
        for name, path in rows:
            self.stdout.write(f"  {name:<12} {settings.SITE_URL}{path}")

    def _print_logins(self, users: dict[str, tuple[Any, str]]) -> None:
        self.stdout.write(f"\n  {'User':<12} Password")
        for name, (_, password) in users.items():
            told = password or f"not the demo's any more; to set one: manage.py changepassword {name}"
            self.stdout.write(f"  {name:<12} {told}")
        self.stdout.write("")


def _desk(blog: Blog) -> str:
    """Where an editor runs the blog: its form in the admin, where that is installed."""
    try:
        return reverse("admin:liveblogs_blog_change", args=[blog.pk])
    except NoReverseMatch:
        return ""


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
