"""The settings as a program meets them at its start: each test starts one with an environment of its own."""

import os
import re
import subprocess
import sys

import pytest

from tests.support.manage import LIVE, ROOT, manage, values

pytestmark = pytest.mark.slow

# What cannot be used
# -------------------


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("DEBUG", "maybe", "a yes/no value"),
        ("SERVE_MEDIA", "2", "a yes/no value"),
        ("BEHIND_TLS_PROXY", "x-forwarded-proto", "a yes/no value"),
        ("PORT", "http", "a port number (1 to 65535)"),
        ("PORT", "65536", "a port number (1 to 65535)"),
        ("PORT", "0", "a port number (1 to 65535)"),
        ("WORKERS", "0", "a number of processes"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("LOG_REQUESTS", "some", "a yes/no value"),
        ("HOST", "http://0.0.0.0", "an address to listen on, such as 127.0.0.1"),
        ("HSTS_SECONDS", "a year", "a number of seconds"),
        ("HSTS_SUBDOMAINS", "all", "a yes/no value"),
        ("HSTS_PRELOAD", "soon", "a yes/no value"),
        *((f"KEEP_{name}_DAYS", "a month", "a number of days") for name in ("TYPED", "NOTICES", "LOG", "VERSIONS")),
        ("TIME_ZONE", "Mars/Olympus_Mons", "a time zone, such as America/New_York"),
        ("TIME_ZONE", "../../etc/passwd", "a time zone, such as America/New_York"),
        ("TIME_ZONE", "America", "a time zone, such as America/New_York"),
        ("LANGUAGE_CODE", "klingon", "a language that Django knows, such as en or pt-br"),
        (
            "PUBLISHER_LOGO",
            "logo.png",
            "the address of a picture, such as https://www.example.org/logo.png, or a path such as /static/logo.png",
        ),
        ("SITE_URL", "live.example.org", "a scheme and host without a path, such as https://live.example.org"),
        ("SITE_URL", "https://example.org/live", "a scheme and host without a path, such as https://live.example.org"),
        ("SITE_URL", "https://example.org:port", "a scheme and host without a path, such as https://live.example.org"),
        ("SITE_URL", "https://[::1", "a scheme and host without a path, such as https://live.example.org"),
        (
            "ALLOWED_HOSTS",
            "https://live.example.org",
            "a list of host names with commas between, such as live.example.org,www.example.org",
        ),
        (
            "CSRF_TRUSTED_ORIGINS",
            "live.example.org",
            "a list of schemes and hosts with commas between, such as https://live.example.org",
        ),
        *(
            (
                "DATABASE_URL",
                value,
                "a database address, such as sqlite:///db.sqlite3 or postgres://user:password@host:5432/name",
            )
            for value in (
                "db.sqlite3",
                "mysql://localhost/news",
                "sqlite://db.sqlite3",
                "sqlite://:memory:",
                "postgres://localhost",
                "postgres://localhost:port/news",
                "postgres://[::1/news",
                "postgres://localhost/news?pool=many",
            )
        ),
        ("CACHE_URL", "memcached", "a cache address, such as locmem:// or redis://host:6379/0"),
        ("CACHE_URL", "redis://", "a cache address, such as locmem:// or redis://host:6379/0"),
        ("CACHE_URL", "redis://host:port/0", "a cache address, such as locmem:// or redis://host:6379/0"),
        ("MEDIA_ROOT", "manage.py", "a folder"),
        ("S3_BUCKET", "Our Pictures", "the name of a bucket, such as newsroom-pictures"),
        ("S3_BUCKET", "s3://pictures", "the name of a bucket, such as newsroom-pictures"),
        ("S3_REGION", "Frankfurt am Main", "a region, such as eu-central-1"),
        (
            "S3_ENDPOINT_URL",
            "https://s3.example.org/pictures",
            "a scheme and host without a path, such as https://s3.example.org",
        ),
        ("S3_PUBLIC_URL", "pictures.example.org", "a web address, such as https://pictures.example.org"),
        ("S3_PUBLIC_URL", "https://example.org/?a", "a web address, such as https://pictures.example.org"),
        ("S3_PUBLIC_URL", "https://example.org/a;b", "a web address, such as https://pictures.example.org"),
        ("TASKS", "celery", "immediate or database"),
        *(
            ("EMAIL_URL", value, "a mail server, such as smtp+tls://user:password@mail.example.org:587")
            for value in (
                "mail.example.org",
                "http://mail.example.org",
                "smtp://",
                "smtp://host:port",
                "smtp://host/x",
            )
        ),
        ("DEFAULT_FROM_EMAIL", "Newsroom", "an email address, such as newsroom@example.org"),
    ],
)
def test_variable_malformed(variable, value, expected):
    done = manage("check", **{"SECRET_KEY": "set", variable: value})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f'newsroom: {variable}: "{value}" is not {expected}\n'


