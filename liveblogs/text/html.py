"""Parses pasted or imported HTML into a simple tree of text blocks, lists and quotes, for `richtext`.

The parser extracts structure and does not ensure safety: `richtext` sanitizes the result with nh3. It follows the
HTML standard where that matters. It takes linear time on any input. Full HTML parsers do not, because they reopen
formatting elements in each paragraph, or search the rest of the text at each comment.
"""

import re
from collections import Counter
from html import unescape
from html.entities import html5
from typing import Any, NamedTuple

from django.utils.translation import gettext

from .elements import BLOCKS, DROPPED, HEADINGS, IMPLIED_ENDS, RAW, REPORTED, VOID
from .tree import CONTAINERS, LISTS, MAX_CONTAINERS, PLAIN, Block, Node, Run, lists_of_word, prune, read_marker, tidy

MAX_DEPTH = 40  # nested elements

SPACE = r"[ \t\n\f\r]"
NAME = r"[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+"
VALUE = rf"{SPACE}*+={SPACE}*+(?:\"([^\"]*+)\"|'([^']*+)'|([^ \t\n\f\r>\"'][^ \t\n\f\r>]*+))"
TAG = re.compile(rf"<(/?)([a-zA-Z][^ \t\n\f\r/>]*+)((?:{SPACE}++|/|{NAME}(?:{VALUE})?+)*+)>")
ATTRIBUTE = re.compile(rf"({NAME})(?:{VALUE})?+")
SPACES = re.compile(rf"{SPACE}+")
REFERENCE = re.compile(r"&(#[0-9]++;?|#[xX][0-9a-fA-F]++;?|[a-zA-Z][a-zA-Z0-9]*+;?)")

# Characters that are removed: C0 and C1 controls except whitespace, lone surrogates, and characters invalid in XML.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
# Overrides, embeddings and isolates reorder the text around them. Marks and joiners (LRM, RLM, ZWJ, ZWNJ) are allowed.
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")

# From the beginning of a declaration, so that none is searched twice.
LEVEL = re.compile(r"(?:^|;)\s*+mso-list:[^;]*?\blevel(\d)")
WEIGHT = re.compile(r"(?<![\w-])font-weight:\s*+(\w++)")
SLANT = re.compile(r"(?<![\w-])font-style:\s*+(\w++)")
# Python refuses numbers of more than 4,300 digits. From nine digits on, none is a character.
LONG_NUMBER = re.compile(r"(?<=&#)[0-9]{9,}+")


class TooLarge(ValueError):
    """The text is too long, or has too many tags or too deeply nested ones. The message is for editors."""


class OpenElement(NamedTuple):
    """An open element, and the state to restore when it ends."""

    tag: str
    marks: dict[str, Any]
    at: Node
    kind: tuple[str, int]


