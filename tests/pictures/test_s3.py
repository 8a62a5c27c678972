"""Uploaded files in a bucket, over the wire: a store that speaks S3 runs beside the tests and refuses when told to."""

import json
import re
import threading
from urllib.error import HTTPError
from urllib.request import urlopen

import boto3
import pytest
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.urls import reverse

from liveblogs import publishing
from liveblogs.delivery.csp import policy
from liveblogs.models import Blog, Image, Post
from newsroom import env
from tests.support.forms import fields, send, upload, words
from tests.support.picture_library import file_names, make_image, make_picture_post, saves_the_file_then_fails, stored
from tests.support.pictures import jpeg, photo
from tests.support.timelines import make_blog

moto_server = pytest.importorskip("moto.server")
serving = pytest.importorskip("werkzeug.serving")

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class Store:
    """An S3 whose answers to one method fail, after so many that did not."""

    def __init__(self) -> None:
        self.app = moto_server.DomainDispatcherApplication(moto_server.create_backend_app)
        self.works()

    def works(self) -> None:
        self.refused, self.left = "", 0

    def refuses(self, method: str, *, after: int = 0) -> None:
        self.refused, self.left = method, after

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] == self.refused:
            self.left -= 1
            if self.left < 0:
                environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
                start_response("403 Forbidden", [("Content-Type", "application/xml")])
                return [b"<Error><Code>AccessDenied</Code><Message>The store refuses</Message></Error>"]
        return self.app(environ, start_response)


@pytest.fixture(scope="module")
def server():
    store = Store()
    quiet = type("Quiet", (serving.WSGIRequestHandler,), {"log": lambda *_: None})
    made = serving.make_server("127.0.0.1", 0, store, threaded=True, request_handler=quiet)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield store, f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    thread.join()
    made.server_close()


