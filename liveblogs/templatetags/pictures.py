"""Template tags and filters for pictures (see ``pictures/markup.py``). No queries, and no access to the storage."""

import hashlib
from typing import Any

from django import template

from ..models import Blog, Image, PostImage
from ..pictures import cleaning, markup

register = template.Library()


@register.inclusion_tag("liveblogs/picture.html")
def picture(row: PostImage, among: int = 1) -> dict[str, Any]:
    """A picture of a post, with its caption and credit. ``among`` is how many pictures the post has."""
    image = row.image
    return {
        "row": row,
        "shown": markup.shown(image),
        "alt": image.alt,
        "sizes": markup.ON_POST,
        "ratio": f"{image.width / (image.height or 1):.3f}" if among > 1 else "",
    }


@register.inclusion_tag("liveblogs/picture.html#image")
def cover(
    image: Image, css_class: str = "", alt: str = "", eager: bool = False, on_card: bool = True
) -> dict[str, Any]:
    """A blog's cover, 16:9, on its page or on a card. On a card it has no alt text: the title is beside it."""
    sizes = markup.CARD if on_card else markup.COVER
    return _cropped(image, "card", sizes, css_class, alt=alt, eager=eager)


@register.inclusion_tag("liveblogs/picture.html#image")
def portrait(image: Image, css_class: str = "") -> dict[str, Any]:
    """A byline's portrait, square."""
    return _cropped(image, "square", markup.PORTRAIT, css_class, alt=image.alt, eager=True)


def _cropped(image: Image, shape: str, sizes: str, css_class: str, *, alt: str, eager: bool) -> dict[str, Any]:
    shown = markup.shown(image, shape)
    return {"shown": shown, "alt": alt, "sizes": sizes, "css_class": css_class, "eager": eager, "is_cropped": True}


@register.filter
def thumbnail(image: Image) -> str:
    """The URL of a small square crop."""
    return markup.thumbnail(image)


@register.filter
def look(blog: Blog) -> str:
    """Changes with everything that a page shows of a blog and a delta cannot update: the page's title, the cover."""
    picture = (markup.shown(blog.cover, "card"), blog.cover.alt, blog.cover.credit) if blog.cover else None
    return hashlib.blake2b(repr((blog.title, picture)).encode(), digest_size=6).hexdigest()


@register.simple_tag
def upload_types() -> str:
    """The types that a file dialog accepts. Phones convert HEIC to JPEG if it is not among them."""
    return ",".join(f"image/{kind.lower()}" for kind in cleaning.formats())


@register.simple_tag
def upload_limit() -> int:
    """The maximum size of an upload, in bytes."""
    return cleaning.MAX_BYTES
