"""The flood, from the warning until the river stands at its record."""

from .content import ANSTEY, BUREAU, CORRIN, ELLISDON, HALVERN, OKARRA, VOST, WEATHER, WIRE, WRENFIELD, Entry
from .flood_pictures import BRIDGE, HARBOUR, LOCATOR, PODIUM, POWER, QUEUE, RADAR, RAIN, STREET

ON_THE_QUAY = ((ELLISDON, "Hallorin"),)
AT_ORLEY = ((OKARRA, "Orley Bridge"),)
GUILDHALL = ((HALVERN, "Hallorin"),)

RISING: tuple[Entry, ...] = (
    Entry(
        848,
        "Our coverage continues here",
        "<p>The flood warning for Hallorin and the lower Ashlen valley remains in force. Storm Perrin "
        "has left the coast, but the water that it dropped on the hills has not yet reached the "
        "city.</p><p>Everything up to this point is in <a "
        'href="https://www.example.org/storm-perrin/first-day">our coverage of the first day</a>.</p>',
        ((CORRIN, ""),),
    ),
    Entry(
        836,
        "Where the water is coming from",
        "<p>The Ashlen gathers the rain of the Dunmarrow hills, runs 60 miles through farmland and "
        "enters the sea at Hallorin. Water that falls at Dunmarrow takes about 18 hours to reach the "
        "city.</p>",
        ((BUREAU, ""),),
        images=(LOCATOR,),
    ),
    Entry(
        821,
        "",
        "<p>Trains between Hallorin and Lower Quenn have stopped running. Tickets are valid on any later day.</p>",
        ((WIRE, ""),),
    ),
    Entry(
        803,
        "Schools in the valley to close",
        "<p>All 62 schools between Orley Bridge and the coast will stay shut for at least two days, "
        "the county said. Eleven of them are being prepared as shelters.</p>",
        ((HALVERN, ""),),
    ),
    Entry(
        784,
        "More than a month of rain in two days",
        "<p>Every gauge in the valley has now recorded more rain in 48 hours than it does in an "
        "average month. At Tarrow it was almost twice as much.</p><p>The ground was full before the "
        "storm came, so nearly all of that water is running straight into the streams.</p>",
        ((VOST, ""),),
        label="Analysis",
        images=(RAIN,),
    ),
    Entry(
        766,
        "Orley Bridge loses its main street",
        "<p>The Ashlen is running down the main street of Orley Bridge, 30 miles above Hallorin. "
        "Shopkeepers were still carrying stock upstairs when the fire service asked them to "
        "leave.</p><blockquote><p>We had put up boards to the height of the last flood. It went over "
        "them in about ten minutes.</p></blockquote><p>Sela Brandish, who runs the pharmacy, said she "
        "would not try to save the ground floor.</p>",
        AT_ORLEY,
        key_event=True,
    ),
    Entry(
        752,
        "",
        "<p>The bus station in Orley Bridge is now open as a shelter. There is no drinking water there"
        " yet; bring your own.</p>",
        AT_ORLEY,
    ),
    Entry(
        731,
        "Flood warning raised to the highest level",
        "<p>The Estmere Rivers Authority has raised its warning for central Hallorin to "
        "<strong>severe: danger to life</strong>. It applies to everyone within 500 yards of the "
        "river.</p><ol><li>Leave if you are told to. Do not wait for the water.</li><li>Take "
        "medicines, papers and a charged phone.</li><li>Switch off gas and electricity if you can "
        "reach the switch with dry feet.</li></ol>",
        ((WEATHER, ""),),
        key_event=True,
    ),
    Entry(
        715,
        "Mayor asks 14,000 people to leave",
        "<p>Mayor Corinne Adair has ordered the evacuation of North Wharf, the Shambles, Eastgate and "
        "the lower part of Southfields. Buses leave from the Cathedral steps every ten "
        "minutes.</p><p>“Nobody will be asked who they are or where they live,” she said. “Get on the "
        "bus.”</p>",
        ((HALVERN, "Hallorin"), (ELLISDON, "Hallorin")),
        images=(PODIUM,),
        key_event=True,
    ),
    Entry(
        698,
        "",
        "<p>The buses are full but the line is orderly. Drivers say they will keep going for as long "
        "as the Cathedral road stays dry.</p>",
        ON_THE_QUAY,
    ),
    Entry(
        676,
        "Tanners Bridge shut to traffic",
        "<p>Police have closed Tanners Bridge after branches and a shed struck one of its piers. "
        "Engineers will look at the damage when the river allows it. Custom House Bridge remains open "
        "to emergency vehicles only.</p>",
        ((OKARRA, "Hallorin"),),
        images=(BRIDGE,),
    ),
    Entry(
        655,
        "What a severe warning means",
        "<p><strong>Severe</strong> is the third and highest step. It has been issued for Hallorin "
        "only twice before, in 1987 and after the breach at Stell Point eleven years ago.</p><p>It "
        "lets the county requisition vehicles and buildings, and it obliges hospitals to move patients"
        " from ground floors.</p>",
        ((BUREAU, ""),),
    ),
    Entry(
        634,
        "Hospital moves 118 patients",
        "<p>St Brannoc’s Hospital has moved 118 patients from its ground floor and sent 23 of them to "
        "Tarrow by road. The emergency department is open.</p>",
        ((HALVERN, ""),),
        correction=("An earlier version of this post said that 181 patients had been moved. The hospital counts 118."),
    ),
    Entry(
        612,
        "",
        "<p>Estmere Grid is switching off two substations in Eastgate before the water reaches them. "
        "About 9,000 homes will lose power.</p>",
        ((WIRE, ""),),
    ),
    Entry(
        590,
        "Port stops work",
        "<p>The container port has stopped all work and sent its crews home. Two ships that were due "
        "are waiting in the Caldric Sound; a third, the <em>Ardent Kestrel</em>, lies at berth 4 with "
        "its lines doubled.</p><p>The port handles about a fifth of the region’s food imports. Its "
        "operator says that stores will last nine days.</p>",
        ((OKARRA, ""),),
        images=(HARBOUR,),
    ),
    Entry(
        573,
        "Guildhall shelter is full",
        "<p>The Guildhall has taken in 640 people and can take no more. New arrivals are sent to the "
        "Southfields sports hall, 15 minutes away on foot.</p>",
        GUILDHALL,
        images=(QUEUE,),
    ),
    Entry(
        541,
        "Water comes over the embankment at North Wharf",
        "<p>The river has gone over the embankment at North Wharf along a stretch of about 200 yards. "
        "The water is knee-deep in Ropewalk Lane and rising.</p><p>Almost everyone had left. "
        "Firefighters in boats are calling at the houses where a lamp is still on.</p>",
        ON_THE_QUAY,
        key_event=True,
    ),
    Entry(
        528,
        "",
        "<p>“We can hear it before we see it,” a firefighter told me at the end of Ropewalk Lane. “It "
        "sounds like a train that does not arrive.”</p>",
        ON_THE_QUAY,
    ),
    Entry(
        507,
        "First pictures from Eastgate",
        "<p>These are the first pictures from Eastgate and from the river wall. The power is off in "
        "most of the district; street lamps on the Cathedral side still work.</p>",
        ((ELLISDON, "Hallorin"), (WIRE, "")),
        images=(STREET, BRIDGE),
    ),
    Entry(
        488,
        "Two rescued from a car",
        "<p>A woman and her father were taken from the roof of their car in Cooper Street. Both are "
        "well. Police repeated their advice not to drive through water, however shallow it looks.</p>",
        ((WIRE, ""),),
    ),
    Entry(
        469,
        "Why the new flood wall did not help",
        "<p>The wall that the city finished four years ago stands where it should, and it has not "
        "failed. It was built for a level of 8.4 meters, the figure that engineers then expected once "
        "in 200 years.</p><p>The forecast for this flood is a meter higher. A wall that is overtopped "
        "can do harm of its own, because it keeps the water in once the river falls. That is why pumps"
        " are already on the way.</p>",
        ((WRENFIELD, ""),),
        label="Analysis",
    ),
    Entry(
        450,
        "Where to go, and how to get there",
        (
            "<p><strong>Open now:</strong></p><ul><li>Southfields sports hall, Mill Road</li><li>Tarrow "
            "college, reached by bus from the Cathedral</li><li>Brackwater town hall, for people south of "
            "the river</li></ul><p><strong>Full:</strong> the Guildhall; Orley Bridge bus "
            'station.</p><p>The county keeps <a href="https://www.example.org/estmere/shelters">a list of '
            "all shelters</a>.</p>"
        ),
        ((HALVERN, ""), (BUREAU, "")),
    ),
    Entry(
        431,
        "",
        "<p>Mobile service is out in parts of Eastgate and the Shambles. Text messages get through "
        "more often than calls.</p>",
        ((BUREAU, ""),),
    ),
    Entry(
        412,
        "A second band of rain",
        "<p>Radar shows a second band of rain crossing the coast, moving north-west at about 25 mph. "
        "It should bring another 10 to 15 millimeters to Hallorin, and be gone by about "
        "{+150}.</p><p>It will not raise the peak by much: the water that matters is already in the "
        "river.</p>",
        ((WEATHER, ""),),
        images=(RADAR,),
    ),
    Entry(
        390,
        "Three people reported missing",
        "<p>Police are looking for three people: a couple in their seventies from Ropewalk Lane and a "
        "man of 34 who was last seen near the fish market. Their families have been told.</p>",
        ((HALVERN, "Hallorin"),),
        key_event=True,
    ),
    Entry(
        371,
        "",
        "<p>Custom House Bridge is now shut to all vehicles. There is no way across the river in the city.</p>",
        ((OKARRA, "Hallorin"),),
    ),
    Entry(
        352,
        "49,000 homes without power",
        "<p>Estmere Grid says 49,000 homes are without power, most of them switched off before the "
        "water came. It expects to reconnect districts on higher ground first.</p>",
        ((BUREAU, ""),),
        images=(POWER,),
    ),
    Entry(
        330,
        "Governor sends the army’s engineers",
        "<p>The regional government has asked the army for help. Two companies of engineers with 24 "
        "high-volume pumps are on the road and should arrive by {+130}.</p><p>First Minister Alden "
        "Royce said that money would not be a question: “We will count it when the streets are "
        "dry.”</p>",
        ((ANSTEY, "Estmere City"),),
    ),
)
