"""The write path: the only code that changes what readers see.

Each call is one transaction. It locks the blogs it touches, adds one to their ``revision``, stamps the posts that
changed with it, and announces the new revision after the commit. ``by`` is the user who is told in the history.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from . import fragments, stored_files
from .models import Blog, Byline, Image, Post, PostCredit
from .renditions import Renditions

logger = logging.getLogger(__name__)

#: Sent inside the transaction, so that the writing process forgets what it remembered: ``slug``.
changing = Signal()
#: Sent after the commit, never when the change was rolled back: ``slug``, ``revision``, ``post_ids`` (public ids).
changed = Signal()

#: A change of more posts than this leaves their fragments to the reading path, so that no lock is held for long.
RENDERED_AT_ONCE = 50


class Refused(ValidationError):
    """The change was not made; the messages say why, by field where there is one."""


# Posts
# -----


def publish(post: Post, *, by: Any = None, minor: bool = False) -> None:
    """Show ``post`` to readers, or, when they see it already, show its new content (as ``update`` does).

    Saves what was edited on ``post``. ``published_at`` is set the first time and for good. Raises ``Refused`` when
    the post is empty or a picture lacks its alt text or credit line, ``StaleVersion`` when somebody else changed it.
    """
    with _change([post.blog_id], by=by, minor=minor) as change:
        before = _before(post)
        if before and before.is_published:
            _save_published(post, before, change, by=by, minor=minor)
            return
        post.published_at = (before and before.published_at) or change.now
        post.updated_at = change.now
        post.state, post.publish_at, post.publish_fault = Post.State.PUBLISHED, None, ""
        _save(post, before, by=by, reason="published")
        _refuse_obstacles(post)
        change.stamp(post, count=1)


def update(post: Post, *, by: Any = None, minor: bool = False) -> None:
    """Show readers the edited fields, credits and images of a published post; a ``minor`` change leaves the times.

    Raises ``Refused`` when the post is not published or may not be shown as it is now.
    """
    with _change([post.blog_id], by=by, minor=minor) as change:
        before = _before(post)
        if before is None or not before.is_published:
            raise Refused(_("This post is not published, so there is nothing to update for readers."))
        _save_published(post, before, change, by=by, minor=minor)


def withdraw(post: Post, *, by: Any = None, reason: str = "") -> None:
    """Take a published post away from readers, everywhere; a tombstone tells open pages."""
    with _change([post.blog_id], by=by) as change:
        before = _before(post)
        if before is None or not before.is_published:
            raise Refused(_("Only a published post can be withdrawn."))
        told = f"withdrawn: {reason}" if reason else "withdrawn"
        _save_state(post, before, by=by, reason=told, state=Post.State.WITHDRAWN, pinned_at=None)
        change.stamp(post, count=-1)


def pin(post: Post, *, by: Any = None) -> None:
    """Lead the page with a published post. Of several pinned posts, the one pinned last leads."""
    with _change([post.blog_id], by=by) as change:
        before = _before(post)
        if before is None or not before.is_published:
            raise Refused(_("Only a published post can be pinned."))
        _save_state(post, before, by=by, reason="pinned", pinned_at=change.now)
        change.stamp(post)


def unpin(post: Post, *, by: Any = None) -> None:
    """Put a pinned post back in its place in the timeline. Nothing happens to one that is not pinned."""
    with _change([post.blog_id], by=by) as change:
        before = _before(post)
        if before is None or not before.is_pinned:
            change.cancel()
            return
        _save_state(post, before, by=by, reason="unpinned", pinned_at=None)
        change.stamp(post)


def schedule(post: Post, at: datetime, *, by: Any = None) -> None:
    """Have ``post`` published at ``at`` (aware, in the future), with what was edited on it saved now.

    Raises ``Refused`` when ``at`` is past, when readers see the post already, or when it lacks what readers need.
    """
    with _change([post.blog_id], by=by) as change:
        change.cancel()
        before = _before(post)
        if before and before.is_published:
            raise Refused(_("This post is published already."))
        if at <= change.now:
            raise Refused({"publish_at": _("This time is past. Choose one in the future, or publish now.")})
        _keep_past(post, before)
        post.state, post.publish_at, post.publish_fault = Post.State.SCHEDULED, at, ""
        _save(post, before, by=by, reason="scheduled")
        _refuse_obstacles(post)


def submit(post: Post, *, by: Any = None) -> None:
    """Hand a draft to an editor for review. A scheduled post is taken off its schedule."""
    _set_aside(post, Post.State.SUBMITTED, by=by, reason="submitted")


def to_draft(post: Post, *, by: Any = None) -> None:
    """Take a submitted or scheduled post back to a draft."""
    _set_aside(post, Post.State.DRAFT, by=by, reason="back to draft")


def erase(post: Post, *, by: Any = None) -> None:
    """Empty a post, its history and its stored rendering for good; the tombstone and the library's pictures stay."""
    with _change([post.blog_id], by=by) as change:
        before = _before(post)
        if before is None:
            raise Refused(_("This post was never saved."))
        post.history.all().delete()
        post.credits.all().delete()
        post.images.all().delete()
        for name in ("headline", "body", "label", "correction"):
            setattr(post, name, "")
        post.version, post.is_key_event, post.corrected_at, post.publish_fault = before.version, False, None, ""
        post.published_at, post.updated_at = before.published_at, before.updated_at
        post.state, post.publish_at, post.pinned_at = Post.State.WITHDRAWN, None, None
        _save(post, before, by=by, reason="erased")
        change.stamp(post, count=-1 if before.is_published else 0)


