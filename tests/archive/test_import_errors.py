"""Broken archives: every fault is told with its place, all at once, and neither a row nor a file is left behind."""

import copy
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Picture

from liveblogs import publishing
from liveblogs.archive import ArchiveErrors, ArchiveRefused, Imported, import_file
from liveblogs.archive.reporting import MAX_LISTED
from liveblogs.models import PostImage
from tests.support.archives import VALID, bring_in, draw, media, one_post, rows, valid, write

pytestmark = pytest.mark.django_db


def errors(tmp_path: Path, content: Any) -> list[str]:
    """The errors of this archive, after a check that nothing was imported."""
    path = write(tmp_path, content)
    before = rows()
    with pytest.raises(ArchiveErrors) as caught:
        import_file(path)
    assert rows() == before
    assert media() == []
    assert caught.value.count == len(caught.value.errors)
    return caught.value.errors


# No archive at all
# -----------------


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "not JSON: line 1, column 1: Expecting value"),
        ("{", "not JSON: line 1, column 2: Expecting property name enclosed in double quotes"),
        ('{"a": 1}\n}', "not JSON: line 2, column 1: Extra data"),
        (b'{"headline": "caf\xe9"}', "not UTF-8: a wrong byte at position 17"),
        ("null", "expected an object of type LiveBlogPosting, found nothing"),
        ("17", "expected an object of type LiveBlogPosting, found a number"),
        ('"text"', "expected an object of type LiveBlogPosting, found text"),
        ("[]", "expected one object of type LiveBlogPosting, found 0"),
        ("{}", "@type: expected LiveBlogPosting, found nothing"),
        ('{"@type": "NewsArticle"}', '@type: expected LiveBlogPosting, found "NewsArticle"'),
        ('{"@graph": [{"@type": "WebPage"}, 3]}', "@graph: expected one object of type LiveBlogPosting, found 0"),
        ("[" * 100_000, "not an archive: lists and objects are nested too deeply"),
        ('{"a":' * 100_000, "not an archive: lists and objects are nested too deeply"),
        ("<html>", "not JSON: line 1, column 1: Expecting value"),
    ],
)
def test_what_is_no_archive_is_said_in_one_line(tmp_path: Path, content: str | bytes, fault: str) -> None:
    assert errors(tmp_path, content) == [fault]


def test_two_blogs_in_a_graph_are_a_fault(tmp_path: Path) -> None:
    assert errors(tmp_path, {"@graph": [valid(), valid()]}) == [
        "@graph: expected one object of type LiveBlogPosting, found 2"
    ]


def test_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("liveblogs.archive.loading.MAX_BYTES", 2 * 1024 * 1024)
    padded = json.dumps(valid()) + " " * 2 * 1024 * 1024
    assert errors(tmp_path, padded) == ["the file is too large: up to 2.0 MB can be read"]


def test_utf8_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert bring_in(tmp_path, b"\xef\xbb\xbf" + json.dumps(valid()).encode()).is_new


# Single faults
# -------------

