"""The demo's stories as they are written: whole, in order, and without contradictions; and how they come to today."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageStat

from liveblogs.archive import import_file
from liveblogs.demo.loading import BYLINES, FOLDER, STORIES
from liveblogs.demo.shifting import WRITTEN_AT, last_time, shift
from liveblogs.models import Blog
from liveblogs.pictures import cleaning
from liveblogs.text import richtext

ARCHIVES = {slug: json.loads((FOLDER / "stories" / slug / "archive.json").read_text("utf-8")) for slug in STORIES}
DESKS = {slug: json.loads((FOLDER / "stories" / slug / "desk.json").read_text("utf-8")) for slug in STORIES}
LAUNCH, FIRST_DAY, FLOOD, ELECTION = STORIES
PICTURES = sorted(FOLDER.glob("stories/*/images/*"))
NEW_YORK = ZoneInfo("America/New_York")

#: What the chart of the river shows: feet, hour by hour from the flood warning.
LEVELS = (10.2, 10.3, 10.6, 11.2, 12.5, 14.8, 17.4, 20.3, 23.1, 25.9, 28.2, 30.0, 30.9, 31.2, 30.9)
#: What the chart of power cuts shows: homes by supply district.
HOMES = {
    "Highgarth": 200, "Tarrow": 1200, "Cape Road": 2600, "Stell Point": 4400,
    "Dunmarrow": 300, "Orley": 2200, "Lower Quenn": 5100, "North Wharf": 7900,
    "Upper Orle": 400, "Harden Moor": 600, "Southfields": 3600, "The Shambles": 6200, "Eastgate": 9400,
    "Westing": 500, "Marl": 1400, "Brackwater": 3000,
}  # fmt: skip


def several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def shown(slug: str) -> list[dict[str, Any]]:
    return ARCHIVES[slug].get("liveBlogUpdate", [])


def unseen(slug: str) -> list[dict[str, Any]]:
    return DESKS[slug]["posts"]


def post(slug: str, headline: str) -> dict[str, Any]:
    [found] = [each for each in shown(slug) if each.get("headline") == headline]
    return found


def at(value: str) -> datetime:
    return datetime.fromisoformat(value)


def published(each: dict[str, Any]) -> datetime:
    return at(each["datePublished"])


def texts(slug: str) -> Iterator[str]:
    yield ARCHIVES[slug]["description"]
    yield from (each["text"] for each in shown(slug))
    yield from (each["body"] for each in unseen(slug))


def plain(each: dict[str, Any]) -> str:
    return richtext.to_plain(each.get("text") or each["description"])


def pictures_of(slug: str) -> Iterator[tuple[Path, str, str, str]]:
    """File, alt text, caption and credit line of every picture wherever it stands."""
    folder = FOLDER / "stories" / slug
    for owner in (ARCHIVES[slug], *shown(slug)):
        for each in several(owner.get("image")):
            yield folder / each["contentUrl"], each["description"], each["caption"], each["creditText"]
    for each in (image for data in unseen(slug) for image in data.get("images", [])):
        yield folder / each["file"], each["alt"], each["caption"], each["credit"]


def credited(each: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Name, organization and kind of each author, as the archive has them."""
    found = []
    for author in each["author"]:
        if author["@type"] == "Person":
            found.append((author["name"], author["affiliation"]["name"], "person"))
        elif "parentOrganization" in author:
            found.append((author["name"], author["parentOrganization"]["name"], "desk"))
        else:
            found.append((author["name"], "", "agency"))
    return found


def places(each: dict[str, Any]) -> list[str]:
    return [place["name"] for place in several(each.get("locationCreated")) if place["name"]]


GRAPHICS = sorted({file for slug in STORIES for file, *_, credit in pictures_of(slug) if "graphics" in credit})
SCENES = [file for file in PICTURES if file not in GRAPHICS]


def opened(file: Path) -> Image.Image:
    with Image.open(file) as image:
        image.load()
    return image


# Form


@pytest.mark.parametrize("slug", STORIES)
def test_every_picture_has_its_words(slug):
    for file, alt, caption, credit in pictures_of(slug):
        assert file in PICTURES
        assert len(alt) > 40
        assert caption.endswith(".")
        assert credit
        assert alt != caption


