"""Text that is stored is clean, whichever path stores it."""

import json

import pytest
from django.apps import apps
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction

from liveblogs.models import Blog, Byline, Image, Post, PostCredit, PostImage
from liveblogs.models.fields import LineField, LinesField, RichTextField
from liveblogs.text import richtext
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory

pytestmark = pytest.mark.django_db

HTML = '<p onclick="x()">Body<script>alert(1)</script> <a href="javascript:x()">here</a></p>'
CLEAN_HTML = "<p>Body here</p>"
LINE = "Head\x00line \u202e  over\ntwo"
CLEAN_LINE = "Headline over two"
LINES = "One\x00 \u202eline\r\n  and  another\r\rend"
CLEAN_LINES = "One line\n  and  another\n\nend"


def fields(kind: type[models.Field]) -> list[tuple[str, str]]:
    return [
        (model.__name__, field.name)
        for model in apps.get_app_config("liveblogs").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, kind)
    ]


def test_every_text_that_people_write_is_of_a_kind_that_cleans():
    """A new text column must be told apart here from those that nobody writes."""
    free = {"slug", "public_id", "time_zone", "checksum", "form_digest", "release"}
    free |= {"html", "head", "about", "first_page_ends", "file", "data", "history_change_reason", "publish_fault"}
    free |= {"place", "text"}  # of texts that are not saved yet, and of notices, which are made of clean ones
    unclean = [
        (model.__name__, field.name)
        for model in apps.get_app_config("liveblogs").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, LineField | LinesField | RichTextField)
        and not field.choices
        and field.name not in free
    ]
    assert unclean == []
    assert ("Post", "headline") in fields(LineField)
    assert ("HistoricalPost", "headline") in fields(LineField)
    assert set(fields(RichTextField)) == {
        (prefix + model, name)
        for prefix in ("", "Historical")
        for model, name in (("Blog", "summary"), ("Post", "body"))
    }


def new_post(**fields) -> Post:
    return Post(blog=BlogFactory(), headline=LINE, body=HTML, label=LINE, correction=LINES, **fields)


def stored(post: Post) -> list[tuple[str, ...]]:
    """The texts of the post as its table has them, read past the model."""
    return list(Post.objects.filter(pk=post.pk).values_list("headline", "body", "label", "correction"))


CLEAN = (CLEAN_LINE, CLEAN_HTML, CLEAN_LINE, CLEAN_LINES)


def test_save_cleans_the_row_the_instance_and_the_history():
    post = new_post()
    post.save()
    assert stored(post) == [CLEAN]
    assert (post.headline, post.body, post.label, post.correction) == CLEAN
    assert list(post.history.values_list("headline", "body", "label", "correction")) == [CLEAN]


def test_save_of_some_fields_writes_no_unclean_history():
    post = PostFactory(headline="Old")
    post.headline, post.body = LINE, HTML
    post.save(update_fields=["headline"])
    assert Post.objects.get(pk=post.pk).headline == CLEAN_LINE
    assert [row for row in post.history.values_list("body", flat=True) if "script" in row] == []


def test_create_and_get_or_create_clean():
    blog = BlogFactory()
    created = Post.objects.create(blog=blog, headline=LINE, body=HTML, label=LINE, correction=LINES)
    made, _ = Post.objects.get_or_create(
        public_id="made", defaults={"blog": blog, "headline": LINE, "body": HTML, "label": LINE, "correction": LINES}
    )
    changed, _ = Post.objects.update_or_create(
        public_id="made", defaults={"headline": LINE + "!", "body": HTML, "label": LINE, "correction": LINES}
    )
    assert stored(created) == [CLEAN]
    assert stored(made) == stored(changed) == [(CLEAN_LINE + "!", *CLEAN[1:])]


def test_bulk_create_cleans():
    (post,) = Post.objects.bulk_create([new_post()])
    assert stored(post) == [CLEAN]


