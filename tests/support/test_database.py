"""A test of real transactions leaves nothing behind, and takes nothing along that migrations made."""

import pytest
from django.contrib.auth.models import Group, Permission, User

from liveblogs.models import Blog, Post
from liveblogs.permissions import GROUPS
from tests.support import database
from tests.support.factories import BylineFactory, ImageFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def granted() -> dict[str, int]:
    return {group.name: group.permissions.count() for group in Group.objects.all()}


def test_rows_go_and_groups_stay():
    database.empty()
    known = set(Permission.objects.values_list("pk", flat=True))
    PostFactory(state="withdrawn", credits=[BylineFactory()], images=[ImageFactory()], by=UserFactory(group="Editor"))
    database.empty()
    assert [model.objects.count() for model in (Blog, Post, Post.history.model, User)] == [0, 0, 0, 0]
    assert granted() == {name: len(set(permissions)) for name, permissions in GROUPS.items()}
    assert set(Permission.objects.values_list("pk", flat=True)) == known


def test_groups_that_were_changed_are_made_anew():
    database.empty()
    before = granted()
    Group.objects.create(name="Powers")
    Group.objects.get(name="Editor").permissions.clear()
    Group.objects.get(name="Admin").delete()
    database.empty()
    assert granted() == before
