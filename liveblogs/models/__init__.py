"""The data of a live blog, and the rules that one object can hold by itself.

Nothing in here changes what readers see: that is the business of ``liveblogs.publishing``.
"""

from .autosave import Notice, Presence, Typed
from .blog import Blog, BlogCredit
from .byline import Byline
from .editing import Refused, StaleVersion
from .fragment import BlogFragment, Fragment
from .image import Image
from .post import Post, PostCredit, PostImage

__all__ = [
    "Blog",
    "BlogCredit",
    "BlogFragment",
    "Byline",
    "Fragment",
    "Image",
    "Notice",
    "Post",
    "PostCredit",
    "PostImage",
    "Presence",
    "Refused",
    "StaleVersion",
    "Typed",
]
