"""Groups, and who may do what: one rule for each act, bound to the object, asked on every path.

Contributors write and submit their own posts in the blogs they are assigned to, and edit them until they are on the
schedule or published. Editors write, publish, schedule, pin, correct and withdraw in theirs. Admins manage blogs,
bylines, assignments and users, and work in every blog. The groups' permissions are written down in the migration that
made them; an installation may change them, so every rule here asks for permissions and for nobody's group.
"""

from typing import Any

from django.db.models import QuerySet

from .models import Blog, Image, Post

#: The names of the groups.
CONTRIBUTOR, EDITOR, ADMIN = "Contributor", "Editor", "Admin"


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