BLOG_FAULTS: list[tuple[str, Any, str]] = [
    ("headline", None, "headline: missing: a blog needs a title"),
    ("headline", " \n", "headline: missing: a blog needs a title"),
    ("headline", 5, "headline: expected text, found a number"),
    ("headline", ["a"], "headline: expected text, found a list"),
    ("headline", True, "headline: expected text, found true"),
    ("headline", "x" * 201, "headline: 201 characters long; up to 200 can be kept"),
    ("headline", "a\x00b", "headline: holds a character that no text can have: U+0000"),
    ("headline", "a\ud800b", "headline: holds a character that no text can have: U+D800"),
    ("description", {"a": 1}, "description: expected text, found an object"),
    ("description", "<p>" + "<b>" * 10_001, "description: The text has 10,002 tags; the limit is 10,000. "),
    ("author", 5, "author: expected text, found a number"),
    ("author", [[]], "author[0]: expected text, found a list"),
    ("author", {"@type": "Person"}, "author.name: missing: nobody can be credited without a name"),
    ("author", {"@type": "Dog", "name": "R"}, "author.@type: expected Person or Organization, found Dog"),
    ("author", {"@type": 7, "name": "R"}, "author.@type: expected text, found a number"),
    ("author", {"name": ["R"]}, "author.name: expected text, found a list"),
    ("author", {"name": "R", "affiliation": 3}, "author.affiliation: expected text, found a number"),
    ("author", {"name": "R", "affiliation": {"name": 3}}, "author.affiliation.name: expected text, found a number"),
    ("author", "n" * 121, "author: 121 characters long; up to 120 can be kept"),
    ("author", [str(n) for n in range(1001)], "author: 1,001 items; up to 1,000 can be read"),
    ("headline", {"@value": ""}, "headline: missing: a blog needs a title"),
    ("datePublished", "soon", 'datePublished: not a date: "soon"'),
    ("datePublished", 1711094100, "datePublished: expected text, found a number"),
    ("dateModified", "2024-02-30", 'dateModified: not a date: "2024-02-30"'),
    ("dateModified", "2999-01-01", 'dateModified: in the future: "2999-01-01"'),
    ("datePublished", "0001-01-01T00:00:00+01:00", 'datePublished: not a date: "0001-01-01T00:00:00+01:00"'),
    ("coverageStartTime", "9999-12-31T23:59:59-12:00", 'coverageStartTime: not a date: "9999-12-31T23:59:59-12:00"'),
    ("coverageEndTime", "2024-03-22T07:59:59Z", 'coverageEndTime: before coverageStartTime: "2024-03-22T07:59:59Z"'),
    ("scheduleTimezone", "Mars/Olympus", 'scheduleTimezone: not a time zone: "Mars/Olympus"'),
    ("liveBlogUpdate", "text", "liveBlogUpdate: expected an object, found text"),
    ("liveBlogUpdate", [3], "liveBlogUpdate[0]: expected an object, found a number"),
    ("image", "images/none.png", 'image: no such picture: "images/none.png"'),
]


@pytest.mark.parametrize(("name", "value", "fault"), BLOG_FAULTS)
def test_fault_of_the_blog_has_its_place(tmp_path: Path, name: str, value: Any, fault: str) -> None:
    (found,) = errors(tmp_path, valid(**{name: value}))
    assert found == fault or (fault.endswith(" ") and found.startswith(fault))


