"""The demo's stories as they are written: whole, in order, and without contradictions."""

import re
from collections import Counter

import pytest

from liveblogs.demo.content import BYLINES, Entry, Story
from liveblogs.demo.election import ELECTION
from liveblogs.demo.first_day import FIRST_DAY
from liveblogs.demo.flood import FLOOD
from liveblogs.demo.launch import LAUNCH, START
from liveblogs.demo.pictures import GRAPHICS, SCENES, charts
from liveblogs.demo.stories import STORIES
from liveblogs.models import Blog, Post
from liveblogs.text import richtext

WARNING = 960  # minutes ago, from which the river's chart counts its hours


def pictures_of(story: Story) -> set:
    return {story.cover, *(picture for entry in story.posts for picture in entry.images)}


def entry(story: Story, headline: str) -> Entry:
    [found] = [each for each in story.posts if each.headline == headline]
    return found


def plain(each: Entry | Story) -> str:
    html = each.body if isinstance(each, Entry) else each.summary
    return richtext.to_plain(html)


def shown(story: Story) -> list[Entry]:
    return [each for each in story.posts if each.state == Post.State.PUBLISHED]


# Form


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.slug)
def test_every_picture_has_its_words(story):
    for picture in pictures_of(story):
        assert picture.name in {*GRAPHICS, *SCENES}
        assert len(picture.alt) > 40
        assert picture.caption.endswith(".")
        assert picture.credit
        assert picture.alt != picture.caption


def test_every_drawing_is_shown_somewhere_and_always_with_the_same_words():
    words = {picture for story in STORIES for picture in pictures_of(story)}
    assert sorted(picture.name for picture in words) == sorted([*GRAPHICS, *SCENES])


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.slug)
def test_every_text_is_what_an_editor_could_have_saved(story):
    for html in (story.summary, *(each.body for each in story.posts)):
        cleaned = richtext.clean(html.replace("{earlier}", "/earlier/"))
        assert cleaned.removed == []
        assert richtext.to_plain(cleaned.html) == richtext.to_plain(html)
        assert not re.search(r"\s\s|[^.!?:”…>]</p>", html), html
    for each in story.posts:
        assert each.headline or each.body
        assert not each.headline.endswith(".")
        assert len(each.headline) < 70


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.slug)
def test_every_credit_is_one_of_the_newsrooms_and_stands_once(story):
    assert story.bylines
    for each in story.posts:
        names = [byline for byline, _ in each.credits]
        assert names
        assert set(names) <= set(BYLINES)
        assert len(set(names)) == len(names)


# Time


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.slug)
def test_every_chronology_is_sane(story):
    times = [each.minutes_ago for each in story.posts]
    assert len(set(times)) == len(times)
    assert story.status in Blog.Status.values
    for each in story.posts:
        assert (each.minutes_ago < 0) == (each.state == Post.State.SCHEDULED)
        assert not each.pinned or each.state == Post.State.PUBLISHED
        assert not each.correction or each.minutes_ago > 22
    if story.started is not None:
        assert story.started >= max(times)
        assert (story.ended or 0) <= min(each.minutes_ago for each in shown(story))
    assert (story.status == Blog.Status.ENDED) == (story.ended is not None)


def test_a_story_continues_one_that_comes_before_it():
    slugs = [story.slug for story in STORIES]
    assert len(set(slugs)) == 4
    for number, story in enumerate(STORIES):
        assert story.continues in ["", *slugs[:number]]
    assert FIRST_DAY.ended >= FLOOD.started >= max(each.minutes_ago for each in shown(FLOOD))


# What a newcomer is to see


