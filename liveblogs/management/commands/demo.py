"""Fill an invented newsroom: `manage.py demo`."""

import ipaddress
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import NoReverseMatch, reverse

from ...demo.loading import load
from ...demo.users import GROUPS, ensure_users, logins_file
from ...models import Blog, Post
from ...text import times
from ..progress import interrupt_on_sigterm


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
        try:
            with interrupt_on_sigterm():
                users, passwords = ensure_users()
                blogs = load(users, report=self.stdout.write)
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. What was being written is taken back; what was written before stays. The next run goes on.",
                returncode=130,
            ) from None
        except Group.DoesNotExist:
            raise CommandError(
                "A group is missing: the demo's users need the groups Contributor, Editor and Admin, as the "
                "migrations make them."
            ) from None
        self._print_addresses(next((blog for blog in blogs if blog.status == Blog.Status.LIVE), None))
        self.stdout.write(f"\n  {'User':<12} Password")
        for name in GROUPS:
            other = f"not the demo's; to set another one: manage.py changepassword {name}"
            self.stdout.write(f"  {name:<12} {passwords[name] if name in users else other}")
        self.stdout.write(f"\n  The passwords are kept in {logins_file()}\n")

    def _print_addresses(self, live: Blog | None) -> None:
        rows = {"Home": "/", "Live blog": live and live.get_absolute_url(), "Admin": reverse("admin:index")}
        if live is not None:
            with suppress(NoReverseMatch):
                rows["Desk"] = reverse("admin:liveblogs_blog_desk", args=[live.pk])
        self.stdout.write("")
        for name, path in rows.items():
            if path:
                self.stdout.write(f"  {name:<12} {settings.SITE_URL}{path}")
        scheduled = Post.objects.filter(blog=live, state=Post.State.SCHEDULED).order_by("publish_at")
        if live is not None and (due := scheduled.first()) is not None and due.publish_at is not None:
            at = times.clock(due.publish_at, live.zone)
            self.stdout.write(f"\n  The post “{due}” is scheduled for {at}: watch it appear.")


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
