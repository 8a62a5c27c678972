"""Where each of the ``actions`` is offered: on the form of a post, on its card at the desk, and in the card's menu."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .. import permissions
from ..models import Post
from ..permissions import AnyUser
from .actions import ACTIONS, Action, Text

State = Post.State


class Layout(NamedTuple):
    """The names of the actions in their order. The form's first button is its main one."""

    form: list[str]
    card: list[str]


#: For those who may publish in the blog.
EDITORS = {
    State.DRAFT: Layout(["publish", "schedule", "submit", "save", "preview"], ["publish", "edit", "schedule"]),
    State.SUBMITTED: Layout(
        ["publish", "schedule", "to_draft", "save", "preview"], ["publish", "edit", "send_back", "schedule"]
    ),
    State.SCHEDULED: Layout(["schedule", "publish", "to_draft"], ["publish", "edit", "schedule", "to_draft"]),
    State.PUBLISHED: Layout(
        ["update", "minor", "pin", "unpin", "withdraw"],
        ["edit", "pin", "unpin", "key", "unkey", "correct", "withdraw"],
    ),
    State.WITHDRAWN: Layout(["publish", "save", "to_draft"], ["publish", "edit"]),
}
#: For others who may edit the post.
WRITERS = {
    State.DRAFT: Layout(["submit", "save", "preview"], ["submit", "edit"]),
    State.SUBMITTED: Layout(["save", "to_draft", "preview"], ["edit", "to_draft"]),
}
MENU = ["move", "duplicate", "to_blog", "delete"]

_EVERYWHERE = [*EDITORS.values(), *WRITERS.values()]
#: What a form can send.
ON_FORM: set[str] = set().union(*(layout.form for layout in _EVERYWHERE))
#: What the desk can send.
ON_DESK = {*MENU}.union(*(layout.card for layout in _EVERYWHERE)) - {"edit"}


class Button(NamedTuple):
    action: Action
    label: Text


def pressed(sent: Mapping[str, str]) -> Action:
    """The action whose button of the form was pressed.

    Return in a text field presses none: that saves, and publishes nothing.
    """
    names = (name for name in ACTIONS if name in ON_FORM and f"_{name}" in sent)
    return ACTIONS[next(names, "save")]


def for_form(user: AnyUser, post: Post | None) -> list[Button]:
    """The buttons of the form of a post, or of a new one. Queries: those of ``permissions``."""
    if post is None:
        layouts = EDITORS if user.has_perm("liveblogs.publish_post") else WRITERS
        return _buttons(layouts[State.DRAFT].form, post)
    return _buttons(_layout(user, post).form, post) if permissions.may_edit(user, post) else []


def for_card(user: AnyUser, post: Post) -> list[Button]:
    return _buttons(_layout(user, post).card, post, "card")


def for_menu(user: AnyUser, post: Post) -> list[Button]:
    return _buttons((name for name in MENU if ACTIONS[name].may(user, post)), post, "card")


def _layout(user: AnyUser, post: Post) -> Layout:
    if permissions.may_publish(user, post.blog):
        return EDITORS[State(post.state)]
    layout = WRITERS.get(State(post.state)) if permissions.may_edit(user, post) else None
    return layout or Layout([], [])


def _buttons(names: Iterable[str], post: Post | None, place: str = "") -> list[Button]:
    state = post.state if post is not None else State.DRAFT
    actions = [ACTIONS[name] for name in names]
    return [Button(action, action.label_for(state, place)) for action in actions if post is None or action.fits(post)]
