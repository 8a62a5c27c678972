"""Loads the stories with the archive importer. Stories that were loaded before are not changed."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from .. import publishing, tasks
from ..archive import import_file
from ..models import Blog, Byline, Image, Post, PostCredit, PostImage
from ..pictures import files
from .shifting import WRITTEN_AT, last_time, shift
from .users import lock

FOLDER = Path(__file__).parent
BYLINES: list[dict[str, Any]] = json.loads((FOLDER / "bylines.json").read_text("utf-8"))
#: A story comes after the one that it continues.
STORIES = ("wayfinder-2-launch", "storm-perrin-first-day", "hallorin-flood", "estmere-election")
SCHEDULED_AHEAD = timedelta(minutes=2)  # from loading until the scheduled post is due


def load(users: Mapping[str, Any], report: Callable[[str], None] = lambda line: None) -> list[Blog]:
    """One blog for each story, in the order of ``STORIES``. ``users`` are the demo's own, by name.

    A story that was loaded before is not touched, except for a scheduled post that missed its time. Each of the others
    is saved whole or not at all. Takes half a minute of one core on an empty database, most of it for renditions.
    """
    blogs: dict[str, Blog] = {}
    for slug in STORIES:
        story = _Story(slug, blogs, users)
        with transaction.atomic(), files.remove_on_error():
            lock()
            blogs[slug] = story.existing() or story.load(report)
    shown = Q(uses__post__blog__in=blogs.values()) | Q(portrait_of__isnull=False)
    with ThreadPoolExecutor() as pool:  # Pillow releases the GIL while it works
        list(pool.map(_make_renditions, Image.objects.filter(shown).distinct().values_list("pk", flat=True)))
    return [*blogs.values()]


def _make_renditions(pk: int) -> None:
    try:
        tasks.make_renditions.func(pk)
    finally:
        connection.close()


class _Story:
    """One story, moved to today. ``earlier`` are the blogs that the stories before it became."""

    def __init__(self, slug: str, earlier: Mapping[str, Blog], users: Mapping[str, Any]) -> None:
        self.slug, self.users, self.admin = slug, users, users.get("admin")
        self.folder, self.reason = FOLDER / "stories" / slug, f"demo: {slug}"
        text, desk = ((self.folder / name).read_text("utf-8") for name in ("archive.json", "desk.json"))
        for name, blog in earlier.items():  # their slugs differ if the original ones were taken
            text = text.replace(name, blog.slug)
        archive, now = json.loads(text), timezone.now().replace(microsecond=0)
        zone, written = ZoneInfo(archive["scheduleTimezone"]), WRITTEN_AT
        if json.loads(desk).get("keeps_clock"):
            written = datetime.fromisoformat(archive["coverageEndTime"])
            now = last_time(written.astimezone(zone).time(), zone, now)
        self.archive = shift(text, now - written, zone)
        self.desk = json.loads(shift(desk, now - written, zone))
        self.title, self.status = archive["headline"], archive["creativeWorkStatus"]

    def existing(self) -> Blog | None:
        """The blog that this story became, even if its slug and title have changed, or None.

        A scheduled post of the story that missed its time is scheduled again.
        """
        loaded = Blog.history.filter(history_change_reason=self.reason)
        blog = Blog.objects.filter(pk__in=loaded.values("id")).first()
        headlines = [data["headline"] for data in self.desk["posts"] if data["state"] == Post.State.SCHEDULED]
        for post in Post.objects.due().filter(blog=blog, headline__in=headlines):
            publishing.schedule(post, timezone.now() + SCHEDULED_AHEAD, by=self.admin)
        return blog

    def load(self, report: Callable[[str], None]) -> Blog:
        report(f"Loading “{self.title}”")
        bylines = {data["name"]: self._byline(data) for data in BYLINES}
        with TemporaryDirectory(prefix="newsroom-") as folder:
            shutil.copytree(self.folder, folder, dirs_exist_ok=True)
            path = Path(folder, "archive.json")
            path.write_text(self.archive, "utf-8")
            blog = import_file(path, slug=self._free_slug(), status=self.status).blog
        self._assign(blog)
        for data in self.desk["posts"]:
            self._add_post(blog, data, bylines)
        return blog

    def _byline(self, data: dict[str, Any]) -> Byline:
        """The existing byline of this name, or a new one, linked to the user that it names."""
        texts = {name: data.get(name, "") for name in ("name", "kind", "organisation", "job_title", "bio")}
        existing = Byline.objects.filter(
            name__iexact=texts["name"], organisation__iexact=texts["organisation"]
        ).first()
        if existing is not None:
            return existing
        portrait = self._image(FOLDER, data["portrait"]) if "portrait" in data else None
        user = self.users.get(data.get("user", ""))
        user = None if hasattr(user, "byline") else user
        return Byline.objects.create(**texts, portrait=portrait, user=user, created_by=self.admin)

    def _image(self, folder: Path, data: dict[str, str]) -> Image:
        """The library's picture with this file and these texts, added if it is missing. It may lack renditions."""
        content = (folder / data["file"]).read_bytes()
        texts = {name: data.get(name, "") for name in ("alt", "caption", "credit")}
        existing = Image.objects.filter(checksum=hashlib.sha256(content).hexdigest(), **texts).first()
        new = Image(file=ContentFile(content, name=data["file"]), **texts, created_by=self.admin)
        return existing or bulk_create_with_history([new], Image, default_user=self.admin)[0]

    def _free_slug(self) -> str:
        """The story's slug, with a number where another blog has it."""
        slugs = chain([self.slug], (f"{self.slug}-{number}" for number in count(2)))
        return next(slug for slug in slugs if not Blog.objects.filter(slug=slug).exists())

    def _assign(self, blog: Blog) -> None:
        """Set what the importer does not: the blog's staff, who created what, and how the blog is recognized."""
        Blog.history.filter(id=blog.pk).update(history_change_reason=self.reason, history_user=self.admin)
        opened = {} if blog.is_visible else {"published_at": None, "updated_at": None}
        Blog.objects.filter(pk=blog.pk).update(created_by=self.admin, **opened)
        blog.refresh_from_db()
        blog.staff.set(self.users[name] for name in self.desk["staff"] if name in self.users)
        for post in blog.posts.prefetch_related("credits__byline__user"):
            author = post.credits.all()[0].byline.user or self.admin
            Post.objects.filter(pk=post.pk).update(created_at=post.published_at, created_by=author)

    def _add_post(self, blog: Blog, data: dict[str, Any], bylines: Mapping[str, Byline]) -> None:
        """Add a post that readers don't see: a draft, submitted, scheduled or withdrawn."""
        at = datetime.fromisoformat(data["time"])
        author = bylines[next(iter(data["credits"]))].user or self.admin
        texts = {name: data.get(name, "") for name in ("headline", "body", "label", "notes")}
        post = Post(blog=blog, created_by=author, **texts)
        if data["state"] == Post.State.WITHDRAWN:
            post.state, post.published_at, post.updated_at = data["state"], at, at
        post.save()
        for position, (name, place) in enumerate(data["credits"].items()):
            PostCredit.objects.create(post=post, byline=bylines[name], place=place, position=position)
        for position, picture in enumerate(data.get("images", [])):
            PostImage.objects.create(post=post, image=self._image(self.folder, picture), position=position)
        if data["state"] == Post.State.SUBMITTED:
            publishing.submit(post, by=author)
        elif data["state"] == Post.State.SCHEDULED:
            publishing.schedule(post, timezone.now() + SCHEDULED_AHEAD, by=self.admin)
        Post.objects.filter(pk=post.pk).update(created_at=at)