def publish_due(*, blog: Blog | None = None, at: datetime | None = None) -> list[Post]:
    """Publish the scheduled posts whose time has come, each with its scheduled second as its time.

    One transaction for each blog. A post that may not be published becomes a draft again, with the reason in
    ``publish_fault``; the others are not held up. One query when nothing is due.
    """
    due = Post.objects.due(at)
    if blog is not None:
        due = due.filter(blog=blog)
    published: list[Post] = []
    for blog_id in sorted(set(due.values_list("blog_id", flat=True))):
        published += _publish_due_in(blog_id, at or timezone.now())
    return published


# Blogs
# -----


def open_blog(blog: Blog, *, by: Any = None) -> None:
    """Show ``blog`` to readers as live, or carry on the coverage of one that had ended."""
    with _change(_with_neighbours(blog), by=by) as change:
        was_ended = Blog.objects.filter(pk=blog.pk, status=Blog.Status.ENDED).exists()
        blog.status = Blog.Status.LIVE
        blog.published_at = blog.published_at or change.now
        if was_ended:
            blog.coverage_ends_at = None
        _save_blog(blog, by=by, reason="opened")


def end_blog(blog: Blog, *, by: Any = None) -> None:
    """Close the coverage of a live blog; its page stays. ``coverage_ends_at`` becomes now where it was not set."""
    with _change([blog.pk], by=by) as change:
        if not Blog.objects.live().filter(pk=blog.pk).exists():
            raise Refused(_("Only a live blog can be ended."))
        blog.status = Blog.Status.ENDED
        if blog.coverage_ends_at is None and (blog.coverage_starts_at or change.now) <= change.now:
            blog.coverage_ends_at = change.now
        _save_blog(blog, by=by, reason="ended")


def take_down(blog: Blog, *, by: Any = None) -> None:
    """Take a blog away from readers: back to a draft, its addresses answer 404, its open pages are told."""
    with _change(_with_neighbours(blog), by=by):
        blog.status = Blog.Status.DRAFT
        _save_blog(blog, by=by, reason="taken down")


def update_blog(blog: Blog, *, by: Any = None, minor: bool = False) -> None:
    """Save what was edited on ``blog`` (its credits are saved by the caller) and show it to readers.

    A moved time zone changes every post; a title changes the pages of the blogs before and after it, too.
    """
    with _change(_with_neighbours(blog), by=by, minor=minor) as change:
        moved = change.blogs[blog.pk].time_zone != blog.time_zone
        _sign(blog, by, "edited")
        blog.save()
        if moved:
            change.stamp_all(Post.objects.filter(blog=blog).exclude(published_at=None))


