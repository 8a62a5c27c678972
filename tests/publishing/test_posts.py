"""Posts on the write path: each call from each state, with everything it changes and nothing else."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from liveblogs import publishing
from liveblogs.models import Autosave, Blog, BlogFragment, Fragment, Notice, Post, PostCredit, PostImage, StaleVersion
from liveblogs.publishing import ChangeRefused
from liveblogs.text import richtext
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory, UserFactory
from tests.support.watching import columns, differences, history_entries, listening

pytestmark = pytest.mark.django_db

#: When everything happens that a test does after its beginning.
NOW = datetime(2030, 3, 22, 10, 14, 5, 123456, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def stop_clock(monkeypatch) -> Callable[[], None]:
    """From when it's called, it is NOW; what was made before is older."""
    clock = SimpleNamespace(now=lambda: NOW)
    return lambda: monkeypatch.setattr("liveblogs.publishing.change.timezone", clock)


@pytest.fixture
def blog() -> Blog:
    blog = BlogFactory(live=True)
    PostFactory(blog=blog, state="published", headline="A neighbour")
    return blog


def make(blog: Blog, state: str) -> Post:
    if state == "unsaved":
        return Post(blog=blog, headline="New", body="<p>New.</p>")
    post = PostFactory(blog=blog, state="published" if state == "pinned" else state)
    if state == "pinned":
        publishing.pin(post)
    return Post.objects.get(pk=post.pk)


CALLS = {
    "publish": publishing.publish,
    "update": publishing.update,
    "withdraw": publishing.withdraw,
    "pin": publishing.pin,
    "unpin": publishing.unpin,
    "schedule": lambda post, *, by: publishing.schedule(post, LATER, by=by),
    "submit": publishing.submit,
    "to_draft": publishing.revert_to_draft,
    "keep": publishing.save_draft,
    "erase": publishing.erase,
}
REFUSED, NOTHING = "refused", "nothing"
STATES = ("unsaved", "draft", "submitted", "scheduled", "published", "pinned", "withdrawn")
#: The state that a post is in after each call, for each state it was in before.
AFTER = {
    "publish": ("published", "published", "published", "published", "published", "published", "published"),
    "update": (REFUSED, REFUSED, REFUSED, REFUSED, "published", "published", REFUSED),
    "withdraw": (REFUSED, REFUSED, REFUSED, REFUSED, "withdrawn", "withdrawn", REFUSED),
    "pin": (REFUSED, REFUSED, REFUSED, REFUSED, "published", "published", REFUSED),
    "unpin": (NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, "published", NOTHING),
    "schedule": ("scheduled", "scheduled", "scheduled", "scheduled", REFUSED, REFUSED, "scheduled"),
    "submit": ("submitted", "submitted", "submitted", "submitted", REFUSED, REFUSED, "submitted"),
    "to_draft": ("draft", "draft", "draft", "draft", REFUSED, REFUSED, "draft"),
    "keep": ("draft", "draft", "submitted", "scheduled", REFUSED, REFUSED, "withdrawn"),
    "erase": (REFUSED, "draft", "draft", "draft", "withdrawn", "withdrawn", "withdrawn"),
}
MATRIX = [(call, state, AFTER[call][place]) for call in CALLS for place, state in enumerate(STATES)]
SEEN = {"published", "pinned"}


def is_unseen_change(call: str, state: str) -> bool:
    return call in {"schedule", "submit", "to_draft", "keep"} or (call == "erase" and state not in SEEN)


def changed_columns(call: str, state: str, post: Post, before: dict[str, Any], revision: int) -> dict[str, Any]:
    """The columns of the post that a call gives another value, and which."""
    edited = {"version": before["version"] + 1}
    first = {"published_at": NOW} if before["published_at"] is None else {}
    changes = {
        "publish": edited | {"state": "published", "updated_at": NOW, "publish_at": None} | first,
        "update": edited | {"updated_at": NOW},
        "withdraw": {"state": "withdrawn", "pinned_at": None},
        "pin": {"pinned_at": NOW},
        "unpin": {"pinned_at": None},
        "schedule": edited | {"state": "scheduled", "publish_at": LATER},
        "submit": edited | {"state": "submitted", "publish_at": None},
        "to_draft": edited | {"state": "draft", "publish_at": None},
        "keep": edited,
        "erase": edited
        | {"state": "withdrawn" if before["published_at"] else "draft", "headline": "", "body": ""}
        | {"publish_at": None, "pinned_at": None},
    }[call]
    if not is_unseen_change(call, state):
        changes["revision"] = revision
    return {name: value for name, value in changes.items() if before[name] != value}


