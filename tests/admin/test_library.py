"""Uploads and the picture library in the admin: what they answer, to whom, and what they keep."""

import json
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.text import slugify

from liveblogs.admin import library
from liveblogs.models import Blog, Byline, Image, Post, PostImage
from liveblogs.pictures import cleaning
from tests.support.picture_files import XMP
from tests.support.picture_library import stored
from tests.support.pictures import encoded, jpeg, photo

pytestmark = pytest.mark.django_db

UPLOAD, LIBRARY = "/admin/liveblogs/image/upload/", "/admin/liveblogs/image/library/"


def staff(*permissions: str) -> User:
    user = User.objects.create_user("ada", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


@pytest.fixture
def desk(client) -> Client:
    client.force_login(staff("add_image", "view_image", "view_post", "run_blog"))
    return client


def send(client: Client, data: bytes, name="street.jpg", **extra):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, data)}, **extra)


def refusal(response) -> tuple[int, str]:
    assert response["Content-Type"] == "application/json"
    assert list(response.json()) == ["error"]
    return response.status_code, response.json()["error"]


def make_image(caption="", *, credit="", day=None, **fields) -> Image:
    """A row with a name for its file; none of these tests looks into it."""
    image = Image(caption=caption, credit=credit, width=300, height=200, **fields)
    image.file.name = f"images/2026/11/{Image.objects.count():032x}.jpg"
    image.save()
    if day:
        Image.objects.filter(pk=image.pk).update(created_at=day)
    return image


# Uploads
# -------


def test_upload_answers_with_the_picture_and_its_words(desk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = send(desk, encoded(photo((300, 200)), "JPEG", xmp=XMP))
    image = Image.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": image.pk,
        "thumbnail": response.json()["thumbnail"],
        "preview": response.json()["preview"],
        "name": "A street under water",
        "alt": "A street under water",
        "caption": "Water stands in Słłodka Street.",
        "credit": "Northwind Pictures MARKXMP",
        "width": 300,
        "height": 200,
        "lacks": [],
        "change": f"/admin/liveblogs/image/{image.pk}/change/",
        "known": False,
    }
    assert image.created_by == User.objects.get()
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_upload_answers_with_a_thumbnail_that_is_there(desk):
    answer = send(desk, jpeg(photo((300, 200)))).json()
    for name, ending in (("thumbnail", "s200"), ("preview", "300")):
        assert re.fullmatch(rf"/media/renditions/\d{{4}}/\d\d/[0-9a-f]{{20}}-{ending}\.jpg", answer[name])
        assert answer[name].removeprefix("/media/") in stored()


def test_upload_tells_what_readers_will_need(desk):
    assert send(desk, jpeg(photo())).json()["lacks"] == ["alt", "credit"]


def test_upload_of_the_same_file_twice_is_one_picture(desk):
    first = send(desk, jpeg(photo()), "a.jpg").json()
    held = stored()
    Image.objects.update(caption="Written here")
    again = send(desk, jpeg(photo()), "b.jpg")
    assert (again.status_code, again.json()["id"], again.json()["known"]) == (200, first["id"], True)
    assert again.json()["caption"] == "Written here"
    assert (Image.objects.count(), stored()) == (1, held)
    assert send(desk, jpeg(photo((65, 48)))).json()["id"] != first["id"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "“street.jpg” is empty: a picture is expected."),
        (b"<svg onload='alert(1)'/>", "“street.jpg” is not a picture that can be used here: only "),
        (jpeg(photo())[:-300], "“street.jpg” is damaged or incomplete: only whole JPEG files can be used."),
    ],
)
def test_upload_refused_is_one_sentence_and_keeps_nothing(desk, data, sentence):
    status, error = refusal(send(desk, data))
    assert (status, error.startswith(sentence), error.count("\n")) == (400, True, 0)
    assert (Image.objects.count(), stored()) == (0, [])


def test_upload_too_large_is_told_by_the_page_in_the_servers_words(desk, rf):
    status, error = refusal(send(desk, jpeg(photo()).ljust(cleaning.MAX_BYTES + 1, b"\0")))
    assert status == 400
    zone = unescape(render_to_string("admin/liveblogs/image/uploads.html", request=rf.get("/")))
    assert f'data-limit="{cleaning.MAX_BYTES}"' in zone
    assert re.search(r'data-too-large="([^"]*)"', zone)[1].replace("{name}", "street.jpg") == error


