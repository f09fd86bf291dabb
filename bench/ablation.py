"""What each rule of the clutter removal earns: extraction is scored with one rule switched off.

    PYTHONPATH=. python bench/ablation.py FOLDER [--rules NAME ...] [--sample N] [--json FILE]
    PYTHONPATH=. python bench/ablation.py FOLDER --cases FOLDER/../cases/extraction ...

FOLDER holds `extraction/` (gold.json, pages, score.py) and `consent/` (banners.json, leak.py),
whose figures these are. For each rule a line shows the change that switching it off makes, in
thousandths: of text F1 for each data set (F1 over pieces where the gold is pieces, recall where no
piece must be absent), and of the consent bench's leak, chrome, loss and kept decoys. A rule earns
its place where F1 or decoys fall, or leak, chrome or loss rise. The last column: changed pages.

Rules are those of `bench/switches.py`. A page is read again only without the rules that did
something on it. `--sample N`: every Nth page; `--list`: their names. `--cases` tries small pages
with known answers instead: a line for each rule without which some no longer hold.
"""

import argparse
import gzip
import importlib
import json
import sys
import warnings
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from bench.switches import Reader, Told, rules, setting, watched

SETS = {"scrapinghub": 30, "mozilla": 15, "trafilatura": 35}  # pages of the consent bench
LARGEST = 1_500_000  # characters of a page of the consent bench, as leak.py has it


