"""From a writer to an editor and back: what waits, who is told, in the admin and by email."""

import re
import socket
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from liveblogs import publishing
from liveblogs.models import Notice, Post
from liveblogs.publishing import review
from tests.support.admin import ADD, LIST, change_of
from tests.support.factories import BlogFactory, PostFactory, UserFactory
from tests.support.forms import send, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_server(settings):
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


def signed_in(someone):
    client = Client()
    client.force_login(someone)
    return client


@pytest.fixture
def people(blog):
    """A writer and an editor of the blog, each in a browser of their own."""
    wren = UserFactory(username="wren", group="Contributor", email="wren@example.org")
    ed = UserFactory(username="ed", group="Editor", email="ed@example.org")
    blog.staff.add(wren, ed)
    return wren, ed, signed_in(wren), signed_in(ed)


@pytest.fixture
def submitted(blog, people):
    return PostFactory(blog=blog, headline="Roads shut", state="submitted", by=people[0])


@pytest.fixture
def at_commit(django_capture_on_commit_callbacks):
    """Run what waits for the commit, as after each request."""

    def run():
        return django_capture_on_commit_callbacks(execute=True)

    return run


def act(client, post, name, **sent):
    return client.post(
        reverse("admin:liveblogs_blog_desk_action", args=[post.blog_id]), {"post": post.pk, "action": name, **sent}
    )


def notices_of(user):
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


# The whole way
# -------------


def test_submit_send_back_resubmit_and_publish(blog, people, at_commit, mailoutbox):
    wren, _ed, writer, editor = people
    send(writer, ADD, "submit", blog=blog.pk, headline="Roads shut", body="<p>All of them.</p>")
    post = Post.objects.get()
    assert post.state == "submitted"
    page = editor.get("/admin/")
    assert "1 awaiting review" in words(page)
    queue = re.search(r'<a class="waiting" href="([^"]+)"', page.content.decode())[1]
    assert "Roads shut" in words(editor.get(queue))
    with at_commit():
        act(editor, post, "send_back", note="Which roads?")
    assert "awaiting review" not in words(editor.get("/admin/"))
    assert "Roads shut : Sent back: Which roads?" in words(writer.get("/admin/"))
    assert "Which roads?" in words(writer.get(reverse("admin:liveblogs_blog_desk", args=[blog.pk])))
    send(writer, change_of(post), "submit", body="<p>The A1 and the A7.</p>")
    post.refresh_from_db()
    assert (post.state, post.review_note) == ("submitted", "")
    with at_commit():
        send(editor, change_of(post), "publish")
    assert "The A1 and the A7." in words(Client().get("/quake/"))
    assert notices_of(wren) == ["Sent back: Which roads?", "Published"]
    assert [(mail.to, mail.body.split("\n")[0]) for mail in mailoutbox] == [
        (["wren@example.org"], "Sent back: Which roads?"),
        (["wren@example.org"], "Published"),
    ]
    reasons = post.history.order_by("history_id").values_list("history_change_reason", flat=True)
    assert list(reasons) == ["created", "submitted", "sent back: Which roads?", "submitted", "published"]


IN = {
    "desk: publish": ("Published", lambda editor, post: act(editor, post, "publish")),
    "desk: back to draft": ("Sent back to you", lambda editor, post: act(editor, post, "to_draft")),
    "desk: schedule": ("Scheduled for", lambda editor, post: act(editor, post, "schedule", at="2035-01-02T03:04")),
    "form: publish": ("Published", lambda editor, post: send(editor, change_of(post), "publish")),
    "form: back to draft": ("Sent back to you", lambda editor, post: send(editor, change_of(post), "to_draft")),
    "form: schedule": (
        "Scheduled for",
        lambda editor, post: send(editor, change_of(post), "schedule", publish_at="2035-01-02T03:04"),
    ),
    "list: publish": (
        "Published",
        lambda editor, post: editor.post(LIST, {"action": "publish_posts", "_selected_action": [post.pk]}),
    ),
}


@pytest.mark.parametrize("way", IN)
def test_writer_is_told_whichever_way_an_editor_takes(people, submitted, way, at_commit, mailoutbox):
    wren, ed, _writer, editor = people
    text, take = IN[way]
    with at_commit():
        take(editor, submitted)
    (notice,) = notices_of(wren)
    assert notice.startswith(text)
    if text == "Scheduled for":
        assert notice == "Scheduled for 3:04 a.m. ET, January 2, 2035"
    assert [mail.body.split("\n")[0] for mail in mailoutbox] == [notice]
    assert notices_of(ed) == []


