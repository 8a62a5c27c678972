"""The pictures of the flood, with their words."""

from .content import Picture

LOCATOR = Picture(
    "locator-map",
    "Map of the coast of Estmere. The River Ashlen runs from Dunmarrow in the west past Orley Bridge and "
    "Lower Quenn to the city of Hallorin, where it meets the Caldric Sound.",
    "Hallorin lies where the Ashlen reaches the sea.",
    "Fairlead News graphics",
)
EXTENT = Picture(
    "flood-extent",
    "Street map of central Hallorin with the flood on both banks of the river. It covers North Wharf, the "
    "Shambles and Eastgate; both city bridges are marked as shut.",
    "How far the water reached at the first survey and at the peak.",
    "Fairlead News graphics",
)
POWER = Picture(
    "power-cuts",
    "Map of 16 supply districts shaded by homes without power. Eastgate, with 9,400, and North Wharf, with 7,900, are "
    "the darkest.",
    "Homes without power by supply district, at the peak of the cuts.",
    "Fairlead News graphics",
)
RADAR = Picture(
    "rainfall-radar",
    "Weather radar picture with heavy rain, in red and orange, over the sea south-east of Hallorin and "
    "north of the city. An arrow shows the rain moving north-west.",
    "The second band of rain as it came ashore.",
    "Fairlead News graphics",
)
LEVEL = Picture(
    "river-level",
    "Line chart of the river at Tanners Bridge. It rises from 3.1 meters to a peak of 9.5 meters in the "
    "13th hour, above the record of 9.1 meters, then falls to 9.0.",
    "The Ashlen at Tanners Bridge since the flood warning.",
    "Fairlead News graphics",
)
RAIN = Picture(
    "rainfall",
    "Bar chart of rain in 48 hours at seven gauges. Tarrow leads with 187 millimeters; each gauge is above"
    " its average for the whole month.",
    "Two days of rain against the average for the month.",
    "Fairlead News graphics",
)
SKYLINE = Picture(
    "skyline",
    "The towers of central Hallorin at dusk, some windows lit, reflected in the wide and still river.",
    "Central Hallorin and the Ashlen, before the flood.",
    "Ines Calloway/Fairlead News",
)
HARBOUR = Picture(
    "harbour",
    "A container ship lies below tall quay cranes in thick fog, with a pale sun above.",
    "The container port, where loading has stopped.",
    "Ines Calloway/Fairlead News",
)
BRIDGE = Picture(
    "bridge",
    "Brown water rushes through a stone bridge in the rain. Only the tops of its five arches stand clear "
    "of the river.",
    "Tanners Bridge with the river near the crowns of its arches.",
    "Piet Saltmarsh/Overland Wire",
)
STREET = Picture(
    "street",
    "A street of terraced houses under water in the dark. Lamps and a few lit windows shine in the flood, and a car "
    "stands in it to its doors.",
    "Cooper Street in Eastgate after the embankment was overtopped.",
    "Piet Saltmarsh/Overland Wire",
)
QUEUE = Picture(
    "queue",
    "People with umbrellas wait in heavy rain in front of a hall with tall arched windows, three of them lit.",
    "Residents wait outside the Guildhall shelter.",
    "Noor Ashby/Fairlead News",
)
PODIUM = Picture(
    "podium",
    "Five microphones with coloured markers stand on a wooden lectern with a round seal. The room behind "
    "is out of focus.",
    "The briefing room at the Guildhall before the mayor spoke.",
    "Noor Ashby/Fairlead News",
)
HILLS = Picture(
    "mountains",
    "Dark ridges and snow-topped peaks below heavy cloud, with a break of pale light over the middle of the range.",
    "Storm clouds over the Dunmarrow hills, where the Ashlen rises.",
    "Elis Thornbury/Overland Wire",
)