POST_FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"@type": "Person"}, '@type: expected BlogPosting, found "Person"'),
    ({"@type": [1]}, "@type: expected text, found a list"),
    ({"headline": {}}, "headline: expected text, found an object"),
    ({"headline": "h" * 301}, "headline: 301 characters long; up to 300 can be kept"),
    ({"text": 3}, "text: expected text, found a number"),
    (
        {"text": "<div>" * 41},
        "text: The text has more than 40 elements inside each other. Paste it as plain text instead.",
    ),
    ({"text": "x" * 200_001}, "text: The text is 200,001 characters long; the limit is 200,000."),
    ({"text": None, "articleBody": "x\n" * 100_001}, "articleBody: The text is 200,002 characters long; "),
    ({"text": "<p>\ud800</p>"}, "text: holds a character that no text can have: U+D800"),
    ({"datePublished": None}, "datePublished: missing: a post needs the time when it was published"),
    ({"datePublished": ""}, "datePublished: missing: a post needs the time when it was published"),
    ({"datePublished": {"@value": None}}, "datePublished: missing: a post needs the time when it was published"),
    ({"datePublished": "soon"}, 'datePublished: not a date: "soon"'),
    ({"datePublished": {"a": 1}}, "datePublished: expected text, found an object"),
    ({"datePublished": "2999-01-01T00:00:00Z"}, 'datePublished: in the future: "2999-01-01T00:00:00Z"'),
    ({"datePublished": "soon\x1b[31m\u202e"}, 'datePublished: not a date: "soon\\u001b[31m\\u202e"'),
    ({"datePublished": "s" * 500}, f'datePublished: not a date: "{"s" * 80}…"'),
    ({"text": None}, "no headline, no text and no picture: a post needs one of them"),
    ({"text": "", "headline": " ", "image": []}, "no headline, no text and no picture: a post needs one of them"),
    ({"genre": "g" * 61}, "genre: 61 characters long; up to 60 can be kept"),
    ({"genre": 3}, "genre: expected text, found a number"),
    ({"keywords": 3}, "keywords: expected text, found a number"),
    ({"keywords": ["a", ["b"]]}, "keywords[1]: expected text, found a list"),
    ({"locationCreated": {"name": 5}}, "locationCreated.name: expected text, found a number"),
    ({"author": "A", "locationCreated": "p" * 121}, "locationCreated: 121 characters long; up to 120 can be kept"),
    ({"correction": {"text": "c" * 2001}}, "correction.text: 2,001 characters long; up to 2,000 can be kept"),
    ({"correction": ["c" * 1500] * 2}, "correction: 3,002 characters long; up to 2,000 can be kept"),
    ({"correction": {"text": "c", "datePublished": "x"}}, 'correction.datePublished: not a date: "x"'),
    ({"image": 3}, "image: expected text, found a number"),
    ({"image": {}}, "image.contentUrl: missing: a picture needs its path"),
    ({"image": [{"contentUrl": ["a"]}]}, "image[0].contentUrl: expected text, found a list"),
    ({"image": {"contentUrl": "images/crowd.jpg", "caption": "c" * 1001}}, "image.caption: 1,001 characters long; "),
    ({"image": {"contentUrl": "images/crowd.jpg", "description": "c" * 501}}, "image.description: 501 characters "),
    ({"image": {"contentUrl": "images/crowd.jpg", "creditText": "c" * 201}}, "image.creditText: 201 characters "),
    (
        {"image": {"contentUrl": "images/crowd.jpg", "additionalProperty": {"name": "focal point", "value": "2 nan"}}},
        'image.additionalProperty.value: expected two numbers from 0 to 1, found "2 nan"',
    ),
]


@pytest.mark.parametrize(("properties", "fault"), POST_FAULTS)
def test_fault_of_a_post_has_its_place(tmp_path: Path, properties: dict[str, Any], fault: str) -> None:
    content = valid()
    content["liveBlogUpdate"].append(one_post(**properties)["liveBlogUpdate"][0])
    (found,) = errors(tmp_path, content)
    place = "liveBlogUpdate[3]: " if fault.startswith("no headline") else "liveBlogUpdate[3]."
    assert found == place + fault or (fault.endswith(" ") and found.startswith(place + fault))


@pytest.mark.parametrize("told", [None, "", {"@value": ""}])
@pytest.mark.parametrize("updates", [None, [], [{"datePublished": "2024-03-22", "text": "<video></video>"}]])
def test_blog_that_was_never_opened_is_a_fault(tmp_path: Path, told: Any, updates: Any) -> None:
    assert errors(tmp_path, valid(datePublished=told, coverageStartTime=None, liveBlogUpdate=updates)) == [
        "datePublished: missing: a blog needs the time when it was opened"
    ]


def test_time_that_clocks_skip_is_a_fault(tmp_path: Path) -> None:
    content = one_post(datePublished="2024-03-10T02:30:00") | {"scheduleTimezone": "America/New_York"}
    (fault,) = errors(tmp_path, content)
    assert fault == (
        "liveBlogUpdate[0].datePublished: 2:30 a.m. on March 10, 2024 does not exist in ET: clocks go from 2:00 to "
        "3:00 a.m."
    )


