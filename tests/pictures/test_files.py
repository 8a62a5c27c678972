"""A picture's files: made after the commit, shown on every page, gone when nothing refers to them any more."""

import re
from contextlib import contextmanager, suppress

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from liveblogs import publishing, tasks, timeline
from liveblogs.models import Blog, Byline, Image, Post, PostImage
from liveblogs.pictures import files, renditions
from liveblogs.rendering import fragments
from liveblogs.timeline import Place
from tests.support.picture_library import file_names, make_image, make_picture_post, saves_the_file_then_fails, stored
from tests.support.pictures import jpeg, photo
from tests.support.timelines import article, covered, make_blog, make_post

pytestmark = pytest.mark.django_db(transaction=True)


class Undone(Exception):
    """Ends a transaction that is not to be."""


@contextmanager
def rolled_back():
    with suppress(Undone), files.remove_on_error(), transaction.atomic():
        yield
        raise Undone


@pytest.fixture
def by_hand(monkeypatch):
    """Nothing is made by itself, as with a worker that has not come to it yet; call it to make them."""
    monkeypatch.setattr(type(tasks.make_renditions), "enqueue", lambda *_: None)
    return tasks.make_renditions.func


@pytest.fixture
def store_fails_after(monkeypatch):
    """Call it with how many files can still be stored."""
    default_storage.exists("x")  # wakes the lazy object
    storage = type(default_storage._wrapped)
    save = storage.save

    def fails_after(count: int) -> None:
        left = [count]

        def limited(*args, **kwargs):
            left[0] -= 1
            if left[0] < 0:
                raise OSError("the store is gone")
            return save(*args, **kwargs)

        monkeypatch.setattr(storage, "save", limited)

    return fails_after


# Made once, after the commit
# ---------------------------


def test_saved_picture_has_its_renditions():
    image = make_image()
    assert stored() == file_names(image)
    assert set(image.get_renditions().parts) == set(renditions.SHAPES)
    assert image.missing_renditions() == []


def test_nothing_is_made_before_the_commit_or_after_a_rollback():
    with rolled_back():
        image = Image(file=ContentFile(jpeg(photo()), name="a.jpg"), alt="A street")
        image.save()
        assert stored() == [image.source]
    assert stored() == []
    assert not Image.objects.exists()


def test_page_shows_the_original_until_they_are_there_and_is_never_the_one_to_make_them(by_hand, client):
    blog = make_blog()
    image = make_image()
    make_picture_post(blog, image)
    html = client.get("/quake/").content.decode()
    assert re.findall(r'<img src="([^"]*)"', html) == [image.file.url]
    assert "<source" not in html
    assert stored() == [image.source]
    revision = Blog.objects.get().revision
    assert by_hand(image.pk) == len(stored()) - 1
    assert Blog.objects.get().revision == revision + 1  # open pages are told
    html = client.get("/quake/").content.decode()
    assert re.findall(r'<source type="([^"]*)"', html) == ["image/avif", "image/webp"]
    assert image.file.url not in re.findall(r'<(?:img|source) [^>]*src(?:set)?="([^" ]*)', html)


def test_each_file_that_a_page_names_is_there(client):
    blog = make_blog()
    image = make_image((2000, 1300))
    portrait = Byline.objects.create(name="Ada Grant", portrait=make_image((700, 900)))
    blog.cover = make_image((1500, 1000))
    publishing.update_blog(blog)
    post = make_picture_post(blog, image, make_image((400, 300)))
    post.credits.create(byline=portrait)
    for address in ("/", "/quake/", post.get_absolute_url(), "/bylines/ada-grant/"):
        html = client.get(address).content.decode()
        names = re.findall(r"/media/([^\s\"]+)", html)
        assert names
        for name in names:
            assert default_storage.exists(name), name


