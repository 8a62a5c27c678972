"""Requests as the admin's views get them."""

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest


class StaffRequest(HttpRequest):
    """A request of somebody on the staff: ``AdminSite.admin_view`` lets nobody else in."""

    user: User


def staff(request: HttpRequest) -> StaffRequest:
    """The request that a hook of Django's admin was given, by its narrower type."""
    return cast("StaffRequest", request)