def test_numbers_that_json_does_not_have_and_names_that_stand_twice_are_faults(tmp_path: Path) -> None:
    content = json.dumps(one_post(position="?", text="<p>Kept</p>")).replace('"?"', "NaN")
    content = content.replace('"headline": "One post"', '"headline": "A", "headline": "B", "x y": [-Infinity]')
    content = content.replace('"text"', '"datePublished": "soon", "text"')
    assert errors(tmp_path, content) == [
        "headline: appears twice",
        '"x y"[0]: -Infinity is not a JSON number',
        "liveBlogUpdate[0].datePublished: appears twice",
        "liveBlogUpdate[0].position: NaN is not a JSON number",
        'liveBlogUpdate[0].datePublished: not a date: "soon"',
    ]


def test_place_of_what_lies_deep_is_told_by_its_end(tmp_path: Path) -> None:
    content = json.dumps(one_post()).replace('"headline"', f'"x": {"[" * 500}1, NaN{"]" * 500}, "headline"')
    assert errors(tmp_path, content) == [f"…{'[0]' * 11}[1]: NaN is not a JSON number"]


def test_more_posts_than_any_coverage_has_are_a_fault(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("liveblogs.archive.reading.MAX_POSTS", 2)
    assert errors(tmp_path, valid()) == ["liveBlogUpdate: 3 items; up to 2 can be read"]


def test_number_of_thousands_of_digits_is_just_a_number(tmp_path: Path) -> None:
    content = json.dumps(one_post(genre="?")).replace('"?"', "9" * 5000)
    assert errors(tmp_path, content) == ["liveBlogUpdate[0].genre: expected text, found a number"]


# All at once
# -----------


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    content = valid(headline=None, author={"@type": "Person"}, coverageStartTime="x")
    content["liveBlogUpdate"][0] |= {"datePublished": "soon", "genre": 3}
    content["liveBlogUpdate"][1]["image"][0]["contentUrl"] = "images/none.jpg"
    assert sorted(errors(tmp_path, content)) == [
        "author.name: missing: nobody can be credited without a name",
        'coverageStartTime: not a date: "x"',
        "headline: missing: a blog needs a title",
        'liveBlogUpdate[0].datePublished: not a date: "soon"',
        "liveBlogUpdate[0].genre: expected text, found a number",
        'liveBlogUpdate[1].image[0].contentUrl: no such picture: "images/none.jpg"',
    ]


def test_many_faults_are_counted(tmp_path: Path) -> None:
    posts = [{"headline": "h", "datePublished": "soon"}] * 1234
    with pytest.raises(ArchiveErrors) as caught:
        bring_in(tmp_path, valid(liveBlogUpdate=posts))
    assert caught.value.count == 1234
    assert len(caught.value.errors) == MAX_LISTED
    assert caught.value.errors[-1] == f'liveBlogUpdate[{MAX_LISTED - 1}].datePublished: not a date: "soon"'


# Pictures
# --------


@pytest.mark.parametrize(
    "path",
    [
        "../secret.png",
        "images/../../secret.png",
        "images/..",
        "/etc/hostname",
        "images\\crowd.jpg",
        "file:///etc/hostname",
        "data:image/png;base64,AAAA",
        "C:crowd.jpg",
    ],
)
def test_path_that_does_not_stay_in_the_folder_is_a_fault(tmp_path: Path, path: str) -> None:
    draw(tmp_path / "secret.png")
    shown = json.dumps(path)
    assert errors(tmp_path / "archive", one_post(image=path)) == [
        f"liveBlogUpdate[0].image: not a path inside the archive's folder: {shown}"
    ]


@pytest.mark.parametrize("path", ["images/none.png", "images", "", ".", "x" * 5000, "images/crowd.jpg/x", "\ue000"])
def test_picture_that_is_not_there_is_a_fault(tmp_path: Path, path: str) -> None:
    (fault,) = errors(tmp_path, one_post(image={"contentUrl": path}))
    expected = "missing: a picture needs its path" if not path else "no such picture: "
    assert fault.startswith(f"liveBlogUpdate[0].image.contentUrl: {expected}")


def test_link_out_of_the_folder_is_a_fault_and_one_inside_is_none(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    write(folder, valid())
    draw(tmp_path / "secret.png")
    (folder / "out.png").symlink_to(tmp_path / "secret.png")
    (folder / "images" / "up").symlink_to(tmp_path)
    (folder / "loop.png").symlink_to(folder / "loop.png")
    (folder / "in.png").symlink_to(folder / "images" / "bridge.png")
    assert errors(folder, one_post(image=["out.png", "images/up/secret.png", "loop.png", "in.png"])) == [
        'liveBlogUpdate[0].image[0]: leads out of the archive\'s folder: "out.png"',
        'liveBlogUpdate[0].image[1]: leads out of the archive\'s folder: "images/up/secret.png"',
        'liveBlogUpdate[0].image[2]: no such picture: "loop.png"',
    ]
    assert bring_in(folder, one_post(image="in.png")).is_new


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    write(tmp_path, valid())
    os.mkfifo(tmp_path / "pipe.png")
    with socket.socket(socket.AF_UNIX) as server:
        # The address of a socket has to be short.
        before = Path.cwd()
        os.chdir(tmp_path)
        server.bind("socket.png")
        os.chdir(before)
    assert errors(tmp_path, one_post(image=["pipe.png", "socket.png"])) == [
        'liveBlogUpdate[0].image[0]: no such picture: "pipe.png"',
        'liveBlogUpdate[0].image[1]: no such picture: "socket.png"',
    ]


def test_file_that_is_no_picture_is_a_fault_wherever_it_is_named(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("liveblogs.pictures.cleaning.MAX_BYTES", 20_000)
    write(tmp_path, valid())
    images = tmp_path / "images"
    (images / "page.png").write_text("<html><script>x</script>")
    (images / "empty.png").touch()
    draw(images / "whole.jpg", size=(200, 200))
    (images / "half.jpg").write_bytes((images / "whole.jpg").read_bytes()[:2000])
    Picture.effect_noise((300, 300), 90).save(images / "large.png")
    no_picture = "“page.png” is not a picture that can be used here: only JPEG, PNG, WebP, GIF, AVIF and HEIC are."
    names = ["page.png", "empty.png", "half.jpg", "large.png", "page.png"]
    assert errors(tmp_path, one_post(image=[f"images/{name}" for name in names])) == [
        f"liveBlogUpdate[0].image[0]: {no_picture}",
        "liveBlogUpdate[0].image[1]: “empty.png” is empty: a picture is expected.",
        "liveBlogUpdate[0].image[2]: “half.jpg” is damaged or incomplete: only whole JPEG files can be used.",
        "liveBlogUpdate[0].image[3]: “large.png” is too large: a picture may have up to 19.5\xa0KB.",
        f"liveBlogUpdate[0].image[4]: {no_picture}",
    ]


# Stopped half-way
# ----------------


class Stopped(BaseException):
    """As bad as an interruption: no handler of ordinary exceptions sees it."""


@pytest.mark.parametrize("where", ["pictures", "credits", "the page"])
def test_import_that_stops_half_way_leaves_nothing(tmp_path: Path, monkeypatch, where: str) -> None:
    def stop(*_args: Any, **_kwargs: Any) -> Any:
        assert media() != []
        raise Stopped

    target = {
        "pictures": ("liveblogs.archive.importing.bulk_create_with_history", stop),
        "credits": ("liveblogs.archive.importing.PostImage.objects", type("Stop", (), {"bulk_create": stop})()),
        "the page": ("liveblogs.rendering.fragments.store_blog", stop),
    }[where]
    path, before = write(tmp_path, valid()), rows()
    with monkeypatch.context() as patch:
        patch.setattr(*target)
        with pytest.raises(Stopped):
            import_file(path)
    assert rows() == before
    assert media() == []
    assert import_file(path).is_new


def test_storage_that_fails_half_way_keeps_no_file(tmp_path: Path, monkeypatch) -> None:
    save, names = FileSystemStorage._save, []

    def fail(self: FileSystemStorage, name: str, content: Any) -> str:
        names.append(save(self, name, content))
        if len(names) == 2:
            raise OSError("No space left on device")
        return names[-1]

    monkeypatch.setattr(FileSystemStorage, "_save", fail)
    before = rows()
    with pytest.raises(OSError, match="No space left"):
        bring_in(tmp_path, valid())
    assert (rows(), media(), len(names)) == (before, [], 2)


def test_interruption_after_the_commit_takes_no_picture_away(tmp_path: Path, monkeypatch) -> None:
    @contextmanager
    def stopping_after_the_commit() -> Iterator[None]:
        with transaction.atomic():
            yield
        raise Stopped

    monkeypatch.setattr("liveblogs.archive.importing.transaction", SimpleNamespace(atomic=stopping_after_the_commit))
    with pytest.raises(Stopped):
        bring_in(tmp_path, valid())
    assert PostImage.objects.count() == 2
    assert len(media()) == 2


def test_change_at_the_same_moment_is_refused_in_one_sentence(tmp_path: Path, monkeypatch) -> None:
    def collide(*_args: Any, **_kwargs: Any) -> Any:
        raise IntegrityError("UNIQUE constraint failed")

    monkeypatch.setattr(publishing, "importing", collide)
    before = rows()
    with pytest.raises(ArchiveRefused, match="Something was changed at the same moment"):
        bring_in(tmp_path, valid())
    assert (rows(), media()) == (before, [])


# Anything at all
# ---------------

ODD = st.sampled_from([
    None, True, 0, -1, 1e400, float("nan"), "", " ", "\x00", "\ud800", "\u202e", "soon", "2999-01-01T00:00:00Z",
    "0001-01-01", "9999-12-31T23:59:59-14:00", "2024-03-31T01:30:00", "../x.png", "/etc/passwd", "images/none.png",
    "images/bridge.png", "https://example.org/x.png", "x" * 130, "x" * 2100, "<p>" * 50, "<script>x", "key event",
    "Ida Marsh", "İ", "ß", [], {}, [[]], [None], {"@value": 3}, {"@value": ""}, {"name": None}, {"@type": []},
    {"@id": "#x"}, "LiveBlogPosting", "first-train", "changes", "Person", "Organization", 10**30,
])  # fmt: skip
ANYTHING = st.recursive(
    ODD | st.text(max_size=5) | st.integers() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "@type", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths to everything in an archive."""
    if at:
        yield at
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*at, key))


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """The valid archive with up to four parts replaced, taken out, doubled or moved."""
    content = copy.deepcopy(VALID)
    for _ in range(draw(st.integers(1, 4))):
        *way, last = draw(st.sampled_from(list(places(content))))
        parent: Any = content
        for step in way:
            parent = parent[step]
        match draw(st.sampled_from(["replace", "replace", "delete", "wrap", "swap"])):
            case "replace":
                parent[last] = draw(ANYTHING)
            case "delete":
                del parent[last]
            case "wrap":
                parent[last] = [parent[last], parent[last]]
            case "swap":
                other = draw(st.sampled_from(sorted(parent) if isinstance(parent, dict) else range(len(parent))))
                parent[last], parent[other] = parent[other], parent[last]
        if not list(places(content)):
            break
    return content


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutated())
def test_any_archive_imports_or_names_its_faults(tmp_path: Path, content: Any) -> None:
    path = write(tmp_path, content)
    before = rows()
    assert media() == []
    with transaction.atomic():
        try:
            outcome: Imported | ArchiveErrors = import_file(path, slug="mutated")
        except ArchiveErrors as error:
            outcome = error
        if isinstance(outcome, ArchiveErrors):
            assert outcome.count >= len(outcome.errors) > 0
            assert all("\n" not in fault for fault in outcome.errors)
            assert (rows(), media()) == (before, [])
        else:
            posts = outcome.blog.posts.all()
            assert outcome.blog.post_count == len(posts)
            assert all(post.headline or post.body or post.images.exists() for post in posts)
            assert import_file(path, slug="mutated").is_new is False
        transaction.set_rollback(True)
    for name in media():
        (Path(path.parent) / "media" / name).unlink()
