"""Log formatters: plain text and JSON. Each line contains the request id; secrets are removed."""

import json
import logging
import re
import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

#: Request ids that are accepted from a proxy. Others could be crafted to forge log entries.
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
#: Shorter secrets are not hidden, because they would match unrelated text.
SHORTEST_SECRET = 6

_CONTROL = {number: f"\\x{number:02x}" for number in (*range(32), 127)}
_PASSWORD = re.compile(r"(?<=://)[^\s/@]*@")


class RequestId:
    """A request's id: the supplied one if it is well-formed, else a new one. Generated on first use."""

    __slots__ = ("_supplied", "_value")

    def __init__(self, supplied: str) -> None:
        self._supplied, self._value = supplied, ""

    def __str__(self) -> str:
        if not self._value:
            self._value = self._supplied if WELL_FORMED.fullmatch(self._supplied) else secrets.token_hex(16)
        return self._value


#: The id of the request that this thread is processing, or processed last.
current: ContextVar[RequestId | None] = ContextVar("current", default=None)


class _Formatter(logging.Formatter):
    """Replaces passwords in URLs and the values in ``secrets`` in every line."""

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
    """Time, level, logger and message on one line. Line breaks in the message are escaped."""

    def _line(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(" ", "milliseconds")[:-6]
        request = current.get()
        message = record.getMessage().translate(_CONTROL)
        line = f"{at} {record.levelname} {record.name}: {message}{f' [{request}]' if request else ''}"
        traceback = self._traceback(record)
        return f"{line}\n{traceback}" if traceback else line


class Json(_Formatter):
    """One JSON object per line. A record's ``fields`` (``extra={"fields": …}``) are added to the standard fields."""

    def _line(self, record: logging.LogRecord) -> str:
        content: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request := current.get():
            content["request_id"] = str(request)
        content |= getattr(record, "fields", {})
        if traceback := self._traceback(record):
            content["traceback"] = traceback
        return json.dumps(content, ensure_ascii=False, default=str)
