"""The differences between two texts, as editors read them."""

import pytest

from liveblogs.text.diff import beside, marked


def plain(html: str) -> str:
    html = html.removeprefix('<span class="difference" dir="auto">').removesuffix("</span>")
    return html.replace("<del>", "[").replace("</del>", "]").replace("<ins>", "{").replace("</ins>", "}")


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("", "", ""),
        ("a b c", "a b c", "a b c"),
        ("", "a b", "{a b}"),
        ("a b", "", "[a b]"),
        ("a b c", "a x c", "a [b]{x} c"),
        ("a b c", "a c", "a [b ]c"),
        ("a a a", "a a a a", "a a a{ a}"),
        ("one two three four", "one three two four", "one [two ]three {two }four"),
        ("a\nb", "a b", "a[<br>]{ }b"),
        ("<b> & c", "<i> & c", "[&lt;b&gt;]{&lt;i&gt;} &amp; c"),
        ("the cat sat on the mat", "the dog sat on the mat", "the [cat]{dog} sat on the mat"),
    ],
)
def test_marked(before: str, after: str, shown: str) -> None:
    assert plain(marked(before, after)) == shown


def test_marked_texts_without_a_common_word_are_two_texts() -> None:
    before = " ".join(f"a{number}" for number in range(800))
    after = " ".join(f"b{number}" for number in range(800))
    assert plain(marked(before, after)) == f"[{before}]{{{after}}}"


def test_beside() -> None:
    assert [plain(side) for side in beside("a b c", "a x c d")] == [
        "a [b] c",
        "a [x] c[ d]".replace("[", "{").replace("]", "}"),
    ]


def test_both_texts_are_whole_in_what_is_shown() -> None:
    words = ["so", "it", "goes", "and", "so", "it", "went", "and", "it", "was", "so"]
    before = " ".join(words[number * number % 11] for number in range(400))
    after = " ".join(words[number * 3 % 11] + ("" if number % 50 else f" n{number}") for number in range(400))
    theirs, mine = (plain(side) for side in beside(before, after))
    assert theirs.replace("[", "").replace("]", "") == before
    assert mine.replace("{", "").replace("}", "") == after
