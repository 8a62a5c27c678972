"""A newsroom at work: changes of every kind that readers can see, in a random order that a seed repeats."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

from django.utils import timezone

from liveblogs import publishing
from liveblogs.models import Blog, BlogCredit, Byline, Image, Post
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory

ZONES = ("America/New_York", "Europe/Kyiv", "Asia/Tokyo", "UTC")
WORDS = [
    "rain",
    "river",
    "bridge",
    "council",
    "mayor",
    "crew",
    "road",
    "school",
    "power",
    "line",
    "warning",
    "shelter",
    "morning",
    "update",
]


class Day:
    """A live blog and its editors. Posts in ``kept`` are never withdrawn: readers have opened their permalinks."""

    def __init__(self, seed: int, posts: int) -> None:
        self.random = Random(seed)
        self.byline: Byline = BylineFactory(name="Ada Grant")
        self.image: Image = ImageFactory()
        self.blog: Blog = BlogFactory(live=True, slug="flood", title="Flood in the valley", credits=[self.byline])
        self.kept: set[str] = set()
        self.done: list[str] = []
        for _ in range(posts):
            self.publish()

    # What there is

    def published(self) -> list[Post]:
        return list(Post.objects.published().filter(blog=self.blog).order_by("published_at", "pk"))

    def revision(self) -> int:
        return Blog.objects.values_list("revision", flat=True).get(pk=self.blog.pk)

    def _any(self, posts: list[Post]) -> Post | None:
        return self.random.choice(posts) if posts else None

    def _text(self) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(5, 60)))

    def _body(self) -> str:
        return "".join(f"<p>{self._text()}</p>" for _ in range(self.random.randint(1, 3)))

    # Changes of posts

    def publish(self) -> None:
        PostFactory(
            blog=self.blog,
            state="published",
            headline=self._text()[:60] if self.random.random() < 0.9 else "",
            body=self._body(),
            credits=[self.byline] if self.random.random() < 0.5 else [],
            images=[self.image] if self.random.random() < 0.2 else [],
            is_key_event=self.random.random() < 0.2,
        )

    def publish_and_pin(self) -> None:
        publishing.pin(PostFactory(blog=self.blog, state="published", headline="Pinned at once"))

    def publish_on_schedule(self) -> None:
        post = PostFactory(blog=self.blog, state="scheduled", headline="On time")
        Post.objects.filter(pk=post.pk).update(publish_at=timezone.now())  # an hour passes
        publishing.publish_due()

    def edit(self, *, minor: bool = False) -> None:
        if post := self._any(self.published()):
            post.headline, post.body = self._text()[:60], self._body()
            publishing.update(post, minor=minor)

    def edit_minor(self) -> None:
        self.edit(minor=True)

    def correct(self) -> None:
        if post := self._any(self.published()):
            post.correction = f"An earlier version gave a wrong number. {self._text()}"
            publishing.update(post)

    def mark_key_event(self) -> None:
        if post := self._any(self.published()):
            post.is_key_event = not post.is_key_event
            publishing.update(post, minor=True)

    def pin(self) -> None:
        if post := self._any(self.published()):
            publishing.pin(post)

    def unpin(self) -> None:
        if post := self._any([post for post in self.published() if post.is_pinned]):
            publishing.unpin(post)

    def move(self) -> None:
        """To the time of another post, or a little beside it."""
        posts = self.published()
        if len(posts) > 1 and (post := self._any(posts)) and (other := self._any(posts)):
            beside = timedelta(milliseconds=self.random.choice([-1, 0, 1]))
            post.published_at = min(other.published_at + beside, timezone.now())
            publishing.update(post, minor=True)

    def withdraw(self) -> None:
        if post := self._any([post for post in self.published() if post.public_id not in self.kept]):
            publishing.withdraw(post)

    def publish_again(self) -> None:
        if post := self._any(
            list(
                Post.objects.filter(blog=self.blog, published_at__isnull=False)
                .exclude(state="published")
                .order_by("pk")
            )
        ):
            publishing.publish(post)

    # Changes of what stands around them

    def retitle(self) -> None:
        self._fresh_blog().title = f"Flood in the valley: {self._text()[:40]}"
        publishing.update_blog(self.blog)

    def sum_up(self) -> None:
        self._fresh_blog().summary = self._body()
        publishing.update_blog(self.blog)

    def move_zone(self) -> None:
        self._fresh_blog().time_zone = self.random.choice(ZONES)
        publishing.update_blog(self.blog, minor=True)

    def rename_byline(self) -> None:
        self.byline.name = f"Ada {self.random.choice(WORDS).title()}"
        publishing.update_byline(self.byline)

    def credit_blog(self) -> None:
        BlogCredit.objects.create(blog=self.blog, byline=BylineFactory(), position=5)
        publishing.update_blog(self._fresh_blog())

    def caption(self) -> None:
        self.image.refresh_from_db()  # its files get other names whenever no page shows it any more
        self.image.caption = self._text()
        publishing.update_image(self.image)

    def end(self) -> None:
        if self._fresh_blog().status == Blog.Status.LIVE:
            publishing.end_blog(self.blog)

    def reopen(self) -> None:
        if self._fresh_blog().status != Blog.Status.LIVE:
            publishing.open_blog(self.blog)

    def take_down(self) -> None:
        """And open it again: readers who asked in between have been told."""
        publishing.take_down(self._fresh_blog())
        publishing.open_blog(self._fresh_blog())

    def _fresh_blog(self) -> Blog:
        self.blog = Blog.objects.get(pk=self.blog.pk)
        return self.blog

    # The day

    def kinds(self) -> dict[str, tuple[Callable[[], None], int]]:
        """Each kind of change, and how often it happens."""
        often = {
            "publish": 8,
            "edit": 4,
            "edit_minor": 3,
            "withdraw": 8,
            "move": 4,
            "correct": 3,
            "pin": 3,
            "unpin": 3,
        }
        rare = (
            "publish_and_pin", "publish_on_schedule", "mark_key_event", "publish_again", "retitle", "sum_up",
            "move_zone",
            "rename_byline", "credit_blog", "caption", "end", "reopen", "take_down",
        )  # fmt: skip
        return {name: (getattr(self, name), often.get(name, 1)) for name in (*often, *rare)}

    def change(self) -> None:
        """Something."""
        kinds = self.kinds()
        [name] = self.random.choices(list(kinds), [weight for _, weight in kinds.values()])
        self.done.append(name)
        kinds[name][0]()
