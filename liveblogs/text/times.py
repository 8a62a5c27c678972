"""Formats and parses times in a blog's zone, in newsroom style: "6:14 a.m. ET, March 22, 2023".

Pure functions: no models, no queries. Every `at` is an aware datetime. English follows newsroom style; other languages
use their locale's formats from Babel's CLDR data.
"""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_time, get_timezone_location
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext, pgettext, to_locale

ENGLISH = "en_US"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Until 2037, where the zone data stops listing transitions. No zone changes its offset twice within two weeks.
_FORTNIGHTS = [EPOCH + timedelta(weeks=2 * number) for number in range(26 * 68)]


class InGap(ValueError):
    """A local time that does not exist because clocks skip it. The message is for editors."""


# Formatting


def post_time(at: datetime, zone: ZoneInfo) -> str:
    """The time and the date: "6:14 a.m. ET, March 22, 2023"."""
    return pgettext("time and date", "{clock}, {day}").format(clock=clock(at, zone), day=day(at, zone))


def clock(at: datetime, zone: ZoneInfo) -> str:
    """The time alone: "6:14 a.m. ET". In the hour that clocks show twice, with the name that tells which: "EDT"."""
    local = at.astimezone(zone)
    is_repeated = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    form = pgettext("time and zone", "{time} {zone}")
    return form.format(time=_time(local), zone=(offset_name if is_repeated else zone_name)(zone, at))


def day(at: datetime, zone: ZoneInfo) -> str:
    """The date alone: "March 22, 2023"."""
    return _day(at.astimezone(zone))


def iso(at: datetime, zone: ZoneInfo) -> str:
    """The time for `<time datetime>`: "2023-03-22T06:14:05-04:00".

    HTML does not allow seconds in an offset, but local mean time has them ("-04:56:02" in New York until 1883). The
    offset is then rounded down to whole minutes; the instant stays the same.
    """
    local = at.astimezone(zone)
    offset = local.utcoffset() or timedelta()
    if odd := offset % timedelta(minutes=1):
        local = local.astimezone(timezone(offset - odd))
    return local.isoformat(timespec="seconds")


def zone_name(zone: ZoneInfo, at: datetime) -> str:
    """A zone's short name, in the active language.

    The generic name if the locale has one ("ET"), else the abbreviation at that time ("GMT", "BST"), else the city
    ("Dubai"). Never a long form such as "United Kingdom Time".
    """
    return _zone_name(zone.key, at.astimezone(zone).tzname() or "", _locale())


def offset_name(zone: ZoneInfo, at: datetime) -> str:
    """The name of a zone's offset at that time, in the active language: "EDT", or "UTC+10:30" where it has none."""
    local = at.astimezone(zone)
    canonical = get_global("zone_aliases").get(zone.key, zone.key)
    data = Locale.parse(_locale())
    kind = "daylight" if local.dst() else "standard"
    for names in (
        data.time_zones.get(canonical, {}),
        data.meta_zones.get(get_global("meta_zones").get(canonical, ""), {}),
    ):
        if name := names.get("short", {}).get(kind):
            return str(name)
    name = local.tzname() or ""
    return name if name.isalpha() else f"{local:UTC%:z}".removesuffix(":00")


