"""Many readers on one stream: `python -m bench.streams --readers 10000 --changes 20`.

Starts the stream server on a temporary SQLite database (or on DATABASE_URL's), opens the readers from one process,
publishes, and tells how long it takes from the committed publication until each reader has heard of it.
"""

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = 8191
SLUG = "crowd"
#: Readers that connect at once, so that the listening queue is not what is measured.
BATCH = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--changes", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/streams.sqlite3")
        os.environ.update(
            {"ENV_FILE": os.devnull, "SECRET_KEY": "bench" * 12, "STREAM_PORT": str(PORT), "PYTHONPATH": str(ROOT)}
        )
        os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
        blog = prepare()
        server = subprocess.Popen([sys.executable, "-m", "newsroom.stream"], cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            time.sleep(3)
            asyncio.run(measure(blog, server.pid, options.readers, options.changes))
        finally:
            server.terminate()
            started = time.monotonic()
            server.wait(10)
            print(f"shutdown with streams open: {time.monotonic() - started:.2f} s")


def prepare():
    import django

    django.setup()
    from django.core.management import call_command

    from liveblogs import publishing
    from liveblogs.models import Blog

    call_command("migrate", verbosity=0)
    blog = Blog.objects.create(title="Crowd", slug=f"{SLUG}-{time.time_ns()}")
    publishing.open_blog(blog)
    blog.refresh_from_db()
    return blog


async def measure(blog, pid: int, readers: int, changes: int) -> None:
    heard: list[float] = []
    counts: dict[int, int] = {}
    published: dict[int, float] = {}

    async def read(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        writer.write(f"GET /{blog.slug}/stream/ HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        async for line in reader:
            if found := re.match(rb"id: (\d+)", line):
                revision = int(found[1])
                counts[revision] = counts.get(revision, 0) + 1
                if revision in published:
                    heard.append(time.monotonic() - published[revision])

    started = time.monotonic()
    tasks = []
    for first in range(0, readers, BATCH):
        tasks += [asyncio.create_task(read(number)) for number in range(first, min(first + BATCH, readers))]
        while counts.get(blog.revision, 0) < len(tasks):
            await asyncio.sleep(0.02)
    print(f"{readers} readers connected in {time.monotonic() - started:.1f} s; server: {memory(pid)} MB")
    before = cpu(pid)
    for _ in range(changes):
        revision, at = await asyncio.to_thread(publish, blog)
        published[revision] = at
        await asyncio.sleep(2)
        if counts.get(revision, 0) != readers:
            print(f"revision {revision}: heard by {counts.get(revision, 0)} of {readers}")
    heard.sort()
    print(
        f"from commit to reader: median {statistics.median(heard) * 1000:.0f} ms, "
        f"p95 {heard[int(len(heard) * 0.95)] * 1000:.0f} ms, longest {heard[-1] * 1000:.0f} ms "
        f"({len(heard)} deliveries); server: {memory(pid)} MB, {cpu(pid) - before:.1f} s of CPU"
    )
    for task in tasks:
        task.cancel()


def publish(blog) -> tuple[int, float]:
    from liveblogs import publishing
    from liveblogs.models import Blog, Post

    publishing.publish(Post(blog=Blog.objects.get(pk=blog.pk), headline="News"))
    return Blog.objects.get(pk=blog.pk).revision, time.monotonic()


def memory(pid: int) -> int:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) // 1024


def cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
