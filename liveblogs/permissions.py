"""Groups, and who may do what: one rule for each action, bound to the object and checked on every path.

Contributors write and submit their own posts in the blogs they are assigned to, and edit them until they are scheduled
or published. Editors write, publish, schedule, pin, correct and withdraw in theirs. Admins manage blogs, bylines,
assignments and users, and work in every blog. What several blogs show is changed by who works in all of them; who
brought it may change it until more than their own unpublished posts uses it. A migration creates the groups; an
installation may change them, so every rule checks permissions, never a group.
"""

from typing import Any

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet

from .models import Blog, Byline, Image, Post

#: The user of a request. An anonymous one has no permission and no primary key: ``pk or 0`` matches no row.
type AnyUser = User | AnonymousUser

#: Names of the groups.
CONTRIBUTOR, EDITOR, ADMIN = "Contributor", "Editor", "Admin"


def _all_permissions(*models: str) -> list[str]:
    return [f"liveblogs.{verb}_{model}" for model in models for verb in ("add", "change", "delete", "view")]


_CONTRIBUTOR_PERMISSIONS = [
    *(f"liveblogs.{verb}_post" for verb in ("add", "change", "view")),
    *("liveblogs.view_blog", "liveblogs.view_byline", "liveblogs.add_image", "liveblogs.view_image"),
    *_all_permissions("postcredit", "postimage"),
]
_EDITOR_PERMISSIONS = [
    *_CONTRIBUTOR_PERMISSIONS,
    *("liveblogs.publish_post", "liveblogs.delete_post", "liveblogs.change_image", "liveblogs.delete_image"),
]
#: The permissions of each group in a new installation.
GROUPS: dict[str, list[str]] = {
    CONTRIBUTOR: _CONTRIBUTOR_PERMISSIONS,
    EDITOR: _EDITOR_PERMISSIONS,
    ADMIN: [
        *_EDITOR_PERMISSIONS,
        *("liveblogs.erase_post", "liveblogs.run_blog"),
        *(f"liveblogs.{verb}_blog" for verb in ("add", "change", "delete")),
        *_all_permissions("blogcredit", "byline"),
        *("auth.add_user", "auth.change_user", "auth.view_user"),
    ],
}


def create_groups(apps: Apps, using: str) -> None:
    """Create the groups and add the permissions of ``GROUPS``, as far as these exist. Removes none."""
    for label in ("auth", "liveblogs"):
        # Django creates permissions after the last migration, so a new database has none yet.
        config: Any = apps.get_app_config(label)
        known_models, config.models_module = getattr(config, "models_module", None), True
        create_permissions(config, apps=apps, verbosity=0, using=using)
        config.models_module = known_models
    groups: Any = apps.get_model("auth", "Group")
    permissions: Any = apps.get_model("auth", "Permission")
    by_name = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in permissions.objects.using(using).select_related("content_type")
    }
    for name, names in GROUPS.items():
        group, _created = groups.objects.using(using).get_or_create(name=name)
        group.permissions.add(*(by_name[permission] for permission in names if permission in by_name))


def runs_blogs(user: AnyUser) -> bool:
    """Whether the user works in every blog, and opens, ends and takes down blogs. One query for each user at most."""
    return user.has_perm("liveblogs.run_blog")


def blogs_for(user: AnyUser) -> QuerySet[Blog]:
    """The blogs that the user works in."""
    return Blog.objects.all() if runs_blogs(user) else Blog.objects.filter(staff=user.pk or 0)


def posts_for(user: AnyUser) -> QuerySet[Post]:
    """The posts that the user sees in the admin: in all states, of the blogs that they work in."""
    if not user.has_perm("liveblogs.view_post"):
        return Post.objects.none()
    return Post.objects.all() if runs_blogs(user) else Post.objects.filter(blog__staff=user.pk or 0)


def works_in(user: AnyUser, blog: Blog) -> bool:
    """Whether the user works in this blog. One query at most; none if the blog's staff was prefetched."""
    return runs_blogs(user) or user in blog.staff.all()


