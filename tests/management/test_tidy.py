"""`manage.py tidy`: what is outdated goes, and nothing else."""

import os
import time
from datetime import timedelta

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from liveblogs import publishing
from liveblogs.delivery.purging import backends
from liveblogs.management.commands import tidy
from liveblogs.models import Autosave, Image, Notice, Post, Presence
from tests.support.factories import BlogFactory, ImageFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return PostFactory(blog=BlogFactory(live=True), headline="First")


def ago(days):
    return timezone.now() - timedelta(days=days)


def rows_of_each_age(post):
    """One row of each kind for each age, by its model."""
    user = UserFactory()
    kind = ContentType.objects.get_for_model(Post)
    for number, days in enumerate((0, 29, 31, 89, 91, 364, 366)):
        typed = Autosave.objects.create(user=user, blog=post.blog, place=f"new-{number}")
        Autosave.objects.filter(pk=typed.pk).update(updated_at=ago(days))
        notice = Notice.objects.create(user=user, post=post, text=f"{days} days")
        Notice.objects.filter(pk=notice.pk).update(created_at=ago(days))
        entry = LogEntry.objects.create(user=user, content_type=kind, object_id=post.pk, action_flag=ADDITION)
        LogEntry.objects.filter(pk=entry.pk).update(action_time=ago(days))
        expires = timezone.now() + timedelta(days=1 - days)
        Session.objects.create(session_key=f"k{number}", session_data="", expire_date=expires)


def counts():
    return {model.__name__: model.objects.count() for model in (Autosave, Notice, LogEntry, Session)}


def test_rows_older_than_their_days_go(post, capsys):
    rows_of_each_age(post)
    assert counts() == dict.fromkeys(("Autosave", "Notice", "LogEntry", "Session"), 7)
    call_command("tidy")
    assert counts() == {"Autosave": 2, "Notice": 4, "LogEntry": 6, "Session": 1}
    assert "5 unsaved texts, 3 notices, 1 log entries" in capsys.readouterr().out


def test_zero_days_keep_everything(post, settings):
    for name in ("TYPED", "NOTICES", "LOG", "VERSIONS"):
        setattr(settings, f"KEEP_{name}_DAYS", 0)
    rows_of_each_age(post)
    Post.history.update(history_date=ago(10_000))
    call_command("tidy")
    assert counts() == {"Autosave": 7, "Notice": 7, "LogEntry": 7, "Session": 1}
    assert Post.history.count() == 1


def test_more_rows_than_a_batch(post, monkeypatch):
    monkeypatch.setattr(tidy, "BATCH", 2)
    rows_of_each_age(post)
    call_command("tidy")
    assert counts()["Autosave"] == 2


def test_first_and_latest_version_stay(post):
    for headline in ("Second", "Third", "Fourth"):
        post.headline = headline
        publishing.publish(post) if headline == "Second" else publishing.update(post)
    recent = PostFactory(blog=post.blog, headline="Recent")
    for word in ("Newer", "Newest"):
        recent.headline = word
        publishing.save_draft(recent)
    Post.history.filter(id=post.pk).update(history_date=ago(1096))
    call_command("tidy")
    assert list(post.history.values_list("headline", flat=True)) == ["Fourth", "First"]
    assert list(recent.history.values_list("headline", flat=True)) == ["Newest", "Newer", "Recent"]


def test_versions_of_what_was_deleted_go(settings, tmp_path):
    gone, kept = ImageFactory(alt="Gone"), ImageFactory(alt="Kept")
    gone.delete()
    Image.history.update(history_date=ago(1096))
    call_command("tidy")
    assert list(Image.history.values_list("alt", flat=True)) == ["Kept"]
    assert Image.objects.get() == kept


def test_who_left_a_desk_long_ago_is_not_there(post):
    for days in (0, 2):
        Presence.objects.create(user=UserFactory(), blog=post.blog, seen_at=ago(days))
    call_command("tidy")
    assert Presence.objects.count() == 1


def test_purge_links_that_nginx_does_not_need_go(tmp_path, settings, capsys):
    folder = tmp_path / "purged"
    backends.nginx(folder, ["blog-old", "blog-new", "home"])
    (folder / "home@0f.new").symlink_to("home@0f")
    (folder / "blog-lost@0f").mkdir()
    long_ago = time.time() - backends.NGINX_KEPT - 60
    for path in (folder / "blog-old", folder / "home@0f.new"):
        os.utime(path, (long_ago, long_ago), follow_symlinks=False)
    for path in folder.glob("*@*"):  # the directories are as old as their links
        os.utime(path, (long_ago, long_ago), follow_symlinks=False)
    settings.PURGE_URLS = [f"nginx://{folder}", "varnish://127.0.0.1:1"]
    for _ in range(2):  # a directory may be looked at before its link
        call_command("tidy")
    left = sorted(path.name.partition("@")[0] for path in folder.iterdir())
    assert left == ["blog-new", "blog-new", "home", "home"]
    assert (folder / "home").resolve().is_dir()
    backends.nginx(folder, ["blog-old"])
    assert (folder / "blog-old").resolve().is_dir()


def test_folder_of_purges_that_is_not_there_yet(tmp_path, settings):
    settings.PURGE_URLS = [f"nginx://{tmp_path}/none"]
    call_command("tidy")


@pytest.mark.parametrize("hours", ["0", "-1", "1001"])
def test_loop_takes_hours(hours):
    with pytest.raises(CommandError, match="number of hours"):
        call_command("tidy", loop=float(hours))


def test_loop_goes_on_after_an_error(monkeypatch, capsys):
    class Enough(Exception):
        pass

    tried, slept = [], []

    def fail():
        tried.append(1)
        raise OSError("the disk is gone")

    def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 2:
            raise Enough

    monkeypatch.setattr(tidy, "_outdated", fail)
    monkeypatch.setattr(tidy.time, "sleep", sleep)
    monkeypatch.setattr(tidy, "close_old_connections", lambda: None)
    with pytest.raises(Enough):
        call_command("tidy", loop=24.0)
    assert (len(tried), slept) == (2, [86400, 86400])
    assert "the disk is gone" in capsys.readouterr().err
