"""Loads strict JSON in UTF-8 from a file of limited size."""

import json
import re
from pathlib import Path
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from .faults import Findings, shown

#: A day's coverage is one or two megabytes; ten thousand long posts are forty megabytes.
MAX_BYTES = 64 * 1024 * 1024
#: How many steps of a path a message shows.
MAX_STEPS = 12


class _Duplicates(dict[str, Any]):
    """An object with duplicate names. It has the last value of each; ``names`` lists the duplicates."""

    names: list[str]


class _InvalidNumber:
    """NaN or Infinity, which Python's parser accepts but JSON does not allow."""

    def __init__(self, name: str) -> None:
        self.name = name


def load(path: Path, findings: Findings) -> Any:
    """The file's content. Raises ``ArchiveFaults`` when it is not JSON, and ``OSError`` when it cannot be read."""
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
    is_invalid = False

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal is_invalid
        plain = dict(found)
        if len(plain) == len(found):
            return plain
        is_invalid = True
        duplicates, seen = _Duplicates(plain), set[str]()
        duplicates.names = [name for name, _value in found if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
        return duplicates

    def constant(name: str) -> _InvalidNumber:
        nonlocal is_invalid
        is_invalid = True
        return _InvalidNumber(name)

    content = json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_int=_whole)
    return _report_invalid(content, findings) if is_invalid else content


def _whole(digits: str) -> int | float:
    """The integer, or a float from 20 digits on. Python refuses to parse an int of thousands of digits."""
    return int(digits) if len(digits) < 20 else float(digits)


type _Steps = tuple[_Steps, str | int] | None


def _report_invalid(content: Any, findings: Findings) -> Any:
    """Report duplicate names and invalid numbers, and replace the latter with None.

    This does not recurse, because the content may be nested deeply.
    """
    top = [content]
    waiting: list[tuple[Any, _Steps]] = [(top, None)]
    while waiting:
        parent, path = waiting.pop()
        if isinstance(parent, _Duplicates):
            for name in parent.names:
                findings.fault(_place((path, name)), _("stands twice"))
        children = list(parent.items()) if isinstance(parent, dict) else list(enumerate(parent))
        for key, value in reversed(children):
            here = None if parent is top else (path, key)
            if isinstance(value, _InvalidNumber):
                findings.fault(_place(here), _("%(name)s is no number in JSON") % {"name": value.name})
                parent[key] = None
            elif isinstance(value, (dict, list)):
                waiting.append((value, here))
    return top[0]


def _place(path: _Steps) -> str:
    """The path of a value; only its last steps if the value is nested deeply."""
    steps: list[str] = []
    while path is not None and len(steps) < MAX_STEPS:
        path, key = path
        if isinstance(key, int):
            steps.append(f"[{key}]")
        else:
            steps.append("." + (key if re.fullmatch(r"[@\w]+", key, re.ASCII) else shown(key)))
    return ("…" if path is not None else "") + "".join(reversed(steps)).lstrip(".")