def test_every_picture_is_shown_somewhere_and_always_with_the_same_words():
    used = {picture for slug in STORIES for picture in pictures_of(slug)}
    assert sorted({file for file, *_ in used}) == PICTURES
    words = {(file.name, hashlib.sha256(file.read_bytes()).hexdigest(), *rest) for file, *rest in used}
    assert len({name for name, *_ in words}) == len(words) == 22
    assert len({checksum for _, checksum, *_ in words}) == 22


@pytest.mark.parametrize("slug", STORIES)
def test_every_text_is_what_an_editor_could_have_saved(slug):
    for html in texts(slug):
        cleaned = richtext.clean(html)
        assert cleaned.removed == []
        assert richtext.to_plain(cleaned.html) == richtext.to_plain(html)
        assert not re.search(r"\s\s|[^.!?:”…>]</p>", html), html
    for each in (*shown(slug), *unseen(slug)):
        headline = each.get("headline", "")
        assert headline or each.get("text") or each.get("body")
        assert not headline.endswith(".")
        assert len(headline) < 70


@pytest.mark.parametrize("slug", STORIES)
def test_every_credit_is_one_of_the_newsrooms_and_stands_once(slug):
    known = {(data["name"], data["organisation"], data["kind"]) for data in BYLINES}
    assert len(known) == len({name for name, *_ in known}) == 12
    for each in (ARCHIVES[slug], *shown(slug)):
        names = credited(each)
        assert names
        assert set(names) <= known
        assert len(set(names)) == len(names)
    for data in unseen(slug):
        assert data["credits"]
        assert set(data["credits"]) <= {name for name, *_ in known}


@pytest.mark.django_db
def test_every_archive_can_be_imported_as_it_is_without_a_note():
    for slug in STORIES:
        imported = import_file(FOLDER / "stories" / slug / "archive.json")
        assert imported.notes == []
        assert imported.blog.slug == slug
        assert imported.blog.post_count == len(shown(slug))


# Pictures


def test_all_of_it_is_small():
    files = [path for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) < 4_000_000


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_a_scene_looks_like_a_photograph(path):
    image = opened(path)
    assert (image.format, image.size) == ("JPEG", (1440, 810))
    assert path.stat().st_size < 350_000
    # A photograph has light and shade all over, not one tone with something on it.
    assert min(ImageStat.Stat(image.convert("L").resize((80, 45))).stddev) > 12


@pytest.mark.parametrize("path", GRAPHICS, ids=lambda path: path.stem)
def test_a_graphic_is_large_enough_for_its_lettering(path):
    assert opened(path).size == (1600, 1200)


def test_portraits_are_square_and_each_another():
    files = {data["portrait"]["file"]: data["portrait"] for data in BYLINES if "portrait" in data}
    assert sorted(FOLDER / file for file in files) == sorted(FOLDER.glob("portraits/*"))
    assert all(portrait["alt"] and portrait["credit"] for portrait in files.values())
    assert len({(FOLDER / file).read_bytes() for file in files}) == 8
    assert {opened(FOLDER / file).size for file in files} == {(600, 600)}


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_chart_stays_a_drawing_and_a_scene_a_photograph(path):
    assert f".{cleaning.clean(ContentFile(path.read_bytes(), name=path.name)).extension}" == path.suffix


# Time


@pytest.mark.parametrize("slug", STORIES)
def test_every_chronology_is_sane(slug):
    archive = ARCHIVES[slug]
    times = [published(each) for each in shown(slug)]
    assert all(newer > older for newer, older in pairwise(times))
    begun = [at(data["time"]) for data in unseen(slug)]
    assert len({*times, *begun}) == len(times) + len(begun)
    assert archive["creativeWorkStatus"] in Blog.Status.values
    for each in shown(slug):
        if correction := each.get("correction"):
            assert published(each) < at(correction["datePublished"]) == at(each["dateModified"]) < WRITTEN_AT
    for data in unseen(slug):
        assert (at(data["time"]) == WRITTEN_AT) == (data["state"] == "scheduled")
        assert data["state"] in ("draft", "submitted", "scheduled", "withdrawn")
    ended = archive.get("coverageEndTime")
    assert (archive["creativeWorkStatus"] == "ended") == (ended is not None)
    if started := archive.get("coverageStartTime"):
        assert started == archive["datePublished"]
        assert at(started) <= min(*times, *begun)
        assert max(times) <= (at(ended) if ended else WRITTEN_AT)


