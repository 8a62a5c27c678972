# ruff: noqa: E501, SIM905 - pasted markup, as it comes
"""Rich text: nothing outside the allow-list gets through, and what people paste reads as they meant it."""

import time
from contextlib import suppress
from html.parser import HTMLParser

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from liveblogs.text import richtext
from liveblogs.text.richtext import clean, excerpt, from_plain, is_empty, plain_line, sanitise, to_plain


@pytest.fixture(autouse=True, scope="module")
def _english():
    with translation.override("en-us"):
        yield


class Walk(HTMLParser):
    """What stands in a text, by a parser that is not the one under test."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"p", "br", "h3", "h4", "strong", "em", "a", "ul", "ol", "li", "blockquote"}:
            self.faults.append(tag)
        for name, value in attrs:
            if tag != "a" or name not in {"href", "title", "rel"}:
                self.faults.append(f"{tag}[{name}]")
            if name == "href" and not (value or "").lower().startswith(
                ("http://", "https://", "mailto:", "tel:", "/")
            ):
                self.faults.append(f"href={value}")
        if tag == "a" and "href" not in dict(attrs):
            self.faults.append("a without href")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data}")


PIECES = st.sampled_from(
    """<p> </p> <b> </b> <strong> <i> </i> <em> </em> <u> <h1> </h1> <h2> <h4> </h4> <ul> </ul> <ol> </ol> <li> </li> <br>
    <blockquote> </blockquote> <div> </div> <table> <tr> <td> </td> </table> <a </a> <script> </script> <style> </style>
    <svg> </svg> <math> <mtext> <textarea> <title> </title> <template> <noscript> <iframe> <plaintext> <xmp> <select>
    <option> <form> <img <!-- --> --!> <![CDATA[ ]]> <? > < & &amp; &lt; &gt; &#106; &nbsp; &Tab; &colon; &copy " ' = /
    href= title= onclick= style= src=x href="javascript:alert(1)" href="//a.b" href=/x> href="https://a.b/?a=1&copy=2">
    href="java&#10;script:x"> href=data:text/html,x> <p/class=MsoListParagraph> <p/class="MsoListParagraph"> · o 1. a)
    <p/style="mso-list:l0/level2"> <span/style="mso-list:Ignore"> </span> <span/style="font-weight:700"> <b/style=font-weight:400>
    <span/style="font-style:italic"> a word""".split()
) | st.sampled_from(
    [" ", "\n", "\xa0", "·\xa0\xa0\xa0", "1.\xa0\xa0 ", "\x00", "\ud800", "\u202e", "\u200f", "\r", "\x85"]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_sanitise_is_safe_and_idempotent(html: str) -> None:
    once = sanitise(html)
    assert Walk(once).faults == []
    assert sanitise(once) == once
    assert sanitise(from_plain(to_plain(once))) == from_plain(to_plain(once))


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("", ""),
        ("  \n", ""),
        ("<p></p><p>&nbsp;</p><p><br></p><ul><li></li></ul>", ""),
        ("text", "<p>text</p>"),
        ("<div>a<div>b</div>c</div>", "<p>a</p><p>b</p><p>c</p>"),
        ("<p>a <b>b</b> <i>c</i> <u>d</u></p>", "<p>a <strong>b</strong> <em>c</em> d</p>"),
        ("<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h6>e</h6>", "<h3>a</h3><h3>b</h3><h3>c</h3><h4>d</h4><h4>e</h4>"),
        ("<b>a<i>b</b>c</i>", "<p><strong>a<em>b</em></strong><em>c</em></p>"),
        ("<b><p>a<p>b</b>c", "<p><strong>a</strong></p><p><strong>b</strong>c</p>"),
        ("<ul>\n <li>a\n <li><p>b</p></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ol><li>a<p>b</p></li></ol>", "<ol><li><p>a</p><p>b</p></li></ol>"),
        ("<li>a<li>b", "<ul><li>a</li><li>b</li></ul>"),
        ("<blockquote>a</blockquote>", "<blockquote><p>a</p></blockquote>"),
        ("a<br>b<br>", "<p>a<br>b</p>"),
        ("a<hr>b", "<p>a</p><p>b</p>"),
        ("1 < 2 & 3 &lt; 4 a<b c", "<p>1 &lt; 2 &amp; 3 &lt; 4 a&lt;b c</p>"),
        ("<p>a\u200eb\u200fc\u200dd\u200ce</p>", "<p>a\u200eb\u200fc\u200dd\u200ce</p>"),
        ("<!-- a --><p>b</p>", "<p>b</p>"),
    ],
)
def test_clean_writes_one_form(html: str, cleaned: str) -> None:
    assert clean(html) == richtext.Cleaned(cleaned, [])


@pytest.mark.parametrize(
    ("address", "href"),
    [
        ("https://example.org/a?b=1&amp;copy=2#c", "https://example.org/a?b=1&amp;copy=2#c"),
        ("https://example.org/?a=1&copy=2", "https://example.org/?a=1&amp;copy=2"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("//example.org/a", "https://example.org/a"),
        ("www.example.org", "https://www.example.org"),
        ("mailto:desk@example.org", "mailto:desk@example.org"),
        ("tel:+1-202", "tel:+1-202"),
        (" /mars-landing/\n", "/mars-landing/"),
        ("/a b", "/a%20b"),
    ],
)
def test_clean_keeps_a_link(address: str, href: str) -> None:
    assert clean(f'<p><a target=_blank href="{address}">x</a></p>') == richtext.Cleaned(
        f'<p><a href="{href}" rel="noopener">x</a></p>', []
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " \x01javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "/\\example.org",
        "http:example.org",
        "http://[",
        "http://1.2.3.4.5/",
        "page.html",
    ],
)
def test_clean_takes_a_link_off_and_says_so(address: str) -> None:
    shown = address.replace("\x01", "").strip()
    removed = [] if shown == address.strip() else ["a control character"]
    assert clean(f'<p><a href="{address}">x</a></p>') == richtext.Cleaned(
        "<p>x</p>", [f'the link address "{shown}"', *removed]
    )


@pytest.mark.parametrize(
    "address", ["java&#115;cript:alert(1)", "java&#10;script:alert(1)", "javascript&colon;alert(1)"]
)
def test_clean_takes_a_disguised_link_off(address: str) -> None:
    cleaned = clean(f'<p><a href="{address}">x</a></p>')
    assert cleaned.html == "<p>x</p>"
    assert len(cleaned.removed) == 1


@pytest.mark.parametrize(
    ("html", "cleaned", "removed"),
    [
        ("a<script>b</script>c", "<p>ac</p>", ["a script"]),
        ("a<SCRIPT>b<!--</script >c", "<p>ac</p>", ["a script"]),
        ("a<script>b", "<p>a</p>", ["a script"]),
        ("<style>p{}</style><p>a", "<p>a</p>", ["a style sheet"]),
        ("<iframe src=x></iframe><iframe src=y></iframe>a", "<p>a</p>", ["2 embedded frames"]),
        ("<input><textarea>b</textarea>a", "<p>a</p>", ["2 form fields"]),
        ("<p onclick=x()>a</p>", "<p>a</p>", ["a script in an attribute"]),
        ("<p>a<img src=x onerror=y></p>", "<p>a</p>", ["a script in an attribute", "a picture"]),
        ("<svg><script>x</script></svg>a", "<p>a</p>", ["a picture"]),
        ("<table><tr><td>a<td>b</table>", "<p>a</p><p>b</p>", ["a table (its text was kept)"]),
        ("<p>a\x00b</p>", "<p>ab</p>", ["a control character"]),
        (
            "<p>a\ud800b\u202ec&#x202e;d\u2066</p>",
            "<p>abcd</p>",
            ["a control character", "3 text direction overrides"],
        ),
        ("<scr\x00ipt>a</script>", "", ["a script", "a control character"]),
    ],
)
def test_clean_says_what_it_removed(html: str, cleaned: str, removed: list[str]) -> None:
    result = clean(html)
    assert (result.html, sorted(result.removed)) == (cleaned, sorted(removed))


def test_clean_names_ten_links_and_counts_the_others() -> None:
    removed = clean("".join(f'<a href="x:{n}{"y" * 100}">a</a>' for n in range(12))).removed
    assert removed[0] == f'the link address "x:0{"y" * 77}…"'
    assert removed[10:] == ["2 more link addresses"]


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p {margin:0} --></style></head><body>
<!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]--><!--StartFragment-->
<p class=MsoNormal><st1:City w:st="on"><font color=red>Paris</font></st1:City> <b style='mso-bidi-font-weight:normal'>bold<o:p></o:p></b></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-.25in;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>One<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>&nbsp; </span></span>Two</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'>§&nbsp;&nbsp;Three</p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><!--[if !supportLists]--><span style='mso-list:Ignore'>1.<span>&nbsp;
</span></span><!--[endif]-->Four</p><p class=MsoListParagraph>Indented</p><!--EndFragment--></body></html>"""