def test_rendering_asks_neither_storage_nor_database(monkeypatch):
    blog = make_blog()
    post = make_picture_post(blog, make_image(), make_image((300, 400)))
    loaded = fragments.with_content([post.pk])
    for act in ("_open", "exists", "size", "listdir"):
        monkeypatch.setattr(type(default_storage._wrapped), act, lambda *_: pytest.fail("the storage was asked"))
    with CaptureQueriesContext(connection) as captured:
        html = fragments.render(loaded)[post.pk].html
    assert (len(captured), html.count("<picture>")) == (0, 2)


def test_renditions_of_a_draft_change_no_page(by_hand):
    blog = make_blog()
    image = make_image()
    draft = Post.objects.create(blog=blog, headline="draft")
    PostImage.objects.create(post=draft, image=image)
    revision = Blog.objects.get().revision
    assert by_hand(image.pk) > 0
    assert Blog.objects.get().revision == revision


def test_words_alone_make_nothing_anew():
    image = make_image()
    before = stored()
    image.caption = "Water in Harbour Street"
    publishing.update_image(image)
    assert stored() == before
    assert tasks.make_renditions.func(image.pk) == 0


def test_focal_point_makes_the_crops_anew_and_nothing_else():
    image = make_image()
    before = image.get_renditions()
    image.focal_x = 0.1
    publishing.update_image(image)
    image.refresh_from_db()
    assert image.get_renditions().parts["full"] == before.parts["full"]
    assert image.get_renditions().parts["card"].prefix != before.parts["card"].prefix
    assert stored() == file_names(image)


# Pages
# -----


def test_first_picture_of_the_first_post_is_loaded_at_once():
    blog = make_blog()
    images = [make_image((320, 200)) for _ in range(3)]
    older = make_picture_post(blog, images[0], headline="older")
    newer = make_picture_post(blog, images[1], images[2], headline="newer")

    def hurries(post):
        return ["high" if 'fetchpriority="high"' in tag else "lazy" if 'loading="lazy"' in tag else ""
                for tag in re.findall(r"<img [^>]*>", article(blog, post))]  # fmt: skip

    assert (hurries(newer), hurries(older)) == (["high", "lazy"], ["lazy"])
    publishing.pin(older)
    assert (hurries(newer), hurries(older)) == (["lazy", "lazy"], ["high"])
    focused = timeline.page(covered(blog), Place(post=newer.public_id))
    assert [item.html.count('fetchpriority="high"') for item in focused.all] == [1, 0]
    assert 'fetchpriority="high"' not in "".join(timeline.delta(covered(blog), 1).posts)


def test_text_about_loading_is_left_alone():
    blog = make_blog()
    body = '<p>Write &lt;img loading="lazy"&gt; or loading="lazy".</p>'
    post = make_post(blog, "about pages", body=body)
    assert "fetchpriority" not in article(blog, post)
    assert article(blog, post).count('loading="lazy"') == 2


def test_page_names_room_and_widths_of_each_picture():
    blog = make_blog()
    image = make_image((1600, 1000))
    html = article(blog, make_picture_post(blog, image))
    assert re.search(r'<img [^>]*width="1600" height="1000"', html)
    avif = re.search(r'type="image/avif" srcset="([^"]*)" sizes="([^"]*)"', html)
    assert re.findall(r" (\d+)w", avif[1]) == ["320", "480", "720", "960", "1360", "1600"]
    assert avif[2].endswith("42.5em")
    assert f"background-color:{image.get_renditions().colour}" in html
    assert (
        image.get_renditions().parts["full"].name("jpg", 1600)
        in re.search(r'class="picture-link" href="([^"]*)"', html)[1]
    )


def test_caption_of_one_post_leaves_the_others():
    blog = make_blog()
    image = make_image()
    first = make_picture_post(blog, image, headline="first")
    second = make_picture_post(blog, image, headline="second")
    row = second.images.get()
    row.caption = "The same street a day later"
    row.save()
    publishing.update(second)
    assert "Water in the street" in article(blog, first)
    assert "a day later" not in article(blog, first)
    assert "a day later" in article(blog, second)
    assert "Water in the street" not in article(blog, second)


