"""Many processes publish at once: each publication must count once, and none may fail."""

import os
import time
import traceback

from .ground import check, expect, live_blog


def run(writers: int, publishes: int) -> str:
    """``publishes`` in all, by writers without pauses. How long one takes, including the wait for the others."""
    from django.db import connections

    blog = live_blog("writers")
    revision, each = blog.revision, publishes // writers
    connections.close_all()
    read_end, write_end = os.pipe()
    children = [os.fork() or write(number, blog.pk, each, write_end) for number in range(writers)]
    os.close(write_end)
    with os.fdopen(read_end) as lines:
        seconds = sorted(float(line) for line in lines)
    failed = [pid for pid in children if os.waitpid(pid, 0)[1]]
    expect(not failed, f"no writer meets an error: {len(failed)} did")
    posts = check(blog)
    expect(len(posts) == writers * each, f"{writers * each} posts are there: {len(posts)}")
    blog.refresh_from_db()
    expect(blog.revision == revision + len(posts), "each has a revision")
    expect(sorted(post.revision for post in posts) == list(range(revision + 1, blog.revision + 1)), "of its own")
    median, p95 = (seconds[int(len(seconds) * share)] for share in (0.5, 0.95))
    times = f"median {median:.2f} s, p95 {p95:.2f} s, longest {seconds[-1]:.2f} s"
    return f"{writers} writers, {len(posts)} publications, no error; {times}"


def write(number: int, blog_id: int, publishes: int, write_end: int) -> int:
    from liveblogs import publishing
    from liveblogs.models import Blog, Post

    try:
        for count in range(publishes):
            started = time.monotonic()
            publishing.publish(Post(blog=Blog.objects.get(pk=blog_id), headline=f"{number}-{count}"))
            os.write(write_end, f"{time.monotonic() - started:.4f}\n".encode())
        os._exit(0)
    except Exception:  # noqa: BLE001 - the parent counts it
        traceback.print_exc()
    finally:
        os._exit(1)
