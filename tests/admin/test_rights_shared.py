"""What several posts and blogs share: every kind of it, for every role, wherever it is used."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.test import Client
from django.urls import reverse

from liveblogs import permissions, publishing
from liveblogs.models import Blog, Byline, Image
from tests.support.admin import change_of, image_of
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory, UserFactory
from tests.support.forms import fields, words
from tests.support.world import undone

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROLES = ["uploader", "colleague", "editor", "editor elsewhere", "editor of both", "admin"]
EDITORS = {"editor", "editor elsewhere", "editor of both", "admin"}
HERE = {"editor", "editor of both", "admin"}
BOTH = {"editor of both", "admin"}

#: Where a picture is used, and who may change it then. "here" is the blog of the uploader, who wrote "own" posts.
PICTURES = {
    "nowhere": {"uploader", *EDITORS},
    "own draft here": {"uploader", *EDITORS},
    "own submitted here": {"uploader", *EDITORS},
    "own scheduled here": HERE,
    "own published here": HERE,
    "own withdrawn here": EDITORS,
    "other's draft here": EDITORS,
    "other's published here": HERE,
    "own draft elsewhere": EDITORS,
    "other's draft elsewhere": EDITORS,
    "other's scheduled elsewhere": {"editor elsewhere", *BOTH},
    "other's published elsewhere": {"editor elsewhere", *BOTH},
    "other's published in both": BOTH,
    "cover here": HERE,
    "cover elsewhere": {"editor elsewhere", *BOTH},
    "portrait nowhere": EDITORS,
    "portrait here": HERE,
    "portrait elsewhere": {"editor elsewhere", *BOTH},
}
#: Where a byline is credited, for people who may change bylines.
BYLINES = {
    "nowhere": EDITORS,
    "own draft here": EDITORS,
    "own published here": HERE,
    "other's scheduled elsewhere": {"editor elsewhere", *BOTH},
    "other's published elsewhere": {"editor elsewhere", *BOTH},
    "other's published in both": BOTH,
    "blog here": HERE,
    "blog elsewhere": {"editor elsewhere", *BOTH},
}


@pytest.fixture(scope="module")
def newsroom(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), transaction.atomic():
        here, away = BlogFactory(live=True), BlogFactory(live=True)
        groups = {"uploader": "Contributor", "colleague": "Contributor", "admin": "Admin"}
        users = {role: UserFactory(group=groups.get(role, "Editor")) for role in ROLES}
        here.staff.add(*(users[role] for role in ("uploader", "colleague", "editor", "editor of both")))
        away.staff.add(*(users[role] for role in ("editor elsewhere", "editor of both")))
        clients = {role: Client() for role in ROLES}
        for role, client in clients.items():
            client.force_login(users[role])
        yield SimpleNamespace(blogs={"here": here, "elsewhere": away}, users=users, clients=clients)
        transaction.set_rollback(True)


def use(newsroom, place, image=None, byline=None):
    """Use a picture or a byline in this place."""
    if place == "nowhere":
        return
    what, where = place.rsplit(" ", 1)
    if where == "both":
        for name in newsroom.blogs:
            use(newsroom, f"{what.removesuffix(' in')} {name}", image, byline)
        return
    blog = newsroom.blogs.get(where)
    if what == "cover":
        Blog.objects.filter(pk=blog.pk).update(cover=image)
    elif what == "blog":
        blog.credits.create(byline=byline)
    elif what == "portrait":
        subject = BylineFactory(portrait=image)
        if blog:
            PostFactory(blog=blog, state="published", credits=[subject])
    else:
        whose, state = what.split()
        author = newsroom.users["uploader" if whose == "own" else "colleague"]
        rows = {"images": [image] if image else [], "credits": [byline] if byline else []}
        PostFactory(blog=blog, state=state, by=author, **rows)


def allowed_by_rule(newsroom, rule, row):
    return {role for role, user in newsroom.users.items() if rule(type(user).objects.get(pk=user.pk), row)}


def allowed_by(newsroom, row, name, attempt):
    """For whom the attempt changes this field of the row."""
    before, found = getattr(row, name), set()
    for role, client in newsroom.clients.items():
        with undone():
            attempt(client)
            if getattr(type(row).objects.get(pk=row.pk), name) != before:
                found.add(role)
    return found


@pytest.mark.parametrize("place", PICTURES)
def test_picture_is_changed_only_where_it_is_used(newsroom, settings, tmp_path, place):
    settings.MEDIA_ROOT = tmp_path
    with undone():
        image = ImageFactory(created_by=newsroom.users["uploader"], alt="First")
        image.alt = "Second"
        publishing.update_image(image)
        use(newsroom, place, image)
        form = {"alt": "Typed", "credit": "Typed", "focal_x": "0.5", "focal_y": "0.5", "seen_version": image.version}
        restored = {"restore": image.history.last().pk, "version": image.version}
        assert {
            "rule": allowed_by_rule(newsroom, permissions.may_change_image, image),
            "form": allowed_by(newsroom, image, "alt", lambda client: client.post(image_of(image), form)),
            "restore": allowed_by(
                newsroom, image, "alt", lambda client: client.post(image_of(image, "history"), restored)
            ),
        } == dict.fromkeys(["rule", "form", "restore"], PICTURES[place])


@pytest.mark.parametrize("place", PICTURES)
def test_words_arrive_by_an_own_draft_only_where_the_picture_may_be_changed(newsroom, settings, tmp_path, place):
    """The row of a draft shows the picture's own words, and saves them."""
    settings.MEDIA_ROOT = tmp_path
    with undone():
        image = ImageFactory(created_by=newsroom.users["uploader"], alt="First")
        use(newsroom, place, image)
        found = set()
        for role, client in newsroom.clients.items():
            blog = newsroom.blogs["elsewhere" if role == "editor elsewhere" else "here"]
            with undone():
                draft = PostFactory(blog=blog, by=newsroom.users[role], images=[image])
                client.post(
                    change_of(draft), fields(client.get(change_of(draft))) | {"images-0-alt": "New", "_save": ""}
                )
                if Image.objects.get(pk=image.pk).alt == "New":
                    found.add(role)
        # A draft of an editor is one more use, which is not the uploader's own.
        assert found == PICTURES[place]


