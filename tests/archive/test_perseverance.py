"""A real newsroom's page, where it lies beside the project: it imports and reads as its file says, part by part.

Every expectation comes from the file itself. Its text and pictures belong to others, and nothing of it is copied here.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from PIL import Image as Picture

from liveblogs.archive import export_file, import_file
from liveblogs.models import Blog, Byline, Post
from liveblogs.pictures import cleaning
from liveblogs.text import credits, richtext, times

PROJECT = Path(__file__).resolve().parents[2]
#: In the folder "shared" beside the project, or beside a folder that the project is in.
PLACES = [folder / "shared" / "data" / "perseverance" / "archive.json" for folder in PROJECT.parents]
ARCHIVE = next((place for place in PLACES if place.is_file()), PLACES[0])

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not ARCHIVE.is_file(), reason="the archive is not beside the project"),
]


CLEANED: dict[bytes, tuple[cleaning.Cleaned, bytes]] = {}


@pytest.fixture(autouse=True)
def _clean_each_picture_once(monkeypatch) -> None:
    """They are large, and every test imports them."""
    clean = cleaning.clean

    def remembered(upload: ContentFile, name: str) -> cleaning.Cleaned:
        data = upload.read()
        if data not in CLEANED:
            cleaned = clean(ContentFile(data), name)
            CLEANED[data] = cleaned, cleaned.content.read()
        cleaned, content = CLEANED[data]
        return replace(cleaned, content=ContentFile(content))

    monkeypatch.setattr(cleaning, "clean", remembered)


@pytest.fixture
def archive() -> dict[str, Any]:
    return json.loads(ARCHIVE.read_text(encoding="utf-8"))


@pytest.fixture
def blog() -> Blog:
    imported = import_file(ARCHIVE)
    assert imported.is_new
    return imported.blog


INLINE = frozenset({"a", "b", "em", "i", "span", "strong", "time"})


class _Words(HTMLParser):
    """The words of a text as a reader sees them, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.tags = "", list[str](), list[str]()
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += "" if tag in INLINE else " "
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self.text += "" if tag in INLINE else " "


def words(html: str) -> list[str]:
    return _Words(html).text.replace("\xa0", " ").split()


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def expected_line(authors: list[dict[str, Any]], *, of_blog: bool = False) -> str:
    """The credit line of people who all belong to one organisation or to none."""
    if not authors:
        return ""
    names = [author["name"] for author in authors]
    joined = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    (organisation,) = {author.get("affiliation", {}).get("name", "") for author in authors}
    if of_blog:
        return f"By {joined}" + (f", {organisation}" if organisation else "")
    return f"From {organisation}'s {joined}" if organisation else f"From {joined}"


def pairs(archive: dict[str, Any], blog: Blog) -> Iterator[tuple[dict[str, Any], Post]]:
    """Each post of the file with the one that came of it."""
    posts = {post.public_id: post for post in blog.posts.prefetch_related("credits__byline", "images__image")}
    assert len(posts) == len(archive["liveBlogUpdate"])
    for update in archive["liveBlogUpdate"]:
        yield update, posts[update["identifier"]]


def test_blog_reads_as_the_file_says(archive: dict[str, Any], blog: Blog) -> None:
    assert blog.title == archive["headline"]
    assert richtext.to_plain(blog.summary) == archive["description"]
    line = credits.blog_line([credit.as_credit() for credit in blog.credits.select_related("byline")])
    assert credits.text(line) == expected_line(archive["author"], of_blog=True)
    assert blog.published_at == instant(archive["datePublished"])
    assert blog.coverage_starts_at == instant(archive["coverageStartTime"])
    assert blog.coverage_ends_at == instant(archive["coverageEndTime"])
    assert blog.updated_at == max(instant(update["dateModified"]) for update in archive["liveBlogUpdate"])
    assert blog.status == "ended"
    assert blog.post_count == len(archive["liveBlogUpdate"]) == Post.objects.visible().count()


def test_posts_stand_in_the_files_order(archive: dict[str, Any], blog: Blog) -> None:
    by_time = sorted(archive["liveBlogUpdate"], key=lambda update: instant(update["datePublished"]), reverse=True)
    assert [post.public_id for post in blog.posts.newest_first()] == [update["identifier"] for update in by_time]


