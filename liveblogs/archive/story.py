"""A live blog as an archive tells it: what readers see, and nothing of how it is kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

#: Where a picture's focal point lies when nobody has chosen one.
CENTRE = (0.5, 0.5)

# Words of ours in the file
KEY_EVENT = "key event"
PINNED = "pinned"
FOCAL_POINT = "focal point"


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody credited. ``organisation`` is None where the file has a bare name: any byline of that name will do."""

    name: str
    organisation: str | None
    kind: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its words. ``path`` is where its bytes are found: in the archive's folder, or in the storage."""

    path: str = field(compare=False)
    sha256: str
    alt: str
    caption: str
    credit: str
    focal: tuple[float, float] = CENTRE


@dataclass(frozen=True, slots=True)
class Entry:
    """One post. ``pin`` is its rank among the pinned ones, from 1; 0 is not pinned."""

    identifier: str
    headline: str
    body: str
    label: str
    published_at: datetime
    updated_at: datetime
    credits: tuple[Credit, ...] = ()
    pictures: tuple[Picture, ...] = ()
    is_key_event: bool = False
    pin: int = 0
    correction: str = ""
    corrected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One blog. ``slug``, ``status`` and ``time_zone`` are empty where the file does not tell; newest entry first."""

    slug: str
    title: str
    summary: str
    status: str
    time_zone: str
    published_at: datetime
    updated_at: datetime
    credits: tuple[Credit, ...] = ()
    cover: Picture | None = None
    coverage_starts_at: datetime | None = None
    coverage_ends_at: datetime | None = None
    continues: str = ""
    entries: tuple[Entry, ...] = ()

    def pictures(self) -> Iterator[Picture]:
        """The cover, and every picture of every entry, in the order of the file."""
        if self.cover:
            yield self.cover
        for entry in self.entries:
            yield from entry.pictures

    def credited(self) -> Iterator[Credit]:
        """Every credit of the blog and of every entry."""
        yield from self.credits
        for entry in self.entries:
            yield from entry.credits
