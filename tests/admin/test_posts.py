"""Posts in the admin: what each button does, what is refused, and that nothing typed gets lost."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from liveblogs import publishing
from liveblogs.models import Blog, Byline, Image, Post, PostCredit, PostImage
from tests.support.admin import ADD, LIST, change_of, published, user
from tests.support.forms import fields, messages_of, send, upload, words

pytestmark = pytest.mark.django_db


# Buttons
# -------


def test_publish_a_new_post_with_credit_and_picture(client, blog, editor):
    byline = Byline.objects.create(name="Ada Grant", organisation="Fairlead", user=editor)
    revision = blog.revision
    response = send(
        client, ADD, "publish",
        **{
            "blog": blog.pk, "headline": "It shook", "body": "<p>At <strong>noon</strong>.</p>",
            "credits-0-place": "Quenn", "images-0-file": upload(), "images-0-alt": "A cracked wall",
            "images-0-credit": "Ada Grant/Fairlead", "images-0-caption": "The wall in Mill Street.",
        },
    )  # fmt: skip
    post = Post.objects.get()
    assert messages_of(response).startswith("Published")
    assert (post.state, post.headline, post.created_by) == ("published", "It shook", editor)
    assert [(credit.byline, credit.place) for credit in post.credits.all()] == [(byline, "Quenn")]
    picture = post.images.get()
    assert (picture.image.alt, picture.shown_caption) == ("A cracked wall", "The wall in Mill Street.")
    assert picture.image.created_by == editor
    blog.refresh_from_db()
    assert (blog.post_count, blog.revision) == (1, revision + 1)
    page = client.get("/quake/").content.decode()
    assert "From Fairlead&#x27;s" in page
    assert "A cracked wall" in page
    assert post.history.first().history_user == editor


def test_save_draft_shows_readers_nothing(client, blog, editor):
    response = send(client, ADD, "save", blog=blog.pk, headline="Only a draft")
    assert messages_of(response) == "Saved. Not visible to readers."
    assert Post.objects.get().state == "draft"
    blog.refresh_from_db()
    assert blog.post_count == 0
    assert b"Only a draft" not in client.get("/quake/").content


def test_update_changes_content_rows_and_readers_in_one_revision(client, blog, editor):
    ada, bo = (Byline.objects.create(name=name, organisation="Fairlead") for name in ("Ada", "Bo"))
    post = published(blog)
    PostCredit.objects.create(post=post, byline=ada)
    blog.refresh_from_db()
    revision, first = blog.revision, post.published_at
    response = send(client, change_of(post), "update", headline="Seen anew", **{"credits-0-byline": bo.pk})
    assert messages_of(response).startswith("Updated")
    blog.refresh_from_db()
    post.refresh_from_db()
    assert (blog.revision, post.revision, post.published_at) == (revision + 1, revision + 1, first)
    assert post.updated_at > first
    page = client.get("/quake/").content.decode()
    assert "Seen anew" in page
    assert ">Bo</a>" in page
    assert ">Ada</a>" not in page


def test_minor_edit_leaves_the_times(client, blog, editor):
    post = published(blog)
    blog.refresh_from_db()
    updated = blog.updated_at
    send(client, change_of(post), "minor", headline="Seen, spelled right")
    post.refresh_from_db()
    blog.refresh_from_db()
    assert (post.headline, post.updated_at, blog.updated_at) == ("Seen, spelled right", post.published_at, updated)


def test_withdraw_pin_and_unpin(client, blog, editor):
    post = published(blog)
    assert messages_of(send(client, change_of(post), "pin")).startswith("Pinned to top")
    post.refresh_from_db()
    assert post.is_pinned
    assert 'name="_unpin"' in client.get(change_of(post)).content.decode()
    send(client, change_of(post), "unpin")
    post.refresh_from_db()
    assert not post.is_pinned
    response = send(client, change_of(post), "withdraw", _reason="wrong street")
    assert messages_of(response) == "Withdrawn"
    post.refresh_from_db()
    assert post.state == "withdrawn"
    assert post.history.first().history_change_reason == "withdrawn: wrong street"
    assert b"Seen" not in client.get("/quake/").content


@pytest.mark.parametrize("act", ["pin", "withdraw"])
def test_state_button_with_unsaved_edits_loses_nothing(client, blog, editor, act):
    post = published(blog)
    response = send(client, change_of(post), act, headline="Half way to a better headline")
    assert "Your changes haven't been saved." in words(response)
    assert 'value="Half way to a better headline"' in response.content.decode()
    post.refresh_from_db()
    assert (post.state, post.is_pinned, post.headline) == ("published", False, "Seen")


def test_return_in_a_field_of_a_published_post_publishes_nothing(client, blog, editor):
    post = published(blog)
    response = send(client, change_of(post), "save", headline="Typed, then Return")
    assert "Choose “Update” to publish your changes." in words(response)
    assert "Typed, then Return" in response.content.decode()
    post.refresh_from_db()
    assert post.headline == "Seen"


def test_buttons_follow_the_state(client, blog, editor):
    def buttons(post):
        return re.findall(r'<input type="submit"[^>]* name="_(\w+)"', client.get(change_of(post)).content.decode())

    post = Post.objects.create(blog=blog, headline="A")
    assert buttons(post) == ["publish", "schedule", "submit", "save", "preview"]
    publishing.submit(post)
    assert buttons(post) == ["publish", "schedule", "to_draft", "save", "preview"]
    publishing.schedule(post, timezone.now() + timedelta(hours=1))
    assert buttons(post) == ["schedule", "publish", "to_draft"]
    publishing.publish(post)
    assert buttons(post) == ["update", "minor", "pin", "withdraw"]
    publishing.withdraw(post)
    assert buttons(post) == ["publish", "save", "to_draft"]


# Schedules, in the blog's zone
# -----------------------------


def test_schedule_is_read_in_the_blogs_zone(client, blog, editor):
    response = send(client, ADD, "schedule", blog=blog.pk, headline="Later", publish_at="2031-07-01T09:30")
    post = Post.objects.get()
    assert (post.state, post.publish_at) == ("scheduled", datetime(2031, 7, 1, 13, 30, tzinfo=UTC))
    assert messages_of(response) == "Scheduled for 9:30 a.m. ET, July 1, 2031"
    assert 'value="2031-07-01T09:30"' in response.content.decode()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Choose a publication time."),
        ("2020-01-01T10:00", "This time is in the past. Choose a later time or publish now."),
        ("2031-03-09T02:30", "2:30 a.m. on March 9, 2031 does not exist in ET"),
        ("next week", "Enter a date and a time."),
        ("2031-13-40T25:00", "Enter a date and a time."),
    ],
)
def test_schedule_that_cannot_be(client, blog, editor, typed, message):
    response = send(client, ADD, "schedule", blog=blog.pk, headline="Later", body="<p>Kept.</p>", publish_at=typed)
    assert message in words(response)
    page = response.content.decode()
    assert 'value="Later"' in page
    assert "&lt;p&gt;Kept.&lt;/p&gt;" in page
    assert not Post.objects.exists()


def test_published_at_keeps_its_microseconds_unless_it_is_changed(client, blog, editor):
    post = published(blog)
    before = post.published_at
    send(client, change_of(post), "update", headline="Other words")
    post.refresh_from_db()
    assert post.published_at == before
    send(client, change_of(post), "update", published_at="2026-01-02T03:04:05")
    post.refresh_from_db()
    assert post.published_at == datetime(2026, 1, 2, 8, 4, 5, tzinfo=UTC)


# Bad input
# ---------


def test_empty_post_is_not_published(client, blog, editor):
    response = send(client, ADD, "publish", blog=blog.pk, body="<p></p>")
    assert "Add a headline, text or a picture." in words(response)
    assert not Post.objects.exists()


def test_picture_without_its_words_stands_at_its_row_and_is_not_uploaded_twice(client, blog, editor):
    response = send(client, ADD, "publish", blog=blog.pk, headline="With a picture", **{"images-0-file": upload()})
    assert "Add alt text to publish." in words(response)
    assert "Add a credit line to publish." in words(response)
    assert not Post.objects.exists()
    image = Image.objects.get()
    again = fields(response)
    assert again["images-0-image"] == str(image.pk)
    assert image.file.url in response.content.decode()
    again |= {"images-0-alt": "A street", "images-0-credit": "Ada/Fairlead", "_publish": ""}
    assert messages_of(client.post(ADD, again, follow=True)).startswith("Published")
    image.refresh_from_db()
    assert (Image.objects.count(), image.alt, image.credit) == (1, "A street", "Ada/Fairlead")
    assert Post.objects.get().images.get().image == image


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("notes.txt", b"not a picture at all", "“notes.txt” is not a picture that can be used here"),
        ("empty.jpg", b"", "The submitted file is empty."),
        (
            "drawing.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "“drawing.svg” is",
        ),
    ],
)
def test_file_that_is_no_picture(client, blog, editor, name, content, message):
    response = send(
        client, ADD, "publish", blog=blog.pk, headline="Kept", **{"images-0-file": SimpleUploadedFile(name, content)}
    )
    assert message in words(response)
    assert 'value="Kept"' in response.content.decode()
    assert not Image.objects.exists()


def test_truncated_picture(client, blog, editor):
    whole = upload().read()
    broken = SimpleUploadedFile("half.png", whole[: len(whole) // 2])
    response = send(client, ADD, "save", blog=blog.pk, headline="Kept", **{"images-0-file": broken})
    assert "“half.png” is damaged or incomplete" in words(response)
    assert not Image.objects.exists()


def test_one_megabyte_of_text_is_refused_and_kept(client, blog, editor):
    text = "<p>" + "word " * 220_000 + "</p>"
    response = send(client, ADD, "save", blog=blog.pk, headline="Long", body=text)
    assert "The text is 1,100,007 characters long; the limit is 200,000." in words(response)
    assert response.content.decode().count("word ") >= 220_000
    assert not Post.objects.exists()


def test_what_was_removed_from_a_text_is_told(client, blog, editor):
    body = '<p><a href="javascript:alert(1)">here</a> and there</p><script>alert(2)</script>'
    response = send(client, ADD, "publish", blog=blog.pk, headline="Links", body=body)
    assert 'the link address "javascript:alert(1)"' in messages_of(response)
    assert "a script" in messages_of(response)
    assert Post.objects.get().body == "<p>here and there</p>"


def test_control_and_direction_signs_are_cleaned(client, blog, editor):
    send(client, ADD, "save", blog=blog.pk, headline="Safe\u202e gnp.exe", body="<p>one\u0000two</p>")
    post = Post.objects.get()
    assert (post.headline, post.body) == ("Safe gnp.exe", "<p>onetwo</p>")


def test_same_byline_twice(client, blog, editor):
    ada = Byline.objects.create(name="Ada", organisation="Fairlead")
    rows = {"credits-TOTAL_FORMS": 2, "credits-0-byline": ada.pk, "credits-1-byline": ada.pk, "credits-1-position": 1}
    response = send(client, ADD, "save", blog=blog.pk, headline="Twice", **rows)
    assert "Please correct the duplicate" in words(response)
    assert not Post.objects.exists()


# Nothing is lost
# ---------------


def test_form_sent_twice_makes_one_post(client, blog, editor):
    sent = fields(client.get(ADD)) | {"blog": blog.pk, "headline": "Once", "_publish": ""}
    client.post(ADD, sent)
    response = client.post(ADD, sent, follow=True)
    assert Post.objects.count() == 1
    assert "Already saved" in messages_of(response)
    assert response.redirect_chain[-1][0] == change_of(Post.objects.get())


def test_stale_save_is_refused_with_both_texts(client, blog, editor):
    post = published(blog, body="<p>first</p>")
    opened = fields(client.get(change_of(post)))
    other = user("olga", "Editor")
    theirs = Post.objects.get(pk=post.pk)
    theirs.body = "<p>corrected by Olga</p>"
    publishing.update(theirs, by=other)
    response = client.post(
        change_of(post), {**opened, "headline": "Mine", "body": "<p>typed by me</p>", "_update": ""}
    )
    page = words(response)
    assert re.search(r"olga updated this at \d+:\d\d [ap]\.m\. ET, .* while you were editing\.", page)
    assert "Your changes haven't been saved." in page
    text = response.content.decode()
    assert "<del>corrected</del>" in text
    assert "<ins>typed</ins>" in text
    assert "typed by me" in html.unescape(response.content.decode())
    post.refresh_from_db()
    assert (post.headline, post.body) == ("Seen", "<p>corrected by Olga</p>")
    # With both texts in view, the next save is a decision.
    again = fields(response) | {"headline": "Mine", "body": "<p>typed by me</p>", "_update": ""}
    assert messages_of(client.post(change_of(post), again, follow=True)).startswith("Updated")
    post.refresh_from_db()
    assert post.body == "<p>typed by me</p>"


def test_withdrawn_by_a_colleague_meanwhile(client, blog, editor):
    post = published(blog)
    opened = fields(client.get(change_of(post)))
    publishing.withdraw(Post.objects.get(pk=post.pk), by=user("olga", "Editor"))
    response = client.post(change_of(post), {**opened, "headline": "Mine", "_update": ""})
    assert "olga updated this at " in words(response)
    assert "Its state changed from Published to Withdrawn." in words(response)
    assert 'value="Mine"' in response.content.decode()
    post.refresh_from_db()
    assert (post.state, post.headline) == ("withdrawn", "Seen")


# Rights
# ------


def test_contributor_writes_and_submits_and_no_more(client, blog, writer):
    page = client.get(ADD).content.decode()
    assert re.findall(r'<input type="submit"[^>]* name="_(\w+)"', page) == ["submit", "save", "preview"]
    send(client, ADD, "submit", blog=blog.pk, headline="From the scene")
    post = Post.objects.get()
    assert (post.state, post.created_by) == ("submitted", writer)
    send(client, change_of(post), "save", headline="From the scene, longer")
    post.refresh_from_db()
    assert (post.state, post.headline) == ("submitted", "From the scene, longer")


@pytest.mark.parametrize("act", ["publish", "schedule", "update", "minor", "pin", "withdraw"])
def test_contributor_cannot_publish_by_naming_the_button(client, blog, writer, act):
    post = Post.objects.create(blog=blog, headline="Mine", created_by=writer)
    revision = blog.revision
    response = send(client, change_of(post), act, publish_at="2031-07-01T09:30")
    assert "You don't have permission to publish in this blog." in words(response)
    post.refresh_from_db()
    blog.refresh_from_db()
    assert (post.state, blog.revision) == ("draft", revision)


def test_contributor_cannot_change_what_is_not_theirs_or_is_out(client, blog, writer):
    theirs = Post.objects.create(blog=blog, headline="Somebody else's", created_by=user("sue", "Contributor"))
    mine = Post(blog=blog, headline="Mine, and out", created_by=writer)
    publishing.publish(mine)
    for post in (theirs, mine):
        page = client.get(change_of(post))
        assert page.status_code == 200
        assert '<input type="submit"' not in page.content.decode().split('id="post_form"')[1]
        response = client.post(change_of(post), {"headline": "Taken over", "_save": ""})
        assert response.status_code == 403
        post.refresh_from_db()
        assert post.headline != "Taken over"


def test_posts_of_other_blogs_are_out_of_reach(client, blog, editor):
    secret = Blog.objects.create(title="Secret plans", slug="secret")
    post = published(secret, "In another blog")
    assert b"In another blog" not in client.get(LIST).content
    assert client.get(change_of(post)).status_code == 302  # to the front page: "doesn't exist"
    assert client.get(reverse("admin:liveblogs_post_preview", args=[post.pk])).status_code == 404
    response = send(client, ADD, "publish", blog=secret.pk, headline="Sneaked in")
    assert not Post.objects.filter(headline="Sneaked in").exists()
    assert "Select a valid choice" in words(response)
    client.post(LIST, {"action": "withdraw_posts", "_selected_action": [post.pk], "confirmed": "yes"})
    post.refresh_from_db()
    assert post.state == "published"


def test_anonymous_is_sent_to_the_login(client, blog):
    post = published(blog)
    for address in (ADD, LIST, change_of(post), reverse("admin:liveblogs_post_preview", args=[post.pk])):
        assert client.get(address).url.startswith("/admin/login/")


# The preview
# -----------


def test_preview_of_a_draft_on_the_real_page(client, blog, editor):
    published(blog, "Already out")
    post = Post.objects.create(blog=blog, headline="Not yet", created_by=editor)
    response = client.get(reverse("admin:liveblogs_post_preview", args=[post.pk]))
    page = response.content.decode()
    assert re.findall(r'<h2[^>]*id="on-[^>]*>([^<]*)</h2>', page) == ["Not yet", "Already out"]
    assert response["Cache-Control"].startswith("private, no-store")
    assert "data-changes" not in page
    assert b"Not yet" not in client.get("/quake/").content


# The list
# --------


def test_list_shows_what_matters(client, blog, editor):
    byline = Byline.objects.create(name="Ada Grant", organisation="Fairlead")
    post = published(blog, "Pinned one", is_key_event=True)
    PostCredit.objects.create(post=post, byline=byline, place="Quenn")
    publishing.pin(post)
    row = words(client.get(LIST))
    for expected in ("Pinned one", "Published", "Pinned", "Key event", "Quake", "From Fairlead's Ada Grant in Quenn"):
        assert expected in row


@pytest.mark.parametrize("query", ["state__exact=draft", "pinned=yes", "q=needle", "byline={byline}", "blog={blog}"])
def test_list_filters_and_search(client, blog, admin_client, query):
    byline = Byline.objects.create(name="Ada Grant", organisation="Fairlead")
    other = Blog.objects.create(title="Other", slug="other")
    wanted = {
        "state": Post.objects.create(blog=blog, headline="wanted"),
        "pinned": published(blog, "wanted"),
        "q": published(blog, "wanted", body="<p>a needle</p>"),
        "byline": published(blog, "wanted"),
        "blog": published(other, "wanted"),
    }
    publishing.pin(wanted["pinned"])
    PostCredit.objects.create(post=wanted["byline"], byline=byline)
    key = query.partition("=")[0].partition("__")[0]
    page = admin_client.get(f"{LIST}?{query.format(byline=byline.pk, blog=other.pk)}").content.decode()
    assert re.findall(r"/post/(\d+)/change/[^>]*>wanted", page) == [str(wanted[key].pk)]


def count_queries(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_list_asks_the_same_for_one_post_and_for_many(blog, admin_client):
    byline = Byline.objects.create(name="Ada", organisation="Fairlead")
    image = Image(file=upload(), alt="A street", credit="Ada")
    image.save()

    def fill(number):
        for _ in range(number):
            post = published(blog)
            PostCredit.objects.create(post=post, byline=byline)
            PostImage.objects.create(post=post, image=image)

    fill(1)
    admin_client.get(LIST)
    one = count_queries(admin_client, LIST)
    fill(2)
    assert count_queries(admin_client, LIST) == one
    fill(40)
    assert count_queries(admin_client, LIST) == one
    assert one <= 14


def act_on(client, action, posts, **extra):
    data = {"action": action, "_selected_action": [post.pk for post in posts], **extra}
    return client.post(LIST, data, follow=True)


def test_bulk_publish_tells_what_was_refused(client, blog, editor):
    good = [Post.objects.create(blog=blog, headline=f"good {number}") for number in range(2)]
    empty = Post.objects.create(blog=blog)
    response = act_on(client, "publish_posts", [*good, empty])
    assert "2 posts published." in messages_of(response)
    assert "Add a headline, text or a picture." in messages_of(response)
    assert [Post.objects.get(pk=post.pk).state for post in (*good, empty)] == ["published", "published", "draft"]


def test_bulk_withdraw_asks_first(client, blog, editor):
    posts = [published(blog, f"out {number}") for number in range(2)]
    response = act_on(client, "withdraw_posts", posts)
    assert "Readers will no longer see these posts" in words(response)
    assert {Post.objects.get(pk=post.pk).state for post in posts} == {"published"}
    act_on(client, "withdraw_posts", posts, confirmed="yes", reason="retracted")
    assert {Post.objects.get(pk=post.pk).state for post in posts} == {"withdrawn"}
    assert posts[0].history.first().history_change_reason == "withdrawn: retracted"


def test_bulk_pin_and_unpin(client, blog, editor):
    post, draft = published(blog), Post.objects.create(blog=blog, headline="Draft")
    response = act_on(client, "pin_posts", [post, draft])
    assert "1 post pinned." in messages_of(response)
    assert "“Draft”: Only a published post can be pinned." in messages_of(response)
    act_on(client, "unpin_posts", [post])
    post.refresh_from_db()
    assert not post.is_pinned


def test_contributor_has_no_such_actions(client, blog, writer):
    post = published(blog)
    assert "withdraw_posts" not in client.get(LIST).content.decode()
    act_on(client, "withdraw_posts", [post], confirmed="yes")
    post.refresh_from_db()
    assert post.state == "published"


# Deleting
# --------


def test_post_that_was_published_cannot_be_deleted(admin_client, blog):
    post = published(blog)
    publishing.withdraw(post)
    delete = reverse("admin:liveblogs_post_delete", args=[post.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
    assert Post.objects.filter(pk=post.pk).exists()
    draft = Post.objects.create(blog=blog, headline="Never out")
    admin_client.post(reverse("admin:liveblogs_post_delete", args=[draft.pk]), {"post": "yes"})
    assert not Post.objects.filter(pk=draft.pk).exists()


# Pasting
# -------


def test_pasted_word_list_becomes_a_list(client, blog, writer):
    word = (
        '<p class="MsoListParagraph" style="mso-list:l0 level1 lfo1"><span style="mso-list:Ignore">·  </span>one</p>'
        '<p class="MsoListParagraph" style="mso-list:l0 level1 lfo1"><span style="mso-list:Ignore">·  </span>two</p>'
    )
    answer = client.post(reverse("admin:liveblogs_post_clean_paste"), {"html": word}).json()
    assert answer["html"] == "<ul><li>one</li><li>two</li></ul>"
    assert client.get(reverse("admin:liveblogs_post_clean_paste")).status_code == 403
