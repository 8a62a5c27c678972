"""Applications that this site configures."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class NewsroomAdminConfig(AdminConfig):
    """Django's admin on a site of its own."""

    default_site = "liveblogs.admin.site.NewsroomAdminSite"

    def ready(self) -> None:
        # The package registers its models when it is imported. If that happened while Django makes the site, they
        # would be registered on one that is then replaced.
        import_module("liveblogs.admin")
        super().ready()
