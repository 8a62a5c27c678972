"""Shows the differences between two texts, word by word, as HTML."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from . import richtext

#: Above this number of words in both texts, a comparison takes too long and the whole texts are marked.
MOST_WORDS = 6000
BREAK = mark_safe("<br>")


def marked(before: str, after: str) -> SafeString:
    """``after`` with additions in ``<ins>`` and deletions in ``<del>``. Both texts are plain text."""
    parts = []
    for is_same, old, new in _steps(before, after):
        parts += [_part("", old)] if is_same else [_part("del", old), _part("ins", new)]
    return _joined(parts)


def beside(theirs: str, mine: str) -> tuple[SafeString, SafeString]:
    """Both texts for two columns, each with its unique parts marked. Both are plain text."""
    left, right = [], []
    for is_same, old, new in _steps(theirs, mine):
        left.append(_part("" if is_same else "del", old))
        right.append(_part("" if is_same else "ins", new))
    return _joined(left), _joined(right)


def _steps(before: str, after: str) -> Iterator[tuple[bool, str, str]]:
    """Yield matching pieces of both texts, and whether they are equal."""
    old, new = re.findall(r"\s+|[^\s]+", before), re.findall(r"\s+|[^\s]+", after)
    if len(old) + len(new) > MOST_WORDS:
        yield before == after, before, after
        return
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield kind == "equal", "".join(old[start:end]), "".join(new[new_start:new_end])


def _joined(parts: list[SafeString]) -> SafeString:
    return format_html('<span class="difference">{}</span>', format_html_join("", "{}", ((part,) for part in parts)))


def marked_html(before: str, after: str) -> SafeString:
    """Like ``marked``, for two rich texts. Only their plain text is compared."""
    return marked(richtext.to_plain(before), richtext.to_plain(after))


def _part(tag: str, text: str) -> SafeString:
    lines = format_html_join(BREAK, "{}", ((line,) for line in text.split("\n")))
    if not text or not tag:
        return lines
    return format_html("<{}>{}</{}>", tag, lines, tag)
