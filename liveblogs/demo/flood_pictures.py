"""The pictures of the storm and the flood, with their words."""

from .content import Picture

GRAPHICS = "Fairlead News graphics"

LOCATOR = Picture(
    "locator-map",
    "Map of the coast of Estmere. The River Ashlen runs from Dunmarrow in the west past Orley Bridge and Lower Quenn "
    "to the city of Hallorin, where it meets the Caldric Sound. Stell Point lies north of the city, Brackwater south.",
    "Hallorin lies where the Ashlen reaches the sea.",
    GRAPHICS,
)
EXTENT = Picture(
    "flood-extent",
    "Street map of central Hallorin with the flood on both banks of the river. It covers North Wharf, the Shambles, "
    "Eastgate and lower Southfields; Cathedral Hill is dry. Both city bridges are marked as shut.",
    "How far the water had come when the survey plane flew over the city.",
    GRAPHICS,
)
POWER = Picture(
    "power-cuts",
    "Chart of 16 supply districts as tiles, shaded by homes without power. Eastgate, with 9,400, North Wharf, with "
    "7,900, and the Shambles, with 6,200, are the darkest. The total is 49,000.",
    "Homes without power by supply district.",
    GRAPHICS,
)
RADAR = Picture(
    "rainfall-radar",
    "Weather radar picture of a band of rain along the coast, with the heaviest, in red, over the sea off Stell Point "
    "and around Brackwater. An arrow shows the rain moving northwest at 25 mph, toward Hallorin.",
    "The second band of rain as it came ashore.",
    GRAPHICS,
)
LEVEL = Picture(
    "river-level",
    "Line chart of the river at Tanners Bridge over 14 hours. It rises from 10.2 feet, passes the flood level of 20 "
    "feet in hour seven and the 1987 record of 30 feet in hour 11, peaks at 31.2 feet in hour 13 and begins to fall.",
    "The Ashlen at Tanners Bridge since the flood warning.",
    GRAPHICS,
)
RAIN = Picture(
    "rainfall",
    "Bar chart of rain in 24 hours at seven gauges. Tarrow leads with 7.4 inches; Hallorin had 5.6. Each gauge is "
    "above its average for a whole month.",
    "One day of rain against the average for the month.",
    GRAPHICS,
)
SKYLINE = Picture(
    "skyline",
    "The towers of central Hallorin at dusk, some windows lit, reflected in the wide and still river.",
    "Hallorin’s river front on a calm evening last summer.",
    "Ines Calloway/Fairlead News",
)
HARBOR = Picture(
    "harbor",
    "A container ship with a blue hull lies moored under quay cranes in the rain. The cranes’ long arms are raised.",
    "The Ardent Kestrel at berth 4. The cranes’ arms are raised when work stops.",
    "Ines Calloway/Fairlead News",
)
BRIDGE = Picture(
    "bridge",
    "Brown water runs fast through a stone bridge of five arches in the rain. A fallen tree lies against one pier. "
    "Lamps are lit on the bridge, and a church spire stands behind it.",
    "Tanners Bridge, with a tree driven against one of its piers.",
    "Piet Saltmarsh/Overland Wire",
)
STREET = Picture(
    "street",
    "A street of terraced houses under water in the dark. Lamps and lit windows are mirrored in the flood, and two "
    "cars stand in it up to their headlights.",
    "Cooper Street in Eastgate, three blocks from the river.",
    "Piet Saltmarsh/Overland Wire",
)
QUEUE = Picture(
    "queue",
    "People in raincoats, most of them under umbrellas, wait in line in the rain before the open, brightly lit door "
    "of a stone hall.",
    "Residents wait outside the Guildhall shelter.",
    "Noor Ashby/Fairlead News",
)
GUILDHALL_ROOM = Picture(
    "guildhall",
    "Five microphones with colored sleeves stand on a wooden lectern with a seal of three waves. The paneled room "
    "behind it, with tall windows and two flags, is out of focus.",
    "The council chamber at the Guildhall, where the mayor speaks to the press.",
    "Noor Ashby/Fairlead News",
)
HILLS_IN_STORM = Picture(
    "hills-in-storm",
    "Ridges of bare hills under black cloud. Rain falls in a dark curtain on the left, and a gap of pale light stands "
    "over the middle of the range.",
    "Storm clouds over the Dunmarrow hills, where the Ashlen rises.",
    "Elis Thornbury/Overland Wire",
)
HILLS_IN_SUN = Picture(
    "hills-in-sun",
    "The same ridges, green and hazy under a blue sky with thin white clouds, with pines in front.",
    "The Dunmarrow hills after the storm.",
    "Elis Thornbury/Overland Wire",
)
