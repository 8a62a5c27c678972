"""People who work in the admin, and one live blog."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from liveblogs import publishing
from liveblogs.models import Blog


def user(name, group):
    made = get_user_model().objects.create_user(username=name, password="x", is_staff=True)
    made.groups.add(Group.objects.get(name=group))
    return made


@pytest.fixture
def blog(db):
    blog = Blog.objects.create(title="Quake", slug="quake", time_zone="America/New_York")
    publishing.open_blog(blog)
    blog.refresh_from_db()
    return blog


@pytest.fixture
def editor(client, blog):
    editor = user("ed", "Editor")
    blog.staff.add(editor)
    client.force_login(editor)
    return editor


@pytest.fixture
def writer(client, blog):
    writer = user("wren", "Contributor")
    blog.staff.add(writer)
    client.force_login(writer)
    return writer


@pytest.fixture
def manager(client, blog):
    manager = user("mo", "Admin")
    client.force_login(manager)
    return manager
