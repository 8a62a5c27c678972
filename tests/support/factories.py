"""Ready-made rows for tests, brought into their state by the write path itself.

PostFactory()                                         a draft in a live blog
PostFactory(state="published", blog=blog)             also "submitted", "scheduled", "withdrawn"
PostFactory(credits=[byline, (other, "Hong Kong")], images=[ImageFactory()])
BlogFactory()  BlogFactory(live=True)  BlogFactory(ended=True, credits=[byline])
UserFactory(group="Editor")                           "Contributor", "Editor", "Admin"; the password is "secret"
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from io import BytesIO
from typing import Any

import factory
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image as Picture

from liveblogs import publishing
from liveblogs.models import Blog, BlogCredit, Byline, Image, Post, PostCredit, PostImage

PASSWORD = "secret"


@cache
def picture(colour: str = "teal", size: tuple[int, int] = (6, 4)) -> bytes:
    """The bytes of a tiny PNG."""
    made = BytesIO()
    Picture.new("RGB", size, colour).save(made, "PNG")
    return made.getvalue()


class UserFactory(DjangoModelFactory):
    """Somebody who may log in to the admin, and in a ``group`` may do what it allows."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"user{number}")
    first_name = "Uma"
    last_name = factory.Sequence(lambda number: f"Serrano {number}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    is_staff = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, group: str = "", password: str = PASSWORD, **fields: Any) -> Any:
        user = model_class.objects.create_user(*args, password=password, **fields)
        if group:
            user.groups.add(Group.objects.get(name=group))
        return user


class ImageFactory(DjangoModelFactory):
    """A tiny picture with everything that readers need. ``colour`` and ``size`` make another file; ``data`` is one."""

    class Meta:
        model = Image

    class Params:
        colour = "teal"
        size = (6, 4)
        data = factory.LazyAttribute(lambda row: picture(row.colour, row.size))

    file = factory.LazyAttribute(lambda row: ContentFile(row.data, name="upload.png"))
    alt = factory.Sequence(lambda number: f"A teal rectangle, number {number}")
    caption = "A rectangle at rest"
    credit = "Ana Ruiz/Fairlead News"


class BylineFactory(DjangoModelFactory):
    class Meta:
        model = Byline

    name = factory.Sequence(lambda number: f"Person {number}")
    organisation = "Fairlead News"


class BlogFactory(DjangoModelFactory):
    """A draft; ``live=True`` and ``ended=True`` open and end it. ``credits`` are bylines."""

    class Meta:
        model = Blog

    title = factory.Sequence(lambda number: f"Story {number}")
    slug = factory.Sequence(lambda number: f"story-{number}")
    summary = "<p>What is known so far.</p>"

    @classmethod
    def _create(
        cls,
        model_class: type[Blog],
        *args: Any,
        live: bool = False,
        ended: bool = False,
        credits: Sequence[Byline] = (),
        **fields: Any,
    ) -> Blog:
        blog = model_class.objects.create(*args, **fields)
        BlogCredit.objects.bulk_create(
            BlogCredit(blog=blog, byline=byline, position=position) for position, byline in enumerate(credits)
        )
        if live or ended:
            publishing.open_blog(blog)
        if ended:
            publishing.end_blog(blog)
        return blog


class PostFactory(DjangoModelFactory):
    """A post in a live blog, a draft unless ``state`` says otherwise.

    ``credits`` are bylines, or pairs of a byline and a place; ``publish_at`` is for a scheduled post (in an hour),
    ``published_at`` for a published one (now). ``by`` is told in the history.
    """

    class Meta:
        model = Post

    blog = factory.SubFactory(BlogFactory, live=True)
    headline = factory.Sequence(lambda number: f"Headline {number}")
    body = factory.Sequence(lambda number: f"<p>Body {number}.</p>")

    @classmethod
    def _create(
        cls,
        model_class: type[Post],
        *args: Any,
        state: str = Post.State.DRAFT,
        credits: Sequence[Byline | tuple[Byline, str]] = (),
        images: Sequence[Image] = (),
        publish_at: Any = None,
        published_at: Any = None,
        by: Any = None,
        **fields: Any,
    ) -> Post:
        post = model_class.objects.create(*args, created_by=fields.pop("created_by", by), **fields)
        pairs = [one if isinstance(one, tuple) else (one, "") for one in credits]
        PostCredit.objects.bulk_create(
            PostCredit(post=post, byline=byline, place=place, position=position)
            for position, (byline, place) in enumerate(pairs)
        )
        PostImage.objects.bulk_create(
            PostImage(post=post, image=image, position=position) for position, image in enumerate(images)
        )
        if state == Post.State.SUBMITTED:
            publishing.submit(post, by=by)
        elif state == Post.State.SCHEDULED:
            publishing.schedule(post, publish_at or timezone.now() + timedelta(hours=1), by=by)
        elif state in (Post.State.PUBLISHED, Post.State.WITHDRAWN):
            publishing.publish(post, by=by)
            if published_at is not None:
                post.published_at = published_at
                publishing.update(post, by=by, minor=True)
            if state == Post.State.WITHDRAWN:
                publishing.withdraw(post, by=by)
        return post
