"""The admin as a whole, and users: nobody gives what they lack."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from liveblogs.models import Byline
from tests.support.admin import user
from tests.support.forms import fields, words

pytestmark = pytest.mark.django_db
LIST = reverse("admin:auth_user_changelist")
PASSWORD = {"password1": "Longer-than-8-letters", "password2": "Longer-than-8-letters"}


def change_of(someone):
    return reverse("admin:auth_user_change", args=[someone.pk])


def password_of(someone):
    return reverse("admin:auth_user_password_change", args=[someone.pk])


# Users
# -----


def test_admin_makes_an_editor(client, manager):
    response = client.post(reverse("admin:auth_user_add"), {"username": "nina", "usable_password": "true", **PASSWORD})
    nina = get_user_model().objects.get(username="nina")
    assert response.url == change_of(nina)
    editors = Group.objects.get(name="Editor")
    client.post(
        change_of(nina), fields(client.get(change_of(nina)), "user") | {"is_staff": "on", "groups": [editors.pk]}
    )
    nina.refresh_from_db()
    assert (nina.is_staff, list(nina.groups.all())) == (True, [editors])


@pytest.mark.parametrize("whose", ["their own", "a contributor's"])
def test_admin_cannot_make_a_superuser_or_grant_single_rights(client, manager, whose):
    someone = manager if whose == "their own" else user("wren", "Contributor")
    shown = fields(client.get(change_of(someone)), "user")
    assert not {"is_superuser", "user_permissions"} & set(shown)
    right = Permission.objects.get(codename="delete_user")
    client.post(change_of(someone), shown | {"is_superuser": "on", "user_permissions": [right.pk]})
    someone.refresh_from_db()
    assert (someone.is_superuser, someone.user_permissions.count()) == (False, 0)


def test_admin_grants_no_group_that_holds_more(client, manager):
    powers = Group.objects.create(name="Powers")
    powers.permissions.add(Permission.objects.get(codename="delete_user"))
    wren = user("wren", "Contributor")
    page = client.get(change_of(wren))
    groups = page.context["adminform"].form.fields["groups"].queryset
    assert {group.name for group in groups} == {"Contributor", "Editor", "Admin"}
    assert "Powers" not in page.content.decode()
    response = client.post(change_of(wren), fields(page, "user") | {"groups": [powers.pk]})
    assert "is not one of the available choices" in words(response)
    assert [group.name for group in wren.groups.all()] == ["Contributor"]


def test_admin_cannot_touch_who_may_more(client, manager, admin_user):
    powerful = user("pow", "Admin")
    powerful.user_permissions.add(Permission.objects.get(codename="delete_user"))
    for someone in (admin_user, powerful):
        before = someone.password
        assert client.post(change_of(someone), {"username": "taken-over"}).status_code == 403
        assert client.post(password_of(someone), PASSWORD).status_code == 403
        someone.refresh_from_db()
        assert (someone.password, someone.username != "taken-over") == (before, True)


def test_superuser_may_all(admin_client, manager):
    shown = fields(admin_client.get(change_of(manager)), "user")
    admin_client.post(change_of(manager), shown | {"is_superuser": "on"})
    manager.refresh_from_db()
    assert manager.is_superuser


def test_editors_see_no_users(client, editor):
    assert client.get(LIST).status_code == 403
    assert client.get(change_of(editor)).status_code == 403


def test_list_of_users_names_their_bylines(client, manager):
    Byline.objects.create(name="Mo Abara", organisation="Fairlead", user=manager)
    assert "Mo Abara (Fairlead)" in words(client.get(LIST))


# The front page
# --------------


def test_front_page_leads_with_what_is_used_most(admin_client):
    page = admin_client.get("/admin/")
    captions = re.findall(r'<th scope="row"[^>]*>\s*<a [^>]*>([^<]*)</a>', page.content.decode())
    assert captions[:4] == ["Blogs", "Posts", "Images", "Bylines"]
    assert captions.index("Users") > 3
    assert "<title>What would you like to do? | Newsroom</title>" in page.content.decode()


def test_writer_sees_only_what_they_may(client, writer):
    page = words(client.get("/admin/"))
    assert "Posts" in page
    assert "Users" not in page


@pytest.mark.parametrize("name", ["blog", "post", "image", "byline"])
def test_no_page_runs_a_script_of_its_own(admin_client, name):
    """What the Content-Security-Policy would stop: scripts and handlers in the page, without its nonce."""
    for what in ("changelist", "add"):
        page = admin_client.get(reverse(f"admin:liveblogs_{name}_{what}"))
        html = page.content.decode()
        nonce = re.search(r"'nonce-([^']+)'", page.get("Content-Security-Policy", ""))
        for tag, content in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL):
            is_data = 'type="application/json"' in tag
            assert "src=" in tag or is_data or (nonce and f'nonce="{nonce[1]}"' in tag), (tag, content)
        assert not re.search(r"<[^>]+ on[a-z]+=", html)


@pytest.mark.parametrize("name", ["liveblogs_post", "liveblogs_blog", "liveblogs_byline", "auth_user"])
def test_search_that_is_too_long_is_refused_and_kept(admin_client, db, name):
    typed = "a " * 1500
    response = admin_client.get(reverse(f"admin:{name}_changelist"), {"q": typed})
    assert response.status_code == 200
    assert "Search for up to 200 characters." in response.content.decode()
    assert typed.strip() in response.content.decode()


def test_choosers_find_nothing_for_a_search_that_is_too_long(admin_client, db):
    asked = {"app_label": "liveblogs", "model_name": "postcredit", "field_name": "byline", "term": "a " * 1500}
    assert admin_client.get(reverse("admin:autocomplete"), asked).json()["results"] == []
