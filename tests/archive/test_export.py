"""Archives, out: what readers see and nothing else, and what is exported imports to the same."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from PIL import Image as Picture

from liveblogs import publishing
from liveblogs.archive import ArchiveRefused, export_file, export_text, exporting, import_file
from liveblogs.archive.exporting import story_of
from liveblogs.models import (
    Blog,
    BlogCredit,
    BlogFragment,
    Byline,
    Fragment,
    Image,
    Post,
    PostCredit,
    PostImage,
)
from tests.support.archives import at, bring_in, draw, media, valid, write

pytestmark = pytest.mark.django_db


def export(slug: str, output: Path) -> dict[str, Any]:
    output.parent.mkdir(parents=True, exist_ok=True)
    export_file(slug, output)
    return json.loads(output.read_text())


def as_text(slug: str) -> str:
    return export_text(slug).text


def new_image(tmp_path: Path, name: str, **words: Any) -> Image:
    draw(tmp_path / name, len(name), (60, 45))
    image = Image(file=ContentFile((tmp_path / name).read_bytes(), name=name), **words)
    image.save()
    return image


@pytest.fixture
def covered(tmp_path: Path) -> Blog:
    """A live blog that uses everything, with posts in all states."""
    ida = Byline.objects.create(name="Ida Marsh", organisation="Tarn Post")
    desk = Byline.objects.create(name="Valley Desk", organisation="Tarn Post", kind="desk")
    lone_desk = Byline.objects.create(name="Night Desk", organisation="", kind="desk")
    wire = Byline.objects.create(name="Overland Wire", organisation="", kind="agency")
    stringer = Byline.objects.create(name="Bo Li", organisation="")
    photo = new_image(
        tmp_path, "p.jpg", alt="A bridge", caption="At noon", credit="Ida Marsh", focal_x=0.3, focal_y=0.1
    )
    chart = new_image(tmp_path, "chart.png", alt="A chart", credit="Tarn Post graphics")
    secret = new_image(tmp_path, "sec.png", alt="Secret", credit="Nobody")
    before = Blog(title="Day one", slug="day-one")
    before.save()
    publishing.open_blog(before)
    blog = Blog(
        title="Oxley bridge: “day two”",
        slug="oxley-two",
        summary="<h3>What to know</h3><ul><li>It <strong>opens</strong></li><li>At 9</li></ul>",
        time_zone="America/New_York",
        cover=photo,
        continues=before,
        coverage_starts_at=at("2024-03-22 08:00:00.5"),
    )
    blog.save()
    BlogCredit.objects.create(blog=blog, byline=stringer, position=1)
    BlogCredit.objects.create(blog=blog, byline=ida, position=0)
    publishing.open_blog(blog)

    def post(by: Any = (), images: Any = (), **fields: Any) -> Post:
        made = Post(blog=blog, **fields)
        made.save()
        for position, (byline, place) in enumerate(by):
            PostCredit.objects.create(post=made, byline=byline, place=place, position=position)
        for position, (image, caption) in enumerate(images):
            PostImage.objects.create(post=made, image=image, caption=caption, position=position)
        return made

    first = post(
        headline="First",
        notes="Secret note",
        body="<p>One &amp; <em>only</em><br>line</p>",
        by=[(ida, "Oxley"), (wire, "")],
    )
    second = post(headline="Second", label="Analysis", is_key_event=True, by=[(desk, "Paris"), (stringer, "Paris")])
    third = post(images=[(chart, ""), (photo, "Another caption")], by=[(lone_desk, "")])
    fourth = post(headline="Fourth", correction="It was five.\nNot four.", images=[(photo, "")])
    withdrawn = post(headline="Withdrawn secret", images=[(secret, "")])
    for each in (first, second, third, fourth, withdrawn):
        publishing.publish(each)
    publishing.withdraw(withdrawn, reason="secret reason")
    publishing.pin(third)
    publishing.pin(first)
    fourth.correction += " Sorry."
    publishing.update(fourth)
    second.body = "<p>Changed</p>"
    publishing.update(second, minor=True)
    post(headline="Draft secret")
    publishing.submit(post(headline="Submitted secret"))
    publishing.schedule(post(headline="Scheduled secret"), timezone.now() + timedelta(hours=1))
    return blog


def forget_everything() -> None:
    """An empty site, with nothing in its storage."""
    for model in (PostCredit, PostImage, BlogCredit, Fragment, BlogFragment):
        model.objects.all().delete()
    Post.objects.all()._raw_delete("default")
    Blog.objects.update(status=Blog.Status.DRAFT)  # readers could open them: those are not deleted
    Blog.objects.all().delete()
    for model in (Blog, Post, Image, Byline):
        model.history.all().delete()
    for image in Image.objects.all():
        image.file.delete(save=False)
    Image.objects.all().delete()
    Byline.objects.all().delete()


# Out
# ---


def test_export_says_what_readers_see(covered: Blog, tmp_path: Path) -> None:
    found = export("oxley-two", tmp_path / "out" / "a.json")
    posts = found.pop("liveBlogUpdate")
    covered.refresh_from_db()
    assert list(found) == [
        "@context", "@type", "identifier", "headline", "description", "author", "image", "creativeWorkStatus",
        "datePublished", "dateModified", "coverageStartTime", "scheduleTimezone", "isBasedOn",
    ]  # fmt: skip
    assert found["headline"] == "Oxley bridge: “day two”"
    assert found["description"] == "<h3>What to know</h3><ul><li>It <strong>opens</strong></li><li>At 9</li></ul>"
    assert found["author"] == [
        {"@type": "Person", "name": "Ida Marsh", "affiliation": {"@type": "Organization", "name": "Tarn Post"}},
        {"@type": "Person", "name": "Bo Li"},
    ]
    assert found["creativeWorkStatus"] == "live"
    assert found["coverageStartTime"] == "2024-03-22T08:00:00.500000Z"
    assert found["datePublished"] == covered.published_at.isoformat().replace("+00:00", "Z")
    assert found["scheduleTimezone"] == "America/New_York"
    assert found["isBasedOn"] == {"@type": "LiveBlogPosting", "identifier": "day-one"}

    fourth, third, second, first = posts
    assert [post.get("headline") for post in posts] == ["Fourth", None, "Second", "First"]
    assert [post["identifier"] for post in posts] == list(
        Post.objects.published().newest_first().values_list("public_id", flat=True)
    )
    assert first["text"] == "<p>One &amp; <em>only</em><br>line</p>"
    assert first["locationCreated"] == [{"@type": "Place", "name": "Oxley"}, {"@type": "Place", "name": ""}]
    assert (first["keywords"], first["position"]) == (["pinned"], 1)
    assert (third["keywords"], third["position"]) == (["pinned"], 2)
    assert third["author"] == [{"@type": "Organization", "name": "Night Desk", "additionalType": "desk"}]
    assert (second["genre"], second["keywords"], second["locationCreated"]) == (
        "Analysis",
        ["key event"],
        {"@type": "Place", "name": "Paris"},
    )
    assert second["author"][0]["parentOrganization"] == {"@type": "Organization", "name": "Tarn Post"}
    assert second["dateModified"] == second["datePublished"]
    assert fourth["dateModified"] > fourth["datePublished"]
    assert fourth["correction"]["text"] == "It was five.\nNot four. Sorry."
    number, photo = third["identifier"], f"images/oxley-two/{third['identifier']}-2.jpg"
    assert third["image"] == [
        {
            "@type": "ImageObject",
            "contentUrl": f"images/oxley-two/{number}-1.png",
            "description": "A chart",
            "creditText": "Tarn Post graphics",
        },
        {
            "@type": "ImageObject",
            "contentUrl": photo,
            "description": "A bridge",
            "caption": "Another caption",
            "creditText": "Ida Marsh",
            "additionalProperty": [{"@type": "PropertyValue", "name": "focal point", "value": "0.3 0.1"}],
        },
    ]
    assert found["image"] == fourth["image"][0] == third["image"][1] | {"caption": "At noon"}


def test_export_holds_nothing_that_readers_do_not_see(covered: Blog, tmp_path: Path) -> None:
    export("oxley-two", tmp_path / "out" / "a.json")
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(written) == 3
    assert "secret" not in (tmp_path / "out" / "a.json").read_text().lower()
    assert "secret" not in as_text("oxley-two").lower()


def test_exported_pictures_are_the_ones_that_readers_get(covered: Blog, tmp_path: Path) -> None:
    found = export("oxley-two", tmp_path / "out" / "a.json")
    for told in found["liveBlogUpdate"][1]["image"]:
        image = Image.objects.get(alt=told["description"])
        with image.file.open() as file:
            assert (tmp_path / "out" / told["contentUrl"]).read_bytes() == file.read()


def test_export_twice_is_the_same_file_and_replaces_it_whole(covered: Blog, tmp_path: Path, monkeypatch) -> None:
    output = tmp_path / "out" / "a.json"
    export("oxley-two", output)
    before = {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in output.parent.rglob("*") if path.is_file()
    }
    export("oxley-two", output)
    after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in output.parent.rglob("*") if path.is_file()}
    assert after == before
    assert output.read_bytes().endswith(b"]\n}\n")

    publishing.unpin(Post.objects.get(headline="First"))
    monkeypatch.setattr(Path, "replace", lambda self, target: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(OSError, match="No space left"):
        export("oxley-two", output)
    monkeypatch.undo()
    assert {path: path.read_bytes() for path in output.parent.rglob("*") if path.is_file()} == {
        path: content for path, (content, _time) in before.items()
    }


def test_text_alone_names_pictures_by_their_web_addresses(covered: Blog, settings) -> None:
    settings.SITE_URL = "https://live.example.org"
    found = json.loads(as_text("oxley-two"))
    image = Image.objects.get(alt="A bridge")
    assert found["image"]["contentUrl"] == f"https://live.example.org/media/{image.file.name}"


def test_post_that_is_due_is_exported(covered: Blog) -> None:
    post = Post.objects.get(headline="Scheduled secret")
    Post.objects.filter(pk=post.pk).update(publish_at=timezone.now() - timedelta(seconds=1))
    assert "Scheduled secret" in as_text("oxley-two")


def test_blog_that_is_continued_is_named_only_when_readers_see_it(covered: Blog) -> None:
    publishing.take_down(covered.continues)
    assert "day-one" not in as_text("oxley-two")


def test_draft_and_unknown_blog_are_not_exported(covered: Blog, tmp_path: Path) -> None:
    publishing.take_down(covered)
    for slug, sentence in (
        ("oxley-two", "Readers cannot see “oxley-two”: it is a draft, so there is nothing to export."),
        ("nowhere", "There is no blog with the address “nowhere”."),
    ):
        with pytest.raises(ArchiveRefused) as caught:
            export(slug, tmp_path / "out" / "a.json")
        assert str(caught.value) == sentence
    assert list((tmp_path / "out").iterdir()) == []


def test_picture_that_the_storage_has_lost_is_named(covered: Blog, tmp_path: Path) -> None:
    image = Image.objects.get(alt="A chart")
    image.file.storage.delete(image.file.name)
    with pytest.raises(ArchiveRefused, match=f"The picture {image.file.name} cannot be read"):
        export("oxley-two", tmp_path / "out" / "a.json")
    assert not (tmp_path / "out" / "a.json").exists()


def test_number_of_queries_does_not_grow_with_the_exported_posts(tmp_path: Path, django_assert_num_queries) -> None:
    for count in (1, 30):
        posts = [
            {"headline": f"{n}", "datePublished": "2024-03-22", "author": "A", "image": "images/crowd.jpg"}
            for n in range(count)
        ]
        bring_in(tmp_path, valid(identifier=f"posts-{count}", liveBlogUpdate=posts))
        with django_assert_num_queries(13):
            as_text(f"posts-{count}")


@pytest.mark.parametrize("changes", [0, 1, 5])
def test_blog_that_changes_while_it_is_read_is_read_again(covered: Blog, monkeypatch, changes: int) -> None:
    """And locked only when it changes each time, so that nobody waits for a long export."""
    read, left, locked = exporting.story_of, [changes], []

    def change_meanwhile(blog: Blog, *arguments):
        story = read(blog, *arguments)
        locked.append(connection.in_atomic_block and len(connection.savepoint_ids) > before)
        if left[0] and not locked[-1]:
            left[0] -= 1
            post = Post.objects.published().filter(blog=blog).first()
            post.headline = f"Changed {left[0]}"
            publishing.update(post)
        return story

    before = len(connection.savepoint_ids)
    monkeypatch.setattr(exporting, "story_of", change_meanwhile)
    text = exporting.export_text(covered.slug).text
    assert ("Changed 0" in text, "Changed 2" in text) == (changes == 1, changes == 5)
    assert locked == [False] * min(changes + 1, 3) + [True] * (changes == 5)


# Out and in again
# ----------------


def test_what_is_exported_imports_to_the_same_blog_and_exports_to_the_same_text(covered: Blog, tmp_path: Path) -> None:
    for slug in ("day-one", "oxley-two"):
        export(slug, tmp_path / "one" / f"{slug}.json")
    told, kinds = story_of(covered), dict(Byline.objects.values_list("name", "kind"))
    pinned = list(
        Post.objects.filter(pinned_at__isnull=False).order_by("-pinned_at").values_list("public_id", flat=True)
    )
    covered.refresh_from_db()
    shown = covered.post_count, covered.updated_at, covered.published_at, covered.status
    forget_everything()
    assert media() == []

    assert import_file(tmp_path / "one" / "day-one.json").is_new
    imported = import_file(tmp_path / "one" / "oxley-two.json")
    blog = imported.blog
    assert imported.notes == []
    assert story_of(blog) == told
    assert (blog.post_count, blog.updated_at, blog.published_at, blog.status) == shown
    assert dict(Byline.objects.values_list("name", "kind")) == kinds
    assert blog.continues.slug == "day-one"
    again = Post.objects.filter(pinned_at__isnull=False).order_by("-pinned_at").values_list("public_id", flat=True)
    assert list(again) == pinned

    export("oxley-two", tmp_path / "two" / "oxley-two.json")
    one, two = tmp_path / "one", tmp_path / "two"
    assert (two / "oxley-two.json").read_bytes() == (one / "oxley-two.json").read_bytes()
    pictures = [path.relative_to(two) for path in (two / "images").rglob("*.*")]
    assert len(pictures) == 2
    assert [(two / path).read_bytes() for path in pictures] == [(one / path).read_bytes() for path in pictures]


def test_pictures_that_go_round_and_round_stay_the_same(tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    noise = Picture.effect_noise((320, 240), 15)
    Picture.merge("RGB", [noise, noise.rotate(90), noise.rotate(180)]).save(images / "photo.jpg", quality=95)
    Picture.merge("RGB", [noise, noise.rotate(90), noise.rotate(180)]).save(images / "screenshot.png")
    Picture.merge("RGBA", [noise, noise.rotate(90), noise.rotate(180), noise]).save(images / "cutout.png")
    Picture.new("RGB", (320, 240), "teal").save(images / "drawing.png")
    names = ["photo.jpg", "screenshot.png", "cutout.png", "drawing.png"]
    path = write(tmp_path, valid(image=None, liveBlogUpdate=[
        {"datePublished": "2024-03-22", "image": [f"images/{name}" for name in names]}
    ]))  # fmt: skip
    generations = []
    for number in range(3):
        import_file(path)
        path = tmp_path / str(number) / "a.json"
        export("oxley-bridge", path)
        generations.append([picture.read_bytes() for picture in sorted((path.parent / "images").rglob("*.*"))])
        forget_everything()
    assert len(generations[0]) == 4
    assert generations[0] == generations[1] == generations[2]


def added(data: bytes, at: int, more: bytes) -> bytes:
    return data[:at] + more + data[at:]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data + b"<script>x</script>",
        lambda data: added(data, 2, b"\xff\xfe\x00\x0a<script>"),
        lambda data: added(data, 20, b"\xff\xe1\x00\x10Exif\0\0<script>"),
        lambda data: added(data, data.index(b"\xff\xda"), b"\xff\xdb\x00\x43\x01" + b"<script>" * 8),
        lambda data: data.replace(b"\x00\x01\x00\x01\x00\x00", b"\x00\x3c\x00\x3c\x00\x00", 1),
        lambda data: data[:-2] + b"\xff\xfe\x00\x0a<script>" + data[-2:],
    ],
)
def test_picture_that_has_more_than_an_exported_one_is_encoded_anew(tmp_path: Path, spoil: Any) -> None:
    bring_in(tmp_path, valid(), slug="one")
    image = Image.objects.get(alt="People with umbrellas")
    with image.file.open() as file:
        ours = file.read()
    spoilt = spoil(ours)
    assert spoilt != ours
    (tmp_path / "images" / "crowd.jpg").write_bytes(spoilt)
    bring_in(tmp_path, valid(), slug="two")
    with Blog.objects.get(slug="two").posts.get(public_id="crowds").images.first().image.file.open() as file:
        stored = file.read()
    assert stored != spoilt
    assert b"<script>" not in stored


# Here already
# ------------


def test_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    first = bring_in(tmp_path, valid())
    before = snapshot()
    again = bring_in(tmp_path, valid())
    assert (again.is_new, again.blog) == (False, first.blog)
    assert snapshot() == before


def test_same_content_in_another_layout_or_folder_is_the_same(tmp_path: Path) -> None:
    bring_in(tmp_path, valid())
    before = snapshot()
    moved = json.dumps({"@graph": [dict(reversed(valid().items()))]}, indent=4).replace("images/", "pictures/")
    write(tmp_path / "2", moved)
    (tmp_path / "2" / "images").rename(tmp_path / "2" / "pictures")
    assert import_file(tmp_path / "2" / "archive.json").is_new is False
    assert snapshot() == before


def test_same_file_is_known_under_another_address_and_after_editors_changed_it(tmp_path: Path) -> None:
    first = bring_in(tmp_path, valid(), slug="elsewhere")
    post = Post.objects.get(public_id="good-morning")
    post.headline = "Good evening"
    publishing.update(post)
    again = bring_in(tmp_path, valid())
    assert (again.is_new, again.blog) == (False, first.blog)
    assert Post.objects.get(public_id="good-morning").headline == "Good evening"


def test_copy_under_another_address_is_made_when_it_is_asked_for(tmp_path: Path) -> None:
    bring_in(tmp_path, valid())
    copied = bring_in(tmp_path, valid(), slug="copy")
    assert (copied.is_new, copied.blog.slug, copied.blog.post_count) == (True, "copy", 3)
    assert bring_in(tmp_path, valid(), slug="copy").is_new is False
    assert Blog.objects.count() == 2


def test_changed_file_does_not_touch_the_blog_that_is_here(tmp_path: Path) -> None:
    bring_in(tmp_path, valid())
    before = snapshot()
    with pytest.raises(ArchiveRefused, match="There is a blog with the address “oxley-bridge” already"):
        bring_in(tmp_path, valid(headline="Another title"))
    draw(tmp_path / "images" / "crowd.jpg", 9, (80, 60))
    with pytest.raises(ArchiveRefused, match="There is a blog with the address “oxley-bridge” already"):
        bring_in(tmp_path, valid())
    assert snapshot() == before


def test_export_is_known_where_it_came_from_until_the_blog_changes(covered: Blog, tmp_path: Path) -> None:
    output = tmp_path / "out" / "a.json"
    export("oxley-two", output)
    before = snapshot()
    again = import_file(output)
    assert (again.is_new, again.blog) == (False, covered)
    assert snapshot() == before
    publishing.unpin(Post.objects.get(headline="First"))
    with pytest.raises(ArchiveRefused, match="and it is not the same as this archive"):
        import_file(output)


@pytest.mark.parametrize("slug", ["admin", "feed", "no spaces", "x" * 81])
def test_address_that_no_blog_can_have_is_refused(tmp_path: Path, slug: str) -> None:
    before = snapshot()
    with pytest.raises(ArchiveRefused, match=f"“{slug}” cannot be the address of a blog"):
        bring_in(tmp_path, valid(), slug=slug)
    assert snapshot() == before


def snapshot() -> tuple[Any, ...]:
    """What the database and the storage hold."""
    return (
        media(),
        list(Blog.objects.order_by("pk").values()),
        list(Post.objects.order_by("pk").values()),
        list(Byline.objects.order_by("pk").values()),
        list(Image.objects.order_by("pk").values()),
        Post.history.count(),
        Blog.history.count(),
    )
