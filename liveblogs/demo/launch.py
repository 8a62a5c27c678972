"""An ended blog: the launch of a space probe by night."""

from datetime import time

from .content import ANSTEY, CORRIN, LANTRY, MERROW, OKARRA, WIRE, WRENFIELD, Entry, Picture, Story, p, quote, ul

NIGHT = Picture(
    "pad-at-night",
    "A white rocket with two side boosters stands beside its launch tower under floodlights, seen across still water. "
    "White vapor drifts from its side.",
    "Wayfinder 2 on pad 2 during fueling.",
    "Ines Calloway/Fairlead News",
)
DUSK = Picture(
    "pad-at-dusk",
    "The rocket and its launch tower stand dark against an orange evening sky with a low sun, and are mirrored in a "
    "lagoon.",
    "Cape Norrey on the evening before the launch.",
    "Elis Thornbury/Overland Wire",
)
ARC = Picture(
    "ascent",
    "A bright arc of light climbs from the far shore and bends across a starry sky. A crowd watches from the beach, "
    "some with raised phones.",
    "The ascent in one long exposure, from Norrey beach.",
    "Ines Calloway/Fairlead News",
)
STEPS = Picture(
    "launch-timeline",
    "List of seven steps of the flight with their times: liftoff at 0:00, boosters off at 1:58, fairing opens at "
    "3:21, first stage off at 8:44, second burn at 27:10, separation at 36:05 and solar wings open at 58:30.",
    "The first hour of the flight as it is planned.",
    "Fairlead News graphics",
)
ROOM = Picture(
    "space-center",
    "Five microphones with colored sleeves stand on a wooden lectern with the seal of an orbit. Behind it, out of "
    "focus, three screens; the middle one shows the Sun.",
    "The briefing room at the Norrey Space Center.",
    "Noor Ashby/Fairlead News",
)

CAPE = ((MERROW, "Cape Norrey"),)
START = 190  # minutes before the end of the coverage, at which the rocket lifted off: 3:40 a.m.

