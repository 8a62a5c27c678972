"""Parts of a reader's page, rendered once for each revision of what they show and kept in the database.

Pages, deltas and permalinks are put together from these, so that they can never look different. A fragment is
derived data: one that is missing or stale (an older revision or release) is rendered anew by whoever needs it.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import DatabaseError, transaction
from django.template.loader import get_template

from . import linked_data
from .models import Blog, BlogFragment, Fragment, Post
from .release import release

#: Posts of a page. Breaks between pages are counted from a blog's oldest post; the newest page takes what is over.
PER_PAGE = 20
#: Key events in the table of contents, the newest ones.
KEY_EVENTS = 40

POST_TEMPLATE = "liveblogs/post.html"
HEAD_TEMPLATE = "liveblogs/blog.html#head"
ABOUT_TEMPLATE = "liveblogs/blog.html#about"

_INDENTATION = re.compile(r">[^\S\n]*+\n\s*+<")


# Posts
# -----


class Rendered(NamedTuple):
    """A post as its pages carry it: the article for readers, and the same as linked data for machines."""

    html: str
    data: str


def with_content(posts: Iterable[int]) -> list[Post]:
    """The posts with these ids and all that their rendering needs: three queries."""
    return list(
        Post.objects.filter(pk__in=list(posts))
        .select_related("blog")
        .prefetch_related("credits__byline", "images__image")
    )


def render(posts: Sequence[Post]) -> dict[int, Rendered]:
    """Each post by its primary key. No query when the posts come from ``with_content``."""
    template = get_template(POST_TEMPLATE)
    return {
        post.pk: Rendered(
            html=_compact(template.render({"post": post, "blog": post.blog})),
            data=linked_data.as_json(linked_data.of_post(post)),
        )
        for post in posts
    }


def store(post_ids: Sequence[int]) -> dict[int, Rendered]:
    """Render the published ones of these posts as the database has them and keep the result; drop the others'.

    Six queries, whatever the number.
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
    """``store`` for the reading path: a database that refuses the write costs only the keeping, not the answer.

    Takes the write path's lock, so that it never keeps what is withdrawn or erased meanwhile.
    """
    try:
        with transaction.atomic():
            _lock(Post.objects.filter(pk__in=list(post_ids)).values("blog"))
            return store(post_ids)
    except DatabaseError:
        return render([post for post in with_content(post_ids) if post.is_published])


# Blogs
# -----


def first_page_size(post_count: int) -> int:
    """How many posts the newest page holds: all of few, else one page's worth and what the breaks leave over."""
    return post_count - PER_PAGE * max(post_count // PER_PAGE - 1, 0)


def made_for_blog(blog_id: int) -> BlogFragment:
    """The blog's head and what to know about it, rendered as the database has them, not saved. Seven queries."""
    blog = Blog.objects.select_related("cover", "continues").get(pk=blog_id)
    published = Post.objects.published().filter(blog=blog).newest_first()
    size = first_page_size(blog.post_count)
    ends = published.values_list("public_id", flat=True)[size - 1 : size] if size < blog.post_count else ()
    credited = list(blog.credits.select_related("byline"))
    context = {
        "blog": blog,
        "credits": credited,
        "key_events": list(published.filter(is_key_event=True)[:KEY_EVENTS]),
        "continues": blog.continues if blog.continues and blog.continues.is_visible else None,
        "continued_by": list(blog.continued_by.visible().order_by("published_at")),
    }
    made = BlogFragment(
        blog=blog,
        revision=blog.revision,
        release=release(),
        head=_compact(get_template(HEAD_TEMPLATE).render(context)),
        about=_compact(get_template(ABOUT_TEMPLATE).render(context)),
        data=linked_data.as_json(linked_data.of_blog(blog, credited)),
        first_page_ends=next(iter(ends), ""),
    )
    kept = BlogFragment.objects.filter(pk=blog.pk).first()
    made.head_revision = kept.head_revision if kept and kept.head == made.head else blog.revision
    made.about_revision = kept.about_revision if kept and kept.about == made.about else blog.revision
    return made


def store_blog(blog_id: int) -> BlogFragment:
    """Render what stands beside a blog's posts as the database has it, and keep the result. Eight queries."""
    made = made_for_blog(blog_id)
    names = [field.name for field in BlogFragment._meta.concrete_fields if not field.primary_key]
    BlogFragment.objects.bulk_create([made], update_conflicts=True, unique_fields=["blog"], update_fields=names)
    return made


def renew_blog(blog_id: int) -> BlogFragment:
    """``store_blog`` for the reading path, as ``renew``."""
    try:
        with transaction.atomic():
            _lock([blog_id])
            return store_blog(blog_id)
    except DatabaseError:
        return made_for_blog(blog_id)


def _lock(blog_ids: Any) -> None:
    list(Blog.objects.select_for_update().filter(pk__in=blog_ids).order_by("pk").values_list("pk", flat=True))


def _compact(html: str) -> str:
    """The HTML with one line break, and no indentation, between elements that stand on lines of their own.

    An element that comes or goes then leaves the whitespace around the others equal, so that open pages keep them.
    """
    return _INDENTATION.sub(">\n<", html).strip()
