"""What the models have in common: text fields that clean what they store, who made a row, and its edit lock."""

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from ..text import richtext
from ..text.html import BIDI, CONTROLS

#: What the editor of a rich text offers; ``richtext`` holds the allow-list that is applied when it is saved.
EDITOR: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "Heading": {"levels": [3, 4]},
    "HardBreak": True,
    "History": True,
}

# Text fields
# -----------


class _CleanedOnSave:
    """Mixin: the column never holds a text that has not been through ``cleaner``, whichever path saves it.

    ``pre_save`` cleans the instance's own attribute, ``get_db_prep_save`` what ``QuerySet.update()`` writes.
    """

    attname: str
    cleaner: Callable[[str], str]

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = getattr(model_instance, self.attname)
        if isinstance(value, str):
            value = self.cleaner(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if isinstance(value, str):
            value = self.cleaner(value)
        return super().get_db_prep_save(value, connection)  # type: ignore[misc]


class LineField(_CleanedOnSave, models.CharField):
    """One line of plain text: no control or bidi-override characters, white space folded."""

    cleaner = staticmethod(richtext.plain_line)

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        return super().clean(richtext.plain_line(value) if isinstance(value, str) else value, model_instance)


def plain_lines(text: str) -> str:
    """Plain text with its line breaks, all of one kind, and without characters that control anything else."""
    return CONTROLS.sub("", BIDI.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


class LinesField(_CleanedOnSave, models.TextField):
    """Several lines of plain text: no control or bidi-override characters, and ``max_length`` is a limit."""

    cleaner = staticmethod(plain_lines)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        return super().clean(plain_lines(value) if isinstance(value, str) else value, model_instance)

    def deconstruct(self) -> Any:
        """To migrations and the database it's a text like any other."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class RichTextField(_CleanedOnSave, ProseEditorField):
    """HTML from the editor, reduced to the allow-list of ``richtext`` when it is validated and when it is saved.

    A text over the caps of ``richtext`` is refused by ``clean()`` and, from scripts, by ``save()``.
    """

    # Each save asks twice in a row: for the instance, then for the statement.
    cleaner = staticmethod(lru_cache(maxsize=4)(richtext.sanitise))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("extensions", EDITOR)
        kwargs["sanitize"] = richtext.sanitise
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        try:
            richtext.check_size(value or "")
        except ValueError as error:
            raise ValidationError(str(error), code="too_large") from error
        return super().clean(value, model_instance)


# What was not saved
# ------------------


class Refused(ValidationError):
    """The change was not made; the messages say why, by field where there is one."""


class StaleVersion(Refused):
    """Somebody else changed or deleted the row since it was read; nothing was saved."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _("Somebody else has changed this since you opened it."), code="stale_version")


# Rows that people write
# ----------------------


class Editable(models.Model):
    """A row that an editor can write: when it was made, and by whom."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Save; what the history is told (who, and why) holds for this save alone."""
        try:
            super().save(**kwargs)
        finally:
            for name in ("_history_user", "_change_reason"):
                self.__dict__.pop(name, None)


class Versioned(models.Model):
    """The edit lock: content is saved only over the version that it was read with, and makes the next one."""

    #: What somebody writes. A save of any of these, or of ``version`` itself, is refused over a newer version.
    CONTENT: frozenset[str] = frozenset()

    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Save; raises ``StaleVersion``. One more query when content is saved over older content."""
        fields: Collection[str] | None = kwargs.get("update_fields")
        if self._state.adding or not self._saves_content(fields):
            super().save(**kwargs)
            return
        with transaction.atomic():
            stored = type(self)._base_manager.select_for_update(no_key=True).filter(pk=self.pk).first()
            if stored is None:
                raise StaleVersion(_("Somebody else has deleted this since you opened it."))
            if stored.version != self.version:
                raise StaleVersion
            self.refuse_over(stored)
            self.version += 1
            try:
                super().save(**kwargs | ({} if fields is None else {"update_fields": {*fields, "version"}}))
            except BaseException:
                self.version -= 1
                raise

    def refuse_over(self, stored: Any) -> None:
        """Raise ``Refused`` when the row as it is ``stored`` may not become this one."""

    def _saves_content(self, fields: Collection[str] | None) -> bool:
        if fields is None:
            return True
        names = {self._meta.get_field(name).name for name in fields}
        return not names.isdisjoint({*self.CONTENT, "version"})


class VersionedQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows with an edit lock, which what is written round their ``save()`` respects, too."""

    def update(self, **fields: Any) -> int:
        """As Django's own, and ``bulk_update()`` with it. Content that is written makes another version.

        So a form that was opened before is refused, and overwrites nothing. The history gets no entry: a script that
        wants one saves the rows themselves, or goes through ``publishing``, as it must for what readers see.
        """
        model: Any = self.model
        if "version" not in fields and not model.CONTENT.isdisjoint(fields):
            fields["version"] = F("version") + 1
        return super().update(**fields)

    update.alters_data = True  # type: ignore[attr-defined]


class KeptByWritePath(models.Model):
    """Fields that ``publishing`` keeps are not written back by an instance that did not change them.

    An editor's form may be open while colleagues publish, pin or end: a plain ``save()`` of the older instance writes
    everything else, and of ``KEPT`` only what was set on this very instance.
    """

    KEPT: frozenset[str] = frozenset()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Any:
        row = super().from_db(*args, **kwargs)
        row._remember()
        return row

    def save(self, **kwargs: Any) -> None:
        fields: Collection[str] | None = kwargs.get("update_fields")
        if fields is None and not self._state.adding:
            known = self.__dict__.get("_known", {})
            fields = kwargs["update_fields"] = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key
                and field.attname in self.__dict__
                and not (field.name in known and known[field.name] == getattr(self, field.attname))
            ]
        super().save(**kwargs)
        self._remember(fields)

    def refresh_from_db(self, using: str | None = None, fields: Any = None, from_queryset: Any = None) -> None:
        fields = list(fields) if fields is not None else None
        super().refresh_from_db(using, fields, from_queryset)
        self._remember(fields)

    def adopt(self, **values: Any) -> None:
        """Take over values of ``KEPT`` that were written to the row by other means."""
        for name, value in values.items():
            setattr(self, name, value)
        self._remember(values)

    def become(self, row: Any) -> None:
        """Take over everything from another instance of the same row."""
        for column in self._meta.concrete_fields:
            setattr(self, column.attname, getattr(row, column.attname))
        self._remember()

    def _remember(self, fields: Collection[str] | None = None) -> None:
        """Take these of ``KEPT``, or all, for what the database has. A new dict each time: a copied row shares it."""
        names = self.KEPT if fields is None else self.KEPT.intersection(fields)
        known = {name: self.__dict__[name] for name in names if name in self.__dict__}
        self._known = known if fields is None else self.__dict__.get("_known", {}) | known
