"""Rich text: the allow-list of bodies and summaries, and the cleaning of whatever was pasted or imported.

Pure: no models, no queries. `html` parses the input into a tree, this module writes that tree in one normal form, and
nh3 has the last word on every tag, attribute and address. Sizes are checked before anything is parsed.

`clean(clean(x).html).html == clean(x).html`: saving clean text again does not change it.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape, unescape
from itertools import takewhile

import nh3
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from .html import BIDI, CONTROLS, Parser, TooDeep
from .tree import Block, Marks, Node, Run

MAX_BYTES = 200_000  # characters
MAX_DEPTH = 40  # elements inside each other
MAX_TAGS = 10_000  # ten times what the longest article needs; limits the time that a hostile text takes

ALLOWED = frozenset({"p", "br", "h3", "h4", "strong", "em", "a", "ul", "ol", "li", "blockquote"})
ALLOWED_ATTRIBUTES = {"a": {"href", "title"}}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
REL = "noopener"

_NH3 = nh3.Cleaner(
    tags=set(ALLOWED), attributes=ALLOWED_ATTRIBUTES, url_schemes=set(SCHEMES), link_rel=REL, strip_comments=True
)
_NAMED = 10  # link addresses that are named one by one
_ADDRESS = 80  # characters of an address that are shown


class TooLarge(ValueError):
    """More characters than MAX_BYTES or tags than MAX_TAGS. The message is for editors."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Clean HTML, and what had to go: phrases for editors such as "a script" or "2 form fields"."""

    html: str
    removed: list[str] = field(default_factory=list)


# Sizes


def check_size(html: str) -> None:
    """Raises TooLarge or TooDeep. Its time grows with the text's length and no faster."""
    _parse(html)


def _check(html: str) -> None:
    if len(html) > MAX_BYTES:
        raise TooLarge(
            gettext("The text is %(length)s characters long; the limit is %(limit)s.")
            % {"length": _number(len(html)), "limit": _number(MAX_BYTES)}
        )
    if (tags := html.count("<")) > MAX_TAGS:
        raise TooLarge(
            gettext("The text has %(count)s tags; the limit is %(limit)s. Paste it as plain text instead.")
            % {"count": _number(tags), "limit": _number(MAX_TAGS)}
        )


def _parse(html: str) -> Parser:
    _check(html)
    try:
        return Parser(html, MAX_DEPTH)
    except TooDeep:
        message = gettext(
            "The text has more than %(limit)s elements inside each other. Paste it as plain text instead."
        )
        raise TooDeep(message % {"limit": MAX_DEPTH}) from None


def _number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)


# Cleaning


def clean(html: str) -> Cleaned:
    """HTML reduced to the allow-list, in a normal form. Raises TooLarge or TooDeep, also where the result is too long:
    an ampersand grows when it is written right.
    """
    parser = _parse(html)
    writer = _Writer()
    written = writer.children(parser.root)
    _check(written)
    cleaned = _NH3.clean(written)
    _check(cleaned)
    return Cleaned(cleaned, [*_removed_links(writer.refused), *_removed(parser.removed)])


class CleanHtml(str):
    """HTML that `sanitise` returned in this process. Texts from forms and from the database are plain strings."""

    __slots__ = ()


def sanitise(html: str) -> CleanHtml:
    """The HTML of `clean`. What it returned before comes back as it is, without another parse."""
    return html if isinstance(html, CleanHtml) else CleanHtml(clean(html).html)


class _Writer:
    """Writes a tree as HTML. `refused` holds the link addresses that were left out."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def children(self, node: Node) -> str:
        return "".join(self.node(child) for child in node.children)

    def node(self, child: Node | Block) -> str:
        if isinstance(child, Block):
            return f"<{child.tag}>{self.runs(child.runs)}</{child.tag}>"
        if child.tag == "li" and (only := _only_paragraph(child)):
            rest = "".join(self.node(other) for other in child.children[1:])
            return f"<li>{self.runs(only.runs)}{rest}</li>"
        inner = self.children(child)
        return f"<{child.tag}>{inner}</{child.tag}>" if inner else ""

    def runs(self, runs: list[Run]) -> str:
        out: list[str] = []
        now: list[str] = []
        for text, marks in runs:
            wanted = self.tags(marks)
            kept = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(now, wanted, strict=False)))
            out += [f"</{tag.partition(' ')[0]}>" for tag in reversed(now[kept:])]
            out += [f"<{tag}>" for tag in wanted[kept:]]
            out.append(escape(text, quote=False).replace("\n", "<br>"))
            now = wanted
        out += [f"</{tag.partition(' ')[0]}>" for tag in reversed(now)]
        return "".join(out)

    def tags(self, marks: Marks) -> list[str]:
        tags = ["strong"] * marks.bold + ["em"] * marks.italic
        if marks.link:
            address, title = marks.link
            if href := _href(address):
                title = plain_line(title)
                tags.insert(0, f'a href="{escape(href)}"' + (f' title="{escape(title)}"' if title else ""))
            elif address.strip() and address not in self.refused[-1:]:
                self.refused.append(address)
        return tags


def _only_paragraph(item: Node) -> Block | None:
    """An item's text, where it is one paragraph at the beginning: that needs no element of its own."""
    paragraphs = [child for child in item.children if isinstance(child, Block) and child.tag == "p"]
    return paragraphs[0] if len(paragraphs) == 1 and paragraphs[0] is item.children[0] else None


