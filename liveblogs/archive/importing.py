"""Imports an archive into the database, in one transaction and one revision."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from .. import publishing
from ..models import Blog, BlogCredit, Image, Post, PostCredit, PostImage
from ..models.post import new_public_id
from ..pictures import cleaning, files
from .comparing import fingerprint, is_same
from .exporting import storage
from .faults import ArchiveRefused, Findings
from .names import Bylines
from .node import limit
from .pictures import Folder
from .reading import Tell, read
from .story import Entry, Picture, Story

#: Progress is reported once for this many posts saved.
STEP = 100

type _Look = tuple[str, str, str, tuple[float, float], bool]


@dataclass(frozen=True, slots=True)
class Options:
    """Overrides of the file's values. An empty value keeps the one in the file."""

    slug: str = ""
    status: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import. If ``is_new`` is false, the archive was imported before and nothing was changed."""

    blog: Blog
    is_new: bool
    notes: list[str]
    pictures: int = 0
    bylines: int = 0
    new_bylines: int = 0


def import_file(path: Path, options: Options = Options(), *, tell: Tell = lambda what, done, total: None) -> Imported:
    """Import the blog in this file and the pictures next to it.

    Raises ``ArchiveFaults`` when the archive is invalid, ``ArchiveRefused`` when its slug is taken, and ``OSError``
    when the file cannot be read. In each case neither rows nor pictures are saved.
    """
    with TemporaryDirectory(prefix="newsroom-") as aside:
        folder = Folder(path.parent, Path(aside))
        story, findings = read(path, folder, zone=options.time_zone or settings.TIME_ZONE, tell=tell)
        return _Import(story, folder, findings, options, tell).run()


class _Import:
    """One import in progress."""

    def __init__(self, story: Story, folder: Folder, findings: Findings, options: Options, tell: Tell) -> None:
        self.story, self.folder, self.findings, self.options, self.tell = story, folder, findings, options, tell
        self.reason = f"imported from an archive, sha256 {fingerprint(story)}"
        self.slug = options.slug or story.slug or _slug_from(story.title)
        self.now = timezone.now()
        self.images: dict[_Look, Image] = {}
        self.posts: list[tuple[Post, Entry]] = []
        self.bylines = Bylines(self.reason)

    def run(self) -> Imported:
        if (existing := self._existing()) is not None:
            return self._result(existing, is_new=False)
        self._check_slug()
        with self._stored_pictures(), _told_conflicts(), transaction.atomic():
            if (existing := self._existing()) is not None:  # another import may have finished meanwhile
                return self._result(existing, is_new=False)
            return self._result(self._save(), is_new=True)

    def _result(self, blog: Blog, *, is_new: bool) -> Imported:
        found = self.bylines
        return Imported(blog, is_new, list(self.findings.notes()), len(self.images), found.count, found.new_count)

    # The address

    def _existing(self) -> Blog | None:
        """The blog that this archive was imported as or exported from, or None.

        Raises ``ArchiveRefused`` when a blog with other content has the slug.
        """
        marked = Blog.objects.filter(pk__in=Blog.history.filter(history_change_reason=self.reason).values("id"))
        if self.options.slug:
            marked = marked.filter(slug=self.slug)
        if found := marked.first():
            return found
        existing = Blog.objects.filter(slug=self.slug).first()
        if existing is None or is_same(self.story, existing):
            return existing
        raise ArchiveRefused(
            _(
                "There is a blog with the address “%(slug)s” already, and it is not the same as this archive. Nothing "
                "was imported. Choose another address (--slug)."
            )
            % {"slug": self.slug}
        )

    def _check_slug(self) -> None:
        try:
            Blog._meta.get_field("slug").run_validators(self.slug)
        except ValidationError as error:
            reasons = " ".join(error.messages)
            raise ArchiveRefused(
                _("“%(slug)s” cannot be the address of a blog: %(reasons)s (Give another one with --slug.)")
                % {"slug": self.slug, "reasons": reasons}
            ) from error

    # Pictures

    @contextmanager
    def _stored_pictures(self) -> Iterator[None]:
        """Store the pictures before any row is locked, and delete them again if the block fails."""
        names: list[str] = []
        try:
            self._store_pictures(names)
            yield
        finally:
            _delete_unused(names)

    def _store_pictures(self, names: list[str]) -> None:
        wanted: dict[_Look, Picture] = {}
        for picture in self.story.pictures():
            wanted.setdefault(_look(picture), picture)
        for number, (look, picture) in enumerate(wanted.items()):
            self.tell(_("Storing pictures"), number, len(wanted))
            words = {"alt": picture.alt, "caption": picture.caption, "credit": picture.credit}
            focal = {"focal_x": picture.focal[0], "focal_y": picture.focal[1]}
            image = Image.objects.filter(checksum=picture.sha256, **words, **focal).first()
            if image is None:
                cleaned = self.folder.by_content(picture.sha256)
                name = cleaning.random_name(cleaned.kept.suffix[1:])
                names.append(name)  # before the write, so that a partial file is deleted too
                with cleaned.kept.open("rb") as file:
                    stored = storage().save(name, File(file))
                names[-1] = stored
                files.stored(stored)
                size = {"width": cleaned.width, "height": cleaned.height}
                image = Image(file=stored, checksum=picture.sha256, **size, **words, **focal)
            self.images[look] = image
        self.tell(_("Storing pictures"), len(wanted), len(wanted))

    # Rows

    def _save(self) -> Blog:
        new = [image for image in self.images.values() if image.pk is None]
        bulk_create_with_history(new, Image, default_change_reason=self.reason)
        self.bylines.find(self.story.credited())
        blog = self._blog()
        with publishing.importing(blog, self._new_posts(blog), reason=self.reason):
            self._attach(blog)
        blog.refresh_from_db()
        return blog

    def _blog(self) -> Blog:
        story = self.story
        status = self.options.status or story.status or Blog.Status.ENDED
        ends = story.coverage_ends_at
        if self.options.status == Blog.Status.LIVE and ends is not None and ends <= self.now:
            ends = None  # a live blog has not ended
        return Blog(
            title=story.title,
            slug=self.slug,
            summary=story.summary,
            status=status,
            time_zone=story.time_zone or self.options.time_zone or settings.TIME_ZONE,
            cover=self.images[_look(story.cover)] if story.cover else None,
            coverage_starts_at=story.coverage_starts_at,
            coverage_ends_at=ends,
            continues=self._continued(),
            published_at=story.published_at,
            updated_at=story.updated_at,
        )

    def _continued(self) -> Blog | None:
        if not self.story.continues:
            return None
        found = Blog.objects.filter(slug=self.story.continues).first()
        if found is None:
            message = _("there is no blog with the address “%(slug)s” here; the link to it is left out")
            self.findings.note("isBasedOn", message % {"slug": self.story.continues})
        return found

    def _new_posts(self, blog: Blog) -> Iterator[Post]:
        """The posts, oldest first, so that posts with the same time keep their order."""
        total = len(self.story.entries)
        for number, entry in enumerate(reversed(self.story.entries)):
            if number % STEP == 0:
                self.tell(_("Saving posts"), number, total)
            post = Post(
                blog=blog,
                public_id=entry.identifier or new_public_id(),
                headline=entry.headline,
                body=entry.body,
                label=entry.label,
                state=Post.State.PUBLISHED,
                published_at=entry.published_at,
                updated_at=entry.updated_at,
                pinned_at=self.now - timedelta(microseconds=entry.pin) if entry.pin else None,
                is_key_event=entry.is_key_event,
                correction=entry.correction,
                corrected_at=entry.corrected_at,
            )
            self.posts.append((post, entry))
            yield post
        self.tell(_("Saving posts"), total, total)

    def _attach(self, blog: Blog) -> None:
        """Save credits and pictures. Their rows need the ids of the saved posts."""
        BlogCredit.objects.bulk_create(
            BlogCredit(blog=blog, byline=byline, position=position)
            for position, (byline, _place) in enumerate(self.bylines.of(self.story.credits))
        )
        PostCredit.objects.bulk_create(
            (
                PostCredit(post=post, byline=byline, place=place, position=position)
                for post, entry in self.posts
                for position, (byline, place) in enumerate(self.bylines.of(entry.credits))
            ),
            batch_size=1000,
        )
        PostImage.objects.bulk_create(
            (
                self._post_image(post, picture, position)
                for post, entry in self.posts
                for position, picture in enumerate(entry.pictures)
            ),
            batch_size=1000,
        )

    def _post_image(self, post: Post, picture: Picture, position: int) -> PostImage:
        image = self.images[_look(picture)]
        caption = picture.caption if picture.caption != image.caption else ""
        return PostImage(post=post, image=image, position=position, caption=caption)


@contextmanager
def _told_conflicts() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise ArchiveRefused(
            _("Something was changed at the same moment. Nothing was imported; try again.")
        ) from error


def _delete_unused(names: list[str]) -> None:
    """Delete the stored files that no row refers to, left by a failed import.

    This queries the database because an interruption may come right after the commit. If the query fails, no file is
    deleted.
    """
    for part in batched(names, 500):
        used = set(Image.objects.filter(file__in=part).values_list("file", flat=True))
        for name in set(part) - used:
            storage().delete(name)


def _slug_from(title: str) -> str:
    slug, longest = slugify(title), limit(Blog, "slug")
    if len(slug) > longest:
        slug = slug[: longest + 1].rpartition("-")[0] or slug[:longest]
    return slug or f"blog-{hashlib.sha256(title.encode()).hexdigest()[:8]}"


def _look(picture: Picture) -> _Look:
    """The key of pictures that can share one row of the library.

    A post can override a caption but cannot remove it, so pictures with and without a caption do not share a row.
    """
    return picture.sha256, picture.alt, picture.credit, picture.focal, bool(picture.caption)
