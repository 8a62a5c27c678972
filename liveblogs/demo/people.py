"""The demo's three users and their passwords, which are made once and kept in a file beside the database."""

import json
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction

from ..models import Byline
from .content import CORRIN, ELLISDON

FILE_NAME = ".demo-logins"
#: What each may do on the rows of this app, by model; `admin` is a superuser.
ALLOWED: dict[str, dict[str, tuple[str, ...]]] = {
    "editor": dict.fromkeys(
        ("blog", "blogcredit", "byline", "image", "post", "postcredit", "postimage"), ("add", "change", "view")
    ),
    "contributor": {
        "post": ("add", "change", "view"),
        "postcredit": ("add", "change", "delete", "view"),
        "postimage": ("add", "change", "delete", "view"),
        "image": ("add", "view"),
        "byline": ("view",),
        "blog": ("view",),
    },
}
ALLOWED["editor"] |= dict.fromkeys(("blogcredit", "postcredit", "postimage"), ("add", "change", "delete", "view"))
BYLINES = {"editor": CORRIN, "contributor": ELLISDON}


def logins_file() -> Path:
    """Beside an SQLite database, else in the project's folder."""
    database = settings.DATABASES["default"]
    folder = Path(database["NAME"]).parent if "sqlite" in database["ENGINE"] else Path(settings.BASE_DIR)
    return folder / FILE_NAME


def ensure_users() -> dict[str, tuple[Any, str]]:
    """The users by name, each with the password that opens it, or "" where somebody has set another one."""
    path = logins_file()
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    found: dict[str, tuple[Any, str]] = {}
    for name in ("admin", "editor", "contributor"):
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            kept[name] = "-".join(secrets.token_hex(2) for _ in range(4))
            _keep(path, kept)
            user = _make(name, kept[name])
        password = kept.get(name, "")
        found[name] = (user, password if password and user.check_password(password) else "")
    return found


def give_bylines(users: dict[str, tuple[Any, str]]) -> None:
    """Editor and contributor write under a byline of their own, where neither has another one."""
    for name, one in BYLINES.items():
        user, _ = users[name]
        byline = Byline.objects.filter(name=one.name, organisation=one.organisation, user=None).first()
        if byline is not None and not Byline.objects.filter(user=user).exists():
            byline.user = user
            byline.save()


@transaction.atomic
def _make(name: str, password: str) -> Any:
    users: Any = get_user_model().objects
    if name == "admin":
        return users.create_superuser(username=name, password=password)
    user = users.create_user(username=name, password=password, is_staff=True)
    codenames = [f"{verb}_{model}" for model, verbs in ALLOWED[name].items() for verb in verbs]
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="liveblogs", codename__in=codenames))
    return user


def _keep(path: Path, logins: dict[str, str]) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(logins, indent=2) + "\n")
