"""The live blog: a city under water."""

from .content import (
    ANSTEY,
    BUREAU,
    CORRIN,
    ELLISDON,
    HALVERN,
    LANTRY,
    OKARRA,
    VOST,
    WEATHER,
    WIRE,
    WRENFIELD,
    Entry,
    Story,
    p,
    quote,
    ul,
)
from .flood_pictures import BRIDGE, EXTENT, GUILDHALL_ROOM, HILLS_IN_SUN, LEVEL, SKYLINE, STREET
from .flood_rising import AT_THE_SHELTERS, ON_THE_QUAY, RISING
from .flood_streets import IN_THE_STREETS

FALLING: tuple[Entry, ...] = (
    Entry(
        301,
        "The river passes its record",
        p(
            "The Ashlen has passed 30 feet at Tanners Bridge, the height of the great flood of 1987. It is still "
            "rising, but more slowly: nine inches in the past half hour."
        ),
        ((VOST, ""), (WEATHER, "")),
        key_event=True,
    ),
    Entry(
        288,
        "“We left the door open for it”",
        p(
            "At the Southfields sports hall people are comparing what they carried. One man has a cello; his "
            "neighbor has her father’s medals in a bread tin."
        )
        + quote(
            "In ’87 my mother nailed the door shut and the water broke it. This time we left the door open for it."
        )
        + p("Ottilie Marsh is 81 and has lived in Cooper Street all her life."),
        AT_THE_SHELTERS,
    ),
    Entry(
        266,
        "",
        p("The ferry to Saltersey will not sail before tomorrow. The island has food and power."),
        ((LANTRY, "Saltersey"),),
    ),
    Entry(
        247,
        "How far the water has come",
        p(
            "A survey flight has mapped the flood. About 1.4 square miles of the city are under water, more than at "
            "any time since the old wharves were filled in.",
            "The blocks nearest the Cathedral stand a few feet higher than the rest of the old town, and have "
            "stayed dry.",
        ),
        ((BUREAU, ""), (VOST, "")),
        images=(EXTENT,),
        correction="An earlier version of this post gave the area as 14 square miles. It is 1.4.",
    ),
    Entry(
        224,
        "Markets: insurers fall, port shares suspended",
        p(
            "Shares in the port’s operator have been suspended at its own request. Two insurers with many customers "
            "on the Caldric coast fell by 4 and 6 percent."
        ),
        ((WIRE, ""),),
    ),
    Entry(
        203,
        "Pumps start at St Brannoc’s",
        p(
            "The army’s first pumps are running beside St Brannoc’s Hospital, where the basements hold the boilers. "
            "Each can move 150 gallons a second."
        ),
        ON_THE_QUAY,
    ),
    Entry(
        176,
        "The river has crested",
        p(
            "The Ashlen reached <strong>31.2 feet</strong> at Tanners Bridge and has not risen for half an hour. The "
            "Rivers Authority is confident that this was the crest.",
            "“The next hours are not the safe ones,” its duty officer, Hanne Delacourt, said. “Walls give way when "
            "the water leaves.”",
        ),
        ((VOST, ""), (ELLISDON, "Hallorin")),
        key_event=True,
    ),
    Entry(
        160,
        "Two of the missing are found safe",
        p(
            "The couple from Ropewalk Lane have been found at the home of a friend in Tarrow. Police are still "
            "looking for the man who was last seen near the fish market, and now also for two people from a farm "
            "below Lower Quenn."
        ),
        ((HALVERN, ""),),
        key_event=True,
    ),
    Entry(
        142,
        "What we don’t know yet",
        p(
            "<strong>How many homes are damaged.</strong> The county speaks of “several thousand”.",
            "<strong>Whether Tanners Bridge is safe.</strong> Divers can’t go down before the current slackens.",
            "<strong>When people can return.</strong> To most streets not within the next 24 hours, the mayor’s "
            "office says.",
        ),
        ((CORRIN, ""),),
    ),
    Entry(
        124,
        "",
        p(
            "Clear skies over the Dunmarrow hills for the first time since the storm. The streams up there are "
            "already back in their beds."
        ),
        ((WIRE, "Dunmarrow"),),
        images=(HILLS_IN_SUN,),
    ),
    Entry(
        108,
        "The Ashlen in one chart",
        p(
            "The river rose for 13 hours and has been above the old record for three. It rose fastest in hours seven "
            "to nine, by almost three feet in each, when the water from Orle Brook arrived together with that of the "
            "Ashlen itself."
        ),
        ((VOST, ""),),
        images=(LEVEL,),
    ),
    Entry(
        91,
        "Power returns to 25,500 homes",
        p(
            "Estmere Grid has reconnected 25,500 homes: all districts but three. In Eastgate, North Wharf and the "
            "Shambles every meter has to be inspected first, which will take days."
        ),
        ((BUREAU, ""),),
        key_event=True,
    ),
    Entry(
        76,
        "Opposition asks for an inquiry",
        p(
            "The Civic Alliance wants an inquiry into why the flood wall was not raised when the forecasts changed "
            "two years ago. The government says there will be one, but not this week."
        ),
        ((ANSTEY, "Estmere City"),),
    ),
    Entry(
        63,
        "",
        p("Drinking water is safe everywhere except Orley Bridge, where it should be boiled until further notice."),
        ((BUREAU, ""),),
    ),
    Entry(
        51,
        "Before and after",
        p(
            "The river front as it usually looks, and Cooper Street, three blocks behind it, as it looked when the "
            "water came."
        ),
        ((ELLISDON, "Hallorin"),),
        images=(SKYLINE, STREET),
    ),
    Entry(
        38,
        "Port may open one berth",
        p(
            "The port’s operator hopes to open one berth within two days, if divers find no wreckage in the "
            "channel. Food will be unloaded first."
        ),
        ((OKARRA, "Hallorin"), (LANTRY, "")),
    ),
    Entry(
        27,
        "What we know so far",
        p(
            "<strong>The river:</strong> 30.3 feet at Tanners Bridge and falling by about five inches an hour. The "
            "severe warning stays in force."
        )
        + ul(
            "<strong>People:</strong> 14,000 were told to leave their homes; three are missing. No deaths are known.",
            "<strong>Transport:</strong> both city bridges, the port and the railroad to Lower Quenn are shut.",
            "<strong>Power:</strong> 23,500 homes are without it, down from 49,000.",
            "<strong>Shelters:</strong> 16 are open, with room for another 900 people.",
        )
        + p(
            'Can you help? The county <a href="https://www.example.org/estmere/volunteers">registers volunteers</a> '
            "and asks that nobody comes without an appointment."
        ),
        ((CORRIN, ""), (BUREAU, "")),
        pinned=True,
    ),
    Entry(
        19,
        "Engineers find no crack in Tanners Bridge",
        p(
            "A first look from the bank shows no crack in the pier that was struck, engineers say. They will send "
            "divers down when the river is below 23 feet, perhaps tomorrow."
        ),
        ((OKARRA, "Hallorin"), (WRENFIELD, "")),
    ),
    Entry(
        11,
        "",
        p(
            "The first buses back: 200 people from Mill Road, where the water stopped a block short of their doors, "
            "are on their way home from Brackwater."
        ),
        AT_THE_SHELTERS,
    ),
    Entry(
        4,
        "Mayor to speak at the Guildhall",
        p(
            "Mayor Adair will give an update at about {+60}. She is expected to say which streets may be entered "
            "first, and how."
        ),
        AT_THE_SHELTERS,
        images=(GUILDHALL_ROOM,),
    ),
)

