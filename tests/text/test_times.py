"""Times read in newsroom style, in every zone and on both sides of a clock change."""

# ruff: noqa: DTZ001 - clocks on the wall have no zone

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from liveblogs.text import times

NEW_YORK = ZoneInfo("America/New_York")
LONDON = ZoneInfo("Europe/London")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en-us"):
        yield


def utc(*args: int) -> datetime:
    return datetime(*args, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "reads"),
    [
        (utc(2023, 3, 22, 10, 14, 5), "America/New_York", "6:14 a.m. ET, March 22, 2023"),
        (utc(2023, 3, 22, 6), "America/New_York", "2:00 a.m. ET, March 22, 2023"),
        (utc(2023, 3, 23, 4, 44), "America/New_York", "12:44 a.m. ET, March 23, 2023"),
        # Noon and midnight, and the minutes beside them.
        (utc(2023, 3, 22, 16), "America/New_York", "12:00 p.m. ET, March 22, 2023"),
        (utc(2023, 3, 22, 15, 59, 59), "America/New_York", "11:59 a.m. ET, March 22, 2023"),
        (utc(2023, 3, 22, 4), "America/New_York", "12:00 a.m. ET, March 22, 2023"),
        (utc(2023, 3, 22, 3, 59, 59), "America/New_York", "11:59 p.m. ET, March 21, 2023"),
        # Clocks put forward, and back: the generic name stays, an abbreviation changes.
        (utc(2023, 3, 12, 6, 59), "America/New_York", "1:59 a.m. ET, March 12, 2023"),
        (utc(2023, 3, 12, 7), "America/New_York", "3:00 a.m. ET, March 12, 2023"),
        (utc(2023, 11, 5, 5, 30), "America/New_York", "1:30 a.m. EDT, November 5, 2023"),
        (utc(2023, 11, 5, 6, 30), "America/New_York", "1:30 a.m. EST, November 5, 2023"),
        (utc(2023, 3, 26, 0, 59), "Europe/London", "12:59 a.m. GMT, March 26, 2023"),
        (utc(2023, 3, 26, 1), "Europe/London", "2:00 a.m. BST, March 26, 2023"),
        # Offsets that are not whole hours, the far side of the date line, years of three digits.
        (utc(2023, 3, 22, 18, 45), "Asia/Kolkata", "12:15 a.m. IST, March 23, 2023"),
        (utc(2023, 3, 22, 18, 45), "Asia/Kathmandu", "12:30 a.m. Kathmandu, March 23, 2023"),
        (utc(2023, 3, 22, 10), "Pacific/Kiritimati", "12:00 a.m. Kiritimati, March 23, 2023"),
        (utc(987, 1, 2, 3, 4), "UTC", "3:04 a.m. UTC, January 2, 987"),
    ],
)
def test_post_time(at: datetime, zone: str, reads: str) -> None:
    assert times.post_time(at, ZoneInfo(zone)) == reads


@pytest.mark.parametrize(
    ("zone", "first", "reads"),
    [
        ("America/New_York", datetime(2031, 11, 2, 5, 30, tzinfo=UTC), ["1:30 a.m. EDT", "1:30 a.m. EST"]),
        ("Europe/London", datetime(2031, 10, 26, 0, 30, tzinfo=UTC), ["1:30 a.m. BST", "1:30 a.m. GMT"]),
    ],
)
def test_clock_in_the_hour_that_comes_twice_says_which(zone: str, first: datetime, reads: list[str]) -> None:
    hour = timedelta(hours=1)
    assert [times.clock(at, ZoneInfo(zone)) for at in (first, first + hour)] == reads


def test_clock_beside_the_hour_that_comes_twice() -> None:
    shown = [
        times.clock(datetime(2031, 11, 2, *at, tzinfo=UTC), ZoneInfo("America/New_York")) for at in ((4, 59), (7, 0))
    ]
    assert shown == ["12:59 a.m. ET", "2:00 a.m. ET"]


def test_clock_that_comes_twice_without_a_name_of_its_own() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    first = datetime(2031, 4, 5, 14, 45, tzinfo=UTC)
    shown = [times.clock(first + timedelta(minutes=minutes), zone) for minutes in (0, 30)]
    assert shown == ["1:45 a.m. UTC+11", "1:45 a.m. UTC+10:30"]
    with translation.override("de"):
        berlin = datetime(2031, 10, 26, 0, 30, tzinfo=UTC)
        assert times.clock(berlin, ZoneInfo("Europe/Berlin")) == "02:30 MESZ"


