"""The benchmark: `make bench`, or `python -m bench --rounds 5 --seconds 2`.

Serves the same blogs of 20 to 10,000 posts on SQLite and on PostgreSQL, and requests in turn pages, deltas and the
baselines: constant responses of the same size from the same servers. All of them are measured in the same run and
interleaved, so that ratios also hold on a busy machine. Nothing is asserted: the tables show which goals were missed.
"""

import argparse
import os
import platform
import sys
import tempfile
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path

from . import content, front, load, report, sites
from .load import Subject
from .sites import Site

#: The request headers of a browser.
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each address is measured")
    parser.add_argument("--seconds", type=float, default=2, help="how long each measurement takes")
    parser.add_argument("--publishes", type=int, default=40, help="posts to publish in each blog")
    parser.add_argument(
        "--lengths", type=int, nargs="+", default=content.LENGTHS, help="numbers of posts in the blogs"
    )
    options = parser.parse_args()
    load.tool()
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as folder:
        place = Path(folder)
        archives = [content.write(length, place) for length in options.lengths]
        with ExitStack() as stack:
            running = stack.enter_context(sites.sites(place, archives, options.lengths))
            of_site = {site.name: subjects(site) for site in running}
            cached = stack.enter_context(front.nginx(place, running[0], page_of(running[0]), **BROWSER))
            if cached:
                of_site["nginx"] = [
                    Subject("a file of the page's size", cached[1]),
                    Subject(
                        "the page, through the cache", cached[0], "a file of the page's size", 0.80, headers=BROWSER
                    ),
                ]
            for number in range(options.rounds):
                print(f"Round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
                for turn in zip_longest(*of_site.values()):
                    for subject in filter(None, turn):
                        load.run(subject, options.seconds)
            print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores\n")
            for site in running:
                print(report.of_subjects(site.name, of_site[site.name]) + "\n")
                report_the_rest(site, options.publishes)
            if cached:
                print(report.of_subjects("nginx", of_site["nginx"]) + "\n")


def page_of(site: Site) -> str:
    """The path of the shortest blog's page."""
    return f"/{site.filled[str(min(map(int, site.filled)))]['slug']}/"


def subjects(site: Site) -> list[Subject]:
    """Everything that is measured on this site."""
    blogs = {int(length): told for length, told in site.filled.items()}
    pages = {length: f"/{told['slug']}/" for length, told in blogs.items()}
    shortest, longest = min(blogs), max(blogs)
    _, headers, body = site.get(pages[shortest], **BROWSER)
    since = blogs[longest]["revision"] - 1
    changes = f"/{blogs[longest]['slug']}/changes/"
    _, _, news = site.get(f"{changes}?since={since}", **BROWSER)
    _, nothing, _ = site.get(f"{changes}?since={since + 1}", **BROWSER)

    def subject(name: str, path: str, baseline: str = "", goal: float = 0.0, **headers: str) -> Subject:
        return Subject(name, site.address + path, baseline, goal, headers=BROWSER | headers)

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


def report_the_rest(site: Site, publishes: int) -> None:
    """Print what imports and publishing take, and the queries and memory."""
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
    held = ", ".join(f"{rss:.0f} MB ({pss:.0f} with shared parts divided)" for rss, pss in memory)
    print(f"A worker's memory after the readers: {held}; goal {report.verdict(memory[-1][1], at_most=70)}\n")


if __name__ == "__main__":
    main()
