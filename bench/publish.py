"""What a feed costs to build: each format, by the number of entries it shows.

    python bench/publish.py [ENTRIES …]        (default: 50 200)

Prints milliseconds (the median of seven interleaved rounds), bytes, and the cost of the
fingerprint that tells an unchanged feed from a changed one, as a share of the build.
"""

import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial

from pipeline.article import Entry, FeedSpec
from pipeline.syndicate import FORMATS, fingerprint

FEED = FeedSpec(
    id="world",
    title="World",
    languages=("en", "pt", "ar"),
    limit=10_000,
    base_url="https://wire.example.org",
)
PARAGRAPH = "<p>" + 'A sentence of the news with <a href="/a">a link</a> in it. ' * 12 + "</p>"


def entries(count: int) -> list[Entry]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Entry(
            id=f"tag:wire.example.org,2026:{number}/pt",
            url=f"https://news.example.com/{number}",
            title=f"Headline {number}",
            summary="A summary of two lines. " * 5,
            html=PARAGRAPH * 8,
            language="pt",
            original_language="en",
            by_machine=True,
            published=start + timedelta(minutes=number),
            updated=start + timedelta(minutes=number),
        )
        for number in range(count)
    ]


def main(counts: list[int]) -> None:
    for count in counts:
        shown = entries(count)
        builds = {form.name: partial(form.build, FEED, "pt", shown) for form in FORMATS}
        builds["fingerprint"] = partial(fingerprint, FEED, "pt", shown)
        times: dict[str, list[float]] = {name: [] for name in builds}
        sizes = {}
        for _ in range(7):
            for name, build in builds.items():
                begun = time.perf_counter()
                sizes[name] = len(build())
                times[name].append(time.perf_counter() - begun)
        medians = {name: statistics.median(values) for name, values in times.items()}
        for name, seconds in medians.items():
            share = seconds / medians["RSS 2.0"]
            print(
                f"{count:6} entries  {name:14} {seconds * 1000:8.1f} ms  "
                f"{sizes[name]:9,} bytes  {share:5.2f} × RSS"
            )


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [50, 200])
