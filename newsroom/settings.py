"""Django settings, read from environment variables with `newsroom.env`.

`.env.example` lists all variables. A `.env` file next to manage.py (or ENV_FILE) is read if it exists; environment
variables take precedence over it.
"""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from newsroom import env

BASE_DIR = env.BASE_DIR

environ.Env.read_env(env.text("ENV_FILE", str(BASE_DIR / ".env")))


# The site

DEBUG = env.read("DEBUG", "no", env.yes_no, "a yes/no value")
HOST = env.read("HOST", "127.0.0.1", env.host_name, "an address to listen on, such as 127.0.0.1")
PORT = env.read("PORT", "8000", env.number(1, 65535), "a port number (1 to 65535)")
WORKERS = env.read("WORKERS", "2", env.number(1, 1000), "a number of processes")
STREAM_PORT = env.read("STREAM_PORT", "8100", env.number(1, 65535), "a port number (1 to 65535)")
STREAM_CONNECTIONS = env.read("STREAM_CONNECTIONS", "15000", env.number(1, 1_000_000), "a number of connections")
OFFER_STREAM = env.read("OFFER_STREAM", "no", env.yes_no, "a yes/no value")
SITE_URL = env.read(
    "SITE_URL",
    f"http://127.0.0.1:{PORT}",
    env.origin,
    "a scheme and host without a path, such as https://live.example.org",
)
SITE_NAME = env.text("SITE_NAME", "Newsroom")
ORGANISATION = env.text("ORGANISATION")
# The publisher's logo, for search engines and feed readers. Its name is ORGANISATION, or SITE_NAME if that is empty.
PUBLISHER_LOGO = env.read(
    "PUBLISHER_LOGO",
    "",
    env.picture_address,
    "the address of a picture, such as https://www.example.org/logo.png, or a path such as /static/logo.png",
)
SITE_IS_HTTPS = SITE_URL.startswith("https://")
# How often an open page polls for updates. A process increases the interval while it is overloaded
# (liveblogs/delivery/polling.py).
FOLLOW_SECONDS = env.read("FOLLOW_SECONDS", "5", env.number(1, 3600), "a number of seconds (1 to 3600)")

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"
LOGIN_URL = "admin:login"

