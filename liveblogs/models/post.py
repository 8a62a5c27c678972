"""One dated entry of a blog, with its credits and pictures."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..text import richtext
from .byline import AbstractCredit
from .editing import ChangeRefused, Editable, EditableQuerySet
from .fields import LineField, LinesField, RichTextField
from .image import Image

_ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"  # no vowels, so no words; no characters that look alike
_WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{1,64}")
#: Second path segments of the site's own addresses, which no post may have as its ``public_id``.
RESERVED_PUBLIC_IDS = frozenset({"changes", "stream", "feed"})


def new_public_id() -> str:
    """Ten random characters, about 48 bits."""
    return get_random_string(10, _ALPHABET)


def is_public_id(value: str) -> bool:
    """Whether ``value`` can be a post's ``public_id``."""
    return _WELL_FORMED.fullmatch(value) is not None and value not in RESERVED_PUBLIC_IDS


def validate_public_id(value: str) -> None:
    if not is_public_id(value):
        raise ValidationError(_("“%(value)s” is not a valid post ID."), params={"value": value}, code="bad_public_id")


# Told at the field by ``clean``, and by constraints of the database for whatever bypasses it.
_NEEDS_PUBLISHED_AT = _("A published post needs a publication time.")
_NEEDS_PUBLISH_AT = _("A scheduled post needs a publication time.")


class PostQuerySet(EditableQuerySet["Post"]):
    def published(self) -> "PostQuerySet":
        """Posts in the timeline. Readers see them if their blog is visible, too."""
        return self.filter(state=Post.State.PUBLISHED)

    def visible(self) -> "PostQuerySet":
        """Posts that readers see."""
        return self.published().filter(blog__status__in=["live", "ended"])

    def due(self, at: Any = None) -> "PostQuerySet":
        """Scheduled posts whose time has come."""
        return self.filter(state=Post.State.SCHEDULED, publish_at__lte=at or timezone.now())

    def newest_first(self) -> "PostQuerySet":
        return self.order_by("-published_at", "-id")