def test_variable_malformed_shows_no_password():
    done = manage("check", SECRET_KEY="set", DATABASE_URL="postgres://desk:s/e#cr@et@localhost:port/news")
    assert done.returncode == 1
    assert done.stderr.startswith(
        'newsroom: DATABASE_URL: "postgres://…@localhost:port/news" is not a database address'
    )


def test_secret_key_blank_without_debug():
    done = manage("check", SECRET_KEY=" ")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "newsroom: SECRET_KEY: needed when DEBUG is off, a long random text (`make setup` writes one to .env)\n"
    )


def test_secret_key_blank_with_debug():
    assert manage("check", DEBUG="yes").returncode == 0


def test_server_start_with_malformed_variable():
    done = subprocess.run(
        [sys.executable, "-m", "newsroom.server"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "SECRET_KEY": "set", "PORT": "eighty"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, 'newsroom: PORT: "eighty" is not a port number (1 to 65535)\n')


# What the values become
# ----------------------


def test_defaults():
    names = ("DEBUG", "PORT", "SITE_URL", "SITE_NAME", "ORGANISATION", "TIME_ZONE", "ALLOWED_HOSTS", "MEDIA_ROOT")
    assert values(*names, SECRET_KEY="set") == [
        False,
        8000,
        "http://127.0.0.1:8000",
        "Newsroom",
        "",
        "UTC",
        ["127.0.0.1", "localhost", "127.0.0.1", "[::1]"],
        str(ROOT / "media"),
    ]


def test_env_file_is_read_and_the_environment_wins(tmp_path):
    file = tmp_path / "site.env"
    file.write_text('SECRET_KEY=$ecret\nSITE_NAME="The Harbor Wire"\nORGANISATION=Fairlead\n')
    assert values("SECRET_KEY", "SITE_NAME", "ORGANISATION", ENV_FILE=str(file), ORGANISATION="Tarn Post") == [
        "$ecret",
        "The Harbor Wire",
        "Tarn Post",
    ]


def test_site_url_https_secures_cookies_and_hosts():
    names = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "CSRF_TRUSTED_ORIGINS")
    assert values(*names, **LIVE) == [True, True, True, ["https://live.example.org"]]
    assert values(*names, SECRET_KEY="set") == [False, False, False, ["http://127.0.0.1:8000"]]


def test_forwarded_protocol_believed_only_when_asked():
    assert values("SECURE_PROXY_SSL_HEADER", **LIVE) == [None]
    assert values("SECURE_PROXY_SSL_HEADER", BEHIND_TLS_PROXY="yes", **LIVE) == [["HTTP_X_FORWARDED_PROTO", "https"]]


def test_database_url_postgres_with_and_without_pool():
    address = "postgres://desk:p%40ss@db.example.org:5433/news"
    [plain] = values("DATABASES", DATABASE_URL=address, **LIVE)
    [pooled] = values("DATABASES", DATABASE_URL=f"{address}?pool=8", **LIVE)
    keys = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "CONN_MAX_AGE", "CONN_HEALTH_CHECKS")
    assert [plain["default"][key] for key in keys] == ["news", "desk", "p@ss", "db.example.org", 5433, 60, True]
    assert pooled["default"]["CONN_MAX_AGE"] == 0
    limits = {"options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"}
    assert plain["default"]["OPTIONS"] == limits
    assert pooled["default"]["OPTIONS"] == {"pool": {"min_size": 1, "max_size": 8}, **limits}


def test_database_url_postgres_with_its_own_limits():
    address = "postgres://db.example.org/news?options=-c%20lock_timeout%3D3s"
    [plain] = values("DATABASES", DATABASE_URL=address, **LIVE)
    assert plain["default"]["OPTIONS"] == {"options": "-c lock_timeout=3s"}


def test_cache_url_redis_and_in_process():
    [redis] = values("CACHES", CACHE_URL="redis://cache.example.org:6380/2", **LIVE)
    [local] = values("CACHES", **LIVE)
    assert redis["default"]["LOCATION"] == "redis://cache.example.org:6380/2"
    assert redis["default"]["OPTIONS"] == {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}
    assert local["default"]["OPTIONS"] == {"MAX_ENTRIES": 10_000}


BUCKET = {"S3_BUCKET": "pictures", "S3_ENDPOINT_URL": "https://s3.example.org:9000"}


