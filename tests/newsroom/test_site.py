"""What everything else stands on: the database's promises, the files that are served, the headers of every answer."""

import socket
import subprocess
import sys
import threading

import pytest
from django.contrib.auth.models import Group
from django.db import connection, connections, transaction

from newsroom.server import listening_address
from tests.support import serving
from tools.serving import ROOT, free_port

ON_SQLITE = "sqlite:// only"


# SQLite
# ------


@pytest.fixture
def sqlite(db):
    if connection.vendor != "sqlite":
        pytest.skip(ON_SQLITE)
    return connection


def pragma(name: str):
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]


def test_sqlite_keeps_what_was_saved_and_waits_for_a_writer(sqlite):
    full, seconds = 2, 60
    assert (pragma("journal_mode"), pragma("synchronous")) == ("wal", full)
    assert pragma("busy_timeout") == seconds * 1000
    assert pragma("foreign_keys") == 1
    assert sqlite.transaction_mode == "IMMEDIATE"


@pytest.mark.django_db(transaction=True)
def test_sqlite_eight_writers_at_once(transactional_db):
    """Each reads, then writes what it read plus one: with deferred transactions most of them would fail or be lost."""
    if connection.vendor != "sqlite":
        pytest.skip(ON_SQLITE)
    counter = Group.objects.create(name="0")
    writers, turns = 8, 10
    start = threading.Barrier(writers)
    faults = []

    def write() -> None:
        start.wait()
        try:
            for _ in range(turns):
                with transaction.atomic():
                    group = Group.objects.get(pk=counter.pk)
                    group.name = str(int(group.name) + 1)
                    group.save()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counter.refresh_from_db()
    assert (faults, counter.name) == ([], str(writers * turns))


# Uploaded files
# --------------


@pytest.fixture
def media(settings):
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "images").mkdir()
    (settings.MEDIA_ROOT / "images/a.jpg").write_bytes(b"\xff\xd8 picture")
    (settings.MEDIA_ROOT.parent / "secret.txt").write_text("not for readers")
    return settings.MEDIA_ROOT


def test_media_file(client, media):
    response = client.get("/media/images/a.jpg")
    assert (response.status_code, b"".join(response.streaming_content)) == (200, b"\xff\xd8 picture")
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies
    assert not response.has_header("Vary")


@pytest.mark.parametrize(
    "name", ["../secret.txt", "images/../../secret.txt", "..%2fsecret.txt", "images/", "b.jpg", "%00.jpg"]
)
def test_media_outside_the_folder_or_not_a_file(client, media, name):
    response = client.get(f"/media/{name}")
    assert response.status_code == 404
    assert b"not for readers" not in response.content


def test_media_takes_no_form(client, media):
    assert client.post("/media/images/a.jpg").status_code == 405


# The admin's policy
# ------------------


def test_admin_page_scripts_by_nonce_or_own_address(client, db):
    response = client.get("/admin/login/")
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert policy["object-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"


# The server
# ----------


def test_server_port_taken(settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings.HOST, settings.PORT = other.getsockname()
        with pytest.raises(SystemExit) as caught:
            listening_address("PORT")
    problem = str(caught.value)
    assert problem.startswith(f"newsroom: cannot listen on 127.0.0.1:{settings.PORT} (")
    assert f"PORT={settings.PORT + 1}" in problem


def test_server_port_free(settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        settings.HOST, settings.PORT = other.getsockname()
    assert listening_address("PORT") == (settings.HOST, settings.PORT)


def test_server_without_static_files_says_so_and_does_not_start(tmp_path):
    settings = tmp_path / "bare.py"
    settings.write_text(f"from newsroom.settings import *\nSTATIC_ROOT = {str(tmp_path / 'none')!r}\n")
    variables = serving.environment(PORT=str(free_port()), DJANGO_SETTINGS_MODULE="bare")
    variables["PYTHONPATH"] += f":{tmp_path}"
    for command in (["-m", "newsroom.server"], ["-c", "import newsroom.wsgi"]):
        done = subprocess.run(
            [sys.executable, *command], env=variables, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        last = done.stderr.strip().splitlines()[-1]
        assert last.endswith(": the static files are missing; run `python manage.py collectstatic --noinput`")


# Ports
# -----


@pytest.mark.parametrize(
    ("host", "status"),
    [("testserver", 200), ("testserver:80", 200), ("testserver:8000", 200), ("testserver:8001", 400), ("[::1]", 200)],
)
def test_ports_that_nobody_uses_are_refused(client, db, host, status, monkeypatch):
    monkeypatch.setattr("newsroom.middleware.SITE_PORT", "8000")
    assert client.get("/", headers={"host": host}).status_code == status
