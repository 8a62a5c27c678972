"""What the desk stores beside posts: unsaved input, who is online, and notices."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Autosave(models.Model):
    """Unsaved form input, stored as it is typed and offered again later.

    It stays when its post is deleted. It is neither validated nor shown to other users.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="autosaves")
    blog = models.ForeignKey("liveblogs.Blog", on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey("liveblogs.Post", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    #: Which form: "new" and a key, or "post-" and the post's primary key.
    place = models.CharField(max_length=32)
    fields = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("autosave")
        verbose_name_plural = _("autosaves")
        constraints = [models.UniqueConstraint(fields=["user", "blog", "place"], name="autosave_once_for_each_place")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.place}"


class Presence(models.Model):
    """A user at a blog's desk, and which post they have open."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    blog = models.ForeignKey("liveblogs.Blog", on_delete=models.CASCADE, related_name="present")
    #: The post's primary key; empty for a new post, or when none is open.
    post_number = models.PositiveBigIntegerField(null=True, blank=True)
    is_writing = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [models.UniqueConstraint(fields=["user", "blog"], name="present_once_at_each_desk")]

    def __str__(self) -> str:
        return f"{self.user_id}@{self.blog_id}"


class Notice(models.Model):
    """A message to the author of a post: that it was published, or sent back with a note."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    post = models.ForeignKey("liveblogs.Post", on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)
    is_seen = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["user", "is_seen"], name="notice_unseen")]

    def __str__(self) -> str:
        return self.text
