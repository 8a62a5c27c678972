"""Measure many readers on one stream: `python -m bench.streams --readers 1000 10000 --engines own nchan --rounds 3`.

For each number of readers, and in turn for each engine: starts the engine, connects the readers from another process,
publishes real posts, and measures the time from the commit until each reader has received the event. The database is a
temporary SQLite, or DATABASE_URL's; with CACHE_URL, Newsroom's own engine gets revisions by Redis.
"""

import argparse
import json
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from .processes import cpu, megabytes
from .stream_engines import ENGINES, ROOT, Engine

#: Seconds between two publications, and seconds within which every reader must have received each.
PAUSE = 1.0
PATIENCE = 30


@dataclass
class Figures:
    """The results of one engine with one number of readers, over all rounds."""

    connected: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    stopped: list[float] = field(default_factory=list)
    lost: int = 0

    def row(self, name: str, readers: int) -> str:
        if not self.delays:
            return f"| {name} | {readers} | failed |"
        delays = sorted(self.delays)
        p95 = delays[int(len(delays) * 0.95)]
        connected, megabytes, cpu, stopped = map(
            statistics.median, (self.connected, self.megabytes, self.cpu, self.stopped)
        )
        heard = " | ".join(f"{seconds * 1000:.0f}" for seconds in (statistics.median(delays), p95, delays[-1]))
        costs = f"{cpu * 1000:.0f} | {stopped:.1f} | {self.lost}"
        return f"| {name} | {readers} | {connected:.1f} | {megabytes:.0f} | {heard} | {costs} |"


HEAD = """\
| engine | readers | connected, s | MB | median, ms | p95 | longest | CPU a change, ms | stop, s | lost |
|---|---|---|---|---|---|---|---|---|---|"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, nargs="+", default=[1000, 5000, 10_000])
    parser.add_argument("--engines", choices=ENGINES, nargs="+", default=["own"])
    parser.add_argument("--changes", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    figures: dict[tuple[int, str], Figures] = {}
    with prepared() as blog:
        for readers in options.readers:
            for _ in range(options.rounds):
                for name in options.engines:
                    seen = figures.setdefault((readers, name), Figures())
                    measure(ENGINES[name](blog.slug), blog, readers, options.changes, seen)
                    print(seen.row(name, readers), "load", os.getloadavg()[0], file=sys.stderr, flush=True)
    print(HEAD)
    for (readers, name), seen in figures.items():
        print(seen.row(name, readers))


@contextmanager
def prepared() -> Iterator:
    """A live blog, in a temporary database unless DATABASE_URL is set."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/streams.sqlite3")
        os.environ.update({"ENV_FILE": os.devnull, "SECRET_KEY": "bench" * 12, "PYTHONPATH": str(ROOT)})
        os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
        import django

        django.setup()
        from django.core.management import call_command

        from liveblogs import publishing
        from liveblogs.models import Blog

        call_command("migrate", verbosity=0)
        blog = Blog.objects.create(title="Crowd", slug=f"crowd-{time.time_ns()}")
        publishing.open_blog(blog)
        yield blog


def measure(engine: Engine, blog, readers: int, changes: int, seen: Figures) -> None:
    blog.refresh_from_db()
    engine.start(blog.revision)
    crowd = engine.crowd(readers)
    try:
        ready = next((line for line in crowd.stdout if line.startswith("ready")), "")
        if not ready:
            seen.lost += changes
            return
        seen.connected.append(float(ready.split()[1]))
        time.sleep(2)  # for work that connecting the readers left to do
        before = cpu(engine.pids())
        wanted = follow(engine, blog, crowd, changes, seen)
        seen.cpu.append((cpu(engine.pids()) - before) / changes)
        seen.megabytes.append(megabytes(engine.pids()))
        seen.lost += wanted
    finally:
        seen.stopped.append(engine.stop())
        crowd.kill()
        crowd.wait()


def follow(engine: Engine, blog, crowd: subprocess.Popen, changes: int, seen: Figures) -> int:
    """Publish this many posts. How many of them did not reach every reader."""
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: [lines.put(line) for line in crowd.stdout], daemon=True).start()
    lost = 0
    for _ in range(changes):
        revision, committed = publish(blog)
        engine.tell(revision)
        times = heard(lines, revision)
        seen.delays += [at - committed for at in times]
        lost += not times
        time.sleep(PAUSE)
    return lost


def heard(lines: "queue.Queue[str]", revision: int) -> list[float]:
    """When each reader received this revision; empty if one of them never did."""
    try:
        while True:
            number, times = json.loads(lines.get(timeout=PATIENCE))
            if number == revision:
                return times
    except queue.Empty:
        return []


def publish(blog) -> tuple[int, float]:
    """The new revision and when it was committed."""
    from liveblogs import publishing
    from liveblogs.models import Blog, Post

    committed = []

    def note(**_signal) -> None:
        committed.append(time.monotonic())

    publishing.changed.connect(note)
    # Before the receiver that announces the revision, so that the announcement is part of the measured time.
    publishing.changed.receivers.insert(0, publishing.changed.receivers.pop())
    publishing.changed.sender_receivers_cache.clear()
    publishing.publish(Post(blog=Blog.objects.get(pk=blog.pk), headline="News"))
    publishing.changed.disconnect(note)
    return Blog.objects.get(pk=blog.pk).revision, committed[0]


if __name__ == "__main__":
    main()
