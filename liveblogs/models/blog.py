"""One story's live coverage."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..text import times
from .byline import AbstractCredit
from .editing import ChangeRefused, Editable, EditableQuerySet
from .fields import LineField, RichTextField
from .image import Image

#: First path segments of the site's own addresses, which no blog may have as its slug.
RESERVED_SLUGS = frozenset({
    "accounts", "admin", "api", "bylines", "favicon", "feed", "healthz", "media", "news-sitemap", "robots", "sitemap",
    "static", "zones",
})  # fmt: skip


def default_time_zone() -> str:
    """The newsroom's time zone (setting ``TIME_ZONE``)."""
    return settings.TIME_ZONE


def validate_time_zone(value: str) -> None:
    if not times.is_zone(value):
        raise ValidationError(_("“%(value)s” is not a time zone."), params={"value": value}, code="unknown_zone")


def validate_slug_is_free(value: str) -> None:
    if value in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(value)s” is reserved. Choose another URL slug."),
            params={"value": value},
            code="reserved",
        )


# Told at the field by ``clean``, and by constraints of the database for whatever bypasses it.
_ENDS_BEFORE_START = _("Coverage can't end before it starts.")
_CONTINUES_ITSELF = _("A blog can't continue from itself.")


class BlogQuerySet(EditableQuerySet["Blog"]):
    def visible(self) -> "BlogQuerySet":
        """Blogs that readers can open: live or ended."""
        return self.filter(status__in=[Blog.Status.LIVE, Blog.Status.ENDED])

    def live(self) -> "BlogQuerySet":
        """Blogs that are still covered."""
        return self.filter(status=Blog.Status.LIVE)


class Blog(Editable):
    """One story's live coverage: the head of its page, and the counters that the write path maintains."""

    NOT_DELETABLE = _("Unpublish this blog before you delete it.")
    EDITABLE_FIELDS = frozenset({
        "title", "slug", "summary", "time_zone", "cover", "coverage_starts_at", "coverage_ends_at", "continues",
    })  # fmt: skip
    WRITE_PATH_FIELDS = frozenset(
        {"status", "published_at", "updated_at", "revision", "revised_at", "post_count", "followed_from"}
    )

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        LIVE = "live", _("Live")
        ENDED = "ended", _("Ended")

    title = LineField(_("title"), max_length=200)
    slug = models.SlugField(
        _("URL slug"),
        max_length=80,
        unique=True,
        validators=[validate_slug_is_free],
        help_text=_("The last part of the page's URL, which can't change after publication."),
    )
    summary = RichTextField(_("summary"), blank=True, help_text=_("“What to know”, shown above the posts."))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default=default_time_zone,
        validators=[validate_time_zone],
        help_text=_("All times in this blog are shown in this zone."),
    )
    cover = models.ForeignKey(
        "liveblogs.Image",
        verbose_name=_("cover picture"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cover_of",
    )
    coverage_starts_at = models.DateTimeField(_("coverage starts"), null=True, blank=True)
    coverage_ends_at = models.DateTimeField(_("coverage ends"), null=True, blank=True)
    continues = models.ForeignKey(
        "self",
        verbose_name=_("continues from"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="continued_by",
        help_text=_("The earlier blog that this one continues; each page links to the other."),
    )
    staff = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("staff"),
        blank=True,
        related_name="assigned_blogs",
        help_text=_("Contributors and editors who work on this blog; admins can work on all blogs."),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("updated"), null=True, blank=True, editable=False)
    # Maintained by the write path:
    revision = models.PositiveBigIntegerField(_("revision"), default=0, editable=False)
    revised_at = models.DateTimeField(_("revised"), default=timezone.now, editable=False)
    post_count = models.PositiveIntegerField(_("posts"), default=0, editable=False)
    #: Set after a database was restored: open pages with an older revision reload.
    followed_from = models.PositiveBigIntegerField(_("followed from revision"), default=0, editable=False)

    objects = BlogQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["revision", "revised_at", "post_count", "followed_from", "updated_at"]
    )

    class Meta:
        verbose_name = _("blog")
        verbose_name_plural = _("blogs")
        permissions = [("run_blog", _("Can publish, end and unpublish blogs, and has access to all of them"))]
        ordering = [F("published_at").desc(nulls_first=True), "-id"]
        indexes = [models.Index(fields=["status", "-updated_at"], name="blog_by_status")]
        constraints = [
            models.CheckConstraint(
                name="blog_opened_has_published_at",
                condition=Q(status="draft") | Q(published_at__isnull=False),
                violation_error_message=_("A published blog needs a publication time."),
            ),
            models.CheckConstraint(
                name="blog_coverage_ends_after_start",
                condition=Q(coverage_starts_at__isnull=True)
                | Q(coverage_ends_at__isnull=True)
                | Q(coverage_ends_at__gte=F("coverage_starts_at")),
                violation_error_message=_ENDS_BEFORE_START,
            ),
            models.CheckConstraint(
                name="blog_slug_is_not_our_own",
                condition=~Q(slug__in=sorted(RESERVED_SLUGS)),
                violation_error_message=_("This URL slug is reserved. Choose another."),
            ),
            models.CheckConstraint(
                name="blog_does_not_continue_itself",
                condition=Q(continues__isnull=True) | ~Q(continues=F("id")),
                violation_error_message=_CONTINUES_ITSELF,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.coverage_starts_at and self.coverage_ends_at and self.coverage_ends_at < self.coverage_starts_at:
            errors["coverage_ends_at"] = _ENDS_BEFORE_START
        if self.pk and self.continues_id == self.pk:
            errors["continues"] = _CONTINUES_ITSELF
        if self.pk and self.published_at and (stored := Blog.objects.filter(pk=self.pk).first()):
            try:
                self.validate_against(stored)
            except ChangeRefused as refused:
                errors |= refused.error_dict
        if errors:
            raise ValidationError(errors)

    def validate_against(self, stored: "Blog") -> None:
        """A blog that was ever open keeps its address."""
        if stored.published_at is not None and stored.slug != self.slug:
            message = _("The URL slug can't change after publication. Readers know this blog as “%(slug)s”.")
            raise ChangeRefused({"slug": ValidationError(message, params={"slug": stored.slug})})

    def get_absolute_url(self) -> str:
        return reverse("liveblogs:blog", args=[self.slug])

    @property
    def is_visible(self) -> bool:
        """Whether readers can open the page; the same rule as ``BlogQuerySet.visible``."""
        return self.status in (self.Status.LIVE, self.Status.ENDED)

    @property
    def is_deletable(self) -> bool:
        return not self.is_visible

    def publish_errors(self) -> dict[str, list[str]]:
        """Why this blog cannot be opened: messages by field; empty when it can. One query, for the cover picture."""
        errors: dict[str, list[str]] = {}
        if not self.title:
            errors["title"] = [gettext("Add a title to publish.")]
        if self.cover:
            for name in self.cover.missing_fields():
                message = gettext("The cover picture has no %(field)s.") % {"field": Image.REQUIRED_TO_PUBLISH[name]}
                errors.setdefault("cover", []).append(message)
        return errors

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class BlogCredit(AbstractCredit):
    """A byline credited in the head of a blog."""

    blog = models.ForeignKey(Blog, on_delete=models.CASCADE, related_name="credits")
    byline = models.ForeignKey(
        "liveblogs.Byline", verbose_name=_("byline"), on_delete=models.PROTECT, related_name="blog_credits"
    )

    class Meta(AbstractCredit.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["blog", "byline"],
                name="blog_credit_once",
                violation_error_message=_("This byline is already on this blog."),
            )
        ]