@pytest.mark.parametrize(("call", "state", "after"), [row for row in MATRIX if row[2] not in (REFUSED, NOTHING)])
def test_call_changes_exactly_this(call, state, after, blog, stop_clock, django_capture_on_commit_callbacks):
    post, user = make(blog, state), UserFactory()
    if state == "unsaved":
        post.save()
        post_before = columns(post)
        history = 0
        Post.objects.filter(pk=post.pk).delete()
        post = Post(blog=blog, headline=post.headline, body=post.body, public_id=post.public_id)
        post_before |= {"version": -1, "created_by_id": None}
    else:
        post_before, history = columns(post), len(history_entries(post))
    blog_before = columns(blog)
    stop_clock()
    with listening() as news, django_capture_on_commit_callbacks(execute=True):
        CALLS[call](post, by=user)
        assert news.changed == []  # nobody is told before the commit

    revision = blog_before["revision"] + 1
    expected = changed_columns(call, state, post, post_before, revision)
    if state == "unsaved":
        expected |= {"id": post.pk, "created_by_id": user.pk, "created_at": columns(post)["created_at"]}
    assert differences(post_before, columns(post)) == expected
    assert post.state == after
    assert {name: getattr(post, name) for name in columns(post)} == columns(post)  # the instance says the same
    if call == "erase":
        assert history_entries(post) == [("erased", user.username)]
    else:
        reason = {"publish": "updated" if state in SEEN else "published", "update": "updated", "pin": "pinned"}
        reason |= {"withdraw": "withdrawn", "unpin": "unpinned", "schedule": "scheduled", "submit": "submitted"}
        reason |= {"to_draft": "back to draft", "keep": "edited"}
        assert history_entries(post)[history:] == [(reason[call], user.username)]

    if is_unseen_change(call, state):
        assert differences(blog_before, columns(blog)) == {}
        assert (news.changed, set(news.committed)) == ([], {blog.slug})
        return
    count = (after == "published") - (state in SEEN)
    expected = {"revision": revision, "revised_at": NOW, "updated_at": NOW}
    expected |= {"post_count": blog_before["post_count"] + count} if count else {}
    assert differences(blog_before, columns(blog)) == expected
    assert blog_before["post_count"] + count == Post.objects.published().filter(blog=blog).count()
    assert news.changed == [(blog.slug, revision, [post.public_id])]
    assert set(news.committed) == {blog.slug}
    assert {name: getattr(post.blog, name) for name in expected} == expected


@pytest.mark.parametrize(("call", "state", "after"), [row for row in MATRIX if row[2] in (REFUSED, NOTHING)])
def test_call_that_changes_nothing(call, state, after, blog, django_capture_on_commit_callbacks):
    post = make(blog, state)
    post.headline, post.body = "Typed", "<p>Typed, <b>with care</b></p>"
    blog_before, rows, instance = columns(blog), Post.objects.order_by("pk").values(), copy.deepcopy(post.__dict__)
    rows_before, history = list(rows), Post.history.count()
    with listening() as news, django_capture_on_commit_callbacks(execute=True):
        if after == REFUSED:
            with pytest.raises(ChangeRefused):
                CALLS[call](post, by=UserFactory())
        else:
            CALLS[call](post, by=UserFactory())
    assert (columns(blog), list(rows.all()), Post.history.count()) == (blog_before, rows_before, history)
    assert news.changed == []
    values = {name: value for name, value in post.__dict__.items() if name != "_state"}
    assert values == {name: value for name, value in instance.items() if name != "_state"}
    assert post._state.adding is (state == "unsaved")


# Publishing
# ----------


