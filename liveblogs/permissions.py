"""Groups, and who may do what: one rule for each act, bound to the object, asked on every path.

Contributors write and submit their own posts in the blogs they are assigned to, and edit them until they are on the
schedule or published. Editors write, publish, schedule, pin, correct and withdraw in theirs. Admins manage blogs,
bylines, assignments and users, and work in every blog. A migration creates the groups; an installation may change
them, so every rule here asks for permissions, never for a group.
"""

from typing import Any

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db.models import QuerySet

from .models import Blog, Image, Post

# Groups
# ------

#: The names of the groups.
CONTRIBUTOR, EDITOR, ADMIN = "Contributor", "Editor", "Admin"


def _all(*models: str) -> list[str]:
    return [f"liveblogs.{verb}_{model}" for model in models for verb in ("add", "change", "delete", "view")]


_WRITING = [
    *(f"liveblogs.{verb}_post" for verb in ("add", "change", "view")),
    *("liveblogs.view_blog", "liveblogs.view_byline", "liveblogs.add_image", "liveblogs.view_image"),
    *_all("postcredit", "postimage"),
]
_EDITING = [
    *_WRITING,
    *("liveblogs.publish_post", "liveblogs.delete_post", "liveblogs.change_image", "liveblogs.delete_image"),
]
#: What each group may do in a new installation.
GROUPS: dict[str, list[str]] = {
    CONTRIBUTOR: _WRITING,
    EDITOR: _EDITING,
    ADMIN: [
        *_EDITING,
        *("liveblogs.erase_post", "liveblogs.run_blog"),
        *(f"liveblogs.{verb}_blog" for verb in ("add", "change", "delete")),
        *_all("blogcredit", "byline"),
        *("auth.add_user", "auth.change_user", "auth.view_user"),
    ],
}


def create_groups(apps: Apps, using: str) -> None:
    """Create the groups and give them what ``GROUPS`` lists, as far as the permissions exist; take nothing away."""
    for label in ("auth", "liveblogs"):
        # Django creates permissions after the last migration, so a new database has none of them yet.
        config: Any = apps.get_app_config(label)
        known_models, config.models_module = getattr(config, "models_module", None), True
        create_permissions(config, apps=apps, verbosity=0, using=using)
        config.models_module = known_models
    groups: Any = apps.get_model("auth", "Group")
    permissions: Any = apps.get_model("auth", "Permission")
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in permissions.objects.using(using).select_related("content_type")
    }
    for name, wanted in GROUPS.items():
        group, _created = groups.objects.using(using).get_or_create(name=name)
        group.permissions.add(*(known[permission] for permission in wanted if permission in known))


# Rules
# -----


def runs_blogs(user: Any) -> bool:
    """Whether the user works in every blog, and opens, ends and takes down blogs. One query for each user at most."""
    return user.has_perm("liveblogs.run_blog")


def blogs_for(user: Any) -> QuerySet[Blog]:
    """The blogs that the user works in."""
    return Blog.objects.all() if runs_blogs(user) else Blog.objects.filter(staff=user)


def posts_for(user: Any) -> QuerySet[Post]:
    """The posts that the user sees on the editors' side: all states, of the blogs that they work in."""
    if not user.has_perm("liveblogs.view_post"):
        return Post.objects.none()
    return Post.objects.all() if runs_blogs(user) else Post.objects.filter(blog__staff=user)


def works_in(user: Any, blog: Blog) -> bool:
    """One query for a user who is assigned, as ``blogs_for``; none where the blog's staff was fetched with it."""
    if runs_blogs(user):
        return True
    if "staff" in getattr(blog, "_prefetched_objects_cache", {}):
        return user in blog.staff.all()
    return blog.staff.filter(pk=user.pk).exists()


def may_write(user: Any, blog: Blog) -> bool:
    """Whether the user may begin a post there."""
    return user.has_perm("liveblogs.add_post") and works_in(user, blog)


def may_view(user: Any, post: Post) -> bool:
    return user.has_perm("liveblogs.view_post") and works_in(user, post.blog)


def may_publish(user: Any, blog: Blog) -> bool:
    """Whether the user decides what readers of this blog see: publish, schedule, update, pin, withdraw."""
    return user.has_perm("liveblogs.publish_post") and works_in(user, blog)


def may_edit(user: Any, post: Post) -> bool:
    """Whether the user may change this post's content: an editor always, its writer until an editor took it over."""
    if not user.has_perm("liveblogs.change_post") or not works_in(user, post.blog):
        return False
    is_in_hand = post.state in (Post.State.DRAFT, Post.State.SUBMITTED) and post.published_at is None
    return user.has_perm("liveblogs.publish_post") or (is_in_hand and post.created_by_id == user.pk)


def may_delete(user: Any, post: Post) -> bool:
    """A post that readers never saw may go: by its writer while it is a draft, or by an editor."""
    if post.published_at is not None or not works_in(user, post.blog):
        return False
    own_draft = post.state == Post.State.DRAFT and post.created_by_id == user.pk
    return user.has_perm("liveblogs.delete_post") or (own_draft and user.has_perm("liveblogs.change_post"))


def may_erase(user: Any, post: Post) -> bool:
    return user.has_perm("liveblogs.erase_post") and works_in(user, post.blog)


def may_change_image(user: Any, image: Image) -> bool:
    """Whether the user may change a picture's words, which stand wherever it is used: an editor, or who brought it."""
    return user.has_perm("liveblogs.change_image") or (
        user.has_perm("liveblogs.add_image") and image.created_by_id == user.pk
    )
