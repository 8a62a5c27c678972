"""Text fields that clean what they store, whichever path saves it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.text import normalize_newlines
from django_prose_editor.fields import ProseEditorField

from ..text import richtext
from ..text.html import BIDI, CONTROLS

#: What the rich text editor offers; ``richtext`` has the allow-list that is applied when a text is saved.
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


class CleanedField(models.Field):
    """Mixin: the column never holds a text that has not been through ``cleaner``, whichever path saves it.

    ``clean`` cleans what a form or ``full_clean()`` validates, ``pre_save`` the attribute of an instance that is
    saved, ``get_db_prep_save`` what ``QuerySet.update()`` writes. A ``ValueError`` of the cleaner's is a refusal.
    """

    cleaner: Callable[[str], str]

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        try:
            value = self._cleaned(value)
        except ValueError as error:
            raise ValidationError(str(error), code="too_large") from error
        return super().clean(value, model_instance)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self._cleaned(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        return super().get_db_prep_save(self._cleaned(value), connection)

    def _cleaned(self, value: Any) -> Any:
        return self.cleaner(value) if isinstance(value, str) else value


class LineField(CleanedField, models.CharField):
    """One line of plain text: no control or bidi-override characters, white space folded."""

    cleaner = staticmethod(richtext.plain_line)


def plain_lines(text: str) -> str:
    """Plain text with its line breaks, all of one kind, and without characters that control anything else."""
    return CONTROLS.sub("", BIDI.sub("", normalize_newlines(text)))


class LinesField(CleanedField, models.TextField):
    """Several lines of plain text: no control or bidi-override characters, and ``max_length`` is a limit."""

    cleaner = staticmethod(plain_lines)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def deconstruct(self) -> Any:
        """Migrations and the database see a plain text field."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class RichTextField(CleanedField, ProseEditorField):
    """HTML from the editor, reduced to the allow-list of ``richtext``.

    A text over the limits of ``richtext`` is refused: by ``clean()`` with a ``ValidationError``, by ``save()`` with
    a ``ValueError``. Whichever of them comes first parses the text; ``richtext.sanitise`` recognizes its own output.
    """

    cleaner = staticmethod(richtext.sanitise)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("extensions", EDITOR)
        kwargs["sanitize"] = richtext.sanitise
        super().__init__(*args, **kwargs)
