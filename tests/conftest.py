"""Fixtures for every test. The database and the cache server come from the environment, as for the site."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import TransactionTestCase

from tools import chromium

# Playwright's synchronous calls run an event loop in the test's own thread, where Django would refuse its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure() -> None:
    """Settings that hold for the whole run, before anything reads them."""
    # Hashed names would need a collectstatic first.
    django_settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    # A password costs a test nothing.
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Clearing a Redis empties one of its numbered databases: each process of a run takes its own, from 8 on, so that
    # neither another process nor a site in database 0 loses anything.
    default = django_settings.CACHES["default"]
    if default["BACKEND"].endswith("RedisCache"):
        number = 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        server = "/".join(default["LOCATION"].split("/")[:3])
        default["LOCATION"] = f"{server}/{number}"
        # As long as a busy machine takes to empty it: what a site does with a silent one has tests of its own.
        default["OPTIONS"] |= {"socket_timeout": 10, "socket_connect_timeout": 10}


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """No test sees what another one left in the cache or in this process's memory."""

    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _media_in_tmp_path(tmp_path: Path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Playwright starts the Chromium that `make browser` found."""
    return {**browser_type_launch_args, "executable_path": chromium.find(), "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def base_url() -> str:
    """None: a test's server has its own address. The plugin's fixture is written in a form that pytest warns of."""
    return ""


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying(django_test_environment: None) -> None:
    """Tests of real transactions empty the tables that they wrote to, and those alone."""
    from tests.support import database  # once Django is set up

    TransactionTestCase._fixture_teardown = lambda _test_case: database.empty()
