"""Fill an invented newsroom: `manage.py demo`."""

import ipaddress
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import NoReverseMatch, reverse

from ...demo.filling import fill
from ...demo.logins import logins_file
from ...demo.people import AUTHORS, Login, ensure_users, give_bylines
from ...models import Blog, Post
from ...text import times


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
            with _exception_for_sigterm():
                logins = ensure_users()
                own = {name: login.user for name, login in logins.items() if login.password}
                blogs = fill(users=own, authors=AUTHORS, tell=self.stdout.write)
                give_bylines(own)
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
        self._print_addresses(blogs)
        self._print_logins(logins)

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
        if live is not None and (due := _next_scheduled(live)) is not None and due.publish_at is not None:
            at = times.clock(due.publish_at, live.zone)
            self.stdout.write(f"\n  The post “{due}” is scheduled for {at}: watch it appear.")

    def _print_logins(self, logins: dict[str, Login]) -> None:
        self.stdout.write(f"\n  {'User':<12} Password")
        for name, login in logins.items():
            told = login.password or f"not the demo's; to set another one: manage.py changepassword {name}"
            self.stdout.write(f"  {name:<12} {told}")
        self.stdout.write(f"\n  The passwords are kept in {logins_file()}\n")


def _next_scheduled(blog: Blog) -> Post | None:
    return blog.posts.filter(state=Post.State.SCHEDULED).order_by("publish_at").first()


def _desk(blog: Blog) -> str:
    """Where an editor runs the blog: its desk, else its form in the admin, where that is installed."""
    for name in ("liveblogs_blog_desk", "liveblogs_blog_change"):
        with suppress(NoReverseMatch):
            return reverse(f"admin:{name}", args=[blog.pk])
    return ""


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def _exception_for_sigterm() -> Iterator[None]:
    """Who is told to stop tidies up first: SIGTERM becomes an exception, as Ctrl-C is one."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
