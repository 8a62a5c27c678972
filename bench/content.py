"""Blogs of any length as archives. The newest page of each has the same posts, so that only the length differs."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

#: Numbers of posts in the blogs that are compared.
LENGTHS = (20, 200, 2_000, 10_000)

START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
PLACES = ("Port Saint Abel", "the upper valley", "Harrow Bridge", "the county hall")
WRITERS = ("Ines Duarte", "Tom Okafor", "Mirela Stan", "Jonas Wick")
HEADLINES = (
    "River gauge at Harrow Bridge passes four meters",
    "Schools in the valley stay closed on Tuesday",
    "First train in two days leaves the coast",
    "Council opens a second shelter at the sports hall",
    "What engineers found inside the old sluice",
)
SENTENCES = (
    "The level has risen by eleven centimeters since noon, the water board said, and it expects the peak after dark.",
    "Crews worked through the night to raise the barrier along the quay; a second line of sandbags stands behind it.",
    "About four hundred people have left their homes, most of them for relatives in the hills above the town.",
    "“We have done this before, and we know every door on this street,” a volunteer told us at the bridge.",
    "Power is back in the eastern districts, while the hospital still runs on its own generators.",
    "The county asks everybody to keep the upper road free for ambulances until at least six in the morning.",
)


def archive(length: int) -> dict[str, Any]:
    """A live blog of this many posts, newest first, a minute apart."""
    start = START - timedelta(minutes=length)
    return {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "headline": "Flood reaches the lower town",
        "description": " ".join(SENTENCES[:2]),
        "datePublished": start.isoformat(),
        "coverageStartTime": start.isoformat(),
        "author": [person(name) for name in WRITERS],
        # Numbered from the newest, so that the newest posts are the same in every blog.
        "liveBlogUpdate": [post(number, START - timedelta(minutes=number)) for number in range(length)],
    }


def post(number: int, at: datetime) -> dict[str, Any]:
    words = [SENTENCES[(number + step) % len(SENTENCES)] for step in range(2 + number % 3)]
    return {
        "@type": "BlogPosting",
        "headline": HEADLINES[number % len(HEADLINES)],
        "text": "".join(f"<p>{sentence}</p>" for sentence in words),
        "datePublished": at.isoformat(),
        "author": [person(WRITERS[number % len(WRITERS)])],
        "locationCreated": {"@type": "Place", "name": PLACES[number % len(PLACES)]},
        # The same number in each blog: the table of contents is rendered with each change.
        "keywords": ["key event"] if number in {0, 10} else [],
    }


def person(name: str) -> dict[str, Any]:
    return {"@type": "Person", "name": name, "affiliation": {"@type": "Organization", "name": "Valley News"}}


def write(length: int, folder: Path) -> Path:
    path = folder / f"{length}.json"
    path.write_text(json.dumps(archive(length)))
    return path
