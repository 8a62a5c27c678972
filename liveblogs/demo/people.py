"""The demo's three users and their passwords, which are made once and kept in a file beside the database."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection, transaction

from .. import roles
from ..models import Byline
from .content import CORRIN, ELLISDON, DemoByline
from .filling import take_turns

FILE_NAME = ".demo-logins"
#: The group of each user; `admin` is a superuser beside.
GROUPS = {"admin": roles.ADMIN, "editor": roles.EDITOR, "contributor": roles.CONTRIBUTOR}
#: Whose byline is whose.
AUTHORS: dict[DemoByline, str] = {CORRIN: "editor", ELLISDON: "contributor"}


@dataclass(frozen=True)
class Login:
    """A user of that name, and the password that opens it: empty where it is not, or no longer, the demo's own."""

    user: Any
    password: str


def logins_file() -> Path:
    """Beside an SQLite database, else in the project's folder."""
    database = settings.DATABASES["default"]
    folder = Path(database["NAME"]).parent if "sqlite" in database["ENGINE"] else Path(settings.BASE_DIR)
    return folder / FILE_NAME


@transaction.atomic
def ensure_users() -> dict[str, Login]:
    """The users by name. Those that somebody else made, or gave another password, are left as they are."""
    take_turns()
    path = logins_file()
    kept = _read(path)
    passwords = kept.setdefault(_database(), {})
    found: dict[str, Login] = {}
    for name in GROUPS:
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            passwords[name] = "-".join(secrets.token_hex(2) for _ in range(4))
            _write(path, kept)
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


# The file
# --------


def _database() -> str:
    """One file may serve several databases: each knows its own passwords by this name."""
    at = connection.settings_dict
    return f"{connection.vendor} {at.get('HOST', '')}:{at.get('PORT', '')} {at['NAME']}"


def _read(path: Path) -> dict[str, dict[str, str]]:
    try:
        kept = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _write(path: Path, logins: dict[str, dict[str, str]]) -> None:
    """Whole or not at all, and for the owner's eyes only."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(json.dumps(logins, indent=2) + "\n")
    new.replace(path)
