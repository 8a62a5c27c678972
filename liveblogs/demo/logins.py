"""The passwords of the demo's users, kept in a file beside the database."""

import json
import os
from pathlib import Path

from django.conf import settings
from django.db import connection

NAME = ".demo-logins"


def logins_file() -> Path:
    """Beside an SQLite database, else in the project's folder."""
    database = settings.DATABASES["default"]
    folder = Path(database["NAME"]).parent if "sqlite" in database["ENGINE"] else Path(settings.BASE_DIR)
    return folder / NAME


def passwords() -> dict[str, str]:
    """The passwords that were made for this database, by user name."""
    return _kept().get(_database(), {})


def keep(made: dict[str, str]) -> None:
    """Written whole or not at all, and for the owner's eyes only."""
    path = logins_file()
    new = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(json.dumps({**_kept(), _database(): made}, indent=2) + "\n")
    new.replace(path)


def _kept() -> dict[str, dict[str, str]]:
    try:
        kept = json.loads(logins_file().read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _database() -> str:
    """One file may serve several databases: each knows its own passwords by this name."""
    at = connection.settings_dict
    return f"{connection.vendor} {at.get('HOST', '')}:{at.get('PORT', '')} {at['NAME']}"