def test_clock_and_day_are_in_the_zone() -> None:
    at = utc(2023, 3, 22, 3, 30)
    assert times.clock(at, NEW_YORK) == "11:30 p.m. ET"
    assert times.day(at, NEW_YORK) == "March 21, 2023"


@pytest.mark.parametrize(
    ("language", "reads"),
    [
        ("en-gb", "2:14 p.m. ET, March 22, 2023"),
        ("de", "14:14 EDT, 22. März 2023"),
        ("fr", "14:14 HE, 22 mars 2023"),
        ("zh-hans", "14:14 EDT, 2023年3月22日"),
        ("tlh", "2:14 p.m. ET, March 22, 2023"),
    ],
)
def test_post_time_in_another_language(language: str, reads: str) -> None:
    with translation.override(language):
        assert times.post_time(utc(2023, 3, 22, 18, 14), NEW_YORK) == reads


def test_post_time_with_translation_switched_off() -> None:
    with translation.override(None):
        assert times.post_time(utc(2023, 3, 22, 18, 14), NEW_YORK) == "2:14 p.m. ET, March 22, 2023"


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("America/New_York", "ET", "ET"),
        ("US/Eastern", "ET", "ET"),
        ("America/Indiana/Knox", "CT", "CT"),
        ("Pacific/Honolulu", "HST", "HST"),
        ("Europe/London", "GMT", "BST"),
        ("Europe/Kyiv", "EET", "EEST"),
        ("Asia/Hong_Kong", "HKT", "HKT"),
        ("Asia/Dubai", "Dubai", "Dubai"),
        ("America/Sao_Paulo", "Sao Paulo", "Sao Paulo"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires", "Buenos Aires"),
        ("UTC", "UTC", "UTC"),
        ("Etc/GMT+5", "UTC-05", "UTC-05"),
    ],
)
def test_zone_name(zone: str, winter: str, summer: str) -> None:
    names = [times.zone_name(ZoneInfo(zone), utc(2023, month, 15)) for month in (1, 7)]
    assert names == [winter, summer]


def test_zone_name_follows_the_locale() -> None:
    assert times.zone_name(ZoneInfo("Europe/Paris"), utc(2023, 7, 1)) == "CEST"
    with translation.override("de"):
        assert times.zone_name(ZoneInfo("Europe/Paris"), utc(2023, 7, 1)) == "MEZ"


def test_zone_name_before_there_were_zones() -> None:
    assert times.zone_name(ZoneInfo("Europe/Amsterdam"), utc(1800, 1, 1)) == "Amsterdam"


def test_zone_name_is_never_a_long_form() -> None:
    names = {times.zone_name(ZoneInfo(key), utc(2023, 7, 1)) for key, _ in times.zones()}
    assert not [name for name in names if not name or "Time" in name or "/" in name or name[0] in "+-"]


@pytest.mark.parametrize(
    ("at", "zone", "reads"),
    [
        (utc(2023, 3, 22, 10, 14, 5), "America/New_York", "2023-03-22T06:14:05-04:00"),
        (utc(2023, 3, 22, 10, 14, 5, 999_999), "UTC", "2023-03-22T10:14:05+00:00"),
        (utc(2023, 3, 22, 10), "Asia/Kathmandu", "2023-03-22T15:45:00+05:45"),
        (utc(2023, 11, 5, 5, 30), "America/New_York", "2023-11-05T01:30:00-04:00"),
        (utc(2023, 11, 5, 6, 30), "America/New_York", "2023-11-05T01:30:00-05:00"),
        (utc(1800, 1, 1), "America/New_York", "1799-12-31T19:03:00-04:57"),
        (utc(1800, 1, 1), "Europe/Paris", "1800-01-01T00:09:00+00:09"),
        (utc(987, 1, 2), "UTC", "0987-01-02T00:00:00+00:00"),
    ],
)
def test_iso(at: datetime, zone: str, reads: str) -> None:
    assert times.iso(at, ZoneInfo(zone)) == reads


@pytest.mark.parametrize("zone", [key for key, _ in times.zones()][::7])
def test_iso_is_the_same_instant_with_whole_minutes(zone: str) -> None:
    for at in (utc(1850, 6, 1, 12, 30, 15), utc(1935, 6, 1), utc(2023, 7, 1)):
        read = datetime.fromisoformat(times.iso(at, ZoneInfo(zone)))
        assert read == at
        assert (read.utcoffset() or timedelta()) % timedelta(minutes=1) == timedelta()


