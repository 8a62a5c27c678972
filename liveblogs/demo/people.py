"""The demo's three users: their groups, bylines and passwords."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from .. import permissions
from ..models import Byline
from . import logins
from .content import CORRIN, ELLISDON, DemoByline
from .turns import take_turns

#: The group of each user; `admin` is a superuser beside.
GROUPS = {"admin": permissions.ADMIN, "editor": permissions.EDITOR, "contributor": permissions.CONTRIBUTOR}
#: Whose byline is whose.
AUTHORS: dict[DemoByline, str] = {CORRIN: "editor", ELLISDON: "contributor"}


@dataclass(frozen=True)
class Login:
    """A user of that name, and the password that opens it: empty where it is not, or no longer, the demo's own."""

    user: Any
    password: str


@transaction.atomic
def ensure_users() -> dict[str, Login]:
    """The users by name. Those that somebody else made, or gave another password, are left as they are."""
    take_turns()
    passwords = logins.passwords()
    found: dict[str, Login] = {}
    for name in GROUPS:
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            passwords[name] = "-".join(secrets.token_hex(2) for _ in range(4))
            logins.keep(passwords)
            user = _make(name, passwords[name])
        password = passwords.get(name, "")
        found[name] = Login(user, password if password and user.check_password(password) else "")
    return found


@transaction.atomic
def give_bylines(users: dict[str, Any]) -> None:
    """Editor and contributor write under a byline of their own, where neither has another one."""
    take_turns()
    for one, name in AUTHORS.items():
        byline = Byline.objects.filter(name=one.name, organisation=one.organisation, user=None).first()
        if name in users and byline is not None and not Byline.objects.filter(user=users[name]).exists():
            byline.user = users[name]
            byline.save()


def _make(name: str, password: str) -> Any:
    users: Any = get_user_model().objects
    if name == "admin":
        user = users.create_superuser(username=name, password=password)
    else:
        user = users.create_user(username=name, password=password, is_staff=True)
    user.groups.add(Group.objects.get(name=GROUPS[name]))
    return user
