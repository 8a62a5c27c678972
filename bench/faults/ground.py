"""What the fault tests share: a database, a PostgreSQL that can be stopped, and the checks afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tools.serving import free_port


def expect(condition: object, sentence: str) -> None:
    """Exit with this sentence unless the condition is true. Not an assert, which Python skips with -O."""
    if not condition:
        raise SystemExit(f"FAILED: {sentence}")


def set_up(database_url: str, *, is_ready: bool) -> None:
    """Set Django up with this database, and create its tables unless it is ready."""
    os.environ.setdefault("SECRET_KEY", "bench" * 12)
    os.environ |= {"DATABASE_URL": database_url, "ENV_FILE": os.devnull, "DJANGO_SETTINGS_MODULE": "newsroom.settings"}
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    # Hashed names would require collectstatic first.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    if not is_ready:
        call_command("migrate", verbosity=0)


@contextmanager
def database(*, is_ready: bool) -> Iterator[None]:
    """A temporary SQLite, or a new database on DATABASE_URL's server; with ``is_ready``, DATABASE_URL's database."""
    url = os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory() as folder:
        if is_ready:
            set_up(url, is_ready=True)
            yield
        elif url.startswith("postgres"):
            import psycopg

            name, server = f"newsroom_faults_{os.getpid()}", url.replace("postgres:", "postgresql:", 1)
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            try:
                set_up(urlsplit(url)._replace(path=f"/{name}").geturl(), is_ready=False)
                yield
            finally:
                from django.db import connections

                connections.close_all()
                with psycopg.connect(server, autocommit=True) as connection:
                    connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        else:
            set_up(f"sqlite:///{folder}/faults.sqlite3", is_ready=False)
            yield


def live_blog(slug: str):
    from liveblogs import publishing
    from liveblogs.models import Blog

    blog = Blog.objects.create(title=slug.capitalize(), slug=slug)
    publishing.open_blog(blog)
    return blog


def check(blog) -> list:
    """The blog's posts, after checking that each is complete and that count, renderings and revisions match them."""
    from liveblogs.models import Blog, BlogFragment, Fragment

    blog = Blog.objects.get(pk=blog.pk)
    posts = list(blog.posts.order_by("pk"))
    published = [post for post in posts if post.is_published]
    expect(blog.post_count == len(published), f"{blog.post_count} posts counted, {len(published)} are published")
    kept = dict(Fragment.objects.filter(post__blog=blog).values_list("post_id", "revision"))
    expect(kept == {post.pk: post.revision for post in published}, "each published post has its stored article")
    expect(BlogFragment.objects.get(blog=blog).revision == blog.revision, "the head is rendered at the last revision")
    expect(max([post.revision for post in posts], default=0) <= blog.revision, "no post is newer than its blog")
    expect(all(post.published_at and post.updated_at for post in published), "published posts have their times")
    return posts


# PostgreSQL
# ----------


def postgresql_programs() -> Path | None:
    """The folder of initdb and pg_ctl, which Debian does not put on the PATH, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or filter(None, [shutil.which("initdb")])
    return max((Path(program).parent for program in found), default=None)


class Cluster:
    """A PostgreSQL server on a free port, which can be restarted."""

    def __init__(self, folder: Path) -> None:
        programs = postgresql_programs()
        expect(programs, "PostgreSQL's programs are installed")
        self.programs, self.data, self.port = programs, folder / "data", free_port()
        self.log = folder / "log"
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL, which refuses to run as root: as the user postgres if this is root."""
        user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        done = subprocess.run(
            [str(self.programs / program), "-D", str(self.data), *arguments],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
            **user,
        )
        expect(done.returncode == 0, f"{program} {arguments}: {done.stderr}")

    def control(self, action: str, *arguments: str) -> None:
        """Start or stop the server, and wait: after a start it accepts connections."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self.run("pg_ctl", "-w", "-l", str(self.log), "-o", options, *arguments, action)


@contextmanager
def cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        made = Cluster(folder)
        made.run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
        made.control("start")
        try:
            yield made
        finally:
            made.control("stop", "-m", "immediate")
