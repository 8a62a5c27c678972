"""Kill a worker with SIGKILL while it publishes, repeatedly: no post may be lost, duplicated or incomplete."""

import os
import random
import select
import signal
import time

from .ground import check, expect, live_blog

#: The most changes that a worker finishes, and the most seconds until it is killed: about what one change takes.
CHANGES = 3
LIFE = 0.02
#: Seconds within which a new worker must be able to publish, whatever state the previous one left.
PATIENCE = 30


def run(times: int) -> str:
    from django.db import connections

    from liveblogs.models import Byline

    blog, byline = live_blog("kills"), Byline.objects.create(name="Overland Wire", slug="kills-overland-wire")
    begun, done = set(), {}
    for number in range(times):
        connections.close_all()  # parent and child must not share a connection
        for act, headline, state in killed_worker(number, blog.pk, byline.pk):
            if act == "begin":
                begun.add((headline, state))
            else:
                done[headline] = state
                begun.discard((headline, state))
    posts = {post.headline: post for post in check(blog)}
    expect(len(posts) == blog.posts.count(), "no post is duplicated")
    for headline, state in done.items():
        expect(headline in posts, f"{headline}, which was published, is there")
        interrupted = {later for name, later in begun if name == headline}
        expect(posts[headline].state in {state, *interrupted}, f"{headline} is {state}")
    for headline, post in posts.items():
        expect(post.credits.count() == 1, f"{headline} has its one credit")
        reasons = list(post.history.values_list("history_change_reason", flat=True))
        expect(reasons.count("published") == 1, f"{headline} was published once: {reasons}")
        expect(post.body == f"<p>{headline}</p>", f"{headline} has its text")
    return f"{times} kills, {len(begun)} of them in the middle of a change; {len(posts)} posts, all complete"


def killed_worker(number: int, blog_id: int, byline_id: int) -> list[list[str]]:
    """The lines that a worker wrote before it was killed, split into words."""
    hear, tell = os.pipe()
    if not (pid := os.fork()):
        work(number, blog_id, byline_id, tell)
    os.close(tell)
    told, wanted = "", random.randint(0, CHANGES)  # noqa: S311 - not for cryptography
    while "begin" not in told or told.count("done") < wanted:
        expect(select.select([hear], [], [], PATIENCE)[0], "a new worker can publish")
        told += os.read(hear, 4096).decode()
    time.sleep(random.uniform(0, LIFE))  # noqa: S311 - as above
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    with os.fdopen(hear) as rest:
        told += rest.read()
    return [line.split() for line in told.splitlines()]


def work(number: int, blog_id: int, byline_id: int, tell: int) -> None:
    """Publish as the admin does, and withdraw every third post. Write a line before and after each change."""
    from django.db import transaction
    from django.db.models import Q

    from liveblogs import publishing
    from liveblogs.models import Blog, Post, PostCredit

    def say(*words: str) -> None:
        os.write(tell, (" ".join(words) + "\n").encode())

    try:
        for count in range(1_000_000):
            headline = f"{number}-{count}"
            say("begin", headline, "published")
            with transaction.atomic():
                publishing.lock_blogs(Q(pk=blog_id))
                post = Post(blog=Blog.objects.get(pk=blog_id), headline=headline, body=f"<p>{headline}</p>")
                post.save()
                PostCredit.objects.create(post=post, byline_id=byline_id)
                publishing.publish(post)
            say("done", headline, "published")
            if count % 3 == 2:
                say("begin", headline, "withdrawn")
                publishing.withdraw(post)
                say("done", headline, "withdrawn")
    finally:
        os._exit(1)  # the parent's cleanup must not run here
