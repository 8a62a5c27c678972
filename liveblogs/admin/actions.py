"""What can be done to a post: each action is declared once, in ``ACTIONS``.

The form's buttons, the list's actions, the desk's cards and menus, the permission checks and the messages read this
table; ``buttons`` says where an action is offered. ``publishing`` checks whether a post's state allows it.
"""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import permissions, publishing
from ..models import Blog, Post
from ..permissions import AnyUser, may_delete, may_edit
from ..publishing import review
from ..text import times

Text = str | Promise
State = Post.State
#: What the desk sends to take an action back: the name of another one, with what that needs.
Undo = dict[str, str]


@dataclass(frozen=True)
class Command:
    """One action as somebody asked for it, with what they sent along."""

    user: AnyUser
    note: str = ""
    at: datetime | None = None
    blog: Blog | None = None
    is_undo: bool = False
    is_pinned: bool = False
    with_pictures: bool = False


@dataclass(frozen=True)
class Action:
    """What it is called, who may take it, what it runs, what the editor reads then, and how it is taken back."""

    name: str
    label: Text
    may: Callable[[AnyUser, Post], bool]
    run: Callable[[Post, Command], object]
    #: May name the time or the blog of the post as it is then.
    message: Text | Callable[[Post, Command], Text] = ""
    _: KW_ONLY
    #: Other labels: by state, by place ("card", "list"), or by both ("card scheduled").
    labels: Mapping[str, Text] = field(default_factory=dict)
    #: Whether it makes sense for a post, beside what its state says.
    fits: Callable[[Post], bool] = lambda _post: True
    #: The action that takes this one back. A function reads the post as it was before.
    undo: str | Callable[[Post], Undo | None] = ""
    #: What the list says of the posts that it was taken on; empty where the list doesn't offer it.
    done: Text = ""
    #: What becomes of a new post.
    state_after: State = State.DRAFT
    #: Readers get the content, now or later, so it must have what they need.
    publishes: bool = False
    #: The form's content is saved with it.
    saves: bool = True
    #: The desk refuses it when the text has changed since it was shown.
    is_about_text: bool = False
    has_dialog: bool = False
    is_danger: bool = False
    #: For a button that shows whether something is on.
    is_pressed: bool | None = None

    def label_for(self, state: str, place: str = "") -> Text:
        return next((self.labels[key] for key in (f"{place} {state}", state, place) if key in self.labels), self.label)

    def message_for(self, post: Post, command: Command) -> str:
        """What to tell the editor about the post after it was done."""
        at = post.publish_at or post.published_at
        values = {"time": times.post_time(at, post.blog.zone) if at else "", "blog": post.blog.title}
        text = str(self.message(post, command) if callable(self.message) else self.message % values)
        if post.is_published and self.may is may_publish and not post.blog.is_visible:
            return f"{text}. {gettext('Readers will see it when the blog is published.')}"
        return text

    def undo_for(self, post: Post) -> Undo | None:
        """What will take it back, asked before it is done."""
        if callable(self.undo):
            return self.undo(post)
        return {"action": self.undo} if self.undo else None


def take(action: Action, post: Post, command: Command) -> None:
    """Take an action under the blog's lock, if the user may then; else ``ChangeRefused``. Three queries more."""
    blogs = {post.blog_id, *([command.blog.pk] if command.blog else [])}
    with publishing.refuse_when_busy(), transaction.atomic():
        publishing.lock_blogs(Q(pk__in=blogs))
        stored = Post.objects.select_related("blog").filter(pk=post.pk).first()
        if stored is None:
            raise publishing.StaleVersion(_("This post was deleted after you opened it."))
        if not action.may(command.user, stored):
            raise publishing.ChangeRefused(_("You don't have permission to do that to the post as it is now."))
        action.run(post, command)


def may_publish(user: AnyUser, post: Post) -> bool:
    return permissions.may_publish(user, post.blog)


def may_copy(user: AnyUser, post: Post) -> bool:
    return may_edit(user, post) and permissions.may_write(user, post.blog)


def _save(post: Post, command: Command) -> None:
    publishing.save_draft(post, by=command.user)  # refused for a published post: Return in its form publishes nothing


def _publish(post: Post, command: Command) -> None:
    review.publish(post, by=command.user, minor=command.is_undo)
    if command.is_pinned:
        publishing.pin(post, by=command.user)


def _set_key_event(post: Post, command: Command, *, is_key_event: bool) -> None:
    post.is_key_event = is_key_event
    if post.is_published:
        publishing.update(post, by=command.user, minor=True)
    else:
        publishing.save_draft(post, by=command.user)


def _correct(post: Post, command: Command) -> None:
    post.correction = command.note
    publishing.update(post, by=command.user)


def _move(post: Post, command: Command) -> None:
    post.published_at = command.at
    publishing.update(post, by=command.user, minor=True)


def _move_to_blog(post: Post, command: Command) -> None:
    if command.blog is None or not permissions.may_write(command.user, command.blog):
        raise publishing.ChangeRefused(_("You don't have access to that blog."))
    if post.state not in (State.DRAFT, State.SUBMITTED):
        raise publishing.ChangeRefused(_("Only a draft can move to another blog."))
    post.blog = command.blog
    publishing.save_draft(post, by=command.user)


def _undo_withdraw(post: Post) -> Undo:
    return {"action": "publish", "undo": "yes"} | ({"pin": "yes"} if post.is_pinned else {})


def _undo_schedule(post: Post) -> Undo:
    """Scheduled for the time that it had, or not at all."""
    if post.state == State.SCHEDULED and post.publish_at:
        return {"action": "schedule", "at": post.publish_at.isoformat()}
    return {"action": "to_draft"}