def test_refused_publication_leaves_an_unsaved_post_unsaved(blog):
    post = Post(blog=blog, headline="  ", label="Analysis")
    with pytest.raises(ChangeRefused) as caught:
        publishing.publish(post, by=UserFactory())
    assert caught.value.message_dict == {"__all__": ["Add a headline, text or a picture."]}
    assert (post.pk, post._state.adding, post.state, post.published_at) == (None, True, "draft", None)
    assert (post.headline, post.created_by, post.version) == ("  ", None, 0)
    assert Post.objects.filter(label="Analysis").count() == 0
    post.headline = "With a headline"
    publishing.publish(post)
    assert Post.objects.get(label="Analysis").is_published


def test_refused_publication_leaves_a_draft_as_it_was_typed(blog):
    post = PostFactory(blog=blog, images=[ImageFactory(alt="", credit="")])
    post.headline = "Typed"
    with pytest.raises(ChangeRefused) as caught:
        publishing.publish(post)
    assert caught.value.message_dict == {"images": ["Picture 1 has no alt text.", "Picture 1 has no credit line."]}
    assert (post.state, post.published_at, post.headline, post.version) == ("draft", None, "Typed", 0)
    publishing.revert_to_draft(post)
    assert Post.objects.get(pk=post.pk).headline == "Typed"


@pytest.mark.parametrize(
    ("name", "value"),
    [("headline", "x" * 301), ("label", "x" * 61), ("correction", "x" * 2001), ("body", "<blockquote>" * 100)],
)
@pytest.mark.parametrize("state", ["unsaved", "draft", "published"])
def test_content_that_the_form_would_refuse_is_refused(name, value, state, blog):
    post, before = make(blog, state), columns(blog)
    setattr(post, name, value)
    with pytest.raises(ChangeRefused) as caught:
        publishing.publish(post)
    assert list(caught.value.message_dict) == [name]
    assert (columns(blog), getattr(post, name)) == (before, value)
    assert not Post.objects.filter(**{name: value}).exists()


