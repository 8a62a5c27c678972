"""Puts the demo's stories into the database. What is there already is recognised and left alone."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from .. import publishing, times
from ..models import Blog, BlogCredit, Byline, Image, Post, PostCredit, PostImage
from .content import DemoByline, Entry, Picture, Story
from .pictures import draw, portrait
from .stories import STORIES

#: How long after its publication a post's correction is dated, and how far ahead the scheduled post stands.
CORRECTED_AFTER = timedelta(minutes=22)
SCHEDULED_AHEAD = timedelta(minutes=2)


def fill(*, by: Any, tell: Callable[[str], None] = lambda line: None) -> list[Blog]:
    """Every story as a blog, in the order of `STORIES`; `by` is the user who made them.

    A story whose slug is taken is not touched, but for a scheduled post that missed its time. Each of the others is
    saved whole or not at all; pictures are drawn before the transaction begins. Twenty seconds on an empty database.
    """
    blogs = []
    for story in STORIES:
        blog = Blog.objects.filter(slug=story.slug).first()
        if blog is None:
            tell(f"Writing “{story.title}”")
            blog = _Filling(story, by).save()
        else:
            _reschedule(blog, story, by)
        blogs.append(blog)
    return blogs


def _reschedule(blog: Blog, story: Story, by: Any) -> None:
    """Give the scheduled post two minutes again, when its time passed while nobody looked."""
    headlines = [entry.headline for entry in story.posts if entry.state == Post.State.SCHEDULED]
    for post in Post.objects.due().filter(blog=blog, headline__in=headlines):
        publishing.schedule(post, timezone.now() + SCHEDULED_AHEAD, by=by)


class _Filling:
    """One story on its way into the database."""

    def __init__(self, story: Story, by: Any) -> None:
        self.story, self.by = story, by
        self.now = timezone.now().replace(microsecond=0)
        self.images: dict[Picture, Image] = {}
        self.bylines: dict[DemoByline, Byline] = {}
        self.written: list[Image] = []

    def save(self) -> Blog:
        pictures = {self.story.cover, *(picture for entry in self.story.posts for picture in entry.images)}
        people = {*self.story.bylines, *(byline for entry in self.story.posts for byline, _ in entry.credits)}
        drawn = {picture: draw(picture.name) for picture in sorted(pictures, key=lambda one: one.name)}
        faces = {one: portrait(one.portrait) for one in people if one.portrait is not None and not _known(one)}
        try:
            with transaction.atomic():
                self.images = {picture: self._image(picture, data) for picture, data in drawn.items()}
                self.bylines = {one: self._byline(one, faces.get(one)) for one in sorted(people, key=lambda b: b.name)}
                return self._blog()
        except BaseException:
            # The rows are gone with the transaction; their files are not.
            for image in self.written:
                image.file.delete(save=False)
            raise

    # Pictures and bylines

    def _image(self, picture: Picture, data: bytes) -> Image:
        words = {"alt": picture.alt, "caption": picture.caption, "credit": picture.credit}
        known = Image.objects.filter(checksum=hashlib.sha256(data).hexdigest(), **words).first()
        return known or self._new_image(picture.name, data, words)

    def _new_image(self, name: str, data: bytes, words: dict[str, str]) -> Image:
        image = Image(file=ContentFile(data, name=f"{name}.jpg"), created_by=self.by, **words)
        image.save()
        self.written.append(image)
        return image

    def _byline(self, one: DemoByline, face: bytes | None) -> Byline:
        known = _known(one)
        if known is not None:
            return known
        portrait_image = None
        if face is not None:
            words = {"alt": f"Portrait of {one.name}, drawn without features", "credit": "Fairlead News graphics"}
            portrait_image = self._new_image("portrait", face, words)
        byline = Byline(
            name=one.name,
            kind=one.kind,
            organisation=one.organisation,
            job_title=one.job_title,
            bio=one.bio,
            portrait=portrait_image,
            created_by=self.by,
        )
        byline.save()
        return byline

    # The blog and its posts

    def _blog(self) -> Blog:
        story = self.story
        blog = Blog(
            title=story.title,
            slug=story.slug,
            summary=story.summary,
            time_zone=story.time_zone,
            cover=self.images[story.cover],
            coverage_starts_at=self._at(story.started),
            coverage_ends_at=self._at(story.ended),
            continues=Blog.objects.filter(slug=story.continues).first() if story.continues else None,
            published_at=self._at(story.started),
            created_by=self.by,
        )
        blog.save()
        BlogCredit.objects.bulk_create(
            BlogCredit(blog=blog, byline=self.bylines[one], position=position)
            for position, one in enumerate(story.bylines)
        )
        entries = sorted(story.posts, key=lambda entry: -entry.minutes_ago)
        posts = [(entry, self._post(blog, entry)) for entry in entries]
        # The posts of the past take the road of scheduled ones, each with its own second as its time.
        publishing.publish_due(blog=blog, at=self.now)
        for entry, post in posts:
            self._finish(entry, post)
        if story.status != Blog.Status.DRAFT:
            publishing.open_blog(blog, by=self.by)
        if story.status == Blog.Status.ENDED:
            publishing.end_blog(blog, by=self.by)
            # It ended when the story says so, not now. Nobody has seen the blog before this transaction is through.
            Blog.objects.filter(pk=blog.pk).update(updated_at=blog.coverage_ends_at)
        blog.refresh_from_db()
        return blog

    def _post(self, blog: Blog, entry: Entry) -> Post:
        at = self.now - timedelta(minutes=entry.minutes_ago)
        was_public = entry.state in (Post.State.PUBLISHED, Post.State.WITHDRAWN)
        post = Post(
            blog=blog,
            headline=entry.headline,
            body=_with_clock_times(entry.body, at, blog),
            label=entry.label,
            is_key_event=entry.key_event,
            correction=entry.correction,
            corrected_at=at + CORRECTED_AFTER if entry.correction else None,
            state=Post.State.SCHEDULED if was_public else Post.State.DRAFT,
            publish_at=at if was_public else None,
            created_by=self.by,
        )
        post.save()
        PostCredit.objects.bulk_create(
            PostCredit(post=post, byline=self.bylines[one], place=place, position=position)
            for position, (one, place) in enumerate(entry.credits)
        )
        PostImage.objects.bulk_create(
            PostImage(post=post, image=self.images[picture], position=position)
            for position, picture in enumerate(entry.images)
        )
        return post

    def _finish(self, entry: Entry, post: Post) -> None:
        """What comes after the first publication, or instead of it."""
        post.refresh_from_db()
        if entry.pinned:
            publishing.pin(post, by=self.by)
        if entry.state == Post.State.WITHDRAWN:
            publishing.withdraw(post, by=self.by, reason="could not be confirmed")
        elif entry.state == Post.State.SUBMITTED:
            publishing.submit(post, by=self.by)
        elif entry.state == Post.State.SCHEDULED:
            publishing.schedule(post, timezone.now() + SCHEDULED_AHEAD, by=self.by)

    def _at(self, minutes_ago: int | None) -> datetime | None:
        return None if minutes_ago is None else self.now - timedelta(minutes=minutes_ago)


def _known(one: DemoByline) -> Byline | None:
    return Byline.objects.filter(name__iexact=one.name, organisation__iexact=one.organisation).first()


def _with_clock_times(html: str, at: datetime, blog: Blog) -> str:
    """`{+90}` becomes the time ninety minutes later, to the next ten minutes, without the zone's name."""

    def clock(found: re.Match[str]) -> str:
        moment = at + timedelta(minutes=int(found[1]))
        moment += timedelta(minutes=-moment.minute % 10)
        zone = blog.zone
        return times.clock(moment, zone).removesuffix(f" {times.zone_name(zone, moment)}")

    return re.sub(r"\{([+-]\d+)\}", clock, html)