def test_upload_of_none_or_several_is_refused(desk):
    files = [SimpleUploadedFile("a.jpg", jpeg(photo())), SimpleUploadedFile("b.jpg", jpeg(photo((65, 48))))]
    assert refusal(desk.post(UPLOAD, {"file": files})) == (400, "Upload one picture at a time.")
    assert refusal(desk.post(UPLOAD, {"file": "a.jpg"})) == (400, "Upload one picture at a time.")
    assert desk.get(UPLOAD).status_code == 405
    assert Image.objects.count() == 0


def test_upload_with_a_name_of_300_characters_or_a_way_out(desk):
    for name in ("n" * 300 + ".jpg", "../../../etc/passwd", "a\0b.jpg"):
        assert send(desk, jpeg(photo((60 + len(name) % 7, 48))), name).status_code == 201
    assert len(stored()) == 3
    assert all(re.fullmatch(r"images/\d{4}/\d\d/[0-9a-f]{32}\.jpg", name) for name in stored())


def test_upload_by_those_who_may_not(client):
    user = staff("view_image")
    assert refusal(send(client, jpeg(photo()))) == (
        401,
        "You're logged out. Log in again in another tab, then try again.",
    )
    client.force_login(user)
    assert refusal(send(client, jpeg(photo()))) == (403, "You don't have permission to add pictures.")
    reader = User.objects.create_user("reader")
    reader.user_permissions.set(Permission.objects.filter(codename="add_image"))
    client.force_login(reader)
    assert refusal(send(client, jpeg(photo())))[0] == 401
    assert (Image.objects.count(), stored()) == (0, [])


def test_upload_from_another_site_is_refused():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff("add_image"))
    assert send(strict, jpeg(photo())).status_code == 403
    assert Image.objects.count() == 0


def test_upload_while_the_database_fails_keeps_nothing(desk, monkeypatch, caplog):
    def fails(image, *_, **__):
        image._meta.get_field("file").pre_save(image, add=True)
        raise DatabaseError("gone")

    monkeypatch.setattr(Image, "save_base", fails)
    assert refusal(send(desk, jpeg(photo()))) == (
        503,
        "“street.jpg” couldn't be saved. Try again in a moment.",
    )
    assert (Image.objects.count(), stored()) == (0, [])


# The library
# -----------


def cards(html: str) -> list[str]:
    return [unescape(words) for words in re.findall(r'<span class="library-words" dir="auto">([^<]*)</span>', html)]


def search(client: Client, **asked) -> list[str]:
    return cards(client.get(LIBRARY, asked).content.decode())


@pytest.fixture
def shelf() -> list[Image]:
    return [
        make_image("Flood in Harbour Street", credit="Ana Ruiz/Northwind", day=datetime(2026, 3, 1, 12, tzinfo=UTC)),
        make_image("The mayor speaks", credit="Bo Lind", day=datetime(2026, 3, 2, 23, 59, tzinfo=UTC)),
        make_image("Flood seen from above", credit="Northwind", day=datetime(2026, 3, 3, 0, 0, tzinfo=UTC)),
        make_image("", alt="A flooded field", credit="Kim Oye", day=datetime(2026, 3, 4, tzinfo=UTC)),
    ]


def test_library_shows_the_newest_first(desk, shelf):
    assert search(desk) == [
        "A flooded field", "Flood seen from above", "The mayor speaks", "Flood in Harbour Street",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "flood"}, [3, 2, 0]),
        ({"q": "FLOOD street"}, [0]),
        ({"q": "northwind flood"}, [2, 0]),
        ({"q": "volcano"}, []),
        ({"credit": "northwind"}, [2, 0]),
        ({"q": "flood", "credit": "ruiz"}, [0]),
        ({"since": "2026-03-02", "until": "2026-03-02"}, [1]),
        ({"since": "2026-03-03"}, [3, 2]),
        ({"until": "2026-03-01"}, [0]),
        ({"q": "100%"}, []),
    ],
)
def test_library_search(desk, shelf, asked, found):
    assert search(desk, **asked) == [shelf[number].caption or shelf[number].alt for number in found]