INSTALLED_APPS = [
    "liveblogs",
    "django_prose_editor",
    "simple_history",
    "newsroom.apps.NewsroomAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

# Background tasks, such as picture renditions. They run right after the commit, or in `manage.py db_worker`.
TASKS = {"default": {"BACKEND": env.read("TASKS", "immediate", env.tasks, "immediate or database")}}
if TASKS["default"]["BACKEND"].startswith("django_tasks_db."):
    INSTALLED_APPS += ["django_tasks_db"]

# No LocaleMiddleware: public responses vary only on encoding. Static files are served before Django (wsgi.py).
MIDDLEWARE = [
    "newsroom.middleware.requests",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "newsroom.middleware.uploads",
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


# Email, if a server is configured: notifies authors of review decisions. It is sent in a background task.
EMAIL_URL = env.read(
    "EMAIL_URL",
    "",
    env.optional(env.mail_server),
    "a mail server, such as smtp+tls://user:password@mail.example.org:587",
)
if EMAIL_URL:
    MAILERS = EMAIL_URL
DEFAULT_FROM_EMAIL = env.read(
    "DEFAULT_FROM_EMAIL",
    f"newsroom@{urlsplit(SITE_URL).hostname}",
    env.address,
    "an email address, such as newsroom@example.org",
)


# Data

DATABASES = {
    "default": env.read(
        "DATABASE_URL",
        "sqlite:///db.sqlite3",
        env.database,
        "a database address, such as sqlite:///db.sqlite3 or postgres://user:password@host:5432/name",
    )
}
CACHES = {
    "default": env.read(
        "CACHE_URL", "locmem://", env.cache, "a cache address, such as locmem:// or redis://host:6379/0"
    )
}

# HTTP caches in front of the site. After each change, the outdated pages are purged from them.
PURGE_URLS = env.read(
    "PURGE_URL",
    "",
    env.listed(env.cache_in_front),
    "a list of caches with commas between: varnish://host:port, nginx:///folder, fastly://service or cloudflare://zone",
)
PURGE_TOKEN = env.text("PURGE_TOKEN")
if not PURGE_TOKEN and any(url.startswith(("fastly:", "cloudflare:")) for url in PURGE_URLS):
    raise ImproperlyConfigured("PURGE_TOKEN: needed beside the PURGE_URL of a content delivery network")

# How many days `manage.py tidy` keeps what accumulates; 0 keeps it forever.
_days = env.number(0, 36500)
KEEP_TYPED_DAYS = env.read("KEEP_TYPED_DAYS", "30", _days, "a number of days")
KEEP_NOTICES_DAYS = env.read("KEEP_NOTICES_DAYS", "90", _days, "a number of days")
KEEP_LOG_DAYS = env.read("KEEP_LOG_DAYS", "365", _days, "a number of days")
KEEP_VERSIONS_DAYS = env.read("KEEP_VERSIONS_DAYS", "1095", _days, "a number of days")

# Uploaded files: in a local folder or in a bucket.
MEDIA_ROOT = env.read("MEDIA_ROOT", "media", env.folder, "a folder")
S3_BUCKET = env.read("S3_BUCKET", "", env.optional(env.bucket), "the name of a bucket, such as newsroom-pictures")
S3_REGION = env.read("S3_REGION", "us-east-1", env.region, "a region, such as eu-central-1")
S3_ENDPOINT_URL = env.read(
    "S3_ENDPOINT_URL", "", env.optional(env.origin), "a scheme and host without a path, such as https://s3.example.org"
)
S3_PUBLIC_URL = env.read(
    "S3_PUBLIC_URL",
    f"{S3_ENDPOINT_URL}/{S3_BUCKET}" if S3_ENDPOINT_URL else f"https://{S3_BUCKET}.s3.{S3_REGION}.amazonaws.com",
    env.folder_url,
    "a web address, such as https://pictures.example.org",
)
MEDIA_URL = f"{S3_PUBLIC_URL}/" if S3_BUCKET else "/media/"
SERVE_MEDIA = env.read("SERVE_MEDIA", "yes", env.yes_no, "a yes/no value") and not S3_BUCKET

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES: dict[str, dict[str, Any]] = {
    "default": env.s3_storage(S3_BUCKET, endpoint=S3_ENDPOINT_URL, region=S3_REGION, public_url=S3_PUBLIC_URL)
    if S3_BUCKET
    else {"BACKEND": "newsroom.storage.DiskStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "newsroom.storage.StaticStorage"
    },
}


# Language and time

LANGUAGE_CODE = env.read("LANGUAGE_CODE", "en", env.language, "a language that Django knows, such as en or pt-br")
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.read("TIME_ZONE", "UTC", env.zone, "a time zone, such as America/New_York")


# Security

SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY and DEBUG:
    SECRET_KEY = "only-for-development-while-DEBUG-is-on-9q2F7xLr4W"  # noqa: S105 - refused below when DEBUG is off
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY: needed when DEBUG is off, a long random text (`make setup` writes one to .env)"
    )

# Loopback names are allowed for health checks and for local development.
ALLOWED_HOSTS = env.read(
    "ALLOWED_HOSTS",
    f"{urlsplit(SITE_URL).hostname},localhost,127.0.0.1,[::1]",
    env.listed(env.host_name),
    "a list of host names with commas between, such as live.example.org,www.example.org",
)
# Keeps what was typed in the forms of editors.
CSRF_FAILURE_VIEW = "liveblogs.admin.resuming.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.read(
    "CSRF_TRUSTED_ORIGINS",
    SITE_URL,
    env.listed(env.trusted_origin),
    "a list of schemes and hosts with commas between, such as https://live.example.org",
)

SESSION_COOKIE_SECURE = SITE_IS_HTTPS
CSRF_COOKIE_SECURE = SITE_IS_HTTPS
SECURE_SSL_REDIRECT = SITE_IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]  # load balancers use plain HTTP
if env.read("BEHIND_TLS_PROXY", "no", env.yes_no, "a yes/no value"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# One hour is effective but easy to revert. It is also too short for the browsers' preload lists. Raise it to a year
# once HTTPS is permanent.
HSTS_SECONDS = env.read("HSTS_SECONDS", "3600", env.number(0, 10**9), "a number of seconds")
SECURE_HSTS_SECONDS = HSTS_SECONDS if SITE_IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.read("HSTS_SUBDOMAINS", "no", env.yes_no, "a yes/no value") and SITE_IS_HTTPS
SECURE_HSTS_PRELOAD = env.read("HSTS_PRELOAD", "no", env.yes_no, "a yes/no value") and SITE_IS_HTTPS
# Django warns where these two are off. They concern a whole domain, of which the site may be a small part.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# For the admin and for error pages. Public pages list the exact URLs of their scripts instead, because they are cached
# and a nonce must not be. The rich text editor needs inline styles, which cannot run scripts.
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

# A pasted text of one megabyte must reach the form, which has a precise error message for it.
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

LOG_FORMAT = env.read("LOG_FORMAT", "text", env.log_format, "text or json")
#: Also log readers' requests, and not only editors' requests and errors.
LOG_REQUESTS = env.read("LOG_REQUESTS", "no", env.yes_no, "a yes/no value")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": LOG_FORMAT,
            # These values are removed from every line.
            "secrets": [
                *(value for name, value in env.ENVIRON.items() if re.search("SECRET|PASSWORD|TOKEN", name)),
                SECRET_KEY,
                DATABASES["default"].get("PASSWORD") or "",
                urlsplit(CACHES["default"]["LOCATION"]).password or "",
                unquote(urlsplit(env.text("EMAIL_URL")).password or ""),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Django's own handlers (mail to admins, console with DEBUG) would log each record twice.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.tasks": {"level": "WARNING"},  # each successful task would log two lines
    },
}