def test_draft_that_nobody_submitted_is_published_quietly(blog, people):
    wren, _ed, _writer, editor = people
    act(editor, PostFactory(blog=blog, by=wren), "publish")
    assert notices_of(wren) == []


def test_nobody_is_told_of_what_they_did_themselves(blog, people):
    _wren, ed, _writer, editor = people
    act(editor, PostFactory(blog=blog, by=ed, state="submitted"), "publish")
    assert Notice.objects.count() == 0


def test_note_that_was_answered_by_publishing_is_gone(blog, people, submitted):
    *_people, editor = people
    act(editor, submitted, "send_back", note="Which roads?")
    act(editor, submitted, "publish")
    assert "Which roads?" not in words(editor.get(reverse("admin:liveblogs_blog_desk", args=[blog.pk])))


def test_note_of_a_novel_is_refused(people, submitted):
    wren, *_others, editor = people
    response = act(editor, submitted, "send_back", note="x" * 2001)
    assert (response.status_code, response.json()["error"]) == (
        409,
        "Not sent back: shorten your note to 2000 characters.",
    )
    submitted.refresh_from_db()
    assert (submitted.state, notices_of(wren)) == ("submitted", [])


def test_refused_act_tells_nobody(blog, people, at_commit, mailoutbox):
    """An empty post is not published, so its writer hears nothing."""
    wren, *_others, editor = people
    empty = PostFactory(blog=blog, headline="", body="", state="submitted", by=wren)
    with at_commit():
        assert act(editor, empty, "publish").status_code == 409
    assert (notices_of(wren), mailoutbox) == ([], [])


# What waits
# ----------


def test_number_that_waits_is_each_ones_own(blog, people, submitted):
    """Contributors have no queue; editors that of their blogs; admins that of all."""
    away = BlogFactory(live=True)
    PostFactory.create_batch(2, blog=away, state="submitted")
    PostFactory(blog=blog, state="draft")
    elsewhere, admin = UserFactory(group="Editor"), UserFactory(group="Admin")
    away.staff.add(elsewhere)
    wren, ed, *_clients = people
    unassigned = UserFactory(group="Editor")
    asked = {"wren": wren, "ed": ed, "elsewhere": elsewhere, "admin": admin, "unassigned": unassigned}
    told = {}
    for name, someone in asked.items():
        found = re.search(r"(\d+) awaiting review", words(signed_in(someone).get("/admin/")))
        told[name] = int(found[1]) if found else 0
    assert told == {"wren": 0, "ed": 1, "elsewhere": 2, "admin": 3, "unassigned": 0}
    assert list(review.awaiting_review(ed)) == [submitted]


def test_front_page_costs_the_same_for_one_and_for_many(blog, people, submitted):
    *_people, editor = people
    editor.get("/admin/")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            editor.get("/admin/")
        counts.append(len(queries))
        for post in PostFactory.create_batch(2, blog=blog, state="submitted"):
            review.notify_author(post, "Published", by=None)
            Notice.objects.create(user=people[1], post=post, text="Published")
    assert counts[0] == counts[1]


# Who is not told
# ---------------


@pytest.mark.parametrize("why", ["not assigned", "inactive", "not of the staff", "without the permission"])
def test_writer_who_may_not_see_the_post_any_more_is_not_told(blog, people, submitted, why, at_commit, mailoutbox):
    wren, *_others, editor = people
    if why == "not assigned":
        blog.staff.remove(wren)
    elif why == "without the permission":
        wren.groups.clear()
        wren.user_permissions.add(Permission.objects.get(codename="view_blog"))
    else:
        setattr(wren, {"inactive": "is_active", "not of the staff": "is_staff"}[why], False)
        wren.save()
    with at_commit():
        assert act(editor, submitted, "send_back", note="Which roads?").status_code == 200
    assert (notices_of(wren), mailoutbox) == ([], [])


def test_notice_is_for_its_reader_alone(blog, people, submitted):
    _wren, _ed, writer, editor = people
    act(editor, submitted, "send_back", note="Which roads?")
    notice = Notice.objects.get()
    editor.post(reverse("admin:notice_seen"), {"notice": notice.pk})
    assert "Which roads?" in words(writer.get("/admin/"))
    response = writer.post(reverse("admin:notice_seen"), {"notice": notice.pk, "next": "https://example.com/"})
    assert response.url == "/admin/"
    assert "Sent back: Which roads?" not in words(writer.get("/admin/"))


