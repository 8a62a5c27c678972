"""The demo's pictures, drawn by the functions in this package: news graphics, scenes and byline portraits."""

from collections.abc import Callable
from io import BytesIO

from PIL import Image

from . import charts, country, launch, maps, rain, water
from .portraits import portrait_image

PICTURES: dict[str, Callable[[], Image.Image]] = {
    "locator-map": maps.locator,
    "flood-extent": maps.flood_extent,
    "power-cuts": maps.power_cuts,
    "rainfall-radar": maps.radar,
    "river-level": charts.river_level,
    "rainfall": charts.rainfall,
    "turnout": charts.turnout,
    "seats": charts.seats,
    "launch-timeline": charts.launch_timeline,
    "skyline": water.skyline,
    "harbour": water.harbour,
    "bridge": water.bridge,
    "street": rain.street,
    "queue": rain.queue,
    "rocket-night": launch.rocket_night,
    "rocket-dawn": launch.rocket_dawn,
    "ascent": launch.ascent,
    "mountains": country.mountains,
    "parliament": country.parliament,
    "podium": country.podium,
}


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=88, optimize=True, progressive=True)
    return out.getvalue()


def draw(name: str) -> bytes:
    """A picture of `PICTURES` as a JPEG; the same bytes each time. Takes about half a second."""
    return _jpeg(PICTURES[name]())


def portrait(seed: int) -> bytes:
    """A byline portrait as a square JPEG of 600 pixels; the same bytes for the same seed."""
    return _jpeg(portrait_image(seed))