@pytest.mark.parametrize("text", ["2023-07-01T12:00:00.000001+00:00", "2023-07-01T08:00:00.000001-04:00"])
def test_parse_instant(text: str) -> None:
    assert times.parse_instant(text) == utc(2023, 7, 1, 12, 0, 0, 1)


@pytest.mark.parametrize(
    "text", ["", "soon", "2023-07-01", "2023-07-01T12:00", "2023-13-45T00:00:00+00:00", "\0", "9" * 500]
)
def test_parse_instant_of_what_is_none(text: str) -> None:
    assert times.parse_instant(text) is None


def test_parse_local() -> None:
    assert times.parse_local(datetime(2023, 7, 1, 12), NEW_YORK).astimezone(UTC) == utc(2023, 7, 1, 16)


def test_parse_local_takes_the_first_of_two() -> None:
    for fold in (0, 1):
        twice = datetime(2023, 11, 5, 1, 30, fold=fold)
        assert times.parse_local(twice, NEW_YORK).astimezone(UTC) == utc(2023, 11, 5, 5, 30)


@pytest.mark.parametrize(
    ("naive", "zone", "message"),
    [
        (
            datetime(2023, 3, 12, 2, 30),
            "America/New_York",
            "2:30 a.m. on March 12, 2023 does not exist in ET: clocks go from 2:00 to 3:00 a.m.",
        ),
        (
            datetime(2023, 3, 12, 2, 59, 59, 999_999),
            "America/New_York",
            "2:59 a.m. on March 12, 2023 does not exist in ET: clocks go from 2:00 to 3:00 a.m.",
        ),
        (
            datetime(2023, 10, 1, 2, 10),
            "Australia/Lord_Howe",
            "2:10 a.m. on October 1, 2023 does not exist in Lord Howe Island: clocks go from 2:00 to 2:30 a.m.",
        ),
        (
            datetime(2011, 12, 30, 12),
            "Pacific/Apia",
            (
                "12:00 p.m. on December 30, 2011 does not exist in Apia: clocks go from "
                "12:00 a.m., December 30, 2011, to 12:00 a.m., December 31, 2011"
            ),
        ),
    ],
)
def test_parse_local_in_a_gap_is_refused(naive: datetime, zone: str, message: str) -> None:
    with pytest.raises(times.InGap) as caught:
        times.parse_local(naive, ZoneInfo(zone))
    assert str(caught.value) == message


@pytest.mark.parametrize("naive", [datetime(2023, 3, 12, 1, 59, 59), datetime(2023, 3, 12, 3)])
def test_parse_local_beside_a_gap_is_taken(naive: datetime) -> None:
    assert times.parse_local(naive, NEW_YORK).astimezone(NEW_YORK).replace(tzinfo=None) == naive


def test_parse_local_of_an_aware_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        times.parse_local(utc(2023, 1, 1), LONDON)


def test_zones_are_choices_for_a_form() -> None:
    choices = times.zones()
    assert choices[0] == ("UTC", "UTC")
    assert [choice for choice in choices if choice[0] in {"America/New_York", "America/Indiana/Knox"}] == [
        ("America/Indiana/Knox", "Knox, Indiana (America)"),
        ("America/New_York", "New York (America)"),
    ]
    assert all(one < other for (_, one), (_, other) in pairwise(choices[1:]))
    assert {"US/Eastern", "Etc/GMT+5", "EST", "Factory"}.isdisjoint(dict(choices))


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("America/New_York", True),
        ("US/Eastern", True),
        ("UTC", True),
        ("Factory", False),
        ("localtime", False),
        ("America/Springfield", False),
        ("../etc/passwd", False),
        ("america/new_york", False),
        ("", False),
    ],
)
def test_is_zone(name: str, known: bool) -> None:
    assert times.is_zone(name) is known


@pytest.mark.parametrize(
    ("zone", "names"),
    [
        ("Europe/Berlin", {"60": "CET", "120": "CEST"}),
        ("America/New_York", {"-300": "ET", "-240": "ET", "-300!": "EST", "-240!": "EDT"}),
        ("Asia/Kolkata", {"330": "IST"}),
        ("Asia/Dubai", {"240": "Dubai", "240!": "UTC+04"}),
    ],
)
def test_zone_names_by_offset(zone: str, names: dict[str, str]) -> None:
    assert times.zone_names(ZoneInfo(zone)) == names


def test_zone_names_in_another_language() -> None:
    with translation.override("de"):
        assert times.zone_names(ZoneInfo("Europe/Berlin")) == {"60": "MEZ", "120": "MEZ", "120!": "MESZ"}
