"""Measure inside a process of one site: `python -m bench.work fill|queries|front|editor|publish …`. Prints JSON.

``sites`` sets up the environment in which it runs.
"""

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import django


def fill(*blogs: str) -> dict[str, Any]:
    """Import each archive (`20=/path/20.json`). By length: the blog's slug, its revision, and seconds of import."""
    from django.core.management import call_command
    from django.db import connection

    from liveblogs.archive import import_file

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    told: dict[str, Any] = {}
    for blog in blogs:
        length, _, path = blog.partition("=")
        started = time.monotonic()
        imported = import_file(Path(path), slug=f"flood-{length}", status="live")
        told[length] = {"slug": imported.blog.slug, "seconds": time.monotonic() - started}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does itself, some time after so many new rows
    for length, one in told.items():
        one["revision"] = _publish(one["slug"], f"Newest of {length}")[1]
    return told


def queries(*slugs: str) -> dict[str, Any]:
    """How many queries a page and a delta take when they are rendered, by blog."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from liveblogs.models import Blog

    def counted(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            Client(headers={"host": "127.0.0.1"}).get(path)
        return len(captured)

    return {
        slug: {
            "page": counted(f"/{slug}/"),
            "delta": counted(f"/{slug}/changes/?since={Blog.objects.get(slug=slug).revision - 1}"),
        }
        for slug in slugs
    }


def front(*slugs: str) -> dict[str, Any]:
    """Milliseconds that rendering the front page takes while only this blog is live, by blog."""
    from django.test import Client

    from liveblogs.models import Blog

    client, taken = Client(headers={"host": "127.0.0.1"}), {slug: [] for slug in slugs}
    for _ in range(20):
        for slug in slugs:
            Blog.objects.exclude(slug=slug).update(status=Blog.Status.ENDED)
            Blog.objects.filter(slug=slug).update(status=Blog.Status.LIVE)
            started = time.perf_counter()
            client.get("/")
            taken[slug].append((time.perf_counter() - started) * 1000)
    Blog.objects.update(status=Blog.Status.LIVE)
    return {slug: statistics.median(all_) for slug, all_ in taken.items()}


def editor(slug: str) -> dict[str, Any]:
    """A session of an admin, a token for forms, and where and on which post of this blog to act."""
    from django.contrib.auth import get_user_model
    from django.middleware.csrf import _get_new_csrf_string
    from django.test import Client
    from django.urls import reverse

    from liveblogs.models import Blog

    user, _ = get_user_model().objects.get_or_create(username="editor", is_staff=True, is_superuser=True)
    client, blog = Client(), Blog.objects.get(slug=slug)
    client.force_login(user)
    return {
        "session": client.cookies["sessionid"].value,
        "token": _get_new_csrf_string(),
        "path": reverse("admin:liveblogs_blog_desk_action", args=[blog.pk]),
        "post": str(blog.posts.published().first().pk),
    }


def publish(times: str, *slugs: str) -> dict[str, Any]:
    """Milliseconds that publishing a post takes, in each blog in turn, so that all have the same other load."""
    taken: dict[str, list[float]] = {slug: [] for slug in slugs}
    for number in range(int(times)):
        for slug in slugs:
            taken[slug].append(_publish(slug, f"News {number}")[0] * 1000)
    return {
        slug: {"median": statistics.median(all_), "low": min(all_), "high": sorted(all_)[int(len(all_) * 0.95)]}
        for slug, all_ in taken.items()
    }


def _publish(slug: str, headline: str) -> tuple[float, int]:
    from liveblogs import publishing
    from liveblogs.models import Blog, Post

    blog = Blog.objects.get(slug=slug)
    post = Post(blog=blog, headline=headline, body="<p>One more sentence about the flood, as an editor writes it.</p>")
    started = time.perf_counter()
    publishing.publish(post)
    taken = time.perf_counter() - started
    blog.refresh_from_db()
    return taken, blog.revision


def main() -> None:
    django.setup()
    name, *arguments = sys.argv[1:]
    print(
        json.dumps(
            {"fill": fill, "queries": queries, "front": front, "editor": editor, "publish": publish}[name](*arguments)
        )
    )


if __name__ == "__main__":
    main()
