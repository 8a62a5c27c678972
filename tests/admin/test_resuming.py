"""A form that is sent after its session ended, or after a login in another tab: what was typed is kept."""

import json
import re

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from liveblogs.models import Blog, Byline, Image, Post
from tests.support.admin import ADD, change_of, image_of
from tests.support.factories import PASSWORD, BylineFactory, ImageFactory, PostFactory, UserFactory
from tests.support.forms import fields, hidden_fields, messages_of, upload, words

pytestmark = pytest.mark.django_db

HERE = {"Origin": "http://testserver"}
LOGIN = reverse("admin:login")
LONG = "Line one\r\n\r\n“Two” & <three>"


@pytest.fixture
def client():
    """A browser, which needs a token for each form."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def manager(client, blog):
    manager = UserFactory(username="mo", is_superuser=True)
    client.force_login(manager)
    return manager


def opened(client, address, model):
    """All that a browser would send of the form, with its token and who opened it."""
    page = client.get(address)
    return fields(page, model) | {name: hidden_fields(page)[name] for name in ("csrfmiddlewaretoken", "_opener")}


def session_ends(client):
    client.cookies.pop(settings.SESSION_COOKIE_NAME, None)


def log_in_in_another_tab(client, who):
    session_ends(client)
    token = hidden_fields(client.get(LOGIN))["csrfmiddlewaretoken"]
    sent = {"username": who.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post(LOGIN, sent, headers=HERE).status_code == 302


def log_in(client, page, who, password=PASSWORD):
    """With the form on this page."""
    address = re.search(r'<form action="([^"]*)" method="post" id="login-form"', page.content.decode())[1]
    sent = hidden_fields(page) | {"username": who.username, "password": password}
    return client.post(address.replace("&amp;", "&"), sent, headers=HERE)


def go_on(client, page):
    """Press the button of the page that says that everything is kept."""
    text = page.content.decode()
    address = re.search(r'<form method="post" action="([^"]*)" id="resume"', text)[1]
    return client.post(address, hidden_fields(page, "resume"), headers=HERE, follow=True)


def change(model, row):
    return reverse(f"admin:liveblogs_{model}_change", args=[row.pk])


#: A form's address, its model, what is typed, and what is stored then.
FORMS = {
    "new post": lambda blog: (
        ADD, "post", {"blog": blog.pk, "headline": "Typed", "notes": LONG, "_save": ""},
        lambda: (Post.objects.get().headline, Post.objects.get().notes), ("Typed", LONG.replace("\r", "")),
    ),
    "post": lambda blog: (
        change_of(PostFactory(blog=blog, state="published")), "post", {"headline": "Typed", "_update": ""},
        lambda: Post.objects.get().headline, "Typed",
    ),
    "blog": lambda blog: (
        change("blog", blog), "blog",
        {"title": "Typed", "staff": [UserFactory(pk=771).pk, UserFactory(pk=772).pk], "_save": ""},
        lambda: (Blog.objects.get().title, set(Blog.objects.get().staff.values_list("pk", flat=True))),
        ("Typed", {771, 772}),
    ),
    "byline": lambda _blog: (
        change("byline", BylineFactory()), "byline", {"name": "Typed", "bio": LONG, "_save": ""},
        lambda: (Byline.objects.get().name, Byline.objects.get().bio), ("Typed", LONG.replace("\r", "")),
    ),
    "picture": lambda _blog: (
        image_of(ImageFactory()), "image", {"caption": "Typed", "_save": ""},
        lambda: Image.objects.get().caption, "Typed",
    ),
    "user": lambda _blog: (
        reverse("admin:auth_user_change", args=[UserFactory(username="una").pk]), "user",
        {"first_name": "Typed", "_save": ""},
        lambda: get_user_model().objects.get(username="una").first_name, "Typed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_form_of_a_session_that_ended_is_saved_after_the_login(client, blog, manager, name):
    address, model, typed, stored, expected = FORMS[name](blog)
    sent = opened(client, address, model) | typed
    session_ends(client)
    page = client.post(address, sent, headers=HERE)
    assert page.status_code == 403
    assert "you were logged out. Log in to continue where you left off." in words(page)
    page = log_in(client, page, manager)
    assert "What you typed is kept." in words(page)
    answer = go_on(client, page)
    assert stored() == expected
    assert answer.status_code == 200
    assert messages_of(answer)


@pytest.mark.parametrize("name", FORMS)
def test_form_with_a_token_from_before_a_login_is_saved(client, blog, manager, name):
    address, model, typed, stored, expected = FORMS[name](blog)
    sent = opened(client, address, model) | typed
    log_in_in_another_tab(client, manager)
    page = client.post(address, sent, headers=HERE)
    assert page.status_code == 409
    go_on(client, page)
    assert stored() == expected


@pytest.mark.parametrize("name", FORMS)
def test_form_is_not_saved_for_somebody_else_who_logged_in(client, blog, manager, name):
    address, model, typed, stored, expected = FORMS[name](blog)
    sent = opened(client, address, model) | typed
    olga = UserFactory(username="olga", is_superuser=True)
    log_in_in_another_tab(client, olga)
    sent["csrfmiddlewaretoken"] = hidden_fields(client.get(ADD))["csrfmiddlewaretoken"]  # even with her token
    page = client.post(address, sent, headers=HERE)
    assert page.status_code == 403
    assert "mo opened this form, and olga is logged in now. Log in as mo" in words(page)
    page = log_in(client, page, olga)
    assert "olga is logged in now." in words(page)
    go_on(client, log_in(client, page, manager))
    assert stored() == expected
    if model == "post":
        assert Post.history.latest().history_user == manager


def test_wrong_password_loses_nothing(client, blog, manager):
    address, model, typed, stored, expected = FORMS["post"](blog)
    sent = opened(client, address, model) | typed
    session_ends(client)
    page = log_in(client, client.post(address, sent, headers=HERE), manager, "wrong")
    assert "Please enter the correct username and password" in words(page)
    go_on(client, log_in(client, page, manager))
    assert stored() == expected


def test_login_in_another_tab_while_the_page_asks_for_one_loses_nothing(client, blog, manager):
    address, model, typed, stored, expected = FORMS["post"](blog)
    sent = opened(client, address, model) | typed
    session_ends(client)
    page = client.post(address, sent, headers=HERE)
    log_in_in_another_tab(client, manager)
    page = log_in(client, page, manager)  # with a token of before
    assert "What you typed is kept." in words(page)
    go_on(client, page)
    assert stored() == expected


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/"])
def test_login_sends_nothing_to_another_site(client, manager, address):
    sent = {"_carried": json.dumps({"_opener": [str(manager.pk)]}), "next": address, "csrfmiddlewaretoken": "x" * 64}
    page = client.post(LOGIN, sent, headers=HERE)
    assert "evil.example" not in page.content.decode()


def test_picture_that_cannot_be_kept_is_asked_for_again_and_nothing_is_saved(client, blog, manager):
    image = ImageFactory()
    sent = opened(client, image_of(image), "image") | {"caption": "Typed", "file": upload(), "_save": ""}
    session_ends(client)
    page = client.post(image_of(image), sent, headers=HERE)
    assert "Files and passwords can't be kept" in words(page)
    answer = go_on(client, log_in(client, page, manager))
    assert "Restored draft. Not saved yet." in words(answer)
    assert fields(answer, "image")["caption"] == "Typed"
    assert Image.objects.get().caption == image.caption
    again = fields(answer, "image") | {"csrfmiddlewaretoken": hidden_fields(answer)["csrfmiddlewaretoken"]}
    client.post(image_of(image), again | {"file": upload(), "_save": ""}, headers=HERE)
    assert Image.objects.get().caption == "Typed"
    assert Image.objects.get().source != image.source


def test_passwords_are_never_carried(client, manager):
    address = reverse("admin:auth_user_add")
    typed = {"username": "una", "password1": "Tremendous-77", "password2": "Tremendous-77", "usable_password": "true"}
    sent = opened(client, address, "user") | typed
    session_ends(client)
    page = client.post(address, sent, headers=HERE)
    assert "Tremendous" not in page.content.decode()
    page = log_in(client, page, manager)
    assert "Tremendous" not in page.content.decode()
    answer = go_on(client, page)
    assert fields(answer, "user")["username"] == "una"
    assert not get_user_model().objects.filter(username="una").exists()


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}], ids=["none", "another"])
def test_form_of_another_site_is_not_carried(client, blog, manager, headers):
    sent = opened(client, ADD, "post") | {"headline": "Forged", "csrfmiddlewaretoken": "x" * 64}
    for is_logged_in in (True, False):
        if not is_logged_in:
            session_ends(client)
        page = client.post(ADD, sent, headers=headers)
        assert page.status_code == 403
        assert "Forged" not in page.content.decode()


def test_login_without_anything_to_carry_is_as_before(client, manager):
    session_ends(client)
    page = client.get(LOGIN, {"next": ADD})
    assert "logged out" not in words(page)
    for nonsense in ("", "[1]", '{"a": "b"}', "{", '{"a": [1]}'):
        sent = {"username": "mo", "password": PASSWORD, "next": ADD, "_carried": nonsense}
        sent["csrfmiddlewaretoken"] = hidden_fields(client.get(LOGIN, {"next": ADD}))["csrfmiddlewaretoken"]
        answer = client.post(LOGIN, sent, headers=HERE)
        assert (answer.status_code, answer.url) == (302, ADD)
        session_ends(client)


def test_desk_is_told_that_somebody_else_is_logged_in(client, blog, manager):
    sent = opened(client, ADD, "post") | {"blog": blog.pk, "headline": "Typed", "_save": ""}
    log_in_in_another_tab(client, UserFactory(username="olga", is_superuser=True))
    del sent["csrfmiddlewaretoken"]  # the desk sends it as a header
    headers = HERE | {"X-Desk": "1", "X-CSRFToken": client.cookies["csrftoken"].value}
    answer = client.post(ADD, sent, headers=headers)
    assert (answer.status_code, answer.json()["error"][:41]) == (409, "Not saved: somebody else is logged in now")
    session_ends(client)
    assert client.post(ADD, sent, headers=headers).url.startswith(LOGIN)  # the desk asks for a login itself
    assert not Post.objects.exists()
