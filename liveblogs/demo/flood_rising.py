"""The flood, from the first hours after the storm until the water stands at the embankment."""

from .content import BUREAU, CORRIN, ELLISDON, HALVERN, LANTRY, OKARRA, VOST, WEATHER, WIRE, Entry, ol, p, quote
from .flood_pictures import BRIDGE, GUILDHALL_ROOM, HARBOR, LOCATOR, QUEUE, RAIN

ON_THE_QUAY = ((ELLISDON, "Hallorin"),)
AT_ORLEY = ((OKARRA, "Orley Bridge"),)
AT_THE_SHELTERS = ((HALVERN, "Hallorin"),)

RISING: tuple[Entry, ...] = (
    Entry(
        848,
        "Our coverage continues here",
        p(
            "The flood warning for Hallorin and the lower Ashlen valley remains in force. Storm Perrin has left the "
            "coast, but the water that it dropped on the hills has not yet reached the city.",
            'Everything up to this point is in <a href="{earlier}">our coverage of the first day</a>.',
        ),
        ((CORRIN, ""),),
    ),
    Entry(
        836,
        "Where the water is coming from",
        p(
            "The Ashlen gathers the rain of the Dunmarrow hills, runs 50 miles through farmland and enters the sea "
            "at Hallorin. Water that falls at Dunmarrow takes about 18 hours to reach the city."
        ),
        ((BUREAU, ""),),
        images=(LOCATOR,),
    ),
    Entry(
        821,
        "",
        p("Trains between Hallorin and Lower Quenn have stopped running. Tickets are valid on any later day."),
        ((WIRE, ""),),
    ),
    Entry(
        803,
        "Schools in the valley to close",
        p(
            "All 62 schools between Orley Bridge and the coast will stay shut for at least two days, the county "
            "said. Eleven of them are being prepared as shelters."
        ),
        ((HALVERN, ""),),
    ),
    Entry(
        784,
        "A month’s rain in a single day",
        p(
            "Every gauge in the valley has recorded more rain in 24 hours than it does in an average month. At "
            "Tarrow it was almost twice as much.",
            "The ground was full before the storm came, so nearly all of that water is running straight into the "
            "streams. How high the river will go in Hallorin depends on one thing now: whether the crest of the "
            "Ashlen and that of Orle Brook arrive together.",
        ),
        ((VOST, ""),),
        label="Analysis",
        images=(RAIN,),
    ),
    Entry(
        766,
        "Orley Bridge loses its main street",
        p(
            "The Ashlen is running down the main street of Orley Bridge, 30 miles above Hallorin. Shopkeepers were "
            "still carrying stock upstairs when the fire department asked them to leave."
        )
        + quote("We had put up boards to the height of the last flood. It went over them in about ten minutes.")
        + p("Sela Brandish, who runs the pharmacy, said she would not try to save the ground floor."),
        AT_ORLEY,
        key_event=True,
    ),
    Entry(
        752,
        "",
        p(
            "The bus station in Orley Bridge is now open as a shelter. There is no drinking water there yet; bring "
            "your own."
        ),
        AT_ORLEY,
    ),
    Entry(
        731,
        "Flood warning raised to the highest level",
        p(
            "The Estmere Rivers Authority has raised its warning for central Hallorin to <strong>severe: danger to "
            "life</strong>. It applies to everyone within 500 yards of the river."
        )
        + ol(
            "Leave if you are told to. Do not wait for the water.",
            "Take medicines, papers and a charged phone.",
            "Switch off gas and electricity if you can reach the switch with dry feet.",
        ),
        ((WEATHER, ""),),
        key_event=True,
    ),
    Entry(
        715,
        "Mayor asks 14,000 people to leave",
        p(
            "Mayor Corinne Adair has ordered the evacuation of North Wharf, the Shambles, Eastgate and the lower "
            "part of Southfields. Buses leave from the Cathedral steps and from Eastgate market every ten minutes.",
            "“Nobody will be asked who they are or where they live,” she said. “Get on the bus.”",
        ),
        ((HALVERN, "Hallorin"), (ELLISDON, "")),
        images=(GUILDHALL_ROOM,),
        key_event=True,
    ),
    Entry(
        698,
        "",
        p(
            "The buses are full but the line is orderly. Drivers say they will keep going for as long as the "
            "Cathedral road stays dry."
        ),
        ON_THE_QUAY,
    ),
    Entry(
        676,
        "Tanners Bridge shut to traffic",
        p(
            "Police have closed Tanners Bridge after a tree struck one of its piers. Engineers will look at the "
            "damage when the river allows it. Custom House Bridge remains open to emergency vehicles only."
        ),
        ((OKARRA, "Hallorin"),),
        images=(BRIDGE,),
    ),
    Entry(
        655,
        "What a severe warning means",
        p(
            "<strong>Severe</strong> is the third and highest step. It has been issued for Hallorin only twice "
            "before: in 1987, and eleven years ago, when the sea broke through at Stell Point.",
            "It lets the county requisition vehicles and buildings, and it obliges hospitals to move patients from "
            "ground floors.",
        ),
        ((BUREAU, ""),),
        label="Explained",
    ),
    Entry(
        634,
        "Hospital moves 118 patients",
        p(
            "St Brannoc’s Hospital has moved 118 patients from its ground floor, and sent 23 of them to Tarrow by "
            "ambulance. The emergency room is open."
        ),
        ((HALVERN, ""),),
        correction="An earlier version of this post said that 181 patients had been moved. The hospital counts 118.",
    ),
    Entry(
        612,
        "",
        p(
            "Estmere Grid is switching off two substations in Eastgate before the water reaches them. About 9,000 "
            "homes there will lose power within the hour."
        ),
        ((WIRE, ""),),
    ),
    Entry(
        590,
        "Port stops work",
        p(
            "The container port has stopped all work and sent its crews home. Two ships that were due are waiting "
            "in the Caldric Sound; a third, the <em>Ardent Kestrel</em>, lies at berth 4 with its lines doubled.",
            "The port handles about a fifth of the region’s food imports. Its operator says that stores will last "
            "nine days.",
        ),
        ((OKARRA, ""), (LANTRY, "")),
        images=(HARBOR,),
    ),
    Entry(
        573,
        "Guildhall shelter is full",
        p(
            "The Guildhall has taken in 640 people and can take no more. New arrivals are sent to the Cathedral "
            "School, 15 minutes away on foot."
        ),
        AT_THE_SHELTERS,
        images=(QUEUE,),
    ),
)
