"""One function for each kind of HTTP cache. Each purges tags, and raises ``PurgeFailed`` or ``OSError``.

Among the tags may be addresses of files in a bucket, for a content delivery network in front of it.
"""

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
#: Seconds after which nginx has dropped what nobody requested (twice the ``inactive`` of deploy/nginx/newsroom.conf).
NGINX_KEPT = 2 * 24 * 3600


class PurgeFailed(Exception):
    """The cache refused the request, or its response is not HTTP."""


def varnish(server: str, tags: Sequence[str]) -> None:
    """One PURGE request with all tags, which ``deploy/varnish/newsroom.vcl`` turns into a ban."""
    if names := _tags(tags):
        _request(f"http://{server}", "PURGE", "/", {"Surrogate-Key": " ".join(names)})


def fastly(service: str, token: str, tags: Sequence[str]) -> None:
    headers = {"Fastly-Key": token, "Accept": "application/json"}
    for batch in batched(_tags(tags), FASTLY_BATCH):
        _request(FASTLY, "POST", f"/service/{service}/purge", headers, {"surrogate_keys": list(batch)})
    for address in _addresses(tags):
        _request(FASTLY, "POST", f"/purge/{address.partition('://')[2]}", headers)


def cloudflare(zone: str, token: str, tags: Sequence[str]) -> None:
    path, headers = f"/client/v4/zones/{zone}/purge_cache", {"Authorization": f"Bearer {token}"}
    for kind, names in (("tags", _tags(tags)), ("files", _addresses(tags))):
        for batch in batched(names, CLOUDFLARE_BATCH):
            _request(CLOUDFLARE, "POST", path, headers, {kind: list(batch)})


def nginx(folder: Path, tags: Sequence[str]) -> None:
    """Point each tag's symbolic link to a directory with a new name, which is part of nginx's cache keys.

    nginx cannot purge by tag. Responses to requests that are still open are stored under the old name. Links and
    directories are siblings, since nginx resolves every part of the path with each request. All pictures have one tag.
    """
    for tag in dict.fromkeys("media" if tag.startswith("image-") else tag for tag in _tags(tags)):
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


def tidy_nginx(folder: Path) -> int:
    """Remove links that are older than anything that nginx keeps, and what no link names. Returns how many.

    nginx drops what nobody requested for a day. Without a link it looks for entries from before the first purge, and
    there are none by then.
    """
    count, now = 0, time.time()
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):  # a purge may be under way
            age = now - path.lstat().st_mtime
            if path.is_symlink():
                if age > (NGINX_GRACE if path.name.endswith(".new") else NGINX_KEPT):
                    path.unlink()
                    count += 1
            elif age > NGINX_GRACE and (folder / path.name.partition("@")[0]).resolve() != path.resolve():
                path.rmdir()
                count += 1
    return count


def _tags(items: Sequence[str]) -> list[str]:
    return [item for item in items if "://" not in item]


def _addresses(items: Sequence[str]) -> list[str]:
    return [item for item in items if "://" in item]


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
