"""Blogs and posts in short form for tests of what readers see, and the timeline as they get it."""

from datetime import timedelta

from django.utils import timezone

from liveblogs import publishing, timeline
from liveblogs.models import Blog, Post
from liveblogs.timeline import Place


def make_blog(slug="quake", **fields) -> Blog:
    blog = Blog.objects.create(title=f"About {slug}", slug=slug, **fields)
    publishing.open_blog(blog)
    return blog


def make_post(blog: Blog, headline: str, **fields) -> Post:
    post = Post(blog=blog, headline=headline, **fields)
    publishing.publish(post)
    return post


def make_posts(blog: Blog, count: int) -> list[Post]:
    """Posts "p0", "p1" …, oldest first."""
    return [make_post(blog, f"p{number}") for number in range(count)]


def make_hidden(blog: Blog) -> list[Post]:
    """One post in each state that readers must not see."""
    draft = Post.objects.create(blog=blog, headline="hidden draft", body="<p>hidden</p>", is_key_event=True)
    submitted = Post(blog=blog, headline="hidden submitted")
    publishing.submit(submitted)
    scheduled = Post(blog=blog, headline="hidden scheduled")
    publishing.schedule(scheduled, timezone.now() + timedelta(hours=1))
    withdrawn = make_post(blog, "hidden withdrawn", is_key_event=True)
    publishing.withdraw(withdrawn)
    return [draft, submitted, scheduled, withdrawn]


def covered(blog: Blog) -> timeline.BlogSnapshot:
    found = timeline.snapshot(blog.slug)
    assert found is not None
    return found


def article(blog: Blog, post: Post) -> str:
    return next(item.html for item in timeline.page(covered(blog), Place()).all if item.pk == post.pk)
