"""Text fields that clean what they store, whichever path saves it."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
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
