"""What a change did: to rows, to the history, and who was told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from liveblogs import publishing


def columns(row: Model) -> dict[str, Any]:
    """The row as the database has it."""
    stored = type(row)._base_manager.get(pk=row.pk)
    return {column.attname: getattr(stored, column.attname) for column in stored._meta.concrete_fields}


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What has another value now, and which."""
    return {name: value for name, value in after.items() if before[name] != value}


def history_entries(row: Any) -> list[tuple[str, Any]]:
    """The history of a row, oldest first: why, and who."""
    return list(row.history.order_by("history_id").values_list("history_change_reason", "history_user__username"))


@dataclass
class News:
    """Signals of the write path after a commit: of every change, and of those that readers see."""

    committed: list[str] = field(default_factory=list)
    changed: list[tuple[str, int, list[str]]] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[News]:
    news = News()

    def on_committed(slug: str, **_signal: Any) -> None:
        news.committed.append(slug)

    def on_changed(slug: str, revision: int, post_ids: list[str], **_signal: Any) -> None:
        news.changed.append((slug, revision, post_ids))

    publishing.committed.connect(on_committed)
    publishing.changed.connect(on_changed)
    try:
        yield news
    finally:
        publishing.committed.disconnect(on_committed)
        publishing.changed.disconnect(on_changed)
