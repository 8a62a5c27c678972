"""Bylines and images: changing one changes every page that shows it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from .. import permissions
from ..models import Blog, Byline, ChangeRefused, FormerByline, Image, Post, PostCredit
from ..models.locking import refuse_when_busy
from ..permissions import AnyUser
from ..pictures import files
from ..pictures.renditions import Renditions
from .change import change_blogs, lock_blogs
from .saving import save_row, set_history

_change_pages = partial(change_blogs, minor=True, visible=True)


@contextmanager
def lock_shared(*rows: Byline | Image) -> Iterator[None]:
    """One transaction that locks these bylines, or this image, and the blogs whose pages show them.

    For a caller that asks under the lock who may change them. Raises ``Busy``.
    """
    ids, first = [row.pk for row in rows], rows[0]
    with refuse_when_busy(), transaction.atomic():
        if isinstance(first, Byline):
            lock_blogs(_blogs_crediting(ids), Byline.objects.filter(pk__in=ids))
        else:
            lock_blogs(_blogs_showing(first.pk), Image.objects.filter(pk__in=ids))
        yield


def update_byline(byline: Byline, *, by: AnyUser | None = None) -> None:
    """Save a byline, and change every page that names it."""
    with _change_pages(_blogs_crediting([byline.pk]), _bylines(byline), instance=byline) as change:
        stored = Byline.objects.filter(pk=byline.pk).first()
        save_row(byline, by=by, reason="edited" if stored else "created")
        if stored and stored.slug != byline.slug:
            FormerByline.objects.update_or_create(slug=stored.slug, defaults={"byline": byline})
        visible_fields = Byline.EDITABLE_FIELDS - Byline.INTERNAL_FIELDS
        change.visible = stored is not None and _differ(byline, stored, visible_fields)
        if stored is not None and stored.portrait_id != byline.portrait_id:
            change.hidden.add(stored.portrait_id)
        change.touch_all(Post.objects.published().filter(credits__byline=byline))


def merge_bylines(target: Byline, duplicate: Byline, *, by: AnyUser | None = None) -> None:
    """Give all credits of ``duplicate`` to ``target`` and delete it. What credits both then credits ``target`` once.

    ``target`` gets the user of ``duplicate``, if it has none itself. The address of ``duplicate`` redirects to it.
    """
    if target.pk == duplicate.pk:
        raise ChangeRefused(_("Choose two different bylines to merge."))
    blogs, merged = _blogs_crediting([target.pk, duplicate.pk]), _bylines(target, duplicate)
    with _change_pages(blogs, merged, instance=duplicate) as change:
        users = dict(Byline.objects.filter(pk__in=[target.pk, duplicate.pk]).values_list("pk", "user_id"))
        if len(users) < 2:
            raise ChangeRefused(_("One of these bylines no longer exists."))
        user = users[duplicate.pk]
        change.touch_all(Post.objects.published().filter(credits__byline=duplicate))
        duplicate.post_credits.filter(post__credits__byline=target).delete()
        duplicate.post_credits.update(byline=target)
        duplicate.blog_credits.filter(blog__credits__byline=target).delete()
        duplicate.blog_credits.update(byline=target)
        duplicate.former.update(byline=target)
        FormerByline.objects.update_or_create(slug=duplicate.slug, defaults={"byline": target})
        change.hidden.update(Byline.objects.filter(pk=duplicate.pk).values_list("portrait", flat=True))
        set_history(duplicate, by, f"merged into {target.name}")
        duplicate.delete()
        if user is not None and users[target.pk] is None:
            target.refresh_from_db()
            target.user_id = user
            set_history(target, by, f"merged with {duplicate.name}")
            target.save()


def split_byline(byline: Byline, target: Byline, posts: Iterable[int], *, by: AnyUser | None = None) -> int:
    """Give ``target`` the credits of ``byline`` on the posts with these ids; undoes a merge. Saves a new ``target``.

    A post that credits both then credits ``target`` once. Each post gets an entry in its history and another version.
    Returns the number of posts that were changed; three queries for each.
    """
    if byline.pk == target.pk:
        raise ChangeRefused(_("Choose another byline for these posts."))
    chosen = Post.objects.filter(pk__in=list(posts), credits__byline=byline)
    with _change_pages(Q(pk__in=chosen.values("blog_id")), _bylines(byline, target), instance=target) as change:
        if target._state.adding:
            save_row(target, by=by, reason=f"split off {byline.name}")
        changed = list(chosen.select_for_update(of=("self",), no_key=True).order_by("pk"))
        change.touch_all(chosen.published())
        change.visible = bool(change.touched)
        change.hidden.add(byline.portrait_id)
        for post in changed:
            set_history(post, by, f"byline changed from {byline.name} to {target.name}")
            post.save(update_fields={"version"})
        PostCredit.objects.filter(byline=byline, post__in=changed, post__credits__byline=target).delete()
        PostCredit.objects.filter(byline=byline, post__in=changed).update(byline=target)
    return len(changed)


def _bylines(*rows: Byline) -> QuerySet[Byline]:
    return Byline.objects.filter(pk__in=[row.pk for row in rows])


def _blogs_crediting(bylines: Iterable[int | None] | QuerySet) -> Q:
    """The blogs whose pages name one of these bylines: primary keys, or a query that is part of each one that asks."""
    posts = Post.objects.published().filter(credits__byline__in=bylines)
    blogs = Blog.objects.filter(credits__byline__in=bylines)
    return Q(pk__in=posts.values("blog_id")) | Q(pk__in=blogs.values("pk"))


def update_image(image: Image, *, by: AnyUser | None = None) -> None:
    """Save a picture's file, texts or focal point, and change every page that shows it.

    Raises ``ChangeRefused`` when readers see it and it loses its alt text or credit line.
    """
    row = Image.objects.filter(pk=image.pk)
    with image.stored_file(), _change_pages(_blogs_showing(image.pk), row, instance=image) as change:
        stored = row.first()
        save_row(image, by=by, reason="edited" if stored else "created")
        if stored is None or not _differ(image, stored, Image.EDITABLE_FIELDS):
            change.visible = False
            return
        lost = [name for name in image.missing_fields() if name not in stored.missing_fields()]
        if lost and (change.blogs or stored.is_in_use()):
            raise ChangeRefused({name: _("Required: this picture is in use.") for name in lost})
        change.touch_all(Post.objects.published().filter(images__image=image))


def set_renditions(image_id: int, renditions: Renditions) -> bool:
    """Store which renditions of a picture exist, and show them on every page that shows it. One revision.

    False when the picture was deleted, replaced or cropped differently meanwhile: nothing refers to these files then.
    """
    with _change_pages(_blogs_showing(image_id), Image.objects.filter(pk=image_id)) as change:
        image = Image.objects.filter(pk=image_id).first()
        joined = image.get_renditions().joined(renditions) if image else renditions
        if image is None or joined.missing(image.source, image.focal):
            change.visible = False
            return False
        files.remove_after_commit(set(image.get_renditions().names()) - set(joined.names()))
        Image.objects.filter(pk=image_id).update(renditions=joined.to_json())
        change.touch_all(Post.objects.published().filter(images__image=image_id))
    return True


def clear_renditions(image_id: int) -> None:
    """Remove the renditions of a picture. Its pages show the cleaned original."""
    with _change_pages(_blogs_showing(image_id), Image.objects.filter(pk=image_id)) as change:
        for image in Image.objects.filter(pk=image_id):
            files.remove_after_commit(image.get_renditions().names())
        Image.objects.filter(pk=image_id).update(renditions={})
        change.touch_all(Post.objects.published().filter(images__image=image_id))


def move_files(image: Image, source: str, renditions: Renditions) -> bool:
    """Let a picture that readers do not see have its files under other names, which they have never seen.

    The files under the old names are removed after the commit. False when readers see it, or when its files are
    others by now: nothing refers to the new files then.
    """
    with _change_pages(_blogs_showing(image.pk), Image.objects.filter(pk=image.pk)) as change:
        stored = Image.objects.filter(pk=image.pk).first()
        is_same = stored is not None and (stored.source, stored.renditions) == (image.source, image.renditions)
        if stored is None or not is_same or stored.is_visible():
            change.visible = False
            return False
        files.remove_after_commit([stored.source, *stored.get_renditions().names()])
        Image.objects.filter(pk=image.pk).update(file=source, renditions=renditions.to_json())
        # Published posts of a blog that is not: they are there again when it is.
        change.touch_all(Post.objects.published().filter(images__image=image.pk))
    return True


def delete_image(image: Image, *, by: AnyUser | None = None) -> bool:
    """Delete a picture that nothing uses but withdrawn posts, and take it from those. False when ``by`` may not."""
    with _change_pages(_blogs_showing(image.pk), Image.objects.filter(pk=image.pk)) as change:
        change.visible = False
        allowed = by is None or permissions.may_delete_image(by, image)
        if not allowed or not Image.objects.filter(pk=image.pk).exists() or not image.is_disposable():
            return False
        for post in Post.objects.filter(images__image=image.pk).distinct():
            set_history(post, by, "picture deleted")
            post.save(update_fields={"version"})
        image.uses.all().delete()
        set_history(image, by, "deleted")
        image.delete()
    return True


def _blogs_showing(image: int | None) -> Q:
    """The blogs whose pages show this image, or credit a byline whose page shows it as the portrait."""
    shown = Post.objects.published().filter(images__image=image)
    return (
        Q(cover=image or 0)
        | Q(pk__in=shown.values("blog_id"))
        | _blogs_crediting(Byline.objects.filter(portrait=image or 0).values("pk"))
    )


def _differ(row: Byline | Image, stored: Byline | Image, fields: Iterable[str]) -> bool:
    columns = [row._meta.get_field(name).attname for name in fields]  # type: ignore[union-attr]
    return any(getattr(row, name) != getattr(stored, name) for name in columns)
