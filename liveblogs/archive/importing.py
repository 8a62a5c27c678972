"""Imports an archive into the database, in one transaction and one revision."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from .. import publishing
from ..models import Blog, BlogCredit, Image, Post, PostCredit, PostImage
from ..models.post import new_public_id
from ..pictures import cleaning, files
from .bylines import Bylines
from .exporting import is_same
from .node import limit
from .pictures import Folder
from .reading import read
from .reporting import ArchiveRefused, Problems, Report, no_report, reported
from .story import Entry, Picture, Story
from .writing import fingerprint

type _ImageKey = tuple[str, str, str, tuple[float, float], bool]


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import. If ``is_new`` is false, the archive was imported before and nothing was changed."""

    blog: Blog
    is_new: bool
    notes: list[str]
    pictures: int
    bylines: int
    new_bylines: int


def import_file(
    path: Path, *, slug: str = "", status: str = "", time_zone: str = "", report: Report = no_report
) -> Imported:
    """Import the blog in this file and the pictures next to it.

    ``slug`` and ``status`` override the file's values; ``time_zone`` is used if the file names none. Raises
    ``ArchiveErrors`` when the archive is invalid, ``ArchiveRefused`` when its slug is taken, and ``OSError`` when the
    file cannot be read. In each case neither rows nor pictures are saved.
    """
    with TemporaryDirectory(prefix="newsroom-") as temporary:
        folder = Folder(path.parent, Path(temporary))
        zone = time_zone or settings.TIME_ZONE
        story, problems = read(path, folder, zone=zone, report=report)
        return _Import(story, problems, slug, status, zone, report).run()


