"""What the models have in common: text fields that clean what they store, and who made a row."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from .. import richtext

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
    "HorizontalRule": True,
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and not args and kwargs.get("update_fields") is None:
            known = self.__dict__.get("_known", {})
            kwargs["update_fields"] = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key
                and field.attname in self.__dict__
                and not (field.name in known and known[field.name] == getattr(self, field.attname))
            ]
        super().save(*args, **kwargs)
        self._remember()

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self._remember()

    def adopt(self, **values: Any) -> None:
        """Take over values of ``KEPT`` that were written to the row by other means."""
        for name, value in values.items():
            setattr(self, name, value)
            self._known[name] = value

    def _remember(self) -> None:
        self._known = {name: self.__dict__[name] for name in self.KEPT if name in self.__dict__}