def test_bulk_update_cleans():
    post = PostFactory()
    post.headline, post.body, post.label, post.correction = LINE, HTML, LINE, LINES
    Post.objects.bulk_update([post], ["headline", "body", "label", "correction"])
    assert stored(post) == [CLEAN]


def test_queryset_update_cleans():
    post = PostFactory()
    Post.objects.filter(pk=post.pk).update(headline=LINE, body=HTML, label=LINE, correction=LINES)
    assert stored(post) == [CLEAN]


def test_upsert_cleans():
    post = PostFactory(public_id="same")
    again = Post(blog=post.blog, public_id="same", headline=LINE, body=HTML, label=LINE, correction=LINES)
    names = ["headline", "body", "label", "correction"]
    Post.objects.bulk_create([again], update_conflicts=True, unique_fields=["blog", "public_id"], update_fields=names)
    assert stored(post) == [CLEAN]


def test_loaded_fixture_is_cleaned():
    post = PostFactory()
    row = json.loads(serializers.serialize("json", [post]))
    row[0]["fields"] |= {"headline": LINE, "body": HTML, "label": LINE, "correction": LINES}
    for loaded in serializers.deserialize("json", json.dumps(row)):
        loaded.save()
    assert stored(post) == [CLEAN]


def test_other_models_clean():
    blog = BlogFactory(title=LINE, summary=HTML)
    byline = BylineFactory(name=LINE, organisation=LINE, job_title=LINE, bio=LINES)
    image = ImageFactory(alt=LINE, caption=LINE, credit=LINE)
    post = PostFactory(credits=[(byline, LINE)])
    PostImage.objects.bulk_create([PostImage(post=post, image=image, caption=LINE)])
    assert Blog.objects.values_list("title", "summary").get(pk=blog.pk) == (CLEAN_LINE, CLEAN_HTML)
    names = ("name", "organisation", "job_title", "bio")
    assert Byline.objects.values_list(*names).get() == (CLEAN_LINE, CLEAN_LINE, CLEAN_LINE, CLEAN_LINES)
    assert Image.objects.values_list("alt", "caption", "credit").get() == (CLEAN_LINE,) * 3
    assert PostCredit.objects.get().place == PostImage.objects.get().caption == CLEAN_LINE


@pytest.mark.parametrize("way", ["save", "full_clean", "update"])
def test_text_that_reached_the_table_by_other_means_is_cleaned_when_it_is_saved_again(way):
    post = PostFactory()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE liveblogs_post SET body = %s WHERE id = %s", [HTML, post.pk])
    post = Post.objects.get(pk=post.pk)
    assert post.body == HTML
    if way == "update":
        Post.objects.filter(pk=post.pk).update(body=post.body)
    else:
        getattr(post, way)()
        assert post.body == CLEAN_HTML
        post.save()
    assert stored(post)[0][1] == CLEAN_HTML


def test_text_made_of_clean_ones_is_cleaned_again():
    clean = richtext.sanitise("<p>Fine</p>")
    for unclean in (clean + HTML, clean.replace("Fine", "<script>alert(1)</script>"), f"{clean}<script></script>"):
        assert "script" in unclean
        assert "script" not in PostFactory(body=unclean).body


@pytest.mark.parametrize("body", ["<p>" + "x" * richtext.MAX_BYTES, "<blockquote>" * 100])
def test_body_over_the_caps_is_refused_at_its_field_and_by_save(body):
    post = PostFactory.build(blog=BlogFactory(), body=body)
    with pytest.raises(ValidationError) as caught:
        post.full_clean()
    assert list(caught.value.message_dict) == ["body"]
    with pytest.raises(ValueError, match="The text"), transaction.atomic():
        post.save()
    assert (Post.objects.count(), post.pk, post._state.adding) == (0, None, True)


def test_clean_gives_the_instance_what_will_be_stored():
    post = new_post()
    post.full_clean()
    assert (post.headline, post.body, post.label, post.correction) == CLEAN