# Bylines and images: what stands on many pages
# ----------------------------------------------


def update_byline(byline: Byline, *, by: Any = None) -> None:
    """Save a byline, and change every page that names it."""
    with _change(_blogs_crediting([byline.pk]), by=by, minor=True) as change:
        byline.save()
        change.stamp_all(Post.objects.published().filter(credits__byline=byline))


def merge_bylines(keep: Byline, gone: Byline, *, by: Any = None) -> None:
    """Give all credits of ``gone`` to ``keep``, and delete ``gone``. A page that credits both names ``keep`` once."""
    if keep.pk == gone.pk:
        raise Refused(_("A byline cannot be merged with itself."))
    with _change(_blogs_crediting([keep.pk, gone.pk]), by=by, minor=True) as change:
        posts = list(Post.objects.filter(credits__byline=gone).values_list("pk", flat=True))
        PostCredit.objects.filter(byline=gone, post__credits__byline=keep).delete()
        gone.post_credits.update(byline=keep)
        gone.blog_credits.filter(blog__credits__byline=keep).delete()
        gone.blog_credits.update(byline=keep)
        change.stamp_all(Post.objects.published().filter(pk__in=posts))
        if by is not None:
            gone._history_user = by  # type: ignore[attr-defined]
        gone.delete()


def update_image(image: Image, *, by: Any = None) -> None:
    """Save a picture's words, focal point or new file, and change every page on which it stands."""
    posts, blogs = _showing(image.pk)
    with _change(blogs, by=by, minor=True) as change:
        image.save()
        change.stamp_all(posts)


def show_renditions(image_id: int, made: Renditions) -> bool:
    """Tell what was made of a picture and show it on every page where that stands: one revision.

    False when the picture was deleted, replaced or cropped differently meanwhile: nothing refers to these files then.
    """
    posts, blogs = _showing(image_id)
    with _change(blogs, by=None, minor=True) as change:
        image = Image.objects.select_for_update().filter(pk=image_id).first()
        told = image.made.joined(made) if image else made
        if image is None or told.lacking(image.source, image.focal):
            change.cancel()
            return False
        stored_files.remove_after_commit(set(image.made.names()) - set(told.names()))
        Image.objects.filter(pk=image_id).update(renditions=told.to_json())
        change.stamp_all(posts)
    return True


def forget_renditions(image_id: int) -> None:
    """Show the cleaned original of a picture wherever it stands, and let go of all that was made of it."""
    posts, blogs = _showing(image_id)
    with _change(blogs, by=None, minor=True) as change:
        for image in Image.objects.select_for_update().filter(pk=image_id):
            stored_files.remove_after_commit(image.made.names())
        Image.objects.filter(pk=image_id).update(renditions={})
        change.stamp_all(posts)


# How a change is made
# --------------------


