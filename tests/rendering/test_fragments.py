"""Fragments: the stored HTML that pages and deltas are put together from."""

import re

import pytest

from liveblogs.rendering import fragments
from tests.support.factories import PostFactory

pytestmark = pytest.mark.django_db

BODY = "<p><strong>Two</strong> <em>words</em></p>"


@pytest.mark.parametrize(
    "optional",
    [{}, {"headline": "The bridge is open", "is_key_event": True, "correction": "It was closed at 9."}],
    ids=["bare", "full"],
)
def test_optional_parts_leave_the_whitespace_between_elements_equal(optional):
    """An open page matches whitespace too when it looks for nodes that stay."""
    post = PostFactory(**{"state": "published", "headline": "", "body": BODY, **optional})
    html = fragments.render(fragments.with_content([post.pk]))[post.pk].html
    around, body, below = html.partition(BODY)
    assert (body, set(re.findall(r">(\s+)<", around + below))) == (BODY, {"\n"})
