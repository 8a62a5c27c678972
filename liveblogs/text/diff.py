"""Shows the differences between two texts, word by word, as HTML. The time grows as the texts do."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from . import richtext

#: Above this product of words (and blanks) in both, what lies between two anchors is marked whole.
MOST_PAIRS = 2500

#: Whether a piece of both texts is equal, and that piece of each.
type Step = tuple[bool, str, str]


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


def _steps(before: str, after: str) -> Iterator[Step]:
    """Yield matching pieces of both texts, and whether they are equal."""
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    at = new_at = 0
    for anchor, new_anchor in [*_anchors(old, new), (len(old), len(new))]:
        yield from _between(old[at:anchor], new[new_at:new_anchor])
        at, new_at = anchor, new_anchor


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """The places of words that both texts have once, in both in the same order (as in a patience diff)."""
    once, new_once = _once(old), _once(new)
    lowest: list[int] = []  # place in `new` at which the best chain of each length ends
    chains: list[Any] = []  # these chains, as (place, new place, chain before)
    for word, place in once.items():
        if (new_place := new_once.get(word)) is not None:
            length = bisect_left(lowest, new_place)
            lowest[length : length + 1] = [new_place]
            chains[length : length + 1] = [(place, new_place, chains[length - 1] if length else None)]
    anchors = []
    chain = chains[-1] if chains else None
    while chain:
        place, new_place, chain = chain
        anchors.append((place, new_place))
    return anchors[::-1]


def _once(words: list[str]) -> dict[str, int]:
    counts = Counter(words)
    return {word: place for place, word in enumerate(words) if counts[word] == 1}


def _between(old: list[str], new: list[str]) -> Iterator[Step]:
    """Compare what lies between two anchors. If that is long, its middle counts as replaced."""
    pairs = zip(old, new, strict=False)
    start = next((place for place, (word, other) in enumerate(pairs) if word != other), min(len(old), len(new)))
    rest = zip(reversed(old[start:]), reversed(new[start:]), strict=False)
    most = min(len(old), len(new)) - start
    end = next((place for place, (word, other) in enumerate(rest) if word != other), most)
    yield True, "".join(old[:start]), "".join(new[:start])
    middle, new_middle = old[start : len(old) - end], new[start : len(new) - end]
    if len(middle) * len(new_middle) > MOST_PAIRS:
        yield False, "".join(middle), "".join(new_middle)
    else:
        matcher = SequenceMatcher(str.isspace, middle, new_middle, autojunk=False)
        for kind, low, high, new_low, new_high in matcher.get_opcodes():
            yield kind == "equal", "".join(middle[low:high]), "".join(new_middle[new_low:new_high])
    yield True, "".join(old[len(old) - end :]), "".join(new[len(new) - end :])


def _joined(parts: list[SafeString]) -> SafeString:
    return format_html('<span class="difference" dir="auto">{}</span>', mark_safe("".join(parts)))  # noqa: S308 - escaped


def marked_html(before: str, after: str) -> SafeString:
    """Like ``marked``, for two rich texts. Only their plain text is compared."""
    return marked(richtext.to_plain(before), richtext.to_plain(after))


def _part(tag: str, text: str) -> SafeString:
    lines = escape(text).replace("\n", "<br>")
    return mark_safe(f"<{tag}>{lines}</{tag}>" if text and tag else lines)  # noqa: S308 - escaped
