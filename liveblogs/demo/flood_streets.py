"""The flood, from the moment it comes over the embankment until the army is called."""

from .content import ANSTEY, BUREAU, CORRIN, ELLISDON, HALVERN, OKARRA, WEATHER, WIRE, WRENFIELD, Entry, p, ul
from .flood_pictures import BRIDGE, POWER, RADAR, STREET
from .flood_rising import AT_THE_SHELTERS, ON_THE_QUAY

IN_THE_STREETS: tuple[Entry, ...] = (
    Entry(
        541,
        "Water comes over the embankment at North Wharf",
        p(
            "The river has gone over the old embankment at North Wharf along a stretch of about 200 yards. The "
            "water is knee-deep in Ropewalk Lane and rising.",
            "Almost everyone had left. Firefighters in boats are calling at the houses where a lamp is still on.",
        ),
        ON_THE_QUAY,
        key_event=True,
    ),
    Entry(
        528,
        "",
        p(
            "“We can hear it before we see it,” a firefighter told me at the end of Ropewalk Lane. “It sounds like "
            "a train that does not arrive.”"
        ),
        ON_THE_QUAY,
    ),
    Entry(
        507,
        "First pictures from Eastgate",
        p(
            "These are the first pictures from Eastgate and from the bridge. Cooper Street still has its lights; "
            "closer to the river the power is off."
        ),
        ((ELLISDON, "Hallorin"), (WIRE, "")),
        images=(STREET, BRIDGE),
    ),
    Entry(
        488,
        "Two rescued from a car",
        p(
            "A woman and her father were taken from the roof of their car in Cooper Street. Both are well. Police "
            "repeated their advice not to drive through water, however shallow it looks."
        ),
        ((WIRE, ""),),
    ),
    # Readers saw this one for some minutes; the note below tells them so.
    Entry(
        480,
        "Embankment at Stell Point breached",
        p("Water is reported to have broken through the embankment at Stell Point."),
        ((WIRE, ""),),
        state="withdrawn",
        notes="Withdrawn: one source only, and the Rivers Authority denies it. See the editors’ note.",
    ),
    Entry(
        465,
        "We have withdrawn a report",
        p(
            "For some minutes we reported a breach of the embankment at Stell Point. The report came from a single "
            "source, and the Rivers Authority says that the embankment is sound. We have taken it down."
        ),
        ((CORRIN, ""),),
        label="Editors’ note",
    ),
    Entry(
        452,
        "Why the new flood wall did not help",
        p(
            "The wall that the city finished four years ago stands where it should, and it has not failed. It was "
            "built for a river of 27 feet, the figure that engineers then expected once in 200 years.",
            "The forecast for this flood is four feet higher. A wall that is overtopped can do harm of its own, "
            "because it keeps the water in once the river falls. That is why pumps are already on the way.",
        ),
        ((WRENFIELD, ""),),
        label="Analysis",
    ),
    Entry(
        441,
        "Where to go, and how to get there",
        p("<strong>Open now:</strong>")
        + ul(
            "Cathedral School, Priory Road",
            "Southfields sports hall, Mill Road, for people south of the river",
            "Tarrow college, by bus from the Cathedral",
            "Brackwater town hall, by bus from Eastgate market",
        )
        + p(
            "<strong>Full:</strong> the Guildhall; Orley Bridge bus station.",
            'The county keeps <a href="https://www.example.org/estmere/shelters">a list of all shelters</a>.',
        ),
        ((HALVERN, ""), (BUREAU, "")),
    ),
    Entry(
        431,
        "",
        p(
            "Mobile service is out in parts of Eastgate and the Shambles. Text messages get through more often than "
            "calls."
        ),
        ((BUREAU, ""),),
    ),
    Entry(
        412,
        "A second band of rain",
        p(
            "Radar shows a second band of rain crossing the coast, moving northwest at about 25 mph. It should bring "
            "another half inch to Hallorin, and be gone by about {+150}.",
            "It will not raise the crest by much: the water that matters is already in the river.",
        ),
        ((WEATHER, ""),),
        images=(RADAR,),
    ),
    Entry(
        390,
        "Three people reported missing",
        p(
            "Police are looking for three people: a couple in their seventies from Ropewalk Lane, and a man of 34 "
            "who was last seen near the fish market. Their families have been told."
        ),
        AT_THE_SHELTERS,
        key_event=True,
    ),
    Entry(
        371,
        "",
        p("Custom House Bridge is now shut to all vehicles. There is no way across the river in the city."),
        ((OKARRA, "Hallorin"),),
    ),
    Entry(
        352,
        "49,000 homes without power",
        p(
            "Estmere Grid says 49,000 homes are without power, most of them switched off before the water came. It "
            "expects to reconnect districts on higher ground first."
        ),
        ((BUREAU, ""),),
        images=(POWER,),
        key_event=True,
    ),
    Entry(
        330,
        "Army engineers on their way",
        p(
            "The regional government has asked the army for help. Two companies of engineers with 24 high-volume "
            "pumps are on the road and should arrive by {+110}.",
            "First Minister Alden Royce said that money would not be a question: “We will count it when the streets "
            "are dry.”",
        ),
        ((ANSTEY, "Estmere City"),),
    ),
)
