from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiveBlogsConfig(AppConfig):
    name = "liveblogs"
    verbose_name = _("Live blogs")
