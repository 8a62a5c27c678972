"""`manage.py demo`: what it puts into the database, what it tells, and what it leaves alone."""

import io
import json
import os
import shutil
import signal
import stat
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import NoReverseMatch
from django.utils import timezone
from PIL import Image as Pillow

from liveblogs import permissions, publishing, tasks
from liveblogs.demo import loading, users
from liveblogs.demo.loading import STORIES
from liveblogs.demo.shifting import WRITTEN_AT
from liveblogs.management.commands import demo
from liveblogs.models import Blog, Byline, Image, Post, PostImage
from liveblogs.pictures import files as picture_files

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NAMES = ("admin", "editor", "contributor")
LAUNCH, FIRST_DAY, FLOOD, ELECTION = STORIES
STATES = ("draft", "submitted", "scheduled", "withdrawn")


@pytest.fixture(autouse=True)
def logins_file(monkeypatch, tmp_path) -> Path:
    path = tmp_path / "beside" / ".demo-logins"
    path.parent.mkdir()
    monkeypatch.setattr(users, "logins_file", lambda: path)
    monkeypatch.setattr(demo, "logins_file", lambda: path)
    return path


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Path:
    """The demo's files, each picture a few pixels of a color of its own: the real ones have tests of theirs."""
    folder = tmp_path_factory.mktemp("demo") / "files"
    shutil.copytree(loading.FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    files = [*folder.glob("portraits/*"), *folder.glob("stories/*/images/*")]
    names = sorted({path.name for path in files})
    for path in files:
        kind = "JPEG" if path.suffix == ".jpg" else "PNG"
        Pillow.new("RGB", (16, 9), (8 * names.index(path.name), 90, 120)).save(path, kind)
    return folder


@pytest.fixture(autouse=True)
def _small_pictures(monkeypatch, small) -> None:
    monkeypatch.setattr(loading, "FOLDER", small)


@pytest.fixture(autouse=True)
def _one_thread(request, monkeypatch) -> None:
    """No other thread sees what a test's own transaction has written."""
    if not request.node.get_closest_marker("django_db").kwargs.get("transaction"):
        monkeypatch.setattr(ThreadPoolExecutor, "map", lambda pool, function, rows: map(function, rows))
        monkeypatch.setattr(loading, "_make_renditions", tasks.make_renditions.func)


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("demo", *args, stdout=out)
    return out.getvalue()


def only(monkeypatch, *stories) -> None:
    """Fewer stories, where they are all alike to a test."""
    monkeypatch.setattr(loading, "STORIES", stories)


def archive(slug: str) -> dict:
    return json.loads((loading.FOLDER / "stories" / slug / "archive.json").read_text("utf-8"))


def desk(slug: str) -> dict:
    return json.loads((loading.FOLDER / "stories" / slug / "desk.json").read_text("utf-8"))


def rows() -> dict[str, int]:
    """How many rows each model has, history and groups included."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def files(settings) -> set[str]:
    """The names of all that is stored."""
    root = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def named() -> set[str]:
    """The names of all files that the library's rows tell of."""
    return {name for image in Image.objects.all() for name in (image.file.name, *image.get_renditions().names())}


# What is there afterwards


def test_demo_fills_four_blogs_with_posts_in_every_state(settings):
    run()
    told = {(blog.slug, blog.status, blog.post_count) for blog in Blog.objects.all()}
    assert told == {
        ("wayfinder-2-launch", "ended", 24),
        ("storm-perrin-first-day", "ended", 15),
        ("hallorin-flood", "live", 49),
        ("estmere-election", "draft", 0),
    }
    for slug in STORIES:
        states = Counter(Post.objects.filter(blog__slug=slug).values_list("state", flat=True))
        published = len(archive(slug).get("liveBlogUpdate", []))
        assert states == Counter(data["state"] for data in desk(slug)["posts"]) + Counter(published=published)
    election = Blog.objects.get(slug=ELECTION)
    assert (election.published_at, election.updated_at) == (None, None)
    flood = Blog.objects.get(slug="hallorin-flood")
    assert flood.continues == Blog.objects.get(slug="storm-perrin-first-day")
    assert Post.objects.get(pinned_at__isnull=False).headline == "What we know so far"
    assert Byline.objects.count() == 12
    assert Image.objects.count() == 30
    assert files(settings) == named()
    assert not [image for image in Image.objects.all() if image.missing_renditions()]
    assert not [image for image in Image.objects.all() if image.missing_fields()]
    assert not Image.objects.filter(alt="").exists()
    # Every picture of a post has a caption; a portrait needs none.
    assert not PostImage.objects.filter(image__caption="").exists()


def test_demo_dates_everything_as_the_stories_have_it(monkeypatch):
    only(monkeypatch, FIRST_DAY, FLOOD)
    before = timezone.now()
    run()
    flood, first_day = (Blog.objects.get(slug=slug) for slug in (FLOOD, FIRST_DAY))
    now = flood.published_at + (WRITTEN_AT - datetime.fromisoformat(archive(FLOOD)["datePublished"]))
    assert before - timedelta(seconds=1) <= now <= timezone.now()
    updates = archive(FLOOD)["liveBlogUpdate"]
    for each, post in zip(updates, flood.posts.published().newest_first(), strict=True):
        assert post.headline == each.get("headline", "")
        at = now - (WRITTEN_AT - datetime.fromisoformat(each["datePublished"]))
        assert post.published_at == at
        assert post.updated_at == (post.corrected_at if "correction" in each else at)
        assert post.created_at == at
    for each in desk(FLOOD)["posts"]:
        post = flood.posts.get(headline=each["headline"])
        at = now - (WRITTEN_AT - datetime.fromisoformat(each["time"]))
        assert post.created_at == at
        assert post.published_at == post.updated_at == (at if each["state"] == "withdrawn" else None)
    assert flood.updated_at == now - timedelta(minutes=4)
    assert first_day.updated_at == first_day.coverage_ends_at
    assert first_day.coverage_ends_at <= flood.published_at
    assert "{" not in "".join(Post.objects.values_list("body", flat=True))
    assert f'href="{first_day.get_absolute_url()}"' in flood.posts.get(headline="Our coverage continues here").body


def test_the_launch_lifts_off_before_dawn_at_least_a_day_ago(monkeypatch):
    only(monkeypatch, LAUNCH)
    run()
    launch = Blog.objects.get(slug=LAUNCH)
    liftoff = launch.posts.get(headline="Liftoff").published_at.astimezone(launch.zone)
    assert (liftoff.hour, liftoff.minute) == (3, 40)
    assert timedelta(days=1) <= timezone.now() - launch.coverage_ends_at < timedelta(days=2, hours=2)
    assert "Liftoff is planned for 3:40 a.m.</p>" in launch.posts.get(headline="Welcome").body


def test_the_scheduled_post_is_due_within_two_minutes_and_then_appears(monkeypatch):
    only(monkeypatch, FLOOD)
    run()
    post = Post.objects.get(state=Post.State.SCHEDULED)
    ahead = post.publish_at - timezone.now()
    assert timedelta(minutes=1) < ahead <= timedelta(minutes=2)
    assert publishing.publish_due(at=post.publish_at - timedelta(seconds=1)) == []
    assert publishing.publish_due(at=post.publish_at) == [post]
    assert Blog.objects.get(slug="hallorin-flood").post_count == 50


def test_readers_see_the_published_posts_and_nothing_of_the_others(client):
    run()
    pages = [client.get(f"/{slug}/{query}") for slug in STORIES for query in ("", "?sort=oldest")]
    pages += [client.get("/"), *(client.get(byline.get_absolute_url()) for byline in Byline.objects.all())]
    text = "".join(page.content.decode() for page in pages)
    assert "The river has crested" in text
    assert "It answers" in text
    assert "Fairlead News" in text
    unseen = [data for slug in STORIES for data in desk(slug)["posts"]]
    assert {data["state"] for data in unseen} == set(STATES)
    for data in unseen:
        assert data["headline"] not in text
        assert "notes" not in data or data["notes"] not in text
    assert {page.status_code for page in pages[-13:]} == {200}
    assert client.get("/estmere-election/").status_code == 404
    assert archive(ELECTION)["headline"] not in text


# Users


def test_each_password_opens_its_user_and_is_kept_for_the_owner_alone(client, logins_file, monkeypatch):
    only(monkeypatch, ELECTION)
    out = run()
    [passwords] = json.loads(logins_file.read_text()).values()
    assert list(passwords) == list(NAMES)
    for name, password in passwords.items():
        assert f"{name:<12} {password}\n" in out
        assert len(password) == 19
        assert client.login(username=name, password=password)
        assert client.get("/admin/").status_code == 200
    assert stat.S_IMODE(logins_file.stat().st_mode) == 0o600
    assert list(logins_file.parent.iterdir()) == [logins_file]


def test_the_file_is_closed_to_others_even_where_it_was_open(logins_file, monkeypatch):
    only(monkeypatch, ELECTION)
    logins_file.write_text("not JSON")
    logins_file.chmod(0o644)
    run()
    assert stat.S_IMODE(logins_file.stat().st_mode) == 0o600
    assert "admin" in logins_file.read_text()


def test_users_are_in_their_groups_and_work_on_their_blogs(monkeypatch):
    only(monkeypatch, LAUNCH, FLOOD)
    run()
    users = {name: User.objects.get(username=name) for name in NAMES}
    assert [users[name].groups.get().name for name in NAMES] == ["Admin", "Editor", "Contributor"]
    assert [users[name].is_superuser for name in NAMES] == [True, False, False]
    flood, launch = Blog.objects.get(slug=FLOOD), Blog.objects.get(slug=LAUNCH)
    assert [permissions.may_publish(users[name], flood) for name in NAMES] == [True, True, False]
    assert [permissions.may_write(users[name], launch) for name in NAMES] == [True, True, False]
    draft = flood.posts.get(headline="Fish market: the man last seen there")
    assert [permissions.may_edit(users[name], draft) for name in NAMES] == [True, True, True]
    assert users["editor"].byline.name == "Adaeze Corrin"
    assert users["contributor"].byline.name == "Marta Ellisdon"
    assert {post.created_by.username for post in flood.posts.all()} == set(NAMES)


# Again


def test_a_second_run_changes_nothing(logins_file):
    first = run()
    before, logins = rows(), logins_file.read_bytes()
    revisions = list(Blog.objects.values_list("slug", "revision", "updated_at"))
    second = run()
    assert rows() == before
    assert logins_file.read_bytes() == logins
    assert list(Blog.objects.values_list("slug", "revision", "updated_at")) == revisions
    assert second == "".join(line for line in first.splitlines(keepends=True) if not line.startswith("Loading"))


def test_a_second_run_gives_a_missed_schedule_two_minutes_again(monkeypatch):
    only(monkeypatch, FLOOD)
    run()
    missed = timezone.now() - timedelta(hours=3)
    Post.objects.filter(state=Post.State.SCHEDULED).update(publish_at=missed)
    draft = Post.objects.filter(state=Post.State.DRAFT).first()
    Post.objects.filter(pk=draft.pk).update(state=Post.State.SCHEDULED, publish_at=missed)
    run()
    post = Post.objects.get(headline="Next river forecast")
    assert timedelta(minutes=1) < post.publish_at - timezone.now() <= timedelta(minutes=2)
    # An editor's own is not the demo's to move.
    draft.refresh_from_db()
    assert draft.publish_at == missed


def test_a_second_run_makes_the_renditions_that_are_missing(monkeypatch):
    only(monkeypatch, FIRST_DAY)
    run()
    cover, portrait = Blog.objects.get().cover, Byline.objects.get(name="Adaeze Corrin").portrait
    for image in (cover, portrait):
        publishing.clear_renditions(image.pk)
    assert {image.pk for image in Image.objects.all() if image.missing_renditions()} == {cover.pk, portrait.pk}
    run()
    assert not [image for image in Image.objects.all() if image.missing_renditions()]


def test_a_second_run_knows_a_blog_whose_title_was_changed(monkeypatch):
    only(monkeypatch, FIRST_DAY)
    run()
    blog = Blog.objects.get()
    blog.title = "Another title"
    publishing.update_blog(blog)
    run()
    assert Blog.objects.get().title == "Another title"


# What belongs to others


def test_a_taken_address_is_left_to_its_blog(monkeypatch):
    only(monkeypatch, FIRST_DAY, FLOOD)
    taken = Blog.objects.create(title="Ours", slug=FIRST_DAY)
    publishing.open_blog(taken)
    for _ in range(2):
        run()
        assert sorted(Blog.objects.values_list("slug", flat=True)) == [
            "hallorin-flood", "storm-perrin-first-day", "storm-perrin-first-day-2",
        ]  # fmt: skip
    taken.refresh_from_db()
    assert (taken.title, taken.posts.count(), taken.revision) == ("Ours", 0, 1)
    flood = Blog.objects.get(slug="hallorin-flood")
    assert flood.continues.slug == "storm-perrin-first-day-2"
    assert '"/storm-perrin-first-day-2/"' in flood.posts.get(headline="Our coverage continues here").body


def test_taken_user_names_are_left_to_their_owners(monkeypatch, logins_file):
    only(monkeypatch, FIRST_DAY)
    for name in ("admin", "contributor"):
        User.objects.create_user(name, password="their own")
    byline = Byline.objects.create(name="Marta Ellisdon", organisation="Fairlead News", job_title="Somebody else")
    out = run()
    for name in ("admin", "contributor"):
        user = User.objects.get(username=name)
        assert user.check_password("their own")
        assert not user.is_staff
        assert not user.is_superuser
        assert not user.groups.exists()
        assert not user.assigned_blogs.exists()
        assert f"manage.py changepassword {name}" in out
    assert list(*json.loads(logins_file.read_text()).values()) == ["editor"]
    byline.refresh_from_db()
    assert (byline.user, byline.job_title) == (None, "Somebody else")
    assert not Post.objects.exclude(created_by=None).exclude(created_by__username="editor").exists()


def test_a_password_that_was_changed_is_not_told(monkeypatch):
    only(monkeypatch, ELECTION)
    run()
    user = User.objects.get(username="editor")
    user.set_password("a new one")
    user.save()
    out = run()
    assert "manage.py changepassword editor" in out
    assert "manage.py changepassword admin" not in out
    user.refresh_from_db()
    assert user.check_password("a new one")


def test_passwords_of_another_database_are_kept(monkeypatch, logins_file):
    only(monkeypatch, ELECTION)
    logins_file.write_text('{"elsewhere": {"admin": "kept"}}')
    run()
    logins = json.loads(logins_file.read_text())
    assert logins.pop("elsewhere") == {"admin": "kept"}
    [ours] = logins.values()
    assert ours["admin"] != "kept"


def test_bylines_and_pictures_that_are_there_are_used_again(monkeypatch, settings):
    only(monkeypatch, FIRST_DAY)
    run()
    publishing.take_down(Blog.objects.get())
    images, bylines = Image.objects.count(), Byline.objects.count()
    Blog.history.all().delete()  # as if the blog were somebody else's
    run()
    assert Blog.objects.count() == 2
    assert (Image.objects.count(), Byline.objects.count()) == (images, bylines)
    assert files(settings) == named()


def test_a_caption_that_is_edited_between_two_stories_is_not_shared(monkeypatch, settings):
    only(monkeypatch, FIRST_DAY, FLOOD)

    def edit(line):
        if archive(FLOOD)["headline"] in line:
            Image.objects.filter(caption__startswith="Hallorin’s river front").update(caption="Another caption.")

    loading.load({}, report=edit)
    known = Image.objects.filter(alt__startswith="The towers of central Hallorin")
    assert len({image.caption for image in known}) == len({image.file.name for image in known}) == 2
    assert files(settings) == named()


# Public sites


@pytest.mark.parametrize("address", ["https://live.example.org", "http://10.0.0.4:8000", "http://localhost.example"])
def test_a_public_site_is_refused(settings, logins_file, address):
    settings.SITE_URL = address
    before = rows()
    with pytest.raises(CommandError, match="is a public site"):
        run()
    assert rows() == before
    assert not logins_file.exists()


def test_a_public_site_is_filled_when_that_is_asked_for(settings, monkeypatch):
    only(monkeypatch, ELECTION)
    settings.SITE_URL = "https://live.example.org"
    assert "https://live.example.org/admin/" in run("--force")
    assert Blog.objects.get().slug == ELECTION


def test_a_public_address_on_a_developers_machine_is_no_public_site(settings, monkeypatch):
    only(monkeypatch, ELECTION)
    settings.SITE_URL, settings.DEBUG = "http://10.0.0.4:8000", True
    run()
    assert Blog.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8000", "http://127.8.8.8", "http://[::1]:8000", "http://localhost", "http://a.localhost"],
)
def test_a_loopback_address_is_no_public_site(address):
    assert demo._is_loopback(address)