def zone_names(zone: ZoneInfo) -> dict[str, str]:
    """A zone's short name for each of its offsets since 1970, in minutes east of UTC. Takes about ten milliseconds.

    With it, scripts can format a time as ``clock`` does: browsers have the offsets but not these names. After an "!"
    the name in the hour that clocks show twice, where it is another one.
    """
    latest = {}
    for at in _FORTNIGHTS:
        local = at.astimezone(zone)
        latest[(local.utcoffset() or timedelta()) // timedelta(minutes=1)] = local
    names = {}
    for offset, local in latest.items():
        names[str(offset)] = zone_name(zone, local)
        if (name := offset_name(zone, local)) != names[str(offset)]:
            names[f"{offset}!"] = name
    return names


def _time(local: datetime) -> str:
    if (locale := _locale()) != ENGLISH:
        return format_time(local.timetz().replace(tzinfo=None), "short", locale=locale)
    return f"{local.hour % 12 or 12}:{local.minute:02} {'p.m.' if local.hour // 12 else 'a.m.'}"


def _day(local: datetime) -> str:
    return format_date(local.date(), "long", locale=_locale())


# The cache key has the abbreviation instead of the time: a zone's name depends only on daylight saving time.
@lru_cache(maxsize=1024)
def _zone_name(key: str, abbreviation: str, locale: str) -> str:
    canonical = get_global("zone_aliases").get(key, key)
    data = Locale.parse(locale)
    metazone = get_global("meta_zones").get(canonical, "")
    for names in (data.time_zones.get(canonical, {}), data.meta_zones.get(metazone, {})):
        if generic := names.get("short", {}).get("generic"):
            return str(generic)
    # LMT, local mean time, predates the zone and would not help readers.
    if abbreviation.isalpha() and abbreviation != "LMT":
        return abbreviation
    if key.startswith("Etc/"):
        return f"UTC{abbreviation}"
    # If CLDR has no city, this returns the words of the key: "Argentina/Buenos Aires".
    return get_timezone_location(ZoneInfo(key), locale=locale, return_city=True).rpartition("/")[2]


def _locale() -> str:
    return _babel_locale(get_language() or "en")


@cache
def _babel_locale(language: str) -> str:
    """The Babel locale for a Django language. All variants of English use newsroom style."""
    try:
        locale = Locale.parse(to_locale(language))
    except (UnknownLocaleError, ValueError):
        return ENGLISH
    return ENGLISH if locale.language == "en" else str(locale)


# Order and number


def microseconds(at: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (at - EPOCH) // timedelta(microseconds=1)


def order_key(at: datetime, pk: int) -> str:
    """The sort key of a post, compared as text: its time in microseconds, then its primary key."""
    return f"{microseconds(at):018}.{pk:010}"


def plurals() -> dict[str, int]:
    """A sample number for each plural form of the active language: {"one": 1, "other": 0} in English."""
    return _plurals(_locale())


@cache
def _plurals(locale: str) -> dict[str, int]:
    rule = Locale.parse(locale).plural_form
    return {rule(number): number for number in (10**6, *range(200, -1, -1))}


# Parsing


def parse_instant(text: str) -> datetime | None:
    """Parse a time in ISO 8601 with an offset, or return None."""
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def parse_local(naive: datetime, zone: ZoneInfo) -> datetime:
    """A local time in `zone` as an aware datetime: the earlier one if clocks are set back and it occurs twice.

    Raises InGap for a time that clocks skip, and ValueError for an aware datetime.
    """
    if naive.tzinfo is not None:
        raise ValueError("parse_local takes a naive datetime")
    local = naive.replace(tzinfo=zone, fold=0)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) != naive.replace(fold=0):
        raise InGap(_gap_message(local, zone))
    return local


def instants(naive: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants at which clocks in `zone` show this: one, or both if they are set back. Raises as `parse_local`."""
    first = parse_local(naive, zone)
    second = first.replace(fold=1)
    return [first] if first.utcoffset() == second.utcoffset() else [first, second]


def _gap_message(local: datetime, zone: ZoneInfo) -> str:
    before, after = _gap(local, zone)
    start, end = _time(before), _time(after)
    if before.date() != after.date():
        start, end = f"{start}, {_day(before)},", f"{end}, {_day(after)}"
    elif _locale() == ENGLISH and start[-4:] == end[-4:]:
        start = start[:-5]
    return gettext("%(time)s on %(day)s does not exist in %(zone)s: clocks go from %(start)s to %(end)s") % {
        "time": _time(local),
        "day": _day(local),
        "zone": zone_name(zone, local),
        "start": start,
        "end": end,
    }


def _gap(local: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The local times right before and right after clocks are set forward."""
    # In a gap, fold=0 uses the offset before the change and fold=1 the one after, so the change lies between them.
    late, early = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    old, new = (at.astimezone(zone).utcoffset() or timedelta() for at in (early, late))
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == old:
            early = middle
        else:
            late = middle
    change = late.replace(tzinfo=None, microsecond=0)
    return change + old, change + new


# Choosing


@cache
def zones() -> list[tuple[str, str]]:
    """Choices for a form, with the city first for type-ahead: ("America/New_York", "New York (America)").

    UTC comes first. Aliases (US/Eastern) and fixed offsets are left out, although `is_zone` accepts them.
    """
    aliases = get_global("zone_aliases")
    choices = []
    for key in _available():
        area, _, city = key.partition("/")
        if city and area != "Etc" and key not in aliases:
            place = ", ".join(reversed(city.replace("_", " ").split("/")))
            choices.append((key, f"{place} ({area})"))
    return [("UTC", "UTC"), *sorted(choices, key=lambda choice: choice[1])]


def is_zone(name: str) -> bool:
    """Whether this is the name of a time zone, including aliases."""
    return name in _available()


@cache
def _available() -> frozenset[str]:
    return frozenset(available_timezones() - {"Factory", "localtime"})
