"""Puts the demo's stories into the database. What is there already is recognised and left alone."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, overload
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .. import publishing
from ..models import Blog, BlogCredit, Byline, Image, Post, PostCredit, PostImage
from ..pictures import files
from ..text import times
from .content import DemoByline, Entry, Picture, Story
from .stories import STORIES
from .studio import Developed, Subject, develop, develop_all
from .turns import take_turns

#: How long after its publication a post's correction is dated, and how far ahead the scheduled post stands.
CORRECTED_AFTER = timedelta(minutes=22)
SCHEDULED_AHEAD = timedelta(minutes=2)


def fill(
    *,
    users: Mapping[str, Any],
    authors: Mapping[DemoByline, str],
    tell: Callable[[str], None] = lambda line: None,
) -> list[Blog]:
    """Every story as a blog, in the order of `STORIES`.

    `users` are the demo's own by name, `authors` says which of them writes under which byline; the rest is written by
    `admin`. A story that was filled before is not touched, but for a scheduled post that missed its time. Each of the
    others is saved whole or not at all, with its pictures drawn and stored before the transaction begins. Forty
    seconds of a core on an empty database, almost all of them for pictures.
    """
    waiting = [story for story in STORIES if not filled(story).exists()]
    developed: dict[Subject, Developed] = {}
    if waiting:
        subjects = _subjects(waiting)
        tell(f"Drawing {len(subjects)} pictures")
        developed = develop_all(subjects)
    blogs = []
    for story in STORIES:
        if story in waiting:
            tell(f"Writing “{story.title}”")
            blog = _Filling(story, users, authors, developed).save()
        else:
            blog = filled(story).get()
            _reschedule(blog, story, users.get("admin"))
        blogs.append(blog)
    return blogs


def filled(story: Story) -> QuerySet[Blog]:
    """The blog that was made of the story, whatever its address and title are now; nothing of other people's."""
    made = Blog.history.filter(history_type="+", history_change_reason=_mark(story))
    return Blog.objects.filter(pk__in=made.values("id"))


def _mark(story: Story) -> str:
    return f"demo: {story.slug}"


def _reschedule(blog: Blog, story: Story, by: Any) -> None:
    """Give the scheduled post two minutes again, when its time passed while nobody looked."""
    headlines = [entry.headline for entry in story.posts if entry.state == Post.State.SCHEDULED]
    for post in Post.objects.due().filter(blog=blog, headline__in=headlines):
        publishing.schedule(post, timezone.now() + SCHEDULED_AHEAD, by=by)


def _pictures(story: Story) -> set[Picture]:
    return {story.cover, *(picture for entry in story.posts for picture in entry.images)}


def _people(story: Story) -> list[DemoByline]:
    """By name, so that the rows have the same order each time."""
    people = {*story.bylines, *(byline for entry in story.posts for byline, _ in entry.credits)}
    return sorted(people, key=lambda one: one.name)


def _subjects(stories: list[Story]) -> list[Subject]:
    """What has to be drawn for these stories, each picture once."""
    names = {picture.name for story in stories for picture in _pictures(story)}
    people = {one for story in stories for one in _people(story) if not _known(one)}
    return [*sorted(names), *sorted(one.portrait for one in people if one.portrait is not None)]


