"""Rendered parts of readers' pages: derived from one revision, and rendered again when stale."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fragment(models.Model):
    """A post's ``<article>`` and its structured data."""

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
    """The parts of a blog's page beside its posts: the head, and the summary with the key events (``about``).

    Each has the revision at which it last changed, so that a delta leaves out what is the same.
    """

    blog = models.OneToOneField("liveblogs.Blog", on_delete=models.CASCADE, primary_key=True, related_name="fragment")
    revision = models.PositiveBigIntegerField()
    release = models.CharField(max_length=32)
    head = models.TextField()
    head_revision = models.PositiveBigIntegerField()
    about = models.TextField()
    about_revision = models.PositiveBigIntegerField()
    data = models.TextField(default="")
    #: ``public_id`` of the oldest post on the first page if there are further pages, else empty.
    first_page_ends = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("blog fragment")
        verbose_name_plural = _("blog fragments")

    def __str__(self) -> str:
        return f"{self.blog_id}@{self.revision}"
