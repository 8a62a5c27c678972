"""Credits read as the tables in docs say: every row, and the edges beside them."""

import pytest
from django.utils import translation

from liveblogs.text.credits import Credit, Part, blog_line, post_line, text


def fairlead(name: str, place: str = "", **kwargs: str) -> Credit:
    return Credit(name, "Fairlead", place, **kwargs)


HARROWS = Credit("Harrows", kind="agency")
LODESTAR = Credit("Lodestar", kind="agency")


@pytest.mark.parametrize(
    ("credited", "label", "line"),
    [
        # The rows of the design.
        ([fairlead("A", "Port Ellis")], "", "From Fairlead's A in Port Ellis"),
        (
            [fairlead("A", "Fort Harlow, Ostmark"), fairlead("B", "Fort Harlow, Ostmark")],
            "",
            "From Fairlead's A and B in Fort Harlow, Ostmark",
        ),
        ([fairlead("A", "Stellmouth"), fairlead("B", "Quenn")], "", "From Fairlead's A in Stellmouth and B in Quenn"),
        ([fairlead("Night Desk", kind="desk")], "", "From Fairlead's Night Desk"),
        ([HARROWS], "", "From Harrows"),
        ([fairlead("A")], "Analysis", "Analysis from Fairlead's A"),
        ([fairlead("A"), HARROWS], "", "From Fairlead's A and Harrows"),
        # How many.
        ([], "", ""),
        ([], "Analysis", ""),
        ([fairlead("A")], "", "From Fairlead's A"),
        ([fairlead("A"), fairlead("B")], "", "From Fairlead's A and B"),
        ([fairlead(name) for name in "ABCDE"], "", "From Fairlead's A, B, C, D and E"),
        ([fairlead(name, "Hallorin") for name in "ABC"], "", "From Fairlead's A, B and C in Hallorin"),
        # Organisations.
        ([fairlead("A"), Credit("B", "Tarn Post")], "", "From Fairlead's A and Tarn Post's B"),
        ([fairlead("A"), fairlead("B"), Credit("C", "Tarn Post")], "", "From Fairlead's A, B and Tarn Post's C"),
        ([fairlead("A"), fairlead("B"), HARROWS], "", "From Fairlead's A, B and Harrows"),
        ([fairlead("A"), HARROWS, fairlead("B")], "", "From Fairlead's A, Harrows and Fairlead's B"),
        ([HARROWS, fairlead("A")], "", "From Harrows and Fairlead's A"),
        ([HARROWS, LODESTAR], "Photos", "Photos from Harrows and Lodestar"),
        ([Credit("A", "Harrows")], "", "From Harrows' A"),
        ([Credit("A", "NQS")], "", "From NQS' A"),
        ([Credit("A", "The Heralds"), Credit("B", "Helix")], "", "From The Heralds' A and Helix's B"),
        # Places.
        ([fairlead("A", "Stellmouth"), fairlead("B")], "", "From Fairlead's A in Stellmouth and B"),
        ([fairlead("A", "Stellmouth"), fairlead("B"), fairlead("C")], "", "From Fairlead's A in Stellmouth, B and C"),
        ([fairlead("A"), fairlead("B", "Stellmouth")], "", "From Fairlead's A and Fairlead's B in Stellmouth"),
        (
            [
                fairlead("A", "Hallorin"),
                fairlead("B", "Hallorin"),
                fairlead("C", "Stellmouth"),
                fairlead("D", "Quenn"),
            ],
            "",
            "From Fairlead's A and B in Hallorin, C in Stellmouth and D in Quenn",
        ),
        (
            [fairlead("A", "Hallorin"), fairlead("B", "Hallorin"), fairlead("C", "Quenn"), fairlead("D", "Quenn")],
            "",
            "From Fairlead's A and B in Hallorin and C and D in Quenn",
        ),
        (
            [fairlead("A", "Stellmouth"), fairlead("B", "Quenn"), fairlead("C", "Stellmouth")],
            "",
            "From Fairlead's A in Stellmouth, B in Quenn and C in Stellmouth",
        ),
        (
            [fairlead("A", "Quenn"), Credit("B", "Tarn Post", "Quenn")],
            "",
            "From Fairlead's A in Quenn and Tarn Post's B in Quenn",
        ),
        ([Credit("A", place="Quenn"), HARROWS], "", "From A in Quenn and Harrows"),
        # What people type.
        (
            [Credit("  A \n", " Fairlead ", "\tPort  Ellis ")],
            "  Analysis ",
            "Analysis from Fairlead's A in Port Ellis",
        ),
        ([fairlead("A"), Credit(" Fairlead\t", "Fairlead")], "", "From Fairlead's A and Fairlead"),
        ([Credit(" "), fairlead("A")], " ", "From Fairlead's A"),
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
        ([fairlead(name) for name in "ABCD"], "By A, B, C and D, Fairlead"),
        ([], ""),
        ([Credit(" ")], ""),
        ([fairlead("A")], "By A, Fairlead"),
        ([fairlead("A"), fairlead("B")], "By A and B, Fairlead"),
        ([fairlead("A", "Quenn"), fairlead("B", "Stellmouth")], "By A and B, Fairlead"),
        ([fairlead("Night Desk", kind="desk")], "By Night Desk, Fairlead"),
        ([HARROWS], "By Harrows"),
        ([HARROWS, LODESTAR], "By Harrows and Lodestar"),
        ([fairlead("A"), fairlead("B"), Credit("C", "Tarn Post")], "By A and B, Fairlead, and C, Tarn Post"),
        ([fairlead("A"), HARROWS], "By A, Fairlead, and Harrows"),
        ([HARROWS, fairlead("A")], "By Harrows, and A, Fairlead"),
        ([fairlead("A"), HARROWS, LODESTAR], "By A, Fairlead; Harrows; and Lodestar"),
        ([fairlead("A"), Credit("B", "Tarn Post"), HARROWS], "By A, Fairlead; B, Tarn Post; and Harrows"),
        ([Credit(" A  B ", " Fairlead ")], "By A B, Fairlead"),
    ],
)
def test_blog_line(credited: list[Credit], line: str) -> None:
    assert text(blog_line(credited)) == line


def test_post_line_parts_link_names_alone() -> None:
    credited = [
        fairlead("A", "Port Ellis", slug="a"),
        fairlead("B", "Port Ellis", slug="b"),
        Credit("Harrows", slug="harrows"),
    ]
    assert post_line(credited, "Analysis") == [
        Part("Analysis from Fairlead's "),
        Part("A", "a"),
        Part(" and "),
        Part("B", "b"),
        Part(" in Port Ellis and "),
        Part("Harrows", "harrows"),
    ]


def test_post_line_part_without_slug_is_text() -> None:
    assert post_line([fairlead("A", "Quenn")]) == [Part("From Fairlead's A in Quenn")]


def test_blog_line_parts_link_names_alone() -> None:
    assert blog_line([fairlead("A", slug="a"), fairlead("B", slug="b")]) == [
        Part("By "),
        Part("A", "a"),
        Part(" and "),
        Part("B", "b"),
        Part(", Fairlead"),
    ]


def test_post_line_translation_may_reorder(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"{names} in {place}": "{place}: {names}", "{organisation}'s {names}": "{names} ({organisation})"}
    monkeypatch.setattr("liveblogs.text.credits.pgettext", lambda _, message: words.get(message, message))
    with translation.override("en"):
        assert text(post_line([fairlead("A", "Quenn", slug="a")])) == "From Quenn: A (Fairlead)"
