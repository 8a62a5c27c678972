"""The demo's pictures, drawn by the functions in this package: news graphics, scenes and byline portraits."""

from collections.abc import Callable
from io import BytesIO

from PIL import Image

from . import assembly, bridge, briefing, charts, city, harbor, hills, launch, queue, region, skyline, street
from .portraits import portrait_image

PICTURES: dict[str, Callable[[], Image.Image]] = {
    # Graphics, 4:3
    "locator-map": region.locator,
    "rainfall-radar": region.radar,
    "flood-extent": city.flood_extent,
    "power-cuts": charts.power_cuts,
    "river-level": charts.river_level,
    "rainfall": charts.rainfall,
    "turnout": charts.turnout,
    "seats": charts.seats,
    "launch-timeline": charts.launch_timeline,
    # Scenes, 16:9
    "bridge": bridge.bridge,
    "street": street.street,
    "queue": queue.queue,
    "harbor": harbor.harbor,
    "skyline": skyline.skyline,
    "hills-in-storm": hills.hills_in_storm,
    "hills-in-sun": hills.hills_in_sun,
    "guildhall": briefing.guildhall,
    "space-center": briefing.space_center,
    "chamber": assembly.chamber,
    "pad-at-night": launch.pad_at_night,
    "pad-at-dusk": launch.pad_at_dusk,
    "ascent": launch.ascent,
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
