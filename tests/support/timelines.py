"""What readers get of a blog, and rows for tests of it: live blogs, published posts, posts that must stay hidden."""

from datetime import timedelta

from django.utils import timezone

from liveblogs import publishing, timeline
from liveblogs.models import Blog, Post
from liveblogs.timeline import Place
from tests.support.factories import BlogFactory


def make_blog(slug="quake", **fields) -> Blog:
    """A live blog named for its address."""
    return BlogFactory(live=True, slug=slug, **{"title": f"About {slug}", "summary": "", **fields})


def make_post(blog: Blog, headline: str, **fields) -> Post:
    """Published without having been a draft, in half the queries of ``PostFactory``, for tests of many posts."""
    post = Post(blog=blog, headline=headline, **fields)
    publishing.publish(post)
    return post


def make_posts(blog: Blog, count: int) -> list[Post]:
    """Posts "p0", "p1" …, oldest first."""
    return [make_post(blog, f"p{number}") for number in range(count)]


def make_hidden(blog: Blog) -> list[Post]:
    """One post in each state that readers must not see; "hidden" stands in all of their headlines."""
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
    """The post's HTML on the first page of its blog."""
    return next(item.html for item in timeline.page(covered(blog), Place()).all if item.pk == post.pk)
