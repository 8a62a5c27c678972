"""Pictures in the library with their files: rows that hold a photo, and the names of the files in the store."""

from django.db import DatabaseError

from liveblogs.models import Blog, Image, Post
from liveblogs.pictures import files
from tests.support.factories import ImageFactory, PostFactory
from tests.support.pictures import jpeg, photo


def make_image(size=(400, 260), **fields) -> Image:
    """A photo of this size, with its renditions where the test commits."""
    image = ImageFactory(data=jpeg(photo(size)), **{"caption": "Water in the street", **fields})
    image.refresh_from_db()
    return image


def make_picture_post(blog: Blog, *images: Image, headline="with pictures") -> Post:
    """A published post with these pictures and nothing else."""
    return PostFactory(blog=blog, state="published", headline=headline, body="", images=images)


def stored() -> list[str]:
    """The names of all files of pictures in the store."""
    return sorted(name for folder in ("images", "renditions") for name in files.walk(folder))


def file_names(*images: Image) -> list[str]:
    """The names of the files that these rows refer to."""
    rows = Image.objects.filter(pk__in=[image.pk for image in images])
    return sorted(name for image in rows for name in (image.source, *image.get_renditions().names()))


def saves_the_file_then_fails(image, **_options):
    """For ``Image.save_base``: the database fails once the file is stored."""
    for field in image._meta.concrete_fields:
        field.pre_save(image, add=True)
    assert image.source in stored()
    raise DatabaseError("gone")
