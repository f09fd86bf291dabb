"""How well are notices told whose language no list has? Leaves languages out and measures.

    PYTHONPATH=. python bench/unknown_languages.py SHARED [--fold cs el ja vi hi] … [--most 14]

Each fold is a group of languages: their words are taken out of every list of notices, their
notices, articles and paragraphs out of the training (`bench/train_notices.py`), and what is left is
asked to clean pages in them. Without `--fold` three folds are made, of fifteen languages. By
language, and in sum:

- `cases`: pages of SHARED/cases/notices that come out right, and those that must be kept whole;
- `top` … `tail`: notices of SHARED/bench/consent in leak.py's places, in pages of the language
  (where there is none, in English ones); what is given is the share of pages with a leak;
- `pressed`, `policy`, `plain`: the same for notices of `tests/extract/notices.toml` and the bench,
  laid out as a site would, without a telling name, first or last in the article: those that can be
  pressed, those with only a link to a page on privacy, and those of paragraphs alone, which only
  words tell from the article;
- `kept`: paragraphs about cookies that stay, in those places and in the middle, of those that stay
  where nobody looks for notices in runs of blocks.

`--lists` leaves no language out, for comparison.
"""

import argparse
import importlib
import json
import multiprocessing
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any

from bench import notice_pages, train_notices
from pipeline.extract import NotAnArticle, extract
from pipeline.extract.clutter import notices

FOLDS = (
    ("cs", "el", "ja", "vi", "hi"),
    ("pl", "ar", "ru", "zh", "it"),
    ("tr", "fi", "ko", "sv", "id"),
)
PLACES = ("top", "end", "main", "tail")
PLAIN = frozenset("DF")
POLICY = frozenset("K")
COLUMNS = ("cases", "keep", *PLACES, "pressed", "policy", "plain", "kept")
GOOD = frozenset({"cases", "keep", "kept"})
"""The columns that give the share that is right; the others give the share that is wrong."""


class Bench:
    """Pages, notices and paragraphs of the shared folder."""

    def __init__(self, shared: Path, languages: Sequence[str], most: int) -> None:
        self.shared, self.most = shared, most
        self.leak = notice_pages.leak(shared)
        self.notices, self.decoys = notice_pages.notices_of(shared)
        bench = json.loads((shared / "bench/consent/banners.json").read_text("utf-8"))
        self.banners, self.chrome = bench["banners"], bench["chrome"]
        folder = shared / "bench/extraction"
        self.gold = json.loads((folder / "gold.json").read_text("utf-8"))["pages"]
        self.pages = list(notice_pages.pages(shared, languages))

    def hosts(self, language: str) -> list[notice_pages.Page]:
        own = [page for page in self.pages if page.language == language]
        return (own or list(islice(notice_pages.pages(self.shared, ("en",)), self.most)))[
            : self.most
        ]

    def measure(self, language: str) -> Iterator[tuple[str, bool]]:
        """Yield the outcome of each try: its column, and whether it is right."""
        yield from self._cases(language)
        hosts = self.hosts(language)
        banners = [one for one in self.banners if one["lang"] == language][: self.most]
        for number, banner in enumerate(banners):
            yield from self._placed(hosts[number % len(hosts)], banner)
        own = [one for one in self.notices if one.language == language][: self.most]
        for number, notice in enumerate(own):
            layouts = notice_pages.LAYOUTS if number < 3 else notice_pages.LAYOUTS[number % 12]
            for turn, layout in enumerate(layouts if notice.buttons else "D"):
                host = hosts[(number + turn) % len(hosts)]
                place = ("first", "last")[(number + turn) % 2]
                html = notice_pages.laid_out(layout, notice)
                column = "plain" if layout in PLAIN else "policy" if layout in POLICY else "pressed"
                yield column, self._is_gone(host, html, place, notice.sentences)
        for number, told in enumerate(self.decoys.get(language, [])):
            for host in hosts[number % len(hosts) :][:3]:
                for place in ("first", "middle", "last"):
                    made = notice_pages.with_piece(host, f"<p>{escape(told)}</p>", place)
                    if folded(told) in folded(untouched(made, host.url)):
                        yield "kept", folded(told) in folded(text_of(made, host.url))

    def _cases(self, language: str) -> Iterator[tuple[str, bool]]:
        sys.path.insert(0, str(self.shared / "cases"))
        check: Any = importlib.import_module("check")
        folder = self.shared / "cases/notices"
        for case in json.loads((folder / "cases.json").read_text("utf-8")):
            _, kind, *rest = re.split(r"[-.]", case["file"])
            if language in (kind, rest[0]):
                faults = check.faults(case, (folder / case["file"]).read_bytes())
                yield ("keep" if kind == "keep" else "cases"), not faults

    def _placed(
        self, host: notice_pages.Page, banner: dict[str, Any]
    ) -> Iterator[tuple[str, bool]]:
        data = {"banners": [banner], "chrome": self.chrome, "decoys": self._decoys()}
        made = self.leak.variants(host.name, host.source, self.gold[host.name], data)
        base = folded(text_of(host.source, host.url))
        for place, html, sentences, _, _ in made or ():
            if place in PLACES:
                text = folded(text_of(html, host.url))
                leaked = [one for one in map(folded, sentences) if one in text and one not in base]
                yield place, not leaked

    def _decoys(self) -> list[dict[str, Any]]:
        return [{"lang": one, "paragraphs": told} for one, told in self.decoys.items()]

    def _is_gone(
        self, host: notice_pages.Page, html: str, place: str, sentences: Sequence[str]
    ) -> bool:
        text = folded(text_of(notice_pages.with_piece(host, html, place), host.url))
        return not any(one in text for one in map(folded, sentences))


