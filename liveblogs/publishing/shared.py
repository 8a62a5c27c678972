"""Bylines and images: what stands on many pages is a change of all of them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from ..models import Blog, Byline, ChangeRefused, Image, Post, PostCredit
from ..pictures import files
from ..pictures.renditions import Renditions
from .revising import change
from .saving import set_history, validate


def update_byline(byline: Byline, *, by: Any = None) -> None:
    """Save a byline, and change every page that names it."""
    with change(lambda: _crediting(byline.pk), row=byline, minor=True, exclusive=True) as made:
        before = Byline.objects.filter(pk=byline.pk).first()
        validate(byline)
        set_history(byline, by, "edited" if before else "written")
        byline.save()
        if before is None or not _differ(byline, before, but=Byline.INTERNAL_FIELDS):
            made.cancel()
            return
        made.stamp_all(Post.objects.published().filter(credits__byline=byline))


def merge_bylines(kept: Byline, gone: Byline, *, by: Any = None) -> None:
    """Give all credits of ``gone`` to ``kept``, and delete ``gone``. A page that credits both names ``kept`` once.

    Its user, too, where ``kept`` is nobody's own.
    """
    if kept.pk == gone.pk:
        raise ChangeRefused(_("A byline cannot be merged with itself."))
    with change(lambda: _crediting(kept.pk, gone.pk), row=gone, minor=True, exclusive=True) as made:
        users = dict(Byline.objects.filter(pk__in=[kept.pk, gone.pk]).values_list("pk", "user_id"))
        if len(users) < 2:
            raise ChangeRefused(_("One of these bylines does not exist any more."))
        user = users[gone.pk]
        made.stamp_all(Post.objects.published().filter(credits__byline=gone))
        PostCredit.objects.filter(byline=gone, post__credits__byline=kept).delete()
        gone.post_credits.update(byline=kept)
        gone.blog_credits.filter(blog__credits__byline=kept).delete()
        gone.blog_credits.update(byline=kept)
        set_history(gone, by, f"merged into {kept.name}")
        gone.delete()
        if user is not None and users[kept.pk] is None:
            kept.refresh_from_db()
            kept.user_id = user
            set_history(kept, by, f"merged with {gone.name}")
            kept.save()


def split_byline(byline: Byline, to: Byline, posts: Iterable[int], *, by: Any = None) -> int:
    """Give ``to`` the credits that ``byline`` has on these posts (their numbers); ``to`` is saved if it's a new one.

    What merging joined by mistake comes apart again. A post that credits both names ``to`` once. Each post gets an
    entry in its history and another version. Returns how many posts were changed; three queries for each.
    """
    if byline.pk == to.pk:
        raise ChangeRefused(_("Choose another byline for these posts."))
    chosen = Post.objects.filter(pk__in=list(posts), credits__byline=byline)
    with change(lambda: Q(pk__in=chosen.values("blog_id")), row=to, minor=True, exclusive=True) as made:
        if to._state.adding:
            validate(to)
            set_history(to, by, f"split off {byline.name}")
            to.save()
        changed = list(chosen.select_for_update(of=("self",), no_key=True).order_by("pk"))
        made.stamp_all(chosen.published())
        if not made.stamped:
            made.cancel()
        for post in changed:
            set_history(post, by, f"credit of {byline.name} goes to {to.name}")
            post.save(update_fields={"version"})
        PostCredit.objects.filter(byline=byline, post__in=changed, post__credits__byline=to).delete()
        PostCredit.objects.filter(byline=byline, post__in=changed).update(byline=to)
    return len(changed)


def update_image(image: Image, *, by: Any = None) -> None:
    """Save a picture's file, words or focal point, and change every page on which it stands.

    Raises ``ChangeRefused`` when readers see it and it loses its alt text or credit line.
    """
    with change(lambda: _showing(image.pk), row=image, minor=True, exclusive=True) as made:
        before = Image.objects.filter(pk=image.pk).first()
        validate(image)
        set_history(image, by, "edited" if before else "written")
        image.save()
        if before is None or not _differ(image, before):
            made.cancel()
            return
        if (made.blogs or before.is_shown()) and (
            lost := [name for name in image.missing() if name not in before.missing()]
        ):
            raise ChangeRefused({name: _("Readers see this picture: it needs this.") for name in lost})
        made.stamp_all(Post.objects.published().filter(images__image=image))


def show_renditions(image_id: int, made: Renditions) -> bool:
    """Tell what was made of a picture and show it on every page where that stands: one revision.

    False when the picture was deleted, replaced or cropped differently meanwhile: nothing refers to these files then.
    """
    with change(lambda: _showing(image_id), minor=True, exclusive=True) as made_change:
        image = Image.objects.select_for_update().filter(pk=image_id).first()
        told = image.made.joined(made) if image else made
        if image is None or told.lacking(image.source, image.focal):
            made_change.cancel()
            return False
        files.remove_after_commit(set(image.made.names()) - set(told.names()))
        Image.objects.filter(pk=image_id).update(renditions=told.to_json())
        made_change.stamp_all(Post.objects.published().filter(images__image=image_id))
    return True


def forget_renditions(image_id: int) -> None:
    """Show the cleaned original of a picture wherever it stands, and let go of all that was made of it."""
    with change(lambda: _showing(image_id), minor=True, exclusive=True) as made_change:
        for image in Image.objects.select_for_update().filter(pk=image_id):
            files.remove_after_commit(image.made.names())
        Image.objects.filter(pk=image_id).update(renditions={})
        made_change.stamp_all(Post.objects.published().filter(images__image=image_id))


def _crediting(*bylines: int | None) -> Q:
    """The blogs whose pages name one of these bylines."""
    posts = Post.objects.published().filter(credits__byline__in=bylines)
    blogs = Blog.objects.filter(credits__byline__in=bylines)
    return Q(pk__in=posts.values("blog_id")) | Q(pk__in=blogs.values("pk"))


def _showing(image: int | None) -> Q:
    """The blogs on whose pages this image stands."""
    return Q(cover=image or 0) | Q(pk__in=Post.objects.published().filter(images__image=image).values("blog_id"))


def _differ(row: Byline | Image, before: Byline | Image, *, but: frozenset[str] = frozenset()) -> bool:
    """Whether readers could notice the difference between these two."""
    columns = [row._meta.get_field(name).attname for name in row.EDITABLE_FIELDS - but]  # type: ignore[union-attr]
    return any(getattr(row, name) != getattr(before, name) for name in columns)