def _undo_to_draft(post: Post) -> Undo | None:
    if post.state == State.SCHEDULED:
        return _undo_schedule(post)
    return {"action": "submit"} if post.state == State.SUBMITTED else None


def _undo_move(post: Post) -> Undo:
    return {"action": "move", "at": post.published_at.isoformat() if post.published_at else ""}


def _published_message(post: Post, command: Command) -> Text:
    return _("Post restored") if command.is_undo and post.blog.is_visible else _("Published")


def _correction_message(post: Post, _command: Command) -> Text:
    return _("Correction published") if post.correction else _("Correction removed")


def _sent_back_message(post: Post, _command: Command) -> Text:
    author = post.created_by
    name = author and (author.get_full_name() or author.get_username())
    return gettext("Sent back to %(name)s") % {"name": name} if name else _("Sent back")


def _withdrawn_message(_post: Post, command: Command) -> Text:
    if command.with_pictures:
        return _("Withdrawn. Pictures that nothing else uses are deleted")
    return _("Withdrawn")


_SAVED = _("Saved. Not visible to readers.")

# fmt: off
_ACTIONS = [
    Action("save", _("Save"), may_edit, _save, _SAVED, labels={"draft": _("Save draft")}),
    Action("preview", _("Save and preview"), may_edit, _save, _SAVED),
    Action(
        "submit", _("Submit for review"), may_edit,
        lambda post, command: publishing.submit(post, by=command.user),
        _("Submitted for review"),
        undo="to_draft", state_after=State.SUBMITTED, is_about_text=True,
    ),
    Action(
        "to_draft", _("Return to draft"), may_edit,
        lambda post, command: review.send_back(post, "", by=command.user),
        _("Returned to draft"),
        labels={"scheduled": _("Unschedule")}, undo=_undo_to_draft,
    ),
    Action(
        "send_back", _("Send back…"), may_publish,
        lambda post, command: review.send_back(post, command.note, by=command.user),
        _sent_back_message,
        is_about_text=True, has_dialog=True,
    ),
    Action(
        "publish", _("Publish now"), may_publish, _publish, _published_message,
        labels={
            "withdrawn": _("Publish again"), "card": _("Publish"), "card scheduled": _("Publish now"),
            "list": _("Publish"),
        },
        done=_("published"), state_after=State.PUBLISHED, publishes=True, is_about_text=True,
    ),
    Action(
        "schedule", _("Schedule"), may_publish,
        lambda post, command: review.schedule(post, command.at, by=command.user),
        _("Scheduled for %(time)s"),
        labels={
            "scheduled": _("Save schedule"), "card": _("Schedule…"), "card scheduled": _("Reschedule…"),
        },
        undo=_undo_schedule, state_after=State.SCHEDULED, publishes=True, is_about_text=True, has_dialog=True,
    ),
    Action(
        "update", _("Update"), may_publish,
        lambda post, command: publishing.update(post, by=command.user),
        _("Updated"),
        publishes=True,
    ),
    Action(
        "minor", _("Update as minor edit"), may_publish,
        lambda post, command: publishing.update(post, by=command.user, minor=True),
        _("Minor edit published (time unchanged)"),
        publishes=True,
    ),
    Action(
        "withdraw", _("Withdraw"), may_publish,
        lambda post, command: publishing.withdraw(
            post, by=command.user, reason=command.note, with_pictures=command.with_pictures
        ),
        _withdrawn_message,
        labels={"card": _("Withdraw…")}, undo=_undo_withdraw, done=_("withdrawn"), saves=False, has_dialog=True,
        is_danger=True,
    ),
    Action(
        "pin", _("Pin"), may_publish,
        lambda post, command: publishing.pin(post, by=command.user), _("Pinned to top"),
        fits=lambda post: not post.is_pinned, undo="unpin", done=_("pinned"), saves=False,
    ),
    Action(
        "unpin", _("Unpin"), may_publish,
        lambda post, command: publishing.unpin(post, by=command.user), _("Unpinned"),
        fits=lambda post: post.is_pinned, undo="pin", done=_("unpinned"), saves=False,
    ),
    # Opens the form, and that is all.
    Action("edit", _("Edit"), may_edit, lambda _post, _command: None),
    Action(
        "key", _("Key event"), may_publish,
        lambda post, command: _set_key_event(post, command, is_key_event=True), _("Added to key events"),
        fits=lambda post: not post.is_key_event, undo="unkey", is_pressed=False,
    ),
    Action(
        "unkey", _("Key event"), may_publish,
        lambda post, command: _set_key_event(post, command, is_key_event=False), _("Removed from key events"),
        fits=lambda post: post.is_key_event, undo="key", is_pressed=True,
    ),
    Action(
        "correct", _("Correct…"), may_publish, _correct, _correction_message,
        undo=lambda post: {"action": "correct", "note": post.correction}, is_about_text=True, has_dialog=True,
    ),
    Action(
        "move", _("Move in timeline (M)"), may_publish, _move, _("Moved to %(time)s"),
        fits=lambda post: post.is_published and not post.is_pinned, undo=_undo_move,
    ),
    Action(
        "duplicate", _("Duplicate"), may_copy,
        lambda post, command: publishing.duplicate(post, by=command.user), _("Duplicated as a draft"),
    ),
    Action(
        "to_blog", _("Move to another blog…"), may_edit, _move_to_blog, _("Moved to “%(blog)s”"),
        fits=lambda post: post.published_at is None and post.state != State.SCHEDULED, has_dialog=True,
    ),
    Action(
        "delete", _("Delete…"), may_delete, lambda post, _command: post.delete(), _("Deleted"),
        has_dialog=True, is_danger=True,
    ),
]
# fmt: on
#: By name, in the order in which the form looks for the button that was pressed.
ACTIONS = {action.name: action for action in _ACTIONS}
