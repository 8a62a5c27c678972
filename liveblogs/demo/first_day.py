"""The ended blog that the flood's coverage continues: the storm's first day."""

from .content import BUREAU, CORRIN, ELLISDON, HALVERN, OKARRA, VOST, WEATHER, WIRE, Entry, Story
from .flood_pictures import HARBOUR, HILLS, SKYLINE

FIRST_DAY = Story(
    title="Storm Perrin comes ashore on the Caldric coast",
    slug="storm-perrin-first-day",
    summary=(
        "<ul><li>Storm Perrin crossed the coast north of Stell Point with gusts of <strong>94 mph</strong>.</li>"
        "<li>Trees and power lines are down; nobody was seriously hurt.</li>"
        "<li>Forecasters now look to the rivers: the heaviest rain fell on the hills above Orley Bridge.</li></ul>"
    ),
    status="ended",
    time_zone="America/New_York",
    bylines=(CORRIN, VOST, OKARRA),
    cover=HILLS,
    started=1790,
    ended=905,
    posts=(
        Entry(
            1786,
            "Storm warning for the whole coast",
            "<p>The Estmere Weather Service has issued a storm warning for the coast from Cape Road to "
            "Brackwater. Gusts of 80 to 90 mph are expected from about {+240}.</p>",
            ((WEATHER, ""),),
            key_event=True,
        ),
        Entry(
            1741,
            "Ferries tied up, fishing fleet in harbor",
            "<p>All ferries to Saltersey are canceled. Harbor masters report that the fishing fleet is in,"
            " apart from two boats that are riding out the storm in the lee of the island.</p>",
            ((OKARRA, "Hallorin"),),
            images=(HARBOUR,),
        ),
        Entry(
            1698,
            "",
            "<p>Airlines have canceled 74 departures from Hallorin. Check before you set out.</p>",
            ((WIRE, ""),),
        ),
        Entry(
            1640,
            "Hallorin boards up",
            "<p>Shops on the river front have closed early. Sandbags are handed out at the fire station in"
            " Mill Road, six for each household.</p>",
            ((ELLISDON, "Hallorin"),),
            images=(SKYLINE,),
        ),
        Entry(
            1552,
            "What makes this storm unusual",
            "<p>Perrin isn’t especially strong. It is slow. It will take about twice as long to pass as "
            "storms of its kind do, and all that time it draws moist air from the sea up against the "
            "hills.</p><p>The wind makes the pictures; the rain may do the damage.</p>",
            ((VOST, ""),),
            label="Analysis",
        ),
        Entry(
            1490,
            "Gust of 94 mph at Stell Point",
            "<p>The lighthouse at Stell Point has measured a gust of 94 mph, the strongest there for "
            "eleven years.</p>",
            ((WEATHER, ""),),
            key_event=True,
        ),
        Entry(
            1447,
            "",
            "<p>The eye of the storm has crossed the coast between Stell Point and Cape Road.</p>",
            ((WIRE, ""),),
            key_event=True,
        ),
        Entry(
            1370,
            "18,000 homes lose power",
            "<p>Fallen trees have cut power to 18,000 homes, most of them north of the Ashlen. Estmere "
            "Grid has 40 crews out, and will send more when the wind allows ladders.</p>",
            ((BUREAU, ""),),
        ),
        Entry(
            1265,
            "Roof torn from a school in Tarrow",
            "<p>The storm has torn the roof from the gymnasium of a school in Tarrow. The building was "
            "empty.</p><blockquote><p>It lifted like the lid of a pan, and then it was in the next "
            "field.</p></blockquote><p>The caretaker, Jonas Pell, watched from across the road.</p>",
            ((HALVERN, "Tarrow"),),
        ),
        Entry(
            1120,
            "Wind eases, rain does not",
            "<p>Gusts have fallen below 60 mph and the storm warning ends at {+30}. In the hills it is "
            "raining as hard as before: 11 millimeters in the past hour at Dunmarrow.</p>",
            ((WEATHER, ""), (VOST, "")),
        ),
        Entry(
            960,
            "Flood warning for the Ashlen",
            "<p>The Estmere Rivers Authority has issued a flood warning for the whole length of the "
            "Ashlen. The river stands at 3.1 meters in Hallorin; it floods at 6.</p>",
            ((WEATHER, ""),),
            key_event=True,
        ),
        Entry(
            908,
            "We end our coverage of the storm here",
            "<p>The storm is moving out to the north-west and will be gone within hours. Our live coverage"
            " goes on with the flood that it leaves behind.</p>",
            ((CORRIN, ""),),
        ),
    ),
)
