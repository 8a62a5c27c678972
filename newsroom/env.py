"""Reads and validates settings from environment variables.

A parser returns the value as the settings use it, and raises ValueError for an invalid value.
"""

import re
import zoneinfo
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.conf.global_settings import LANGUAGES
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

ENVIRON = environ.Env.ENVIRON


def text(name: str, default: str = "") -> str:
    """The variable's value without surrounding whitespace, or the default if it is unset or blank.

    Unlike django-environ's `str()`, it does not take a secret that starts with "$" for the name of another variable.
    """
    return ENVIRON.get(name, "").strip() or default


def read[T](name: str, default: str, parse: Callable[[str], T], expected: str) -> T:
    """The parsed value of the variable, or of the default.

    Raises ImproperlyConfigured with a one-line message that names what is `expected` if `parse` raises ValueError.
    """
    value = text(name, default)
    try:
        return parse(value)
    except ValueError:
        shown = re.sub(r"://.*@", "://…@", value)  # keeps passwords out of logs
        raise ImproperlyConfigured(f'{name}: "{shown}" is not {expected}') from None


# Plain values


def one_of[T](values: Mapping[str, T]) -> Callable[[str], T]:
    def parse(value: str) -> T:
        if value not in values:
            raise ValueError
        return values[value]

    return parse