def text_of(html: str, url: str) -> str:
    try:
        return extract(html.encode("utf-8", "replace"), url).text
    except NotAnArticle:
        return ""


def untouched(html: str, url: str) -> str:
    """Return the text of a page in which nobody looks for runs of notices."""
    before, notices.find = notices.find, lambda *_: frozenset()
    try:
        return text_of(html, url)
    finally:
        notices.find = before


folded = notice_pages.folded


def fold(shared: Path, languages: Sequence[str], asked: argparse.Namespace) -> dict[str, Any]:
    """Return the counts of each language of a fold: by column, how many are right and how many."""
    warnings.simplefilter("ignore")
    if not asked.lists:
        train_notices.leave_out(languages)
        recorded = train_notices.recordings(shared, asked.recordings, asked.pages)
        train_notices.use(train_notices.refit(recorded, languages))
    bench = Bench(shared, languages, asked.most)
    counts: dict[str, Any] = {}
    for language in languages:
        right: Counter[str] = Counter()
        tried: Counter[str] = Counter()
        for column, good in bench.measure(language):
            right[column] += good
            tried[column] += 1
        counts[language] = {one: (right[one], tried[one]) for one in COLUMNS if tried[one]}
    return counts


def line(name: str, counts: dict[str, tuple[int, int]]) -> str:
    cells = []
    for column in COLUMNS:
        right, tried = counts.get(column, (0, 0))
        good = right if column in GOOD else tried - right
        cells.append(f"{good / tried:6.3f} {tried:4d}" if tried else f"{'-':>11}")
    return f"{name:6}" + "".join(f"{cell:>13}" for cell in cells)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", type=Path)
    parser.add_argument("--fold", nargs="+", action="append", help="languages left out together")
    parser.add_argument("--most", type=int, default=14, help="notices of a language (14)")
    parser.add_argument("--pages", type=int, default=400, help="pages of the training (400)")
    parser.add_argument("--recordings", type=Path, help="keep the recorded pages in this file")
    parser.add_argument("--lists", action="store_true", help="with all lists and today's weights")
    parser.add_argument("--json", type=Path, help="write the counts here")
    asked = parser.parse_args()
    total: dict[str, list[int]] = {column: [0, 0] for column in COLUMNS}
    found: dict[str, Any] = {}
    print(f"{'':6}" + "".join(f"{column:>13}" for column in COLUMNS))
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn, max_tasks_per_child=1) as pool:
        folds = asked.fold or FOLDS
        for counts in pool.map(fold, [asked.shared] * len(folds), folds, [asked] * len(folds)):
            for language, columns in counts.items():
                print(line(language, columns), flush=True)
                for column, (right, tried) in columns.items():
                    total[column][0] += right
                    total[column][1] += tried
            found.update(counts)
    print(line("all", {column: (right, tried) for column, (right, tried) in total.items()}))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
