"""Parses numbers from URLs and forms."""

#: The number of digits that fits the primary key column of every supported database.
MAX_DIGITS = 18


def parse_id(text: str) -> int | None:
    """Parse a primary key, revision or page number. None unless ``text`` is at most ``MAX_DIGITS`` ASCII digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None
