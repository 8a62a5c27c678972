"""Pictures in the library with their files: rows that hold a photo, and the names of the files in the store."""

from django.core.files.base import ContentFile
from django.db import DatabaseError

from liveblogs import publishing
from liveblogs.models import Blog, Image, Post, PostImage
from liveblogs.pictures import files
from tests.support.pictures import jpeg, photo


def make_image(size=(400, 260), **fields) -> Image:
    words = {"alt": "A street", "credit": "Ana Ruiz", "caption": "Water in the street"} | fields
    image = Image(file=ContentFile(jpeg(photo(size)), name="a.jpg"), **words)
    image.save()
    image.refresh_from_db()
    return image


def make_picture_post(blog: Blog, *images: Image, headline="with pictures") -> Post:
    post = Post.objects.create(blog=blog, headline=headline)
    for position, image in enumerate(images):
        PostImage.objects.create(post=post, image=image, position=position)
    publishing.publish(post)
    return post


def stored() -> list[str]:
    return sorted(name for folder in ("images", "renditions") for name in files.walk(folder))


def told(*images: Image) -> list[str]:
    """The names that the rows know of."""
    rows = Image.objects.filter(pk__in=[image.pk for image in images])
    return sorted(name for image in rows for name in (image.source, *image.get_renditions().names()))


def saves_the_file_then_fails(image, **_options):
    for field in image._meta.concrete_fields:
        field.pre_save(image, add=True)
    assert image.source in stored()
    raise DatabaseError("gone")