def test_the_live_blog_shows_all_that_a_blog_can_hold():
    posts = shown(FLOOD)
    assert len(posts) >= 40
    assert min(each.minutes_ago for each in posts) <= 5
    assert [each.headline for each in posts if each.pinned] == ["What we know so far"]
    assert Counter(each.state for each in FLOOD.posts) == {
        "published": len(posts), "draft": 2, "submitted": 1, "scheduled": 1, "withdrawn": 1,
    }  # fmt: skip
    assert {"Analysis", "Explained", ""} <= {each.label for each in posts}
    for markup in ("<ul>", "<ol>", "<blockquote>", "<a href=", "<strong>", "<em>"):
        assert any(markup in each.body for each in posts), markup
    assert any(not each.headline for each in posts)
    assert any(len(each.images) == 2 for each in posts)
    assert sum(bool(each.correction) for each in posts) == 2
    assert 6 <= sum(each.key_event for each in posts) <= 15
    credited = {byline for each in posts for byline, _ in each.credits}
    assert {byline.kind for byline in credited} == {"person", "desk", "agency"}
    assert len({byline.organisation for byline in credited}) == 3
    assert len({place for each in posts for _, place in each.credits if place}) >= 5
    lengths = [len(plain(each)) for each in posts]
    assert min(lengths) < 100
    assert max(lengths) > 450


def test_one_story_is_live_two_have_ended_and_one_is_a_draft():
    assert Counter(story.status for story in STORIES) == {"live": 1, "ended": 2, "draft": 1}
    assert not shown(ELECTION)


# Numbers


def test_the_rivers_levels_agree_with_the_chart():
    chart = dict(enumerate(charts.LEVELS))
    levels = {
        "Flood warning for the Ashlen": (FIRST_DAY, 10.2),
        "The river passes its record": (FLOOD, 30),
        "The river has crested": (FLOOD, 31.2),
        "What we know so far": (FLOOD, 30.3),
    }
    for headline, (story, feet) in levels.items():
        post = entry(story, headline)
        assert f"{feet} feet" in plain(post)
        hour = (WARNING - post.minutes_ago) / 60
        if hour <= max(chart):
            before = int(hour)
            level = chart[before] + (chart.get(before + 1, chart[before]) - chart[before]) * (hour - before)
            assert level == pytest.approx(feet, abs=0.1), headline
    assert max(charts.LEVELS) == 31.2
    assert "31.2 feet" in plain(FLOOD)
    # The chart holds no hour that had not passed when it was published.
    assert (WARNING - entry(FLOOD, "The Ashlen in one chart").minutes_ago) / 60 >= max(chart)
    falling = entry(FLOOD, "What we know so far")
    assert charts.LEVELS[-1] - 5 / 12 * ((WARNING - falling.minutes_ago) / 60 - max(chart)) == pytest.approx(
        30.3, abs=0.1
    )


def test_the_counts_of_people_and_homes_agree():
    homes = {name: round(number * 1000) for row in charts.DISTRICTS for name, number in filter(None, row)}
    waiting = homes["Eastgate"] + homes["North Wharf"] + homes["The Shambles"]
    assert sum(homes.values()) == 49_000
    assert "49,000" in plain(entry(FLOOD, "49,000 homes without power"))
    back = entry(FLOOD, "Power returns to 25,500 homes")
    assert 49_000 - waiting == 25_500
    assert "25,500 homes: all districts but three" in plain(back)
    assert f"{waiting:,} homes are without it, down from 49,000" in plain(entry(FLOOD, "What we know so far"))
    known = plain(entry(FLOOD, "What we know so far"))
    assert "14,000" in known
    assert "three are missing" in known
    assert "14,000" in plain(FLOOD)
    assert "Three people are missing" in plain(FLOOD)
    assert "118 patients" in plain(entry(FLOOD, "Hospital moves 118 patients"))


def test_the_launch_keeps_to_its_timeline():
    minutes = {"Second stage burning": 8 + 44 / 60, "Probe flies alone": 36 + 5 / 60, "It answers": 58.5}
    for headline, planned in minutes.items():
        assert 0 <= START - entry(LAUNCH, headline).minutes_ago - planned < 3, headline
    assert START - entry(LAUNCH, "Welcome").minutes_ago == -415


def test_measures_are_those_of_one_country():
    for story in STORIES:
        for each in story.posts:
            assert not re.search(r"\b(met(er|re)s|millimet\w+|kilomet\w+|km|centimet\w+|Celsius)\b", plain(each))
        for picture in pictures_of(story):
            assert not re.search(r"\b(colour|harbour|centre|grey|metre)\w*\b", f"{picture.alt} {picture.caption}")
