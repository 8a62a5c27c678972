"""A tree of text blocks, lists and quotes.

Blocks contain runs of text with marks (bold, italic, link), as in the editor. Badly nested or split markup therefore
has a single normal form, and parsing a written tree returns the same tree.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

LISTS = frozenset({"ul", "ol"})
CONTAINERS = LISTS | {"blockquote"}
MAX_CONTAINERS = 8  # nested; deeper containers are removed, but not their text

BULLET = "[·•▪‣◦§\uf0a7\uf0b7\uf0d8]"
# A list paragraph from Word starts with its marker as text.
MARKER = re.compile(rf"(?:{BULLET}|[o*–-]|\(?(\d{{1,3}}|[a-zA-Z]|[ivxlcIVXLC]{{1,5}})[.)])[ \xa0]+")
# The same without Word's class names, which some editors remove: detected by the fixed spaces after the marker.
BARE_MARKER = re.compile(rf"(?:{BULLET}|(?:o|(\d{{1,3}})[.)])(?= ?\xa0[ \xa0])) ?\xa0[ \xa0]*")


class Marks(NamedTuple):
    bold: bool = False
    italic: bool = False
    link: tuple[str, str] | None = None  # address and title, unchanged
    marker: bool = False  # the bullet or number that Word puts before the text


PLAIN = Marks()
type Run = tuple[str, Marks]


@dataclass(slots=True)
class Block:
    """A paragraph or subhead. A line break is a newline in its runs."""

    tag: str
    runs: list[Run]
    level: int = 0  # of a list paragraph from Word, from 1
    ordered: bool = False


@dataclass(slots=True, eq=False)
class Node:
    """The root, a list, a list item or a quote."""

    tag: str
    depth: int = 0
    in_item: bool = False
    children: list["Node | Block"] = field(default_factory=list)

    def add(self, tag: str) -> "Node":
        node = Node(tag, self.depth + (tag in CONTAINERS), self.in_item or tag == "li")
        self.children.append(node)
        return node


# Text blocks


def tidy(runs: list[Run]) -> list[Run]:
    """The runs in normal form: equal marks merged, spaces unmarked, no spaces at the ends or next to a line break."""
    runs = joined([(text, marks if text.strip(" \xa0\n") else PLAIN) for text, marks in joined(runs)])
    runs = joined([(re.sub(r" *\n *", "\n", text), marks) for text, marks in runs])
    text = "".join(text for text, _ in runs)
    return cut(runs, len(text) - len(text.lstrip(" \xa0\n")), len(text.rstrip(" \xa0\n")))


def cut(runs: list[Run], start: int, end: int) -> list[Run]:
    """What the runs have between two positions in their text."""
    result, position = [], 0
    for text, marks in runs:
        if part := text[max(0, start - position) : max(0, end - position)]:
            result.append((part, marks))
        position += len(text)
    return result


def prune(node: Node) -> None:
    """Remove empty lists, items and quotes."""
    for child in node.children:
        if isinstance(child, Node):
            prune(child)
    node.children = [child for child in node.children if isinstance(child, Block) or child.children]


def joined(runs: list[Run]) -> list[Run]:
    result: list[tuple[list[str], Marks]] = []
    for text, marks in runs:
        if result and result[-1][1] == marks:
            result[-1][0].append(text)
        else:
            result.append(([text], marks))
    return [("".join(texts), marks) for texts, marks in result]


# Lists from Word: paragraphs that start with a marker


def read_marker(block: Block, level: int, marker: str) -> None:
    """Detect a list paragraph: set the block's level and remove its marker."""
    if not marker:
        text = "".join(text for text, _ in block.runs)
        match = (MARKER if level else BARE_MARKER).match(text)
        if not match or match.end() == len(text):
            return
        marker = match[0].strip(" \xa0")
        block.runs = tidy(cut(block.runs, match.end(), len(text)))
    block.level = level or 1
    block.ordered = marker != "o" and any(character.isalnum() for character in marker)


def lists_of_word(node: Node) -> None:
    """Convert adjacent list paragraphs to lists, nested by level."""
    children, node.children = node.children, []
    lists: list[Node] = []
    for child in children:
        if isinstance(child, Node):
            lists_of_word(child)
        if isinstance(child, Node) or not child.level or node.depth >= MAX_CONTAINERS:
            node.children.append(child)
            lists = []
            continue
        level = min(child.level, len(lists) + 1, MAX_CONTAINERS - node.depth)
        tag = "ol" if child.ordered else "ul"
        del lists[level:]
        if len(lists) == level and lists[-1].tag != tag:
            lists.pop()
        if len(lists) < level:
            parent = lists[-1].children[-1] if lists else node
            assert isinstance(parent, Node)  # noqa: S101 - lists contain only items
            lists.append(parent.add(tag))
        lists[-1].add("li").children.append(child)
