"""Text F1 on publishers that had no say: rules, thresholds and words are chosen on the others.

    PYTHONPATH=. python bench/crossval.py SHARED/bench [--folds 5] [--sets fundus mozilla ...]

The pages of SHARED/bench/extraction are dealt into folds by publisher. For each fold the other
folds decide what is used: a rule goes, and a number of `bench/switches.py` gets another of its
values (times FACTORS), where that raises the mean F1 of the sets there; then the left-out fold is
measured. The table shows for each set:

    as it is     F1 of the extraction as it stands
    in sample    with what all pages together would choose
    cross-val.   each fold with what the others choose: the honest figure
    words        as it is, without the words (of boilerplate.toml and captions.toml) and the names
                 (of structure.toml) that occur on no page of the other folds: a lower bound, for
                 most of the lists was written for languages that the pages do not have
    folds        least, middle and most F1 of the folds as it stands

"In sample" less "cross-val." is what choosing gains from the pages it chooses on. Rules written by
hand cannot be unlearned; whether to have one at all is chosen here. The weights of notices.toml are
tried by halves of the publishers in `bench/train_notices.py --try`. Takes an hour and more for all
sets; `--marks FILE` keeps what was measured of each switch, for another number of folds.
"""

import argparse
import hashlib
import json
import os
import re
import statistics
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.ablation import Bench, scored
from bench.switches import Reader, Switch, Told, constants, rules
from pipeline.extract.page import lexicon
from pipeline.extract.page.outline import outline
from pipeline.extract.page.parsing import parse

FACTORS = (0.6, 1.6)
SETS = ("fundus", "mozilla", "scrapinghub")
LEAST = 0.00005  # mean F1 that a choice must gain
PHRASES = (("boilerplate", None), ("captions", "credit"))  # data files, and their tables
NAMES = ("chrome", "furniture", "meta", "elsewhere", "standfirst", "summary", "texts")

_NOTHING = "qzxqzxqzx"  # stands in for a list of which no word is known
Marks = dict[str, dict[str, dict[str, Any]]]  # by page, by switch ("": none)
_bench: Bench


def start(folder: Path) -> None:
    global _bench
    _bench = Bench(folder, [])


def publisher(page: str, url: str) -> str:
    """Return what stands for the publisher: the last two labels of the host, else the page."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    if host in ("", "fakehost", "web.archive.org"):
        return page
    labels = host.split(".")
    short = len(labels) > 2 and len(labels[-2]) < 4  # "co.uk"
    return ".".join(labels[-3 if short else -2 :])


def fold_of(page: str, url: str, folds: int) -> int:
    """Return the fold of a page, the same on every machine."""
    return hashlib.sha256(publisher(page, url).encode()).digest()[0] % folds


def switches() -> list[Switch]:
    return [*rules(), *constants(FACTORS)]


def marks(page: str) -> dict[str, dict[str, Any]]:
    """Return the marks of a page as it stands and with each switch that changes its text."""
    whole, others = Reader(_bench.html(page), _bench.url(page)).all(switches())
    return {name: _bench.mark(page, told) for name, told in {"": whole, **others}.items()}


def marked(names: frozenset[str], page: str) -> dict[str, Any]:
    """Return the mark of a page with several switches set."""
    chosen = [one for one in switches() if one.name in names]
    told = Reader(_bench.html(page), _bench.url(page)).told(chosen)
    return _bench.mark(page, told)


def choose(bench: Bench, found: Marks) -> frozenset[str]:
    """Return the switches that raise the mean F1 of these pages' sets: one for each attribute."""
    base = _mean(bench, found, "")
    best: dict[tuple[object, ...], tuple[float, str]] = {}
    for one in switches():
        key = (one.module, one.attribute, id(one.rule) if one.rule is not None else 0)
        gain = _mean(bench, found, one.name) - base
        if gain > max(LEAST, best.get(key, (0.0, ""))[0]):
            best[key] = gain, one.name
    return frozenset(name for _, name in best.values())


def _mean(bench: Bench, found: Marks, name: str) -> float:
    figures = scored(bench, found, name)
    return statistics.fmean(value for key, value in figures.items() if key != "all")


def words_of(page: str) -> frozenset[str]:
    """Return the words and names of the lists that occur on a page."""
    soup = parse(_bench.html(page).decode("utf-8", "replace"))
    if soup.body is None:
        return frozenset()
    top = outline(soup.body)
    text = lexicon.normal(top.text())
    keys = " \n ".join({node.key for leaf in top.leaves() for node in leaf.inlines() if node.key})
    keys += " \n " + " \n ".join({node.key for node in top.walk() if node.key})
    found = {word for word in _phrases() if lexicon._phrase(word) in text}
    for table in NAMES:
        before, parts, after = _parts(lexicon.data("structure")[table]["pattern"])
        joined = f"{before}({{}}){after}" if before else "{}"
        for part in parts:
            if lexicon._compiled("".join(joined.format(part).split())).search(keys):
                found.add(part)
    return frozenset(found)


def _lists() -> Iterable[tuple[dict[str, list[str]], str]]:
    for name, only in PHRASES:
        for table, lists in lexicon.data(name).items():
            if (only is None or table == only) and isinstance(lists, dict):
                for key, words in lists.items():
                    if isinstance(words, list):
                        yield lists, key


