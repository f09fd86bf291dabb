"""Publishes saved pages in every format and content mode, and checks each feed by the rules.

    python bench/validity.py FOLDER [MOST]      (default: 300 pages)

Prints how many feeds were built, and each broken rule with a page that breaks it. With html5lib
installed its strict parser, which the W3C's feed validator uses, reads each content as well.
"""

import gzip
import json
import random
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from pipeline.article import Entry, FeedSpec
from pipeline.extract import NotAnArticle, extract
from pipeline.syndicate import FORMATS
from tests.syndicate.feed_rules import problems

try:
    from html5lib import HTMLParser
except ImportError:
    HTMLParser = None

FEED = FeedSpec(id="all", title="All", languages=("en",), base_url="https://wire.example.org")
MODES = ("full", "bilingual", "summary")


def entry(file: Path) -> Entry | None:
    """The page as a feed shows it; None where it holds no article."""
    content = file.read_bytes()
    content = gzip.decompress(content) if file.suffix == ".gz" else content
    try:
        article = extract(content, f"https://news.example.com/{file.name.partition('.')[0]}")
    except NotAnArticle:
        return None
    now = datetime.now(UTC)
    published = min(article.published or now, now)
    return Entry(
        id=uuid.uuid5(uuid.NAMESPACE_URL, str(file)).urn,
        url=article.url,
        title=article.title,
        summary=article.summary,
        html=article.html,
        language=article.language or "en",
        original_language="en",
        by_machine=article.language != "en",
        published=published,
        updated=min(max(article.modified or published, published), now),
        authors=article.authors,
        image=article.image,
        categories=article.keywords,
        source_title=article.site or "",
        source_url="https://news.example.com/",
        original_html=article.html.replace("a", "á"),
    )


def broken(one: Entry) -> Iterator[str]:
    """The rules that the feeds of one entry break."""
    for mode in MODES:
        for form in FORMATS:
            document = form.build(replace(FEED, content=mode), "en", [one])
            for line in problems(document, now=datetime.now(UTC)):
                yield f"{form.name}, {mode}: {line.replace(one.id, 'the entry')}"
        if HTMLParser is not None:
            (item,) = json.loads(document)["items"]
            try:
                HTMLParser(strict=True).parseFragment(item["content_html"])
            except Exception as error:  # noqa: BLE001 - whatever it finds
                yield f"html5lib, {mode}: {error}"


def checked(file: Path) -> tuple[Path, list[str] | None]:
    """A page, and what is wrong with its feeds; None: no article."""
    one = entry(file)
    return file, None if one is None else list(broken(one))


def main(folder: Path, most: int) -> None:
    files = sorted(file for file in folder.rglob("*.html*") if file.is_file())
    random.Random(1).shuffle(files)
    found: Counter[str] = Counter()
    examples: dict[str, Path] = {}
    articles = 0
    with ProcessPoolExecutor() as workers:
        for file, lines in workers.map(checked, files[:most], chunksize=8):
            articles += lines is not None
            for line in lines or ():
                found[line[:90]] += 1
                examples.setdefault(line[:90], file)
    feeds = articles * len(MODES) * len(FORMATS)
    parser = "with" if HTMLParser else "without"
    print(f"{articles} articles, {feeds} feeds, {found.total()} problems ({parser} html5lib)")
    for line, number in found.most_common():
        print(f"{number:5}  {line}  ({examples[line]})")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 300)
