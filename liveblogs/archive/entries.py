"""From a `BlogPosting` to an entry of a story."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from ..models import Post
from ..models.post import is_public_id
from . import people, pictures
from .faults import shown
from .node import Node, limit
from .pictures import Folder
from .story import KEY_EVENT, PINNED, Entry

#: Types of schema.org that a post can have, besides none.
TYPES = frozenset({
    "Article", "BlogPosting", "CreativeWork", "NewsArticle", "ReportageNewsArticle", "SocialMediaPosting",
})  # fmt: skip
#: The rank of a pinned post that the file gives no place among the pinned ones.
LAST = 1_000_000


class Entries:
    """Reads one post after the other. ``title`` is the blog's, for a picture that nothing else describes."""

    def __init__(self, folder: Folder, zone: ZoneInfo, now: datetime, title: str) -> None:
        self.folder, self.zone, self.now, self.title = folder, zone, now, title
        self.identifiers: set[str] = set()

    def read(self, node: Node) -> Entry | None:
        """None when there are faults, or when nothing of the post can be shown."""
        faults = node.findings.fault_count
        if not node.is_object():
            return None
        _check_type(node)
        headline = node.child("headline").line(limit(Post, "headline"))
        body = _body(node)
        shown_pictures = pictures.read(node.child("image"), self.folder, headline or self.title)
        published, updated = self._times(node)
        label = node.child("genre").name(limit(Post, "label"))
        credited = people.with_places(people.read_credits(node.child("author")), node.child("locationCreated"))
        keywords = _keywords(node.child("keywords"))
        pin = _pin(node.child("position")) if PINNED in keywords else 0
        correction, corrected_at = self._correction(node.child("correction"))
        identifier = self._identifier(node.child("identifier"))
        if node.findings.fault_count > faults or published is None:
            return None
        if not (headline or body or shown_pictures):
            _tell_empty(node)
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
            first.fault(_("missing: a post needs the time when it was published"))
        if published and updated and updated < published:
            last.note(_("before datePublished; the post counts as unchanged since then"))
            updated = published
        return published, updated

    def _identifier(self, node: Node) -> str:
        """The post's address, when it can be one and no other post of the file has it."""
        told = next((each.value for each in node.few()), None)
        if isinstance(told, dict):
            told = told.get("value")
        if isinstance(told, int) and not isinstance(told, bool):
            told = str(told)
        if told is None or told == "":
            return ""
        if not isinstance(told, str) or not is_public_id(told):
            node.note(_("cannot be the address of a post here; it gets a new one"))
            return ""
        if told in self.identifiers:
            node.note(_("another post has it already; this one gets a new one"))
            return ""
        self.identifiers.add(told)
        return told

    def _correction(self, node: Node) -> tuple[str, datetime | None]:
        """The public note: several become paragraphs of one, with the latest time."""
        texts: list[str] = []
        corrected: list[datetime] = []
        longest = limit(Post, "correction")
        for each in node.few():
            is_object = isinstance(each.value, dict) and "@value" not in each.value
            texts.append((each.child("text") if is_object else each).plain(longest))
            if at := each.child("datePublished").moment(self.zone, latest=self.now):
                corrected.append(at)
        text = "\n\n".join(text for text in texts if text)
        if len(texts) > 1:
            node.within(text, longest)
        return text, max(corrected, default=None) if text else None


def _check_type(node: Node) -> None:
    types = node.types()
    if types and not types & TYPES:
        told = node.child("@type")
        told.fault(_("expected BlogPosting, found %(found)s") % {"found": shown(", ".join(sorted(types)))})


def _body(node: Node) -> str:
    text = node.child("text")
    return node.child("articleBody").paragraphs() if text.is_blank else text.html()


def _keywords(node: Node) -> set[str]:
    """The words in lower case: of a list, or of a text with commas."""
    words: set[str] = set()
    for each in node.few():
        term = each.child("name") if isinstance(each.value, dict) and "@value" not in each.value else each
        words.update(word.strip().lower() for word in term.text().split(","))
    return words


def _pin(node: Node) -> int:
    """The rank among the pinned posts."""
    rank = node.value
    return rank if isinstance(rank, int) and 0 < rank < LAST else LAST


def _tell_empty(node: Node) -> None:
    """A fault, unless the file has something there that cannot be shown: an embedded frame, a picture on the web."""
    if (
        all(node.child(name).is_blank for name in ("headline", "text", "articleBody"))
        and not node.child("image").items()
    ):
        node.fault(_("no headline, no text and no picture: a post needs one of them"))
    else:
        node.note(_("nothing of this post can be shown; it is left out"))
