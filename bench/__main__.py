"""The benchmark: `make bench`, or `python -m bench --rounds 5 --seconds 2`.

Serves the same blogs of 20 to 10,000 posts on SQLite and on PostgreSQL, and requests in turn pages, deltas and the
baselines: a bare WSGI callable that returns the same bytes from the same server, and constant views of Django. All of
them are measured in the same run and interleaved, so that ratios also hold on a busy machine. Nothing is asserted: the
tables show which goals were missed.
"""

import argparse
import os
import platform
import sys
import tempfile
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path

from . import content, crowded, front, load, report, sites
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
                        "the page, through the cache", cached[0], "a file of the page's size", 0.95, headers=BROWSER
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
                if site.name != "gunicorn":
                    report_the_rest(site, options.publishes)
                    print(crowded.table(site, page_of(site), of_site[site.name]) + "\n")
            if cached:
                print(report.of_subjects("nginx", of_site["nginx"]) + "\n")


def page_of(site: Site) -> str:
    """The path of the shortest blog's page."""
    return f"/{site.filled[str(min(map(int, site.filled)))]['slug']}/"


def subjects(site: Site) -> list[Subject]:
    """Everything that is measured on this site, each with the bare callable that returns the same bytes."""
    blogs = {int(length): told for length, told in site.filled.items()}
    pages = {length: f"/{told['slug']}/" for length, told in blogs.items()}
    shortest, longest = min(blogs), max(blogs)
    _, headers, body = site.get(pages[shortest], **BROWSER)
    since = blogs[longest]["revision"]
    no_news, news = (f"/{blogs[longest]['slug']}/changes/?since={number}" for number in (since, since - 1))
    _, nothing, _ = site.get(no_news, **BROWSER)
    unchanged, quiet = {"If-None-Match": headers["etag"]}, {"If-None-Match": nothing["etag"]}

    def subject(name: str, path: str, baseline: str = "", goal: float = 0.0, **headers: str) -> Subject:
        return Subject(name, site.address + path, baseline, goal, headers=BROWSER | headers)

    found = [
        subject("bare callable, page", f"/bare{pages[shortest]}"),
        subject("page", pages[shortest], "bare callable, page", 0.90),
    ]
    if site.name == "gunicorn":
        return found
    return [
        *found,
        subject("Django without middleware, page", f"/plain/bench/constant/{len(body)}/", "bare callable, page"),
        subject("Django behind ours, page", f"/admin/bench/constant/{len(body)}/", "bare callable, page"),
        subject(f"page, {longest:,} posts", pages[longest], "bare callable, page", 0.90),
        subject("bare callable, 304", f"/bare{pages[shortest]}", **unchanged),
        subject("page, 304", pages[shortest], "bare callable, 304", 0.90, **unchanged),
        subject("Django without middleware, 304", "/plain/bench/unchanged/", "bare callable, 304"),
        subject("bare callable, no news", f"/bare{no_news}", **quiet),
        subject("delta, no news", no_news, "bare callable, no news", 0.90, **quiet),
        subject("bare callable, one new post", f"/bare{news}"),
        subject("delta, one new post", news, "bare callable, one new post", 0.90),
        *(
            subject(f"cold page, {length:,} posts", f"/admin/bench/cold{path}", f"cold page, {shortest:,} posts", 0.9)
            for length, path in pages.items()
        ),
        *(
            subject(
                f"cold delta, {length:,} posts",
                f"/admin/bench/cold-changes/{told['slug']}/?since={told['revision'] - 1}",
                f"cold delta, {shortest:,} posts",
                0.9,
            )
            for length, told in blogs.items()
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
    fronts = sites.work(site.environment, "front", *slugs.values())
    base, front_base = published[slugs[min(slugs)]]["median"], fronts[slugs[min(slugs)]]
    for length, slug in slugs.items():
        one = published[slug]
        rows.append(
            [
                f"{length:,} posts",
                f"{blogs[length]['seconds']:.1f} s",
                f"{one['median']:.1f} ms ({one['low']:.1f} to {one['high']:.1f})",
                f"{one['median'] / base:.2f}",
                report.verdict(one["median"] / base, at_most=1.2),
                f"{fronts[slug]:.1f} ms",
                report.verdict(fronts[slug] / front_base, at_most=1.1),
                ", ".join(f"{name}: {number}" for name, number in counted[slug].items()),
            ]
        )
    print(
        report.table([site.name, "import", "publish (to p95)", "ratio", "goal", "front page", "goal", "queries"], rows)
        + "\n"
    )
    held = ", ".join(f"{rss:.0f} MB ({pss:.0f} with shared parts divided)" for rss, pss in memory)
    print(f"A worker's memory after the readers: {held}; goal {report.verdict(memory[-1][0], at_most=70)}\n")


if __name__ == "__main__":
    main()