def may_write(user: AnyUser, blog: Blog) -> bool:
    """Whether the user may add posts to this blog."""
    return user.has_perm("liveblogs.add_post") and works_in(user, blog)


def may_view(user: AnyUser, post: Post) -> bool:
    return user.has_perm("liveblogs.view_post") and works_in(user, post.blog)


def may_publish(user: AnyUser, blog: Blog) -> bool:
    """Whether the user may publish, schedule, update, pin and withdraw posts of this blog."""
    return user.has_perm("liveblogs.publish_post") and works_in(user, blog)


def may_edit(user: AnyUser, post: Post) -> bool:
    """Whether the user may change this post's content: an editor always, its author until it is scheduled."""
    if not user.has_perm("liveblogs.change_post") or not works_in(user, post.blog):
        return False
    is_unpublished = post.state in (Post.State.DRAFT, Post.State.SUBMITTED) and post.published_at is None
    return user.has_perm("liveblogs.publish_post") or (is_unpublished and post.created_by_id == user.pk)


def may_delete(user: AnyUser, post: Post) -> bool:
    """Whether the user may delete a post that was never published: an editor, or its author while it is a draft."""
    if post.published_at is not None or not works_in(user, post.blog):
        return False
    own_draft = post.state == Post.State.DRAFT and post.created_by_id == user.pk
    return user.has_perm("liveblogs.delete_post") or (own_draft and user.has_perm("liveblogs.change_post"))


def may_erase(user: AnyUser, post: Post) -> bool:
    return user.has_perm("liveblogs.erase_post") and works_in(user, post.blog)


def may_change_image(user: AnyUser, image: Image) -> bool:
    """Whether the user may change a picture's file and texts, which every use of it shows. Four queries at most.

    Editors may, if they work in every blog whose readers see it, or will see it when a scheduled post is published.
    Who uploaded it may while it is used by nothing but their own posts that they may still edit.
    """
    if user.has_perm("liveblogs.change_image"):
        posts = _shown_posts().filter(images__image=image.pk)
        bylines = Byline.objects.filter(portrait=image.pk or 0).values("pk")
        return _works_in_all(user, Q(cover=image.pk or 0) | Q(pk__in=posts.values("blog")) | _crediting(bylines))
    if not user.has_perm("liveblogs.add_image") or image.created_by_id != user.pk:
        return False
    return image.pk is None or not (
        image.uses.exclude(post__in=_own_unpublished_posts(user)).exists()
        or image.cover_of.exists()
        or image.portrait_of.exists()
    )


def may_delete_image(user: AnyUser, image: Image) -> bool:
    """Whether the user may delete a picture, also from withdrawn posts of blogs that they work in. Two queries."""
    return user.has_perm("liveblogs.delete_image") and not image.uses.exclude(post__in=posts_for(user)).exists()


def may_change_byline(user: AnyUser, byline: Byline) -> bool:
    """Whether the user may change a byline, which every credit shows: in all blogs that credit it. Two queries."""
    return user.has_perm("liveblogs.change_byline") and _works_in_all(user, _crediting([byline.pk or 0]))


def _works_in_all(user: AnyUser, blogs: Q) -> bool:
    return runs_blogs(user) or not Blog.objects.filter(blogs).exclude(staff=user.pk or 0).exists()


def _shown_posts() -> QuerySet[Post]:
    """Posts that readers see, or will see without another decision of an editor."""
    return Post.objects.filter(state__in=[Post.State.PUBLISHED, Post.State.SCHEDULED])


def _crediting(bylines: Any) -> Q:
    """The blogs that credit one of these bylines."""
    posts = _shown_posts().filter(credits__byline__in=bylines)
    return Q(pk__in=posts.values("blog")) | Q(credits__byline__in=bylines)


def _own_unpublished_posts(user: AnyUser) -> QuerySet[Post]:
    """The posts that ``may_edit`` allows their author."""
    states = [Post.State.DRAFT, Post.State.SUBMITTED]
    return posts_for(user).filter(created_by=user.pk or 0, state__in=states, published_at=None)