class _Import:
    """One import in progress. ``slug`` and ``status`` are the chosen ones, or ""."""

    def __init__(self, story: Story, problems: Problems, slug: str, status: str, zone: str, report: Report) -> None:
        self.story, self.problems, self.status, self.zone, self.report = story, problems, status, zone, report
        self.reason = f"imported from an archive, sha256 {fingerprint(story)}"
        self.is_slug_chosen = bool(slug)
        self.slug = slug or story.slug or _slug_from(story.title)
        self.now = timezone.now()
        self.images: dict[_ImageKey, Image] = {}
        self.posts: list[tuple[Post, Entry]] = []
        self.bylines = Bylines(self.reason)

    def run(self) -> Imported:
        if (existing := self._existing()) is not None:
            return self._result(existing, is_new=False)
        self._check_slug()
        names: list[str] = []
        try:
            self._store_pictures(names)
            with transaction.atomic():
                existing = self._existing()  # another import may have finished meanwhile
                blog = existing or self._save()
            return self._result(blog, is_new=existing is None)
        except IntegrityError as error:
            raise ArchiveRefused(
                _("Something was changed at the same moment. Nothing was imported; try again.")
            ) from error
        finally:
            _delete_unused(names)

    def _result(self, blog: Blog, *, is_new: bool) -> Imported:
        found = self.bylines
        return Imported(blog, is_new, list(self.problems.notes()), len(self.images), found.count, found.new_count)

    # The address

    def _existing(self) -> Blog | None:
        """The blog that this archive was imported as or exported from, or None.

        Raises ``ArchiveRefused`` when a blog with other content has the slug.
        """
        imported = Blog.objects.filter(pk__in=Blog.history.filter(history_change_reason=self.reason).values("id"))
        if self.is_slug_chosen:
            imported = imported.filter(slug=self.slug)
        if found := imported.first():
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

    # Rows

    def _store_pictures(self, names: list[str]) -> None:
        """Store the pictures, before any row is locked. ``names`` gets the name of each file before it is written."""
        unique: dict[_ImageKey, Picture] = {}
        for picture in self.story.pictures():
            unique.setdefault(_image_key(picture), picture)
        for key, picture in reported(unique.items(), len(unique), _("Storing pictures"), self.report):
            texts = {"alt": picture.alt, "caption": picture.caption, "credit": picture.credit}
            focal = {"focal_x": picture.focal[0], "focal_y": picture.focal[1]}
            image = Image.objects.filter(checksum=picture.sha256, **texts, **focal).first()
            if image is None:
                path = Path(picture.path)
                name = cleaning.random_name(path.suffix[1:])
                names.append(name)
                with path.open("rb") as file:
                    default_storage.save(name, File(file))
                files.register(name)
                size = {"width": picture.width, "height": picture.height}
                image = Image(file=name, checksum=picture.sha256, **size, **texts, **focal)
            self.images[key] = image

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
        ends = story.coverage_ends_at
        if self.status == Blog.Status.LIVE and ends is not None and ends <= self.now:
            ends = None  # a live blog has not ended
        return Blog(
            title=story.title,
            slug=self.slug,
            summary=story.summary,
            status=self.status or story.status or Blog.Status.ENDED,
            time_zone=story.time_zone or self.zone,
            cover=self.images[_image_key(story.cover)] if story.cover else None,
            coverage_starts_at=story.coverage_starts_at,
            coverage_ends_at=ends,
            continues=self._continued(),
            published_at=story.published_at,
            updated_at=story.updated_at,
        )

    def _continued(self) -> Blog | None:
        slug = self.story.continues
        found = Blog.objects.filter(slug=slug).first() if slug else None
        if slug and found is None:
            message = _("there is no blog with the address “%(slug)s” here; the link to it is left out")
            self.problems.note("isBasedOn", message % {"slug": slug})
        return found

    def _new_posts(self, blog: Blog) -> Iterator[Post]:
        """The posts, oldest first, so that posts with the same time keep their order."""
        entries = self.story.entries
        for entry in reported(reversed(entries), len(entries), _("Saving posts"), self.report):
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

    def _attach(self, blog: Blog) -> None:
        """Save credits and pictures. Their rows need the ids of the saved posts."""
        blog_credits = [
            BlogCredit(blog=blog, byline=byline, position=position)
            for position, (byline, _place) in enumerate(self.bylines.of(self.story.credits))
        ]
        post_credits = [
            PostCredit(post=post, byline=byline, place=place, position=position)
            for post, entry in self.posts
            for position, (byline, place) in enumerate(self.bylines.of(entry.credits))
        ]
        post_images = [
            self._post_image(post, picture, position)
            for post, entry in self.posts
            for position, picture in enumerate(entry.pictures)
        ]
        BlogCredit.objects.bulk_create(blog_credits)
        PostCredit.objects.bulk_create(post_credits, batch_size=1000)
        PostImage.objects.bulk_create(post_images, batch_size=1000)

    def _post_image(self, post: Post, picture: Picture, position: int) -> PostImage:
        image = self.images[_image_key(picture)]
        caption = picture.caption if picture.caption != image.caption else ""
        return PostImage(post=post, image=image, position=position, caption=caption)


def _delete_unused(names: list[str]) -> None:
    """Delete the stored files that no row refers to, left by a failed import.

    This queries the database because an interruption may come right after the commit. If the query fails, no file is
    deleted.
    """
    for batch in batched(names, 500):
        used = set(Image.objects.filter(file__in=batch).values_list("file", flat=True))
        files.remove(set(batch) - used)


def _slug_from(title: str) -> str:
    slug, longest = slugify(title), limit(Blog, "slug")
    if len(slug) > longest:
        slug = slug[: longest + 1].rpartition("-")[0] or slug[:longest]
    return slug or f"blog-{hashlib.sha256(title.encode()).hexdigest()[:8]}"


def _image_key(picture: Picture) -> _ImageKey:
    """The key of pictures that can share one row of the library.

    A post can override a caption but cannot remove it, so pictures with and without a caption do not share a row.
    """
    return picture.sha256, picture.alt, picture.credit, picture.focal, bool(picture.caption)
