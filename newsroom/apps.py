"""App configurations of this project."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class NewsroomAdminConfig(AdminConfig):
    """Django's admin with a custom admin site."""

    default_site = "liveblogs.admin.site.NewsroomAdminSite"

    def ready(self) -> None:
        # Importing the package registers its models. An import while Django creates the site would register them on a
        # site that is then replaced.
        import_module("liveblogs.admin")
        super().ready()
