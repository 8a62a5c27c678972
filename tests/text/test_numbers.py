"""Numbers of rows, as anybody may send them."""

import pytest

from liveblogs.text.numbers import parse_id


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("0042", 42), ("9" * 18, 10**18 - 1)])
def test_number_of_a_row(text, number):
    assert parse_id(text) == number


@pytest.mark.parametrize(
    "text", ["", " 7", "7\n", "-1", "+1", "1.0", "1e9", "1_000", "²", "٣", "\0", "{}", "9" * 19, "9" * 5000]
)
def test_what_can_be_the_number_of_no_row(text):
    assert parse_id(text) is None
