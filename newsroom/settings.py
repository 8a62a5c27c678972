"""Newsroom's settings: one file, read from the environment.

Every variable has a working default, and `.env.example` lists them all. A value that cannot be used stops the program
at its start with one line that names the variable. A `.env` beside manage.py is read when present (ENV_FILE names
another); what stands in the environment wins over it.
"""

import re
import zoneinfo
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.conf.global_settings import LANGUAGES as KNOWN_LANGUAGES
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()


# Reading a variable


def text(name: str, default: str = "") -> str:
    """The variable as it stands, or its default when it is unset or blank.

    Not env.str(), which takes a value that begins with "$" for the name of another variable: a secret may.
    """
    return env.ENVIRON.get(name, "").strip() or default


def read[T](name: str, default: str, parse: Callable[[str], T], expected: str) -> T:
    """The variable's value, or its default's.

    `parse` raises ValueError for what it cannot use; the error then says what is `expected`, on one line.
    """
    value = text(name, default)
    try:
        return parse(value)
    except ValueError:
        shown = re.sub(r"://.*@", "://…@", value)  # no password in a log
        raise ImproperlyConfigured(f'{name}: "{shown}" is not {expected}') from None


def yes_no(value: str) -> bool:
    answers = {"1": True, "yes": True, "true": True, "on": True, "0": False, "no": False, "false": False, "off": False}
    if value.lower() not in answers:
        raise ValueError
    return answers[value.lower()]


def number(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not lowest <= int(value) <= highest:
            raise ValueError
        return int(value)

    return parse


def origin(value: str) -> str:
    """A scheme and a host, with or without a port; a closing slash is forgiven."""
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


def host_name(value: str) -> str:
    if any(c in value for c in "/@?#") or any(c.isspace() for c in value):
        raise ValueError
    return value


def picture_address(value: str) -> str:
    """An absolute address, or a path on this site."""
    web = re.fullmatch(r"https?://[^/\s]+/\S+", value)
    if value and not web and not re.fullmatch(r"/[^/\s]\S*", value):
        raise ValueError
    return value


def language(value: str) -> str:
    if value not in dict(KNOWN_LANGUAGES):
        raise ValueError
    return value


def zone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, OSError):
        raise ValueError from None
    return value


def folder(value: str) -> Path:
    """An absolute path; a relative one counts from the project's folder."""
    path = BASE_DIR / Path(value).expanduser()
    if path.exists() and not path.is_dir():
        raise ValueError
    return path


def database(value: str) -> dict[str, Any]:
    url = urlsplit(value)
    if url.scheme not in {"sqlite", "postgres", "postgresql"} or not url.path.strip("/"):
        raise ValueError
    if url.scheme == "sqlite" and url.netloc:
        raise ValueError
    config: dict[str, Any] = environ.Env.db_url_config(value)
    options = config.setdefault("OPTIONS", {})
    if url.scheme == "sqlite":
        config["NAME"] = BASE_DIR / config["NAME"]
        # IMMEDIATE takes the write lock when a transaction begins and waits for it, instead of failing in the middle.
        # synchronous=FULL: what an editor saw as saved is on disk, also after a power cut (WAL alone promises less).
        options.setdefault("transaction_mode", "IMMEDIATE")
        options.setdefault("timeout", 20)
        options["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"
        # Opening the file again for each request takes longer than a page does.
        config.setdefault("CONN_MAX_AGE", None)
        # Tests run on a file too: an in-memory database has no WAL, and one connection for all threads.
        config["TEST"] = {"NAME": BASE_DIR / "test.sqlite3"}
    else:
        # A pool (?pool=8: at most eight connections a process) lends a connection for one request; without one, each
        # thread keeps its own for a minute.
        if pool := options.pop("pool", None):
            options["pool"] = {"min_size": 1, "max_size": number(1, 1000)(str(pool))}
        config.setdefault("CONN_MAX_AGE", 0 if pool else 60)
        config["CONN_HEALTH_CHECKS"] = True
    return config


def cache(value: str) -> dict[str, Any]:
    url = urlsplit(value)
    if url.scheme not in {"locmem", "redis", "rediss"}:
        raise ValueError
    if url.scheme != "locmem" and (not url.hostname or url.port == 0):  # asking for the port checks it
        raise ValueError
    config: dict[str, Any] = environ.Env.cache_url_config(value.replace("locmem://", "locmemcache://", 1))
    options = config.setdefault("OPTIONS", {})
    if url.scheme == "locmem":
        # Enough for the pages and deltas of a busy day; the default of 300 would evict the live page.
        options.setdefault("MAX_ENTRIES", 10_000)
    else:
        # A cache server that hangs must not hang the page: after a fifth of a second it's made without.
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
        # A mail server that hangs must not hang the newsroom: the most that any step of sending takes.
        "timeout": 5,
    }
    return {"default": {"OPTIONS": options}}


