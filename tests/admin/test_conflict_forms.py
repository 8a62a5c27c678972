"""A form that was open while somebody else did something: by any way there is, nothing is overwritten unseen."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from liveblogs import publishing
from liveblogs.models import Blog, Byline, Post
from tests.support.admin import LIST, change_of
from tests.support.clients import at_once
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory, UserFactory
from tests.support.forms import fields, words

EDITABLE_FIELDS = ["headline", "body", "label", "is_key_event", "correction", "notes"]


def act(olga, post, name, **sent):
    address = reverse("admin:liveblogs_blog_desk_action", args=[post.blog_id])
    assert olga.post(address, {"post": post.pk, "action": name, **sent}).status_code == 200


def in_list(olga, post, name, **sent):
    olga.post(LIST, {"action": name, "_selected_action": [post.pk], "index": 0, **sent})


def restore(olga, post):
    address = reverse("admin:liveblogs_post_history", args=[post.pk])
    oldest = post.history.order_by("history_id").first()
    olga.post(address, {"restore": oldest.pk, "version": post.version})


def by_script(_olga, post):
    post.headline = "By a script"
    publishing.update(post)


def by_update(_olga, post):
    Post.objects.filter(pk=post.pk).update(headline="By an update")


def by_bulk_update(_olga, post):
    post.headline = "By a bulk update"
    Post.objects.bulk_update([post], ["headline"])


def by_colleagues_note(olga, post):
    olga.post(change_of(post), fields(olga.get(change_of(post))) | {"notes": "Call them back", "_update": ""})


def by_split(_olga, post):
    other = Byline(name="Somebody else")
    publishing.split_byline(post.credits.get().byline, other, [post.pk])


def by_merge(_olga, post):
    publishing.merge_bylines(BylineFactory(name="Kept"), post.credits.get().byline)


#: What a colleague does meanwhile, and whether a form that is open on the same post may be saved all the same.
BETWEEN = {
    "key event at the desk": (lambda olga, post: act(olga, post, "key"), False),
    "correction at the desk": (lambda olga, post: act(olga, post, "correct", note="The street was another"), False),
    "move at the desk": (lambda olga, post: act(olga, post, "move", at="2026-01-02T03:04:05+00:00"), False),
    "withdrawal at the desk": (lambda olga, post: act(olga, post, "withdraw"), False),
    "pin at the desk": (lambda olga, post: act(olga, post, "pin"), True),
    "pin in the list": (lambda olga, post: in_list(olga, post, "pin_posts"), True),
    "withdrawal in the list": (lambda olga, post: in_list(olga, post, "withdraw_posts", confirmed="yes"), False),
    "restored version": (restore, False),
    "note to colleagues": (by_colleagues_note, False),
    "script": (by_script, False),
    "update of a query": (by_update, False),
    "bulk update": (by_bulk_update, False),
    "split credit": (by_split, False),
    "merged byline": (by_merge, False),
}


def stored(post):
    row = Post.objects.filter(pk=post.pk).values(*EDITABLE_FIELDS, "state", "published_at", "pinned_at").get()
    return row | {"credits": list(post.credits.values_list("byline__name", flat=True))}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BETWEEN)
def test_open_form_and(name):
    """It is refused with what was typed still in it, or saved and takes nothing back."""
    happens, may_save = BETWEEN[name]
    blog = BlogFactory(live=True)
    post = PostFactory(blog=blog, headline="First words", credits=[BylineFactory(name="Ada")])
    post.headline = "Seen"
    publishing.publish(post)
    me, olga = Client(), Client()
    for client in (me, olga):
        editor = UserFactory(group="Editor")
        blog.staff.add(editor)
        client.force_login(editor)
    opened = fields(me.get(change_of(post)))
    before = stored(post)
    happens(olga, Post.objects.select_related("blog").get(pk=post.pk))
    then = stored(post)
    assert then != before
    response = me.post(change_of(post), opened | {"headline": "Mine", "_update": ""})
    if may_save:
        assert response.status_code == 302
        assert stored(post) == then | {"headline": "Mine"}
    else:
        assert fields(response)["headline"] == "Mine"
        is_compared = response.context["other"] is not None
        for styles in ("styles/desk/conflict", "styles/admin/history"):
            assert (styles in response.content.decode()) is is_compared
        assert "Your changes haven't been saved." in words(response) or name == "merged byline"
        assert stored(post) == then


def is_saved(answer):
    """A form goes on to the post, the desk gets its card."""
    return answer.status_code == 302 or answer["Content-Type"] == "application/json"


def shown(answer, name):
    """A field of the form that came back."""
    return re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())[1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, {"X-Desk": "1"}], ids=["form", "desk"])
def test_editors_who_press_again_and_again(headers):
    """Each who is refused sees the text that was first, and has their own; in the end all texts have been there."""
    blog = BlogFactory(live=True)
    post = PostFactory(blog=blog, state="published", headline="First", body="")
    clients = []
    for _ in range(4):
        client, editor = Client(), UserFactory(group="Editor")
        blog.staff.add(editor)
        client.force_login(editor)
        clients.append(client)
    forms = {number: fields(client.get(change_of(post))) for number, client in enumerate(clients)}
    typed = {number: f"Typed-by-{number}" for number in forms}
    winners = []
    while forms:
        waiting = sorted(forms)
        answers = at_once(
            [clients[number] for number in waiting],
            lambda place, client, waiting=waiting: client.post(
                change_of(post),
                forms[waiting[place]] | {"headline": typed[waiting[place]], "_minor": ""},
                headers=headers,
            ),
        )
        won = [number for number, answer in zip(waiting, answers, strict=True) if is_saved(answer)]
        assert len(won) == 1
        winners += won
        del forms[won[0]]
        for number, answer in zip(waiting, answers, strict=True):
            if number in won:
                continue
            assert typed[won[0]] in words(answer)
            assert shown(answer, "headline") == typed[number]
            forms[number] |= {name: shown(answer, name) for name in ("seen_version", "seen_state")}
    history = Post.history.filter(id=post.pk).order_by("history_id")
    edited = list(history.filter(history_change_reason="minor edit").values_list("version", "headline"))
    first = post.version + 1
    assert edited == [(first + place, typed[number]) for place, number in enumerate(winners)]
    assert Blog.objects.get(pk=blog.pk).post_count == 1


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["published", "scheduled"])
def test_form_that_differs_in_any_field_is_not_the_same(client, blog, editor, state):
    """The desk takes a form whose answer was lost for saved only when the post says all that is in it."""
    image = ImageFactory()
    post = PostFactory(blog=blog, state=state, credits=[(BylineFactory(), "Kestrow")], images=[image])
    opened = fields(client.get(change_of(post)))
    context = client.get(change_of(post)).context
    rows = [inline.formset.forms[0] for inline in context["inline_admin_formsets"]]
    names = [each.add_prefix(name) for each in (context["adminform"].form, *rows) for name in each.fields]
    internal = re.compile(r"blog|form_key|seen_\w+|.*-(id|post|file|seen_words|position|DELETE)")
    changes = {name: opened.get(name, "") + "more" for name in names if not internal.fullmatch(name)}
    changes |= {"credits-0-byline": BylineFactory().pk, "images-0-image": ImageFactory().pk, "credits-0-DELETE": "on"}
    changes |= {name: "2020-05-06T07:08" for name in ("publish_at", "published_at") if name in changes}
    assert len(changes) > 10
    Post.objects.filter(pk=post.pk).update(headline=post.headline)  # another version, which says the same

    def is_same(**typed):
        answer = client.post(change_of(post), opened | typed | {"_minor": ""}, headers={"X-Desk": "1"})
        assert answer["Content-Type"].startswith("text/html")
        return "data-same" in answer.content.decode()

    assert is_same()
    assert [name for name, value in changes.items() if is_same(**{name: value})] == []
