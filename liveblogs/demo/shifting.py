"""Moves a story to today. Pure functions: no models, no queries."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..text import times

#: The moment in the stories' own time that becomes now.
WRITTEN_AT = datetime(2026, 3, 5, 18, tzinfo=UTC)

_TIME = re.compile(r"(?P<brace>\{)?(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)(?(brace)\}(?P<stop>\.?))")


def shift(text: str, by: timedelta, zone: ZoneInfo) -> str:
    """The text with every time in it moved.

    A time in braces becomes what a clock in ``zone`` shows, rounded down to ten minutes, as prose has it: "3:40 p.m.".
    """

    def moved(found: re.Match[str]) -> str:
        at = datetime.fromisoformat(found["time"]) + by
        if not found["brace"]:
            return at.isoformat()
        at -= timedelta(minutes=at.minute % 10)
        clock = times.clock(at, zone).removesuffix(f" {times.zone_name(zone, at)}")
        return clock if clock.endswith(".") else clock + found["stop"]  # "a.m." already ends a sentence

    return _TIME.sub(moved, text)


def last_time(clock: time, zone: ZoneInfo, now: datetime) -> datetime:
    """When clocks in ``zone`` last showed this time, at least a day ago."""
    yesterday = now.astimezone(zone).date() - timedelta(days=1)
    days = (yesterday, yesterday - timedelta(days=1))
    shown = (times.parse_local(datetime.combine(day, clock), zone) for day in days)
    return next(at for at in shown if at <= now - timedelta(days=1))
