"""The release hash: everything that can change a stored rendering changes it, and nothing else does."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings

import liveblogs
from liveblogs.rendering import release

PACKAGE = Path(liveblogs.__file__).parent


@pytest.fixture
def copy(tmp_path):
    """A copy of the application and its templates, to change files in."""
    shutil.copytree(PACKAGE, tmp_path / "liveblogs", ignore=shutil.ignore_patterns("__pycache__", "demo"))
    shutil.copytree(settings.BASE_DIR / "templates", tmp_path / "templates")
    return tmp_path


class Changed:
    """The site's settings, some of them changed."""

    def __init__(self, **values):
        self.__dict__.update(values)

    def __getattr__(self, name):
        return getattr(settings, name)


def computed(copy, **changed):
    return release.compute(copy / "liveblogs", copy / "templates", Changed(**changed))


def test_release_is_that_of_the_running_application():
    assert release.release() == release.compute(PACKAGE, settings.BASE_DIR / "templates", settings)
    assert len(release.release()) == 16


@pytest.mark.parametrize(
    "file",
    [
        "liveblogs/rendering/release.py",
        "liveblogs/models/post.py",
        "liveblogs/timeline/pages.py",
        "liveblogs/templatetags/newsroom.py",
        "liveblogs/static/liveblogs/icon.svg",
        "templates/base.html",
        "templates/liveblogs/post.html",
    ],
)
def test_release_changes_with_each_kind_of_file(copy, file):
    before = computed(copy)
    path = copy / file
    path.write_text(path.read_text() + "\n")
    assert computed(copy) != before


def test_release_changes_with_every_module_that_is_not_excluded(copy):
    modules = [
        path
        for path in (copy / "liveblogs").rglob("*.py")
        if path.relative_to(copy / "liveblogs").parts[0] not in release.EXCLUDED
    ]
    assert {path.parent.name for path in modules} >= {"models", "publishing", "timeline", "templatetags"}
    known = {computed(copy)}
    for path in modules:
        path.write_text(path.read_text() + "# changed\n")
        known.add(computed(copy))
    assert len(known) == len(modules) + 1


def test_release_changes_when_a_module_is_added_in_a_new_package(copy):
    before = computed(copy)
    (copy / "liveblogs" / "cards").mkdir()
    (copy / "liveblogs" / "cards" / "video.py").write_text("")
    assert computed(copy) != before


@pytest.mark.parametrize(
    "file", ["liveblogs/admin/forms.py", "liveblogs/archive/bylines.py", "templates/admin/index.html"]
)
def test_release_stays_with_code_that_readers_never_see(copy, file):
    before = computed(copy)
    path = copy / file
    path.write_text(path.read_text() + "\n")
    assert computed(copy) == before


@pytest.mark.parametrize(
    "name", ["SITE_NAME", "SITE_URL", "ORGANISATION", "PUBLISHER_LOGO", "LANGUAGE_CODE", "MEDIA_URL", "STATIC_URL"]
)
def test_release_changes_with_each_setting_that_pages_show(copy, name):
    assert computed(copy, **{name: "another"}) != computed(copy)


def test_release_finds_the_settings_that_new_code_reads(copy):
    path = copy / "liveblogs" / "models" / "post.py"
    path.write_text(path.read_text() + "\n_ = settings.NEWLY_READ\n")
    assert computed(copy, NEWLY_READ="one") != computed(copy, NEWLY_READ="two")
