"""Pictures in templates: see the module ``pictures``. None of these asks the database or the storage."""

from typing import Any

from django import template

from .. import pictures
from ..models import Image, PostImage

register = template.Library()


@register.inclusion_tag("liveblogs/picture.html")
def picture(row: PostImage, among: int = 1, first: bool = True) -> dict[str, Any]:
    """A picture of a post with its caption and credit, the ``first`` or not of so many."""
    # An odd one leads, at full width.
    is_wide = among == 1 or (first and among % 2 == 1)
    shown = pictures.shown(row.image)
    return {
        "row": row,
        "shown": shown,
        "alt": row.image.alt,
        "sizes": pictures.ALONE if is_wide else pictures.AMONG_OTHERS,
        "is_wide": is_wide,
    }


@register.inclusion_tag("liveblogs/picture.html#image")
def cover(image: Image, css_class: str = "", eager: bool = False) -> dict[str, Any]:
    """A blog's cover on its card, cropped to 3:2. It stands beside the title and says no more than that."""
    return _cropped(image, "card", pictures.CARD, css_class, alt="", eager=eager)


@register.inclusion_tag("liveblogs/picture.html#image")
def portrait(image: Image, css_class: str = "") -> dict[str, Any]:
    """A byline's face, square."""
    return _cropped(image, "square", pictures.PORTRAIT, css_class, alt=image.alt, eager=True)


def _cropped(image: Image, shape: str, sizes: str, css_class: str, *, alt: str, eager: bool) -> dict[str, Any]:
    shown = pictures.shown(image, shape)
    return {"shown": shown, "alt": alt, "sizes": sizes, "css_class": css_class, "eager": eager, "is_cropped": True}


@register.simple_tag
def shared_picture(image: Image) -> pictures.Shared:
    """The picture for a shared page: ``url``, ``width`` and ``height``."""
    return pictures.shared(image)
