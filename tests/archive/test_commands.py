"""`import_blog` and `export_blog` as they are typed: what they say, where, and how they end."""

import io
import json
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from liveblogs import archive, publishing
from liveblogs.management import progress
from liveblogs.models import Blog
from tests.support.archives import media, one_post, rows, valid, write

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(*args: Any, stderr: io.StringIO | None = None) -> str:
    stdout = io.StringIO()
    call_command(*map(str, args), stdout=stdout, stderr=stderr or io.StringIO())
    return stdout.getvalue()


def failure(*args: Any) -> str:
    with pytest.raises(CommandError) as caught:
        run(*args)
    return str(caught.value)


# Importing
# ---------


def test_import_says_what_came_where(tmp_path: Path) -> None:
    content = valid()
    content["liveBlogUpdate"][1]["image"].append("https://example.org/a.jpg")
    path = write(tmp_path, content)
    assert run("import_blog", path) == (
        "Imported “Oxley bridge opens” (Ended, http://127.0.0.1:8000/oxley-bridge/):\n"
        "  3 posts, 2 pictures, 4 bylines (4 new)\n"
        "Notes:\n"
        '  liveBlogUpdate[1].image[2]: a web address, not fetched: "https://example.org/a.jpg"\n'
    )
    before = rows()
    assert run("import_blog", path) == (
        "“Oxley bridge opens” is already here (Ended, http://127.0.0.1:8000/oxley-bridge/).\nNothing was changed.\n"
    )
    assert rows() == before


def test_import_counts_one_in_the_singular(tmp_path: Path) -> None:
    path = write(tmp_path, one_post(author="A", image="images/crowd.jpg"))
    assert "  1 post, 1 picture, 1 byline (1 new)\n" in run("import_blog", path, "--draft", "--slug", "one")
    assert run("import_blog", path).startswith("“One post” is already here (Draft, not open to readers).\n")


def test_import_takes_slug_zone_and_status(tmp_path: Path) -> None:
    path = write(tmp_path, valid(scheduleTimezone=None))
    run("import_blog", path, "--slug", "bridge", "--time-zone", "Asia/Tokyo", "--live")
    run("import_blog", path, "--slug", "bridge-2", "--ended")
    found = Blog.objects.order_by("pk").values_list("slug", "time_zone", "status")
    assert list(found) == [("bridge", "Asia/Tokyo", "live"), ("bridge-2", "UTC", "ended")]
    assert failure("import_blog", path, "--time-zone", "Tokyo") == (
        "--time-zone: “Tokyo” is not a time zone, such as America/New_York."
    )


def test_import_of_a_broken_archive_lists_its_faults(tmp_path: Path) -> None:
    content = valid(headline=None)
    content["liveBlogUpdate"][2]["datePublished"] = "soon"
    assert failure("import_blog", write(tmp_path, content)) == (
        "The archive has 2 faults. Nothing was imported.\n"
        "  headline: missing: a blog needs a title\n"
        '  liveBlogUpdate[2].datePublished: not a date: "soon"'
    )
    many = write(tmp_path, valid(liveBlogUpdate=[{}] * 1100))
    told = failure("import_blog", many).splitlines()
    assert (told[0], told[-1], len(told)) == (
        "The archive has 1,100 faults. Nothing was imported.",
        "  … and 1,050 more",
        52,
    )


def test_import_of_what_is_no_file_says_so(tmp_path: Path) -> None:
    missing = tmp_path / "none.json"
    assert failure("import_blog", missing) == f"{missing} cannot be imported: No such file or directory"
    assert failure("import_blog", tmp_path) == f"{tmp_path} cannot be imported: Is a directory"


def test_import_over_another_blog_is_refused(tmp_path: Path) -> None:
    run("import_blog", write(tmp_path, valid()))
    told = failure("import_blog", write(tmp_path, valid(headline="Changed")))
    assert told == (
        "There is a blog with the address “oxley-bridge” already, and it is not the same as this archive. Nothing was "
        "imported. Choose another address (--slug)."
    )


def test_import_into_a_busy_database_ends_in_one_line(tmp_path: Path, monkeypatch) -> None:
    def busy(*_args: Any, **_kwargs: Any) -> Any:
        raise OperationalError("database is locked")

    monkeypatch.setattr(publishing, "importing", busy)
    told = failure("import_blog", write(tmp_path, valid()))
    assert told == "The database refused it, and nothing was imported: database is locked"
    assert media() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_import_that_is_told_to_stop_leaves_nothing(tmp_path: Path, monkeypatch, number: signal.Signals) -> None:
    assert threading.current_thread() is threading.main_thread()
    before, seen, handler = rows(), [], signal.getsignal(signal.SIGTERM)

    def report(_self: Any, what: str, done: int, total: int) -> None:
        if what == "Saving posts":
            seen.append(len(media()))
            os.kill(os.getpid(), number)

    monkeypatch.setattr(progress.Progress, "__call__", report)
    assert failure("import_blog", write(tmp_path, valid())) == "Stopped. Nothing was imported."
    assert seen == [2]
    assert (rows(), media()) == (before, [])
    assert signal.getsignal(signal.SIGTERM) == handler