class Bench:
    """The two benches of a folder; lives in each worker process."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        warnings.simplefilter("ignore")
        sys.path[:0] = [str(folder / "extraction"), str(folder / "consent")]
        self.score: Any = importlib.import_module("score")
        self.leak: Any = importlib.import_module("leak")
        self.folder = folder
        self.gold = json.loads((folder / "extraction/gold.json").read_text("utf-8"))
        self.notices = json.loads((folder / "consent/banners.json").read_text("utf-8"))
        self.chosen = [one for one in rules() if not names or one.name in names]

    def html(self, page: str) -> bytes:
        path = self.folder / "extraction" / self.gold["pages"][page]["file"]
        return gzip.decompress(path.read_bytes())

    def marks(self, page: str) -> dict[str, dict[str, Any]]:
        """Return score.py's marks of a page by rule, "" for all rules; no entry: the same."""
        whole, others = Reader(self.html(page), self.url(page)).all(self.chosen)
        return {name: self.mark(page, told) for name, told in {"": whole, **others}.items()}

    def url(self, page: str) -> str:
        return self.gold["pages"][page].get("url") or ""

    def mark(self, page: str, told: Told) -> dict[str, Any]:
        """Return score.py's marks of what a page says."""
        gold, score = self.gold["pages"][page], self.score
        text = score.without_neutral(told.text, gold, told.captions)
        pattern = score._UNSPACED if gold.get("unspaced") else score._TOKEN
        counts = score.shingle_counts(gold["text"], text, pattern) if "text" in gold else None
        return {
            "text": counts,
            "seg": score.segment_counts(gold, text) if "with" in gold else None,
            "meta": {},
            "s": None,
            "error": None,
            "empty": not text.strip(),
        }

    def made(self, page: str) -> tuple[str, str, list[Any]] | None:
        """Return leak.py's source, charset and variants of a page, None for one it skips."""
        source, charset = self.leak.decode(self.html(page))
        if len(source) > LARGEST:
            return None
        variants = self.leak.variants(page, source, self.gold["pages"][page], self.notices)
        return None if variants is None else (source, charset, variants)

    def noticed(self, sample: int) -> list[str]:
        """Return the pages of the consent bench, one in `sample` of each data set."""
        counts = {name: -(-most // sample) for name, most in SETS.items()}
        taken: Counter[str] = Counter()
        found = []
        for page in self.leak.choose(self.gold["pages"], counts):
            name = page.split("/")[0]
            if taken[name] < counts[name] and self.made(page) is not None:
                taken[name] += 1
                found.append(page)
        return found

    def leaks(self, page: str) -> dict[str, list[dict[str, Any]]]:
        """Return leak.py's rows of a page by rule, as `marks`."""
        ready = self.made(page)
        assert ready is not None, page
        source, charset, made = ready
        gold = self.gold["pages"][page]
        url = self.url(page)
        pages = [source, *(text for _, text, *_ in made)]
        read = [
            Reader(text.encode(charset, "xmlcharrefreplace"), url).all(self.chosen)
            for text in pages
        ]
        names = {name for _, others in read for name in others}
        rows = {}
        for name in ("", *sorted(names)):
            base, *texts = (others.get(name, whole).text for whole, others in read)
            rows[name] = [
                self._row(gold, base, got, one) for got, one in zip(texts, made, strict=True)
            ]
        return rows

    def _row(self, gold: Any, base: str, got: str, made: Any) -> dict[str, Any]:
        """What leak.py notes of a page with a notice in it: `base` is the text without."""
        place, _, sentences, site, must = made
        fold, share = self.score.fold, self.leak.gold_share
        had, folded, whole = fold(base), fold(got), share(gold, base)

        def there(strings: list[str]) -> bool:
            return any(fold(one) in folded and fold(one) not in had for one in strings)

        kept = None
        if must and fold(must[-1]) in folded:
            kept = all(fold(one) in folded for one in must[:-1])
        return {
            "leak": there(sentences) if place != "decoy" else None,
            "chrome": there(site) if place == "tail" and site else None,
            "loss": max(0.0, whole - share(gold, got)) / whole
            if whole and place != "decoy"
            else None,
            "kept": kept if place == "decoy" else None,
        }


_bench: Bench


def start(folder: Path, names: list[str]) -> None:
    global _bench
    _bench = Bench(folder, names)


def marks(page: str) -> dict[str, dict[str, Any]]:
    return _bench.marks(page)


def leaks(page: str) -> dict[str, list[dict[str, Any]]]:
    return _bench.leaks(page)


def needs(case: tuple[Path, dict[str, Any]]) -> list[str]:
    """Return the rules without which a small page gives another answer that is wrong."""
    check: Any = importlib.import_module("check")
    folder, known = case
    html = (folder / known["file"]).read_bytes()
    done: set[str] = set()
    with watched(done):
        bad = check.faults(known, html)
    found = []
    for one in _bench.chosen:
        if one.name in done:
            with setting([one]):
                other = check.faults(known, html)
            if len(other) > len(bad):
                found.append(one.name)
    return found


def try_cases(folder: Path, names: list[str], folders: list[Path], processes: int) -> int:
    cases = [
        (cases, one)
        for cases in folders
        for one in json.loads((cases / "cases.json").read_text("utf-8"))
    ]
    sys.path.insert(0, str(folder.parent / "cases"))
    without = defaultdict(list)
    with ProcessPoolExecutor(processes, initializer=start, initargs=(folder, names)) as pool:
        for (_, case), rule_names in zip(cases, pool.map(needs, cases, chunksize=8), strict=True):
            for name in rule_names:
                without[name].append(Path(case["file"]).stem)
    for one in rules():
        if one.name in without:
            some = without[one.name]
            print(f"{one.name:38}{len(some):4}  {', '.join(some[:6])}")
    return 0


def scored(bench: Bench, rows: dict[str, dict[str, Any]], rule: str) -> dict[str, float]:
    """Return the F1 of each data set and over all without machine-made gold."""
    by: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for page, marked in rows.items():
        by[page.split("/")[0]].append(marked.get(rule, marked[""]))
    machine = set(bench.gold.get("machine_gold", ()))
    everything = [row for name, group in by.items() if name not in machine for row in group]
    if everything:
        by["all"] = everything
    figures = {}
    for name, group in by.items():
        found = bench.score.summarise(group)
        figures[name] = next(found[key] for key in ("F1", "seg_F1", "seg_R") if key in found)
    return figures


def leaked(rows: dict[str, dict[str, list[dict[str, Any]]]], rule: str) -> dict[str, float]:
    """Return the means of the consent bench."""
    chosen = [row for page in rows.values() for row in page.get(rule, page[""])]
    figures = {}
    for key in ("leak", "chrome", "loss", "kept"):
        values = [float(row[key]) for row in chosen if row[key] is not None]
        figures[key] = sum(values) / len(values) if values else 0.0
    return figures


def main(folder: Path, names: list[str], sample: int, processes: int, file: Path | None) -> int:
    bench = Bench(folder, names)
    unknown = set(names) - {one.name for one in rules()}
    if unknown:
        print(f"no such rule: {', '.join(sorted(unknown))} (--list names them)", file=sys.stderr)
        return 2
    pages = bench.gold["pages"]
    scoring = [page for number, page in enumerate(sorted(pages)) if number % sample == 0]
    noticed = bench.noticed(sample)
    with ProcessPoolExecutor(processes, initializer=start, initargs=(folder, names)) as pool:
        marked = dict(zip(scoring, pool.map(marks, scoring, chunksize=4), strict=True))
        rows = dict(zip(noticed, pool.map(leaks, noticed), strict=True))
    base = {**scored(bench, marked, ""), **leaked(rows, "")}
    print(f"{len(marked)} pages, {len(rows)} of them with notices; with all rules:")
    print("  ".join(f"{name} {value:.4f}" for name, value in base.items()))
    print("\nchange without the rule, in thousandths")
    columns = [name[:11] for name in base]
    print(f"{'rule':38}" + "".join(f"{name:>12}" for name in columns) + f"{'pages':>8}")
    result = {}
    for one in bench.chosen:
        without = {**scored(bench, marked, one.name), **leaked(rows, one.name)}
        change = {name: 1000 * (without[name] - base[name]) for name in base}
        count = sum(one.name in found for found in (*marked.values(), *rows.values()))
        result[one.name] = {**change, "pages": count}
        cells = "".join(f"{round(value, 2) or 0.0:12.2f}" for value in change.values())
        print(f"{one.name:38}{cells}{count:8}")
    if file is not None:
        file.write_text(json.dumps({"base": base, "change": result}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, help="where extraction/ and consent/ are")
    parser.add_argument("--rules", nargs="*", default=[], help="only these rules")
    parser.add_argument("--sample", type=int, default=1, help="only every Nth page (1)")
    parser.add_argument("--processes", type=int, default=2, help="worker processes (2)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--list", action="store_true", help="print the names of the rules")
    parser.add_argument("--cases", nargs="*", type=Path, help="folders with cases.json and pages")
    asked = parser.parse_args()
    if asked.list or asked.folder is None:
        print("\n".join(one.name for one in rules()))
        raise SystemExit(0 if asked.list else 2)
    if asked.cases:
        raise SystemExit(try_cases(asked.folder, asked.rules, asked.cases, asked.processes))
    raise SystemExit(main(asked.folder, asked.rules, asked.sample, asked.processes, asked.json))
