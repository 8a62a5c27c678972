"""People who work in the admin, and one live blog."""

import pytest

from liveblogs import publishing
from liveblogs.models import Blog
from tests.support.admin import user


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