def test_shared_page_gets_the_crop(client):
    blog = make_blog()
    image = make_image((2000, 1400))
    post = make_picture_post(blog, image)
    html = client.get(post.get_absolute_url()).content.decode()
    name = image.get_renditions().parts["share"].name("jpg", 1200)
    assert f'<meta property="og:image" content="http://127.0.0.1:8000/media/{name}">' in html
    assert '<meta property="og:image:width" content="1200">' in html
    assert '<meta property="og:image:height" content="630">' in html


# Reuse
# -----


def test_picture_in_use_is_not_deleted():
    blog = make_blog()
    on_post, cover, portrait = make_image(), make_image(), make_image()
    blog.cover = cover
    publishing.update_blog(blog)
    Byline.objects.create(name="Ada Grant", portrait=portrait)
    make_picture_post(blog, on_post)
    before = stored()
    for image in (on_post, cover, portrait):
        with pytest.raises(ProtectedError):
            image.delete()
        with pytest.raises(ProtectedError):
            Image.objects.filter(pk=image.pk).delete()
    assert stored() == before


def test_new_file_changes_every_page_and_the_old_files_go():
    first, second = make_blog("first"), make_blog("second")
    image = make_image()
    posts = [make_picture_post(first, image), make_picture_post(second, image)]
    second.cover = image
    publishing.update_blog(second)
    old, revisions = file_names(image), [Blog.objects.get(pk=blog.pk).revision for blog in (first, second)]
    image.file = ContentFile(jpeg(photo((1000, 500))), name="b.jpg")
    publishing.update_image(image)
    assert stored() == file_names(image)
    assert not set(stored()) & set(old)
    for blog, post, revision in zip((first, second), posts, revisions, strict=True):
        assert Blog.objects.get(pk=blog.pk).revision > revision
        html = article(blog, post)
        assert 'width="1000" height="500"' in html
        assert not [name for name in old if name in html]


def test_older_copy_of_a_row_brings_no_gone_file_back(by_hand):
    image = make_image()
    stale = Image.objects.get(pk=image.pk)
    by_hand(image.pk)
    made = Image.objects.get(pk=image.pk).renditions
    stale.caption = "Put right"
    publishing.update_image(stale)
    assert Image.objects.get(pk=image.pk).renditions == made
    stale.file = ContentFile(jpeg(photo((500, 500))), name="b.jpg")
    publishing.update_image(stale)
    assert Image.objects.get(pk=image.pk).renditions == {}
    assert stored() == file_names(image)


def test_history_holds_no_file_that_could_come_back():
    image = make_image()
    image.file = ContentFile(jpeg(photo((500, 500))), name="b.jpg")
    publishing.update_image(image)
    oldest = image.history.earliest().instance
    assert (oldest.source, oldest.width) == (image.source, 500)


# Files go with their rows
# ------------------------


def test_deleted_picture_takes_its_files_along_after_the_commit():
    gone, kept = make_image(), make_image()
    with transaction.atomic():
        gone.delete()
        assert set(stored()) > set(file_names(kept))
    assert stored() == file_names(kept)
    Image.objects.all().delete()
    assert stored() == []


def test_rolled_back_deletion_keeps_the_files():
    image = make_image()
    before = stored()
    with rolled_back():
        Image.objects.get(pk=image.pk).delete()
    assert stored() == before == file_names(image)


def test_rolled_back_replacement_keeps_the_old_files_and_no_new_one():
    image = make_image()
    before = stored()
    with rolled_back():
        image.file = ContentFile(jpeg(photo((500, 500))), name="b.jpg")
        image.save()
        assert len(stored()) == len(before) + 1
    assert stored() == before == file_names(image)


def test_store_that_does_not_let_go_keeps_nobody_from_deleting(monkeypatch):
    image = make_image()
    before = stored()
    monkeypatch.setattr(type(default_storage._wrapped), "delete", lambda *_: (_ for _ in ()).throw(OSError("no")))
    image.delete()
    assert not Image.objects.exists()
    assert stored() == before


# Nothing half-saved
# ------------------


