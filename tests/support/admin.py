"""The admin's addresses, and the users, posts and pictures that its tests begin with."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from liveblogs import publishing
from liveblogs.models import Image, Post
from tests.support.forms import upload

ADD = reverse("admin:liveblogs_post_add")
LIST = reverse("admin:liveblogs_post_changelist")


def change_of(post):
    return reverse("admin:liveblogs_post_change", args=[post.pk])


def published(blog, headline="Seen", **values):
    post = Post(blog=blog, headline=headline, **values)
    publishing.publish(post)
    return post


def image_of(image, what="change"):
    return reverse(f"admin:liveblogs_image_{what}", args=[image.pk])


def user(name, group):
    made = get_user_model().objects.create_user(username=name, password="x", is_staff=True)
    made.groups.add(Group.objects.get(name=group))
    return made


def make_image(**values):
    image = Image(file=upload(), **{"alt": "A street", "caption": "Mill Street.", "credit": "Ada/Fairlead"} | values)
    image.save()
    return image


def words_of(image):
    image.refresh_from_db()
    return image.alt, image.caption, image.credit
