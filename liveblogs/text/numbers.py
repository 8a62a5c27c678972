"""Numbers as they arrive in addresses and forms."""

#: Digits that every database's column for a row's number holds.
MAX_DIGITS = 18


def parse_id(text: str) -> int | None:
    """The number of a row, or None where ``text`` can be the number of none: only ASCII digits, and few enough."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None