def test_clean_makes_lists_of_words_paragraphs() -> None:
    assert clean(WORD) == richtext.Cleaned(
        "<p>Paris <strong>bold</strong></p>"
        "<ul><li>One<ul><li>Two</li></ul></li><li>Three</li></ul>"
        "<ol><li>Four</li></ol><p>Indented</p>",
        ["a style sheet"],
    )


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("<p>·\xa0\xa0 a</p><p>o\xa0\xa0 b</p>", "<ul><li>a</li><li>b</li></ul>"),
        ("<p><b>1.\xa0\xa0 </b>a</p>", "<ol><li>a</li></ol>"),
        ("<p>1. a</p>", "<p>1. a</p>"),
        ("<p>o a</p>", "<p>o a</p>"),
        ("<p>2021\xa0\xa0 a</p>", "<p>2021&nbsp;&nbsp; a</p>"),
        ("<ul><li>·\xa0\xa0 a</li></ul>", "<ul><li>·&nbsp;&nbsp; a</li></ul>"),
    ],
)
def test_clean_of_list_markers_without_words_classes(html: str, cleaned: str) -> None:
    assert sanitise(html) == cleaned


def test_clean_of_google_docs() -> None:
    html = """<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span
    style="font-weight:700;font-style:normal">Bold</span><span style="font-weight:400"> and </span><span
    style="font-style:italic">slanted</span></p><br /><ul><li dir="ltr"><p role="presentation"><span>a</span></p></li>
    <ul><li><p>b</p></li></ul><li><p>c</p></li></ul></b><br class="Apple-interchange-newline">"""
    assert clean(html) == richtext.Cleaned(
        "<p><strong>Bold</strong> and <em>slanted</em></p><ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", []
    )