def test_a_story_continues_one_that_comes_before_it():
    assert len(set(STORIES)) == 4
    for number, slug in enumerate(STORIES):
        assert ARCHIVES[slug].get("isBasedOn", {}).get("identifier", "") in ["", *STORIES[:number]]
        assert ARCHIVES[slug]["identifier"] == slug
    ended, started = at(ARCHIVES[FIRST_DAY]["coverageEndTime"]), at(ARCHIVES[FLOOD]["coverageStartTime"])
    assert ARCHIVES[FLOOD]["isBasedOn"]["identifier"] == FIRST_DAY
    assert ended <= started <= min(published(each) for each in shown(FLOOD))


def test_times_move_and_those_in_braces_become_clock_times():
    text = '"datePublished": "2026-03-05T04:12:59Z", "text": "To {2026-03-05T04:12:59Z}, or {2026-03-05T16:59:00Z}."'
    assert shift(text, timedelta(days=2, minutes=30), NEW_YORK) == (
        '"datePublished": "2026-03-07T04:42:59+00:00", "text": "To 11:40 p.m., or 12:20 p.m."'
    )
    assert shift("at {2026-03-05T04:12:00Z}.", timedelta(), ZoneInfo("Asia/Kathmandu")) == "at 9:55 a.m."


def test_a_clock_time_is_that_of_its_own_side_of_a_change_of_clocks():
    text = "{2026-03-05T18:00:00Z} and {2026-03-06T18:00:00Z}"
    assert shift(text, datetime(2026, 3, 7, 18, tzinfo=UTC) - WRITTEN_AT, NEW_YORK) == "1:00 p.m. and 2:00 p.m."


@pytest.mark.parametrize(
    ("now", "ended"),
    [
        ("2026-03-10T11:00:00+00:00", "2026-03-09T10:50:00+00:00"),
        ("2026-03-10T10:49:00+00:00", "2026-03-08T10:50:00+00:00"),
        ("2026-03-09T10:55:00+00:00", "2026-03-08T10:50:00+00:00"),
        # The Sunday on which clocks go forward has an hour less.
        ("2026-03-09T10:50:00+00:00", "2026-03-08T10:50:00+00:00"),
        ("2026-11-02T11:49:00+00:00", "2026-10-31T10:50:00+00:00"),
    ],
)
def test_a_clock_is_the_last_one_a_day_ago(now, ended):
    assert last_time(time(6, 50), NEW_YORK, datetime.fromisoformat(now)) == datetime.fromisoformat(ended)


# What a newcomer is to see


def test_the_live_blog_shows_all_that_a_blog_can_hold():
    posts = shown(FLOOD)
    assert len(posts) >= 40
    assert WRITTEN_AT - published(posts[0]) <= timedelta(minutes=5)
    keywords = {each.get("headline"): each.get("keywords", []) for each in posts}
    assert [headline for headline, words in keywords.items() if "pinned" in words] == ["What we know so far"]
    assert Counter(data["state"] for data in unseen(FLOOD)) == {
        "draft": 2, "submitted": 1, "scheduled": 1, "withdrawn": 1,
    }  # fmt: skip
    assert {"Analysis", "Explained", ""} <= {each.get("genre", "") for each in posts}
    for markup in ("<ul>", "<ol>", "<blockquote>", "<a href=", "<strong>", "<em>"):
        assert any(markup in each["text"] for each in posts), markup
    assert any("headline" not in each for each in posts)
    assert any(len(several(each.get("image"))) == 2 for each in posts)
    assert sum("correction" in each for each in posts) == 2
    assert 6 <= sum("key event" in each.get("keywords", []) for each in posts) <= 15
    bylines = {byline for each in posts for byline in credited(each)}
    assert {kind for _, _, kind in bylines} == {"person", "desk", "agency"}
    assert len({organisation for _, organisation, _ in bylines}) == 3
    assert len({place for each in posts for place in places(each)}) >= 5
    lengths = [len(plain(each)) for each in posts]
    assert min(lengths) < 100
    assert max(lengths) > 450


