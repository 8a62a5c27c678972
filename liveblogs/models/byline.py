"""Who can be credited."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..text import credits
from .editing import Editable, EditableQuerySet
from .fields import LineField, LinesField


def default_organisation() -> str:
    """The newsroom's name (setting ``ORGANISATION``), the default of new bylines."""
    return settings.ORGANISATION


class Byline(Editable):
    """A person, desk or agency that can be credited."""

    EDITABLE_FIELDS = frozenset(
        {"name", "slug", "kind", "organisation", "job_title", "bio", "portrait", "user", "is_active"}
    )
    #: What readers never see: no page shows these.
    INTERNAL_FIELDS = frozenset({"user", "is_active"})

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        DESK = "desk", _("Desk")
        AGENCY = "agency", _("Agency")

    name = LineField(_("name"), max_length=120, help_text=_("The name readers see, for example “Estmere Bureau”."))
    slug = models.SlugField(
        _("URL slug"), max_length=140, unique=True, blank=True, help_text=_("Leave empty to create it from the name.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PERSON)
    organisation = LineField(
        _("organization"),
        max_length=120,
        blank=True,
        default=default_organisation,
        help_text=_("“Fairlead” reads “From Fairlead’s …”; leave empty for an agency that is credited by name alone."),
    )
    job_title = LineField(_("job title"), max_length=120, blank=True)
    bio = LinesField(_("biography"), blank=True, max_length=2000)
    portrait = models.ForeignKey(
        "liveblogs.Image",
        verbose_name=_("portrait"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="portrait_of",
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="byline",
        help_text=_("The user whose byline this is, filled in when they write a post."),
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("An inactive byline keeps its posts but isn't offered for new ones."),
    )

    objects = EditableQuerySet["Byline"].as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        ordering = ["name", "organisation"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                Lower("organisation"),
                name="byline_name_once_per_organisation",
                violation_error_message=_("A byline with this name and organization already exists."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})" if self.organisation else self.name

    def save(self, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = self._free_slug()
        super().save(**kwargs)

    def _free_slug(self) -> str:
        """A slug made from the name that no other byline has. One query, and one more for each that is taken."""
        wanted = slugify(self.name)[:120] or self.kind
        slug, number = wanted, 1
        while Byline.objects.filter(slug=slug).exclude(pk=self.pk).exists():
            number += 1
            slug = f"{wanted}-{number}"
        return slug

    def get_absolute_url(self) -> str:
        return reverse("liveblogs:byline", args=[self.slug])


class AbstractCredit(models.Model):
    """A byline credited on a post or on a blog."""

    byline: models.ForeignKey[Byline, Byline]
    #: Where the post was written. A blog's credits have none.
    place = ""
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.byline)

    def as_credit(self) -> credits.Credit:
        """This credit as ``text.credits`` takes it. No query if the byline was fetched with it."""
        byline = self.byline
        return credits.Credit(byline.name, byline.organisation, self.place, byline.kind, byline.slug)


class FormerByline(models.Model):
    """A slug that a byline had before it was renamed or merged. Its address redirects to that byline."""

    slug = models.SlugField(_("URL slug"), max_length=140, unique=True)
    byline = models.ForeignKey(Byline, verbose_name=_("byline"), on_delete=models.CASCADE, related_name="former")

    class Meta:
        verbose_name = _("former byline")
        verbose_name_plural = _("former bylines")
        default_permissions = ()

    def __str__(self) -> str:
        return self.slug