def test_clean_of_an_item_that_begins_with_an_empty_list() -> None:
    assert sanitise("<ul><li><ol></ol>a<blockquote>b</blockquote></ul>") == (
        "<ul><li>a<blockquote><p>b</p></blockquote></li></ul>"
    )


def test_clean_makes_no_list_where_it_would_be_too_deep() -> None:
    html = "<blockquote>" * 8 + "<p>·&nbsp;&nbsp; a</p>" + "</blockquote>" * 8
    assert sanitise(html) == html.replace("·&nbsp;&nbsp; ", "")


# Sizes


def test_clean_of_a_long_text_says_how_long() -> None:
    with pytest.raises(richtext.TooLarge) as caught:
        clean("x" * 1_048_576)
    assert str(caught.value) == "The text is 1,048,576 characters long; the limit is 200,000."
    assert len(clean(f"<p>{'x' * 199_993}</p>").html) == 200_000


def test_clean_of_many_tags() -> None:
    with pytest.raises(richtext.TooLarge, match="10,001 tags; the limit is 10,000"):
        clean("<br>" * 10_001)
    clean("<br>" * 10_000)


@pytest.mark.parametrize("tag", ["div", "b", "a", "unknown", "table", "blockquote", "ul><li", "b><p"])
def test_clean_of_deep_nesting(tag: str) -> None:
    with pytest.raises(richtext.TooLarge, match="more than 40 elements"):
        clean(f"<{tag}>" * 41)


def test_clean_of_unclosed_paragraphs_is_no_nesting() -> None:
    clean("<p>a" * 100 + "<ul>" + "<li>a" * 100)


