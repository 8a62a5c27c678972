"""The scripts of public pages: what they weigh as they are served, and how they load each other."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage

from liveblogs.delivery.csp import SCRIPTS
from newsroom.storage import StaticStorage, strip_comments

FOLDER = Path(finders.find("liveblogs/reader"))
SOURCES = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}


@pytest.fixture
def served(tmp_path) -> dict[str, bytes]:
    """By its address, each script as `collectstatic` leaves it."""
    sources, storage = FileSystemStorage(FOLDER.parents[1]), StaticStorage(location=tmp_path, base_url="/static/")
    for name in SCRIPTS:
        with sources.open(name) as file:
            storage.save(name, file)
    done = storage.post_process({name: (sources, name) for name in SCRIPTS})
    assert [processed for _, _, processed in done if processed is not True] == []
    return {storage.url(name): Path(storage.path(storage.stored_name(name))).read_bytes() for name in SCRIPTS}


def test_pages_may_run_every_script_there_is():
    assert [f"liveblogs/reader/{name}" for name in SOURCES] == list(SCRIPTS)


def test_scripts_are_small(served):
    """All that a page may load, together."""
    assert sum(len(gzip.compress(script, 9)) for script in served.values()) <= 10_000


def test_scripts_import_each_other_by_the_addresses_that_pages_load(served):
    """A module with two addresses would be two modules, and the policy allows exact addresses only."""
    imported = re.findall(rb'from "\./([^"]+)"', b"".join(served.values()))
    assert len(imported) == 3
    assert {f"/static/liveblogs/reader/{name.decode()}" for name in imported} <= served.keys()


def test_scripts_are_served_without_comments(served):
    for script in served.values():
        assert not re.search(rb"^(\s|//|/\*)", script, re.MULTILINE)


def test_strip_comments():
    script = b"""\
// One
/** Two.

    Three. */
const address = "https://example.org//a"; // Four

function go() {
  // Five
  return 4 / 2 // 1;
}
"""
    code = b"""\
const address = "https://example.org//a"; // Four
function go() {
return 4 / 2 // 1;
}
"""
    assert strip_comments(script) == code


@pytest.mark.parametrize("name", SOURCES)
def test_template_strings_end_on_their_line(name):
    """Or indentation within one would be lost."""
    assert [line for line in SOURCES[name].splitlines() if line.count(b"`") % 2] == []


@pytest.mark.parametrize("name", SOURCES)
def test_script_names_no_words_of_its_own(name):
    """What readers are told comes from the page, in its language."""
    code = re.sub(r"\s// .*", "", strip_comments(SOURCES[name]).decode())
    texts = re.findall(r'"([^"]*)"', code)
    assert [text for text in texts if re.search(r"[A-Z][a-z]+ |[a-z] [a-z]+ [a-z]", text)] == []