def test_failure_while_rendering_leaves_no_trace(blog, monkeypatch, django_capture_on_commit_callbacks):
    post, before = make(blog, "draft"), columns(blog)
    post.body = "<p>Typed <b>here</b></p>"

    def fail(*_args: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("liveblogs.rendering.fragments.store", fail)
    with listening() as news, django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
        publishing.publish(post)
    assert columns(blog) == before
    assert Post.objects.get(pk=post.pk).state == post.state == "draft"
    assert (post.body, post.blog.revision, news.changed) == ("<p>Typed <b>here</b></p>", before["revision"], [])


def test_published_at_is_set_once_and_for_good(blog):
    post = PostFactory(blog=blog, state="published")
    first = post.published_at
    assert post.updated_at == first
    publishing.withdraw(post)
    publishing.revert_to_draft(post)
    post.published_at = None
    publishing.submit(post)
    publishing.publish(post)
    assert Post.objects.get(pk=post.pk).published_at == first
    assert post.updated_at > first


@pytest.mark.parametrize("state", ["unsaved", "draft", "submitted", "scheduled"])
def test_first_publication_is_now_whatever_the_instance_says(state, blog, stop_clock):
    post = make(blog, state)
    stop_clock()
    post.published_at = post.updated_at = post.pinned_at = NOW - timedelta(days=9)
    publishing.publish(post, minor=True)
    stored = Post.objects.get(pk=post.pk)
    assert (stored.published_at, stored.updated_at, stored.pinned_at) == (NOW, NOW, None)
    assert Blog.objects.get(pk=blog.pk).updated_at == NOW  # a new post is never a minor matter


def test_minor_publication_of_a_withdrawn_post_leaves_the_times(blog):
    post = make(blog, "withdrawn")
    before, seen = columns(post), columns(blog)
    publishing.publish(post, minor=True)
    assert differences(before, columns(post)).keys() == {"state", "revision", "version"}
    assert columns(blog)["updated_at"] == seen["updated_at"]
    assert columns(blog)["post_count"] == 2


@pytest.mark.parametrize("call", [publishing.update, publishing.publish])
def test_minor_change_leaves_the_times(call, blog):
    post = make(blog, "published")
    before, seen = columns(post), columns(blog)
    post.headline = "Spelled right"
    call(post, minor=True)
    assert differences(before, columns(post)) == {
        "headline": "Spelled right",
        "version": before["version"] + 1,
        "revision": seen["revision"] + 1,
    }
    assert differences(seen, columns(blog)).keys() == {"revision", "revised_at"}
    assert history_entries(post)[-1] == ("minor edit", None)


def test_publication_in_a_draft_blog_counts_and_shows_later(client):
    blog = BlogFactory()
    PostFactory(blog=blog, state="published", headline="Early")
    assert columns(blog)["post_count"] == 1
    assert client.get(f"/{blog.slug}/").status_code == 404
    publishing.open_blog(blog)
    assert "Early" in client.get(f"/{blog.slug}/").content.decode()


def test_publication_over_a_withdrawal_that_came_between_is_refused(blog):
    stale = make(blog, "published")
    publishing.withdraw(Post.objects.get(pk=stale.pk))
    stale.headline = "Put right"
    with pytest.raises(ChangeRefused, match="Not published: this post was withdrawn"):
        publishing.publish(stale)
    assert Post.objects.get(pk=stale.pk).state == "withdrawn"


def test_nothing_is_kept_of_the_signature_for_the_next_change(blog):
    post = make(blog, "draft")
    publishing.publish(post, by=UserFactory(username="anna"))
    publishing.withdraw(post, reason="could not be confirmed")
    post.headline = "Plainly saved"
    post.save()
    assert history_entries(post)[-3:] == [
        ("published", "anna"),
        ("withdrawn: could not be confirmed", None),
        (None, None),
    ]


def test_reason_is_cut_to_what_the_history_takes(blog):
    post = make(blog, "published")
    publishing.withdraw(post, reason="x" * 300)
    assert history_entries(post)[-1][0] == "withdrawn: " + "x" * 89


# Two editors
# -----------


@pytest.mark.parametrize("call", ["publish", "schedule", "submit", "to_draft", "keep"])
def test_stale_content_is_refused(call, blog):
    post, stale = make(blog, "draft"), make(blog, "draft")
    stale = Post.objects.get(pk=post.pk)
    post.headline = "Hers"
    publishing.save_draft(post)
    stale.headline = "His"
    with pytest.raises(StaleVersion):
        CALLS[call](stale, by=None)
    stored = Post.objects.get(pk=post.pk)
    assert (stored.headline, stored.state, stale.headline, stale.state) == ("Hers", "draft", "His", "draft")


def test_stale_credits_are_refused(blog):
    post = PostFactory(blog=blog, state="published", credits=[BylineFactory(name="Ana")])
    stale = Post.objects.get(pk=post.pk)
    post.credits.update(place="Kyiv")
    publishing.update(post)
    stale.credits.update(place="Lviv")
    with pytest.raises(StaleVersion):
        publishing.update(stale)


def test_second_publication_of_the_same_draft_is_refused(blog):
    post = make(blog, "draft")
    other = Post.objects.get(pk=post.pk)
    publishing.publish(post)
    with pytest.raises(StaleVersion):
        publishing.publish(other)
    assert columns(blog)["post_count"] == 2


@pytest.mark.parametrize("call", ["pin", "unpin", "withdraw"])
def test_change_of_state_leaves_newer_content_alone(call, blog):
    post = make(blog, "pinned")
    stale = Post.objects.get(pk=post.pk)
    post.headline = "Hers"
    publishing.update(post)
    stale.headline = "His, older"
    CALLS[call](stale, by=None)
    assert (Post.objects.get(pk=post.pk).headline, stale.headline) == ("Hers", "Hers")
    stale.headline = "Hers and his"
    if call != "withdraw":
        publishing.update(stale)
        assert Post.objects.get(pk=post.pk).headline == "Hers and his"


def test_change_of_state_does_not_stop_an_edit_under_way(blog):
    editing = make(blog, "published")
    publishing.pin(Post.objects.get(pk=editing.pk))
    editing.headline = "Edited meanwhile"
    publishing.update(editing)
    stored = Post.objects.get(pk=editing.pk)
    assert (stored.headline, stored.is_pinned) == ("Edited meanwhile", True)


@pytest.mark.parametrize("call", list(CALLS))
def test_deleted_post_is_refused(call, blog):
    post = make(blog, "draft")
    Post.objects.get(pk=post.pk).delete()
    pk = post.pk
    with pytest.raises(StaleVersion, match="deleted"):
        CALLS[call](post, by=None)
    assert (post.pk, post.state, Post.objects.filter(pk=pk).exists()) == (pk, "draft", False)


@pytest.mark.parametrize("call", ["publish", "schedule", "submit", "to_draft", "keep"])
def test_post_in_no_blog_is_refused(call):
    blog = BlogFactory()
    for post in (Post(headline="Lost"), Post(headline="Lost", blog_id=blog.pk + 1000)):
        with pytest.raises(ChangeRefused) as caught:
            CALLS[call](post, by=None)
        assert list(caught.value.message_dict) == ["blog"]


# Moving to another blog
# ----------------------


@pytest.mark.parametrize(("call", "state"), [("publish", "published"), ("schedule", "scheduled"), ("keep", "draft")])
def test_moved_draft_counts_where_it_went(call, state, blog):
    post, other = make(blog, "draft"), BlogFactory(live=True)
    blog_before, other_before = columns(blog), columns(other)
    post.blog = other
    CALLS[call](post, by=None)
    stored = Post.objects.get(pk=post.pk)
    assert (stored.blog, stored.state) == (other, state)
    assert differences(blog_before, columns(blog)) == {}
    assert columns(other)["post_count"] == (state == "published")
    assert (columns(other)["revision"] > other_before["revision"]) == (state == "published")


@pytest.mark.parametrize("state", ["published", "pinned", "withdrawn"])
@pytest.mark.parametrize("call", ["publish", "update", "keep", "schedule", "save"])
def test_post_that_readers_knew_does_not_move(call, state, blog):
    post, other = make(blog, state), BlogFactory(live=True)
    before = [columns(row) for row in (post, blog, other)]
    post.blog = other
    with pytest.raises(ChangeRefused):
        post.save() if call == "save" else CALLS[call](post, by=None)
    assert [columns(row) for row in (Post.objects.get(pk=post.pk), blog, other)] == before
    assert post.blog == other  # as the caller had it


@pytest.mark.parametrize("call", ["withdraw", "pin", "unpin", "erase"])
def test_change_of_state_goes_to_the_blog_that_the_post_is_in(call, blog):
    post, other = make(blog, "pinned"), BlogFactory(live=True)
    blog_before, other_before = columns(blog), columns(other)
    post.blog = other
    CALLS[call](post, by=None)
    assert columns(other) == other_before
    assert columns(blog)["revision"] == blog_before["revision"] + 1
    assert post.blog_id == blog.pk


def test_post_that_readers_knew_keeps_its_public_id(blog):
    post = make(blog, "withdrawn")
    post.public_id = "another"
    with pytest.raises(ChangeRefused):
        post.save()
    with pytest.raises(ChangeRefused):
        post.save(update_fields=["public_id"])


# Notes
# -----


@pytest.mark.parametrize("state", STATES[1:])
def test_notes_are_saved_alone(state, blog, django_capture_on_commit_callbacks):
    post, user, blog_before = make(blog, state), UserFactory(), columns(blog)
    before = columns(post)
    post.notes, post.headline = "Ask  her\x00 again", "Typed, not saved"
    with listening() as news, django_capture_on_commit_callbacks(execute=True):
        publishing.save_notes(post, by=user)
    assert differences(before, columns(post)) == {"notes": "Ask  her again", "version": before["version"] + 1}
    assert (columns(blog), news.changed) == (blog_before, [])
    assert (post.notes, post.headline) == ("Ask  her again", "Typed, not saved")
    assert history_entries(post)[-1] == ("notes", user.username)
    assert post.history.first().headline == before["headline"]
    post.headline = "Saved now"
    publishing.update(post) if state in SEEN else publishing.save_draft(post)
    assert Post.objects.get(pk=post.pk).headline == "Saved now"


def test_notes_over_newer_ones_are_refused(blog):
    post = make(blog, "published")
    stale = Post.objects.get(pk=post.pk)
    post.notes, stale.notes = "Hers", "His"
    publishing.save_notes(post)
    with pytest.raises(StaleVersion):
        publishing.save_notes(stale)
    assert columns(post)["notes"] == "Hers"
    with pytest.raises(ChangeRefused):
        publishing.save_notes(Post(blog=blog, notes="x"))


def test_note_to_the_writer_goes_when_the_post_is_submitted_again(blog):
    post = make(blog, "submitted")
    publishing.revert_to_draft(post, note="Who says so?")
    assert columns(post)["review_note"] == "Who says so?"
    assert history_entries(post)[-1][0] == "sent back: Who says so?"
    publishing.save_draft(post)
    assert columns(post)["review_note"] == "Who says so?"
    publishing.submit(post)
    assert columns(post)["review_note"] == ""


# The schedule
# ------------


@pytest.mark.parametrize(
    ("at", "message"),
    [
        (NOW, "This time is in the past. Choose a later time or publish now."),
        (NOW - timedelta(days=1), "This time is in the past. Choose a later time or publish now."),
        (None, "Choose a publication time."),
    ],
)
def test_schedule_refuses_the_past(at, message, blog, stop_clock):
    post = make(blog, "draft")
    stop_clock()
    with pytest.raises(ChangeRefused) as caught:
        publishing.schedule(post, at)
    assert caught.value.message_dict == {"publish_at": [message]}
    assert (post.state, post.publish_at) == ("draft", None)


def test_what_is_scheduled_must_be_fit_to_be_published(blog):
    post = PostFactory(blog=blog, images=[ImageFactory(credit="")])
    with pytest.raises(ChangeRefused, match="Picture 1 has no credit line"):
        publishing.schedule(post, LATER)
    post = make(blog, "scheduled")
    post.headline = post.body = ""
    with pytest.raises(ChangeRefused, match="Add a headline"):
        publishing.save_draft(post)
    assert Post.objects.get(pk=post.pk).headline


@pytest.mark.parametrize("call", ["schedule", "submit", "to_draft", "publish"])
def test_reason_why_it_was_not_published_goes_with_the_next_step(call, blog):
    post = make(blog, "draft")
    Post.objects.filter(pk=post.pk).update(publish_fault="Picture 1 has no alt text.")
    post.refresh_from_db()
    CALLS[call](post, by=None)
    assert Post.objects.get(pk=post.pk).publish_fault == ""


# Updates
# -------


def test_editor_may_move_a_post_in_the_timeline(blog, client):
    older, newer = make(blog, "published"), make(blog, "published")
    newer.published_at = older.published_at - timedelta(minutes=5)
    publishing.update(newer)
    html = client.get(f"/{blog.slug}/").content.decode()
    assert html.index(f"post-{older.public_id}") < html.index(f"post-{newer.public_id}")
    newer.published_at = None
    publishing.update(newer)
    assert newer.published_at == older.published_at - timedelta(minutes=5)


def test_post_does_not_move_into_the_future(blog, stop_clock):
    post = make(blog, "published")
    stop_clock()
    before = post.published_at
    post.published_at = NOW + timedelta(seconds=1)
    with pytest.raises(ChangeRefused) as caught:
        publishing.update(post)
    assert list(caught.value.message_dict) == ["published_at"]
    assert Post.objects.get(pk=post.pk).published_at == before
    post.published_at = NOW
    publishing.update(post)
    assert Post.objects.get(pk=post.pk).published_at == NOW


def test_minor_move_keeps_both_times_in_order(blog):
    post = make(blog, "published")
    moved = post.published_at - timedelta(hours=3)
    post.published_at = moved
    publishing.update(post, minor=True)
    assert (post.published_at, post.updated_at) == (moved, moved)  # it was never updated
    publishing.update(post)
    updated = post.updated_at
    post.published_at = moved + timedelta(minutes=1)
    publishing.update(post, minor=True)
    assert (post.published_at, post.updated_at) == (moved + timedelta(minutes=1), updated)
    Post.objects.filter(pk=post.pk).update(updated_at=moved + timedelta(minutes=2))
    post.published_at = moved + timedelta(minutes=3)
    publishing.update(post, minor=True)
    assert post.updated_at == moved + timedelta(minutes=3)  # not before it was first published


def test_update_may_not_take_away_what_readers_need(blog):
    post = make(blog, "published")
    headline = post.headline
    post.headline, post.body = "", "<p> </p>"
    with pytest.raises(ChangeRefused, match="Add a headline"):
        publishing.update(post)
    PostImage.objects.create(post=post, image=ImageFactory(alt=""))
    post.headline = headline
    with pytest.raises(ChangeRefused, match="Picture 1 has no alt text"):
        publishing.update(post)
    assert Post.objects.get(pk=post.pk).headline == headline


def test_correction_is_dated(blog, stop_clock):
    post = make(blog, "published")
    stop_clock()
    post.correction = "The bridge is 40 metres long, not 400."
    publishing.update(post)
    assert post.corrected_at == NOW
    kept = post.corrected_at = NOW - timedelta(days=1)
    publishing.update(post, minor=True)
    assert post.corrected_at == kept  # a date of one's own
    post.headline = "An unrelated edit"
    publishing.update(post)
    assert post.corrected_at == kept
    post.correction = "The bridge is 41 metres long."
    publishing.update(post)
    assert post.corrected_at == NOW
    post.correction = ""
    publishing.update(post)
    assert Post.objects.get(pk=post.pk).corrected_at is None


def test_correction_of_a_withdrawn_post_is_dated_when_it_returns(blog, stop_clock):
    post = make(blog, "withdrawn")
    stop_clock()
    post.correction = "The earlier figure was wrong."
    publishing.publish(post)
    assert Post.objects.get(pk=post.pk).corrected_at == NOW


def test_pinned_last_leads(blog):
    first, second = make(blog, "pinned"), make(blog, "pinned")
    assert list(Post.objects.filter(pinned_at__isnull=False).order_by("-pinned_at")) == [second, first]
    publishing.pin(first)
    assert list(Post.objects.filter(pinned_at__isnull=False).order_by("-pinned_at")) == [first, second]


# Erasing
# -------


@pytest.mark.parametrize("state", ["draft", "scheduled", "published", "pinned", "withdrawn"])
def test_erase_leaves_nothing_in_any_table(state, blog, client):
    byline, image = BylineFactory(), ImageFactory()
    post = PostFactory(
        blog=blog,
        state="published" if state == "pinned" else state,
        headline="Secretword headline",
        body="<p>Secretword body</p>",
        label="Secretword",
        correction="Secretword",
        is_key_event=True,
        credits=[(byline, "Secretword")],
        images=[image],
    )
    PostImage.objects.update(caption="Secretword")
    if state == "pinned":
        publishing.pin(post)
    Post.objects.filter(pk=post.pk).update(publish_fault="Secretword", notes="Secretword", review_note="Secretword")
    kind = ContentType.objects.get_for_model(Post)
    user = UserFactory()
    LogEntry.objects.create(
        user=user, content_type=kind, object_id=str(post.pk), object_repr=str(post), action_flag=CHANGE,
        change_message='[{"changed": {"name": "picture", "object": "Secretword"}}]',
    )  # fmt: skip
    Autosave.objects.create(
        user=user, blog=blog, post=post, place=f"post-{post.pk}", fields={"body": "<p>Secretword, typed</p>"}
    )
    Notice.objects.create(user=user, post=post, text="“Secretword headline” was sent back")
    stale = Post.objects.get(pk=post.pk)
    stale.version -= 1
    stale.headline = "Secretword, edited"

    publishing.erase(stale, by=user)

    left = [
        (model.__name__, name)
        for model in apps.get_models()
        for row in model._base_manager.values()
        for name, value in row.items()
        if "secretword" in str(value).lower()
    ]
    assert left == []
    assert (PostCredit.objects.filter(post=post).count(), PostImage.objects.filter(post=post).count()) == (0, 0)
    assert not Fragment.objects.filter(post=post).exists()
    assert history_entries(post) == [("erased", user.username)]
    assert image.uses.count() == 0
    assert type(image).objects.filter(pk=image.pk).exists()
    stored = Post.objects.get(pk=post.pk)
    assert (stored.public_id, stored.is_key_event, stored.corrected_at) == (post.public_id, False, None)
    assert not stored.is_published
    assert (stored.published_at is not None) == (state not in ("draft", "scheduled"))
    assert stored.published_at == post.published_at
    assert client.get(f"/{blog.slug}/{post.public_id}/").status_code == 404


def test_erased_post_stays_a_tombstone_for_open_pages(blog, client):
    post = make(blog, "published")
    since = columns(blog)["revision"]
    publishing.erase(post)
    delta = client.get(f"/{blog.slug}/changes/?since={since}").content.decode()
    assert f'<article id="post-{post.public_id}" data-state="withdrawn" hidden></article>' in delta
    assert columns(blog)["post_count"] == 1
    revision = columns(blog)["revision"]
    publishing.erase(post)
    assert columns(blog)["revision"] == revision  # nothing is left to see


# What readers are shown
# ----------------------


def test_key_event_is_in_the_blogs_fragment_while_it_is_published(blog):
    post = PostFactory(blog=blog, headline="The dam breaks", is_key_event=True)
    assert "The dam breaks" not in BlogFragment.objects.get(blog=blog).about
    publishing.publish(post)
    assert "The dam breaks" in BlogFragment.objects.get(blog=blog).about
    publishing.withdraw(post)
    assert "The dam breaks" not in BlogFragment.objects.get(blog=blog).about


def test_fragment_is_there_exactly_while_the_post_is_published(blog):
    post = make(blog, "draft")
    assert not Fragment.objects.filter(post=post).exists()
    publishing.publish(post)
    kept = Fragment.objects.get(post=post)
    assert (post.headline in kept.html, kept.revision) == (True, post.revision)
    post.headline = "Another headline"
    publishing.update(post)
    assert "Another headline" in Fragment.objects.get(post=post).html
    publishing.withdraw(post)
    assert not Fragment.objects.filter(post=post).exists()


def test_taken_public_id_is_refused_by_the_database(blog):
    taken = make(blog, "published").public_id
    post = Post(blog=blog, headline="Same address", public_id=taken)
    with pytest.raises(IntegrityError):
        publishing.publish(post)
    assert (post.pk, post._state.adding) == (None, True)
    publishing.publish(Post(blog=BlogFactory(), headline="Elsewhere it is free", public_id=taken))


# What it costs
# -------------


@pytest.fixture
def parsed(monkeypatch) -> list[str]:
    """The texts that are parsed from here on."""
    texts, clean = [], richtext.clean

    def record(html: str) -> richtext.Cleaned:
        texts.append(html)
        return clean(html)

    monkeypatch.setattr(richtext, "clean", record)
    return texts


@pytest.mark.parametrize("is_validated_before", [True, False])
@pytest.mark.parametrize(
    ("call", "state"), [("publish", "unsaved"), ("publish", "draft"), ("publish", "published"), ("update", "pinned")]
)
def test_body_is_parsed_once(call, state, is_validated_before, blog, parsed):
    post = make(blog, state)
    post.body = "<p onclick='x()'>Typed <b>now</b></p>"
    parsed.clear()
    if is_validated_before:  # as a form does
        post.full_clean()
    CALLS[call](post, by=UserFactory())
    assert parsed == ["<p onclick='x()'>Typed <b>now</b></p>"]
    assert Post.objects.get(pk=post.pk).body == post.body == "<p>Typed <strong>now</strong></p>"
    assert post.history.first().body == post.body


def test_call_costs_the_same_in_a_long_blog():
    def cost(posts: int) -> dict[str, int]:
        blog = BlogFactory(live=True)
        PostFactory(blog=blog, state="published", credits=[BylineFactory()], images=[ImageFactory()])
        earlier = NOW - timedelta(days=3000)
        Post.objects.bulk_create(
            Post(blog=blog, headline=f"p{n}", state="published", published_at=earlier, updated_at=earlier, revision=1)
            for n in range(posts)
        )
        Blog.objects.filter(pk=blog.pk).update(post_count=posts + 1)
        post = PostFactory(blog=blog, credits=BylineFactory.create_batch(2), images=[ImageFactory()])
        counted = {}
        for name, call in [("publish", publishing.publish), ("update", publishing.update), ("pin", publishing.pin),
                           ("unpin", publishing.unpin), ("withdraw", publishing.withdraw)]:  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                call(post)
            counted[name] = len(queries)
        return counted

    few, some, many = cost(20), cost(60), cost(2000)
    assert some == many
    assert all(few[name] in (many[name], many[name] - 1) for name in many)  # which looks for no second page
    assert max(many.values()) <= 27


def test_errors_are_validation_errors_for_forms():
    assert issubclass(ChangeRefused, ValidationError)
    assert issubclass(StaleVersion, ChangeRefused)
