"""The admin as a whole: its name, and what stands first on its front page."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

ORDER = ["Blog", "Post", "Image", "Byline"]


def in_order(request: HttpRequest, app_label: str | None = None) -> list[Any]:
    """The lists of the front page: ours before users and groups, and in the order in which they are used."""
    apps = list(admin.AdminSite.get_app_list(admin.site, request, app_label))
    for app in apps:
        if app["app_label"] == "liveblogs":
            app["models"].sort(key=lambda model: ORDER.index(model["object_name"]))
    return sorted(apps, key=lambda app: app["app_label"] != "liveblogs")


admin.site.site_header = settings.SITE_NAME
admin.site.site_title = settings.SITE_NAME
admin.site.index_title = _("What would you like to do?")
admin.site.get_app_list = in_order  # type: ignore[method-assign]
