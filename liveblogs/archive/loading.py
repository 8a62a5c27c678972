"""From a file to plain data: strict JSON in UTF-8, of a size that a machine can hold."""

import json
import re
from pathlib import Path
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from .faults import Findings, shown

#: A day's coverage is one or two megabytes; ten thousand long posts are forty.
MAX_BYTES = 64 * 1024 * 1024
#: Steps of a place that are told.
MAX_STEPS = 12


class _Twice(dict[str, Any]):
    """An object in which names stand more than once; the last value counts, and ``names`` tells."""

    names: list[str]


class _NoNumber:
    """NaN or Infinity, which Python's reader takes and JSON does not have."""

    def __init__(self, name: str) -> None:
        self.name = name


def load(path: Path, findings: Findings) -> Any:
    """The file's content. Raises ``ArchiveFaults`` when it is no JSON, and ``OSError`` when it cannot be read."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        findings.fault("", _("the file is too large: up to %(limit)s can be read") % {"limit": _size(MAX_BYTES)})
        raise findings.failed()
    try:
        return _parse(data.decode("utf-8-sig"), findings)
    except UnicodeDecodeError as error:
        findings.fault("", _("not UTF-8: a wrong byte at position %(at)d") % {"at": error.start})
    except json.JSONDecodeError as error:
        position = {"line": error.lineno, "column": error.colno, "what": error.msg}
        findings.fault("", _("not JSON: line %(line)d, column %(column)d: %(what)s") % position)
    except RecursionError:
        findings.fault("", _("not an archive: lists and objects are nested too deeply"))
    raise findings.failed()


def _size(size: int) -> str:
    return filesizeformat(size).replace("\xa0", " ")


def _parse(text: str, findings: Findings) -> Any:
    odd = False

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal odd
        plain = dict(found)
        if len(plain) == len(found):
            return plain
        odd = True
        twice, seen = _Twice(plain), set[str]()
        twice.names = [name for name, _value in found if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
        return twice

    def constant(name: str) -> _NoNumber:
        nonlocal odd
        odd = True
        return _NoNumber(name)

    content = json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_int=_whole)
    return _tell_oddities(content, findings) if odd else content


def _whole(digits: str) -> int | float:
    """Python refuses to read an int of thousands of digits; no number in an archive has a use for them."""
    return int(digits) if len(digits) < 20 else float(digits)


type _Way = tuple[_Way, str | int] | None


def _tell_oddities(content: Any, findings: Findings) -> Any:
    """A fault for each, and None in the place of what is no number. Walks without recursion: it may be deep."""
    top = [content]
    waiting: list[tuple[Any, _Way]] = [(top, None)]
    while waiting:
        parent, way = waiting.pop()
        if isinstance(parent, _Twice):
            for name in parent.names:
                findings.fault(_place((way, name)), _("stands twice"))
        children = list(parent.items()) if isinstance(parent, dict) else list(enumerate(parent))
        for key, value in reversed(children):
            here = None if parent is top else (way, key)
            if isinstance(value, _NoNumber):
                findings.fault(_place(here), _("%(name)s is no number in JSON") % {"name": value.name})
                parent[key] = None
            elif isinstance(value, (dict, list)):
                waiting.append((value, here))
    return top[0]


def _place(way: _Way) -> str:
    """Where a value stands; of one that lies deep, the inner end."""
    steps: list[str] = []
    while way is not None and len(steps) < MAX_STEPS:
        way, key = way
        if isinstance(key, int):
            steps.append(f"[{key}]")
        else:
            steps.append("." + (key if re.fullmatch(r"[@\w]+", key, re.ASCII) else shown(key)))
    return ("…" if way is not None else "") + "".join(reversed(steps)).lstrip(".")
