"""Log lines: whose request, in which form, and that no secret gets into them, whatever goes wrong."""

import json
import logging
import re
import threading

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from liveblogs.views import pages
from newsroom import logging as logs
from newsroom.logging import Json, Readable, RequestId
from tests.support.factories import BlogFactory, PostFactory, UserFactory
from tests.support.manage import LIVE, values

REQUESTS = "newsroom.requests"


@pytest.fixture
def lines(settings):
    """Everything that is logged, as lines of both forms."""
    kept: dict[str, list[str]] = {"json": [], "text": []}
    secrets = [settings.SECRET_KEY, "the-purge-token"]

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept["json"].append(Json(secrets).format(record))
            kept["text"].append(Readable(secrets).format(record))

    handler = Keep()
    logging.getLogger().addHandler(handler)
    yield kept
    logging.getLogger().removeHandler(handler)


def of_requests(lines) -> list[dict]:
    return [line for line in map(json.loads, lines["json"]) if line["logger"] == REQUESTS]


# Ids
# ---


@pytest.mark.parametrize("supplied", ["0f3c9a7be1d24c55", "web-1.2026_11", "a" * 64])
def test_id_well_formed_is_taken_over(supplied):
    assert str(RequestId(supplied)) == supplied


@pytest.mark.parametrize(
    "supplied", ["", "short", "a" * 65, "two words", "line\nbreak-and-more", "<script>alert(1)", "ünïcödé-id"]
)
def test_id_malformed_is_replaced(supplied):
    made = RequestId(supplied)
    first, second = str(made), str(made)
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert second == first
    assert str(RequestId(supplied)) != first


@pytest.mark.django_db
def test_id_goes_back_to_editors_alone(client):
    blog = BlogFactory(live=True, slug="flood")
    PostFactory(blog=blog, state="published")
    response = client.get("/admin/login/", headers={"x-request-id": "0f3c9a7be1d24c55"})
    assert response["X-Request-ID"] == "0f3c9a7be1d24c55"
    for path in ("/", "/flood/", "/flood/changes/?since=1", "/flood/feed/", "/nowhere/", "/robots.txt"):
        assert "X-Request-ID" not in client.get(path, headers={"x-request-id": "0f3c9a7be1d24c55"}).headers, path


@pytest.mark.django_db
def test_public_answers_do_not_depend_on_the_request(client):
    BlogFactory(live=True, slug="flood")
    one, other = (client.get("/flood/", headers={"x-request-id": f"{letter * 16}"}) for letter in "ab")
    assert (one.content, dict(one.headers)) == (other.content, dict(other.headers))


# What is logged
# --------------


@pytest.mark.django_db
def test_request_of_an_editor(client, lines):
    user = UserFactory(group="Admin")
    client.force_login(user)
    client.get("/admin/liveblogs/blog/?q=hush", headers={"x-request-id": "0f3c9a7be1d24c55"})
    [line] = of_requests(lines)
    assert line.pop("ms") > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert line.pop("message").startswith("GET /admin/liveblogs/blog/ 200 in ")
    assert line == {
        "level": "INFO", "logger": REQUESTS, "request_id": "0f3c9a7be1d24c55",
        "method": "GET", "path": "/admin/liveblogs/blog/", "status": 200, "user": user.pk,
    }  # fmt: skip


