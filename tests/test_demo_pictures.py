"""The demo's drawings: that each is drawn, alike every time, and that its lettering can be read."""

import io

import pytest
from PIL import Image, ImageStat

from liveblogs.demo import pictures
from liveblogs.demo.pictures import charts, pen, sheet

GRAPHICS = [
    "locator-map", "rainfall-radar", "flood-extent", "power-cuts", "river-level", "rainfall", "turnout", "seats",
    "launch-timeline",
]  # fmt: skip
SCENES = [name for name in pictures.PICTURES if name not in GRAPHICS]


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "JPEG"
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


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_drawn(name):
    image = opened(data := pictures.draw(name))
    assert image.size == (1600, 900)
    assert len(data) < 350_000
    # A photograph has light and shade all over, not one tone with something on it.
    assert min(ImageStat.Stat(image.convert("L").resize((80, 45))).stddev) > 12


@pytest.mark.parametrize("name", GRAPHICS)
def test_a_graphic_is_drawn_with_lettering_that_a_phone_can_show(name, lettering):
    image = opened(data := pictures.draw(name))
    assert image.size == (1600, 1200)
    assert len(data) < 350_000
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
    assert {opened(data).size for data in faces.values()} == {(600, 600)}


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


def test_charts_add_up(lettering):
    charts.power_cuts()
    assert [words for *_, words in lettering if "homes" in words] == ["49,000 homes without power"]
    assert sum(homes for row in charts.DISTRICTS for _, homes in filter(None, row)) == pytest.approx(49)
    assert sum(count for _, count, _ in charts.PARTIES) == 121