def matching(pattern: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError
        return value

    return parse


def yes_no(value: str) -> bool:
    words = {"1": True, "yes": True, "true": True, "on": True, "0": False, "no": False, "false": False, "off": False}
    return one_of(words)(value.lower())


def number(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not lowest <= int(value) <= highest:
            raise ValueError
        return int(value)

    return parse


# Addresses and names


def origin(value: str) -> str:
    """A scheme and a host with an optional port. A trailing slash is accepted and removed."""
    parts = urlsplit(value.removesuffix("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc or any(c.isspace() for c in value):
        raise ValueError
    return f"{parts.scheme}://{parts.netloc}"


def listed[T](parse: Callable[[str], T]) -> Callable[[str], list[T]]:
    return lambda value: [parse(item.strip()) for item in value.split(",") if item.strip()]


def trusted_origin(value: str) -> str:
    return value if value.startswith(("http://*.", "https://*.")) and origin(value) else origin(value)


host_name = matching(r"[^/@?#\s]*")
#: An absolute URL, or a path on this site.
picture_address = matching(r"(https?://[^/\s]+/\S+|/[^/\s]\S*)?")
language = one_of({code: code for code, _name in LANGUAGES})


def zone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, OSError):
        raise ValueError from None
    return value


def folder(value: str) -> Path:
    """An absolute path. A relative path starts at the project folder."""
    path = BASE_DIR / Path(value).expanduser()
    if path.exists() and not path.is_dir():
        raise ValueError
    return path


# Servers


def database(value: str) -> dict[str, Any]:
    url = urlsplit(value)
    is_sqlite = url.scheme == "sqlite" and not url.netloc
    if not (is_sqlite or url.scheme in {"postgres", "postgresql"}) or not url.path.strip("/"):
        raise ValueError
    config: dict[str, Any] = environ.Env.db_url_config(value)
    options = config.setdefault("OPTIONS", {})
    if is_sqlite:
        config["NAME"] = BASE_DIR / config["NAME"]
        # IMMEDIATE waits for the write lock when a transaction begins, which otherwise could fail halfway.
        # synchronous=FULL: committed data survives a power failure, which WAL alone does not guarantee.
        options.setdefault("transaction_mode", "IMMEDIATE")
        # SQLite has no queue of writers: on a busy machine, one of eight waits up to 45 seconds (docs/operations.md).
        options.setdefault("timeout", 60)
        options["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"
        # Opening the file for each request takes longer than rendering a page.
        config.setdefault("CONN_MAX_AGE", None)
        # Tests use a file too, because an in-memory database has no WAL and shares one connection among threads.
        config["TEST"] = {"NAME": BASE_DIR / "test.sqlite3"}
    else:
        # With a pool (?pool=8: at most eight connections per process), a request borrows a connection. Without one,
        # each thread holds its connection for a minute.
        if pool := options.pop("pool", None):
            options["pool"] = {"min_size": 1, "max_size": number(1, 1000)(str(pool))}
        config.setdefault("CONN_MAX_AGE", 0 if pool else 60)
        # A change waits ten seconds for a lock at most. One that stops halfway holds its locks for a minute.
        options.setdefault("options", "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s")
        config["CONN_HEALTH_CHECKS"] = True
    return config


def cache(value: str) -> dict[str, Any]:
    url = urlsplit(value)
    if url.scheme not in {"locmem", "redis", "rediss"}:
        raise ValueError
    if url.scheme != "locmem" and (not url.hostname or url.port == 0):  # reading the port validates it
        raise ValueError
    config: dict[str, Any] = environ.Env.cache_url_config(value.replace("locmem://", "locmemcache://", 1))
    options = config.setdefault("OPTIONS", {})
    if url.scheme == "locmem":
        # Fits the pages and deltas of a busy day. The default of 300 would evict the live page.
        options.setdefault("MAX_ENTRIES", 10_000)
    else:
        # A cache server that hangs must not block pages: after a fifth of a second they are rendered without it.
        options.setdefault("socket_connect_timeout", 0.2)
        options.setdefault("socket_timeout", 0.2)
    return config


def mail_server(value: str) -> dict[str, Any]:
    url = urlsplit(value)
    if url.scheme not in {"smtp", "smtp+tls", "smtps"} or not url.hostname or url.port == 0 or url.path.strip("/"):
        raise ValueError
    options = {
        "host": url.hostname,
        "port": url.port,
        "username": unquote(url.username or "") or None,
        "password": unquote(url.password or "") or None,
        "use_tls": url.scheme == "smtp+tls",
        "use_ssl": url.scheme == "smtps",
        # Seconds per step of sending: a mail server that hangs must not block editors.
        "timeout": 5,
    }
    return {"default": {"OPTIONS": options}}


def address(value: str) -> str:
    """An email address with an optional display name."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(value)[1]):
        raise ValueError
    return value


bucket = matching(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
region = matching(r"[a-z0-9-]+")


def folder_url(value: str) -> str:
    """A scheme and a host with an optional path. A trailing slash is removed."""
    value = value.rstrip("/")
    parts = urlsplit(value)
    origin(f"{parts.scheme}://{parts.netloc}")
    if parts.query or parts.fragment or any(c.isspace() or c in ";,'\"" for c in value):
        raise ValueError
    return value


def optional[T](parse: Callable[[str], T]) -> Callable[[str], T | str]:
    return lambda value: parse(value) if value else ""


log_format = one_of({"text": "newsroom.logging.Readable", "json": "newsroom.logging.Json"})
tasks = one_of({
    "immediate": "django.tasks.backends.immediate.ImmediateBackend",
    "database": "django_tasks_db.DatabaseBackend",
})  # fmt: skip


def cache_in_front(value: str) -> str:
    """The URL of an HTTP cache to purge after changes. ``liveblogs.delivery.purging`` supports each kind."""
    parts = urlsplit(value)
    is_valid = {
        "varnish": parts.hostname and not parts.path.strip("/"),
        "nginx": not parts.netloc and len(parts.path) > 1,
        "fastly": re.fullmatch(r"[A-Za-z0-9]+", parts.netloc) and not parts.path.strip("/"),
        "cloudflare": re.fullmatch(r"[0-9a-f]+", parts.netloc) and not parts.path.strip("/"),
    }
    if not is_valid.get(parts.scheme) or parts.query or parts.fragment or parts.port == 0:
        raise ValueError
    return value


def s3_storage(bucket: str, *, endpoint: str, region: str, public_url: str) -> dict[str, Any]:
    """Storage settings for uploads in an S3-compatible bucket. Reads the credentials from the environment."""
    from botocore.config import Config

    key, secret = text("S3_ACCESS_KEY_ID"), text("S3_SECRET_ACCESS_KEY")
    if bool(key) != bool(secret):
        missing, given = ("S3_SECRET_ACCESS_KEY", "S3_ACCESS_KEY_ID")[:: 1 if key else -1]
        raise ImproperlyConfigured(f"{missing}: needed beside {given}; without both, the machine's own role is used")
    scheme, _, place = public_url.partition("://")
    return {
        "BACKEND": "newsroom.bucket.BucketStorage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": endpoint or None,
            "region_name": region,
            "access_key": key or None,
            "secret_key": secret or None,
            "custom_domain": place,
            "url_protocol": f"{scheme}:",
            "querystring_auth": False,
            "file_overwrite": True,  # names are random, so checking for an existing file is unnecessary
            "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
            # A store that hangs must not block editors, and not every store supports Amazon's newer checksums.
            "client_config": Config(
                connect_timeout=5,
                read_timeout=20,
                retries={"mode": "standard", "total_max_attempts": 2},
                signature_version="s3v4",
                s3={"addressing_style": "path" if endpoint else "auto"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    }
