"""What load balancers are told, by whatever name they call, and however badly the servers behind are."""

import socket
import threading
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from newsroom import health

BY_ADDRESS = {"headers": {"host": "10.20.30.40:8000"}}


@pytest.fixture(autouse=True)
def _nothing_told_yet(monkeypatch) -> None:
    monkeypatch.setattr(health, "_last_logged", {})


@pytest.fixture
def hung_server() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def use_redis(settings, port: int) -> None:
    """A Redis there, with no time-out of its own."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://:hush-hush@127.0.0.1:{port}/0",
        }
    }


def use_locmem(settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def logged(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == health.__name__]


# Live
# ----


def test_live_asks_nothing(client):
    """No database is allowed in this test."""
    response = client.get("/healthz/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


@pytest.mark.parametrize("path", ["/healthz/live", "/healthz/ready"])
def test_answers_a_load_balancer_that_calls_by_address_and_without_tls(client, settings, transactional_db, path):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, **BY_ADDRESS).status_code == 200
    assert client.head(path, **BY_ADDRESS).content == b""
    assert client.post(path, **BY_ADDRESS).status_code == 405
    assert client.get("/", **BY_ADDRESS).status_code == 400  # whoever asks for more is asked for the right name


@pytest.mark.django_db
def test_other_addresses_there_lead_nowhere(client):
    assert [client.get(f"/healthz/{path}").status_code for path in ("", "live/", "other/")] == [404] * 3


# Ready
# -----


@pytest.mark.django_db(transaction=True)
def test_ready(client):
    response = client.get("/healthz/ready")
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert response.json() == {"status": "ok", "database": "ok", "cache": "ok", "storage": "ok", "pages": "ok"}


@pytest.mark.django_db(transaction=True)
def test_ready_costs_the_request_itself_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/healthz/ready")


@pytest.mark.django_db(transaction=True)
def test_not_ready_before_it_is_migrated(client, caplog):
    [last] = MigrationLoader(None).graph.leaf_nodes("liveblogs")
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(*last)
    try:
        response = client.get("/healthz/ready")
    finally:
        recorder.record_applied(*last)
    assert (response.status_code, response.json()["status"]) == (503, "not ready")
    assert response.json()["database"] == "is not migrated"
    assert client.get("/healthz/ready").status_code == 200
    assert logged(caplog) == ["database: is not migrated", "database: ok"]


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_database(client, monkeypatch):
    def fail() -> str:
        raise OSError("connection to 10.1.2.3 refused for user newsroom with password hush-hush")

    monkeypatch.setitem(health.CHECKS, "database", health._Check(fail))
    response = client.get("/healthz/ready")
    assert (response.status_code, response.json()["database"]) == (503, "does not answer")
    assert b"10.1.2.3" not in response.content
    assert b"hush" not in response.content


@pytest.mark.django_db(transaction=True)
def test_database_that_hangs_is_asked_once_and_holds_nobody(client, monkeypatch):
    """It would never answer by itself."""
    let_go, asked = threading.Event(), []

    def hang() -> str:
        asked.append(1)
        let_go.wait(60)
        return "ok"

    monkeypatch.setitem(health.CHECKS, "database", health._Check(hang))
    for _ in range(3):
        response = client.get("/healthz/ready")
        assert (response.status_code, response.json()["database"]) == (503, "does not answer")
    assert len(asked) == 1
    let_go.set()
    health.CHECKS["database"].start().result(10)
    assert client.get("/healthz/ready").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_ready_without_the_cache_server(client, settings, caplog):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        use_redis(settings, probe.getsockname()[1])
        response = client.get("/healthz/ready")
        client.get("/healthz/ready")
        use_locmem(settings)
    assert (response.status_code, response.json()["cache"]) == (200, "does not answer")
    assert b"hush" not in response.content
    assert logged(caplog) == ["cache: does not answer"]  # once, not with each question


@pytest.mark.django_db(transaction=True)
def test_ready_while_the_cache_server_hangs(client, settings, hung_server, monkeypatch):
    """Without a time-out of the cache's own, only ours ends this."""
    monkeypatch.setitem(health.CHECKS, "cache", health._Check(health._cache))
    use_redis(settings, hung_server)
    assert caches["default"]._cache._pool_options.get("socket_timeout") is None
    response = client.get("/healthz/ready")
    use_locmem(settings)
    assert (response.status_code, response.json()["cache"]) == (200, "does not answer")


@pytest.mark.django_db(transaction=True)
def test_not_ready_where_uploads_cannot_be_written(client, settings, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(health.os, "access", lambda path, mode: asked.append(path) or False)
    settings.MEDIA_ROOT = tmp_path / "not" / "yet" / "there"
    response = client.get("/healthz/ready")
    assert (response.status_code, response.json()["storage"]) == (503, "cannot be written")
    assert asked == [tmp_path]


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_static_files(client, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "newsroom.storage.StaticStorage"}}
    settings.STATIC_ROOT = tmp_path
    response = client.get("/healthz/ready")
    assert (response.status_code, response.json()["pages"]) == (503, "no static files")


def test_health_is_answered_before_anything_else():
    assert django_settings.MIDDLEWARE[0] == "newsroom.middleware.requests"
