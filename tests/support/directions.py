"""Which texts of a page do not find their own direction, however an editor's language is written."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
#: Their text has no direction of its own, or Django writes them.
OTHERS = {"title", "script", "option", "template"}
#: Django writes these elements; our style sheet gives their texts a direction.
STYLED = {"breadcrumbs", "original", "inline_label"}


class Directions(HTMLParser):
    """``faults`` are the Hebrew texts outside every element with ``dir="auto"``, with the elements around them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[tuple[str, ...]] = []
        self.open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        classes = set((values.get("class") or "").split())
        has_own = values.get("dir") == "auto" or tag in {"bdi", *OTHERS} or bool(classes & STYLED)
        if tag not in VOID:
            self.open.append((tag, has_own))
        elif tag == "input" and values.get("type") != "hidden" and _is_hebrew(values.get("value")) and not has_own:
            self.faults.append((tag, values.get("name") or "", values["value"] or ""))

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if _is_hebrew(data) and not any(has_own for _, has_own in self.open):
            self.faults.append((*(name for name, _ in self.open[-3:]), data.strip()))


def _is_hebrew(text: str | None) -> bool:
    return any("\u05d0" <= character <= "\u05ea" for character in text or "")