class Post(Editable):
    """One dated entry of a blog. ``liveblogs.publishing`` changes its state."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        SCHEDULED = "scheduled", _("Scheduled")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    NOT_DELETABLE = _("A post that was published can't be deleted. Withdraw it instead.")
    EDITABLE_FIELDS = frozenset({"headline", "body", "label", "is_key_event", "correction", "corrected_at", "notes"})
    ADDRESS_FIELDS = frozenset({"blog", "public_id"})
    WRITE_PATH_FIELDS = frozenset({
        "state", "publish_at", "published_at", "updated_at", "pinned_at", "publish_fault", "revision",
    })  # fmt: skip

    blog = models.ForeignKey("liveblogs.Blog", verbose_name=_("blog"), on_delete=models.PROTECT, related_name="posts")
    public_id = models.CharField(
        _("public ID"), max_length=64, default=new_public_id, editable=False, validators=[validate_public_id]
    )
    headline = LineField(_("headline"), max_length=300, blank=True)
    body = RichTextField(_("body"), blank=True)
    label = LineField(
        _("label"),
        max_length=60,
        blank=True,
        help_text=_("Shown before the bylines: “Analysis” reads “Analysis from …”."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    publish_at = models.DateTimeField(_("scheduled for"), null=True, blank=True)
    published_at = models.DateTimeField(
        _("first published"), null=True, blank=True, help_text=_("Sets the post's position in the timeline.")
    )
    updated_at = models.DateTimeField(
        _("updated"), null=True, blank=True, editable=False, help_text=_("The last update that wasn't a minor edit.")
    )
    pinned_at = models.DateTimeField(_("pinned"), null=True, blank=True, editable=False)
    is_key_event = models.BooleanField(
        _("key event"), default=False, help_text=_("Lists the post among the blog's key events.")
    )
    correction = LinesField(
        _("correction"),
        blank=True,
        max_length=2000,
        help_text=_("Tell readers what was wrong and what is correct."),
    )
    corrected_at = models.DateTimeField(_("corrected"), null=True, blank=True)
    notes = LinesField(_("notes to colleagues"), blank=True, max_length=5000, help_text=_("Never shown to readers."))
    review_note = LinesField(
        _("review note"),
        blank=True,
        max_length=2000,
        editable=False,
        help_text=_("The editor's note when the post was sent back."),
    )
    publish_fault = models.TextField(
        _("publishing error"),
        blank=True,
        editable=False,
        help_text=_("Set when a scheduled post couldn't be published."),
    )
    revision = models.PositiveBigIntegerField(_("revision"), default=0, editable=False)
    #: SHA-256 of the form that created the post, which may be sent twice. Empty for a post that no form created.
    form_digest = models.CharField(_("form digest"), max_length=64, default="", db_default="", editable=False)

    objects = PostQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["revision", "form_digest"])

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-id"]
        permissions = [
            ("publish_post", _("Can publish, schedule, update, pin and withdraw posts")),
            ("erase_post", _("Can permanently erase posts")),
        ]
        indexes = [
            models.Index(
                "blog", F("published_at").desc(), F("id").desc(), name="post_timeline", condition=Q(state="published")
            ),
            models.Index(F("published_at").desc(), F("id").desc(), name="post_latest", condition=Q(state="published")),
            models.Index(fields=["blog", "revision"], name="post_changes"),
            models.Index(fields=["blog", "publish_at"], name="post_due", condition=Q(state="scheduled")),
            models.Index(fields=["blog", "pinned_at"], name="post_pinned", condition=Q(pinned_at__isnull=False)),
            models.Index(
                fields=["blog", "published_at"],
                name="post_key_events",
                condition=Q(state="published", is_key_event=True),
            ),
            models.Index(fields=["state", "-created_at"], name="post_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["blog", "public_id"], name="post_public_id_once"),
            models.CheckConstraint(
                name="post_published_has_published_at",
                condition=~Q(state="published") | Q(published_at__isnull=False),
                violation_error_message=_NEEDS_PUBLISHED_AT,
            ),
            models.CheckConstraint(
                name="post_scheduled_has_publish_at",
                condition=~Q(state="scheduled") | Q(publish_at__isnull=False),
                violation_error_message=_NEEDS_PUBLISH_AT,
            ),
            models.CheckConstraint(
                name="post_only_published_is_pinned",
                condition=Q(pinned_at__isnull=True) | Q(state="published"),
                violation_error_message=_("Only a published post can be pinned."),
            ),
            models.CheckConstraint(
                name="post_public_id_is_not_our_own",
                condition=~Q(public_id__in=["", *sorted(RESERVED_PUBLIC_IDS)]),
                violation_error_message=_("This post ID is reserved. Choose another."),
            ),
        ]

    def __str__(self) -> str:
        return self.headline or richtext.excerpt(self.body, 80) or f"{_('post')} {self.public_id}"

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.is_published and self.published_at is None:
            errors["published_at"] = _NEEDS_PUBLISHED_AT
        if self.state == self.State.SCHEDULED and self.publish_at is None:
            errors["publish_at"] = _NEEDS_PUBLISH_AT
        if errors:
            raise ValidationError(errors)

    def validate_against(self, stored: "Post") -> None:
        """A post that was ever published keeps its address: its blog and its public id."""
        if stored.published_at is not None and (stored.blog_id, stored.public_id) != (self.blog_id, self.public_id):
            raise ChangeRefused({"blog": _("A post that was published can't move to another blog or change its URL.")})

    def get_absolute_url(self) -> str:
        return reverse("liveblogs:post", args=[self.blog.slug, self.public_id])

    @property
    def is_published(self) -> bool:
        """Whether the post is in its blog's timeline; the same rule as ``PostQuerySet.published``."""
        return self.state == self.State.PUBLISHED

    @property
    def is_deletable(self) -> bool:
        return self.published_at is None

    @property
    def is_pinned(self) -> bool:
        return self.pinned_at is not None

    def publish_errors(self) -> dict[str, list[str]]:
        """Why this saved post cannot be published: messages by field; empty when it can. One query at most."""
        errors: dict[str, list[str]] = {}
        pictures = list(self.images.select_related("image")) if self.pk else []
        if not self.headline and richtext.is_empty(self.body) and not pictures:
            errors["__all__"] = [str(_("Add a headline, text or a picture."))]
        for number, row in enumerate(pictures, start=1):
            for name in row.image.missing_fields():
                label = Image.REQUIRED_TO_PUBLISH[name]
                errors.setdefault("images", []).append(
                    str(_("Picture %(number)d has no %(field)s.") % {"number": number, "field": label})
                )
        return errors


class PostCredit(AbstractCredit):
    """A byline credited on a post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="credits")
    byline = models.ForeignKey(
        "liveblogs.Byline", verbose_name=_("byline"), on_delete=models.PROTECT, related_name="post_credits"
    )
    place = LineField(_("place"), max_length=120, blank=True, help_text=_("“Kestrow” reads “… in Kestrow”."))

    class Meta(AbstractCredit.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["post", "byline"],
                name="post_credit_once",
                violation_error_message=_("This byline is already credited on this post."),
            )
        ]


class PostImage(models.Model):
    """A picture on a post."""

    #: The picture that it showed when it was read.
    read_image_id: int | None = None

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="images")
    image = models.ForeignKey(
        "liveblogs.Image", verbose_name=_("image"), on_delete=models.PROTECT, related_name="uses"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    caption = LineField(
        _("caption in this post"),
        max_length=1000,
        blank=True,
        help_text=_("Overrides the library caption in this post only."),
    )

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.shown_caption or str(self.image)

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Any:
        row = super().from_db(*args, **kwargs)
        row.read_image_id = row.__dict__.get("image_id")
        return row

    @property
    def shown_caption(self) -> str:
        """The caption that readers see: this post's own, else the picture's. No query if fetched with its image."""
        return self.caption or self.image.caption
