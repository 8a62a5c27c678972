"""The engines that `bench.streams` compares: each serves `path` on `port`, and gets each new revision by `tell`."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Seconds within which an engine must listen.
PATIENCE = 20


class Engine:
    """A stream server that runs between ``start`` and ``stop``."""

    name = ""
    port = 0

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.path = f"/{slug}/stream/"
        self.processes: list[subprocess.Popen] = []
        self.folder = Path(tempfile.mkdtemp())
        self.folder.chmod(0o755)

    def start(self, revision: int) -> None:
        raise NotImplementedError

    def tell(self, revision: int) -> None:
        """Send the revision to the engine. Does nothing if the engine learns of it by itself."""

    def run(self, *command: str, port: int, **environment: str) -> None:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        self.processes.append(process)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise SystemExit(f"{self.name} does not listen: {(self.folder / 'log').read_text()}")

    def crowd(self, readers: int) -> "subprocess.Popen[str]":
        """Start this many readers in a separate process (``bench.crowd``)."""
        return subprocess.Popen(
            [sys.executable, "-m", "bench.crowd", str(self.port), self.path, str(readers)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def pids(self) -> list[int]:
        """The IDs of its processes and their descendants."""
        found = [process.pid for process in self.processes]
        for pid in found:  # the list grows during the loop
            found += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return found

    def stop(self) -> float:
        """Stop all processes. Seconds until they have ended."""
        started = time.monotonic()
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            process.wait(30)
        shutil.rmtree(self.folder)
        return time.monotonic() - started

    def post(self, port: int, path: str, body: str, **headers: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("POST", path, body, headers)
        connection.getresponse().read()
        connection.close()


def event(revision: int) -> str:
    return f"event: revision\nid: {revision}\ndata: {revision}\n\n"


class Own(Engine):
    """`python -m newsroom.stream_server`. DATABASE_URL and CACHE_URL decide how it learns of revisions."""

    name = "own"
    port = 8191

    def start(self, revision: int) -> None:
        self.run(sys.executable, "-m", "newsroom.stream_server", port=self.port, STREAM_PORT=str(self.port))


class Nchan(Engine):
    """nginx with nchan (Debian: libnginx-mod-nchan), which gets revisions by POST."""

    name = "nchan"
    port = 8192
    configuration = """
        load_module modules/ngx_nchan_module.so;
        daemon off; master_process on; worker_processes 2; worker_rlimit_nofile 18000;
        pid {folder}/pid; error_log {folder}/error.log;
        events {{ worker_connections 16000; }}
        http {{
            access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
            server {{
                listen 127.0.0.1:{port} backlog=4096;
                location ~ ^/publish/([-\\w]+)$ {{
                    nchan_publisher; nchan_channel_id $1; nchan_message_buffer_length 1; nchan_message_timeout 0;
                }}
                location ~ ^/([-\\w]+)/stream/$ {{
                    nchan_subscriber eventsource; nchan_channel_id $1; nchan_subscriber_first_message newest;
                    nchan_eventsource_ping_interval 20;
                }}
            }}
        }}
    """

    def start(self, revision: int) -> None:
        path = self.folder / "nginx.conf"
        path.write_text(self.configuration.format(folder=self.folder, port=self.port))
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self.run(nginx, "-c", str(path), "-p", "/usr/share/nginx", port=self.port)
        self.tell(revision)

    def tell(self, revision: int) -> None:
        self.post(self.port, f"/publish/{self.slug}", str(revision), **{"X-EventSource-Event": "revision"})


class Front(Engine):
    """nginx in front of pages and streams, as in production, but without a cache."""

    name = "front"
    port = 8196
    configuration = """
        daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
        events {{ worker_connections 1000; }}
        http {{
            access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
            proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header Connection "";
            server {{
                listen 127.0.0.1:{port};
                location ~ ^/[-\\w]+/stream/$ {{ proxy_pass http://127.0.0.1:{streams}; proxy_buffering off; }}
                location / {{ proxy_pass http://127.0.0.1:{pages}; }}
            }}
        }}
    """

    def start_before(self, pages: int, streams: int) -> None:
        path = self.folder / "nginx.conf"
        path.write_text(self.configuration.format(folder=self.folder, port=self.port, pages=pages, streams=streams))
        self.run(shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(path), port=self.port)


class Pushpin(Engine):
    """Pushpin (Debian: pushpin) in front of an origin that hands streams over to it. It gets revisions by POST."""

    name = "pushpin"
    port = 8193
    origin = 8194
    control = 5561

    def start(self, revision: int) -> None:
        program = self.folder / "origin.py"
        program.write_text(
            "from wsgiref.simple_server import WSGIServer, make_server\n"
            "WSGIServer.request_queue_size = 4096\n"
            "def answer(environ, start):\n"
            "    start('200 OK', [('Content-Type', 'text/event-stream'), ('Grip-Hold', 'stream'),\n"
            f"                     ('Grip-Channel', {self.slug!r})])\n"
            f"    return [{event(revision).encode()!r}]\n"
            f"make_server('127.0.0.1', {self.origin}, answer).serve_forever()\n"
        )
        self.run(sys.executable, str(program), port=self.origin)
        Path("/run/zurl").mkdir(exist_ok=True)
        self.run("zurl", "--config=/etc/zurl.conf", port=self.origin)
        (self.folder / "routes").write_text(f"* 127.0.0.1:{self.origin}\n")
        (self.folder / "pushpin.conf").write_text(
            f"[global]\ninclude={{libdir}}/internal.conf\nrundir={self.folder}\n"
            f"[runner]\nservices=condure,pushpin-proxy,pushpin-handler\nhttp_port={self.port}\n"
            f"logdir={self.folder}\nclient_maxconn=16000\n"
            f"[proxy]\nroutesfile={self.folder}/routes\n"
            f"[handler]\npush_in_http_addr=127.0.0.1\npush_in_http_port={self.control}\nmessage_rate=100000\n"
            "message_hwm=100000\n"
        )
        self.run("pushpin", f"--config={self.folder}/pushpin.conf", port=self.port)
        time.sleep(2)  # it listens before its components are connected

    def tell(self, revision: int) -> None:
        item = {"channel": self.slug, "formats": {"http-stream": {"content": event(revision)}}}
        self.post(self.control, "/publish/", json.dumps({"items": [item]}))


class EventStream(Engine):
    """django-eventstream under uvicorn, which gets revisions by Redis. EVENTSTREAM_PYTHON is a Python that has it."""

    name = "django-eventstream"
    port = 8195
    redis = {"host": "127.0.0.1", "port": 6379, "db": 6}

    def start(self, revision: int) -> None:
        python = os.environ["EVENTSTREAM_PYTHON"]
        program = self.folder / "eventstream_site.py"
        program.write_text(
            "import django\nfrom django.conf import settings\nfrom django.urls import include, path\n"
            "settings.configure(SECRET_KEY='x', ALLOWED_HOSTS=['*'], ROOT_URLCONF='eventstream_site',\n"
            f"    INSTALLED_APPS=['django_eventstream'], EVENTSTREAM_REDIS={self.redis!r})\n"
            "django.setup()\nimport django_eventstream\n"
            f"urlpatterns = [path('{self.slug}/stream/', include(django_eventstream.urls), "
            f"{{'channels': [{self.slug!r}]}})]\n"
            "from django.core.asgi import get_asgi_application\napplication = get_asgi_application()\n"
        )
        serve = ("-m", "uvicorn", "--log-level=error", "--backlog=4096", "--timeout-graceful-shutdown=2")
        app = ("--app-dir", str(self.folder), "--port", str(self.port), "eventstream_site:application")
        self.run(python, *serve, *app, port=self.port)

    def tell(self, revision: int) -> None:
        import redis

        message = {"channel": self.slug, "event_type": "revision", "data": str(revision), "pub_id": None}
        redis.Redis(**self.redis).publish("events_channel", json.dumps(message))


ENGINES = {engine.name: engine for engine in (Own, Nchan, Pushpin, EventStream)}
