"""A newsroom for tests of rights: everybody there could be, two blogs, a post in each state, and words to look for."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client, override_settings

from liveblogs.models import Autosave, Blog, Notice, Post
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory, UserFactory, picture

#: Nobody, a user without the admin, two of its staff without a group (the second is assigned to the blog "home"), two
#: of each group (the one "elsewhere" is assigned to the blog "away"), an admin, a superuser.
ROLES = [
    "anonymous", "reader", "clerk", "hand", "writer elsewhere", "writer", "editor elsewhere", "editor", "admin",
    "superuser",
]  # fmt: skip
STATES = ["draft", "submitted", "scheduled", "published", "withdrawn"]

#: Words that stand in what readers do not see of the blog "home", in all of the hidden blog "away", and in addresses.
HOME, AWAY, ADDRESS = "Homesecret", "Awaysecret", "mail-secret"
#: Who may come across them.
KNOWING = {
    HOME: {"writer", "editor", "admin", "superuser"},
    AWAY: {"writer elsewhere", "editor elsewhere", "admin", "superuser"},
    ADDRESS: {"admin", "superuser"},
}


def built(media: Path) -> SimpleNamespace:
    """The newsroom, its pictures in the folder ``media``."""
    with override_settings(MEDIA_ROOT=media):
        return _build()


def _build() -> SimpleNamespace:
    """The rows, and a session for each of ``ROLES``. ``pk`` names what an address may need."""
    users = {"reader": UserFactory(username="reader", is_staff=False)}
    for role in ROLES[2:]:
        group = role.split()[0].replace("writer", "contributor").capitalize()
        is_super = role == "superuser"
        users[role] = UserFactory(
            username=role.replace(" ", "-"),
            email=f"{role.replace(' ', '-')}@{ADDRESS}.example",
            group=group if group in ("Contributor", "Editor", "Admin") else "",
            is_superuser=is_super,
        )
    byline = BylineFactory(name="Ada Grant", user=users["editor"])
    image, own_image = ImageFactory(), ImageFactory(colour="olive", created_by=users["writer"])
    away = BlogFactory(title=f"{AWAY} title", slug="awaysecret", summary=f"<p>{AWAY} summary</p>", credits=[byline])
    home = BlogFactory(title="Quake", slug="quake", live=True, credits=[byline])
    home.staff.add(users["hand"], users["writer"], users["editor"])
    away.staff.add(users["writer elsewhere"], users["editor elsewhere"])
    Blog.objects.filter(pk=away.pk).update(cover=image, continues=home)
    own, others = {}, {}
    for state in STATES:
        word = "Open" if state == "published" else HOME
        for posts, author in ((own, "writer"), (others, "editor")):
            posts[state] = PostFactory(
                blog=home,
                state=state,
                headline=f"{word} {state} by {author}",
                body=f"<p>{word} body</p>",
                notes=f"{HOME} notes",
                by=users[author],
                credits=[(byline, "Quenn")],
                images=[image],
            )
    author = users["writer elsewhere"]
    hidden = PostFactory(blog=away, headline=f"{AWAY} post", by=author, credits=[byline], images=[image])
    moved = PostFactory(blog=home, headline=f"{HOME} before it moved", by=author)
    moved.blog, moved.headline = away, f"{AWAY} moved"
    moved.save()
    typed = {"headline": [f"{AWAY} typed"]}
    Autosave.objects.create(user=author, blog=away, place="new-1", fields=typed)
    for person in users.values():
        notice = Notice.objects.create(user=person, post=hidden, text="Sent back.")
        LogEntry.objects.create(
            user=users["superuser"],
            content_type=ContentType.objects.get_for_model(Post),
            object_id=hidden.pk,
            object_repr=f"{AWAY} logged",
            action_flag=ADDITION,
        )
    powers = Group.objects.create(name="Powers")
    powers.permissions.add(Permission.objects.get(codename="delete_user"))
    sessions = {}
    for role, person in users.items():
        client = Client()
        client.force_login(person)
        sessions[role] = client.cookies["sessionid"].value
    pk = {
        "home": home.pk, "away": away.pk, "own": own["draft"].pk, "other": others["draft"].pk,
        "out": others["published"].pk, "hidden": hidden.pk, "image": image.pk, "own_image": own_image.pk,
        "byline": byline.pk, "group": powers.pk, "nobody": 987_654,
        "post_version": others["draft"].history.first().pk, "hidden_version": hidden.history.first().pk,
        "moved": moved.pk, "moved_version": moved.history.last().pk, "blog_version": home.history.first().pk,
        "byline_version": byline.history.first().pk, "image_version": image.history.first().pk,
        "public_out": others["published"].public_id, "public_draft": others["draft"].public_id,
        "public_withdrawn": others["withdrawn"].public_id, "byline_slug": byline.slug, "slug": "quake",
        "hidden_slug": "awaysecret", "file": image.file.name,
        "notice": notice.pk,
        "post_type": ContentType.objects.get_for_model(Post).pk,
        **{f"user:{role}": person.pk for role, person in users.items()},
    }  # fmt: skip
    return SimpleNamespace(
        users=users, sessions=sessions, home=home, away=away, own=own, others=others, hidden=hidden, moved=moved,
        image=image, own_image=own_image, byline=byline, powers=powers, pk=pk,
    )  # fmt: skip


def client_of(newsroom: SimpleNamespace, role: str) -> Client:
    """A browser in which this one is signed in."""
    client = Client()
    if role in newsroom.sessions:
        client.cookies["sessionid"] = newsroom.sessions[role]
    return client


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside leaves no trace: for one request among many over the same rows."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


#: Rows that come and go with a visit; a request that is refused may leave them.
PASSING = {"django_session", "liveblogs_presence"}


def rows(*tables: str) -> dict[str, list[Any]]:
    """What is stored in these tables, or in all. What readers see is among it: it is stored as it was rendered."""
    stored = {}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table in tables or not tables:
            names = [field.attname for field in model._meta.concrete_fields if field.name != "last_login"]
            stored[table] = list(model._base_manager.order_by("pk").values_list(*names))
    return stored


class Watch:
    """Notes the tables that are written to, and whether something else is stored in them afterwards."""

    WRITE = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')

    def __init__(self) -> None:
        self.written: set[str] = set()
        self.has_changed = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.written |= set(self.WRITE.findall(sql)) - PASSING
        return execute(sql, params, many, context)


@contextmanager
def watched(before: dict[str, list[Any]]) -> Iterator[Watch]:
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield watch
    if watch.written:
        after = rows(*watch.written)
        watch.has_changed = any(before[table] != after[table] for table in after)


def upload(colour: str = "navy") -> ContentFile:
    return ContentFile(picture(colour), name="new.png")
