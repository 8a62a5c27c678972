from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save, pre_delete
from django.utils.translation import gettext_lazy as _


class LiveBlogsConfig(AppConfig):
    name = "liveblogs"
    verbose_name = _("Live blogs")

    def ready(self) -> None:
        """Connect the signal handlers. The stream comes before the HTTP caches: readers wait for it."""
        from . import publishing, tasks
        from .delivery import front, purging
        from .models import PostCredit, PostImage
        from .models.image import Image, remove_files
        from .pictures import files
        from .stream import announce

        publishing.committed.connect(front.invalidate, dispatch_uid="front")
        publishing.changed.connect(announce.announce, dispatch_uid="announce")
        publishing.changed.connect(purging.on_change, dispatch_uid="purging")
        publishing.hidden.connect(tasks.request_hiding, dispatch_uid="hiding")
        files.removed.connect(purging.on_removal, dispatch_uid="purging-files")
        post_save.connect(tasks.hide_replaced, sender=PostImage, dispatch_uid="hide-replaced")
        post_delete.connect(tasks.hide_removed, sender=PostImage, dispatch_uid="hide-removed")
        post_delete.connect(tasks.hide_removed, sender=PostCredit, dispatch_uid="hide-portraits")
        post_save.connect(tasks.request_renditions, sender=Image, dispatch_uid="renditions")
        pre_delete.connect(remove_files, sender=Image, dispatch_uid="image-files")
