from django.apps import AppConfig
from django.db.models.signals import post_save, pre_delete
from django.utils.translation import gettext_lazy as _


class LiveBlogsConfig(AppConfig):
    name = "liveblogs"
    verbose_name = _("Live blogs")

    def ready(self) -> None:
        """Connect the signal handlers. The stream comes before the HTTP caches: readers wait for it."""
        from . import publishing, tasks
        from .delivery import front, purging
        from .models.image import Image, remove_files
        from .stream import announce

        publishing.committed.connect(front.invalidate, dispatch_uid="front")
        publishing.changed.connect(announce.announce, dispatch_uid="announce")
        publishing.changed.connect(purging.on_change, dispatch_uid="purging")
        post_save.connect(tasks.request_renditions, sender=Image, dispatch_uid="renditions")
        pre_delete.connect(remove_files, sender=Image, dispatch_uid="image-files")
