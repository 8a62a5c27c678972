"""Parts of a reader's page, rendered once for each revision of what they show and stored in the database.

Pages, deltas and permalinks are assembled from these, so they cannot look different. A fragment is derived data: one
that is missing or stale (of an older revision or release) is rendered again when it is needed.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import DatabaseError, transaction
from django.template.loader import get_template

from ..models import Blog, BlogFragment, Fragment, Post
from ..models.locking import READER_WAIT, limit_wait
from . import linked_data
from .release import release

#: Posts on a page. Page breaks are counted from a blog's oldest post; the newest page takes the remainder.
PER_PAGE = 20
#: Key events in the table of contents: the newest.
KEY_EVENTS = 40

_INDENTATION = re.compile(r">[^\S\n]*+\n\s*+<")


class Rendered(NamedTuple):
    """A post's article, and its linked data as JSON."""

    html: str
    data: str


def with_content(posts: Iterable[int]) -> list[Post]:
    """The posts with these ids, with everything that rendering them needs. Three queries."""
    return list(
        Post.objects.filter(pk__in=list(posts))
        .select_related("blog")
        .prefetch_related("credits__byline", "images__image")
    )


def render(posts: Iterable[Post]) -> dict[int, Rendered]:
    """Each post's rendering by primary key. No query when the posts come from ``with_content``."""
    template = get_template("liveblogs/post.html")
    return {
        post.pk: Rendered(
            html=_compact(template.render({"post": post, "blog": post.blog})),
            data=linked_data.as_json(linked_data.post_node(post)),
        )
        for post in posts
    }


def store(post_ids: Sequence[int]) -> dict[int, Rendered]:
    """Render and store those of these posts that are published; delete the stored renderings of the others.

    Six queries for any number of posts.
    """
    posts = [post for post in with_content(post_ids) if post.is_published]
    rendered = render(posts)
    Fragment.objects.filter(post__in=set(post_ids) - rendered.keys()).delete()
    Fragment.objects.bulk_create(
        [
            Fragment(post=post, revision=post.revision, release=release(), **rendered[post.pk]._asdict())
            for post in posts
        ],
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=["revision", "release", *Rendered._fields],
    )
    return rendered


def renew(post_ids: Sequence[int]) -> dict[int, Rendered]:
    """Like ``store``, for the read path. When the database refuses the lock or the write, the rendering is not stored.

    Takes the write path's lock, so that a post withdrawn or erased at the same time is not stored again.
    """
    try:
        with transaction.atomic():
            _lock(Post.objects.filter(pk__in=list(post_ids)).values("blog"))
            return store(post_ids)
    except DatabaseError:
        return render(post for post in with_content(post_ids) if post.is_published)


def first_page_size(post_count: int) -> int:
    """How many posts the newest page holds: all if they do not fill two pages, else one page and the remainder."""
    return post_count - PER_PAGE * max(post_count // PER_PAGE - 1, 0)


def render_blog(blog_id: int) -> BlogFragment:
    """The parts of a blog's page beside its posts, rendered from the database and not saved. Nine queries at most."""
    blog = Blog.objects.select_related("cover", "continues").get(pk=blog_id)
    published = Post.objects.published().filter(blog=blog).newest_first()
    size = first_page_size(blog.post_count)
    ends = published.values_list("public_id", flat=True)[size - 1 : size] if size < blog.post_count else ()
    credits = list(blog.credits.select_related("byline"))
    key_events = list(published.filter(is_key_event=True)[:KEY_EVENTS])
    linked_data.prefetch_names(key_events)
    context = {
        "blog": blog,
        "credits": credits,
        "key_events": key_events,
        "continues": blog.continues if blog.continues and blog.continues.is_visible else None,
        "continued_by": list(blog.continued_by.visible().order_by("published_at")),
    }
    fragment = BlogFragment(
        blog=blog,
        revision=blog.revision,
        release=release(),
        head=_compact(get_template("liveblogs/blog.html#head").render(context)),
        about=_compact(get_template("liveblogs/blog.html#about").render(context)),
        data=linked_data.as_json(linked_data.blog_node(blog, credits)),
        first_page_ends=next(iter(ends), ""),
    )
    stored = BlogFragment.objects.filter(pk=blog.pk).first()
    fragment.head_revision = stored.head_revision if stored and stored.head == fragment.head else blog.revision
    fragment.about_revision = stored.about_revision if stored and stored.about == fragment.about else blog.revision
    return fragment


def store_blog(blog_id: int) -> BlogFragment:
    """Render and store the parts of a blog's page beside its posts. Ten queries at most."""
    fragment = render_blog(blog_id)
    names = [field.name for field in BlogFragment._meta.concrete_fields if not field.primary_key]
    BlogFragment.objects.bulk_create([fragment], update_conflicts=True, unique_fields=["blog"], update_fields=names)
    return fragment


def renew_blog(blog_id: int) -> BlogFragment:
    """Like ``store_blog``, for the read path; see ``renew``."""
    try:
        with transaction.atomic():
            _lock([blog_id])
            return store_blog(blog_id)
    except DatabaseError:
        return render_blog(blog_id)


def _lock(blog_ids: Any) -> None:
    limit_wait(READER_WAIT)
    list(Blog.objects.select_for_update(no_key=True).filter(pk__in=blog_ids).order_by("pk").values_list("pk"))


def _compact(html: str) -> str:
    """The HTML with one line break, and no indentation, between elements that stand on lines of their own.

    An element that comes or goes then leaves the whitespace around the others equal, so that open pages keep them.
    """
    return _INDENTATION.sub(">\n<", html).strip()
