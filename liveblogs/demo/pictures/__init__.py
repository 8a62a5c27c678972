"""The demo's pictures, drawn by the functions in this package: news graphics, scenes and byline portraits."""

from collections.abc import Callable
from io import BytesIO

from PIL import Image

from . import assembly, bridge, briefing, charts, city, harbor, hills, launch, queue, region, skyline, street
from .portraits import portrait_image

#: News graphics, 4:3.
GRAPHICS: dict[str, Callable[[], Image.Image]] = {
    "locator-map": region.locator,
    "rainfall-radar": region.radar,
    "flood-extent": city.flood_extent,
    "power-cuts": charts.power_cuts,
    "river-level": charts.river_level,
    "rainfall": charts.rainfall,
    "turnout": charts.turnout,
    "seats": charts.seats,
    "launch-timeline": charts.launch_timeline,
}
#: What looks like a photograph, 16:9.
SCENES: dict[str, Callable[[], Image.Image]] = {
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


#: What a scene is given out in: a tenth smaller than it is drawn shows no less, and is scaled and encoded faster.
SCENE_SIZE = (1440, 810)


def draw(name: str) -> bytes:
    """A graphic as a PNG, a scene as a JPEG; the same bytes each time. Takes about half a second."""
    if name in GRAPHICS:
        return _png(GRAPHICS[name]())
    return _jpeg(SCENES[name]().resize(SCENE_SIZE, Image.Resampling.LANCZOS))


def portrait(seed: int) -> bytes:
    """A byline portrait as a square JPEG of 600 pixels; the same bytes for the same seed."""
    return _jpeg(portrait_image(seed))


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=90, optimize=True)
    return out.getvalue()


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.convert("RGB").save(out, "PNG", compress_level=1)
    return out.getvalue()
