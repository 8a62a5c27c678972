"""The ended blog that the flood's coverage continues: the storm's first day."""

from .content import (
    BUREAU,
    CORRIN,
    ELLISDON,
    HALVERN,
    LANTRY,
    OKARRA,
    VOST,
    WEATHER,
    WIRE,
    Entry,
    Story,
    ol,
    p,
    quote,
    ul,
)
from .flood_pictures import HILLS_IN_STORM, SKYLINE

FIRST_DAY = Story(
    title="Storm Perrin comes ashore on the Caldric coast",
    slug="storm-perrin-first-day",
    summary=ul(
        "Storm Perrin crossed the coast north of Stell Point with gusts of up to <strong>94 mph</strong>.",
        "Trees and power lines are down; nobody was seriously hurt.",
        "Forecasters now look to the rivers: the heaviest rain fell between Tarrow and the Dunmarrow hills.",
    ),
    status="ended",
    time_zone="America/New_York",
    bylines=(CORRIN, VOST, OKARRA),
    cover=HILLS_IN_STORM,
    started=1790,
    ended=905,
    staff=("editor", "contributor"),
    posts=(
        Entry(
            1786,
            "Storm warning for the whole coast",
            p(
                "The Estmere Weather Service has issued a storm warning for the coast from Cape Road to Brackwater. "
                "Gusts of 80 to 90 mph are expected from about {+240}."
            ),
            ((WEATHER, ""),),
            key_event=True,
        ),
        Entry(
            1741,
            "Ferries tied up, fishing fleet in harbor",
            p(
                "All ferries to Saltersey are canceled. Harbor masters report that the fishing fleet is in, apart "
                "from two boats that are riding out the storm in the lee of the island."
            ),
            ((OKARRA, "Hallorin"), (LANTRY, "")),
        ),
        Entry(
            1698,
            "",
            p("Airlines have canceled 74 departures from Hallorin. Check before you set out."),
            ((WIRE, ""),),
        ),
        Entry(
            1672,
            "What to do before the wind comes",
            p("The county’s emergency office asks households to use the next hours:")
            + ol(
                "Bring in whatever a gust could lift.",
                "Move cars away from trees and from the sea front.",
                "Charge phones and lamps. Fill a few bottles with drinking water.",
                "Look in on neighbors who live alone.",
            ),
            ((BUREAU, ""),),
        ),
        Entry(
            1640,
            "Hallorin boards up",
            p(
                "Shops on the river front have closed early. Sandbags are handed out at the fire station in Mill "
                "Road, six for each household, and the line reaches the corner.",
                "This is how the river front looks on better days.",
            ),
            ((ELLISDON, "Hallorin"),),
            images=(SKYLINE,),
        ),
        Entry(
            1552,
            "What makes this storm unusual",
            p(
                "Perrin isn’t especially strong. It is slow. It will take about twice as long to pass as storms of "
                "its kind do, and all that time it draws moist air from the sea up against the hills.",
                "The wind makes the pictures; the rain may do the damage.",
            ),
            ((VOST, ""),),
            label="Analysis",
        ),
        Entry(
            1490,
            "Gust of 94 mph at Stell Point",
            p("The lighthouse at Stell Point has measured a gust of 94 mph, the strongest there for eleven years."),
            ((WEATHER, ""),),
            key_event=True,
        ),
        Entry(
            1447,
            "",
            p("The center of the storm has crossed the coast between Stell Point and Cape Road."),
            ((WIRE, ""),),
            key_event=True,
        ),
        Entry(
            1421,
            "“You lean on it like a door”",
            p("Nell Farrow keeps the lighthouse café at Stell Point, and has stayed.")
            + quote("You don’t walk in it. You lean on it like a door, and hope that nobody opens.")
            + p("She has three truck drivers and a school choir at her tables, and soup until tomorrow."),
            ((ELLISDON, "Stell Point"),),
        ),
        Entry(
            1370,
            "18,000 homes lose power",
            p(
                "Fallen trees have cut power to 18,000 homes, most of them north of the Ashlen. Estmere Grid has 40 "
                "crews out, and will send more when the wind allows ladders."
            ),
            ((BUREAU, ""),),
        ),
        Entry(
            1265,
            "Roof torn from a school in Tarrow",
            p("The storm has torn the roof from the gymnasium of a grade school in Tarrow. The building was empty.")
            + quote("It lifted like the lid of a pan, and then it was in the next field.")
            + p("The caretaker, Jonas Pell, watched from across the road."),
            ((HALVERN, "Tarrow"),),
        ),
        Entry(
            1120,
            "Wind eases, rain does not",
            p(
                "Gusts have fallen below 60 mph, and the storm warning ends at {+30}. In the hills it is raining as "
                "hard as before: four tenths of an inch in the past hour at Dunmarrow."
            ),
            ((WEATHER, ""), (VOST, "")),
        ),
        Entry(
            1038,
            "",
            p("Power is back in all but 600 of the 18,000 homes that lost it, Estmere Grid says."),
            ((BUREAU, ""),),
        ),
        Entry(
            960,
            "Flood warning for the Ashlen",
            p(
                "The Estmere Rivers Authority has issued a flood warning for the whole length of the Ashlen. The "
                "river stands at 10.2 feet at Tanners Bridge in Hallorin; the city floods at 20."
            ),
            ((WEATHER, ""),),
            images=(HILLS_IN_STORM,),
            key_event=True,
        ),
        Entry(
            908,
            "We end our coverage of the storm here",
            p(
                "The storm is moving out to the northwest and will be gone within hours. Our live coverage goes on "
                "with the flood that it leaves behind."
            ),
            ((CORRIN, ""),),
        ),
    ),
)