# Link addresses


@lru_cache(maxsize=4096)
def _href(address: str) -> str:
    """A link address as it may stand in a text, or "". Browsers ignore controls and white space, so they go first."""
    href = BIDI.sub("", re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+", "", address)).strip()
    href = re.sub(r"\s", lambda match: "%20" if match[0] == " " else "", href)
    if href.lower().startswith("www."):
        href = f"https://{href}"
    elif href.startswith("//"):
        href = f"https:{href}"
    scheme, colon, rest = href.partition(":")
    if colon and scheme.lower() in SCHEMES:
        web = scheme.lower() in {"http", "https"}
        good = re.match(r"//[^/?#\\]", rest) if web else rest
    else:
        good = re.match(r"/(?![/\\])", href)
    # nh3 parses addresses by the standard and takes those off that fail it.
    return href if good and "href=" in _NH3.clean(f'<a href="{escape(href)}">x</a>') else ""


# What to tell the editor


def _removed_links(addresses: list[str]) -> list[str]:
    phrases = [gettext('the link address "%(address)s"') % {"address": _shown(each)} for each in addresses[:_NAMED]]
    if more := len(addresses) - len(phrases):
        phrases.append(
            ngettext("%(count)d more link address", "%(count)d more link addresses", more) % {"count": more}
        )
    return phrases


def _shown(address: str) -> str:
    line = plain_line(address)
    return line if len(line) <= _ADDRESS else f"{line[:_ADDRESS]}…"


def _removed(counts: dict[str, int]) -> list[str]:
    def phrase(kind: str, count: int) -> str:
        phrases = {
            "script": ngettext("a script", "%(count)d scripts", count),
            "handler": ngettext("a script in an attribute", "%(count)d scripts in attributes", count),
            "style": ngettext("a style sheet", "%(count)d style sheets", count),
            "frame": ngettext("an embedded frame", "%(count)d embedded frames", count),
            "object": ngettext("an embedded object", "%(count)d embedded objects", count),
            "field": ngettext("a form field", "%(count)d form fields", count),
            "picture": ngettext("a picture", "%(count)d pictures", count),
            "media": ngettext("a video or sound", "%(count)d videos or sounds", count),
            "formula": ngettext("a formula", "%(count)d formulas", count),
            "table": ngettext("a table (its text was kept)", "%(count)d tables (their text was kept)", count),
            "control": ngettext("a control character", "%(count)d control characters", count),
            "bidi": ngettext("a text direction override", "%(count)d text direction overrides", count),
        }
        return phrases[kind] % {"count": count}

    return [phrase(kind, count) for kind, count in counts.items()]


# Plain text


def from_plain(text: str) -> str:
    """Plain text as HTML: a blank line ends a paragraph, a single line break stays one."""
    _check(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    paragraphs = re.split(r"\n[^\S\n]*\n\s*", lines)
    written = (escape(paragraph.strip("\n"), quote=False).replace("\n", "<br>") for paragraph in paragraphs)
    return sanitise("".join(f"<p>{each}</p>" for each in written))


def to_plain(html: str) -> str:
    """Clean HTML as plain text: a blank line between paragraphs, list items on lines of their own. Takes only what
    `clean` has written, which makes it fast.
    """
    text = re.sub(r"<br>|<li>", "\n", html)
    text = unescape(re.sub(r"<[^>]*>", "", re.sub(r"</?(?:p|h3|h4|ul|ol|blockquote)>", "\n\n", text)))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def excerpt(html: str, length: int = 200) -> str:
    """The beginning of clean HTML as one line of at most `length` characters, cut between words."""
    return shortened(plain_line(to_plain(html)), length)


def shortened(line: str, length: int) -> str:
    """One line of plain text, cut between words where it has more than `length` characters."""
    if len(line) <= length:
        return line
    cut = line[:length]
    words, space, _ = cut.rpartition(" ")
    return f"{(words if space else cut[:-1]).rstrip(' .,;:–—-')}…"


def is_empty(html: str) -> bool:
    """Whether clean HTML says nothing."""
    return not plain_line(to_plain(html))


def plain_line(text: str) -> str:
    """A headline, name or caption as one line: no control characters or direction overrides, single spaces."""
    return " ".join(CONTROLS.sub("", BIDI.sub("", re.sub(r"\s", " ", text))).split())
