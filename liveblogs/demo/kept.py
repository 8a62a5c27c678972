"""What the demo keeps in files beside the database: the passwords, and the pictures that are under way."""

import json
import os
from pathlib import Path

from django.conf import settings
from django.db import connection

from ..models import Image

LOGINS, UNDER_WAY = ".demo-logins", ".demo-under-way"


def folder() -> Path:
    """Beside an SQLite database, else the project's folder."""
    database = settings.DATABASES["default"]
    return Path(database["NAME"]).parent if "sqlite" in database["ENGINE"] else Path(settings.BASE_DIR)


def _database() -> str:
    """One file may serve several databases: each knows its own lines by this name."""
    at = connection.settings_dict
    return f"{connection.vendor} {at.get('HOST', '')}:{at.get('PORT', '')} {at['NAME']}"


# Passwords
# ---------


def logins_file() -> Path:
    return folder() / LOGINS


def passwords() -> dict[str, str]:
    """The passwords that were made for this database, by user name."""
    return _logins().get(_database(), {})


def keep_passwords(made: dict[str, str]) -> None:
    """Written whole or not at all, and for the owner's eyes only."""
    path = logins_file()
    new = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(json.dumps({**_logins(), _database(): made}, indent=2) + "\n")
    new.replace(path)


def _logins() -> dict[str, dict[str, str]]:
    try:
        kept = json.loads(logins_file().read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


# Pictures under way
# ------------------
# A process that is killed outright can't delete the files that it wrote for rows which then never came. So their names
# are noted until the rows are safe, each process in a file of its own, and the next run deletes what has no row.


def note(image: Image) -> None:
    with _notes().open("a") as file:
        file.write(json.dumps([_database(), image.file.name]) + "\n")


def delete_leftovers() -> None:
    """Delete the noted files that no row names, and the notes. While it runs, nobody else may be writing rows."""
    for notes in folder().glob(f"{UNDER_WAY}.*"):
        for line in notes.read_text().splitlines():
            try:
                database, name = json.loads(line)
            except ValueError:  # cut off in the middle
                continue
            if database == _database() and not Image.objects.filter(file=name).exists():
                Image._meta.get_field("file").storage.delete(name)
        notes.unlink(missing_ok=True)


def forget() -> None:
    _notes().unlink(missing_ok=True)


def _notes() -> Path:
    return folder() / f"{UNDER_WAY}.{os.getpid()}"