def test_one_story_is_live_two_have_ended_and_one_is_a_draft():
    assert Counter(archive["creativeWorkStatus"] for archive in ARCHIVES.values()) == {
        "live": 1, "ended": 2, "draft": 1,
    }  # fmt: skip
    assert not shown(ELECTION)


# Numbers


def test_the_rivers_levels_agree_with_the_chart():
    chart = dict(enumerate(LEVELS))
    warning = published(post(FIRST_DAY, "Flood warning for the Ashlen"))

    def hours(each: dict[str, Any]) -> float:
        return (published(each) - warning) / timedelta(hours=1)

    levels = {
        "Flood warning for the Ashlen": (FIRST_DAY, 10.2),
        "The river passes its record": (FLOOD, 30),
        "The river has crested": (FLOOD, 31.2),
        "What we know so far": (FLOOD, 30.3),
    }
    for headline, (slug, feet) in levels.items():
        each = post(slug, headline)
        assert f"{feet} feet" in plain(each)
        hour = hours(each)
        if hour <= max(chart):
            before = int(hour)
            level = chart[before] + (chart.get(before + 1, chart[before]) - chart[before]) * (hour - before)
            assert level == pytest.approx(feet, abs=0.1), headline
    assert max(LEVELS) == 31.2
    assert "31.2 feet" in plain(ARCHIVES[FLOOD])
    # The chart holds no hour that had not passed when it was published.
    assert hours(post(FLOOD, "The Ashlen in one chart")) >= max(chart)
    falling = post(FLOOD, "What we know so far")
    assert LEVELS[-1] - 5 / 12 * (hours(falling) - max(chart)) == pytest.approx(30.3, abs=0.1)


def test_the_counts_of_people_and_homes_agree():
    waiting = HOMES["Eastgate"] + HOMES["North Wharf"] + HOMES["The Shambles"]
    assert sum(HOMES.values()) == 49_000
    [alt] = {alt for file, alt, *_ in pictures_of(FLOOD) if file.stem == "power-cuts"}
    for name in ("Eastgate", "North Wharf", "Shambles"):
        assert re.search(rf"{name}, with {HOMES.get(name) or HOMES[f'The {name}']:,}", alt)
    assert "49,000" in plain(post(FLOOD, "49,000 homes without power"))
    back = post(FLOOD, "Power returns to 25,500 homes")
    assert 49_000 - waiting == 25_500
    assert "25,500 homes: all districts but three" in plain(back)
    assert f"{waiting:,} homes are without it, down from 49,000" in plain(post(FLOOD, "What we know so far"))
    known = plain(post(FLOOD, "What we know so far"))
    assert "14,000" in known
    assert "three are missing" in known
    assert "14,000" in plain(ARCHIVES[FLOOD])
    assert "Three people are missing" in plain(ARCHIVES[FLOOD])
    assert "118 patients" in plain(post(FLOOD, "Hospital moves 118 patients"))


def test_the_seats_add_up():
    [alt] = {alt for file, alt, *_ in pictures_of(ELECTION) if file.stem == "seats"}
    total, *parties = map(int, re.findall(r"\d+", alt))
    assert (total, sum(parties), len(parties)) == (121, 121, 5)


def test_the_launch_keeps_to_its_timeline():
    liftoff = published(post(LAUNCH, "Liftoff"))
    minutes = {"Second stage burning": 8 + 44 / 60, "Probe flies alone": 36 + 5 / 60, "It answers": 58.5}
    for headline, planned in minutes.items():
        passed = (published(post(LAUNCH, headline)) - liftoff) / timedelta(minutes=1)
        assert 0 <= passed - planned < 3, headline
    assert liftoff - published(post(LAUNCH, "Welcome")) == timedelta(minutes=415)


def test_measures_are_those_of_one_country():
    for slug in STORIES:
        for html in texts(slug):
            text = richtext.to_plain(html)
            assert not re.search(r"\b(met(er|re)s|millimet\w+|kilomet\w+|km|centimet\w+|Celsius)\b", text)
        for _, alt, caption, _ in pictures_of(slug):
            assert not re.search(r"\b(colour|harbour|centre|grey|metre)\w*\b", f"{alt} {caption}")
