"""What editable rows have in common: who made them, the edit lock, and the fields that the write path owns."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

# What was not saved
# ------------------


class ChangeRefused(ValidationError):
    """The change was not made; the messages say why, by field where there is one."""


class StaleVersion(ChangeRefused):
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
    EDITABLE_FIELDS: frozenset[str] = frozenset()

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
        """Raise ``ChangeRefused`` when the row as it is ``stored`` may not become this one."""

    def _saves_content(self, fields: Collection[str] | None) -> bool:
        if fields is None:
            return True
        names = {self._meta.get_field(name).name for name in fields}
        return not names.isdisjoint({*self.EDITABLE_FIELDS, "version"})


class VersionedQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows with an edit lock, which what is written round their ``save()`` respects, too."""

    def update(self, **fields: Any) -> int:
        """As Django's own, and ``bulk_update()`` with it. Content that is written makes another version.

        So a form that was opened before is refused, and overwrites nothing. The history gets no entry: a script that
        wants one saves the rows themselves, or goes through ``publishing``, as it must for what readers see.
        """
        model: Any = self.model
        if "version" not in fields and not model.EDITABLE_FIELDS.isdisjoint(fields):
            fields["version"] = F("version") + 1
        return super().update(**fields)

    update.alters_data = True  # type: ignore[attr-defined]


class KeptByWritePath(models.Model):
    """Fields that ``publishing`` keeps are not written back by an instance that did not change them.

    An editor's form may be open while colleagues publish, pin or end: a plain ``save()`` of the older instance writes
    everything else, and of ``WRITE_PATH_FIELDS`` only what was set on this very instance.
    """

    WRITE_PATH_FIELDS: frozenset[str] = frozenset()

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
        """Take over values of ``WRITE_PATH_FIELDS`` that were written to the row by other means."""
        for name, value in values.items():
            setattr(self, name, value)
        self._remember(values)

    def become(self, row: Any) -> None:
        """Take over everything from another instance of the same row."""
        for column in self._meta.concrete_fields:
            setattr(self, column.attname, getattr(row, column.attname))
        self._remember()

    def _remember(self, fields: Collection[str] | None = None) -> None:
        """Note the stored values of these of ``WRITE_PATH_FIELDS``, or of all. A new dict each time: copies share it."""
        names = self.WRITE_PATH_FIELDS if fields is None else self.WRITE_PATH_FIELDS.intersection(fields)
        known = {name: self.__dict__[name] for name in names if name in self.__dict__}
        self._known = known if fields is None else self.__dict__.get("_known", {}) | known
