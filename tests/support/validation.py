"""What a model says is wrong with a row."""

from django.core.exceptions import ValidationError
from django.db import models


def faults(row: models.Model) -> dict[str, list[str]]:
    """The messages of ``full_clean()`` by field; empty for a valid row."""
    try:
        row.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}
