"""Pictures. Only a cleaned copy of an uploaded file is stored, and only that is served."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..pictures import cleaning, files
from ..pictures.renditions import Renditions, from_json
from .editing import Editable, EditableQuerySet
from .fields import LineField


def upload_to(instance: "Image", filename: str) -> str:
    """A random name with the extension of ``filename``, which ``pictures.cleaning`` chose."""
    return cleaning.random_name(filename.rpartition(".")[2])


class CleanedImageField(models.FileField):
    """A picture that is decoded, cleaned and re-encoded before it is stored, whichever path saves it.

    An assigned file is replaced by its cleaned copy in ``clean()``, so that a form shows errors at the field, or else
    in ``pre_save()``, which scripts cannot bypass. Not an ``ImageField``: that opens a file of any size.
    """

    def formfield(self, **kwargs: Any) -> Any:
        # The uploaded file's name is not stored, so its length does not matter.
        return super().formfield(**{"max_length": None, **kwargs})

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        value = super().clean(value, model_instance)
        if model_instance is not None and isinstance(value, FieldFile):
            self._clean_upload(value, model_instance)
        return value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        file = getattr(model_instance, self.attname)
        if isinstance(file, FieldFile):
            self._clean_upload(file, model_instance)
        was_stored = not file or file._committed
        try:
            file = super().pre_save(model_instance, add)
        except Exception as error:  # each storage backend raises its own
            raise files.NotStored(str(error)) from error
        if not was_stored:
            files.register(file.name)
        return file

    def _clean_upload(self, file: FieldFile, instance: Any) -> None:
        if not file or file._committed or getattr(file.file, "is_cleaned", False):  # type: ignore[attr-defined]
            return
        cleaned = cleaning.clean(file.file, file.name)
        content = cleaned.content
        content.is_cleaned = True  # type: ignore[attr-defined]
        content.name = f"picture.{cleaned.extension}"
        file.file = content
        file.name = content.name
        instance.width, instance.height = cleaned.width, cleaned.height
        instance.checksum = cleaned.checksum
        for name in ("alt", "caption", "credit"):
            if not getattr(instance, name):
                setattr(instance, name, getattr(cleaned, name))


class Image(Editable):
    """A picture with its texts. Several posts can show it.

    ``renditions`` lists the files that readers get (see ``pictures.renditions``). Until they are made, and after the
    file was replaced, readers get the cleaned original.
    """

    EDITABLE_FIELDS = frozenset({"file", "alt", "caption", "credit", "focal_x", "focal_y"})
    WRITE_PATH_FIELDS = frozenset({"renditions"})
    #: What a picture needs before readers may see it, with its labels.
    REQUIRED_TO_PUBLISH = {"file": _("file"), "alt": _("alt text"), "credit": _("credit line")}

    #: Whether a file was stored that the row does not name yet.
    _has_new_file = False

    file = CleanedImageField(_("file"), upload_to=upload_to)
    alt = LineField(
        _("alt text"),
        max_length=500,
        blank=True,
        help_text=_("Describe the picture for people who can't see it. Required to publish."),
    )
    caption = LineField(_("caption"), max_length=1000, blank=True)
    credit = LineField(
        _("credit line"),
        max_length=200,
        blank=True,
        help_text=_("Photographer and agency, for example “Ana Ruiz/Overland Wire”. Required to publish."),
    )
    focal_x = models.FloatField(
        _("focal point, from the left"), default=0.5, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    focal_y = models.FloatField(
        _("focal point, from the top"), default=0.5, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    width = models.PositiveIntegerField(_("width"), editable=False, default=0)
    height = models.PositiveIntegerField(_("height"), editable=False, default=0)
    checksum = models.CharField(
        _("checksum"),
        max_length=64,
        blank=True,
        editable=False,
        db_index=True,
        help_text=_("SHA-256 of the uploaded file, used to find duplicates."),
    )
    renditions = models.JSONField(_("renditions"), default=dict, blank=True, editable=False)

    objects = EditableQuerySet["Image"].as_manager()
    # A replaced file is removed, so that no older version could show it.
    history = HistoricalRecords(excluded_fields=["file", "width", "height", "checksum", "renditions"])

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="image_focal_point_inside",
                condition=models.Q(focal_x__gte=0, focal_x__lte=1, focal_y__gte=0, focal_y__lte=1),
                violation_error_message=_("The focal point is outside the picture."),
            ),
        ]

    def __str__(self) -> str:
        return self.alt or self.caption or f"{_('image')} {self.pk}"

    def save(self, **kwargs: Any) -> None:
        """Save. A replaced file is removed after the commit, with its renditions. One more query then."""
        fields = kwargs.get("update_fields")
        if fields is not None and "file" not in fields:
            super().save(**kwargs)
            return
        with self.stored_file():
            if not self._has_new_file:
                super().save(**kwargs)
                return
            with transaction.atomic():
                remove_files(self)
                self.renditions = {}
                self._stored = {}  # written even if it was empty when this was read
                super().save(**kwargs)
            self._has_new_file = False

    @contextmanager
    def stored_file(self) -> Iterator[None]:
        """Clean and store a new file before the block saves its row in a transaction, which holds locks.

        When the block fails, the file is removed, and another try stores it again. Raises ``NotStored``, and
        ``ValidationError`` for what is no picture.
        """
        upload: Any = self.file
        if not upload or upload._committed:
            yield
            return
        with files.remove_on_error():
            try:
                self.store_file()
                yield
            except BaseException:
                self.__dict__["file"], upload._committed, self._has_new_file = upload, False, False
                raise

    def store_file(self) -> None:
        """Clean and store a new file; does nothing to one that is stored. The caller removes it if no row is saved."""
        if self.file and not self.file._committed:  # type: ignore[attr-defined]
            self._meta.get_field("file").pre_save(self, add=True)  # type: ignore[union-attr]
            self._has_new_file = True

    @property
    def source(self) -> str:
        """The name of the cleaned original."""
        return self.file.name or ""

    @property
    def focal(self) -> tuple[float, float]:
        return self.focal_x, self.focal_y

    def get_renditions(self) -> Renditions:
        """The renditions of this picture's file, or of the one that it replaced."""
        return from_json(self.renditions)

    def missing_renditions(self) -> list[str]:
        """The names of the shapes that are still to be made."""
        return self.get_renditions().missing(self.source, self.focal)

    def missing_fields(self) -> list[str]:
        """The names of the fields that must be filled before readers may see this picture."""
        return [name for name in self.REQUIRED_TO_PUBLISH if not str(getattr(self, name)).strip()]

    def is_in_use(self) -> bool:
        """Whether a published or scheduled post shows it. One query."""
        return self.uses.filter(post__state__in=["published", "scheduled"]).exists()

    def is_disposable(self) -> bool:
        """Whether nothing uses it but posts that were withdrawn. Three queries at most."""
        others = self.uses.exclude(post__state="withdrawn")
        return not (others.exists() or self.cover_of.exists() or self.portrait_of.exists())

    def is_visible(self) -> bool:
        """Whether readers see it: on a post, as a cover or as a portrait. Three queries at most."""
        statuses = ["live", "ended"]
        credits = {"post_credits__post__state": "published", "post_credits__post__blog__status__in": statuses}
        return (
            self.uses.filter(post__state="published", post__blog__status__in=statuses).exists()
            or self.cover_of.filter(status__in=statuses).exists()
            or self.portrait_of.filter(**credits).exists()
        )


def remove_files(instance: Image, **_signal: Any) -> None:
    """Lock the picture's row, if there is one, and remove the files that it names after the commit. One query."""
    rows = Image.objects.select_for_update().filter(pk=instance.pk).values_list("file", "renditions")
    for file, renditions in rows:
        files.remove_after_commit([file, *from_json(renditions).names()])
