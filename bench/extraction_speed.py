"""Pages a CPU second of babelwire's extraction, and of trafilatura's where it is installed.

    PYTHONPATH=. python bench/extraction_speed.py [FOLDER] [--rounds N]

FOLDER holds pages as *.html or *.html.gz, at any depth (default: the sample pages and forty made
ones). Both libraries get each page in turn, the one that begins changing from page to page, so that
a busy machine slows both; what counts is their ratio. Each gets the page's bytes and gives the
text, the metadata and the structure: headings, links, tables, images, emphasis. What a library
refuses costs it the time until then.

trafilatura is no dependency of babelwire; for the comparison, in an environment of its own:
    pip install trafilatura lxml_html_clean
"""

import argparse
import gzip
import importlib.metadata
import logging
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pages

from pipeline.errors import NotAnArticle
from pipeline.extract import extract

Extractor = Callable[[bytes, str], object]


def main(folder: Path | None, rounds: int) -> int:
    found = read(folder) if folder else made()
    if not found:
        print(f"{folder}: no *.html or *.html.gz in it", file=sys.stderr)
        return 1
    extractors: dict[str, Extractor] = {"babelwire": ours}
    other = trafilatura()
    if other is None:
        print("trafilatura is not installed (pip install trafilatura lxml_html_clean): ours alone")
    else:
        extractors[f"trafilatura {importlib.metadata.version('trafilatura')}"] = other
    for one in extractors.values():
        one(*found[0])  # loads what is loaded once
    taken = dict.fromkeys(extractors, 0.0)
    names = list(extractors)
    for number in range(rounds):
        for place, page in enumerate(found, number):
            first = place % len(names)
            for name in (*names[first:], *names[:first]):
                taken[name] += timed(extractors[name], page)
    size = sum(len(page) for page, _ in found) / len(found) / 1000
    print(f"{len(found)} pages of {size:.0f} kB on average, {rounds} rounds")
    for name, seconds in taken.items():
        ratio = seconds / taken["babelwire"]
        print(f"{name:20} {len(found) * rounds / seconds:7.1f} pages a CPU second", end="")
        print("" if name == "babelwire" else f"; babelwire is {ratio:.2f} times as fast")
    return 0


def timed(one: Extractor, page: tuple[bytes, str]) -> float:
    began = time.process_time()
    one(*page)
    return time.process_time() - began


def ours(html: bytes, url: str) -> object:
    try:
        return extract(html, url)
    except NotAnArticle:
        return None


def trafilatura() -> Extractor | None:
    try:
        from trafilatura import bare_extraction
    except ImportError:
        return None

    def run(html: bytes, url: str) -> object:
        return bare_extraction(
            html,
            url=url,
            include_comments=False,
            with_metadata=True,
            include_formatting=True,
            include_links=True,
            include_images=True,
            include_tables=True,
        )

    return run


def read(folder: Path) -> list[tuple[bytes, str]]:
    found = []
    for path in sorted(folder.rglob("*")):
        if path.name.endswith((".html", ".html.gz")):
            raw = path.read_bytes()
            name = path.name.partition(".html")[0]
            page = gzip.decompress(raw) if path.suffix == ".gz" else raw
            found.append((page, f"https://bench.example/news/{name}"))
    return found


def made() -> list[tuple[bytes, str]]:
    with tempfile.TemporaryDirectory() as name:
        pages.write(Path(name), 40)
        return read(pages.SAMPLES.parent) + read(Path(name))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, help="where the pages are")
    parser.add_argument("--rounds", type=int, default=1, help="times each page is read (1)")
    asked = parser.parse_args()
    # What either says of single pages is not asked here.
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    raise SystemExit(main(asked.folder, asked.rounds))