# What it tells


def test_addresses_are_printed(settings, monkeypatch):
    only(monkeypatch, FLOOD)
    settings.SITE_URL = "http://127.0.0.1:8123"
    out = run()
    flood = Blog.objects.get(slug="hallorin-flood")
    for name, path in (("Home", "/"), ("Live blog", "/hallorin-flood/"), ("Admin", "/admin/")):
        assert f"  {name:<12} http://127.0.0.1:8123{path}\n" in out
    assert f"  Desk         http://127.0.0.1:8123/admin/liveblogs/blog/{flood.pk}/" in out
    assert "The post “Next river forecast” is scheduled for " in out


def test_no_desk_is_printed_where_the_admin_has_none(monkeypatch):
    only(monkeypatch, FLOOD)

    def nowhere(name, args=()):
        if name == "admin:index":
            return "/admin/"
        raise NoReverseMatch

    monkeypatch.setattr(demo, "reverse", nowhere)
    out = run()
    assert "Admin" in out
    assert "Desk" not in out


def test_a_missing_group_is_told_in_a_sentence():
    Group.objects.filter(name="Editor").delete()
    with pytest.raises(CommandError, match="A group is missing"):
        run()
    assert not User.objects.exists()


# Half-way


def stop_at(monkeypatch, number: int, how) -> None:
    """Let ``how()`` happen once ``number`` pictures are stored."""
    register, calls = picture_files.register, count(1)

    def counted(name):
        register(name)
        if next(calls) == number:
            how()

    monkeypatch.setattr(picture_files, "register", counted)


