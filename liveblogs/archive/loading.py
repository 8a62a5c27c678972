"""Loads strict JSON in UTF-8 from a file of limited size."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from .reporting import ArchiveErrors, Problems, shown

#: A day's coverage is one or two megabytes; ten thousand long posts are forty megabytes.
MAX_BYTES = 64 * 1024 * 1024
#: How many steps of a path a message shows.
MAX_STEPS = 12


class _Duplicates(dict[str, Any]):
    """An object with duplicate names. It has the last value of each; ``names`` lists the duplicates."""

    names: list[str]


class _InvalidNumber(str):
    """NaN or Infinity, which Python's parser accepts but JSON does not allow."""


def load(path: Path, problems: Problems) -> Any:
    """The file's content. Raises ``ArchiveErrors`` when it is not JSON, and ``OSError`` when it cannot be read."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    try:
        if len(data) <= MAX_BYTES:
            return _parse(data.decode("utf-8-sig"), problems)
        limit = filesizeformat(MAX_BYTES).replace("\xa0", " ")
        message = _("the file is too large: up to %(limit)s can be read") % {"limit": limit}
    except UnicodeDecodeError as error:
        message = _("not UTF-8: a wrong byte at position %(at)d") % {"at": error.start}
    except json.JSONDecodeError as error:
        position = {"line": error.lineno, "column": error.colno, "what": error.msg}
        message = _("not JSON: line %(line)d, column %(column)d: %(what)s") % position
    except RecursionError:
        message = _("not an archive: lists and objects are nested too deeply")
    problems.error("", message)
    raise ArchiveErrors(problems)


def _parse(text: str, problems: Problems) -> Any:
    is_invalid = False

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal is_invalid
        plain = dict(found)
        if len(plain) == len(found):
            return plain
        is_invalid = True
        duplicates = _Duplicates(plain)
        duplicates.names = [name for name, count in Counter(name for name, _value in found).items() if count > 1]
        return duplicates

    def constant(name: str) -> _InvalidNumber:
        nonlocal is_invalid
        is_invalid = True
        return _InvalidNumber(name)

    content = json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_int=_whole)
    return _checked(content, (), problems) if is_invalid else content


def _whole(digits: str) -> int | float:
    """The integer, or a float from 20 digits on. Python refuses to parse an int of thousands of digits."""
    return int(digits) if len(digits) < 20 else float(digits)


def _checked(value: Any, path: tuple[str | int, ...], problems: Problems) -> Any:
    """The value with None for invalid numbers. Reports these and duplicate names."""
    match value:
        case _InvalidNumber():
            problems.error(_place(path), _("%(name)s is not a JSON number") % {"name": str(value)})
            return None
        case dict():
            for name in value.names if isinstance(value, _Duplicates) else ():
                problems.error(_place((*path, name)), _("appears twice"))
            return {name: _checked(each, (*path, name), problems) for name, each in value.items()}
        case list():
            return [_checked(each, (*path, index), problems) for index, each in enumerate(value)]
    return value


def _place(path: tuple[str | int, ...]) -> str:
    """The path of a value; only its last steps if the value is nested deeply."""
    place = ""
    for step in path[-MAX_STEPS:]:
        if isinstance(step, int):
            place += f"[{step}]"
        else:
            place += "." + (step if re.fullmatch(r"[@\w]+", step, re.ASCII) else shown(step))
    return ("…" if len(path) > MAX_STEPS else "") + place.removeprefix(".")
