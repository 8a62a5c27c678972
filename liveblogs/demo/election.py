"""A draft: coverage of an election that is being prepared."""

from .content import ANSTEY, CORRIN, HALVERN, Entry, Picture, Story, ol, p, ul

CHAMBER = Picture(
    "chamber",
    "A domed building with a colonnade of eight columns is lit against a deep blue evening sky and mirrored in a wet "
    "square.",
    "The Estmere Assembly in Estmere City.",
    "Noor Ashby/Fairlead News",
)
SEATS = Picture(
    "seats",
    "Half circle of 121 dots, one for each seat: Civic Alliance 46, Labor and Land 34, Reform Union 19, Greens of the "
    "Coast 14 and no party 8.",
    "The Assembly as it was elected four years ago.",
    "Fairlead News graphics",
)
TURNOUT = Picture(
    "turnout",
    "Bar chart of turnout at six elections. It rises from 51.2 percent 24 years ago to 66.4 percent eight years ago, "
    "and falls to 63.9 percent at the last.",
    "Turnout at the last six elections to the Assembly.",
    "Fairlead News graphics",
)

ELECTION = Story(
    title="Estmere votes: results as they are declared",
    slug="estmere-election",
    summary=ul(
        "Polls close at 8 p.m.; first results are expected an hour later.",
        "All 121 seats are up. A majority needs 61.",
        "<em>To be completed on the day.</em>",
    ),
    status="draft",
    time_zone="America/New_York",
    bylines=(ANSTEY, CORRIN),
    cover=CHAMBER,
    staff=("editor", "contributor"),
    posts=(
        Entry(
            2890,
            "How the count works",
            p(
                "Each of the 40 districts sends three members, and the largest one more. Votes are counted where "
                "they were cast and reported to the Electoral Office by telephone, then in writing."
            )
            + ol(
                "The office checks each report against the register.",
                "The district’s judge signs it.",
                "Only then is a seat called.",
            ),
            ((ANSTEY, ""),),
            images=(CHAMBER,),
            state="draft",
        ),
        Entry(
            2850,
            "The chamber before the vote",
            p(
                "No party has a majority. The Civic Alliance, with 46 seats, has been in opposition since Labor and "
                "Land formed a government with the Greens and the Reform Union."
            ),
            ((ANSTEY, ""),),
            images=(SEATS,),
            state="draft",
        ),
        Entry(
            1500,
            "Will turnout recover?",
            p(
                "Turnout fell at the last election for the first time in 20 years. Parties blame the date, which "
                "fell into the harvest. This time it does not."
            ),
            ((ANSTEY, ""), (HALVERN, "")),
            label="Analysis",
            images=(TURNOUT,),
            state="submitted",
        ),
        Entry(
            40,
            "Polling stations in flooded districts",
            p("The Electoral Office will decide this week whether polling stations in Hallorin can open."),
            ((HALVERN, ""),),
            state="draft",
            notes="To add: the list of replacement sites.",
        ),
    ),
)