# Exporting
# ---------


def test_export_writes_beside_where_it_is_called(tmp_path: Path, monkeypatch) -> None:
    run("import_blog", write(tmp_path / "in", valid()))
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    assert run("export_blog", "oxley-bridge") == "Wrote oxley-bridge.json: 3 posts, 2 pictures\n"
    assert sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.*")) == [
        "images/oxley-bridge/crowds-1.jpg",
        "images/oxley-bridge/crowds-2.png",
        "oxley-bridge.json",
    ]
    other = tmp_path / "out" / "other.json"
    assert run("export_blog", "oxley-bridge", "--output", other) == f"Wrote {other}: 3 posts, 2 pictures\n"
    assert other.read_bytes() == Path("oxley-bridge.json").read_bytes()


def test_export_to_the_terminal_is_the_text_alone(tmp_path: Path, monkeypatch) -> None:
    run("import_blog", write(tmp_path / "in", valid()))
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    found = json.loads(run("export_blog", "oxley-bridge", "--output", "-"))
    assert found["headline"] == "Oxley bridge opens"
    assert found["image"]["contentUrl"].startswith("http://127.0.0.1:8000/media/images/")
    assert list(Path.cwd().iterdir()) == []


def test_export_says_why_it_cannot(tmp_path: Path) -> None:
    run("import_blog", write(tmp_path, valid()), "--draft")
    assert failure("export_blog", "nowhere") == "There is no blog with the address “nowhere”."
    assert failure("export_blog", "oxley-bridge").startswith("Readers cannot see “oxley-bridge”")
    publishing.open_blog(Blog.objects.get())
    nowhere = tmp_path / "nowhere"
    assert failure("export_blog", "oxley-bridge", "--output", nowhere / "a.json") == (
        f"There is no folder “{nowhere}” to write to."
    )
    assert not nowhere.exists()
    (tmp_path / "a.json").mkdir()
    told = failure("export_blog", "oxley-bridge", "--output", tmp_path / "a.json")
    assert told == f"{tmp_path / '.a.json.part'} cannot be written: Is a directory"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "archive.json", "images", "media"]


# Progress
# --------


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """A clock that stands still unless it is told to go."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_progress_on_a_terminal_is_one_line_that_goes_in_the_end(clock: list[float]) -> None:
    terminal = Terminal()
    report = progress.Progress(progress.OutputWrapper(terminal))
    report("Reading posts", 0, 12_000)
    assert terminal.getvalue() == ""
    clock[0] += 1
    report("Reading posts", 1000, 12_000)
    report("Reading posts", 1001, 12_000)
    clock[0] += 0.2
    report("Saving", 5, 12_000)
    report.end()
    assert terminal.getvalue() == (
        "\rReading posts: 1,000 of 12,000\rSaving: 5 of 12,000           \r                   \r"
    )


def test_progress_in_a_log_is_a_line_now_and_then(clock: list[float]) -> None:
    log = io.StringIO()
    report = progress.Progress(progress.OutputWrapper(log))
    for second in range(25):
        clock[0] = 100.0 + second
        report("Reading posts", second, 25)
    report.end()
    assert log.getvalue() == "Reading posts: 10 of 25\nReading posts: 20 of 25\n"


def test_every_long_step_of_import_and_export_tells_how_far_it_is(tmp_path: Path, monkeypatch) -> None:
    told: list[tuple[str, int, int]] = []
    monkeypatch.setattr(progress.Progress, "__call__", lambda self, *progress: told.append(progress))
    run("import_blog", write(tmp_path, valid()))
    run("export_blog", "oxley-bridge", "--output", tmp_path / "out.json")
    last = {what: (done, total) for what, done, total in told}
    assert last == {
        "Reading posts": (3, 3),
        "Storing pictures": (2, 2),
        "Saving posts": (3, 3),
        "Copying pictures": (2, 2),
    }


def test_quick_import_shows_no_progress(tmp_path: Path) -> None:
    terminal = Terminal()
    run("import_blog", write(tmp_path, valid()), stderr=terminal)
    assert terminal.getvalue() == ""


def test_documented_example_imports(tmp_path: Path) -> None:
    text = (Path(archive.__file__).parents[2] / "docs" / "archive.md").read_text(encoding="utf-8")
    example = text.partition("```json\n")[2].partition("```")[0]
    path = write(tmp_path, example)
    (tmp_path / "images" / "bridge.png").rename(tmp_path / "images" / "1.jpg")
    assert "Notes:" not in run("import_blog", path)
    blog = Blog.objects.get()
    assert (blog.title, blog.post_count, blog.status) == (json.loads(example)["headline"], 2, "ended")