def test_library_search_that_is_malformed_says_so(desk, shelf):
    html = desk.get(LIBRARY, {"since": "soon"}).content.decode()
    assert cards(html) == []
    assert "From: Enter a valid date." in html


def test_library_days_are_those_of_the_newsroom(desk, shelf, settings):
    settings.TIME_ZONE = "America/New_York"
    assert search(desk, since="2026-03-02", until="2026-03-02") == ["Flood seen from above", "The mayor speaks"]


def test_library_tells_where_each_picture_stands(desk, shelf):
    blog = Blog.objects.create(title="Storm <Perrin>", slug="storm", cover=shelf[0])
    Byline.objects.create(name="Ada Grant", organisation="", portrait=shelf[1])
    for number in range(5):
        post = Post.objects.create(blog=blog, headline=f"Post {number}")
        PostImage.objects.create(post=post, image=shelf[0])
    html = desk.get(LIBRARY).content.decode()
    uses = [unescape(text).strip() for text in re.findall(r'<p class="library-uses">([^<]*)</p>', html)]
    assert uses == [
        "Not used yet",
        "Not used yet",
        "Used as portrait of Ada Grant",
        "Used in “Post 4”, in “Post 3”, in “Post 2”, in 2 more posts, as cover of “Storm <Perrin>”",
    ]
    assert "Storm <Perrin>" not in html


def test_library_names_no_post_that_the_user_may_not_see(client, shelf):
    user = staff("view_image", "view_post")
    for title in ("open to all", "for others"):
        blog = Blog.objects.create(title=f"Blog {title}", slug=slugify(title), cover=shelf[0])
        PostImage.objects.create(post=Post.objects.create(blog=blog, headline=title), image=shelf[0])
    Blog.objects.get(slug="open-to-all").staff.add(user)
    client.force_login(user)
    html = client.get(LIBRARY).content.decode()
    assert "Used in “open to all”, in 1 more post, as cover of “Blog open to all”" in unescape(html)
    assert "for others" not in html


def test_library_pages(desk, monkeypatch):
    monkeypatch.setattr(library, "PER_PAGE", 2)
    for number in range(5):
        make_image(f"picture {number}", day=datetime(2026, 3, 1 + number, tzinfo=UTC))
    seen, address = [], LIBRARY + "?q=picture"
    while address:
        html = desk.get(address).content.decode()
        seen.append(cards(html))
        link = re.search(r'href="([^"]*)" rel="next"', html)
        address = link and LIBRARY + unescape(link[1])
    assert seen == [["picture 4", "picture 3"], ["picture 2", "picture 1"], ["picture 0"]]
    assert 'rel="prev"' in html


def test_picker_is_the_grid_alone_with_what_scripts_need(desk, shelf):
    html = desk.get(LIBRARY, {"picker": "1", "q": "mayor"}).content.decode()
    assert "<html" not in html
    assert "picture-uploads" not in html
    [choice] = re.findall(r'<button type="button" class="library-choice" data-picture="([^"]*)"', html)
    picture = json.loads(unescape(choice))
    assert (picture["id"], picture["caption"], picture["credit"]) == (shelf[1].pk, "The mayor speaks", "Bo Lind")
    assert picture["lacks"] == ["alt"]


def test_library_costs_the_same_for_one_and_for_many(desk):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(LIBRARY)
        return len(captured)

    def add() -> None:
        image = make_image("picture")
        blog = Blog.objects.create(title="B", slug=f"b{image.pk}", cover=image)
        PostImage.objects.create(post=Post.objects.create(blog=blog, headline="H"), image=image)
        Byline.objects.create(name=f"N{image.pk}", portrait=image)

    add()
    one = queries()
    add()
    add()
    assert queries() == one


def test_library_is_for_those_who_may_see_pictures(client, shelf):
    assert client.get(LIBRARY).status_code == 302
    client.force_login(staff())
    for address in (LIBRARY, LIBRARY + "?picker=1"):
        response = client.get(address)
        assert response.status_code == 403
        assert b"Harbour Street" not in response.content


def test_library_escapes_what_was_typed(desk):
    make_image("<script>alert(1)</script>", alt='"><img src=x>')
    for address in (LIBRARY, LIBRARY + "?picker=1&q=%22%3E%3Cscript%3E"):
        html = desk.get(address).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert '"><script>' not in html
