"""Faults in small numbers, each in a process of its own; `python -m bench.faults` plays them in full."""

import subprocess
import sys

import pytest
from django.db import connection

from bench.faults import ground
from tests.support.servers import PATIENCE, ROOT, environment

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def play(name: str, *options: str) -> str:
    command = [sys.executable, "-W", "error", "-m", "bench.faults", name, "--small", *options]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=2 * PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{name}: ")
    return done.stdout


def test_killed_workers_leave_every_post_whole():
    connection.close()
    assert "12 kills" in play("kills", "--ready")


def test_eight_writers_at_once_meet_no_error():
    connection.close()
    assert "8 writers, 120 publications, no error" in play("writers", "--ready")


def test_full_schedule_with_broken_posts_is_on_time():
    connection.close()
    assert "110 due, 4 of them broken" in play("schedule", "--ready")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL")
@pytest.mark.skipif(ground.postgresql_programs() is None, reason="needs PostgreSQL's own programs")
def test_restarts_of_postgresql_lose_nothing():
    assert "2 restarts" in play("restarts")
