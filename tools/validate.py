"""`make validate`: check every public page of the demo and of archives with the Nu HTML checker.

Archives: the files given as arguments, otherwise each `archive.json` in the folders of `../shared/data`.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import npm
import serving

ARCHIVES = serving.ROOT.parent / "shared/data"
#: The pages to begin with. The last one does not exist: its 404 page is checked, too.
FIRST = ("/", "/nothing-here/")
#: Paths that are not pages for readers.
OTHERS = ("/admin/", "/media/", "/static/")


def main() -> None:
    java = npm.needed("java", "Java 11 or newer (Debian: apt-get install default-jre-headless)")
    npm.needed("node", "Node.js 18.16 or newer (Debian: apt-get install nodejs npm)")
    npm.install()
    archives = [Path(name).resolve() for name in sys.argv[1:]] or sorted(ARCHIVES.glob("*/archive.json"))
    with serving.demo(archives) as site, tempfile.TemporaryDirectory() as folder:
        pages = {}
        for number, (address, html) in enumerate(_pages(site)):
            file = Path(folder) / f"{number}.html"
            file.write_text(html)
            pages[file.name] = address
        print(f"Checking {len(pages)} pages", flush=True)
        faults = _faults(java, folder, pages)
    print("\n".join(faults) or "No errors.")
    sys.exit(1 if faults else 0)


class _Links(HTMLParser):
    """The URLs that a page links to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (address := dict(attrs).get("href")):
            self.found.append(address)


def _pages(site: serving.Site) -> Iterator[tuple[str, str]]:
    """The address and HTML of every page that can be reached by links."""
    seen, waiting = set(FIRST), list(FIRST)
    while waiting:
        path = waiting.pop()
        _, kind, html = site.get(path)
        if kind != "text/html":
            continue
        yield path, html
        for link in _Links(html).found:
            parts = urlsplit(urljoin(site.address + path, urldefrag(link)[0]))
            address = f"{parts.path}?{parts.query}" if parts.query else parts.path
            if f"{parts.scheme}://{parts.netloc}" != site.address or address.startswith(OTHERS):
                continue
            if address not in seen:
                seen.add(address)
                waiting.append(address)


def _faults(java: str, folder: str, pages: dict[str, str]) -> list[str]:
    jar = npm.PACKAGES / "vnu-jar/build/dist/vnu.jar"
    done = subprocess.run(
        [java, "-jar", str(jar), "--errors-only", "--format", "json", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        messages = json.loads(done.stderr)["messages"]
    except ValueError:
        sys.exit(f"The checker failed:\n{done.stderr}")
    return [_message(one, pages) for one in messages]


def _message(message: dict[str, Any], pages: dict[str, str]) -> str:
    address = pages.get(urlsplit(message.get("url", "")).path.rpartition("/")[2], "?")
    return f"{address}:{message.get('lastLine', 1)}: {message['message']}\n    {message.get('extract', '')}"


if __name__ == "__main__":
    main()
