"""The data of live blogs, and the rules that concern one object.

Only ``liveblogs.publishing`` changes what readers see.
"""

from .autosave import Autosave, Notice, Presence
from .blog import Blog, BlogCredit
from .byline import Byline, FormerByline
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
    "FormerByline",
    "Fragment",
    "Image",
    "Notice",
    "Post",
    "PostCredit",
    "PostImage",
    "Presence",
    "StaleVersion",
]