@pytest.mark.parametrize("place", BYLINES)
def test_byline_is_changed_only_where_it_is_credited(newsroom, place):
    """By default only admins change bylines; an installation may let editors."""
    with undone():
        for role in EDITORS:
            allow(newsroom.users[role], "change_byline", "delete_byline")
        byline, spare = BylineFactory(name="First"), BylineFactory(name="Spare")
        byline.name = "Second"
        publishing.update_byline(byline)
        use(newsroom, place, byline=byline)
        form = {"name": "Typed", "kind": "person", "slug": byline.slug, "seen_version": byline.version}
        restored = {"restore": byline.history.last().pk, "version": byline.version}
        merged = {"action": "merge", "_selected_action": [byline.pk, spare.pk], "keep": spare.pk}
        change, history = (
            reverse(f"admin:liveblogs_byline_{name}", args=[byline.pk]) for name in ("change", "history")
        )
        listed = reverse("admin:liveblogs_byline_changelist")
        mergers = set()
        for role, client in newsroom.clients.items():
            with undone():
                client.post(listed, merged)
                mergers |= {role} - ({role} if Byline.objects.filter(pk=byline.pk).exists() else set())
        assert {
            "rule": allowed_by_rule(newsroom, permissions.may_change_byline, byline),
            "form": allowed_by(newsroom, byline, "name", lambda client: client.post(change, form)),
            "restore": allowed_by(newsroom, byline, "name", lambda client: client.post(history, restored)),
            "merge": mergers,
        } == dict.fromkeys(["rule", "form", "restore", "merge"], BYLINES[place])


def allow(user, *codenames):
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))


@pytest.mark.parametrize("chosen", ["here", "elsewhere"])
def test_blog_continues_only_from_blogs_that_its_editor_works_in(newsroom, chosen):
    """The page of the earlier blog names the later one."""
    with undone():
        editor, client = newsroom.users["editor"], newsroom.clients["editor"]
        allow(editor, "change_blog")
        later = BlogFactory(title="Later")
        later.staff.add(editor)
        address = reverse("admin:liveblogs_blog_change", args=[later.pk])
        sent = fields(client.get(address), "blog") | {"continues": newsroom.blogs[chosen].pk, "_save": ""}
        response = client.post(address, sent)
        later.refresh_from_db()
        assert (later.continues_id is not None) == (chosen == "here")
        if chosen == "elsewhere":
            assert "You don't work in that blog" in words(response)
            assert fields(response, "blog")["continues"] == str(newsroom.blogs[chosen].pk)


def test_picture_published_while_its_words_are_saved_keeps_them(newsroom, settings, tmp_path, monkeypatch):
    """The rule is asked again under the lock."""
    settings.MEDIA_ROOT = tmp_path
    with undone():
        uploader, client = newsroom.users["uploader"], newsroom.clients["uploader"]
        image = ImageFactory(created_by=uploader, alt="First")
        draft = PostFactory(blog=newsroom.blogs["here"], by=uploader, images=[image])
        sent = fields(client.get(change_of(draft))) | {"images-0-alt": "New", "_save": ""}
        locked = publishing.lock_blogs

        def publish_first(*args, **kwargs):
            monkeypatch.setattr(publishing, "lock_blogs", locked)
            PostFactory(blog=newsroom.blogs["here"], state="published", images=[image])
            locked(*args, **kwargs)

        monkeypatch.setattr(publishing, "lock_blogs", publish_first)
        response = client.post(change_of(draft), sent)
        assert Image.objects.get(pk=image.pk).alt == "First"
        assert "this picture is now used where you can't change it" in words(response)
        assert fields(response)["images-0-alt"] == "New"


def test_who_may_not_change_a_picture_reads_why(newsroom, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with undone():
        image = ImageFactory(created_by=newsroom.users["uploader"])
        use(newsroom, "other's published elsewhere", image)
        why = "You can't change this picture: it is used in a blog or post that you can't edit."
        shown = {role: why in words(client.get(image_of(image))) for role, client in newsroom.clients.items()}
        assert {role for role, is_shown in shown.items() if is_shown} == {"uploader", "editor"}