def fail():
    raise OSError("disk full")


def terminate():
    os.kill(os.getpid(), signal.SIGTERM)


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


# Eight portraits are stored first; the tenth picture is the last one of the archive.
@pytest.mark.parametrize("number", [4, 9, 10])
@pytest.mark.parametrize(("how", "error"), [(fail, OSError), (terminate, CommandError), (interrupt, CommandError)])
def test_a_failure_half_way_leaves_neither_rows_nor_files(monkeypatch, settings, logins_file, how, error, number):
    only(monkeypatch, FIRST_DAY)
    handler = signal.getsignal(signal.SIGTERM)
    with monkeypatch.context() as patch:
        stop_at(patch, number, how)
        with pytest.raises(error):
            run()
    assert signal.getsignal(signal.SIGTERM) == handler
    for model in (Blog, Post, Byline, Image, Image.history.model):
        assert not model.objects.exists()
    assert files(settings) == set()
    assert list(logins_file.parent.iterdir()) == [logins_file]
    # The users were made before; the next run has their passwords, and fills the rest.
    assert "not the demo's" not in run()
    assert Blog.objects.get().post_count == 15
    assert files(settings) == named()


def test_a_failure_in_a_later_story_leaves_the_earlier_ones(monkeypatch, settings):
    only(monkeypatch, FIRST_DAY, FLOOD)
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "submit", lambda post, by: fail())
        with pytest.raises(OSError, match="disk full"):
            run()
    assert Blog.objects.get().slug == FIRST_DAY
    assert files(settings) == named()
    run()
    assert Blog.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_newsroom(monkeypatch, settings):
    only(monkeypatch, FIRST_DAY)
    both, outs, faults = threading.Barrier(2), [], []
    begin = loading._Story.__init__

    def together(*args):
        both.wait(30)
        begin(*args)

    monkeypatch.setattr(loading._Story, "__init__", together)

    def one():
        try:
            outs.append(run())
        except Exception as fault:  # noqa: BLE001 - told below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert Blog.objects.get().post_count == 15
    assert User.objects.count() == 3
    assert files(settings) == named()
    assert [out[out.index("User") :] for out in outs] == [outs[0][outs[0].index("User") :]] * 2
