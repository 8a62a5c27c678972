"""The editors' side: Django's admin, made comfortable. What readers could notice goes through publishing."""

from . import posts

__all__ = ["posts"]