@dataclass
class _Change:
    """One change under way: the locked blogs, and what it will stamp."""

    by: Any
    minor: bool
    now: datetime = field(default_factory=timezone.now)
    blogs: dict[int, Blog] = field(default_factory=dict)
    posts: list[Post] = field(default_factory=list)
    sets: list[QuerySet[Post]] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)
    silent: bool = False

    def include(self, blog_ids: Iterable[int]) -> None:
        """Lock these blogs, in the order of their ids so that two changes never wait for each other."""
        for blog in Blog.objects.select_for_update().filter(pk__in=set(blog_ids)).order_by("pk"):
            self.blogs[blog.pk] = blog

    def cancel(self) -> None:
        """Nothing that readers see changes: no new revision."""
        self.silent = True

    def stamp(self, post: Post, *, count: int = 0) -> None:
        """``post`` changed for readers; ``count`` is what it adds to the number of posts they see."""
        self.posts.append(post)
        self.counts[post.blog_id] = self.counts.get(post.blog_id, 0) + count

    def stamp_all(self, posts: QuerySet[Post]) -> None:
        """All of these changed for readers; their number did not."""
        self.sets.append(posts)

    def write(self) -> None:
        """Raise the revisions, stamp the posts, and tell."""
        for blog in self.blogs.values():
            if not self.silent:
                self._revise(blog)
            self._tell(blog)

    def _revise(self, blog: Blog) -> None:
        blog.revision += 1
        blog.revised_at = self.now
        blog.post_count += self.counts.get(blog.pk, 0)
        if not self.minor:
            blog.updated_at = self.now
        Blog.objects.filter(pk=blog.pk).update(
            revision=blog.revision, revised_at=blog.revised_at, post_count=blog.post_count, updated_at=blog.updated_at
        )
        stamped = [post for post in self.posts if post.blog_id == blog.pk]
        ids = {post.pk for post in stamped}
        for posts in self.sets:
            ids.update(posts.filter(blog=blog).values_list("pk", flat=True))
        for part in _in_parts(sorted(ids)):
            Post.objects.filter(pk__in=part).update(revision=blog.revision)
        for post in stamped:
            post.adopt(revision=blog.revision)
        if len(ids) <= RENDERED_AT_ONCE:
            fragments.store(sorted(ids))
        fragments.store_blog(blog.pk)

    def _tell(self, blog: Blog) -> None:
        changing.send(sender=Blog, slug=blog.slug)
        if self.silent:
            transaction.on_commit(lambda: changing.send(sender=Blog, slug=blog.slug))
            return
        ids = [post.public_id for post in self.posts if post.blog_id == blog.pk]
        revision = blog.revision

        def announce() -> None:
            changed.send_robust(sender=Blog, slug=blog.slug, revision=revision, post_ids=ids)

        transaction.on_commit(announce)


@contextmanager
def _change(blog_ids: Iterable[int], *, by: Any, minor: bool = False) -> Iterator[_Change]:
    """One transaction over these blogs, from the lock to the announcement."""
    with transaction.atomic():
        change = _Change(by=by, minor=minor)
        change.include(blog_ids)
        change.now = timezone.now()  # after the wait for the lock, so that times never run against the revisions
        yield change
        change.write()
        _show_on_instances(change)


def _show_on_instances(change: _Change) -> None:
    """Give the caller's ``post.blog`` the counters that were just written, so that it need not fetch it again."""
    for post in change.posts:
        if Post.blog.is_cached(post):
            locked = change.blogs[post.blog_id]
            post.blog.adopt(
                revision=locked.revision,
                revised_at=locked.revised_at,
                post_count=locked.post_count,
                updated_at=locked.updated_at,
            )


def _before(post: Post) -> Post | None:
    """The post as the database has it, or nothing when it was never saved."""
    return Post.objects.select_for_update().filter(pk=post.pk).first() if post.pk else None


_STATE = ["state", "publish_at", "published_at", "updated_at", "pinned_at", "publish_fault"]


def _save(post: Post, before: Post | None, *, by: Any, reason: str) -> None:
    """Save the state, and whatever content differs from the database; only content can be stale."""
    _sign(post, by, reason)
    if before is None:
        if by is not None and post.created_by_id is None:
            post.created_by = by
        post.save()
        return
    edited = {name for name in Post.CONTENT if getattr(post, name) != getattr(before, name)}
    post.save(update_fields={*_STATE, *edited})


def _save_state(post: Post, before: Post, *, by: Any, reason: str, **state: Any) -> None:
    """Save ``state`` alone; content in memory, however old, gives way to the database's."""
    for column in Post._meta.concrete_fields:
        setattr(post, column.attname, state.get(column.name, getattr(before, column.attname)))
    _sign(post, by, reason)
    post.save(update_fields=_STATE)


def _sign(row: Any, by: Any, reason: str) -> None:
    row._change_reason = reason[:100]
    if by is not None:
        row._history_user = by


