"""What the desk's page asks: cards, acts, who is there, what is typed. As it answers, without a browser."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveblogs import publishing
from liveblogs.admin.desk import autosaves
from liveblogs.models import Autosave, Blog, Post, Presence
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory, UserFactory
from tests.support.forms import words

pytestmark = pytest.mark.django_db
STATES = ["draft", "submitted", "scheduled", "published", "withdrawn"]


def desk(blog, part=""):
    return reverse(f"admin:liveblogs_blog_desk{part and '_'}{part}", args=[blog.pk])


def colleague(blog, group="Editor", **fields):
    """Another one at this desk, in a browser of their own."""
    someone, client = UserFactory(group=group, **fields), Client()
    blog.staff.add(someone)
    client.force_login(someone)
    return someone, client


def token(client, blog):
    return client.post(desk(blog, "follow"), {"since": ""}).json()["token"]


def follow(client, blog, since, **sent):
    return client.post(desk(blog, "follow"), {"since": since, **sent}).json()


def act(client, post, name, **sent):
    return client.post(desk(post.blog, "action"), {"post": post.pk, "action": name, **sent})


def cards(answer):
    return {card["post"]: card["html"] for card in answer["cards"]}


# Following
# ---------


def test_no_news_is_no_cards(client, blog, editor):
    PostFactory(blog=blog)
    answer = follow(client, blog, token(client, blog))
    assert (answer["cards"], answer["gone"]) == ([], [])


def test_what_colleagues_do_comes_as_cards(client, blog, editor):
    old = PostFactory(blog=blog, headline="Old", state="published")
    PostFactory(blog=blog, headline="Untouched", state="published")
    since = token(client, blog)
    draft = PostFactory(blog=blog, headline="Fresh draft", notes="Call them back")
    old.headline = "Put right"
    publishing.update(old)
    answer = follow(client, blog, since)
    shown = cards(answer)
    assert set(shown) >= {old.pk, draft.pk}
    assert "Put right" in shown[old.pk]
    assert "Call them back" in shown[draft.pk]
    assert (answer["states"]["published"], answer["states"]["draft"]) == (2, 1)
    assert follow(client, blog, answer["token"])["cards"] == []


def test_posts_that_went_are_named(client, blog, editor):
    deleted, moved = PostFactory.create_batch(2, blog=blog)
    other = BlogFactory(live=True)
    since, numbers = token(client, blog), [deleted.pk, moved.pk]
    deleted.delete()
    moved.blog = other
    publishing.save_draft(moved)
    answer = follow(client, blog, since)
    assert (answer["gone"], answer["cards"]) == (sorted(numbers), [])


def test_nothing_of_another_blog_comes(client, blog, editor):
    since = token(client, blog)
    PostFactory(headline="Elsewhere", state="submitted")
    answer = follow(client, blog, since)
    assert (answer["cards"], answer["gone"], answer["waiting"]) == ([], [], 0)


def test_number_that_waits(client, blog, editor):
    PostFactory.create_batch(2, blog=blog, state="submitted")
    assert follow(client, blog, "")["waiting"] == 2
    _writer, writers = colleague(blog, "Contributor")
    assert follow(writers, blog, "")["waiting"] == 0


def test_status_of_the_blog(client, blog, editor):
    publishing.end_blog(Blog.objects.get(pk=blog.pk))
    assert follow(client, blog, "")["status"] == "ended"


def test_who_is_there_and_what_they_have_open(client, blog, editor):
    post = PostFactory(blog=blog)
    _ada, hers = colleague(blog, first_name="Ada", last_name="Grant")
    follow(hers, blog, "", post=post.pk, writing="yes")
    assert follow(client, blog, "")["people"] == [{"name": "Ada Grant", "post": post.pk, "writing": True}]
    follow(hers, blog, "")
    assert follow(client, blog, "")["people"] == [{"name": "Ada Grant", "post": None, "writing": False}]
    Presence.objects.filter(user__first_name="Ada").update(seen_at=timezone.now() - timedelta(minutes=1))
    assert follow(client, blog, "")["people"] == []


def test_presence_is_written_seldom(client, blog, editor):
    follow(client, blog, "")
    with CaptureQueriesContext(connection) as queries:
        follow(client, blog, "")
    assert not [query for query in queries if "liveblogs_presence" in query["sql"] and "SELECT" not in query["sql"]]


def test_desk_elsewhere_shows_nobody_from_here(client, blog, editor):
    other = BlogFactory(live=True)
    _ada, hers = colleague(other)
    follow(hers, other, "")
    assert follow(client, blog, "")["people"] == []


@pytest.mark.parametrize("since", ["", "abc", "-", "9" * 40, "1-", "-1-1", "²-²", "0-0\0"])
def test_following_from_nowhere_shows_what_there_is(client, blog, editor, since):
    post = PostFactory(blog=blog)
    answer = client.post(desk(blog, "follow"), {"since": since, "post": since})
    assert answer.status_code == 200
    assert "token" in answer.json()
    if not since.startswith("9"):
        assert post.pk in cards(answer.json())


# Acts
# ----

#: For each act: the states in which an editor may do it, and what it does to them.
DOES = {
    "publish": dict.fromkeys(STATES, "published"),
    "withdraw": {"published": "withdrawn"},
    "submit": {"draft": "submitted", "submitted": "submitted", "scheduled": "submitted", "withdrawn": "submitted"},
    "to_draft": {"draft": "draft", "submitted": "draft", "scheduled": "draft", "withdrawn": "draft"},
    "send_back": {"draft": "draft", "submitted": "draft", "scheduled": "draft", "withdrawn": "draft"},
    "schedule": {state: "scheduled" for state in STATES if state != "published"},
    "pin": {"published": "published"},
    "unpin": {state: state for state in STATES},
    "key": {state: state for state in STATES},
    "unkey": {state: state for state in STATES},
    "correct": {"published": "published"},
    "move": {"published": "published"},
    "duplicate": {state: state for state in STATES},
}
#: What writers may do with their own posts; with others' nothing.
WRITERS = {("submit", "draft"), ("submit", "submitted"), ("to_draft", "draft"), ("to_draft", "submitted")} | {
    ("duplicate", "draft"), ("duplicate", "submitted"),
}  # fmt: skip
SENT = {
    "schedule": {"at": "2035-01-02T03:04"},
    "move": {"at": "2026-01-02T03:04:05+00:00"},
    "correct": {"note": "Two."},
}


@pytest.mark.parametrize("name", DOES)
def test_editor_acts(client, blog, editor, name):
    """In each state: it is done and the card shows it, or it is refused, says why, and nothing is changed."""
    for state in STATES:
        post = PostFactory(blog=blog, state=state)
        revision = Blog.objects.get(pk=blog.pk).revision
        before = Post.objects.filter(pk=post.pk).values().get()
        response = act(client, post, name, **SENT.get(name, {}))
        after = Post.objects.filter(pk=post.pk).values().get()
        if state in DOES[name]:
            assert response.status_code == 200, (state, response.content)
            assert after["state"] == DOES[name][state]
            assert f'data-state="{after["state"]}"' in response.json()["html"]
            assert response.json()["message"]
        else:
            assert (response.status_code, after) == (409, before), state
            assert response.json()["error"]
            assert f'data-state="{state}"' in response.json()["html"]
            assert Blog.objects.get(pk=blog.pk).revision == revision


@pytest.mark.parametrize("name", DOES)
def test_writer_acts(client, blog, writer, name):
    for state in STATES:
        own, other = PostFactory(blog=blog, state=state, by=writer), PostFactory(blog=blog, state=state)
        for post in (own, other):
            before = Post.objects.filter(pk=post.pk).values().get()
            response = act(client, post, name, **SENT.get(name, {}))
            if post == own and (name, state) in WRITERS:
                assert response.status_code == 200
                assert Post.objects.get(pk=post.pk).state == DOES[name][state]
            else:
                assert (response.status_code, response.json()["error"]) == (
                    403,
                    "You don't have permission to do that.",
                )
                assert Post.objects.filter(pk=post.pk).values().get() == before
    assert Post.objects.filter(state="published").count() == 2


def test_who_may_not_add_copies_nothing(client, blog, editor):
    post = PostFactory(blog=blog)
    editors = editor.groups.get()
    editors.permissions.remove(editors.permissions.get(codename="add_post"))
    assert act(client, post, "duplicate").status_code == 403
    assert Post.objects.count() == 1


def test_copy_has_text_credits_and_pictures(client, blog, editor):
    byline, image = BylineFactory(), ImageFactory()
    post = PostFactory(blog=blog, state="published", credits=[(byline, "Quenn")], images=[image], notes="Ask them")
    act(client, post, "duplicate")
    copy = Post.objects.exclude(pk=post.pk).get()
    assert (copy.state, copy.headline, copy.body, copy.notes) == ("draft", post.headline, post.body, "Ask them")
    assert [(credit.byline, credit.place) for credit in copy.credits.all()] == [(byline, "Quenn")]
    assert [use.image for use in copy.images.all()] == [image]
    assert (copy.created_by, copy.published_at, copy.public_id != post.public_id) == (editor, None, True)


def test_pin_and_key_event_are_shown_and_undone(client, blog, editor):
    post = PostFactory(blog=blog, state="published")
    for name, field in (("pin", "is_pinned"), ("key", "is_key_event")):
        undo = act(client, post, name).json()["undo"]
        assert getattr(Post.objects.get(pk=post.pk), field) is True
        act(client, post, undo["action"])
        assert getattr(Post.objects.get(pk=post.pk), field) is False


def test_withdrawal_tells_why_in_the_history_and_is_undone(client, blog, editor):
    post = PostFactory(blog=blog, state="published")
    act(client, post, "pin")
    at = Post.objects.get(pk=post.pk).updated_at
    undo = act(client, post, "withdraw", note="wrong town").json()["undo"]
    assert post.history.first().history_change_reason == "withdrawn: wrong town"
    assert post.headline not in words(Client().get("/quake/"))
    client.post(desk(blog, "action"), {"post": post.pk, **undo})
    post.refresh_from_db()
    assert (post.state, post.is_pinned, post.updated_at) == ("published", True, at)
    assert post.headline in words(Client().get("/quake/"))


def test_move_between_two(client, blog, editor):
    times = [datetime(2026, 1, 1, hour, tzinfo=UTC) for hour in (6, 8, 12)]
    first, second, third = (PostFactory(blog=blog, state="published", published_at=at) for at in times)
    act(client, third, "move", above=second.pk, below=first.pk)
    third.refresh_from_db()
    assert third.published_at == datetime(2026, 1, 1, 7, tzinfo=UTC)
    assert list(Post.objects.published().newest_first()) == [second, third, first]
    response = act(client, third, "move")
    assert (response.status_code, response.json()["error"]) == (409, "Place it next to a published post.")


def test_move_beside_a_post_of_another_blog(client, blog, editor):
    post, elsewhere = PostFactory(blog=blog, state="published"), PostFactory(state="published")
    assert act(client, post, "move", above=elsewhere.pk).status_code == 409


def test_text_that_changed_is_not_published_unseen(client, blog, editor):
    post = PostFactory(blog=blog, headline="Seen")
    theirs = Post.objects.get(pk=post.pk)
    theirs.headline = "Libel"
    publishing.save_draft(theirs, by=UserFactory(username="olga"))
    response = act(client, post, "publish", version=post.version)
    assert response.status_code == 409
    assert "olga just updated this post." in response.json()["error"]
    assert "Libel" in response.json()["html"]
    assert Post.objects.get(pk=post.pk).state == "draft"


def test_schedule_is_read_in_the_blogs_zone(client, blog, editor):
    post = PostFactory(blog=blog)
    response = act(client, post, "schedule", at="2035-01-02T03:04")
    assert response.json()["message"] == "Scheduled for 3:04 a.m. ET, January 2, 2035"
    assert Post.objects.get(pk=post.pk).publish_at == datetime(2035, 1, 2, 8, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("", "This field is required."),
        ("soon", "Enter a date and a time."),
        ("2035-13-45T99:99", "Enter a date and a time."),
        ("2020-01-01T00:00", "This time is in the past."),
        ("2035-03-11T02:30", "2035"),  # left out when clocks go forward
        ("9999-12-31T23:59", "Enter a date and a time."),
    ],
)
def test_schedule_that_cannot_be(client, blog, editor, at, why):
    post = PostFactory(blog=blog)
    response = act(client, post, "schedule", at=at)
    assert response.status_code == 409
    assert why in response.json()["error"]
    assert Post.objects.get(pk=post.pk).state == "draft"


def test_post_moves_to_a_blog_where_one_works(client, blog, editor):
    there, elsewhere = BlogFactory(live=True), BlogFactory(live=True)
    there.staff.add(editor)
    post = PostFactory(blog=blog)
    response = act(client, post, "to_blog", blog=elsewhere.pk)
    assert (response.status_code, response.json()["error"]) == (409, "You don't have access to that blog.")
    assert act(client, post, "to_blog", blog=there.pk).json()["gone"] == post.pk
    assert Post.objects.get(pk=post.pk).blog == there
    out = PostFactory(blog=blog, state="published")
    assert act(client, out, "to_blog", blog=there.pk).status_code == 409
    assert Post.objects.get(pk=out.pk).blog == blog


# Finding
# -------


@pytest.fixture
def shelf(blog, editor):
    ada = BylineFactory(name="Ada Grant")
    PostFactory(blog=blog, headline="100% of roads", body="<p>Shut <b>today</b> &amp; tomorrow</p>", credits=[ada])
    PostFactory(blog=blog, headline="100 roads", body="<p>Open_again</p>", state="published")
    PostFactory(
        blog=blog, headline="Étang", body='<p><a href="https://example.org/hidden">Link</a></p>', notes="Ask Bo"
    )
    PostFactory(headline="100% elsewhere", state="published")


@pytest.mark.parametrize(
    ("query", "headlines"),
    [
        ("roads", ["100% of roads", "100 roads"]),
        ("100%", ["100% of roads"]),
        ("%", ["100% of roads"]),
        ("_", ["100 roads"]),
        ("today tomorrow", ["100% of roads"]),
        ("& tomorrow", ["100% of roads"]),
        ("grant", ["100% of roads"]),
        ("Étang", ["Étang"]),
        ("Ask Bo", ["Étang"]),
        ("hidden", []),  # stands in an address alone
        ("strong", []),  # a tag
        ("'; DROP TABLE", []),
        ("\\", []),
        ("roads\0", ["100% of roads", "100 roads"]),
        ("x" * 20_000, []),
        ("a " * 5_000, None),
    ],
)
def test_find(client, blog, shelf, query, headlines):
    answer = client.get(desk(blog, "list"), {"q": query})
    assert answer.status_code == 200
    text = "".join(answer.json()["cards"])
    if headlines is not None:
        shown = [post.headline for post in Post.objects.order_by("pk") if f'id="desk-{post.pk}"' in text]
        assert shown == headlines
        assert str(len(headlines)) in answer.json()["message"]


def test_list_by_state_and_further_down(client, blog, editor):
    posts = [PostFactory(blog=blog, state="published", headline=f"Post {number}") for number in range(3)]
    PostFactory(blog=blog, headline="Draft")
    answer = client.get(desk(blog, "list"), {"state": "published"}).json()
    assert [f"Post {number}" in html for html, number in zip(answer["cards"], (2, 1, 0), strict=True)] == [True] * 3
    below = f"{posts[1].published_at.isoformat()}_{posts[1].pk}"
    answer = client.get(desk(blog, "list"), {"below": below, "state": "published"}).json()
    assert ["Post 0" in html for html in answer["cards"]] == [True]


@pytest.mark.parametrize("below", ["2026-13-45T00:00:00+00:00_1", "2026-01-01_1", "_", "soon", "\0", "9" * 500 + "_1"])
def test_place_that_is_none_is_the_top(client, blog, editor, below):
    PostFactory(blog=blog)
    assert len(client.get(desk(blog, "list"), {"below": below}).json()["cards"]) == 1


# Typed text
# ----------


def keep(client, blog, fields, place="new-1"):
    return client.post(desk(blog, "typed"), {"place": place, "fields": fields})


def kept(client, blog, place="new-1"):
    return client.get(desk(blog, "typed"), {"place": place})


def test_typed_text_is_kept_given_back_and_let_go(client, blog, editor):
    post = PostFactory(blog=blog)
    for place in ("new-1", f"post-{post.pk}"):
        typed = {"headline": ["Half a he"], "body": ["<p>“So far” — 50 %</p>"], "credits-0-byline": ["1", "2"]}
        assert keep(client, blog, json.dumps(typed), place).json() == {"kept": True}
        assert kept(client, blog, place).json() == {"fields": typed}
    page = client.get(desk(blog)).content.decode()
    assert "Half a he" in page
    assert keep(client, blog, "", "new-1").json() == {"kept": False}
    assert kept(client, blog, "new-1").status_code == 404
    assert Autosave.objects.get().post == post


def test_no_more_texts_are_kept_than_the_latest(client, blog, editor, monkeypatch):
    monkeypatch.setattr(autosaves, "TEXTS_AT_MOST", 3)
    other = UserFactory()
    for place in ("new-a", "new-b"):
        Autosave.objects.create(user=other, blog=blog, place=place)
    for number in (1, 2, 3, 4, 1, 5):
        keep(client, blog, json.dumps({"headline": [f"Text {number}"]}), f"new-{number}")
    mine = Autosave.objects.filter(user=editor).order_by("pk")
    assert {row.place for row in mine} == {"new-4", "new-1", "new-5"}
    assert Autosave.objects.filter(user=other).count() == 2


def test_typed_text_outlives_the_post(client, blog, editor):
    post = PostFactory(blog=blog)
    place = f"post-{post.pk}"
    keep(client, blog, '{"headline": ["Mine"]}', place)
    post.delete()
    assert kept(client, blog, place).json() == {"fields": {"headline": ["Mine"]}}
    assert "Mine" in client.get(desk(blog)).content.decode()


def test_nobody_else_gets_typed_text(client, blog, editor):
    keep(client, blog, '{"headline": ["Between me and the desk"]}')
    admin, admins = colleague(blog, "Admin")
    admin.is_superuser = True
    admin.save()
    assert kept(admins, blog).status_code == 404
    assert "Between me" not in admins.get(desk(blog)).content.decode()
    assert "Between me" not in json.dumps(follow(admins, blog, ""))
    keep(admins, blog, "")
    assert kept(client, blog).json() == {"fields": {"headline": ["Between me and the desk"]}}


def test_typed_text_of_another_blog_stays_there(client, blog, editor):
    other = BlogFactory(live=True)
    other.staff.add(editor)
    keep(client, blog, '{"headline": ["Here"]}')
    assert kept(client, other).status_code == 404
    elsewhere = PostFactory(blog=other)
    keep(client, blog, '{"headline": ["Here"]}', f"post-{elsewhere.pk}")
    assert Autosave.objects.filter(post=elsewhere).count() == 0


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ('{"body": ["' + "x" * 1_000_000 + '"]}', "This draft is too long to save."),
        ("{", "This draft can't be read."),
        ("[]", "This draft can't be read."),
        ("null", "This draft can't be read."),
        ('{"a": NaN}', "This draft can't be read."),
        ('{"a": "b"}', "This draft can't be read."),
        ('{"a": [1]}', "This draft can't be read."),
        ("[" * 200_000, "This draft can't be read."),
    ],
    ids=["long", "broken", "list", "null", "nan", "text", "number", "deep"],
)
def test_typed_text_that_cannot_be_kept_leaves_the_one_before(client, blog, editor, fields, why):
    keep(client, blog, '{"headline": ["Before"]}')
    response = keep(client, blog, fields)
    assert (response.status_code, response.json()) == (400, {"error": why})
    assert kept(client, blog).json() == {"fields": {"headline": ["Before"]}}


def test_typed_text_with_what_no_database_keeps(client, blog, editor):
    assert keep(client, blog, '{"head\\u0000line": ["a\\u0000b\\ud800c", "\\ud83d\\ude00"]}').json() == {"kept": True}
    assert kept(client, blog).json() == {"fields": {"headline": ["abc", "\U0001f600"]}}


@pytest.mark.parametrize(
    "place", ["", "new", "post-", "post-abc", "post-²", "post-" + "9" * 40, "new-" + "x" * 40, "\0"]
)
def test_place_for_typed_text_that_is_none(client, blog, editor, place):
    response = keep(client, blog, '{"headline": ["x"]}', place)
    assert (response.status_code, response.json()) == (400, {"error": "There is no such place."})
    assert kept(client, blog, place).status_code == 404
    assert Autosave.objects.count() == 0


# Activity
# --------


def test_activity_tells_what_happened_here(client, blog, editor):
    _olga, hers = colleague(blog, username="olga")
    post = PostFactory(blog=blog, headline="Roads shut", state="published", by=editor)
    act(hers, post, "withdraw", note="wrong town")
    PostFactory(headline="Elsewhere", state="published")
    page = words(client.get(reverse("admin:liveblogs_blog_activity", args=[blog.pk])))
    assert "olga withdrawn: wrong town Roads shut" in page
    assert page.index("wrong town") < page.index("published Roads shut")
    assert "published Blog" in page
    assert "Elsewhere" not in page


def test_activity_goes_on_further_down(client, blog, editor, monkeypatch):
    monkeypatch.setattr("liveblogs.admin.desk.page.ENTRIES", 2)
    for number in range(3):
        PostFactory(blog=blog, headline=f"Post {number}")
    address = reverse("admin:liveblogs_blog_activity", args=[blog.pk])
    page = client.get(address)
    assert "Post 0" not in words(page)
    older = page.context["older"]
    assert "Post 0" in words(client.get(address, {"before": older}))
    assert "Post 2" not in words(client.get(address, {"before": older}))


@pytest.mark.parametrize("before", ["soon", "2026-13-45T00:00:00+00:00", "\0", "9" * 500, "2026-01-01"])
def test_activity_before_no_time_is_the_latest(client, blog, editor, before):
    PostFactory(blog=blog, headline="Latest")
    address = reverse("admin:liveblogs_blog_activity", args=[blog.pk])
    assert "Latest" in words(client.get(address, {"before": before}))


# What it costs
# -------------


@pytest.mark.parametrize("part", ["", "follow", "list", "find", "activity"])
def test_costs_the_same_for_one_post_and_for_three(client, blog, editor, part):
    def ask():
        if part == "follow":
            return client.post(desk(blog, "follow"), {"since": ""})
        if part == "activity":
            return client.get(reverse("admin:liveblogs_blog_activity", args=[blog.pk]))
        return client.get(desk(blog, "list" if part == "find" else part), {"q": "body"} if part == "find" else {})

    counts = []
    for number in (1, 2):
        byline, images = BylineFactory(), [ImageFactory(colour=f"rgb({number},0,{one})") for one in range(2)]
        PostFactory.create_batch(number, blog=blog, state="published", credits=[byline], images=images, by=editor)
        ask()
        with CaptureQueriesContext(connection) as queries:
            ask()
        counts.append(len(queries))
    assert counts[0] == counts[1]


# What no page of ours sends
# --------------------------


@pytest.mark.parametrize(
    ("sent", "status", "why"),
    [
        ({"action": "publish"}, 404, "This post was deleted or moved to another blog"),
        ({"post": "abc", "action": "publish"}, 404, "This post was deleted or moved to another blog"),
        ({"post": "²", "action": "publish"}, 404, "This post was deleted or moved to another blog"),
        ({"post": "9" * 5000, "action": "publish"}, 404, "This post was deleted or moved to another blog"),
        ({"post": "1\0", "action": "publish"}, 404, "This post was deleted or moved to another blog"),
        ({"post": "{}"}, 400, "There is no action named “”."),
        ({"post": "{}", "action": "explode"}, 400, "There is no action named “explode”."),
    ],
)
def test_act_that_is_none_names_what_is_wrong(client, blog, editor, sent, status, why):
    post = PostFactory(blog=blog)
    response = client.post(desk(blog, "action"), {name: value.format(post.pk) for name, value in sent.items()})
    assert response.status_code == status
    assert response.json()["error"].startswith(why)
    assert Post.objects.get(pk=post.pk).state == "draft"


def test_act_on_a_post_of_another_blog(client, blog, editor):
    """Its number alone is not enough: the desk's address names the blog that this editor works in."""
    elsewhere = PostFactory(headline="Elsewhere")
    response = client.post(desk(blog, "action"), {"post": elsewhere.pk, "action": "publish"})
    assert response.status_code == 404
    assert "Elsewhere" not in response.content.decode()
    assert Post.objects.get(pk=elsewhere.pk).state == "draft"