def test_s3_bucket_takes_the_folders_place():
    names = ("STORAGES", "MEDIA_URL", "SERVE_MEDIA", "SECURE_CSP")
    storages, address, served, policy = values(*names, **BUCKET, **LIVE)
    assert storages["default"]["BACKEND"] == "newsroom.bucket.BucketStorage"
    options = storages["default"]["OPTIONS"]
    assert [options[key] for key in ("bucket_name", "endpoint_url", "region_name", "access_key", "secret_key")] == [
        "pictures", "https://s3.example.org:9000", "us-east-1", None, None,
    ]  # fmt: skip
    assert (address, served) == ("https://s3.example.org:9000/pictures/", False)
    assert policy["img-src"][-1] == address
    [local] = values("SECURE_CSP", **LIVE)
    assert local["img-src"] == policy["img-src"][:-1]


def test_s3_addresses_for_readers():
    assert values("MEDIA_URL", S3_BUCKET="pictures", S3_REGION="eu-north-1", **LIVE) == [
        "https://pictures.s3.eu-north-1.amazonaws.com/"
    ]
    public = {"S3_PUBLIC_URL": "https://cdn.example.org/news/"}
    assert values("MEDIA_URL", **BUCKET, **public, **LIVE) == ["https://cdn.example.org/news/"]
    code = "from django.core.files.storage import default_storage as s; print(s.url('images/a b.jpg'))"
    done = manage("shell", "--no-imports", "-c", code, **BUCKET, **public, **LIVE)
    assert (done.stdout, done.stderr) == ("https://cdn.example.org/news/images/a%20b.jpg\n", "")


def test_s3_one_key_without_the_other():
    done = manage("check", S3_ACCESS_KEY_ID="desk", **BUCKET, **LIVE)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "newsroom: S3_SECRET_ACCESS_KEY: needed beside S3_ACCESS_KEY_ID; "
        "without both, the machine's own role is used\n"
    )
    done = manage("check", S3_SECRET_ACCESS_KEY="hush", **BUCKET, **LIVE)
    assert done.stderr.startswith("newsroom: S3_ACCESS_KEY_ID: needed beside S3_SECRET_ACCESS_KEY;")


def test_tasks_done_by_a_worker():
    tasks, apps = values("TASKS", "INSTALLED_APPS", TASKS="database", **LIVE)
    assert tasks == {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    assert apps[-1] == "django_tasks_db"
    assert manage("check", TASKS="database", **LIVE).returncode == 0


# As shipped
# ----------


def test_check_deploy_without_a_warning():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **LIVE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "System check identified no issues (2 silenced).\n"


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("smtp://mail", ["mail", None, None, None, False, False]),
        ("smtp+tls://desk%40example.org:p%2Fw@mail:587", ["mail", 587, "desk@example.org", "p/w", True, False]),
        ("smtps://desk:pw@mail:465", ["mail", 465, "desk", "pw", False, True]),
    ],
)
def test_mail_server(url, options):
    (mailers,) = values("MAILERS", EMAIL_URL=url, **LIVE)
    names = ("host", "port", "username", "password", "use_tls", "use_ssl")
    assert mailers == {"default": {"OPTIONS": dict(zip(names, options, strict=True)) | {"timeout": 5}}}
    assert manage("check", EMAIL_URL=url, **LIVE).returncode == 0


def test_mails_come_from_the_site_by_default():
    assert values("DEFAULT_FROM_EMAIL", **LIVE) == [f"newsroom@{LIVE['SITE_URL'].split('://')[1]}"]
    assert values("DEFAULT_FROM_EMAIL", **LIVE, DEFAULT_FROM_EMAIL="Desk <desk@example.org>") == [
        "Desk <desk@example.org>"
    ]


def test_env_example_names_every_variable_that_is_read():
    code = "".join((ROOT / "newsroom" / name).read_text() for name in ("settings.py", "env.py"))
    read = re.findall(r'\b(?:read|text)\(\s*"([A-Z0-9_]+)"', code)
    told = re.findall(r"^#([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert len(read) >= 17
    assert sorted(told) == sorted(set(read))


def test_env_example_tells_the_defaults():
    """Every line of it, switched on, changes nothing."""
    names = (
        "DEBUG",
        "HOST",
        "PORT",
        "SITE_URL",
        "SITE_NAME",
        "ORGANISATION",
        "LANGUAGE_CODE",
        "TIME_ZONE",
        "DATABASES",
    )
    names += ("CACHES", "MEDIA_ROOT", "SERVE_MEDIA", "CSRF_TRUSTED_ORIGINS", "SECURE_PROXY_SSL_HEADER", "STORAGES")
    names += ("MEDIA_URL", "TASKS", "INSTALLED_APPS", "EMAIL_URL", "DEFAULT_FROM_EMAIL")
    names += ("WORKERS", "PURGE_URLS", "LOG_FORMAT", "LOG_REQUESTS")
    told = dict(re.findall(r"^#([A-Z0-9_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    told |= {"ENV_FILE": os.devnull, "SECRET_KEY": "set"}
    assert values(*names, **told) == values(*names, SECRET_KEY="set")
