from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiveBlogsConfig(AppConfig):
    name = "liveblogs"
    verbose_name = _("Live blogs")

    def ready(self) -> None:
        # They listen to connections, publishing and saved pictures, in this order: what readers wait for first.
        from . import announce, purging, ready, sqlite, tasks  # noqa: F401
