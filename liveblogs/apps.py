from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiveBlogsConfig(AppConfig):
    name = "liveblogs"
    verbose_name = _("Live blogs")

    def ready(self) -> None:
        from . import announce, sqlite, tasks  # noqa: F401 - they listen to publishing, connections and saved pictures
