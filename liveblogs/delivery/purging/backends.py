"""One function for each kind of HTTP cache. Each purges tags, and raises ``PurgeFailed`` or ``OSError``."""

import http.client
import json
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import batched
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

#: Addresses, and tags in one request.
FASTLY, FASTLY_BATCH = "https://api.fastly.com", 256
CLOUDFLARE, CLOUDFLARE_BATCH = "https://api.cloudflare.com", 30
#: Seconds to wait for a cache.
TIMEOUT = 2.0
#: Seconds for which nginx may still be reading an older generation.
NGINX_GRACE = 60


class PurgeFailed(Exception):
    """The cache refused the request, or its response is not HTTP."""


def varnish(server: str, tags: Sequence[str]) -> None:
    """One PURGE request with all tags, which ``deploy/varnish/newsroom.vcl`` turns into a ban."""
    _request(f"http://{server}", "PURGE", "/", {"Surrogate-Key": " ".join(tags)})


def fastly(service: str, token: str, tags: Sequence[str]) -> None:
    for batch in batched(tags, FASTLY_BATCH):
        path, headers = f"/service/{service}/purge", {"Fastly-Key": token, "Accept": "application/json"}
        _request(FASTLY, "POST", path, headers, {"surrogate_keys": list(batch)})


def cloudflare(zone: str, token: str, tags: Sequence[str]) -> None:
    for batch in batched(tags, CLOUDFLARE_BATCH):
        path, headers = f"/client/v4/zones/{zone}/purge_cache", {"Authorization": f"Bearer {token}"}
        _request(CLOUDFLARE, "POST", path, headers, {"tags": list(batch)})


def nginx(folder: Path, tags: Sequence[str]) -> None:
    """Point each tag's symbolic link to a directory with a new name, which is part of nginx's cache keys.

    nginx cannot purge by tag. Responses to requests that are still open are stored under the old name. Links and
    directories are siblings, since nginx resolves every part of the path with each request.
    """
    for tag in tags:
        generation = folder / f"{tag}@{secrets.token_hex(6)}"
        generation.mkdir(parents=True)
        temporary = folder / f"{generation.name}.new"
        temporary.symlink_to(generation.name)
        temporary.replace(folder / tag)
        # Not the recent ones: nginx may be reading them, and another process may be about to link to its own.
        for old in folder.glob(f"{tag}@*"):
            with suppress(FileNotFoundError):
                if old != generation and old.stat().st_mtime < time.time() - NGINX_GRACE:
                    old.rmdir()


def _request(server: str, method: str, path: str, headers: dict[str, str], body: Any = None) -> None:
    url = urlsplit(server)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.netloc, timeout=TIMEOUT)
    try:
        if body is None:
            connection.request(method, path, headers=headers)
        else:
            connection.request(method, path, json.dumps(body), {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        response.read()
    except http.client.HTTPException as error:
        raise PurgeFailed(f"unreadable response ({type(error).__name__})") from error
    finally:
        connection.close()
    if response.status != 200:
        raise PurgeFailed(f"{response.status} {response.reason}")
