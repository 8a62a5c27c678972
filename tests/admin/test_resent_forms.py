"""A form that comes a second time: a double click, a way back in the browser, another window."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from liveblogs import publishing
from liveblogs.models import Blog, Byline, Image, Post, PostImage
from tests.support.admin import ADD, change_of, published, user
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory
from tests.support.forms import fields, messages_of, send, upload, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(client, blog, editor):
    """What was sent when a new post was saved, with a credit and a picture."""
    ada, image = Byline.objects.create(name="Ada Grant", organisation="Fairlead"), ImageFactory()
    sent = fields(client.get(ADD)) | {"blog": blog.pk, "headline": "First  words", "body": "<p>Text</p>"}
    sent |= {"credits-0-byline": ada.pk, "credits-0-place": "Kestrow", "_save": ""}
    sent |= {"images-0-image": image.pk, "images-0-alt": image.alt, "images-0-credit": image.credit}
    client.post(ADD, sent)
    return sent


def test_the_same_again_makes_nothing(client, sent):
    response = client.post(ADD, sent, follow=True)
    assert messages_of(response).endswith("Already saved")
    assert response.redirect_chain[-1][0] == change_of(Post.objects.get())


def test_the_same_file_again_makes_nothing(client, blog, editor):
    sent = fields(client.get(ADD)) | {"blog": blog.pk, "headline": "Once", "images-0-alt": "A wall", "_save": ""}
    file = upload().read()
    for _ in range(2):
        response = client.post(ADD, sent | {"images-0-file": SimpleUploadedFile("wall.png", file)}, follow=True)
    assert messages_of(response).endswith("Already saved")
    again = client.post(ADD, sent | {"images-0-file": upload("other.png", (50, 30))})
    assert "This form already created a post: Once (Draft)." in words(again)
    assert (Post.objects.count(), PostImage.objects.count()) == (1, 1)


def another(name, value):
    """A value that an editor could have put there instead."""
    if name == "blog":
        return BlogFactory(live=True).pk
    if name.endswith("-byline"):
        return BylineFactory().pk
    if name.endswith("-image"):
        return ImageFactory().pk
    if name.endswith("position"):
        return 7
    return "2031-05-06T07:08" if name == "publish_at" else f"{value} and more"


def test_no_field_of_the_form_is_dropped(client, sent, blog):
    """Whatever is changed in it, the form doesn't pass for the one that was saved."""
    form = client.get(ADD).context["adminform"].form
    rows = [formset.formset.forms[0] for formset in client.get(ADD).context["inline_admin_formsets"]]
    names = [each.add_prefix(name) for each in (form, *rows) for name in each.fields]
    ours = {"form_key", "seen_version", "seen_state"}
    editable = [name for name in names if name not in ours and not name.endswith(("-id", "-post", "-file"))]
    assert len(editable) > 12
    for name in editable:
        response = client.post(ADD, sent | {name: another(name, sent.get(name, ""))})
        assert response.status_code == 200, name
        assert Post.objects.count() == 1
    assert Post.objects.get().headline == "First words"


@pytest.mark.parametrize(
    "changed",
    [
        {"headline": "Second words"},
        {"notes": "Call them back"},
        {"publish_at": "2031-05-06T07:08"},
        {"credits-0-place": "Estmere"},
        {"images-0-alt": "Another wall"},
        {"images-0-caption": "The wall at noon"},
        {"body": "<p>Text, and more of it</p>"},
        {"label": "Analysis"},
        {"is_key_event": "on"},
        {"credits-0-byline": "", "credits-0-place": ""},
        {"images-0-image": "", "images-0-alt": "", "images-0-credit": ""},
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
    assert messages_of(client.post(ADD, shown | {"_save": ""}, follow=True)).startswith(
        "Saved. Not visible to readers."
    )
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