def test_headlines_labels_and_times(archive: dict[str, Any], blog: Blog) -> None:
    for update, post in pairs(archive, blog):
        first, last = instant(update["datePublished"]), instant(update["dateModified"])
        assert post.headline == update.get("headline", "")
        assert post.label == update.get("genre", "")
        assert post.published_at == first
        assert post.updated_at == max(first, last)


def test_credits_and_places(archive: dict[str, Any], blog: Blog) -> None:
    for update, post in pairs(archive, blog):
        credited = list(post.credits.all())
        place = update.get("locationCreated", {}).get("name", "")
        assert {credit.place for credit in credited} <= {place}
        line = credits.text(credits.post_line([credit.as_credit() for credit in credited], post.label))
        assert line == expected_line(update["author"])
    everybody = [*archive["author"], *(author for update in archive["liveBlogUpdate"] for author in update["author"])]
    assert set(Byline.objects.values_list("name", "organisation", "kind")) == {
        (author["name"], author["affiliation"]["name"], "person") for author in everybody
    }


def test_bodies_keep_their_words_links_and_lists(archive: dict[str, Any], blog: Blog) -> None:
    for update, post in pairs(archive, blog):
        source, kept = _Words(update["text"]), _Words(post.body)
        assert words(post.body) == words(update["text"])
        assert kept.links == [unescape(link) for link in source.links]
        assert [tag for tag in kept.tags if tag != "br"] == [tag for tag in source.tags if tag != "br"]


def test_pictures_have_their_words_and_their_shape(archive: dict[str, Any], blog: Blog) -> None:
    count = 0
    for update, post in pairs(archive, blog):
        rows = list(post.images.all())
        assert len(rows) == len(update.get("image", []))
        for picture, row in zip(update.get("image", []), rows, strict=True):
            count += 1
            assert row.shown_caption == picture["caption"]
            assert row.image.credit == picture["creditText"]
            assert row.image.alt == picture["description"]
            with (
                Picture.open(ARCHIVE.parent / picture["contentUrl"]) as source,
                Picture.open(row.image.file.path) as kept,
            ):
                assert kept.size == (row.image.width, row.image.height)
                assert abs(kept.width / kept.height - source.width / source.height) < 0.001
                assert not kept.getexif()
    assert count > 0


def test_key_events(archive: dict[str, Any], blog: Blog) -> None:
    expected = {
        update["identifier"] for update in archive["liveBlogUpdate"] if "key event" in update.get("keywords", [])
    }
    assert expected
    assert set(blog.posts.filter(is_key_event=True).values_list("public_id", flat=True)) == expected
    assert not blog.posts.filter(pinned_at__isnull=False).exists()


def test_page_shows_every_part(archive: dict[str, Any], blog: Blog, client) -> None:
    page = client.get(blog.get_absolute_url()).content.decode()
    shown = " ".join(words(page))
    assert shown.count(" ".join(archive["headline"].split())) >= 1
    assert expected_line(archive["author"], of_blog=True) in shown
    assert f"{len(archive['liveBlogUpdate'])} Posts" in shown
    assert page.count("<article ") == len(archive["liveBlogUpdate"])
    for update in archive["liveBlogUpdate"]:
        _before, _id, rest = page.partition(f'<article id="post-{update["identifier"]}"')
        article = rest.partition("</article>")[0]
        reads = " ".join(words(article))
        last = max(instant(update["datePublished"]), instant(update["dateModified"]))
        assert times.post_time(last, ZoneInfo("UTC")) in reads
        assert update.get("headline", "") in reads
        assert expected_line(update["author"]) in reads
        assert " ".join(words(update["text"])) in reads
        for picture in update.get("image", []):
            assert picture["caption"] in reads
            assert picture["creditText"] in reads
            assert picture["description"] in unescape(article.partition(' alt="')[2].partition('"')[0])


def test_second_import_changes_nothing(blog: Blog) -> None:
    again = import_file(ARCHIVE)
    assert (again.is_new, again.blog) == (False, blog)
    assert Blog.objects.count() == 1


def test_export_of_it_is_recognised(blog: Blog, tmp_path: Path) -> None:
    output = tmp_path / "again.json"
    export_file(blog.slug, output)
    assert import_file(output).blog == blog
