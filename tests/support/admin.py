"""The admin's addresses, and the users, posts and pictures that its tests begin with."""

from django.urls import reverse

from tests.support.factories import ImageFactory, UserFactory
from tests.support.forms import upload
from tests.support.timelines import make_post

ADD = reverse("admin:liveblogs_post_add")
LIST = reverse("admin:liveblogs_post_changelist")


def change_of(post):
    return reverse("admin:liveblogs_post_change", args=[post.pk])


def published(blog, headline="Seen", **values):
    """A post that readers see."""
    return make_post(blog, headline, **values)


def image_of(image, what="change"):
    return reverse(f"admin:liveblogs_image_{what}", args=[image.pk])


def user(name, group):
    """Somebody of a group who has nothing but a username."""
    return UserFactory(username=name, group=group, first_name="", last_name="", email="")


def make_image(**values):
    """A picture in the library, with all its words."""
    words = {"alt": "A street", "caption": "Mill Street.", "credit": "Ada/Fairlead"}
    return ImageFactory(file=upload(), **words | values)


def words_of(image):
    """What the database has: alt text, caption, credit."""
    image.refresh_from_db()
    return image.alt, image.caption, image.credit
