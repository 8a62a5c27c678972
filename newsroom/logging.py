"""Log lines: readable, or as JSON for machines. Each names the request that it belongs to, and none holds a secret."""

import json
import logging
import re
import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

#: Ids of requests that are taken over from a proxy; anything else could be made to mislead a reader of logs.
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
#: A shorter secret would hide half of every line.
SHORTEST_SECRET = 6

_CONTROL = {number: f"\\x{number:02x}" for number in (*range(32), 127)}
_PASSWORD = re.compile(r"(?<=://)[^\s/@]*@")


class RequestId:
    """A request's id: the one that came with it if that is well-formed, else a new one. Made when first asked for."""

    __slots__ = ("_known", "_supplied")

    def __init__(self, supplied: str) -> None:
        self._supplied, self._known = supplied, ""

    def __str__(self) -> str:
        if not self._known:
            self._known = self._supplied if WELL_FORMED.fullmatch(self._supplied) else secrets.token_hex(16)
        return self._known


#: The request that this thread answers, or has answered last.
current: ContextVar[RequestId | None] = ContextVar("current", default=None)


class _Formatter(logging.Formatter):
    """``secrets`` are values that no line may hold, however they came into it."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET]

    def format(self, record: logging.LogRecord) -> str:
        line = _PASSWORD.sub("…@", self._line(record))
        for secret in self._secrets:
            line = line.replace(secret, "…")
        return line

    def _line(self, record: logging.LogRecord) -> str:
        raise NotImplementedError

    def _traceback(self, record: logging.LogRecord) -> str:
        return self.formatException(record.exc_info) if record.exc_info else record.exc_text or ""


class Readable(_Formatter):
    """When, how bad, who says it, and what; a line break in what is said does not make a second line."""

    def _line(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(" ", "milliseconds")[:-6]
        request = current.get()
        said = record.getMessage().translate(_CONTROL)
        line = f"{at} {record.levelname} {record.name}: {said}{f' [{request}]' if request else ''}"
        traceback = self._traceback(record)
        return f"{line}\n{traceback}" if traceback else line


class Json(_Formatter):
    """One object a line. A record's ``fields`` (``extra={"fields": …}``) stand beside the usual ones."""

    def _line(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request := current.get():
            told["request_id"] = str(request)
        told |= getattr(record, "fields", {})
        if traceback := self._traceback(record):
            told["traceback"] = traceback
        return json.dumps(told, ensure_ascii=False, default=str)
