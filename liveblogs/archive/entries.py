"""Converts a `BlogPosting` into an entry of a story."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from ..models import Post
from ..models.post import is_public_id
from . import people, pictures
from .node import Node, limit
from .pictures import Folder
from .reporting import shown
from .story import KEY_EVENT, PINNED, Entry

#: Accepted schema.org types of a post. A post without a type is accepted too.
TYPES = frozenset({
    "Article", "BlogPosting", "CreativeWork", "NewsArticle", "ReportageNewsArticle", "SocialMediaPosting",
})  # fmt: skip
#: The rank of a pinned post whose ``position`` is missing or invalid.
LAST = 1_000_000


class Entries:
    """Reads the posts of one file. ``title`` is the blog's title, the last fallback for alt text."""

    def __init__(self, folder: Folder, zone: ZoneInfo, now: datetime, title: str) -> None:
        self.folder, self.zone, self.now, self.title = folder, zone, now, title
        self.identifiers: set[str] = set()

    def read(self, node: Node) -> Entry | None:
        """The entry, or None when the post has errors or no content that can be imported."""
        errors_before = node.problems.error_count
        if not isinstance(node.value, dict):
            node.unexpected(_("an object"))
            return None
        _check_type(node)
        headline = node.child("headline").line(limit(Post, "headline"))
        text = node.child("text")
        body = node.child("articleBody").paragraphs() if text.is_blank else text.html()
        shown_pictures = pictures.read(node.child("image"), self.folder, headline or self.title)
        published, updated = self._times(node)
        label = node.child("genre").name(limit(Post, "label"))
        credited = people.with_places(people.read_credits(node.child("author")), node.child("locationCreated"))
        keywords = _keywords(node.child("keywords"))
        pin = _pin(node.child("position")) if PINNED in keywords else 0
        correction, corrected_at = self._correction(node.child("correction"))
        identifier = self._identifier(node.child("identifier"))
        if node.problems.error_count > errors_before or published is None:
            return None
        if not (headline or body or shown_pictures):
            _report_empty(node)
            return None
        return Entry(
            identifier=identifier,
            headline=headline,
            body=body,
            label=label,
            published_at=published,
            updated_at=updated or published,
            credits=credited,
            pictures=tuple(shown_pictures),
            is_key_event=KEY_EVENT in keywords,
            pin=pin,
            correction=correction,
            corrected_at=corrected_at,
        )

    def _times(self, node: Node) -> tuple[datetime | None, datetime | None]:
        first, last = node.child("datePublished"), node.child("dateModified")
        published = first.moment(self.zone, latest=self.now)
        updated = last.moment(self.zone, latest=self.now)
        if first.is_blank:
            first.error(_("missing: a post needs the time when it was published"))
        if published and updated and updated < published:
            last.note(_("before datePublished; the post counts as unchanged since then"))
            updated = published
        return published, updated

    def _identifier(self, node: Node) -> str:
        """The post's public id, or "" when it is missing, invalid or already used in this file."""
        value = next((each.value for each in node.items()), None)
        if isinstance(value, dict):
            value = value.get("value")
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None or value == "":
            return ""
        if not isinstance(value, str) or not is_public_id(value):
            node.note(_("cannot be the address of a post here; it gets a new one"))
            return ""
        if value in self.identifiers:
            node.note(_("another post has it already; this one gets a new one"))
            return ""
        self.identifiers.add(value)
        return value

    def _correction(self, node: Node) -> tuple[str, datetime | None]:
        """The correction and its time. Several corrections become paragraphs of one, with the latest time."""
        texts: list[str] = []
        corrected: list[datetime] = []
        longest = limit(Post, "correction")
        for each in node.items():
            texts.append(each.child_or_self("text").plain(longest))
            if at := each.child("datePublished").moment(self.zone, latest=self.now):
                corrected.append(at)
        text = "\n\n".join(text for text in texts if text)
        if len(texts) > 1:
            node.within(text, longest)
        return text, max(corrected, default=None) if text else None


def _check_type(node: Node) -> None:
    types = node.types()
    if types and not types & TYPES:
        node.child("@type").error(
            _("expected BlogPosting, found %(found)s") % {"found": shown(", ".join(sorted(types)))}
        )


def _keywords(node: Node) -> set[str]:
    """The keywords in lower case, from a list or from comma-separated text."""
    words: set[str] = set()
    for each in node.items():
        words.update(word.strip().lower() for word in each.child_or_self("name").text().split(","))
    return words


def _pin(node: Node) -> int:
    """The rank among the pinned posts, from 1."""
    rank = node.value
    return rank if isinstance(rank, int) and 0 < rank < LAST else LAST


def _report_empty(node: Node) -> None:
    """Report an error, or only a note if the post has content that cannot be imported, such as an embedded frame."""
    texts = [node.child(name) for name in ("headline", "text", "articleBody")]
    if all(text.is_blank for text in texts) and not node.child("image").items():
        node.error(_("no headline, no text and no picture: a post needs one of them"))
    else:
        node.note(_("nothing of this post can be shown; it is left out"))