@pytest.mark.django_db
def test_request_of_nobody_has_no_user_and_asks_for_none(client, lines, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/admin/login/")
    [line] = of_requests(lines)
    assert "user" not in line


@pytest.mark.django_db
def test_readers_make_no_lines_unless_switched_on(client, lines, settings):
    BlogFactory(live=True, slug="flood")
    client.get("/flood/")
    assert lines["json"] == []
    settings.LOG_REQUESTS = True
    client.get("/flood/?before=")
    assert [(line["path"], line["status"]) for line in of_requests(lines)] == [("/flood/", 200)]


@pytest.mark.django_db
def test_error_of_ours_is_logged_with_the_request_that_met_it(client, lines, monkeypatch):
    BlogFactory(live=True, slug="flood")

    def fail(*_arguments):
        raise RuntimeError("no page today")

    monkeypatch.setattr(pages, "_render_page", fail)
    client.raise_request_exception = False
    assert client.get("/flood/", headers={"x-request-id": "0f3c9a7be1d24c55"}).status_code == 500
    error, request = map(json.loads, lines["json"])
    assert (error["logger"], error["request_id"]) == ("django.request", "0f3c9a7be1d24c55")
    assert "RuntimeError: no page today" in error["traceback"]
    assert (request["logger"], request["status"], request["request_id"]) == (REQUESTS, 500, "0f3c9a7be1d24c55")


@pytest.mark.django_db
def test_address_that_leads_nowhere_is_logged_with_its_request(client, lines):
    client.get("/nowhere/?token=hush", headers={"x-request-id": "0f3c9a7be1d24c55"})
    [line] = map(json.loads, lines["json"])
    assert (line["message"], line["request_id"]) == ("Not Found: /nowhere/", "0f3c9a7be1d24c55")


def test_requests_side_by_side_keep_their_ids():
    both, seen = threading.Barrier(2), {}

    def request(name: str) -> None:
        logs.current.set(RequestId(name * 8))
        both.wait(10)
        seen[name] = json.loads(Json().format(logging.makeLogRecord({"msg": "hello"})))["request_id"]

    threads = [threading.Thread(target=request, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {"a": "a" * 8, "b": "b" * 8}


def test_line_of_no_request_has_no_id():
    told = []
    thread = threading.Thread(target=lambda: told.append(Json().format(logging.makeLogRecord({"msg": "hello"}))))
    thread.start()
    thread.join()
    assert "request_id" not in json.loads(told[0])


# Form
# ----


def test_no_text_makes_a_second_line():
    record = logging.makeLogRecord({"msg": "asked for %s", "args": ("x\n2026-01-01 INFO all is well\r\x1b[2J",)})
    assert r"asked for x\x0a2026-01-01 INFO all is well\x0d\x1b[2J" in Readable().format(record)
    assert Json().format(record).count("\n") == 0


def test_what_cannot_be_written_as_json_is_written_all_the_same():
    record = logging.makeLogRecord({"msg": "x", "fields": {"path": {1, 2}}})
    assert json.loads(Json().format(record))["path"] == "{1, 2}"


# Secrets
# -------


def test_known_secrets_and_passwords_in_addresses_are_hidden():
    error = OSError("cannot reach redis://desk:pa55@cache:6379 with s3cret-s3cret")
    record = logging.makeLogRecord({"msg": "it is s3cret-s3cret", "exc_info": (OSError, error, None)})
    for form in (Json, Readable):
        line = form(["s3cret-s3cret", ""]).format(record)
        assert "s3cret" not in line
        assert "pa55" not in line
        assert "redis://…@cache:6379" in line


@pytest.mark.django_db
def test_no_secret_that_a_request_carries_is_logged(lines, settings, monkeypatch):
    """Each of these goes through a page that works, one that is refused, one that is not there and one that fails."""
    settings.LOG_REQUESTS = True
    BlogFactory(live=True, slug="flood")
    get_user_model().objects.create_superuser("ada", "ada@example.org", "pass-word-of-ada")
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.get("/admin/login/")
    csrf = client.cookies["csrftoken"].value
    secret = {
        "Authorization": "Bearer authorization-secret",
        "Referer": "http://testserver/?token=referer-secret",
        "Cookie2": "cookie-secret",
        "X-CSRFToken": csrf,
    }
    form = {"username": "ada", "password": "pass-word-of-ada", "csrfmiddlewaretoken": csrf, "next": "/admin/"}
    assert client.post("/admin/login/?token=query-secret", form, headers=secret).status_code == 302
    session = client.cookies["sessionid"].value
    csrf_of_session = client.cookies["csrftoken"].value
    wrong = {**form, "password": "wrong-pass-word", "csrfmiddlewaretoken": "forged"}
    assert client.post("/admin/login/?token=query-secret", wrong).status_code == 403
    for path in ("/admin/", "/nowhere/", "/flood/", "/flood/?before=token-secret"):
        client.get(f"{path}{'&' if '?' in path else '?'}token=query-secret", headers=secret)

    def fail(*_arguments):
        raise RuntimeError(f"with {settings.SECRET_KEY} and the-purge-token")

    monkeypatch.setattr("liveblogs.timeline.snapshot", fail)
    assert client.get("/flood/?token=query-secret", headers=secret).status_code == 500

    told = "\n".join([*lines["json"], *lines["text"]])
    statuses = [line["status"] for line in of_requests(lines)]
    assert statuses == [200, 302, 403, 200, 404, 200, 404, 500]
    hidden = [
        "pass-word", "authorization-secret", "referer-secret", "cookie-secret", "query-secret", "token-secret",
        session, csrf, csrf_of_session, settings.SECRET_KEY, "the-purge-token",
    ]  # fmt: skip
    assert [secret for secret in hidden if secret in told] == []


@pytest.mark.slow
def test_secrets_of_the_settings_are_the_ones_that_are_hidden():
    secrets = {"S3_SECRET_ACCESS_KEY": "bucket-secret", "S3_ACCESS_KEY_ID": "desk", "PURGE_TOKEN": "purge-secret"}
    [logging_] = values(
        "LOGGING",
        DATABASE_URL="postgres://desk:database-secret@db/news",
        CACHE_URL="redis://:cache-secret@cache:6379/0",
        **secrets,
        **LIVE,
    )
    hidden = set(logging_["formatters"]["line"]["secrets"])
    assert {"bucket-secret", "purge-secret", "database-secret", "cache-secret", LIVE["SECRET_KEY"]} <= hidden
