"""How credits read: the line under a post's headline and the one under a blog's title.

Pure: no models, no queries. Callers hand over `Credit`s in order and get the line back as `Part`s, so that a template
can link the names; `text` joins them for feeds, structured data and tests. All text is plain: templates escape it.

A post's line, after "From" or "<label> from":

    A (CNN) in Hong Kong                        From CNN's A in Hong Kong
    A, B (CNN) in Paris                         From CNN's A and B in Paris
    A (CNN) in London, B (CNN) in Kyiv          From CNN's A in London and B in Kyiv
    A (CNN) in London, B (CNN)                  From CNN's A in London and B
    A (CNN), B (CNN) in London                  From CNN's A and CNN's B in London
    A, B (CNN), agency Reuters                  From CNN's A, B and Reuters
    A (CNN), agency Reuters, B (CNN)            From CNN's A, Reuters and CNN's B

Neighbours with the same organisation and place share both. The organisation is named again only where its neighbour
has another one, or where leaving it out would put somebody in the wrong place (the fifth line: "CNN's A and B in
London" says that A is there too). An organisation that ends in s takes the apostrophe alone, as the AP has it:
"Reuters' A".

A blog's line names the organisation after the names:

    A, B, C, D (CNN)                            By A, B, C and D, CNN
    A, B (CNN), C (BBC)                         By A and B, CNN, and C, BBC
    A (CNN), agency Reuters                     By A, CNN, and Reuters
    agencies Reuters, AFP                       By Reuters and AFP
    A (CNN), B (BBC), agency Reuters            By A, CNN; B, BBC; and Reuters

Without credits there is no line, whatever the label.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from string import Formatter

from django.utils.translation import pgettext


@dataclass(frozen=True, slots=True)
class Credit:
    """A byline as it stands on one post or blog. `place` is read on posts only."""

    name: str
    organisation: str = ""
    place: str = ""
    kind: str = "person"
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a line. `slug` is set where the text is a byline's name and may link to its page."""

    text: str
    slug: str = ""


type Line = list[Part]


# Lines


def post_line(credited: Sequence[Credit], label: str = "") -> Line:
    """The credit line of a post; empty without credits."""
    items: list[Line] = []
    before: Credit | None = None
    for group in _groups(_trimmed(credited), lambda credit: (credit.organisation, credit.place)):
        items += _post_items(group, before)
        before = group[-1]
    if not items:
        return []
    if label := _trim(label):
        return _fill(pgettext("credit line", "{label} from {names}"), label=label, names=_join(items))
    return _fill(pgettext("credit line", "From {names}"), names=_join(items))


def blog_line(credited: Sequence[Credit]) -> Line:
    """The line under a blog's title; empty without credits. Places are left out."""
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
    """A line as plain text."""
    return "".join(part.text for part in parts)


# Groups


def _post_items(group: list[Credit], before: Credit | None) -> list[Line]:
    """What one group adds to a post's line: a single item with a place, else an item for each name."""
    organisation, place = group[0].organisation, group[0].place
    names = [_name(credit) for credit in group]
    items = [_join(names)] if place else names
    shared = before is not None and before.organisation == organisation and (before.place or not place)
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
    """Credits with their whitespace in order, without those that have no name."""
    trimmed = (
        replace(credit, name=_trim(credit.name), organisation=_trim(credit.organisation), place=_trim(credit.place))
        for credit in credited
    )
    return [credit for credit in trimmed if credit.name]


def _trim(value: str) -> str:
    return " ".join(value.split())


# Joining


def _join(items: list[Line]) -> Line:
    """One line of several: "A", "A and B", "A, B and C"."""
    *most, last = items
    if not most:
        return last
    line = most[0]
    for item in most[1:]:
        line = _fill(pgettext("credit line", "{first}, {second}"), first=line, second=item)
    return _fill(pgettext("credit line", "{first} and {last}"), first=line, last=last)


def _join_groups(items: list[Line]) -> Line:
    """As `_join`: "A, CNN, and B, BBC"; from three on with semicolons, as the items hold commas themselves."""
    *most, last = items
    if not most:
        return last
    line = most[0]
    if len(most) == 1:
        return _fill(pgettext("credit line, organisations", "{first}, and {last}"), first=line, last=last)
    for item in most[1:]:
        line = _fill(pgettext("credit line, organisations", "{first}; {second}"), first=line, second=item)
    return _fill(pgettext("credit line, organisations", "{first}; and {last}"), first=line, last=last)


def _fill(form: str, **values: str | Line) -> Line:
    """A translated format string with lines in its places. Stretches without a link become one part."""
    line: Line = []
    for literal, field, _, _ in Formatter().parse(form):
        value = values[field] if field else []
        for part in [Part(literal), *([Part(value)] if isinstance(value, str) else value)]:
            if line and not part.slug and not line[-1].slug:
                line[-1] = Part(line[-1].text + part.text)
            elif part.text:
                line.append(part)
    return line