LAUNCH = Story(
    title="Wayfinder 2 is on its way to the far side of the Sun",
    slug="wayfinder-2-launch",
    summary=ul(
        "The probe <strong>Wayfinder 2</strong> lifted off from Cape Norrey at its second attempt.",
        "All stages worked; the solar wings are open and the probe has reported its position.",
        "It will take 14 months to reach a place from which it sees the side of the Sun that we cannot.",
    ),
    status="ended",
    time_zone="America/New_York",
    bylines=(MERROW, WRENFIELD),
    cover=NIGHT,
    clock=time(6, 50),
    started=START + 420,
    ended=0,
    staff=("editor",),
    posts=(
        Entry(
            START + 415,
            "Welcome",
            p(
                "We are at Cape Norrey for the second attempt to launch Wayfinder 2. The first was called off eight "
                "days ago, 40 seconds before liftoff, when a valve did not report that it was shut.",
                "Liftoff is planned for {+415}.",
            ),
            CAPE,
            images=(DUSK,),
        ),
        Entry(
            START + 392,
            "What the probe is for",
            p(
                "From Earth we see one half of the Sun. What forms on the other half turns toward us within two "
                "weeks, often without warning."
            )
            + ul(
                "Wayfinder 2 will watch that hidden half for at least six years.",
                "Grid operators hope for warnings of solar storms ten days ahead, instead of two.",
                "It weighs 1,340 pounds and carries five instruments.",
            ),
            ((MERROW, ""),),
        ),
        Entry(START + 360, "", p("Fueling has begun. It takes about three and a half hours."), CAPE, key_event=True),
        Entry(
            START + 331,
            "The first hour of the flight",
            p(
                "Most of what can go wrong will have gone wrong, or not, within an hour of liftoff. These are the "
                "steps to watch."
            ),
            ((MERROW, ""),),
            images=(STEPS,),
        ),
        Entry(
            START + 300,
            "Weather: 80 percent",
            p(
                "The launch weather officer gives an 80 percent chance of acceptable conditions. The concern is "
                "cloud: the rules forbid a launch through a layer thicker than 4,500 feet."
            ),
            ((WIRE, "Cape Norrey"),),
        ),
        Entry(
            START + 262,
            "The valve, eight days later",
            p(
                "The valve that stopped the first attempt had shut. Its sensor said nothing, because a connector had "
                "worked loose on the way to the pad. It took six hours to find and four minutes to put right.",
                "That is not a scandal. It is what a countdown is for.",
            ),
            ((WRENFIELD, ""),),
            label="Analysis",
        ),
        Entry(
            START + 228,
            "",
            p("The beach at Norrey is filling up. Police count 9,000 people and have closed the coast road."),
            ((OKARRA, "Norrey"),),
        ),
        Entry(
            START + 190,
            "“I will believe it when it answers”",
            p(
                "Ilse Marchetti has worked on the probe for eleven years. She will be in the control room tonight, "
                "with nothing to do."
            )
            + quote(
                "Everyone looks at the fire. I will look at a number on a screen, an hour later, when it answers for "
                "the first time."
            ),
            CAPE,
        ),
        Entry(
            START + 141,
            "Fueling complete",
            p(
                "Both stages are full. From now on they are topped up as the liquid oxygen boils away, which is the "
                "white plume at the side of the rocket."
            ),
            CAPE,
            images=(NIGHT,),
        ),
        Entry(
            START + 96,
            "",
            p("The pad is clear. The last technicians have left by the east gate."),
            ((WIRE, "Cape Norrey"),),
        ),
        Entry(
            START + 55,
            "Countdown held",
            p("The count has stopped at minus 20 minutes. A fishing boat is inside the closed area off the cape."),
            CAPE,
            key_event=True,
        ),
        Entry(
            START + 34,
            "Countdown resumes",
            p(
                "The boat has left and the count goes on. The delay comes out of a reserve of 35 minutes, so the "
                "time of liftoff stays the same."
            ),
            ((MERROW, "Cape Norrey"), (LANTRY, "")),
        ),
        Entry(
            START + 12,
            "Final poll: go",
            p(
                "All 14 positions in the control room have answered “go”. The rocket switches to its own power in "
                "seven minutes."
            ),
            CAPE,
        ),
        Entry(
            START,
            "Liftoff",
            p("<strong>Wayfinder 2 has lifted off</strong> from pad 2 at Cape Norrey, on time to the second."),
            CAPE,
            key_event=True,
        ),
        Entry(
            START - 3,
            "",
            p("The boosters have burned out and fallen away. At the press stand it is quiet again."),
            CAPE,
        ),
        Entry(
            START - 5,
            "",
            p("Fairing open. The probe is out of its shell for the first time since it left the clean room."),
            ((WIRE, ""),),
        ),
        Entry(
            START - 10,
            "Second stage burning",
            p(
                "The first stage has shut down and the second has lit. It will burn twice: once to reach orbit, once "
                "to leave it."
            ),
            ((MERROW, ""),),
        ),
        Entry(
            START - 24,
            "The ascent in one picture",
            p("The flight as the crowd on Norrey beach saw it, from the glow on the pad to the edge of the sky."),
            ((OKARRA, "Norrey"),),
            images=(ARC,),
        ),
        Entry(
            START - 37,
            "Probe flies alone",
            p("Wayfinder 2 has separated from the rocket, within a hundredth of a degree of its planned direction."),
            CAPE,
            key_event=True,
        ),
        Entry(
            START - 61,
            "It answers",
            p(
                "The tracking station at Harden Moor has picked up the probe’s signal. The solar wings are open and "
                "give full power.",
                "In the control room, Ilse Marchetti read out the number twice.",
            ),
            ((MERROW, "Cape Norrey"), (WIRE, "Harden Moor")),
            key_event=True,
        ),
        Entry(
            START - 84,
            "How it will get there",
            p(
                "The probe now falls toward the Sun on a path a little shorter than Earth’s own. In the sixth month "
                "it swings past Venus, which turns its course; after 14 it will be where it is meant to stay."
            ),
            ((WRENFIELD, ""), (MERROW, "")),
            label="Explained",
        ),
        Entry(
            START - 112,
            "What it cost",
            p(
                "The mission costs 610 million dollars over ten years, 8 percent more than the Assembly approved. The "
                "difference was paid for by giving up a sixth instrument."
            ),
            ((ANSTEY, "Estmere City"),),
            correction="This post first said that the cost was 8 percent less than approved. It is 8 percent more.",
        ),
        Entry(
            START - 150,
            "Director: “A quiet night, at last”",
            p(
                "The head of the Norrey Space Center, Maren Oduya, thanked the crew of the fishing boat for its quick "
                "departure and everyone else for their patience. The first picture from the probe is expected in "
                "three weeks."
            ),
            CAPE,
            images=(ROOM,),
        ),
        Entry(
            START - 188,
            "That was our live coverage",
            p(
                "Wayfinder 2 is 40,000 miles away and in good health. Thank you for following. What it does "
                'next stands on <a href="https://www.example.org/wayfinder-2">the mission’s own page</a>.'
            ),
            ((CORRIN, ""),),
        ),
    ),
)
