"""The benchmark: `make bench`, or `python -m bench --rounds 5 --seconds 2`.

Serves the same blogs of 20 to 10,000 posts on SQLite and on PostgreSQL, and asks in turn for pages, deltas and the
yardsticks: constant answers of the same size from the same servers. All sides are measured in the same run and
interleaved, so that ratios hold on a noisy machine too. Nothing is asserted: the table tells which goal was missed.
"""

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

from . import content, load, report, sites
from .load import Subject
from .sites import Site

#: What a browser says.
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each address has its turn")
    parser.add_argument("--seconds", type=float, default=2, help="how long a turn is")
    parser.add_argument("--publishes", type=int, default=40, help="posts that are published in each blog")
    parser.add_argument("--lengths", type=int, nargs="+", default=content.LENGTHS, help="posts of the blogs")
    options = parser.parse_args()
    load.tool()
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as folder:
        place = Path(folder)
        archives = [content.write(length, place) for length in options.lengths]
        with sites.sites(place, archives, options.lengths) as running:
            of_site = {site.name: subjects(site) for site in running}
            for number in range(options.rounds):
                print(f"Round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
                for turn in zip(*of_site.values(), strict=True):
                    for subject in turn:
                        load.run(subject, options.seconds)
            print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores\n")
            for site in running:
                print(report.of_subjects(site.name, of_site[site.name]) + "\n")
                tell_the_rest(site, options.publishes)


def subjects(site: Site) -> list[Subject]:
    """Everything that has its turn on this site."""
    blogs = {int(length): told for length, told in site.filled.items()}
    pages = {length: f"/{told['slug']}/" for length, told in blogs.items()}
    shortest, longest = min(blogs), max(blogs)
    _, headers, body = site.get(pages[shortest], **BROWSER)
    since = blogs[longest]["revision"] - 1
    changes = f"/{blogs[longest]['slug']}/changes/"
    _, _, news = site.get(f"{changes}?since={since}", **BROWSER)
    _, nothing, _ = site.get(f"{changes}?since={since + 1}", **BROWSER)

    def subject(name: str, path: str, yardstick: str = "", goal: float = 0.0, **headers: str) -> Subject:
        return Subject(name, site.address + path, yardstick, goal, headers=BROWSER | headers)

    of_page, of_news = f"constant, {len(body):,} bytes", f"constant, {len(news):,} bytes"
    cold = 0.30 if site.name == "SQLite" else 0.20
    return [
        subject(of_page, f"/bench/constant/{len(body)}/"),
        subject(of_news, f"/bench/constant/{len(news)}/"),
        subject("constant 304", "/bench/unchanged/"),
        *(subject(f"page, {length:,} posts", path, of_page, 0.85) for length, path in pages.items()),
        subject("page, 304", pages[shortest], "constant 304", 0.85, **{"If-None-Match": headers["etag"]}),
        *(
            subject(f"cold page, {length:,} posts", f"/bench/cold{path}", of_page, cold)
            for length, path in pages.items()
        ),
        subject(
            "delta, no news",
            f"{changes}?since={since + 1}",
            "constant 304",
            0.85,
            **{"If-None-Match": nothing["etag"]},
        ),
        subject("delta, one new post", f"{changes}?since={since}", of_news, 0.40),
        subject(
            "cold delta, one new post", f"/bench/cold-changes{changes.removesuffix('changes/')}?since={since}", of_news
        ),
    ]


def tell_the_rest(site: Site, publishes: int) -> None:
    """Imports, publishing, queries, memory."""
    blogs = {int(length): told for length, told in site.filled.items()}
    slugs = {length: told["slug"] for length, told in blogs.items()}
    memory = site.memory()
    counted = sites.work(site.environment, "queries", *slugs.values())
    published = sites.work(site.environment, "publish", str(publishes), *slugs.values())
    rows = []
    base = published[slugs[min(slugs)]]["median"]
    for length, slug in slugs.items():
        one = published[slug]
        rows.append(
            [
                f"{length:,} posts",
                f"{blogs[length]['seconds']:.1f} s",
                f"{one['median']:.1f} ms ({one['low']:.1f} to {one['high']:.1f})",
                f"{one['median'] / base:.2f}",
                report.verdict(one["median"] / base, at_most=1.2),
                ", ".join(f"{name}: {number}" for name, number in counted[slug].items()),
            ]
        )
    print(report.table([site.name, "import", "publish (to p95)", "ratio", "goal", "queries"], rows) + "\n")
    held = ", ".join(f"{size:.0f} MB" for size in memory)
    print(f"A worker's memory after that: {held} ({report.verdict(max(memory), at_most=70)})\n")


if __name__ == "__main__":
    main()
