"""What changed between two texts, word by word, for people to read."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from . import richtext

#: Words beyond which a comparison by words would take too long; whole texts are shown then.
MOST_WORDS = 6000
BREAK = mark_safe("<br>")


def marked(before: str, after: str) -> SafeString:
    """``after`` with what is new in ``<ins>`` and what is gone in ``<del>``. Both are plain text."""
    old, new = re.findall(r"\s+|[^\s]+", before), re.findall(r"\s+|[^\s]+", after)
    if len(old) + len(new) > MOST_WORDS:
        return format_html("{}{}", _part("del", before), _part("ins", after)) if before != after else _part("", after)
    parts = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(_part("", "".join(old[start:end])))
            continue
        parts += [_part("del", "".join(old[start:end])), _part("ins", "".join(new[new_start:new_end]))]
    return format_html('<span class="difference">{}</span>', format_html_join("", "{}", ((part,) for part in parts)))


def marked_html(before: str, after: str) -> SafeString:
    """The same for two rich texts, by what they say."""
    return marked(richtext.to_plain(before), richtext.to_plain(after))


def _part(tag: str, text: str) -> SafeString:
    lines = format_html_join(BREAK, "{}", ((line,) for line in text.split("\n")))
    if not text or not tag:
        return lines
    return format_html("<{}>{}</{}>", tag, lines, tag)
