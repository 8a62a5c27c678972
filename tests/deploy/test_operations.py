"""`docs/operations.md`: what it says is so, and its commands do what it says, on the database of this run."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command, get_commands
from django.db import connection

from liveblogs import publishing
from liveblogs.models import Blog
from liveblogs.publishing.blogs import REVISION_GAP
from tests.support.factories import BlogFactory, PostFactory
from tests.support.serving import ROOT, database_url, environment
from tests.support.watching import columns, listening

TOLD = (ROOT / "docs/operations.md").read_text()


# Settings and commands
# ---------------------


def test_every_setting_is_told():
    code = "".join((ROOT / "newsroom" / name).read_text() for name in ("settings.py", "env.py"))
    read = set(re.findall(r'\b(?:read|text)\(\s*"([A-Z0-9_]+)"', code))
    table = TOLD.partition("## Settings")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    told = [name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)]
    assert sorted(told) == sorted(read)


def test_every_command_and_file_that_is_named_exists():
    commands = set(re.findall(r"manage\.py (\w+)", TOLD)) - {"db_worker"}  # of an app that TASKS=database adds
    assert {"after_restore", "migrate", "collectstatic", "make_renditions", "publish_due"} <= commands
    assert commands <= set(get_commands())
    named = set(re.findall(r"`((?:deploy|tests)/[\w./-]+)[`*]", TOLD))
    assert len(named) >= 6
    assert [name for name in named - {"deploy/.env"} if not (ROOT / name).exists()] == []


def test_every_process_is_told_with_a_command_that_a_unit_runs():
    units = "".join(path.read_text() for path in (ROOT / "deploy/systemd").glob("*.service"))
    table = TOLD.partition("| process |")[2].partition("\n\n")[0]
    commands = re.findall(r"`python ([^`]+)`", table)
    assert len(commands) == 5
    assert [command for command in commands if f"bin/python {command}\n" not in units] == []


# After a restore
# ---------------


def asks(client, blog: Blog, since: int) -> str:
    return client.get(f"/{blog.slug}/changes/?since={since}").content.decode()


@pytest.mark.django_db(transaction=True)
def test_after_restore_open_pages_load_anew(client, capsys):
    """Also one whose revision the restored blog comes to again."""
    blog, draft = BlogFactory(live=True, slug="flood"), BlogFactory()
    taken_down = BlogFactory(live=True)
    publishing.take_down(taken_down)
    PostFactory(blog=blog, state="published")
    before = columns(blog)
    followed = before["revision"] + 2
    with listening() as news:
        call_command("after_restore")
    assert capsys.readouterr().out == "2 blogs: open pages load anew.\n"
    assert {slug for slug, _, _ in news.changed} == {"flood", taken_down.slug}
    after = columns(blog)
    assert after["revision"] == after["followed_from"] == before["revision"] + REVISION_GAP + 1
    assert (after["updated_at"], after["post_count"]) == (before["updated_at"], before["post_count"])
    assert columns(draft)["revision"] == 0
    PostFactory(blog=blog, state="published")
    for since in (0, before["revision"], followed, before["revision"] + REVISION_GAP):
        assert "data-reload" in asks(client, blog, since), since
    now = columns(blog)["revision"]
    assert "data-reload" not in asks(client, blog, now)
    assert "data-reload" not in asks(client, blog, now - 1)


# Back up and restore
# -------------------


def block(name: str) -> str:
    """The commands that the page gives under this name."""
    [commands] = re.findall(rf"^```sh {name}\n(.*?)^```$", TOLD, re.MULTILINE | re.DOTALL)
    return commands.replace(".venv/bin/python", "python")


@pytest.fixture
def site(tmp_path: Path, transactional_db) -> Iterator[dict[str, str]]:
    """A site of its own with a story in it: the test's database as it is now, copied. What its commands run with."""
    folder = Path(django_settings.MEDIA_ROOT)
    blog = BlogFactory(live=True, slug="flood")
    PostFactory(blog=blog, state="published", headline="The river is falling")
    default_storage.save("images/a.jpg", ContentFile(b"\xff\xd8 picture"))
    kept = {**environment(), "BACKUP": str(tmp_path / "backup"), "MEDIA_ROOT": str(folder)}
    kept["PATH"] = f"{ROOT / '.venv/bin'}{os.pathsep}{kept['PATH']}"
    (tmp_path / "backup/media").mkdir(parents=True)
    name = f"{connection.settings_dict['NAME']}_restored"
    if connection.vendor == "sqlite":
        kept["DATABASE"] = f"{tmp_path}/site.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [kept["DATABASE"]])
        yield {**kept, "DATABASE_URL": f"sqlite:///{kept['DATABASE']}"}
        return
    for program in ("psql", "pg_dump", "pg_restore"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (Debian: postgresql-client)")
    url = database_url()
    connection.close()  # a database can be copied while nobody uses it
    with psycopg.connect(f"{url.rpartition('/')[0]}/postgres", autocommit=True) as admin:
        # Idle connections of servers that earlier tests began.
        used = connection.settings_dict["NAME"]
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [used])
        admin.execute(f'DROP DATABASE IF EXISTS "{name}"')
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{used}"')
        yield {**kept, "DATABASE_URL": f"{url.rpartition('/')[0]}/{name}"}
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(site: dict[str, str], commands: str) -> str:
    done = subprocess.run(["bash", "-euc", commands], cwd=ROOT, env=site, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def shell(site: dict[str, str], code: str) -> list[str]:
    imports = "from liveblogs import publishing, timeline; from liveblogs.models import Blog, Post"
    return run(site, f'python manage.py shell --no-imports --command "{imports}\n{code}"').split()


@pytest.mark.slow
def test_backup_and_restore(site):
    """A site goes on after its backup, loses everything, and comes back; a page from between then loads anew."""
    kind = connection.vendor
    before = columns(Blog.objects.get())["revision"]
    run(site, block(f"backup {kind}"))

    describe = "print(Blog.objects.get().revision, Post.objects.published().count())"
    more = "[publishing.publish(Post(blog=Blog.objects.get(), headline=word)) for word in ('One', 'Two')]"
    followed = before + 2
    assert shell(site, f"{more}\n{describe}") == [str(followed), "3"]
    shutil.rmtree(site["MEDIA_ROOT"])
    Path(site["MEDIA_ROOT"]).mkdir()
    if kind == "sqlite":
        Path(site["DATABASE"]).write_bytes(b"what a broken disk left")

    assert run(site, block(f"restore {kind}")) == "1 blog: open pages load anew.\n"
    assert (Path(site["MEDIA_ROOT"]) / "images/a.jpg").read_bytes() == b"\xff\xd8 picture"
    ask = f"print(timeline.delta(timeline.snapshot('flood'), {followed}).reload)"
    assert shell(site, f"{describe}\n{ask}") == [str(before + REVISION_GAP + 1), "1", "True"]