def address(value: str) -> str:
    """An email address, with or without a name before it."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(value)[1]):
        raise ValueError
    return value


def bucket(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", value):
        raise ValueError
    return value


def region(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+", value):
        raise ValueError
    return value


def folder_url(value: str) -> str:
    """A scheme and a host, with or without a path; without the closing slash."""
    value = value.rstrip("/")
    parts = urlsplit(value)
    origin(f"{parts.scheme}://{parts.netloc}")
    if parts.query or parts.fragment or any(c.isspace() or c in ";,'\"" for c in value):
        raise ValueError
    return value


def optional[T](parse: Callable[[str], T]) -> Callable[[str], T | str]:
    return lambda value: parse(value) if value else ""


def log_format(value: str) -> str:
    formats = {"text": "newsroom.logs.Readable", "json": "newsroom.logs.Json"}
    if value not in formats:
        raise ValueError
    return formats[value]


def cache_in_front(value: str) -> str:
    """An HTTP cache that is told to drop what changed; ``liveblogs.purging`` speaks to each kind."""
    parts = urlsplit(value)
    named = {
        "varnish": parts.hostname and not parts.path.strip("/"),
        "nginx": not parts.netloc and len(parts.path) > 1,
        "fastly": re.fullmatch(r"[A-Za-z0-9]+", parts.netloc) and not parts.path.strip("/"),
        "cloudflare": re.fullmatch(r"[0-9a-f]+", parts.netloc) and not parts.path.strip("/"),
    }
    if not named.get(parts.scheme) or parts.query or parts.fragment or parts.port == 0:
        raise ValueError
    return value


def tasks(value: str) -> str:
    backends = {
        "immediate": "django.tasks.backends.immediate.ImmediateBackend",
        "database": "django_tasks_db.DatabaseBackend",
    }
    if value not in backends:
        raise ValueError
    return backends[value]


def s3_storage() -> dict[str, Any]:
    """Uploaded files in a bucket: Amazon's, or any store's that speaks its language."""
    from botocore.config import Config

    key, secret = text("S3_ACCESS_KEY_ID"), text("S3_SECRET_ACCESS_KEY")
    if bool(key) != bool(secret):
        missing, given = ("S3_SECRET_ACCESS_KEY", "S3_ACCESS_KEY_ID")[:: 1 if key else -1]
        raise ImproperlyConfigured(f"{missing}: needed beside {given}; without both, the machine's own role is used")
    scheme, _, place = S3_PUBLIC_URL.partition("://")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": S3_ENDPOINT_URL or None,
            "region_name": S3_REGION,
            "access_key": key or None,
            "secret_key": secret or None,
            "custom_domain": place,
            "url_protocol": f"{scheme}:",
            "querystring_auth": False,
            "file_overwrite": True,  # names are random: nothing lies there yet, and nobody needs to ask
            "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
            # A store that hangs must not hang the newsroom; and not every store knows Amazon's newer checksums.
            "client_config": Config(
                connect_timeout=5,
                read_timeout=20,
                retries={"mode": "standard", "total_max_attempts": 2},
                signature_version="s3v4",
                s3={"addressing_style": "path" if S3_ENDPOINT_URL else "auto"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    }


env.read_env(text("ENV_FILE", str(BASE_DIR / ".env")))


# The site

DEBUG = read("DEBUG", "no", yes_no, "a yes/no value")
HOST = read("HOST", "127.0.0.1", host_name, "an address to listen on, such as 127.0.0.1")
PORT = read("PORT", "8000", number(1, 65535), "a port number (1 to 65535)")
WORKERS = read("WORKERS", "2", number(1, 1000), "a number of processes")
STREAM_PORT = read("STREAM_PORT", "8100", number(1, 65535), "a port number (1 to 65535)")
STREAM_CONNECTIONS = read("STREAM_CONNECTIONS", "15000", number(1, 1_000_000), "a number of connections")
OFFER_STREAM = read("OFFER_STREAM", "no", yes_no, "a yes/no value")
SITE_URL = read(
    "SITE_URL",
    f"http://127.0.0.1:{PORT}",
    origin,
    "a scheme and host without a path, such as https://live.example.org",
)
SITE_NAME = text("SITE_NAME", "Newsroom")
ORGANISATION = text("ORGANISATION")
# Who publishes, for search engines and feed readers: ORGANISATION, or SITE_NAME where that is empty, with this logo.
PUBLISHER_LOGO = read(
    "PUBLISHER_LOGO",
    "",
    picture_address,
    "the address of a picture, such as https://www.example.org/logo.png, or a path such as /static/logo.png",
)
SITE_IS_HTTPS = SITE_URL.startswith("https://")
# How often an open page asks for news. One process raises it by itself while more ask than it can answer (pace.py).
FOLLOW_SECONDS = read("FOLLOW_SECONDS", "5", number(1, 3600), "a number of seconds (1 to 3600)")

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"
LOGIN_URL = "admin:login"

INSTALLED_APPS = [
    "liveblogs",
    "django_prose_editor",
    "simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

# What no reader waits for (the renditions of pictures): done at once after the commit, or by `manage.py db_worker`.
TASKS = {"default": {"BACKEND": read("TASKS", "immediate", tasks, "immediate or database")}}
if TASKS["default"]["BACKEND"].startswith("django_tasks_db."):
    INSTALLED_APPS += ["django_tasks_db"]

# No LocaleMiddleware: public answers vary on nothing but encoding. Static files are served before Django (wsgi.py).
MIDDLEWARE = [
    "newsroom.middleware.requests",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


# Email, where a server is named: what a writer is told of a review. It is a task, too.
EMAIL_URL = read(
    "EMAIL_URL", "", optional(mail_server), "a mail server, such as smtp+tls://user:password@mail.example.org:587"
)
if EMAIL_URL:
    MAILERS = EMAIL_URL
DEFAULT_FROM_EMAIL = read(
    "DEFAULT_FROM_EMAIL",
    f"newsroom@{urlsplit(SITE_URL).hostname}",
    address,
    "an email address, such as newsroom@example.org",
)


# Data

DATABASES = {
    "default": read(
        "DATABASE_URL",
        "sqlite:///db.sqlite3",
        database,
        "a database address, such as sqlite:///db.sqlite3 or postgres://user:password@host:5432/name",
    )
}
CACHES = {
    "default": read("CACHE_URL", "locmem://", cache, "a cache address, such as locmem:// or redis://host:6379/0")
}

# HTTP caches in front that are told, after each change, to drop what it made stale.
PURGE_URLS = read(
    "PURGE_URL",
    "",
    listed(cache_in_front),
    "a list of caches with commas between: varnish://host:port, nginx:///folder, fastly://service or cloudflare://zone",
)
PURGE_TOKEN = text("PURGE_TOKEN")
if not PURGE_TOKEN and any(url.startswith(("fastly:", "cloudflare:")) for url in PURGE_URLS):
    raise ImproperlyConfigured("PURGE_TOKEN: needed beside the PURGE_URL of a content delivery network")

# Uploaded files: in a folder of this machine, or in a bucket.
MEDIA_ROOT = read("MEDIA_ROOT", "media", folder, "a folder")
S3_BUCKET = read("S3_BUCKET", "", optional(bucket), "the name of a bucket, such as newsroom-pictures")
S3_REGION = read("S3_REGION", "us-east-1", region, "a region, such as eu-central-1")
S3_ENDPOINT_URL = read(
    "S3_ENDPOINT_URL", "", optional(origin), "a scheme and host without a path, such as https://s3.example.org"
)
S3_PUBLIC_URL = read(
    "S3_PUBLIC_URL",
    f"{S3_ENDPOINT_URL}/{S3_BUCKET}" if S3_ENDPOINT_URL else f"https://{S3_BUCKET}.s3.{S3_REGION}.amazonaws.com",
    folder_url,
    "a web address, such as https://pictures.example.org",
)
MEDIA_URL = f"{S3_PUBLIC_URL}/" if S3_BUCKET else "/media/"
SERVE_MEDIA = read("SERVE_MEDIA", "yes", yes_no, "a yes/no value") and not S3_BUCKET

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES: dict[str, dict[str, Any]] = {
    "default": s3_storage() if S3_BUCKET else {"BACKEND": "newsroom.files.DiskStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "newsroom.files.StaticStorage"
    },
}


# Language and time

LANGUAGE_CODE = read("LANGUAGE_CODE", "en", language, "a language that Django knows, such as en or pt-br")
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = read("TIME_ZONE", "UTC", zone, "a time zone, such as America/New_York")


# Security

SECRET_KEY = text("SECRET_KEY")
if not SECRET_KEY and DEBUG:
    SECRET_KEY = "only-for-a-machine-of-ones-own-while-DEBUG-is-on"  # noqa: S105 - refused below when DEBUG is off
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY: needed when DEBUG is off, a long random text (`make setup` writes one to .env)"
    )

# Loopback names stay allowed for health checks and for a newcomer's browser.
ALLOWED_HOSTS = read(
    "ALLOWED_HOSTS",
    f"{urlsplit(SITE_URL).hostname},localhost,127.0.0.1,[::1]",
    listed(host_name),
    "a list of host names with commas between, such as live.example.org,www.example.org",
)
CSRF_TRUSTED_ORIGINS = read(
    "CSRF_TRUSTED_ORIGINS",
    SITE_URL,
    listed(trusted_origin),
    "a list of schemes and hosts with commas between, such as https://live.example.org",
)

SESSION_COOKIE_SECURE = SITE_IS_HTTPS
CSRF_COOKIE_SECURE = SITE_IS_HTTPS
SECURE_SSL_REDIRECT = SITE_IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]  # a load balancer asks over plain HTTP
if read("BEHIND_TLS_PROXY", "no", yes_no, "a yes/no value"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# One hour: long enough to count, short enough to undo. At that length no browser maker takes the domain on its preload
# list either; an operator who is sure raises it to a year.
HSTS_SECONDS = read("HSTS_SECONDS", "3600", number(0, 10**9), "a number of seconds")
SECURE_HSTS_SECONDS = HSTS_SECONDS if SITE_IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SITE_IS_HTTPS
SECURE_HSTS_PRELOAD = SITE_IS_HTTPS

# For the admin and for error pages; public pages name their scripts by exact address instead (they are cached, and a
# nonce must not be). Inline styles are what the editor writes; they cannot run anything.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:", *([MEDIA_URL] if S3_BUCKET else [])],
    "media-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
}

# A paste of one megabyte must reach the form, which answers it in its own words.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]


# Logging

LOG_FORMAT = read("LOG_FORMAT", "text", log_format, "text or json")
#: A line for each answer to a reader, too; otherwise only for editors' requests and for errors.
LOG_REQUESTS = read("LOG_REQUESTS", "no", yes_no, "a yes/no value")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": LOG_FORMAT,
            # No line shows these, however they come into it.
            "secrets": [
                *(value for name, value in env.ENVIRON.items() if re.search("SECRET|PASSWORD|TOKEN", name)),
                SECRET_KEY,
                DATABASES["default"].get("PASSWORD") or "",
                urlsplit(CACHES["default"]["LOCATION"]).password or "",
                unquote(urlsplit(text("EMAIL_URL")).password or ""),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Django's own handlers (mail to admins, a console while DEBUG is on) would only say it twice.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.tasks": {"level": "WARNING"},  # each task that goes well is two lines
    },
}