@pytest.mark.parametrize("number", ["", "abc", "²", "9" * 5000, "-1"])
def test_notice_that_is_none(people, number):
    assert people[2].post(reverse("admin:notice_seen"), {"notice": number}).status_code == 302


# Email
# -----


def test_mail_says_what_and_where(blog, people, submitted, at_commit, mailoutbox, settings):
    settings.SITE_URL, settings.DEFAULT_FROM_EMAIL = "https://live.example.org", "desk@example.org"
    with at_commit():
        act(people[3], submitted, "send_back", note="Which roads?\nAnd since when?")
    (mail,) = mailoutbox
    assert (mail.subject, mail.from_email, mail.to) == (
        "Your post: Roads shut",
        "desk@example.org",
        ["wren@example.org"],
    )
    assert mail.body == (
        "Sent back: Which roads?\nAnd since when?\n\nRoads shut\nIn “Quake”\n"
        f"https://live.example.org/admin/liveblogs/post/{submitted.pk}/change/\n"
    )


def test_mail_of_a_post_without_a_headline(blog, people, at_commit, mailoutbox):
    post = PostFactory(blog=blog, headline="", body="<p>Line one</p><p>Line two</p>", state="submitted", by=people[0])
    with at_commit():
        act(people[3], post, "publish")
    assert mailoutbox[0].subject == "Your post: Line one Line two"


def test_no_mail_where_no_server_is_named(people, submitted, at_commit, mailoutbox, settings):
    del settings.MAILERS
    with at_commit() as waiting:
        act(people[3], submitted, "publish")
    assert (notices_of(people[0]), mailoutbox) == (["Published"], [])
    assert not [call for call in waiting if "email_notice" in repr(call)]


def test_no_mail_without_an_address(people, submitted, at_commit, mailoutbox):
    wren, *_others, editor = people
    wren.email = ""
    wren.save()
    with at_commit():
        act(editor, submitted, "publish")
    assert (notices_of(wren), mailoutbox) == (["Published"], [])


def test_mail_that_comes_late_is_not_sent(blog, people, submitted, mailoutbox):
    """Where a worker sends it: the notice was seen by then, or its reader is not assigned any more."""
    wren, *_others = people
    review.notify_author(submitted, "Published", by=None)
    (notice,) = Notice.objects.all()
    blog.staff.remove(wren)
    assert review.email_notice.call(notice.pk) is False
    blog.staff.add(wren)
    assert review.email_notice.call(notice.pk) is True
    notice.is_seen = True
    notice.save()
    assert review.email_notice.call(notice.pk) is False
    notice.delete()
    assert review.email_notice.call(notice.pk or 0) is False
    assert len(mailoutbox) == 1


@pytest.fixture
def silent_server():
    """A mail server that takes the call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("trouble", ["silence", "refusal"])
def test_mail_server_in_trouble_holds_up_no_editor(
    people, submitted, trouble, silent_server, settings, at_commit, caplog
):
    port = silent_server if trouble == "silence" else 1
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 0.2},
        }
    }
    with at_commit():
        response = act(people[3], submitted, "publish")
    assert response.json()["message"] == "Published"
    submitted.refresh_from_db()
    assert (submitted.state, notices_of(people[0])) == ("published", ["Published"])
    failed = [record for record in caplog.records if record.levelname == "ERROR"]
    assert ["email_notice" in record.getMessage() for record in failed] == [True]


def test_scheduled_post_goes_out_by_itself_and_tells_nobody_again(people, submitted):
    wren, _ed, *_clients = people
    review.schedule(submitted, timezone.now() + timedelta(hours=1), by=people[1])
    publishing.publish_due(at=timezone.now() + timedelta(hours=2))
    submitted.refresh_from_db()
    assert (submitted.state, len(notices_of(wren))) == ("published", 1)


def test_two_editors_at_the_queue(people, submitted, blog):
    """The second one is told that it is done, and the writer once."""
    otto = UserFactory(group="Editor")
    blog.staff.add(otto)
    opened = {"version": submitted.version}
    assert act(people[3], submitted, "publish", **opened).status_code == 200
    response = act(signed_in(otto), submitted, "send_back", note="No", **opened)
    assert response.status_code == 409
    assert notices_of(people[0]) == ["Published"]