@pytest.mark.parametrize(("text", "length"), [("&" * 80_000, "400,007"), ("a" + "\xa0b" * 80_000, "560,008")])
def test_clean_of_a_text_that_grows_too_long_says_why(text: str, length: str) -> None:
    with pytest.raises(richtext.TooLarge) as caught:
        clean(text)
    expected = f"The text is {length} characters long as HTML, where “&” takes five; the limit is 200,000."
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("reference", "character"),
    [
        ("&#" + "1" * 5000 + ";", "\ufffd"),
        ("&#" + "0" * 5000 + "65;", "A"),
        ("&#x" + "f" * 5000, "\ufffd"),
        ("&#0", "\ufffd"),
    ],
)
def test_clean_of_a_character_reference_of_any_length(reference: str, character: str) -> None:
    assert clean(f"a{reference} b").html == f"<p>a{character} b</p>"
    assert sanitise(f'<a href="/{reference}">a</a>') == sanitise(f'<a href="/{character}">a</a>')


def test_clean_dissolves_lists_that_are_too_deep() -> None:
    html = sanitise("<blockquote>" * 20 + "a" + "</blockquote>" * 20)
    assert html == "<blockquote>" * 8 + "<p>a</p>" + "</blockquote>" * 8


HOSTILE = """<a |<b>|<b></b>|<table>|<table><tr><td>|<!--|<!-- -->|&amp;|&|&#1|<|</|<?|<p>|<p>x|<br>|<svg>|<script>|<li>x|x<br>
<a b='"><a c="'>|<a href=//[>x</a>|<font><p>|<p class=MsoListParagraph>1. a|<h3>a</h3>|<a x=|&nbsp;|<b> </b>|\x00|\u202e"""


@pytest.mark.parametrize("piece", HOSTILE.replace("\n", "|").split("|"))
def test_clean_of_hostile_text_is_quick(piece: str) -> None:
    for html in (piece * (200_000 // len(piece)), piece * (10_000 // max(1, piece.count("<")))):
        start = time.process_time()
        with suppress(richtext.TooLarge):
            clean(html[:200_000])
        assert time.process_time() - start < 0.5  # 0.1 s alone; room for slow machines, none for quadratic time


# Plain text


def test_from_plain() -> None:
    text = "One <b> & two\r\nline\n\n\n  \nThree\n"
    assert from_plain(text) == "<p>One &lt;b&gt; &amp; two<br>line</p><p>Three</p>"
    assert from_plain(" \n ") == ""


def test_to_plain() -> None:
    html = "<h3>Head</h3><p>a &lt;b&gt;<br>c</p><ul><li>d<ul><li>e</li></ul></li><li><p>f</p></li></ul><p>g</p>"
    assert to_plain(sanitise(html)).split() == ["Head", "a", "<b>", "c", "d", "e", "f", "g"]
    assert to_plain("<p>a<br>b</p><p>c</p>") == "a\nb\n\nc"
    assert to_plain("<p>a</p><ul><li>b</li><li>c</li></ul><p>d</p>") == "a\n\nb\nc\n\nd"


def test_excerpt() -> None:
    assert excerpt("<p>One two</p><p>three</p>") == "One two three"
    assert excerpt("<p>One two, three</p>", 12) == "One two…"
    assert excerpt("<p>One two. Three</p>", 12) == "One two…"
    assert excerpt("<p>Onetwothree</p>", 5) == "Onet…"
    assert len(excerpt(f"<p>{'word ' * 100}</p>")) <= 200


@pytest.mark.parametrize(
    ("html", "empty"), [("", True), ("<p>&nbsp;</p>", True), ("<p><br></p>", True), ("<p>0</p>", False)]
)
def test_is_empty(html: str, empty: bool) -> None:
    assert is_empty(html) is empty


def test_plain_line() -> None:
    assert plain_line(" a\x00b\n\tc\xa0d\u202ee\ud800 \u2067f\u200fg\x85h ") == "ab c de f\u200fg h"
    assert plain_line("<b>&amp;</b>") == "<b>&amp;</b>"