def test_row_that_cannot_be_saved_leaves_no_file(monkeypatch):
    image = Image(file=ContentFile(jpeg(photo()), name="a.jpg"), alt="A street")
    monkeypatch.setattr(Image, "save_base", saves_the_file_then_fails)
    with pytest.raises(DatabaseError):
        image.save()
    assert stored() == []
    monkeypatch.undo()
    image.save()  # the same one, tried again
    assert set(stored()) == {image.source, *Image.objects.get().get_renditions().names()}


def test_file_that_cannot_be_stored_leaves_no_row(store_fails_after):
    store_fails_after(0)
    image = Image(file=ContentFile(jpeg(photo()), name="a.jpg"), alt="A street")
    with pytest.raises(OSError, match="the store is gone"):
        image.save()
    assert (stored(), Image.objects.count()) == ([], 0)


@pytest.mark.parametrize("count", [0, 1, 9])
def test_store_that_fails_while_renditions_are_made_leaves_the_original_alone(by_hand, store_fails_after, count):
    image = make_image()
    post = make_picture_post(blog := make_blog(), image)
    store_fails_after(count)
    with pytest.raises(OSError, match="the store is gone"):
        by_hand(image.pk)
    assert stored() == file_names(image) == [image.source]
    assert image.file.url in article(blog, post)


def test_database_that_fails_at_the_telling_leaves_the_original_alone(by_hand, monkeypatch):
    image = make_image()
    monkeypatch.setattr(publishing, "set_renditions", lambda *_: (_ for _ in ()).throw(DatabaseError("gone")))
    with pytest.raises(DatabaseError):
        by_hand(image.pk)
    assert stored() == file_names(image) == [image.source]


def test_fault_in_the_making_never_reaches_who_saves(store_fails_after, caplog):
    store_fails_after(1)  # the original alone
    image = make_image()
    assert stored() == [image.source]
    assert image.get_renditions().names() == []
    assert "the store is gone" in caplog.text


def test_picture_deleted_while_its_renditions_are_made(by_hand, monkeypatch):
    image = make_image()
    show = publishing.set_renditions

    def deleted_before(pk, made):
        Image.objects.get(pk=pk).delete()
        return show(pk, made)

    monkeypatch.setattr(publishing, "set_renditions", deleted_before)
    assert by_hand(image.pk) == 0
    assert stored() == []


def test_picture_replaced_while_its_renditions_are_made(by_hand, monkeypatch):
    image = make_image()
    show, turns = publishing.set_renditions, []

    def replaced_before(pk, made):
        if not turns:
            turns.append(made)
            again = Image.objects.get(pk=pk)
            again.file = ContentFile(jpeg(photo((500, 500))), name="b.jpg")
            publishing.update_image(again)
        return show(pk, made)

    monkeypatch.setattr(publishing, "set_renditions", replaced_before)
    assert by_hand(image.pk) > 0
    image.refresh_from_db()
    assert (image.get_renditions().source, image.missing_renditions()) == (image.source, [])
    assert stored() == file_names(image)


# Commands
# --------


def orphan(name: str) -> str:
    return default_storage.save(name, ContentFile(b"left behind"))


def run(command: str, *arguments: str, capsys) -> str:
    call_command(command, *arguments)
    return capsys.readouterr().out


def test_clean_media_lists_and_changes_nothing(capsys):
    image = make_image()
    orphans = [orphan("images/2026/11/x.jpg"), orphan("renditions/2026/11/y-1-720.avif")]
    before = stored()
    out = run("clean_media", "--hours", "0", capsys=capsys)
    assert out.splitlines() == [
        *(f"no picture refers to {name}" for name in sorted(orphans)),
        "2 files without a picture, 0 pictures without a file, 0 without renditions; nothing was changed",
    ]
    assert stored() == before
    assert Image.objects.get() == image


def test_clean_media_removes_orphans_alone(capsys):
    image = make_image()
    orphan("images/2026/11/x.jpg")
    orphan("elsewhere/z.txt")
    run("clean_media", "--delete", "--hours", "0", capsys=capsys)
    assert stored() == file_names(image)
    assert default_storage.exists("elsewhere/z.txt")