class Parser:
    """Parses one text. `root` is the tree; `removed` counts the removed content by kind."""

    def __init__(self, html: str) -> None:
        self.root = self.at = Node("")
        self.removed: Counter[str] = Counter()
        self.open: list[OpenElement] = []
        self.kind = ("p", 0)
        self.marks = PLAIN
        self.runs: list[Run] = []
        self.accepts_space = False  # whether a space at this position is visible
        self.unclosed: set[str] = set()
        self.read(self.stripped(html))
        self.end_block()
        prune(self.root)
        lists_of_word(self.root)

    # Markup

    def read(self, html: str) -> None:
        position = 0
        while (start := html.find("<", position)) >= 0:
            if start > position:
                self.text(html[position:start])
            if match := TAG.match(html, start):
                closing, name, attributes = match.group(1, 2, 3)
                position = match.end()
                tag = name.lower()
                if closing:
                    self.end(tag)
                elif tag in DROPPED:
                    position = self.drop(tag, html, position)
                else:
                    self.start(tag, attributes)
            elif html.startswith(("<!", "<?", "</"), start):
                comment = html.startswith("<!--", start)
                stop = html.find("-->" if comment else ">", start + 2)
                if stop < 0:
                    return
                position = stop + (3 if comment else 1)
            elif html[start + 1 : start + 2].isalpha() and html[start + 1].isascii():
                # An unclosed tag. No later tag is closed either, so the rest is text.
                self.text(html[start:])
                return
            else:
                self.text("<")
                position = start + 1
        self.text(html[position:])

    def start(self, tag: str, raw: str) -> None:
        attributes = read_attributes(raw) if "=" in raw else {}
        if any(name.startswith("on") for name in attributes):
            self.removed["handler"] += 1
        if tag in REPORTED:
            self.removed[REPORTED[tag]] += 1
        if tag in VOID:
            if tag == "br":
                self.line_break()
            elif tag == "hr":
                self.end_block()
            return
        if tag in BLOCKS:
            self.end_block()
            self.end_implied(tag)
        if len(self.open) >= MAX_DEPTH:
            message = gettext(
                "The text has more than %(limit)s elements inside each other. Paste it as plain text instead."
            )
            raise TooLarge(message % {"limit": MAX_DEPTH})
        marks = marks_of(tag, attributes) if attributes or tag in {"b", "strong", "i", "em"} else {}
        self.open.append(OpenElement(tag, marks, self.at, self.kind))
        if marks:
            self.marks = self.marks._replace(**marks)
        if tag in BLOCKS:
            self.start_block(tag, attributes)

    def start_block(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "p":
            level = LEVEL.search(attributes.get("style", "").lower())
            named = attributes.get("class", "").lower().startswith("msolist")
            self.kind = ("p", int(level[1]) or 1 if level else int(named))
        elif tag in HEADINGS:
            self.kind = (HEADINGS[tag], 0)
        elif tag == "li":
            self.kind = ("p", 0)
            self.at = self.item()
        elif tag in CONTAINERS:
            self.kind = ("p", 0)
            if self.at.depth < MAX_CONTAINERS:
                nested = self.at.tag in LISTS
                if nested and tag != "blockquote" and self.at.children:
                    # A list directly inside a list, as in Google Docs, belongs to the previous item.
                    last = self.at.children[-1]
                    assert isinstance(last, Node)  # noqa: S101 - lists contain only items
                    self.at = last
                elif nested:
                    self.at = self.at.add("li")
                self.at = self.at.add(tag)

    def item(self) -> Node:
        """Add an item to the current list, or to a new one, and return it."""
        if self.at.tag in LISTS:
            return self.at.add("li")
        # Items without a list, and items of a flattened list, belong to the nearest open list.
        nearest = next((entry.at for entry in reversed(self.open) if entry.at.tag in {"", *CONTAINERS}), self.root)
        if nearest.tag in LISTS:
            return nearest.add("li")
        if self.at.depth >= MAX_CONTAINERS:
            return self.at
        last = self.at.children[-1] if self.at.children else None
        if not isinstance(last, Node) or last.tag != "ul":
            last = self.at.add("ul")
        return last.add("li")

    def end(self, tag: str) -> None:
        index = next((i for i in range(len(self.open) - 1, -1, -1) if self.open[i].tag == tag), -1)
        if index < 0:
            return
        ended = self.open[index]
        if tag in BLOCKS:
            self.end_block()
            del self.open[index:]
            self.at, self.kind = ended.at, ended.kind
        else:
            # An inline element may end inside other elements or paragraphs, which then continue without it.
            del self.open[index]
        marks = PLAIN
        for entry in self.open:
            if entry.marks:
                marks = marks._replace(**entry.marks)
        self.marks = marks

    def end_implied(self, tag: str) -> None:
        if self.open and self.open[-1].tag == "p":
            self.end("p")
        if tag in IMPLIED_ENDS:
            kinds, boundaries = IMPLIED_ENDS[tag]
            for entry in reversed(self.open):
                if entry.tag in boundaries:
                    return
                if entry.tag in kinds:
                    self.end(entry.tag)
                    return

    def drop(self, tag: str, html: str, position: int) -> int:
        """Skip an element and its content, and return the position after it."""
        if tag in REPORTED:
            self.removed[REPORTED[tag]] += 1
        if tag not in self.unclosed:
            if close := re.compile(rf"</{tag}(?=[ \t\n\f\r/>])[^>]*+>?", re.IGNORECASE).search(html, position):
                return close.end()
            self.unclosed.add(tag)
        return len(html) if tag in RAW else position

    # Text

    def text(self, raw: str) -> None:
        text = self.stripped(resolved(raw)) if "&" in raw else raw
        text = SPACES.sub(" ", text)
        if self.marks.marker:
            self.runs.append((text, self.marks))
            return
        if not self.accepts_space:
            text = text.lstrip(" ")
        if text:
            self.runs.append((text, self.marks))
            self.accepts_space = text[-1] != " "

    def line_break(self) -> None:
        self.runs.append(("\n", self.marks))
        self.accepts_space = False

    def end_block(self) -> None:
        if not self.runs:
            return
        runs, self.runs, self.accepts_space = self.runs, [], False
        tag, level = self.kind
        marker = "".join(text for text, marks in runs if marks.marker).strip(" \xa0")
        block = Block(tag, tidy([run for run in runs if not run[1].marker]))
        if not block.runs:
            return
        if self.at.tag in LISTS:
            self.at.add("li").children.append(block)
            return
        if tag == "p" and not self.at.in_item:
            read_marker(block, level, marker)
        self.at.children.append(block)

    def stripped(self, text: str) -> str:
        text, controls = CONTROLS.subn("", text)
        text, bidi = BIDI.subn("", text)
        if controls:
            self.removed["control"] += controls
        if bidi:
            self.removed["bidi"] += bidi
        return text


def resolved(text: str) -> str:
    """The text with its character references replaced, for numbers of any length."""
    return unescape(LONG_NUMBER.sub(lambda number: number[0].lstrip("0")[:9] or "0", text))


# Attributes


def read_attributes(raw: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for match in ATTRIBUTE.finditer(raw):
        value = match[2] or match[3] or match[4] or ""
        attributes.setdefault(match[1].lower(), REFERENCE.sub(attribute_reference, value) if "&" in value else value)
    return attributes


def attribute_reference(match: re.Match[str]) -> str:
    """The replacement of a character reference in an attribute.

    "&copy=2" is not a reference: a name needs a semicolon, or must not be followed by "=".
    """
    name = match[1]
    if name[0] == "#":
        return resolved(match[0])
    follows = match.string[match.end() : match.end() + 1]
    return match[0] if follows == "=" and name[-1] != ";" else html5.get(name, match[0])


def marks_of(tag: str, attributes: dict[str, str]) -> dict[str, Any]:
    """The marks that an element sets. Styles override tags: Google Docs wraps all text in a normal-weight <b>."""
    marks: dict[str, Any] = {}
    if tag in {"b", "strong"}:
        marks["bold"] = True
    elif tag in {"i", "em"}:
        marks["italic"] = True
    elif tag == "a" and "href" in attributes:
        marks["link"] = (attributes["href"], attributes.get("title", ""))
    if style := attributes.get("style", "").lower():
        if weight := WEIGHT.search(style):
            marks["bold"] = weight[1] in {"bold", "bolder"} or (weight[1].isdecimal() and int(weight[1][:5]) >= 600)
        if slant := SLANT.search(style):
            marks["italic"] = slant[1] in {"italic", "oblique"}
        if "mso-list:ignore" in style.replace(" ", ""):
            marks["marker"] = True
    return marks
