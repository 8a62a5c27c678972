"""The editors' side: Django's admin, made comfortable. What readers could notice goes through publishing."""

from . import blogs, bylines, images, posts, site, users

__all__ = ["blogs", "bylines", "images", "posts", "site", "users"]
