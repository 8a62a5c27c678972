"""Every address of the site, asked by everybody: who gets it, who is refused, and that a refusal changes nothing.

The table names each route for GET and for POST; a route that is not in it fails the test.
"""

import re

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.urls import get_resolver

from tests.support import world
from tests.support.routes import ROUTES, sent_to
from tests.support.world import KNOWING, ROLES, client_of, rows, undone, watched

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def newsroom(django_db_setup, django_db_blocker, tmp_path_factory):
    """The rows are made once; each request is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        newsroom = world.built(tmp_path_factory.mktemp("media"))
        newsroom.rows = rows()
        yield newsroom
        transaction.set_rollback(True)


def routes(resolver=None, prefix=""):
    """Each address that Django knows, as it is written down."""
    for one in (resolver or get_resolver()).url_patterns:
        if hasattr(one, "url_patterns"):
            yield from routes(one, prefix + str(one.pattern))
        else:
            yield prefix + str(one.pattern)


def address(pattern, filled, pk):
    """The address that a pattern describes, its variables filled in order."""
    values = [str(pk.get(name, name)) for name in filled]
    path = re.sub(r"<[^>]+>|\(\?P<[^)]+\)|\(\[\^/\]\+\)", lambda _variable: values.pop(0), pattern)
    return "/" + path.replace("^", "").replace("$", "")


def outcome(response, method, *, has_changed):
    """What the table calls it: who is refused must have changed nothing."""
    if response.status_code == 302 and response.url.startswith("/admin/login/"):
        sign = "login"
    elif response.status_code == 302 and response.url == "/admin/" and "doesn" in messages_of(response):
        sign = "gone"
    elif response.status_code < 400:
        if method == "GET":
            return "moved" if response.status_code == 302 else "ok"
        return "done" if has_changed else "same"
    else:
        sign = str(response.status_code)
    assert not has_changed
    return sign


def messages_of(response):
    """What the next page of the admin will say."""
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def ask(newsroom, role, route):
    path = address(route.pattern, route.filled, newsroom.pk) + route.query.format(**newsroom.pk)
    client = client_of(newsroom, role)
    if route.method == "GET":
        return client.get(path)
    data, headers = sent_to(newsroom, role, route)
    return client.post(path, data, headers=headers)


def test_each_route_is_in_the_table():
    known = set(routes())
    asked = {(route.pattern, route.method) for route in ROUTES}
    assert {(pattern, method) for pattern in known for method in ("GET", "POST")} - asked == set()
    assert {pattern for pattern, _method in asked} - known == set()


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_who_gets_what(newsroom, route):
    """As the table says; who is refused changes nothing, and nobody reads what they may not."""
    got, leaks = {}, []
    for role in ROLES:
        with undone():
            with watched(newsroom.rows) as watch:
                response = ask(newsroom, role, route)
            got[role] = outcome(response, route.method, has_changed=watch.has_changed)
        page = "" if response.streaming else response.content.decode()
        leaks += [(role, word) for word, knowing in KNOWING.items() if word in page and role not in knowing]
    assert got == dict(zip(ROLES, route.outcomes, strict=True))
    assert leaks == []
