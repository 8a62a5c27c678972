"""The desk: one page on which an editor runs one blog. Composer on top, all its posts below, followed as they change.

The composer and the forms in place are the admin's own post form in another dress (``PostAdmin`` answers a request
that carries ``X-Desk`` with the form alone), so that every rule of that form holds here.
"""

from .activity import activity_view
from .autosaves import session_view, typed_view
from .cards import card
from .following import follow_view
from .page import desk_view, list_view
from .post_action import FAILED, post_action_view

#: What the page's script asks, by the last part of its address.
VIEWS = {
    "list": list_view,
    "follow": follow_view,
    "action": post_action_view,
    "typed": typed_view,
    "session": session_view,
}

__all__ = ["FAILED", "VIEWS", "activity_view", "card", "desk_view"]
