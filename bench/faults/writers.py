"""Many processes publish at once: each publication counts once, and none fails."""

import os
import traceback

from .ground import check, expect, live_blog


def run(writers: int, publishes: int) -> str:
    """``publishes`` in all."""
    from django.db import connections

    blog = live_blog("writers")
    revision, each = blog.revision, publishes // writers
    connections.close_all()
    children = [os.fork() or write(number, blog.pk, each) for number in range(writers)]
    failed = [pid for pid in children if os.waitpid(pid, 0)[1]]
    expect(not failed, f"no writer meets an error: {len(failed)} did")
    posts = check(blog)
    expect(len(posts) == writers * each, f"{writers * each} posts are there: {len(posts)}")
    blog.refresh_from_db()
    expect(blog.revision == revision + len(posts), "each has a revision")
    expect(sorted(post.revision for post in posts) == list(range(revision + 1, blog.revision + 1)), "of its own")
    return f"{writers} writers, {len(posts)} publications, no error"


def write(number: int, blog_id: int, publishes: int) -> int:
    from liveblogs import publishing
    from liveblogs.models import Blog, Post

    try:
        for count in range(publishes):
            publishing.publish(Post(blog=Blog.objects.get(pk=blog_id), headline=f"{number}-{count}"))
        os._exit(0)
    except Exception:  # noqa: BLE001 - the parent counts it
        traceback.print_exc()
    finally:
        os._exit(1)
