"""Measure the time from publish to visible: `python -m bench.follow --changes 15`, or with `--stream 10000`.

With `--interactions 40`, it measures instead how long the page takes to respond to so many clicks while a post arrives
each second, on a processor slowed to a quarter (the 98th percentile is what "Interaction to Next Paint" means).

Serves a temporary blog at the default interval, opens its page in Chromium, publishes from another process, and prints
how long it takes from the commit until the post is on the open page. Most of it is the poll interval and its jitter,
so the median is about half of the interval.

With `--stream`, nginx is in front, the page follows the stream, and so many other readers are connected to it. Then
the time is that of sending the event to them, and the jitter of 0.6 seconds.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from .stream_engines import ROOT, Front, Own

PORT = 8192


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=15)
    parser.add_argument("--interactions", type=int, metavar="CLICKS", help="measure how fast the page responds")
    parser.add_argument("--stream", type=int, metavar="READERS", help="follow the stream, with so many other readers")
    options = parser.parse_args()
    if options.stream is not None:
        os.environ["OFFER_STREAM"] = "yes"
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/follow.sqlite3")
        os.environ.update({"ENV_FILE": os.devnull, "SECRET_KEY": "bench" * 12, "PORT": str(PORT)})
        os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop in this thread
        blog = prepare()
        server = subprocess.Popen([sys.executable, "-m", "newsroom.server"], cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            time.sleep(4)
            if options.interactions:
                interact(blog, options.interactions)
            else:
                with streamed(blog, options.stream) if options.stream is not None else direct() as port:
                    report(sorted(follow(blog, port, options.changes)))
        finally:
            server.terminate()
            server.wait(15)


def report(waits: list[float]) -> None:
    print(
        f"publish to visible over {len(waits)} changes: median {statistics.median(waits):.2f} s, "
        f"p95 {waits[int(len(waits) * 0.95)]:.2f} s, shortest {waits[0]:.2f} s, longest {waits[-1]:.2f} s"
    )


def prepare():
    import django

    django.setup()
    from django.core.management import call_command

    from liveblogs import publishing
    from liveblogs.models import Blog

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    blog = Blog.objects.create(title="Followed", slug=f"followed-{time.time_ns()}")
    publishing.open_blog(blog)
    return blog


@contextmanager
def direct() -> Iterator[int]:
    yield PORT


@contextmanager
def streamed(blog, readers: int) -> Iterator[int]:
    """The port of nginx in front of both servers, with this many readers on the stream."""
    stream, front = Own(blog.slug), Front(blog.slug)
    stream.start(blog.revision)
    front.start_before(PORT, stream.port)
    crowd = stream.crowd(readers)
    try:
        next(line for line in crowd.stdout if line.startswith("ready"))
        threading.Thread(target=crowd.stdout.read, daemon=True).start()
        yield front.port
    finally:
        crowd.kill()
        crowd.wait()
        front.stop()
        stream.stop()


OBSERVE = """
window.durations = {};
new PerformanceObserver((list) => {
  for (const { interactionId: id, duration } of list.getEntries()) {
    if (id) durations[id] = Math.max(durations[id] ?? 0, duration);
  }
}).observe({ type: "event", durationThreshold: 16, buffered: true });
"""


def interact(blog, clicks: int) -> None:
    """Print how long the page took to respond to clicks. Those that took less than 16 ms count as 16."""
    from playwright.sync_api import sync_playwright

    from liveblogs import publishing
    from liveblogs.models import Blog, Post
    from tools import chromium

    def publish(number: int) -> None:
        body = "<p>" + "The river stands high, and people are asked to keep away from the bridges. " * 8 + "</p>"
        publishing.publish(Post(blog=Blog.objects.get(pk=blog.pk), headline=f"News {number}", body=body))

    for number in range(38):
        publish(number)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        page = browser.new_page()
        page.add_init_script(OBSERVE)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(f"http://127.0.0.1:{PORT}/{blog.slug}/")
        page.evaluate("document.querySelector('main').dataset.interval = 1")
        for number in range(clicks):
            publish(38 + number)
            page.locator(".post-share button:visible").nth(number % 10).click()
            page.mouse.wheel(0, 400 if number % 10 < 5 else -400)
            time.sleep(1)
        durations = sorted(page.evaluate("Object.values(durations)"))
        browser.close()
    durations = [16] * (clicks - len(durations)) + durations
    print(
        f"{clicks} clicks, a post a second, CPU at a quarter: median {statistics.median(durations):.0f} ms, "
        f"98th percentile {durations[int(len(durations) * 0.98)]:.0f} ms, longest {durations[-1]:.0f} ms"
    )


def follow(blog, port: int, changes: int) -> list[float]:
    from playwright.sync_api import sync_playwright

    from liveblogs import publishing
    from liveblogs.models import Blog, Post
    from tools import chromium

    waits = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/{blog.slug}/")
        for number in range(changes):
            post = Post(blog=Blog.objects.get(pk=blog.pk), headline=f"News {number}")
            publishing.publish(post)
            published = time.monotonic()
            page.wait_for_selector(f"#post-{post.public_id}:not([hidden])", timeout=60_000)
            waits.append(time.monotonic() - published)
            time.sleep(0.7 * (number % 5))  # not in phase with the polling
        browser.close()
    return waits


if __name__ == "__main__":
    main()
