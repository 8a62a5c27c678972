"""The data of a live blog, and the rules that one object can hold by itself.

Nothing in here changes what readers see: that is the business of ``liveblogs.publishing``.
"""

from .autosave import Autosave, Notice, Presence
from .blog import Blog, BlogCredit
from .byline import Byline
from .editing import ChangeRefused, StaleVersion
from .fragment import BlogFragment, Fragment
from .image import Image
from .post import Post, PostCredit, PostImage

__all__ = [
    "Autosave",
    "Blog",
    "BlogCredit",
    "BlogFragment",
    "Byline",
    "ChangeRefused",
    "Fragment",
    "Image",
    "Notice",
    "Post",
    "PostCredit",
    "PostImage",
    "Presence",
    "StaleVersion",
]
