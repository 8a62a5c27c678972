"""Formats credit lines: under a post's headline and under a blog's title.

Pure functions: no models, no queries. They take `Credit`s in order and return `Part`s, so that a template can link the
names; `text` joins the parts for feeds and structured data. All text is plain: templates must escape it.

The line of a post starts with "From" or "<label> from":

    A (Fairlead) in Estmere                           From Fairlead's A in Estmere
    A, B (Fairlead) in Estmere                        From Fairlead's A and B in Estmere
    A (Fairlead) in Estmere, B (Fairlead) in Kestrow  From Fairlead's A in Estmere and B in Kestrow
    A (Fairlead) in Estmere, B (Fairlead)             From Fairlead's A in Estmere and B
    A (Fairlead), B (Fairlead) in Estmere             From Fairlead's A and Fairlead's B in Estmere
    A, B (Fairlead), agency Overland Wire             From Fairlead's A, B and Overland Wire
    A (Fairlead), agency Overland Wire, B (Fairlead)  From Fairlead's A, Overland Wire and Fairlead's B

Adjacent credits with the same organization and place share both. The organization is repeated only after a different
one, or where omitting it would imply a wrong place (the fifth line: "Fairlead's A and B in Estmere" would place A
there too). An organization that ends in s takes only an apostrophe, as in AP style: "Coastal News' A".

The line of a blog has the organization after the names:

    A, B, C, D (Fairlead)                             By A, B, C and D, Fairlead
    A, B (Fairlead), C (Harbor Bureau)                By A and B, Fairlead, and C, Harbor Bureau
    A (Fairlead), agency Overland Wire                By A, Fairlead, and Overland Wire
    agencies Overland Wire, Northern Press            By Overland Wire and Northern Press
    A (Fairlead), B (Harbor Bureau), agency Overland Wire
                                                      By A, Fairlead; B, Harbor Bureau; and Overland Wire

Without credits there is no line, even with a label.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from string import Formatter

from django.utils.translation import pgettext


@dataclass(frozen=True, slots=True)
class Credit:
    """A byline on one post or blog. `place` applies to posts only."""

    name: str
    organisation: str = ""
    place: str = ""
    kind: str = "person"
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line. `slug` is set if the text is a byline's name, which may link to its page."""

    text: str
    slug: str = ""


type Line = list[Part]


# Lines


def post_line(credited: Sequence[Credit], label: str = "") -> Line:
    """The credit line of a post, or an empty list without credits."""
    items: list[Line] = []
    previous: Credit | None = None
    for group in _groups(_trimmed(credited), lambda credit: (credit.organisation, credit.place)):
        items += _post_items(group, previous)
        previous = group[-1]
    if not items:
        return []
    if label := _trim(label):
        return _fill(pgettext("credit line", "{label} from {names}"), label=label, names=_join(items))
    return _fill(pgettext("credit line", "From {names}"), names=_join(items))


def blog_line(credited: Sequence[Credit]) -> Line:
    """The credit line of a blog, or an empty list without credits. Places are ignored."""
    trimmed = _trimmed(credited)
    if not trimmed:
        return []
    if any(credit.organisation for credit in trimmed):
        groups: list[list[Credit]] = []
        for group in _groups(trimmed, lambda credit: credit.organisation):
            groups += [group] if group[0].organisation else [[credit] for credit in group]
        names = _join_groups([_blog_item(group) for group in groups])
    else:
        names = _join([_name(credit) for credit in trimmed])
    return _fill(pgettext("credit line", "By {names}"), names=names)


def text(parts: Iterable[Part]) -> str:
    """The line as plain text."""
    return "".join(part.text for part in parts)


# Groups


def _post_items(group: list[Credit], previous: Credit | None) -> list[Line]:
    """The items of one group in a post's line: a single item if it has a place, else one per name."""
    organisation, place = group[0].organisation, group[0].place
    names = [_name(credit) for credit in group]
    items = [_join(names)] if place else names
    shared = previous is not None and previous.organisation == organisation and (previous.place or not place)
    if organisation and not shared:
        items[0] = _possessive(organisation, items[0])
    if place:
        items[0] = _fill(pgettext("credit line", "{names} in {place}"), names=items[0], place=place)
    return items


def _blog_item(group: list[Credit]) -> Line:
    names = _join([_name(credit) for credit in group])
    if not group[0].organisation:
        return names
    form = pgettext("credit line, blog", "{names}, {organisation}")
    return _fill(form, names=names, organisation=group[0].organisation)


def _possessive(organisation: str, names: Line) -> Line:
    if organisation[-1] in "sS":
        form = pgettext("credit line, organisation ending in s", "{organisation}' {names}")
    else:
        form = pgettext("credit line", "{organisation}'s {names}")
    return _fill(form, organisation=organisation, names=names)


def _groups(credited: list[Credit], key: Callable[[Credit], object]) -> Iterator[list[Credit]]:
    return (list(group) for _, group in groupby(credited, key))


def _name(credit: Credit) -> Line:
    return [Part(credit.name, credit.slug)]


def _trimmed(credited: Iterable[Credit]) -> list[Credit]:
    """The credits with normalized whitespace. Credits without a name are dropped."""
    trimmed = (
        replace(credit, name=_trim(credit.name), organisation=_trim(credit.organisation), place=_trim(credit.place))
        for credit in credited
    )
    return [credit for credit in trimmed if credit.name]


def _trim(value: str) -> str:
    return " ".join(value.split())


# Joining


def _join(items: list[Line]) -> Line:
    """The items joined into one line: "A", "A and B", "A, B and C"."""
    return _chain(items, pgettext("credit line", "{first}, {second}"), pgettext("credit line", "{first} and {last}"))


def _join_groups(items: list[Line]) -> Line:
    """The groups joined into one line. Three or more are separated by semicolons, because the items contain commas."""
    if len(items) == 2:
        last = pgettext("credit line, organisations", "{first}, and {last}")
    else:
        last = pgettext("credit line, organisations", "{first}; and {last}")
    return _chain(items, pgettext("credit line, organisations", "{first}; {second}"), last)


def _chain(items: list[Line], between: str, last: str) -> Line:
    *others, final = items
    return _fill(last, first=_halves(others, between), last=final) if others else final


def _halves(items: list[Line], between: str) -> Line:
    """The items joined by halves, because each join copies what it joins."""
    if len(items) == 1:
        return items[0]
    middle = len(items) // 2
    return _fill(between, first=_halves(items[:middle], between), second=_halves(items[middle:], between))


def _fill(form: str, **values: str | Line) -> Line:
    """The format string with its fields replaced by lines. Adjacent parts without a link are merged."""
    line: Line = []
    for literal, field, _, _ in Formatter().parse(form):
        value = values[field] if field else []
        for part in [Part(literal), *([Part(value)] if isinstance(value, str) else value)]:
            if line and not part.slug and not line[-1].slug:
                line[-1] = Part(line[-1].text + part.text)
            elif part.text:
                line.append(part)
    return line