#: What docs/pictures.md asks for: everybody may read a file whose name they know.
READ_BY_ALL = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::newsroom-pictures/*",
        }
    ],
}


@pytest.fixture
def bucket(server, settings, monkeypatch):
    """The site with its files in an empty bucket, set up as the environment would."""
    store, address = server
    monkeypatch.setenv("S3_ACCESS_KEY_ID", "desk")
    monkeypatch.setenv("S3_SECRET_ACCESS_KEY", "hush")
    public_url = f"{address}/newsroom-pictures"
    settings.MEDIA_URL = f"{public_url}/"
    storage = env.s3_storage("newsroom-pictures", endpoint=address, region="us-east-1", public_url=public_url)
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    policy.cache_clear()
    store.works()
    made = boto3.resource(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    ).Bucket("newsroom-pictures")
    made.create()
    made.Policy().put(Policy=json.dumps(READ_BY_ALL))
    yield made
    store.works()
    made.objects.all().delete()
    made.delete()
    policy.cache_clear()


@pytest.fixture
def store(server, bucket) -> Store:
    return server[0]


def names(bucket) -> list[str]:
    return sorted(entry.key for entry in bucket.objects.all())


# As it should be
# ---------------


def test_pictures_lie_in_the_bucket_and_pages_name_them_there(bucket, client):
    blog = make_blog()
    image = make_image()
    make_picture_post(blog, image)
    assert names(bucket) == stored() == file_names(image)
    response = client.get("/quake/")
    base = default_storage.url("")
    addresses = re.findall(rf"{base}[^\s\"]+", response.content.decode())
    assert {address.removeprefix(base) for address in addresses} <= set(names(bucket))
    assert len(addresses) >= 5
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert policy["img-src"].split()[-1] == base
    for name, kind in (
        (image.source, "image/jpeg"),
        (image.get_renditions().parts["full"].name("avif", 320), "image/avif"),
    ):
        with urlopen(default_storage.url(name)) as answer:  # noqa: S310 - our own store
            assert answer.headers["Content-Type"] == kind
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_replaced_and_deleted_pictures_leave_the_bucket(bucket):
    image, other = make_image(), make_image()
    image.file = ContentFile(jpeg(photo((500, 400))), name="b.jpg")
    publishing.update_image(image)
    assert names(bucket) == file_names(image, other)
    other.delete()
    assert names(bucket) == file_names(image)


def test_pictures_of_a_withdrawn_post_are_gone_from_their_addresses(bucket):
    image = make_image()
    post = make_picture_post(make_blog(), image)
    lost = image.get_renditions().names()[0]
    bucket.Object(lost).delete()
    known, addresses = file_names(image), [default_storage.url(name) for name in file_names(image)]
    publishing.withdraw(post)
    assert set(names(bucket)) < set(file_names(image))
    assert len(names(bucket)) == len(known) - 1
    assert set(names(bucket)).isdisjoint(known)
    image.refresh_from_db()
    with urlopen(image.file.url) as answer:  # noqa: S310 - our own store
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for address in addresses[:2]:
        with pytest.raises(HTTPError, match="404"):
            urlopen(address)  # noqa: S310 - our own store


def test_store_that_does_not_copy_leaves_the_files_of_a_withdrawn_post(bucket, store):
    image = make_image()
    post = make_picture_post(make_blog(), image)
    store.refuses("PUT", after=3)
    publishing.withdraw(post)
    assert Post.objects.get().state == "withdrawn"
    store.works()
    assert names(bucket) == file_names(image)
    call_command("hide_pictures")
    assert set(names(bucket)).isdisjoint({image.source})


def test_clean_media_in_a_bucket(bucket, capsys):
    image = make_image()
    bucket.put_object(Key="images/2026/11/x.jpg", Body=b"left behind")
    bucket.Object(image.get_renditions().names()[0]).delete()
    call_command("clean_media")
    assert "0 files without a picture" in capsys.readouterr().out  # too young
    call_command("clean_media", "--delete", "--hours", "0")
    assert "1 files without a picture, 0 pictures without a file, 1 without" in capsys.readouterr().out
    assert names(bucket) == file_names(image)


# The store failing at each step
# ------------------------------


def test_store_refuses_the_file_and_there_is_no_row(bucket, store):
    store.refuses("PUT")
    with pytest.raises(Exception, match="The store refuses"):
        make_image()
    assert (names(bucket), Image.objects.count()) == ([], 0)


def test_database_refuses_the_row_and_there_is_no_file(bucket, monkeypatch):
    monkeypatch.setattr(Image, "save_base", saves_the_file_then_fails)
    with pytest.raises(DatabaseError):
        make_image()
    assert (names(bucket), Image.objects.count()) == ([], 0)


def test_row_is_gone_and_the_store_keeps_the_file_until_it_is_cleaned(bucket, store, caplog):
    image = make_image()
    held = names(bucket)
    store.refuses("DELETE")
    image.delete()
    assert not Image.objects.exists()
    assert names(bucket) == held
    assert f"{held[0]} could not be removed" in caplog.text
    store.works()
    call_command("clean_media", "--delete", "--hours", "0")
    assert names(bucket) == []


def test_rolled_back_row_keeps_its_file_in_the_bucket(bucket, monkeypatch):
    image = make_image()
    held = names(bucket)
    with monkeypatch.context() as patched:
        patched.setattr(Image, "save_base", saves_the_file_then_fails)
        image.file = ContentFile(jpeg(photo((500, 400))), name="b.jpg")
        with pytest.raises(DatabaseError):
            publishing.update_image(image)
    assert names(bucket) == held == file_names(image)


@pytest.mark.parametrize("after", [1, 2, 7])
def test_store_fails_while_renditions_are_made_and_the_page_shows_the_original(bucket, store, client, caplog, after):
    blog = make_blog()
    store.refuses("PUT", after=after)
    image = make_image()
    make_picture_post(blog, image)
    assert names(bucket) == file_names(image) == [image.source]
    assert f'src="{image.file.url}"' in client.get("/quake/").content.decode()
    assert "The store refuses" in caplog.text
    store.works()
    call_command("make_renditions")
    assert names(bucket) == file_names(image)
    assert len(names(bucket)) > 10
    assert "<source" in client.get("/quake/").content.decode()


def test_original_cannot_be_read_for_its_renditions(bucket, store, caplog):
    store.refuses("GET")
    image = make_image()
    store.works()
    assert names(bucket) == file_names(image) == [image.source]
    assert "AccessDenied" in caplog.text


def test_upload_while_the_store_refuses_is_one_sentence_and_nothing_is_kept(bucket, store, client):
    client.force_login(User.objects.create_superuser("ada"))
    store.refuses("PUT")
    file = SimpleUploadedFile("street.jpg", jpeg(photo((300, 200))))
    response = client.post("/admin/liveblogs/image/upload/", {"file": file})
    assert (response.status_code, response.json()) == (
        503,
        {"error": "“street.jpg” couldn't be saved. Try again in a moment."},
    )
    assert (names(bucket), Image.objects.count()) == ([], 0)


# The same through the admin's forms
# ---------------------------------

WAIT = "“street.png” couldn't be saved. Try again in a moment."
PICTURE = {"images-0-alt": "A wall", "images-0-credit": "Ada"}


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("ada"))
    client.raise_request_exception = False
    return client


def test_post_form_while_the_store_refuses_the_picture(bucket, store, admin):
    blog, address = make_blog(), reverse("admin:liveblogs_post_add")
    store.refuses("PUT")
    typed = {"blog": blog.pk, "headline": "Typed"}
    response = send(admin, address, "publish", **typed, **PICTURE, **{"images-0-file": upload()})
    assert WAIT in words(response)
    assert fields(response)["headline"] == "Typed"
    assert (names(bucket), Image.objects.count(), Post.objects.count()) == ([], 0, 0)
    store.works()
    response = admin.post(address, fields(response) | {"_publish": "", "images-0-file": upload()}, follow=True)
    assert "Published" in words(response)
    assert names(bucket) == file_names(Image.objects.get())


def test_post_form_while_the_store_refuses_the_renditions(bucket, store, admin):
    store.refuses("PUT", after=3)
    picture = PICTURE | {"images-0-file": upload()}
    send(admin, reverse("admin:liveblogs_post_add"), "publish", blog=make_blog().pk, headline="Typed", **picture)
    image = Post.objects.get().images.get().image
    assert names(bucket) == file_names(image) == [image.source]
    assert f'src="{image.file.url}"' in admin.get("/quake/").text


def test_picture_form_while_the_store_refuses_the_new_file(bucket, store, admin):
    image = make_image()
    held = names(bucket)
    store.refuses("PUT")
    address = reverse("admin:liveblogs_image_change", args=[image.pk])
    response = send(admin, address, "save", "image", caption="Typed", file=upload())
    assert WAIT in words(response)
    assert fields(response, "image")["caption"] == "Typed"
    assert names(bucket) == held == file_names(image)
    assert Image.objects.get().caption == "Water in the street"


@pytest.mark.parametrize("form", ["post", "new", "replaced"])
def test_form_that_fails_after_the_file_and_the_row_keeps_neither(bucket, admin, monkeypatch, form):
    """The admin's own log comes last of all that is saved."""
    blog, image = make_blog(), make_image()
    held = names(bucket)

    def fails(*_arguments):
        assert len(names(bucket)) == len(held) + 1
        raise DatabaseError("gone")

    monkeypatch.setattr(ModelAdmin, "log_addition", fails)
    monkeypatch.setattr(ModelAdmin, "log_change", fails)
    if form == "post":
        picture = PICTURE | {"images-0-file": upload()}
        response = send(admin, reverse("admin:liveblogs_post_add"), "publish", blog=blog.pk, headline="H", **picture)
    elif form == "new":
        response = send(admin, reverse("admin:liveblogs_image_add"), "save", "image", file=upload())
    else:
        address = reverse("admin:liveblogs_image_change", args=[image.pk])
        response = send(admin, address, "save", "image", file=upload())
    assert response.status_code == 200
    assert "Not saved: the server" in response.content.decode()
    assert names(bucket) == held == file_names(image)
    assert (list(Image.objects.all()), Post.objects.count()) == ([image], 0)


def test_post_form_whose_commit_fails_keeps_nothing(bucket, admin, monkeypatch):
    address = reverse("admin:liveblogs_post_add")
    picture = PICTURE | {"images-0-file": upload()}
    sent = fields(admin.get(address)) | {"blog": make_blog().pk, "headline": "H", "_publish": "", **picture}

    held = []

    def fails(_connection):
        held.append(len(names(bucket)))
        raise DatabaseError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(type(connections["default"]), "_commit", fails)
        admin.post(address, sent)
    assert held[0] == 1
    assert (names(bucket), Image.objects.count(), Post.objects.count()) == ([], 0, 0)


def test_picture_deleted_in_the_admin_while_the_store_keeps_its_files(bucket, store, admin, caplog):
    image = make_image()
    held = names(bucket)
    store.refuses("DELETE")
    admin.post(reverse("admin:liveblogs_image_delete", args=[image.pk]), {"post": "yes"})
    assert (names(bucket), Image.objects.count()) == (held, 0)
    assert f"{held[0]} could not be removed" in caplog.text


def test_page_is_read_while_the_store_is_gone(bucket, store, client):
    blog = make_blog()
    make_picture_post(blog, make_image())
    before = client.get("/quake/").content
    for method in ("GET", "PUT", "HEAD"):
        store.refuses(method)
        Blog.objects.filter(pk=blog.pk).update(title="Renamed elsewhere")
        assert client.get("/quake/").content == before
