"""The demo's drawings: that each is drawn, alike every time, and that its lettering can be read."""

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageStat

from liveblogs.demo import pictures, studio
from liveblogs.demo.pictures import charts, pen, sheet
from liveblogs.models import Image as LibraryImage
from liveblogs.pictures import cleaning


def opened(data: bytes, kind: str) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == kind
    return image


@pytest.fixture
def lettering(monkeypatch) -> list[tuple]:
    """Each line that is set from now on: the page's size, where it begins and ends, its foot, size and words."""
    lines = []
    text = pen.Pen.text

    def noted(self, at, words, size, fill=255, **options):
        width = text(self, at, words, size, fill, **options)
        left = at[0] - width * {"l": 0, "m": 0.5, "r": 1}[options.get("anchor", "ls")[0]]
        lines.append((self.image.width / self.k, self.image.height / self.k, left, left + width, at[1], size, words))
        return width

    monkeypatch.setattr(pen.Pen, "text", noted)
    return lines


@pytest.mark.parametrize("name", pictures.SCENES)
def test_a_scene_is_drawn(name):
    image = opened(data := pictures.draw(name), "JPEG")
    assert image.size == (1440, 810)
    assert len(data) < 350_000
    # A photograph has light and shade all over, not one tone with something on it.
    assert min(ImageStat.Stat(image.convert("L").resize((80, 45))).stddev) > 12


@pytest.mark.parametrize("name", pictures.GRAPHICS)
def test_a_graphic_is_drawn_with_lettering_that_a_phone_can_show(name, lettering):
    assert opened(pictures.draw(name), "PNG").size == (1600, 1200)
    assert len(lettering) > 6
    glyph = pen.face(40).getmask
    missing = bytes(glyph("\uffff"))
    for wide, high, left, right, foot, size, words in lettering:
        assert 0 <= left < right <= wide, f"cut off: {words}"
        assert size < foot < high, f"cut off: {words}"
        # 1,600 points are about 360 on a phone: imprint and source 6 pixels, all that matters at least 8.
        assert size >= (34 if foot < 1140 and words != "ESTMERE" else 27), f"too small: {words}"
        assert not [letter for letter in words if letter != " " and bytes(glyph(letter)) == missing]


def test_a_picture_is_the_same_each_time():
    assert pictures.draw("turnout") == pictures.draw("turnout")
    assert pictures.portrait(3) == pictures.portrait(3) != pictures.portrait(4)


def test_portraits_are_square_and_each_another():
    faces = {seed: pictures.portrait(seed) for seed in range(1, 9)}
    assert len(set(faces.values())) == 8
    assert {opened(data, "JPEG").size for data in faces.values()} == {(600, 600)}


def test_lettering_needs_no_font_that_is_installed(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("looked for a font file")

    pen.face.cache_clear()
    monkeypatch.setattr("PIL.ImageFont.load_path", refuse)
    monkeypatch.setattr("os.walk", refuse)
    assert pen.face(40).getname() == ("Aileron", "Regular")
    page = sheet.sheet("Title", "Subtitle", "Source").done()
    assert page.crop((64, 80, 300, 140)).getextrema() != ((251, 251), (250, 250), (247, 247))


def test_lettering_is_kerned_and_bold_lettering_moves_apart():
    assert pen.measure("To", 100) < pen.measure("T", 100) + pen.measure("o", 100)
    assert pen.measure("no", 100, bold=True) > pen.measure("no", 100)


@pytest.mark.parametrize(("name", "ending"), [("seats", "png"), ("guildhall", "jpg")])
def test_a_chart_stays_a_drawing_and_a_scene_a_photograph(name, ending):
    assert cleaning.clean(ContentFile(pictures.draw(name), name=name)).extension == ending


def test_what_is_developed_can_be_stored_as_it_is(db, settings):
    """The row lacks nothing, so that no rendition has to be made of it, and each of its files is there."""
    developed = studio.develop(2)
    names = developed.store()
    image = LibraryImage.objects.create(**developed.fields, alt="Somebody", credit="Somebody else")
    assert image.missing_renditions() == []
    assert sorted(names) == sorted([image.file.name, *image.get_renditions().names()])
    assert all((settings.MEDIA_ROOT / name).stat().st_size for name in names)
    assert (image.width, image.height) == (600, 600)
    assert len(image.checksum) == 64


def test_pictures_are_developed_by_several_processes_as_by_one(monkeypatch):
    def developed(cores):
        monkeypatch.setattr(studio, "cores", lambda: cores)
        return {
            subject: (one.fields["checksum"], [len(file.content) for file in one.files])
            for subject, one in studio.develop_all([3, 5]).items()
        }

    assert developed(2) == developed(1)


def test_pictures_are_developed_here_where_no_other_process_can_be_started(monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError("no semaphores here")

    monkeypatch.setattr(studio, "cores", lambda: 2)
    monkeypatch.setattr(studio, "ProcessPoolExecutor", refuse)
    assert list(studio.develop_all([3, 5])) == [3, 5]


def test_a_drawing_that_fails_is_told_from_another_process(monkeypatch):
    monkeypatch.setattr(studio, "cores", lambda: 2)
    with pytest.raises(KeyError, match="no such drawing"):
        studio.develop_all(["no such drawing", 3])


def test_charts_add_up(lettering):
    charts.power_cuts()
    assert [words for *_, words in lettering if "homes" in words] == ["49,000 homes without power"]
    assert sum(homes for row in charts.DISTRICTS for _, homes in filter(None, row)) == pytest.approx(49)
    assert sum(count for _, count, _ in charts.PARTIES) == 121