def _save_published(post: Post, before: Post, change: _Change, *, by: Any, minor: bool) -> None:
    """The content of a post that readers see."""
    post.state, post.pinned_at, post.publish_at = before.state, before.pinned_at, before.publish_at
    if post.published_at is None:
        post.published_at = before.published_at
    elif post.published_at > change.now and post.published_at != before.published_at:
        raise Refused({"published_at": _("This time is in the future. A published post was published in the past.")})
    post.updated_at = before.updated_at if minor else change.now
    if post.correction and post.correction != before.correction and post.corrected_at == before.corrected_at:
        post.corrected_at = change.now
    if not post.correction:
        post.corrected_at = None
    _save(post, before, by=by, reason="minor edit" if minor else "updated")
    _refuse_obstacles(post)
    change.stamp(post)


def _set_aside(post: Post, state: str, *, by: Any, reason: str) -> None:
    with _change([post.blog_id], by=by) as change:
        change.cancel()
        before = _before(post)
        if before and before.is_published:
            raise Refused(_("Readers see this post. Withdraw it first."))
        _keep_past(post, before)
        post.state, post.publish_at = state, None
        _save(post, before, by=by, reason=reason)


def _keep_past(post: Post, before: Post | None) -> None:
    """What a post that readers do not see keeps of the time when they did, whatever the caller's instance says."""
    post.pinned_at = None
    post.published_at = before.published_at if before else None
    post.updated_at = before.updated_at if before else None


def _refuse_obstacles(post: Post) -> None:
    if obstacles := post.obstacles():
        raise Refused(obstacles)


def _publish_due_in(blog_id: int, at: datetime) -> list[Post]:
    with _change([blog_id], by=None) as change:
        published = []
        for post in Post.objects.select_for_update().filter(blog=blog_id).due(at).order_by("publish_at", "id"):
            if obstacles := post.obstacles():
                fault = " ".join(message for messages in obstacles.values() for message in messages)
                post.state, post.publish_fault = Post.State.DRAFT, fault
                _save(post, post, by=None, reason="could not be published")
                logger.error("The scheduled post %s could not be published: %s", post.pk, fault)
                continue
            post.state, post.publish_fault = Post.State.PUBLISHED, ""
            post.published_at = post.published_at or post.publish_at
            post.updated_at, post.publish_at = post.publish_at, None
            _save(post, post, by=None, reason="published on schedule")
            change.stamp(post, count=1)
            published.append(post)
        if not published:
            change.cancel()
    return published


def _showing(image_id: int) -> tuple[QuerySet[Post], QuerySet[Blog, int]]:
    """The published posts with this picture, and the blogs whose pages change with it."""
    posts = Post.objects.published().filter(images__image=image_id)
    blogs = Blog.objects.filter(Q(pk__in=posts.values("blog_id")) | Q(cover=image_id))
    return posts, blogs.values_list("pk", flat=True)


def _with_neighbours(blog: Blog) -> list[int]:
    """The blog and those whose pages name it: the one it continues (or did until now), and those continuing it."""
    linked = Blog.objects.filter(Q(continues=blog.pk) | Q(continued_by=blog.pk)).values_list("pk", flat=True)
    ids = {blog.pk, blog.continues_id, *linked}
    return sorted(pk for pk in ids if pk is not None)


def _blogs_crediting(byline_ids: list[int]) -> list[int]:
    on_posts = Post.objects.published().filter(credits__byline__in=byline_ids).values("blog_id")
    return sorted(
        Blog.objects.filter(Q(pk__in=on_posts) | Q(credits__byline__in=byline_ids))
        .distinct()
        .values_list("pk", flat=True)
    )


def _save_blog(blog: Blog, *, by: Any, reason: str) -> None:
    _sign(blog, by, reason)
    blog.save(update_fields=["status", "published_at", "coverage_ends_at"])


def _in_parts(ids: list[int], size: int = 500) -> Iterator[list[int]]:
    """Lists short enough for any database's limit on parameters."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
