"""`manage.py publish_due`: once, and as a process that stays."""

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from liveblogs import publishing
from liveblogs.management.commands import publish_due
from liveblogs.models import Post, PostImage
from tests.support.factories import BlogFactory, ImageFactory, PostFactory
from tests.support.servers import PATIENCE, environment
from tests.support.serving import ROOT
from tests.support.watching import columns


def due(**fields) -> Post:
    post = PostFactory(state="scheduled", **fields)
    Post.objects.filter(pk=post.pk).update(publish_at=timezone.now() - timedelta(seconds=1))
    return post


# Once
# ----


@pytest.mark.django_db
def test_what_is_due_is_published_and_told(capsys):
    first, second, later = due(headline="First"), due(headline="Second"), PostFactory(state="scheduled")
    call_command("publish_due")
    assert [columns(post)["state"] for post in (first, second, later)] == ["published", "published", "scheduled"]
    lines = capsys.readouterr().out.splitlines()
    assert [re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", "", line) for line in lines] == [
        f"Published /{post.blog.slug}/{post.public_id}/ “{post.headline}”" for post in (first, second)
    ]


@pytest.mark.django_db
def test_nothing_due_is_told(capsys):
    PostFactory(state="scheduled")
    call_command("publish_due")
    assert capsys.readouterr().out == "Nothing is due.\n"


@pytest.mark.django_db
def test_post_that_cannot_be_published_is_told_as_an_error(capsys, caplog):
    post = due(headline="Without words for its picture")
    PostImage.objects.create(post=post, image=ImageFactory(alt=""))
    call_command("publish_due")
    assert "Picture 1 has no alt text" in caplog.text
    assert "Published" not in capsys.readouterr().out


@pytest.mark.django_db
def test_database_that_does_not_answer_fails_the_single_run(monkeypatch):
    def fail() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(publishing, "publish_due", fail)
    with pytest.raises(OperationalError):
        call_command("publish_due")


@pytest.mark.parametrize("seconds", ["0", "-1", "3601", "nan"])
def test_senseless_pauses_are_refused(seconds):
    with pytest.raises(CommandError, match="between 0 and 3600"):
        call_command("publish_due", "--loop", seconds)


# In a loop
# ---------


@pytest.fixture
def looping(monkeypatch) -> Callable[[list[object]], None]:
    """Runs the loop through these turns: what is returned or raised by each. After the last one it's told to stop."""

    def loop(turns: list[object]) -> None:
        stop = threading.Event()

        def turn() -> list[Post]:
            result = turns.pop(0)
            if not turns:
                stop.set()
            if isinstance(result, Exception):
                raise result
            return result  # type: ignore[return-value]

        monkeypatch.setattr(publish_due, "_stop_event", lambda: stop)
        monkeypatch.setattr(publishing, "publish_due", turn)
        # This test's own transaction is on the connection that the loop would renew.
        monkeypatch.setattr(publish_due, "close_old_connections", lambda: None)
        monkeypatch.setattr(publish_due, "connection", type("Connection", (), {"close": staticmethod(lambda: None)}))
        call_command("publish_due", "--loop", "0.01")

    return loop


def printed(out: str) -> list[str]:
    return [line[20:] for line in out.splitlines()]


@pytest.mark.django_db
def test_loop_tells_what_it_published_and_nothing_else(looping, capsys):
    post = PostFactory(state="published", headline="On time")
    looping([[], [post], [], []])
    assert printed(capsys.readouterr().out) == [
        f"Published /{post.blog.slug}/{post.public_id}/ “On time”",
        "Stopped.",
    ]


def test_loop_tells_once_that_the_database_is_away_and_that_it_is_back(looping, capsys):
    looping([OperationalError("connection\nrefused"), InterfaceError("closed"), OperationalError("starting"), [], []])
    assert printed(capsys.readouterr().out) == [
        "The database does not answer (OperationalError: connection refused); trying again every 0.01 s.",
        "The database answers again.",
        "Stopped.",
    ]


def test_loop_survives_what_nobody_foresaw(looping, capsys):
    looping([ZeroDivisionError("bug"), []])
    assert printed(capsys.readouterr().out) == ["That failed: ZeroDivisionError: bug", "Stopped."]


# As a process of its own
# -----------------------


@contextmanager
def process(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The command with this test's database; and its lines, as they come."""
    program = subprocess.Popen(
        [sys.executable, "manage.py", "publish_due", *arguments],
        cwd=ROOT,
        env=environment(DJANGO_SETTINGS_MODULE="tests.support.served"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(iter(program.stdout.readline, "")), daemon=True)
    reader.start()
    try:
        yield program, lines
    finally:
        program.kill()
        program.wait(PATIENCE)
        reader.join(PATIENCE)
        program.stdout.close()


def wait_for(condition: Callable[[], object], lines: list[str]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "".join(lines)
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_process_publishes_until_it_is_told_to_stop(number):
    first = due(headline="Due before it began")
    with process("--loop", "0.1") as (program, lines):
        wait_for(lambda: columns(first)["state"] == "published", lines)
        second = due(headline="Due while it ran")
        wait_for(lambda: columns(second)["state"] == "published", lines)
        wait_for(lambda: len(lines) == 2, lines)
        program.send_signal(number)
        assert program.wait(PATIENCE) == 0
        wait_for(lambda: len(lines) == 3, lines)
    assert ["Due before it began" in lines[0], "Due while it ran" in lines[1], lines[2][20:]] == [
        True,
        True,
        "Stopped.\n",
    ]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_processes_publish_each_post_once():
    blog = BlogFactory(live=True)
    at = timezone.now() + timedelta(seconds=4)
    posts = Post.objects.bulk_create(
        Post(blog=blog, headline=f"p{number}", state="scheduled", publish_at=at) for number in range(30)
    )
    with process("--loop", "0.01") as (_, lines), process("--loop", "0.01") as (_, others):
        wait_for(lambda: not Post.objects.filter(state="scheduled").exists(), lines + others)
        wait_for(lambda: len(lines) + len(others) >= 30, lines + others)
        time.sleep(0.2)
        told_of = sorted(re.findall(r"“(p\d+)”", "".join([*lines, *others])))
    assert told_of == sorted(post.headline for post in posts)
    assert Post.history.filter(history_change_reason="published on schedule").count() == 30
    assert columns(blog)["post_count"] == 30
    assert set(Post.objects.values_list("published_at", flat=True)) == {at}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="SQLite has no server that could go"
)
def test_process_outlives_connections_that_the_server_cuts():
    """What a restart of the server does to a program that stays: each of its connections is gone."""
    with process("--loop", "0.1") as (program, lines):
        for number in range(3):
            post = due(headline=f"After cut {number}")
            wait_for(lambda post=post: columns(post)["state"] == "published", lines)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        program.terminate()
        assert program.wait(PATIENCE) == 0
    assert [line for line in lines if "Traceback" in line] == []
