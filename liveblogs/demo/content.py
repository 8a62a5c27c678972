"""What a demo story is made of. Times are minutes before now: the newsroom is always mid-story."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class DemoByline:
    name: str
    kind: str = "person"
    organisation: str = "Fairlead News"
    job_title: str = ""
    bio: str = ""
    portrait: int | None = None


@dataclass(frozen=True)
class Picture:
    """A drawing of `pictures` with its words."""

    name: str
    alt: str
    caption: str
    credit: str


@dataclass(frozen=True)
class Entry:
    """One post. In a text, `{+90}` becomes the clock time ninety minutes after the post, in the blog's zone, and
    `{earlier}` the address of the blog that this one continues.

    A negative `minutes_ago` is a time to come (for a scheduled post).
    """

    minutes_ago: int
    headline: str = ""
    body: str = ""
    credits: tuple[tuple[DemoByline, str], ...] = ()
    label: str = ""
    images: tuple[Picture, ...] = ()
    key_event: bool = False
    pinned: bool = False
    state: str = "published"
    correction: str = ""
    #: For colleagues only.
    notes: str = ""


@dataclass(frozen=True)
class Story:
    """One blog. Coverage started and ended so many minutes ago; `continues` is the slug of an earlier story.

    With `clock`, the minutes count back from the last time, a day ago or more, at which the blog's clocks showed it:
    for a story that needs its night. `staff` names the demo's users who work on it.
    """

    title: str
    slug: str
    summary: str
    status: str
    time_zone: str
    bylines: tuple[DemoByline, ...]
    cover: Picture
    posts: tuple[Entry, ...]
    started: int | None = None
    ended: int | None = None
    continues: str = ""
    clock: time | None = None
    staff: tuple[str, ...] = ()


# Rich text
# ---------


def p(*paragraphs: str) -> str:
    return "".join(f"<p>{each}</p>" for each in paragraphs)


def ul(*items: str) -> str:
    return f"<ul>{_items(items)}</ul>"


def ol(*items: str) -> str:
    return f"<ol>{_items(items)}</ol>"


def quote(words: str) -> str:
    return f"<blockquote><p>{words}</p></blockquote>"


def _items(items: tuple[str, ...]) -> str:
    return "".join(f"<li>{each}</li>" for each in items)


# The newsroom's people
# ---------------------

ELLISDON = DemoByline(
    "Marta Ellisdon",
    job_title="Estmere correspondent",
    bio="Marta Ellisdon reports from Hallorin and the Caldric coast, and has covered every flood there since 2009.",
    portrait=1,
)
OKARRA = DemoByline(
    "Desmond Okarra",
    job_title="Senior reporter",
    bio="Desmond Okarra writes about transport, ports and the people who keep them open.",
    portrait=2,
)
ANSTEY = DemoByline(
    "Pilar Anstey",
    job_title="Political editor",
    bio="Pilar Anstey follows the Estmere Assembly, its parties and its budgets.",
    portrait=3,
)
VOST = DemoByline(
    "Linnea Vost",
    job_title="Climate and weather editor",
    bio="Linnea Vost trained as a hydrologist and explains what rivers, storms and seas are doing, and why.",
    portrait=4,
)
MERROW = DemoByline(
    "Rafiq Merrow",
    job_title="Science correspondent",
    bio="Rafiq Merrow has reported on space flight, physics and the night sky for twelve years.",
    portrait=5,
)
HALVERN = DemoByline(
    "Greta Halvern",
    job_title="Reporter",
    bio="Greta Halvern reports on health, housing and local government in the lower valley.",
    portrait=6,
)
WRENFIELD = DemoByline(
    "Tobias Wrenfield",
    job_title="Chief analyst",
    bio="Tobias Wrenfield was a civil engineer before he became a journalist. He writes about how things are built.",
    portrait=7,
)
CORRIN = DemoByline(
    "Adaeze Corrin",
    job_title="Live editor",
    bio="Adaeze Corrin runs the live coverage of breaking news.",
    portrait=8,
)
LANTRY = DemoByline(
    "Ivo Lantry",
    organisation="Caldric Herald",
    job_title="Harbor reporter",
    bio="Ivo Lantry writes for the Caldric Herald, the coast’s daily paper, which shares its reports with us.",
)
WEATHER = DemoByline("Weather Desk", kind="desk", job_title="Forecasts and warnings")
BUREAU = DemoByline("Hallorin Bureau", kind="desk", job_title="News from the coast")
WIRE = DemoByline("Overland Wire", kind="agency", organisation="")

BYLINES = (ELLISDON, OKARRA, ANSTEY, VOST, MERROW, HALVERN, WRENFIELD, CORRIN, LANTRY, WEATHER, BUREAU, WIRE)
