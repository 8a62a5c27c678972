"""Cleans the rich text of bodies and summaries: reduces pasted or imported HTML to an allow-list.

Pure functions: no models, no queries. `html` parses the input into a tree, this module writes the tree in a normal
form, and nh3 sanitizes every tag, attribute and URL. Sizes are checked before parsing.

Cleaning is idempotent: `clean(clean(x).html).html == clean(x).html`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from itertools import takewhile

import nh3
from django.utils.formats import number_format
from django.utils.text import normalize_newlines
from django.utils.translation import gettext, ngettext, ngettext_lazy

from .html import BIDI, CONTROLS, Parser, TooLarge
from .tree import Block, Marks, Node, Run

MAX_BYTES = 200_000  # characters
MAX_TAGS = 10_000  # ten times what the longest article needs; limits the time for malicious text

SCHEMES = {"http", "https", "mailto", "tel"}

_NH3 = nh3.Cleaner(
    tags={"p", "br", "h3", "h4", "strong", "em", "a", "ul", "ol", "li", "blockquote"},
    attributes={"a": {"href", "title"}},
    url_schemes=SCHEMES,
    link_rel="noopener",
    strip_comments=True,
)
_NAMED = 10  # link addresses that are listed; further ones are counted
_ADDRESS = 80  # characters of an address that a message shows


class CleanHtml(str):
    """HTML from `clean` in this process. Texts from forms and from the database are plain strings."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Clean HTML, and phrases for editors about removed content, such as "a script" or "2 form fields"."""

    html: CleanHtml
    removed: list[str]


# Sizes


def _check(html: str, *, written: bool = False) -> None:
    if len(html) > MAX_BYTES:
        message = (
            gettext("The text is %(length)s characters long as HTML, where “&” takes five; the limit is %(limit)s.")
            if written
            else gettext("The text is %(length)s characters long; the limit is %(limit)s.")
        )
        raise TooLarge(message % {"length": _number(len(html)), "limit": _number(MAX_BYTES)})
    if (tags := html.count("<")) > MAX_TAGS:
        raise TooLarge(
            gettext("The text has %(count)s tags; the limit is %(limit)s. Paste it as plain text instead.")
            % {"count": _number(tags), "limit": _number(MAX_TAGS)}
        )


def _number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)


# Cleaning


def clean(html: str) -> Cleaned:
    """HTML reduced to the allow-list, in a normal form. Raises TooLarge.

    The limits also apply to the result, because escaping makes the text longer.
    """
    _check(html)
    parser = Parser(html)
    writer = _Writer()
    written = writer.children(parser.root)
    # At its full length, which nh3 needs quadratic time to write.
    _check(written.replace("\xa0", "&nbsp;"), written=True)
    cleaned = _NH3.clean(written)
    _check(cleaned, written=True)
    removed = [_REMOVED[kind] % {"count": count} for kind, count in parser.removed.items()]
    return Cleaned(CleanHtml(cleaned), [*_removed_links(writer.refused), *removed])


def sanitise(html: str) -> CleanHtml:
    """The HTML of `clean`. A `CleanHtml` is returned unchanged, without parsing it again."""
    return html if isinstance(html, CleanHtml) else clean(html).html


class _Writer:
    """Writes a tree as HTML. `refused` lists the removed link addresses."""

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
        open_tags: list[str] = []
        for text, marks in runs:
            wanted = self.tags(marks)
            common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(open_tags, wanted, strict=False)))
            out += [f"</{tag.partition(' ')[0]}>" for tag in reversed(open_tags[common:])]
            out += [f"<{tag}>" for tag in wanted[common:]]
            out.append(escape(text, quote=False).replace("\n", "<br>"))
            open_tags = wanted
        out += [f"</{tag.partition(' ')[0]}>" for tag in reversed(open_tags)]
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
    """The only paragraph of an item, if it comes first: it is written without a <p>. Otherwise None."""
    paragraphs = [child for child in item.children if isinstance(child, Block) and child.tag == "p"]
    return paragraphs[0] if len(paragraphs) == 1 and paragraphs[0] is item.children[0] else None


# Link addresses


@lru_cache(maxsize=4096)
def _href(address: str) -> str:
    """A safe link address, or "". Controls and whitespace are removed first, because browsers ignore them."""
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
    # nh3 parses addresses by the URL standard and removes invalid ones.
    return href if good and "href=" in _NH3.clean(f'<a href="{escape(href)}">x</a>') else ""


# Messages for the editor


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


_REMOVED = {
    "script": ngettext_lazy("a script", "%(count)d scripts", "count"),
    "handler": ngettext_lazy("a script in an attribute", "%(count)d scripts in attributes", "count"),
    "style": ngettext_lazy("a style sheet", "%(count)d style sheets", "count"),
    "frame": ngettext_lazy("an embedded frame", "%(count)d embedded frames", "count"),
    "object": ngettext_lazy("an embedded object", "%(count)d embedded objects", "count"),
    "field": ngettext_lazy("a form field", "%(count)d form fields", "count"),
    "picture": ngettext_lazy("a picture", "%(count)d pictures", "count"),
    "media": ngettext_lazy("a video or sound", "%(count)d videos or sounds", "count"),
    "formula": ngettext_lazy("a formula", "%(count)d formulas", "count"),
    "table": ngettext_lazy("a table (its text was kept)", "%(count)d tables (their text was kept)", "count"),
    "control": ngettext_lazy("a control character", "%(count)d control characters", "count"),
    "bidi": ngettext_lazy("a text direction override", "%(count)d text direction overrides", "count"),
}


# Plain text


def from_plain(text: str) -> str:
    """Plain text as HTML. A blank line ends a paragraph; a single line break becomes <br>. Raises TooLarge."""
    _check(text)
    paragraphs = re.split(r"\n[^\S\n]*\n\s*", normalize_newlines(text))
    written = (escape(paragraph.strip("\n"), quote=False).replace("\n", "<br>") for paragraph in paragraphs)
    return sanitise("".join(f"<p>{each}</p>" for each in written))


def to_plain(html: str) -> str:
    """Clean HTML as plain text, with a blank line between paragraphs and each list item on a separate line.

    The input must come from `clean`, so that no parser is needed.
    """
    text = re.sub(r"<br>|<li>", "\n", html)
    text = unescape(re.sub(r"<[^>]*>", "", re.sub(r"</?(?:p|h3|h4|ul|ol|blockquote)>", "\n\n", text)))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def excerpt(html: str, length: int = 200) -> str:
    """The beginning of clean HTML as one line of at most `length` characters, cut between words."""
    return shortened(plain_line(to_plain(html)), length)


def shortened(line: str, length: int) -> str:
    """The line cut between words, with an ellipsis, if it has more than `length` characters."""
    if len(line) <= length:
        return line
    cut = line[:length]
    words, space, _ = cut.rpartition(" ")
    return f"{(words if space else cut[:-1]).rstrip(' .,;:–—-')}…"


def is_empty(html: str) -> bool:
    """Whether clean HTML has no visible text."""
    return not plain_line(to_plain(html))


def plain_line(text: str) -> str:
    """A headline, name or caption as one line: no control characters or direction overrides, single spaces."""
    return " ".join(CONTROLS.sub("", BIDI.sub("", re.sub(r"\s", " ", text))).split())
