"""The table of actions: what is offered is declared, and what is undone leads back."""

import pytest

from liveblogs.admin.actions import ACTIONS
from liveblogs.admin.buttons import EDITORS, MENU, WRITERS, for_card, for_form, for_menu, pressed
from liveblogs.models import Post
from tests.support.factories import BlogFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
STATES = ["draft", "submitted", "scheduled", "published", "withdrawn"]


def names(buttons):
    return [button.action.name for button in buttons]


def test_each_action_is_offered_somewhere_and_each_offer_is_an_action():
    layouts = [*EDITORS.values(), *WRITERS.values()]
    offered = {name for layout in layouts for name in (*layout.form, *layout.card)} | {*MENU}
    assert offered == set(ACTIONS)


@pytest.mark.parametrize("state", STATES)
def test_undo_is_an_action(state):
    post = PostFactory(state=state)
    undone = [action.undo_for(post) for action in ACTIONS.values()]
    assert {undo["action"] for undo in undone if undo} <= set(ACTIONS)


#: For each state: what an editor's form and card offer, and those of the post's writer. Editors have the menu in last.
OFFERS = {
    "draft": (
        ["publish", "schedule", "submit", "save", "preview"], ["publish", "edit", "schedule"],
        ["submit", "save", "preview"], ["submit", "edit"], ["duplicate", "to_blog", "delete"],
    ),
    "submitted": (
        ["publish", "schedule", "to_draft", "save", "preview"], ["publish", "edit", "send_back", "schedule"],
        ["save", "to_draft", "preview"], ["edit", "to_draft"], ["duplicate", "to_blog", "delete"],
    ),
    "scheduled": (
        ["schedule", "publish", "to_draft"], ["publish", "edit", "schedule", "to_draft"], [], [],
        ["duplicate", "delete"],
    ),
    "published": (
        ["update", "minor", "pin", "withdraw"], ["edit", "pin", "key", "correct", "withdraw"], [], [],
        ["move", "duplicate"],
    ),
    "withdrawn": (["publish", "save", "to_draft"], ["publish", "edit"], [], [], ["duplicate"]),
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_what_is_offered_to_whom(state):
    writer, editor, stranger = (UserFactory(group=group) for group in ("Contributor", "Editor", "Editor"))
    blog = BlogFactory(live=True)
    blog.staff.add(writer, editor)
    post = PostFactory(blog=blog, state=state, by=writer)
    found = [names(offer(someone, post)) for someone in (editor, writer) for offer in (for_form, for_card)]
    assert (*found, names(for_menu(editor, post))) == OFFERS[state]
    assert [names(offer(stranger, post)) for offer in (for_form, for_card, for_menu)] == [[], [], []]


def test_labels_follow_the_state_and_the_place():
    publish, schedule = ACTIONS["publish"], ACTIONS["schedule"]
    assert [str(publish.label_for(state)) for state in ("draft", "withdrawn")] == ["Publish now", "Publish again"]
    assert [str(publish.label_for(state, "card")) for state in ("draft", "scheduled", "withdrawn")] == [
        "Publish",
        "Publish now",
        "Publish again",
    ]
    assert [str(schedule.label_for(state, "card")) for state in ("draft", "scheduled")] == ["Schedule…", "Reschedule…"]


@pytest.mark.parametrize(
    ("sent", "name"), [({}, "save"), ({"_publish": ""}, "publish"), ({"_key": "", "_delete": ""}, "save")]
)
def test_button_that_was_pressed(sent, name):
    """A form cannot send what it has no button for."""
    assert pressed(sent).name == name


def test_message_of_a_post_in_a_blog_that_is_not_open():
    post = PostFactory(blog=BlogFactory(), state="published")
    message = ACTIONS["pin"].message_for(Post.objects.get(pk=post.pk), None)
    assert message == "Pinned to top. Readers will see it when the blog is published."
