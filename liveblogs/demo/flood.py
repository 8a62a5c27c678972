"""The live blog: a city under water."""

from .content import ANSTEY, BUREAU, CORRIN, ELLISDON, HALVERN, OKARRA, VOST, WEATHER, WIRE, WRENFIELD, Entry, Story
from .flood_pictures import BRIDGE, EXTENT, HILLS, LEVEL, SKYLINE, STREET
from .flood_rising import GUILDHALL, ON_THE_QUAY, RISING

FLOOD = Story(
    title="Hallorin floods: river falls slowly as thousands wait to go home",
    slug="hallorin-flood",
    summary=(
        "<ul><li>The River Ashlen is falling in Hallorin after it reached <strong>9.5 meters</strong>, the"
        " highest level since measurements began.</li><li>About <strong>14,000 people</strong> have left "
        "their homes in four districts. Three people are missing.</li><li>Both city bridges are shut and "
        "the port has stopped work. Power is back in more than half of the homes that lost it.</li></ul>"
    ),
    status="live",
    time_zone="America/New_York",
    bylines=(CORRIN, ELLISDON, OKARRA, VOST),
    cover=BRIDGE,
    started=850,
    continues="storm-perrin-first-day",
    posts=(
        *RISING,
        Entry(
            301,
            "The river passes its record",
            "<p>The Ashlen has passed 9.1 meters at Tanners Bridge, the level of the great flood of 1987. "
            "It is still rising, but more slowly: two inches in the past half hour.</p>",
            ((VOST, ""), (WEATHER, "")),
            key_event=True,
        ),
        Entry(
            288,
            "“We left the door open for it”",
            "<p>At the Southfields sports hall people are comparing what they carried. One man has a "
            "cello; his neighbor has her father’s medals in a bread tin.</p><blockquote><p>In ’87 my "
            "mother nailed the door shut and the water broke it. This time we left the door open for "
            "it.</p></blockquote><p>Ottilie Marsh is 81 and has lived in Cooper Street all her life.</p>",
            GUILDHALL,
        ),
        Entry(
            266,
            "",
            "<p>The ferry to Saltersey will not sail before tomorrow. The island has food and power.</p>",
            ((WIRE, ""),),
        ),
        Entry(
            247,
            "How far the water has come",
            "<p>A survey flight has mapped the flood. About 1.4 square miles of the city are under water, "
            "more than at any time since the old wharves were filled in.</p><p>The blocks nearest the "
            "Cathedral stand about a yard higher than the rest of the old town, and have stayed dry.</p>",
            ((BUREAU, ""), (VOST, "")),
            images=(EXTENT,),
        ),
        Entry(
            224,
            "Markets: insurers fall, port shares suspended",
            "<p>Shares in the port’s operator have been suspended at its own request. Two insurers with "
            "many customers on the Caldric coast fell by 4 and 6 percent.</p>",
            ((WIRE, ""),),
        ),
        Entry(
            203,
            "Pumps start at St Brannoc’s",
            "<p>The army’s first pumps are running beside St Brannoc’s Hospital, where the cellars hold "
            "the boilers. Each can move 150 gallons a second.</p>",
            ON_THE_QUAY,
        ),
        Entry(
            178,
            "The river has peaked",
            "<p>The Ashlen reached <strong>9.5 meters</strong> at Tanners Bridge and has not risen for 40 "
            "minutes. The Rivers Authority is confident that this was the peak.</p><p>“The next hours are "
            "not the safe ones,” its duty officer, Hanne Delacourt, said. “Walls give way when the water "
            "leaves.”</p>",
            ((VOST, ""), (ELLISDON, "Hallorin")),
            key_event=True,
        ),
        Entry(
            160,
            "Two of the missing are found safe",
            "<p>The couple from Ropewalk Lane have been found at the home of a friend in Tarrow. Police "
            "are still looking for the man who was last seen near the fish market, and now also for two "
            "people from a farm below Lower Quenn.</p>",
            ((HALVERN, ""),),
            key_event=True,
        ),
        Entry(
            142,
            "What we don’t know yet",
            "<p><strong>How many homes are damaged.</strong> The county speaks of “several "
            "thousand”.</p><p><strong>Whether Tanners Bridge is safe.</strong> Divers can’t go down before"
            " the current slackens.</p><p><strong>When people can return.</strong> Not within the next 24 "
            "hours, the mayor’s office says.</p>",
            ((CORRIN, ""),),
        ),
        Entry(
            124,
            "",
            "<p>Clear skies over the Dunmarrow hills for the first time in three days. The streams up "
            "there are already back in their beds.</p>",
            ((WIRE, "Dunmarrow"),),
            images=(HILLS,),
        ),
        Entry(
            108,
            "The Ashlen in one chart",
            "<p>The river rose for thirteen hours and was above the old record for four. The steepest part"
            " came in the sixth and seventh hours, when the water from Orle Brook arrived together with "
            "that of the Ashlen itself.</p>",
            ((VOST, ""),),
            images=(LEVEL,),
        ),
        Entry(
            91,
            "Power returns to 27,000 homes",
            "<p>Estmere Grid has reconnected 27,000 homes in Southfields, Stell Point and Lower Quenn. In "
            "Eastgate and North Wharf every meter has to be inspected first, which will take days.</p>",
            ((BUREAU, ""),),
        ),
        Entry(
            76,
            "Opposition asks for an inquiry",
            "<p>The Civic Alliance wants an inquiry into why the wall was not raised when the forecasts "
            "changed two years ago. The government says there will be one, but not this week.</p>",
            ((ANSTEY, "Estmere City"),),
        ),
        Entry(
            63,
            "",
            "<p>Drinking water is safe everywhere except Orley Bridge, where it should be boiled until "
            "further notice.</p>",
            ((BUREAU, ""),),
        ),
        Entry(
            51,
            "Before and after",
            "<p>The river front as it usually looks, and Cooper Street, three blocks behind it, as it "
            "looked when the water came.</p>",
            ((ELLISDON, "Hallorin"),),
            images=(SKYLINE, STREET),
        ),
        Entry(
            38,
            "Port may open one berth",
            "<p>The port’s operator hopes to open one berth within two days, if divers find no wreckage in"
            " the channel. Food will be unloaded first.</p>",
            ((OKARRA, "Hallorin"),),
        ),
        Entry(
            27,
            "What we know so far",
            "<p><strong>The river:</strong> 9.0 meters at Tanners Bridge and falling by about four inches "
            "an hour. Severe warnings stay in force.</p><ul><li><strong>People:</strong> 14,000 have left "
            "their homes; three are missing.</li><li><strong>Transport:</strong> both city bridges, the "
            "port and the railway to Lower Quenn are shut.</li><li><strong>Power:</strong> 22,000 homes "
            "are without it, down from 49,000.</li><li><strong>Shelters:</strong> 16 are open, with room "
            "for another 900 people.</li></ul><p>Can you help? The county <a "
            'href="https://www.example.org/estmere/volunteers">registers volunteers</a> and asks that '
            "nobody comes without an appointment.</p>",
            ((CORRIN, ""), (BUREAU, "")),
            pinned=True,
        ),
        Entry(
            19,
            "Engineers find no crack in Tanners Bridge",
            "<p>A first look from the bank shows no crack in the pier that was struck, engineers say. They"
            " will send divers down when the river is below 7 meters, perhaps by tomorrow.</p>",
            ((OKARRA, "Hallorin"), (WRENFIELD, "")),
        ),
        Entry(
            11,
            "",
            "<p>The first buses back: 200 people from upper Southfields, whose street stayed dry, are on "
            "their way home from Tarrow.</p>",
            GUILDHALL,
        ),
        Entry(
            4,
            "Mayor to speak at the Guildhall",
            "<p>Mayor Adair will give an update at about {+60}. She is expected to say which streets may "
            "be entered first, and how.</p>",
            ((HALVERN, "Hallorin"),),
        ),
        # What readers do not see:
        Entry(
            480,
            "Embankment at Stell Point breached",
            "<p>Water is reported to have broken through the embankment at Stell Point.</p>",
            ((WIRE, ""),),
            state="withdrawn",
        ),
        Entry(
            14,
            "How to claim for flood damage",
            "<p>Most household policies cover water that enters from outside. Take pictures before you "
            "clear up, and keep a list.</p><p>To add: the telephone numbers of the insurers’ "
            "association.</p>",
            ((HALVERN, ""),),
            state="draft",
        ),
        Entry(
            9,
            "Fish market: the man last seen there",
            "<p>A relative has told us that he was seen at a shelter. To be confirmed by police before we "
            "publish.</p>",
            ((ELLISDON, "Hallorin"),),
            state="draft",
        ),
        Entry(
            7,
            "Brackwater takes in 300 people",
            "<p>Brackwater has opened its theater and two churches to people from south of the river. "
            "Neighbors have brought more blankets than can be used.</p>",
            ((OKARRA, "Brackwater"),),
            state="submitted",
        ),
        Entry(
            -2,
            "Next river forecast",
            "<p>The Rivers Authority expects the Ashlen to fall below 8 meters by {+600} and below flood "
            "level in two days. The severe warning may be lifted after that.</p>",
            ((WEATHER, ""),),
            state="scheduled",
        ),
    ),
)
