"""Credits read as the tables in docs say: every row, and the edges beside them."""

import pytest
from django.utils import translation

from liveblogs.text.credits import Credit, Part, blog_line, post_line, text


def cnn(name: str, place: str = "", **kwargs: str) -> Credit:
    return Credit(name, "CNN", place, **kwargs)


REUTERS = Credit("Reuters", kind="agency")
AFP = Credit("AFP", kind="agency")


@pytest.mark.parametrize(
    ("credited", "label", "line"),
    [
        # The rows of the design.
        ([cnn("A", "Hong Kong")], "", "From CNN's A in Hong Kong"),
        (
            [cnn("A", "Fort Sill, Oklahoma"), cnn("B", "Fort Sill, Oklahoma")],
            "",
            "From CNN's A and B in Fort Sill, Oklahoma",
        ),
        ([cnn("A", "London"), cnn("B", "Kyiv")], "", "From CNN's A in London and B in Kyiv"),
        ([cnn("Beijing Bureau", kind="desk")], "", "From CNN's Beijing Bureau"),
        ([REUTERS], "", "From Reuters"),
        ([cnn("A")], "Analysis", "Analysis from CNN's A"),
        ([cnn("A"), REUTERS], "", "From CNN's A and Reuters"),
        # How many.
        ([], "", ""),
        ([], "Analysis", ""),
        ([cnn("A")], "", "From CNN's A"),
        ([cnn("A"), cnn("B")], "", "From CNN's A and B"),
        ([cnn(name) for name in "ABCDE"], "", "From CNN's A, B, C, D and E"),
        ([cnn(name, "Paris") for name in "ABC"], "", "From CNN's A, B and C in Paris"),
        # Organisations.
        ([cnn("A"), Credit("B", "BBC")], "", "From CNN's A and BBC's B"),
        ([cnn("A"), cnn("B"), Credit("C", "BBC")], "", "From CNN's A, B and BBC's C"),
        ([cnn("A"), cnn("B"), REUTERS], "", "From CNN's A, B and Reuters"),
        ([cnn("A"), REUTERS, cnn("B")], "", "From CNN's A, Reuters and CNN's B"),
        ([REUTERS, cnn("A")], "", "From Reuters and CNN's A"),
        ([REUTERS, AFP], "Photos", "Photos from Reuters and AFP"),
        ([Credit("A", "Reuters")], "", "From Reuters' A"),
        ([Credit("A", "CBS")], "", "From CBS' A"),
        ([Credit("A", "The Times"), Credit("B", "Vox")], "", "From The Times' A and Vox's B"),
        # Places.
        ([cnn("A", "London"), cnn("B")], "", "From CNN's A in London and B"),
        ([cnn("A", "London"), cnn("B"), cnn("C")], "", "From CNN's A in London, B and C"),
        ([cnn("A"), cnn("B", "London")], "", "From CNN's A and CNN's B in London"),
        (
            [cnn("A", "Paris"), cnn("B", "Paris"), cnn("C", "London"), cnn("D", "Kyiv")],
            "",
            "From CNN's A and B in Paris, C in London and D in Kyiv",
        ),
        (
            [cnn("A", "Paris"), cnn("B", "Paris"), cnn("C", "Kyiv"), cnn("D", "Kyiv")],
            "",
            "From CNN's A and B in Paris and C and D in Kyiv",
        ),
        (
            [cnn("A", "London"), cnn("B", "Kyiv"), cnn("C", "London")],
            "",
            "From CNN's A in London, B in Kyiv and C in London",
        ),
        ([cnn("A", "Kyiv"), Credit("B", "BBC", "Kyiv")], "", "From CNN's A in Kyiv and BBC's B in Kyiv"),
        ([Credit("A", place="Kyiv"), REUTERS], "", "From A in Kyiv and Reuters"),
        # What people type.
        ([Credit("  A \n", " CNN ", "\tHong  Kong ")], "  Analysis ", "Analysis from CNN's A in Hong Kong"),
        ([cnn("A"), Credit(" CNN\t", "CNN")], "", "From CNN's A and CNN"),
        ([Credit(" "), cnn("A")], " ", "From CNN's A"),
        ([Credit(" ")], "Analysis", ""),
        (
            [Credit("A <b> & {names}", "{x} & Co", "{place}")],
            "{label}",
            "{label} from {x} & Co's A <b> & {names} in {place}",
        ),
    ],
)
def test_post_line(credited: list[Credit], label: str, line: str) -> None:
    assert text(post_line(credited, label)) == line


@pytest.mark.parametrize(
    ("credited", "line"),
    [
        ([cnn(name) for name in "ABCD"], "By A, B, C and D, CNN"),
        ([], ""),
        ([Credit(" ")], ""),
        ([cnn("A")], "By A, CNN"),
        ([cnn("A"), cnn("B")], "By A and B, CNN"),
        ([cnn("A", "Kyiv"), cnn("B", "London")], "By A and B, CNN"),
        ([cnn("Beijing Bureau", kind="desk")], "By Beijing Bureau, CNN"),
        ([REUTERS], "By Reuters"),
        ([REUTERS, AFP], "By Reuters and AFP"),
        ([cnn("A"), cnn("B"), Credit("C", "BBC")], "By A and B, CNN, and C, BBC"),
        ([cnn("A"), REUTERS], "By A, CNN, and Reuters"),
        ([REUTERS, cnn("A")], "By Reuters, and A, CNN"),
        ([cnn("A"), REUTERS, AFP], "By A, CNN; Reuters; and AFP"),
        ([cnn("A"), Credit("B", "BBC"), REUTERS], "By A, CNN; B, BBC; and Reuters"),
        ([Credit(" A  B ", " CNN ")], "By A B, CNN"),
    ],
)
def test_blog_line(credited: list[Credit], line: str) -> None:
    assert text(blog_line(credited)) == line


def test_post_line_parts_link_names_alone() -> None:
    credited = [cnn("A", "Hong Kong", slug="a"), cnn("B", "Hong Kong", slug="b"), Credit("Reuters", slug="reuters")]
    assert post_line(credited, "Analysis") == [
        Part("Analysis from CNN's "),
        Part("A", "a"),
        Part(" and "),
        Part("B", "b"),
        Part(" in Hong Kong and "),
        Part("Reuters", "reuters"),
    ]


def test_post_line_part_without_slug_is_text() -> None:
    assert post_line([cnn("A", "Kyiv")]) == [Part("From CNN's A in Kyiv")]


def test_blog_line_parts_link_names_alone() -> None:
    assert blog_line([cnn("A", slug="a"), cnn("B", slug="b")]) == [
        Part("By "),
        Part("A", "a"),
        Part(" and "),
        Part("B", "b"),
        Part(", CNN"),
    ]


def test_post_line_translation_may_reorder(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"{names} in {place}": "{place}: {names}", "{organisation}'s {names}": "{names} ({organisation})"}
    monkeypatch.setattr("liveblogs.text.credits.pgettext", lambda _, message: words.get(message, message))
    with translation.override("en"):
        assert text(post_line([cnn("A", "Kyiv", slug="a")])) == "From Kyiv: A (CNN)"