class _Filling:
    """One story on its way into the database."""

    def __init__(
        self,
        story: Story,
        users: Mapping[str, Any],
        authors: Mapping[DemoByline, str],
        developed: Mapping[Subject, Developed],
    ) -> None:
        self.story, self.users, self.authors, self.by = story, users, authors, users.get("admin")
        self.developed = developed
        self.now = timezone.now().replace(microsecond=0)
        self.from_ = _last_at(story, self.now)
        self.earlier: Blog | None = None
        self.images: dict[Picture | DemoByline, Image] = {}
        self.bylines: dict[DemoByline, Byline] = {}
        self.stored: list[str] = []

    def save(self) -> Blog:
        """The story's blog: a new one, or the one that another process has made meanwhile."""
        with files.kept_together():
            self._store_pictures()
            with transaction.atomic():
                take_turns()
                blog = filled(self.story).first()
                if blog is None:
                    return self._blog()
        files.remove(self.stored)
        return blog

    # Pictures and bylines

    def _store_pictures(self) -> None:
        """Store what is not in the library yet, before any row is locked."""
        for picture in sorted(_pictures(self.story), key=lambda one: one.name):
            words = {"alt": picture.alt, "caption": picture.caption, "credit": picture.credit}
            self.images[picture] = self._image(picture.name, words)
        for one in _people(self.story):
            if one.portrait is not None and one.portrait in self.developed and not _known(one):
                words = {"alt": f"Portrait of {one.name}, drawn without features", "credit": "Fairlead News graphics"}
                self.images[one] = self._image(one.portrait, words)

    def _image(self, subject: Subject, words: dict[str, str]) -> Image:
        developed = self.developed[subject]
        known = Image.objects.filter(checksum=developed.fields["checksum"], **words).first()
        if known is not None:
            return known
        # Where another picture was made of the same drawing with other words, that one has the files.
        if Image.objects.filter(file=developed.fields["file"]).exists():
            developed = develop(subject)
        self.stored += developed.store()
        return Image(**developed.fields, **words, created_by=self.by)

    def _byline(self, one: DemoByline) -> Byline:
        known = _known(one)
        if known is not None:
            return known
        byline = Byline(
            name=one.name,
            kind=one.kind,
            organisation=one.organisation,
            job_title=one.job_title,
            bio=one.bio,
            portrait=self.images.get(one),
            created_by=self.by,
        )
        byline.save()
        return byline

    # The blog and its posts

    def _blog(self) -> Blog:
        story, by = self.story, self.by
        for image in self.images.values():
            if image.pk is None:
                image.save()
        self.bylines = {one: self._byline(one) for one in _people(story)}
        self.earlier = _earlier(story)
        blog = Blog(
            title=story.title,
            slug=_free_slug(story.slug),
            summary=story.summary,
            status=story.status,
            time_zone=story.time_zone,
            cover=self.images[story.cover],
            coverage_starts_at=self._at(story.started),
            coverage_ends_at=self._at(story.ended),
            continues=self.earlier,
            published_at=self._at(story.started),
            updated_at=self._last_change(),
            created_by=by,
        )
        posts = [(entry, self._post(blog, entry)) for entry in sorted(story.posts, key=lambda one: -one.minutes_ago)]
        with publishing.importing(blog, [post for _, post in posts], by=by, reason=_mark(story)):
            self._attach(blog, posts)
        for entry, post in posts:
            if entry.state == Post.State.SUBMITTED:
                publishing.submit(post, by=post.created_by)
            elif entry.state == Post.State.SCHEDULED:
                publishing.schedule(post, timezone.now() + SCHEDULED_AHEAD, by=by)
        blog.refresh_from_db()
        return blog

    def _post(self, blog: Blog, entry: Entry) -> Post:
        at = self._at(entry.minutes_ago)
        was_public = entry.state in (Post.State.PUBLISHED, Post.State.WITHDRAWN)
        return Post(
            blog=blog,
            headline=entry.headline,
            body=self._body(entry.body, at, blog),
            label=entry.label,
            is_key_event=entry.key_event,
            correction=entry.correction,
            corrected_at=at + CORRECTED_AFTER if entry.correction else None,
            notes=entry.notes,
            state=entry.state if was_public else Post.State.DRAFT,
            published_at=at if was_public else None,
            updated_at=self._changed_at(entry) if was_public else None,
            pinned_at=at if entry.pinned else None,
            created_by=self._author(entry),
        )

    def _attach(self, blog: Blog, posts: list[tuple[Entry, Post]]) -> None:
        """What hangs on the saved rows, and when they were begun: with the story, not with this minute."""
        blog.staff.set(self.users[name] for name in self.story.staff if name in self.users)
        BlogCredit.objects.bulk_create(
            BlogCredit(blog=blog, byline=self.bylines[one], position=position)
            for position, one in enumerate(self.story.bylines)
        )
        PostCredit.objects.bulk_create(
            PostCredit(post=post, byline=self.bylines[one], place=place, position=position)
            for entry, post in posts
            for position, (one, place) in enumerate(entry.credits)
        )
        PostImage.objects.bulk_create(
            PostImage(post=post, image=self.images[picture], position=position)
            for entry, post in posts
            for position, picture in enumerate(entry.images)
        )
        for entry, post in posts:
            post.created_at = min(self.now, self._at(entry.minutes_ago))
        Post.objects.bulk_update([post for _, post in posts], ["created_at"])

    def _last_change(self) -> datetime | None:
        """What a reader is told of the blog: its last post or correction, or its end."""
        if self.story.ended is not None:
            return self._at(self.story.ended)
        changes = [self._changed_at(entry) for entry in self.story.posts if entry.state == Post.State.PUBLISHED]
        return max(changes, default=None)

    def _changed_at(self, entry: Entry) -> datetime:
        return self._at(entry.minutes_ago) + (CORRECTED_AFTER if entry.correction else timedelta())

    def _author(self, entry: Entry) -> Any:
        """The user whose byline leads the credits."""
        name = self.authors.get(entry.credits[0][0], "admin") if entry.credits else "admin"
        return self.users.get(name, self.by)

    @overload
    def _at(self, minutes_ago: int) -> datetime: ...
    @overload
    def _at(self, minutes_ago: int | None) -> datetime | None: ...
    def _at(self, minutes_ago: int | None) -> datetime | None:
        return None if minutes_ago is None else self.from_ - timedelta(minutes=minutes_ago)

    def _body(self, html: str, at: datetime, blog: Blog) -> str:
        """`{+90}` becomes the time ninety minutes later, to the ten minutes before it, without the zone's name."""

        def clock(found: re.Match[str]) -> str:
            moment = at + timedelta(minutes=int(found[1]))
            moment -= timedelta(minutes=moment.minute % 10)
            told = times.clock(moment, blog.zone).removesuffix(f" {times.zone_name(blog.zone, moment)}")
            return told if told.endswith(".") else told + found[2]  # "a.m." ends a sentence, too

        html = re.sub(r"\{([+-]\d+)\}(\.?)", clock, html)
        return html.replace("{earlier}", self.earlier.get_absolute_url() if self.earlier else "/")


def _earlier(story: Story) -> Blog | None:
    for other in STORIES:
        if other.slug == story.continues:
            return filled(other).first()
    return None


def _free_slug(wanted: str) -> str:
    """The story's address, or one with a number where somebody else has it."""
    slug, number = wanted, 1
    while Blog.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _known(one: DemoByline) -> Byline | None:
    return Byline.objects.filter(name__iexact=one.name, organisation__iexact=one.organisation).first()


def _last_at(story: Story, now: datetime) -> datetime:
    """What the story's minutes count back from: now, or the last time, a day ago or more, that its clock names."""
    if story.clock is None:
        return now
    zone = ZoneInfo(story.time_zone)
    day = now.astimezone(zone).date() - timedelta(days=1)
    at = times.parse_local(datetime.combine(day, story.clock), zone)
    if at > now - timedelta(days=1):
        at = times.parse_local(datetime.combine(day - timedelta(days=1), story.clock), zone)
    return at
