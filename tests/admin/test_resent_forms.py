"""A form that comes a second time: a double click, a way back in the browser, another window."""

import re

import pytest
from django.urls import reverse

from liveblogs import publishing
from liveblogs.models import Blog, Byline, Image, Post
from tests.support.admin import ADD, change_of, published, user
from tests.support.forms import fields, messages_of, send, upload, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(client, blog, editor):
    """What was sent when a new post was saved, with a credit and a picture."""
    ada = Byline.objects.create(name="Ada Grant", organisation="Fairlead")
    picture = {"images-0-file": upload(), "images-0-alt": "A wall", "images-0-credit": "Ada"}
    sent = fields(client.get(ADD)) | {"blog": blog.pk, "headline": "First  words", "body": "<p>Text</p>"}
    sent |= {"credits-0-byline": ada.pk, "_save": ""}
    client.post(ADD, sent | picture)
    return sent | {"images-0-image": Image.objects.get().pk}


def test_the_same_again_makes_nothing(client, sent):
    response = client.post(ADD, sent, follow=True)
    assert messages_of(response).endswith("Already saved")
    assert response.redirect_chain[-1][0] == change_of(Post.objects.get())


@pytest.mark.parametrize(
    "changed",
    [
        {"headline": "Second words"},
        {"body": "<p>Text, and more of it</p>"},
        {"label": "Analysis"},
        {"is_key_event": "on"},
        {"credits-0-byline": ""},
        {"images-0-image": ""},
        {"_publish": ""},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_with_something_else_in_it_nothing_is_lost(client, sent, changed):
    """Back in the browser, changed, sent again: neither dropped nor mixed into the post that is there."""
    again = {name: value for name, value in (sent | changed).items() if name != "_save" or "_publish" not in changed}
    response = client.post(ADD, again)
    assert "This form already created a post: First words (Draft). The text below hasn't been saved." in words(
        response
    )
    assert f'href="{change_of(Post.objects.get())}"' in response.content.decode()
    post = Post.objects.get()
    assert (post.headline, post.state) == ("First words", "draft")
    shown = fields(response)
    assert shown["headline"] == changed.get("headline", "First  words")
    assert shown["form_key"] != sent["form_key"]
    # Pressed once more it is meant: another post.
    assert messages_of(client.post(ADD, shown | {"_save": ""}, follow=True)) == "Saved. Not visible to readers."
    assert Post.objects.count() == 2


def test_another_writers_key_is_not_theirs(client, sent, blog):
    other = user("otto", "Editor")
    blog.staff.add(other)
    client.force_login(other)
    theirs = fields(client.get(ADD)) | {"blog": blog.pk, "headline": "Otto's", "_save": ""}
    client.post(ADD, theirs)
    assert list(Post.objects.order_by("pk").values_list("headline", flat=True)) == ["First words", "Otto's"]


def test_return_in_a_text_field_shows_readers_nothing(client, blog, editor):
    """Browsers press the first button of a form then."""
    for page in (client.get(ADD), client.get(change_of(published(blog)))):
        form = page.content.decode().split('id="post_form"')[1]
        assert re.search(r'<(?:button|input)[^>]*type="submit"[^>]*name="([^"]+)"', form)[1] == "_save"


def test_form_without_its_version_overwrites_nothing(client, blog, editor):
    post = published(blog)
    opened = fields(client.get(change_of(post)))
    del opened["seen_version"]
    response = client.post(change_of(post), opened | {"headline": "Blind", "_update": ""})
    assert "Your changes haven't been saved." in words(response)
    post.refresh_from_db()
    assert post.headline == "Seen"


def test_two_windows_of_one_editor(client, blog, editor):
    post = published(blog)
    opened = fields(client.get(change_of(post)))
    send(client, change_of(post), "update", headline="From the other window")
    response = client.post(change_of(post), opened | {"headline": "From this one", "_update": ""})
    assert re.search(r"You updated this at \d+:\d\d [ap]\.m\. ET, .* in another window\.", words(response))
    assert response.context["other"].headline == "From the other window"
    assert fields(response)["headline"] == "From this one"


# Blogs, bylines and pictures
# ---------------------------


def make(model, **values):
    row = model(**values)
    row.save()
    return row


@pytest.mark.parametrize(
    ("model", "name", "values"),
    [
        (Blog, "title", {"title": "Storm", "slug": "storm", "summary": "<p>Wind</p>"}),
        (Byline, "name", {"name": "Ada Grant", "organisation": "Fairlead"}),
        (Image, "caption", {"caption": "Mill Street", "alt": "A street"}),
    ],
)
def test_stale_save_of_other_rows_is_refused(client, manager, model, name, values):
    row = make(model, **values, **({"file": upload()} if model is Image else {}))
    key = model._meta.model_name
    address = reverse(f"admin:liveblogs_{key}_change", args=[row.pk])
    opened = fields(client.get(address), key)
    olga = user("olga", "Admin")
    theirs = model.objects.get(pk=row.pk)
    setattr(theirs, name, "Olga's")
    {Blog: publishing.update_blog, Byline: publishing.update_byline, Image: publishing.update_image}[model](
        theirs, by=olga
    )
    response = client.post(address, opened | {name: "Mine", "_save": ""})
    assert re.search(r"olga updated this at .* while you were editing\.", words(response))
    shown = fields(response, key)
    assert shown[name] == "Mine"
    row.refresh_from_db()
    assert getattr(row, name) == "Olga's"
    client.post(address, shown | {"_save": ""})
    row.refresh_from_db()
    assert getattr(row, name) == "Mine"
