"""Parts of a reader's page as they were rendered for one revision: derived, never edited, made anew when stale."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fragment(models.Model):
    """A post's ``<article>``, and what is said about it to machines (``linked_data``)."""

    post = models.OneToOneField("liveblogs.Post", on_delete=models.CASCADE, primary_key=True, related_name="fragment")
    revision = models.PositiveBigIntegerField()
    release = models.CharField(max_length=32)
    html = models.TextField()
    data = models.TextField(default="")

    class Meta:
        verbose_name = _("fragment")
        verbose_name_plural = _("fragments")

    def __str__(self) -> str:
        return f"{self.post_id}@{self.revision}"


class BlogFragment(models.Model):
    """What stands on a blog's page beside the posts: its head, and what to know about it.

    Each part carries the revision at which it last looked different, so that a delta leaves out what did not change.
    """

    blog = models.OneToOneField("liveblogs.Blog", on_delete=models.CASCADE, primary_key=True, related_name="fragment")
    revision = models.PositiveBigIntegerField()
    release = models.CharField(max_length=32)
    head = models.TextField()
    head_revision = models.PositiveBigIntegerField()
    about = models.TextField()
    about_revision = models.PositiveBigIntegerField()
    data = models.TextField(default="")
    #: ``public_id`` of the oldest post on the first page when older ones follow, else empty.
    first_page_ends = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("blog fragment")
        verbose_name_plural = _("blog fragments")

    def __str__(self) -> str:
        return f"{self.blog_id}@{self.revision}"
