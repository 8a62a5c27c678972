"""A blog as readers see it at one of its revisions. Every public page, feed and delta of a blog starts here."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.safestring import SafeString

from ..models import Blog, BlogFragment, Post
from ..rendering import fragments
from ..rendering.release import release
from .due import publish_due
from .queries import trusted_html


@dataclass(frozen=True)
class BlogSnapshot:
    """A visible blog at one of its revisions, with its rendered parts and the time of its next scheduled post."""

    blog: Blog
    fragment: BlogFragment
    next_due: datetime | None

    @property
    def head(self) -> SafeString:
        return trusted_html(self.fragment.head)

    @property
    def about(self) -> SafeString:
        return trusted_html(self.fragment.about)

    @property
    def has_due_post(self) -> bool:
        return self.next_due is not None and self.next_due <= timezone.now()

    @cached_property
    def key(self) -> str:
        """Changes with everything that a response about this blog depends on, except the request.

        Includes the time of the revision: a database restored from a backup counts through the same numbers again.
        """
        return f"{self.blog.pk}.{self.blog.revision}.{self.blog.revised_at.timestamp():.6f}.{release()}"


def snapshot(slug: str) -> BlogSnapshot | None:
    """The blog with this slug, with due posts published, or None if readers cannot open it.

    One query; more when a post is due or the release is new.
    """
    found = _read(slug)
    if found is not None and found.has_due_post:
        publish_due(found.blog)
        found = _read(slug)
    return found


def was_taken_down(slug: str) -> bool:
    """Whether this is a blog that readers could open once and cannot any more. One query."""
    return Blog.objects.filter(slug=slug, status=Blog.Status.DRAFT, published_at__isnull=False).exists()


def _read(slug: str) -> BlogSnapshot | None:
    scheduled = Post.objects.filter(blog=OuterRef("pk"), state=Post.State.SCHEDULED).order_by("publish_at")
    blog = (
        Blog.objects.visible()
        .filter(slug=slug)
        .select_related("fragment", "cover")
        .annotate(next_due=Subquery(scheduled.values("publish_at")[:1]))
        .first()
    )
    if blog is None:
        return None
    fragment: BlogFragment | None = getattr(blog, "fragment", None)
    if fragment is None or (fragment.revision, fragment.release) != (blog.revision, release()):
        fragment = fragments.renew_blog(blog.pk)
    return BlogSnapshot(blog, fragment, blog.next_due)  # type: ignore[attr-defined]  # annotated above
