"""What editable rows have in common: who made them, the edit lock, and the fields that only the write path sets."""

from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager, nullcontext
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext_lazy as _


class ChangeRefused(ValidationError):
    """A change that was not saved. The messages say why, by field if they concern one."""


class StaleVersion(ChangeRefused):
    """Somebody else changed or deleted the row since it was read. Nothing was saved."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(
            message or _("Not saved: this was changed after you opened it. Reload and try again."),
            code="stale_version",
        )


class Editable(models.Model):
    """A row that editors change: who created it, its edit lock, and the fields that only ``publishing`` sets.

    Optimistic locking: content is saved only over the version that it was read with, as the next version.

    While an editor's form is open, ``publishing`` may publish, pin or end. So ``save()`` of an older instance writes
    those ``WRITE_PATH_FIELDS`` alone that were set on this very instance; all other fields it writes.
    """

    #: What editors write. Saving any of these, or ``version`` itself, is refused over a newer version.
    EDITABLE_FIELDS: frozenset[str] = frozenset()
    #: Further fields under the edit lock: where readers find the row.
    ADDRESS_FIELDS: frozenset[str] = frozenset()
    #: What ``publishing`` sets. No relations.
    WRITE_PATH_FIELDS: frozenset[str] = frozenset()
    #: The error about a row that is not ``is_deletable``.
    NOT_DELETABLE: Any = ""

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
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    #: The stored values of ``WRITE_PATH_FIELDS``, as far as they were read. Copies share it, so it is never changed.
    _stored: Mapping[str, Any] = MappingProxyType({})

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Any:
        row = super().from_db(*args, **kwargs)
        row._stored = {name: row.__dict__[name] for name in cls.WRITE_PATH_FIELDS if name in row.__dict__}
        return row

    def refresh_from_db(self, using: str | None = None, fields: Any = None, from_queryset: Any = None) -> None:
        fields = None if fields is None else list(fields)
        super().refresh_from_db(using, fields, from_queryset)
        self._note_stored(self.WRITE_PATH_FIELDS if fields is None else fields)

    def save(self, **kwargs: Any) -> None:
        """Save. Who and why, for the history, hold for this save alone.

        Raises ``StaleVersion``. One more query when content is saved over older content.
        """
        try:
            if self._state.adding:
                names: Set[str] = self.WRITE_PATH_FIELDS
                super().save(**kwargs)
            else:
                names = self._fields_to_save(kwargs.get("update_fields"))
                with self._edit_lock() if "version" in names else nullcontext():
                    super().save(**kwargs | {"update_fields": names})
            self._note_stored(names)
        finally:
            for name in ("_history_user", "_change_reason"):
                self.__dict__.pop(name, None)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete. Raises ``ProtectedError`` when the stored row is not ``is_deletable``."""
        with transaction.atomic():
            _lock_deletable(type(self)._base_manager.filter(pk=self.pk))
            return super().delete(*args, **kwargs)

    @property
    def is_deletable(self) -> bool:
        return True

    def validate_against(self, stored: Any) -> None:
        """Raise ``ChangeRefused`` when the row as it is ``stored`` may not become this one."""

    def set_stored(self, **values: Any) -> None:
        """Take over values of ``WRITE_PATH_FIELDS`` that were written to the row by other means."""
        for name, value in values.items():
            setattr(self, name, value)
        self._note_stored(values)

    def copy_from(self, row: Any) -> None:
        """Take over every column of another instance of the same row, which was just read."""
        for column in self._meta.concrete_fields:
            setattr(self, column.attname, getattr(row, column.attname))
        self._stored = row._stored

    def _note_stored(self, fields: Iterable[str]) -> None:
        """The values of these fields are now those of the row."""
        names = self.WRITE_PATH_FIELDS.intersection(fields) & self.__dict__.keys()
        self._stored = {**self._stored, **{name: self.__dict__[name] for name in names}}

    def _fields_to_save(self, fields: Iterable[str] | None) -> set[str]:
        """The names of ``fields``; of all that were read or set, without what ``publishing`` set meanwhile.

        With ``version`` when content is among them.
        """
        if fields is None:
            names = {field.name for field in self._meta.concrete_fields if field.attname in self.__dict__}
            unchanged = {name for name, value in self._stored.items() if value == self.__dict__.get(name)}
            return (names | {"version"}) - unchanged - {self._meta.pk.name}
        names = {self._meta.get_field(name).name for name in fields}
        return names if names.isdisjoint(self.EDITABLE_FIELDS | self.ADDRESS_FIELDS) else names | {"version"}

    @contextmanager
    def _edit_lock(self) -> Iterator[None]:
        """Lock the row, refuse to overwrite a newer version, and make the next one."""
        with transaction.atomic():
            stored = type(self)._base_manager.select_for_update(no_key=True).filter(pk=self.pk).first()
            if stored is None:
                raise StaleVersion(_("Not saved: this was deleted after you opened it."))
            if stored.version != self.version:
                raise StaleVersion
            self.validate_against(stored)
            self.version += 1
            try:
                yield
            except BaseException:
                self.version -= 1
                raise


class EditableQuerySet[Row: Editable](models.QuerySet[Row]):
    """Writes and deletions that bypass a row's own methods, by the same rules."""

    def update(self, **fields: Any) -> int:
        """As Django's own, and ``bulk_update()`` with it. Content that is written makes another version.

        So a form that was opened before is refused, and overwrites nothing. The history gets no entry: a script that
        wants one saves the rows themselves, or calls ``publishing``, as it must for what readers see.
        """
        if "version" not in fields and not self.model.EDITABLE_FIELDS.isdisjoint(fields):
            fields["version"] = F("version") + 1
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete all of these rows, or none if one of them is not ``is_deletable``. One more query."""
        with transaction.atomic():
            pks = _lock_deletable(self.model._base_manager.filter(pk__in=self.order_by().values("pk")))
            return super(EditableQuerySet, self.filter(pk__in=pks)).delete()

    # As on Django's own: not for templates, and ``delete`` not on the manager, where it would mean all rows.
    update.alters_data = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


def _lock_deletable(rows: models.QuerySet) -> list[Any]:
    """Lock these rows, so that none is published before it is deleted. Returns their primary keys."""
    locked = list(rows.select_for_update().order_by("pk"))
    if protected := {row for row in locked if not row.is_deletable}:
        raise ProtectedError(str(rows.model.NOT_DELETABLE), protected)
    return [row.pk for row in locked]
