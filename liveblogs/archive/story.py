"""The public content of a live blog, independent of both the file format and the database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

#: The default focal point of a picture.
CENTRE = (0.5, 0.5)

# Values in the file that are specific to Newsroom
KEY_EVENT = "key event"
PINNED = "pinned"
FOCAL_POINT = "focal point"


@dataclass(frozen=True, slots=True)
class Credit:
    """One credit. ``organisation`` is None if the file has only a name, which then matches any byline of that name."""

    name: str
    organisation: str | None
    kind: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its texts. ``path`` leads to its cleaned file (import) or is its name in the storage (export).

    ``sha256`` is the checksum of the file from which it was cleaned. Pictures are compared by their texts alone.
    """

    path: str = field(compare=False)
    sha256: str = field(compare=False)
    width: int = field(compare=False)
    height: int = field(compare=False)
    alt: str
    caption: str
    credit: str
    focal: tuple[float, float] = CENTRE


@dataclass(frozen=True, slots=True)
class Entry:
    """One post. ``pin`` is its rank among the pinned posts, from 1; 0 means not pinned."""

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
    """One blog, with its entries newest first. ``slug``, ``status`` and ``time_zone`` are "" if not in the file."""

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
        """The cover and the pictures of all entries, in the order of the file."""
        if self.cover:
            yield self.cover
        for entry in self.entries:
            yield from entry.pictures

    def credited(self) -> Iterator[Credit]:
        """The credits of the blog and of all entries."""
        yield from self.credits
        for entry in self.entries:
            yield from entry.credits
