"""Forms that arrive before anybody is logged in: none of their files is stored, and nothing of a large one is read."""

import pytest
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.test import Client
from django.test.client import FakePayload
from django.urls import reverse

from liveblogs.models import Image, Post
from tests.support.factories import UserFactory
from tests.support.forms import upload

pytestmark = pytest.mark.django_db

ADD = reverse("admin:liveblogs_image_add")
UPLOAD = reverse("admin:liveblogs_image_upload")
LOGIN = reverse("admin:login")


class Body(FakePayload):
    """A body that notes whether anything of it was read."""

    is_read = False

    def read(self, *size):
        type(self).is_read = True
        return super().read(*size)


@pytest.fixture
def send(monkeypatch):
    """Send a form, as a browser does: the response, and whether its body was read."""
    monkeypatch.setattr("django.test.client.FakePayload", Body)

    def sent(client, path, data, **more):
        monkeypatch.setattr(Body, "is_read", False)
        response = client.post(path, data, **more)
        return response, Body.is_read

    return sent


@pytest.fixture(params=["anonymous", "reader", "locked out"])
def outsider(request):
    client = Client(enforce_csrf_checks=True)
    if request.param != "anonymous":
        user = UserFactory(is_staff=request.param != "reader", group="Admin")
        client.force_login(user)
        user.is_active = request.param == "reader"
        user.save()
    return client


@pytest.fixture
def stored(monkeypatch):
    """The names of the files that were stored in memory or on the disk."""
    names = []
    for handler in (MemoryFileUploadHandler, TemporaryFileUploadHandler):
        monkeypatch.setattr(handler, "new_file", lambda _self, _field, name, *_more, **_options: names.append(name))
    return names


@pytest.mark.parametrize("path", [ADD, UPLOAD, reverse("admin:liveblogs_post_add"), reverse("admin:index")])
def test_files_of_a_form_are_not_stored_before_login(outsider, stored, path):
    response = outsider.post(path, {"file": upload(), "headline": "Typed before the session ended"})
    assert stored == []
    assert response.status_code in {302, 401, 403}
    assert Image.objects.count() == Post.objects.count() == 0


@pytest.mark.parametrize("path", [LOGIN, ADD, "/"])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_large_body_is_not_read_before_login(send, path, kind):
    _response, is_read = send(Client(), path, "x" * 1_100_000, content_type=kind)
    assert not is_read


def test_log_in_form_is_read(send):
    user = UserFactory()
    form = {"username": user.username, "password": "secret", "next": "/admin/"}
    response, is_read = send(Client(), LOGIN, form)
    assert is_read
    assert (response.status_code, response.url) == (302, "/admin/")


def test_editors_uploads_are_read(client, send):
    client.force_login(UserFactory(group="Editor"))
    response, is_read = send(client, UPLOAD, {"file": upload(size=(1200, 900))})
    assert is_read
    assert response.status_code == 201


def test_form_of_an_editor_still_needs_its_token(send):
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(group="Editor"))
    response, _is_read = send(client, UPLOAD, {"file": upload()})
    assert response.status_code == 403
