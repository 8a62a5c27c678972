"""Reads and writes credits and their places: `author` and `locationCreated`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from ..models import Byline, PostCredit
from .node import Node, limit
from .story import Credit

#: schema.org types that count as an organization.
_ORGANISATIONS = frozenset({"Corporation", "NewsMediaOrganization"})

# Reading
# -------


def read_credits(authors: Node) -> tuple[Credit, ...]:
    """The credits in ``author``, without duplicates."""
    found: dict[tuple[str, str], Credit] = {}
    for node in authors.items():
        credit = _credit(node)
        if credit is None:
            continue
        key = (credit.name.lower(), (credit.organisation or "").lower())
        if key in found:
            node.note(_("named twice; one credit is kept"))
        found.setdefault(key, credit)
    return tuple(found.values())


def with_places(credited: Sequence[Credit], location: Node) -> tuple[Credit, ...]:
    """The credits with their places. A single place applies to all credits; several are assigned in order."""
    places = [item.name(limit(PostCredit, "place")) for item in location.items()]
    if len(places) == 1:
        places *= len(credited)
    elif len(places) > len(credited):
        location.note(_("more places than credits; those left over are left out"))
    places += [""] * len(credited)
    return tuple(replace(credit, place=place) for credit, place in zip(credited, places, strict=False))


def _credit(node: Node) -> Credit | None:
    longest = limit(Byline, "name")
    if not node.is_object:
        name = node.line(longest)
        return Credit(name, None, Byline.Kind.PERSON) if name else None
    types = node.types()
    is_organisation = any(name in _ORGANISATIONS or name.endswith("Organization") for name in types)
    if types and not is_organisation and "Person" not in types:
        node.child("@type").error(_("expected Person or Organization, found %(type)s") % {"type": ", ".join(types)})
        return None
    name = node.child("name").line(longest)
    if not name:
        if node.child("name").is_blank:
            node.child("name").error(_("missing: nobody can be credited without a name"))
        return None
    if not is_organisation:
        return Credit(name, node.child("affiliation").name(limit(Byline, "organisation")), Byline.Kind.PERSON)
    parent = node.child("parentOrganization").name(limit(Byline, "organisation"))
    kind = Byline.Kind.DESK if parent else Byline.Kind.AGENCY
    declared = node.child("additionalType").value
    if declared in (Byline.Kind.DESK.value, Byline.Kind.AGENCY.value):
        kind = Byline.Kind(declared)
    return Credit(name, parent, kind)


# Writing
# -------


def author(credit: Credit) -> Any:
    if credit.organisation is None:
        return credit.name
    parent = {"@type": "Organization", "name": credit.organisation}
    if credit.kind == Byline.Kind.PERSON:
        person = {"@type": "Person", "name": credit.name}
        return person | ({"affiliation": parent} if credit.organisation else {})
    author = {"@type": "Organization", "name": credit.name}
    usual = Byline.Kind.DESK if credit.organisation else Byline.Kind.AGENCY
    if credit.kind != usual:
        author["additionalType"] = str(credit.kind)
    return author | ({"parentOrganization": parent} if credit.organisation else {})


def location(credited: Sequence[Credit]) -> Any:
    """One place if all credits share it, else a list with one per credit. None without places."""
    places = [{"@type": "Place", "name": credit.place} for credit in credited]
    if not any(credit.place for credit in credited):
        return None
    return places if len({credit.place for credit in credited}) > 1 else places[0]
