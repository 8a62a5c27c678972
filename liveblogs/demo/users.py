"""The demo's three users: their groups, and their passwords in a file beside the database."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from .. import permissions

#: The group of each user; `admin` is a superuser as well.
GROUPS = {"admin": permissions.ADMIN, "editor": permissions.EDITOR, "contributor": permissions.CONTRIBUTOR}


def lock() -> None:
    """Keep other runs of the demo waiting until this transaction ends. On SQLite the transaction itself does."""
    ContentType.objects.select_for_update(no_key=True).get(app_label="liveblogs", model="blog")


@transaction.atomic
def ensure_users() -> tuple[dict[str, Any], dict[str, str]]:
    """The demo's own users by name, and their passwords by name.

    A user with one of these names who was created elsewhere, or has another password now, is left alone and left out.
    """
    lock()
    users: Any = get_user_model().objects
    passwords = _read().get(_database(), {})
    own: dict[str, Any] = {}
    for name, group in GROUPS.items():
        user = users.filter(username=name).first()
        if user is None:
            passwords[name] = "-".join(secrets.token_hex(2) for _ in range(4))
            _save(passwords)
            user = users.create_user(name, password=passwords[name], is_staff=True, is_superuser=name == "admin")
            user.groups.add(Group.objects.get(name=group))
        if name in passwords and user.check_password(passwords[name]):
            own[name] = user
    return own, passwords


def logins_file() -> Path:
    """Beside an SQLite database, else in the project's folder."""
    database = settings.DATABASES["default"]
    folder = Path(database["NAME"]).parent if "sqlite" in database["ENGINE"] else Path(settings.BASE_DIR)
    return folder / ".demo-logins"


def _save(passwords: dict[str, str]) -> None:
    """Write the passwords of this database, completely or not at all, readable by the owner only."""
    path = logins_file()
    new = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(json.dumps({**_read(), _database(): passwords}, indent=2) + "\n")
    new.replace(path)


def _read() -> dict[str, dict[str, str]]:
    """The passwords by database and user name."""
    try:
        content = json.loads(logins_file().read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _database() -> str:
    """The name of this database in the file, which may serve several."""
    at = connection.settings_dict
    return f"{connection.vendor} {at.get('HOST', '')}:{at.get('PORT', '')} {at['NAME']}"