def test_clean_media_leaves_an_upload_under_way_alone(capsys):
    make_image()
    name = orphan("images/2026/11/x.jpg")
    out = run("clean_media", "--delete", capsys=capsys)
    assert out == "0 files without a picture, 0 pictures without a file, 0 without renditions\n"
    assert default_storage.exists(name)


def test_clean_media_puts_lost_files_right(capsys):
    blog = make_blog()
    whole, unused, used, lacking = (make_image() for _ in range(4))
    post = make_picture_post(blog, used, lacking)
    for image in (unused, used):
        default_storage.delete(image.source)
    default_storage.delete(lacking.get_renditions().names()[3])
    out = run("clean_media", capsys=capsys)
    assert f"picture {unused.pk} has lost its file {unused.source}" in out
    assert f"picture {used.pk} has lost its file" in out
    assert f"picture {lacking.pk} has lost renditions" in out
    assert "0 files without a picture, 2 pictures without a file, 1 without renditions; nothing was changed" in out
    call_command("clean_media", "--delete")
    assert set(Image.objects.all()) == {whole, used, lacking}
    assert f"picture {used.pk} is used and was not removed" in capsys.readouterr().err
    names = re.findall(r"/media/([^\s\"]+)", article(blog, post))
    assert [name for name in names if not default_storage.exists(name)] == []
    assert set(stored()) == set(file_names(whole, used, lacking)) - {used.source}


def test_clean_media_refuses_an_empty_store(settings, tmp_path):
    image = make_image()
    settings.MEDIA_ROOT = tmp_path / "not mounted"
    with pytest.raises(CommandError, match="None of the 1 pictures' files is there"):
        call_command("clean_media", "--delete", "--hours", "0")
    assert Image.objects.get() == image


def test_make_renditions_makes_what_is_lacking(by_hand, capsys):
    done, lacking = make_image(), make_image()
    by_hand(done.pk)
    before = file_names(done)
    assert run("make_renditions", capsys=capsys) == f"picture {lacking.pk}: made\n1 made, 0 failed\n"
    assert file_names(done) == before
    assert stored() == file_names(done, lacking)
    run("make_renditions", "--all", str(done.pk), capsys=capsys)
    assert not (set(file_names(done)) & set(before)) - {done.source}
    assert stored() == file_names(done, lacking)


def test_make_renditions_of_a_new_recipe(monkeypatch, capsys):
    image = make_image()
    monkeypatch.setattr(renditions, "RECIPE", renditions.RECIPE + 1)
    run("make_renditions", capsys=capsys)
    image.refresh_from_db()
    assert image.get_renditions().recipe == renditions.RECIPE
    assert stored() == file_names(image)


def test_make_renditions_goes_on_after_a_fault_and_tells(by_hand, capsys):
    lost, good = make_image(), make_image()
    default_storage.delete(lost.source)
    with pytest.raises(CommandError, match="Not all could be made"):
        call_command("make_renditions")
    told_out, told_err = capsys.readouterr()
    assert f"picture {good.pk}: made" in told_out
    assert f"picture {lost.pk} ({lost.source}): FileNotFoundError" in told_err
    with pytest.raises(CommandError, match="There is no picture 999999"):
        call_command("make_renditions", "999999")


# On disk
# -------


def test_file_is_whole_or_not_there():
    class Breaks(ContentFile):
        def chunks(self, chunk_size=None):
            yield b"half of it"
            raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space left"):
        default_storage.save("images/2026/11/x.jpg", Breaks(b"whole"))
    assert stored() == []
    assert default_storage.save("images/2026/11/x.jpg", ContentFile(b"whole")) == "images/2026/11/x.jpg"
    with default_storage.open("images/2026/11/x.jpg") as file:
        assert file.read() == b"whole"
    assert default_storage.save("images/2026/11/x.jpg", ContentFile(b"other")) != "images/2026/11/x.jpg"