def _phrases() -> set[str]:
    return {word for lists, key in _lists() for word in lists[key]}


def _parts(pattern: str) -> tuple[str, list[str], str]:
    """Return what is before the alternatives of a pattern, the alternatives, what is after."""
    text = "".join(pattern.split())
    match = re.fullmatch(r"(\(\^\|\[?[^()]*\]?\))\((.*)\)(\([^()]*\))", text)
    before, inner, after = match.groups() if match else ("", text, "")
    parts, depth = [""], 0
    for sign in inner:
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return before, parts, after


def start_with(folder: Path, known: frozenset[str]) -> None:
    """Forget the words and names that are not among the known, in this process."""
    start(folder)
    for lists, key in _lists():
        lists[key] = [word for word in lists[key] if word in known] or [_NOTHING]
    for table in NAMES:
        entry = lexicon.data("structure")[table]
        before, parts, after = _parts(entry["pattern"])
        kept = "|".join(part for part in parts if part in known) or _NOTHING
        # In lines of their own, as `lexicon.pattern` wants them.
        entry["pattern"] = f"{before}(\n{kept}\n){after}"


def as_it_is(page: str) -> dict[str, Any]:
    told: Told = Reader(_bench.html(page), _bench.url(page)).told()
    return _bench.mark(page, told)


def main(folder: Path, folds: int, sets: list[str], processes: int, kept: Path | None) -> None:
    bench = Bench(folder, [])
    pages = sorted(page for page in bench.gold["pages"] if page.split("/")[0] in sets)
    fold = {page: fold_of(page, bench.url(page), folds) for page in pages}
    read: Marks = json.loads(kept.read_text("utf-8")) if kept and kept.exists() else {}
    with ProcessPoolExecutor(processes, initializer=start, initargs=(folder,)) as pool:
        missing = [page for page in pages if page not in read]
        read |= dict(zip(missing, pool.map(marks, missing), strict=True))
        if kept is not None:
            kept.write_text(json.dumps(read), "utf-8")
        found = {page: read[page] for page in pages}
        seen = dict(zip(pages, pool.map(words_of, pages), strict=True))
        everything = choose(bench, found)
        chosen = dict.fromkeys(pages, everything)
        rows = {"in sample": _again(pool, chosen)}
        by_fold = {}
        for one in range(folds):
            by_fold[one] = choose(bench, {p: found[p] for p in pages if fold[p] != one})
        rows["cross-val."] = _again(pool, {page: by_fold[fold[page]] for page in pages})
    rows["words"] = {}
    for one in range(folds):
        known = frozenset().union(*(seen[page] for page in pages if fold[page] != one))
        own = [page for page in pages if fold[page] == one]
        setup = {"initializer": start_with, "initargs": (folder, known)}
        with ProcessPoolExecutor(processes, **setup) as pool:
            told = zip(own, pool.map(as_it_is, own), strict=True)
            rows["words"] |= {page: {"": mark} for page, mark in told}
    _print(bench, {"as it is": found, **rows}, fold, folds)
    always = frozenset.intersection(*by_fold.values())
    print(f"\nchosen on all pages: {', '.join(sorted(everything)) or 'nothing'}")
    print(f"chosen without any one fold: {', '.join(sorted(always)) or 'nothing'}")


def _again(pool: ProcessPoolExecutor, chosen: dict[str, frozenset[str]]) -> Marks:
    groups: dict[frozenset[str], list[str]] = defaultdict(list)
    for page, names in chosen.items():
        groups[names].append(page)
    found: Marks = {}
    for names, pages in groups.items():
        told = zip(pages, pool.map(partial(marked, names), pages), strict=True)
        found |= {page: {"": mark} for page, mark in told}
    return found


def _print(bench: Bench, rows: dict[str, Marks], fold: dict[str, int], folds: int) -> None:
    spread = defaultdict(list)
    for one in range(folds):
        part = {page: row for page, row in rows["as it is"].items() if fold[page] == one}
        for name, value in scored(bench, part, "").items():
            spread[name].append(value)
    figures = {name: scored(bench, row, "") for name, row in rows.items()}
    sizes = ", ".join(str(sum(one == at for one in fold.values())) for at in range(folds))
    print(f"{len(fold)} pages in {folds} folds by publisher: {sizes}")
    print(f"{'set':14}" + "".join(f"{name:>12}" for name in figures) + "   folds")
    for name, values in spread.items():
        cells = "".join(f"{figure[name]:12.4f}" for figure in figures.values())
        middle = statistics.median(values)
        print(f"{name:14}{cells}   {min(values):.3f} {middle:.3f} {max(values):.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where extraction/ and consent/ are")
    parser.add_argument("--folds", type=int, default=5, help="folds of publishers (5)")
    parser.add_argument("--sets", nargs="*", default=list(SETS), help=f"sets ({' '.join(SETS)})")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--marks", type=Path, help="keep what was measured in this file")
    asked = parser.parse_args()
    main(asked.folder, asked.folds, asked.sets, asked.processes, asked.marks)