ODD = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["\0", "²", "-1", "9" * 19, "9" * 5000, "NaN", "null", "1e9", "2026-02-30T00:00Z", "\ud800", "%"]),
    st.integers(-(2**70), 2**70).map(str),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    part=st.sampled_from(["follow", "action", "typed", "list"]),
    sent=st.dictionaries(
        st.sampled_from([
            "post", "action", "note", "at", "above", "below", "blog", "zone", "version", "undo", "pin", "since",
            "writing", "place", "fields", "q", "state", "leaving",
        ]),
        st.one_of(ODD, st.sampled_from([*DOES, "to_blog", "new-1", "post-1", "{}", "yes"])),
        max_size=6,
    ),
)  # fmt: skip
def test_nothing_that_is_sent_is_an_error_of_ours(client, blog, editor, part, sent):
    post = Post.objects.filter(blog=blog).first() or PostFactory(blog=blog, state="published")
    data = {name: value.encode(errors="replace").decode() for name, value in sent.items()}
    if part == "action":
        data.setdefault("post", str(post.pk))
    response = client.get(desk(blog, part), data) if part == "list" else client.post(desk(blog, part), data)
    assert response.status_code in (200, 204, 400, 403, 404, 409)
    if response.status_code in (400, 403, 404, 409):
        assert response.json()["error"]