UNSEEN: tuple[Entry, ...] = (
    Entry(
        14,
        "How to claim for flood damage",
        p(
            "Most household policies cover water that enters from outside. Take pictures before you clear up, and "
            "keep a list."
        ),
        ((HALVERN, ""),),
        state="draft",
        notes="To add: the telephone numbers of the insurers’ association.",
    ),
    Entry(
        9,
        "Fish market: the man last seen there",
        p("A relative says that the man who was last seen near the fish market has been found at a shelter."),
        ON_THE_QUAY,
        state="draft",
        notes="Not before the police confirm it.",
    ),
    Entry(
        7,
        "Brackwater takes in 300 people",
        p(
            "Brackwater has opened its theater and two churches to people from south of the river. Neighbors have "
            "brought more blankets than can be used."
        ),
        ((ELLISDON, ""), (OKARRA, "Brackwater")),
        state="submitted",
    ),
    Entry(
        -2,
        "Next river forecast",
        p(
            "The Rivers Authority expects the Ashlen to fall below 27 feet, the top of the flood wall, by {+480}, "
            "and below flood level in about two days. The severe warning may be lifted after that."
        ),
        ((WEATHER, ""),),
        state="scheduled",
    ),
)

FLOOD = Story(
    title="Hallorin floods: river falls slowly as thousands wait to go home",
    slug="hallorin-flood",
    summary=ul(
        "The River Ashlen is falling in Hallorin after it reached <strong>31.2 feet</strong>, the highest level "
        "since measurements began.",
        "About <strong>14,000 people</strong> were told to leave their homes in four districts. Three people are "
        "missing.",
        "Both city bridges are shut and the port has stopped work. Power is back in more than half of the homes "
        "that lost it.",
    ),
    status="live",
    time_zone="America/New_York",
    bylines=(CORRIN, ELLISDON, OKARRA, VOST),
    cover=BRIDGE,
    started=850,
    continues="storm-perrin-first-day",
    staff=("editor", "contributor"),
    posts=(*RISING, *IN_THE_STREETS, *FALLING, *UNSEEN),
)
