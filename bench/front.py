"""nginx in front of a site, with the configuration in deploy/, and a static file of the same size for comparison."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.serving import ROOT, free_port, wait_for_answer

from .sites import Site

SHIPPED = ROOT / "deploy/nginx"


@contextmanager
def nginx(folder: Path, site: Site, path: str, **headers: str) -> Iterator[tuple[str, str] | None]:
    """Two URLs: the site's page at ``path`` through the cache, and a static file with the same bytes."""
    program = shutil.which("nginx")
    if program is None:
        print("nginx was not found: the HTTP cache is not measured (Debian: apt-get install nginx).", file=sys.stderr)
        yield None
        return
    cached, plain = free_port(), free_port()
    (folder / "files").mkdir()
    (folder / "files/page.html").write_bytes(site.get(path, **headers)[2])
    main = folder / "nginx.conf"
    main.write_text(_main(folder, plain, _shipped(folder, cached, site.port)))
    with (folder / "nginx.log").open("w") as log:
        process = subprocess.Popen([program, "-c", str(main), "-g", "daemon off;"], stdout=log, stderr=log)
    try:
        for port in (cached, plain):
            wait_for_answer(port, process)
        yield f"http://127.0.0.1:{cached}{path}", f"http://127.0.0.1:{plain}/page.html"
    finally:
        process.terminate()
        process.wait()


def _shipped(folder: Path, port: int, origin: int) -> str:
    """The shipped configuration with the ports and folders of this run."""
    text = (SHIPPED / "upstreams.conf").read_text() + (SHIPPED / "newsroom.conf").read_text()
    for theirs, ours in {
        "listen 80;": f"listen 127.0.0.1:{port};",
        "127.0.0.1:8001": f"127.0.0.1:{origin}",
        "server 127.0.0.1:8002 max_fails=0;": "",
        "server_name live.example.org;": "server_name 127.0.0.1;",
        "/var/cache/nginx/newsroom": f"{folder}/cache",
        "/var/log/nginx/newsroom.log": f"{folder}/access.log",
        "/var/lib/newsroom/": f"{folder}/",
    }.items():
        if theirs not in text:
            sys.exit(f"“{theirs}” is not in deploy/nginx; bench/front.py has to replace it.")
        text = text.replace(theirs, ours)
    return text


def _main(folder: Path, plain: int, shipped: str) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    return (
        f"{user} worker_processes 2; pid {folder}/nginx.pid; error_log stderr; events {{ worker_connections 1024; }}\n"
        f"http {{ {temporary} types {{ text/html html; }} sendfile on;\n{shipped}\n"
        f"server {{ listen 127.0.0.1:{plain}; root {folder}/files;"
        f" access_log {folder}/plain.log newsroom buffer=64k flush=1s; }} }}\n"  # the same as the site's
    )
