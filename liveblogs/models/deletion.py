"""Rows that readers have seen are not deleted, whichever way they are deleted."""

from typing import Any

from django.db import models, transaction
from django.db.models import ProtectedError

from .editing import EditableQuerySet


class Protected(models.Model):
    """A row that is deleted only while ``is_deletable``, as it is stored; otherwise ``ProtectedError``."""

    #: The message of that error.
    NOT_DELETABLE: Any = ""

    class Meta:
        abstract = True

    @property
    def is_deletable(self) -> bool:
        raise NotImplementedError

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            _lock_deletable(type(self)._base_manager.filter(pk=self.pk))
            return super().delete(*args, **kwargs)


class ProtectedQuerySet[Row: Protected](EditableQuerySet[Row]):
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete all of these rows, or none if one of them is protected. One more query."""
        with transaction.atomic():
            pks = _lock_deletable(self.model._base_manager.filter(pk__in=self.order_by().values("pk")))
            return super(ProtectedQuerySet, self.filter(pk__in=pks)).delete()

    # As on Django's own: not for templates, and not on the manager, where it would mean all rows.
    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


def _lock_deletable(rows: models.QuerySet) -> list[Any]:
    """Lock these rows, so that none is published before it is deleted. Returns their primary keys."""
    locked = list(rows.select_for_update().order_by("pk"))
    if protected := {row for row in locked if not row.is_deletable}:
        raise ProtectedError(str(rows.model.NOT_DELETABLE), protected)
    return [row.pk for row in locked]
