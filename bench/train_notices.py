"""Fit the weights by which blocks of an article are told from those of a consent notice.

    PYTHONPATH=. python bench/train_notices.py SHARED [--without cs el ja vi hi] [--try] [--write]

SHARED holds `bench/extraction` (pages) and `bench/consent` (notices); more notices and paragraphs
about cookies are those of `tests/extract/notices.toml`. Notices are laid into the pages' articles
in several layouts, first, last and in the middle (`bench/notice_pages.py`), and the blocks that
extraction sees are recorded. A logistic regression with NumPy gives the weights of the two models
of `pipeline/extract/clutter/notices.py`: "words", some of whose examples have words taken from the
lists at random, as a language would look that the lists know little of, and "regions", which is
shown no word of any list. The cost of a change and the least sum of a run are tried.

`--models` fits one model only, the other keeps its weights: those of "words" were fitted on fewer
layouts with more paragraphs about cookies, and leak less than what is fitted now.
`--without` leaves languages out of every list of notices and of the training. `--try` fits on the
pages of half of the publishers and shows what leaks and what is lost on the other half. `--write`
writes the data file.
"""

import argparse
import json
import pickle
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from bench import notice_pages
from bench.notice_pages import Recorded, digest
from pipeline.extract.clutter import consent, noticelines, notices, regions
from pipeline.extract.page import cognates, lexicon

FILE = notice_pages.ROOT / "pipeline/extract/data/noticeweights.toml"
RIDGE = 1.0
DECOY = 20.0  # weight of a paragraph about cookies
ARTICLE = 3.0  # weight of the article's own blocks
WHOLE = 3.0  # weight of a region that is a whole notice
MIXED = 1.0  # weight of a region with a line of the article: there are several of each
PART = 0.5  # weight of a region that is a part of one
FINES = {"words": 4.0, "regions": 0.5}
"""The cost of a paragraph about cookies that is lost; half of them have other buttons below."""
LISTS = ("notices", "consent", "hints", "buttons")
Example = tuple[Sequence[float], float, float]
"""The features of an example, whether it is a notice (1) or not (0), and its weight."""


def leave_out(languages: Sequence[str]) -> None:
    """Take languages out of the word lists of notices, for this process."""
    for name in LISTS:
        data = lexicon.data(name)
        tables = [data] if name == "notices" else [t for t in data.values() if isinstance(t, dict)]
        for table in tables:
            for language in languages:
                if language in table:
                    table[language] = {} if name == "notices" else []
    for function in (lexicon.phrases, lexicon.kinds, lexicon.is_button, lexicon._clear):
        function.cache_clear()
    for function in (lexicon._vague, lexicon._vocabulary, lexicon._subjects):
        function.cache_clear()
    for function in (consent._remembered, consent._cookie, cognates._known):
        function.cache_clear()


def recordings(shared: Path, file: Path | None, most: int) -> list[Recorded]:
    """Return the recorded pages, from `file` where it is there; those in rare languages first."""
    if file and file.exists():
        found: list[Recorded] = pickle.loads(file.read_bytes())
        return found
    pages = sorted(notice_pages.pages(shared), key=lambda page: page.language in ("de", "en"))
    record = partial(notice_pages.recorded, shared=shared)
    with ProcessPoolExecutor(2) as pool:
        found = [one for some in pool.map(record, pages[:most], chunksize=8) for one in some]
    if file:
        file.write_bytes(pickle.dumps(found))
    return found


def weakened(one: Recorded, chance: random.Random) -> list[list[float]]:
    """Return the features of a page's lines, some with words that the lists did not know."""
    seen = [noticelines.see(line) for line in one.lines]
    how = chance.random()
    if how < 0.4:
        seen = [replace(each, button=False) for each in seen]
    if how < 0.25:
        gone = {"site", "device", "store", "data", "visit", "ads", "personal", "partner"}
        gone |= {"consent", "choice", "change", "anytime", "privacy", "you", "we", "purpose"}
        gone = set(chance.sample(sorted(gone), 9))
        seen = [replace(each, subjects=each.subjects - gone) for each in seen]
    if 0.3 < how < 0.45 or how < 0.05:
        seen = [replace(each, cookie=False) for each in seen]
    return noticelines.measured(one.lines, one.title, seen)


def unread(line: noticelines.Line) -> noticelines.Seen:
    """Return what is found in a line whose language no list knows."""
    seen = noticelines.see(line)
    cookie = "cookie" in line.text.casefold() or cognates.names_cookies(line.text)
    return replace(seen, subjects=frozenset(), button=False, cookie=seen.cookie and cookie)


def fitted(rows: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the coefficients of a logistic regression with a ridge (Newton's method)."""
    found = np.zeros(rows.shape[1])
    ridge = RIDGE * np.eye(rows.shape[1])
    ridge[0, 0] = 1e-3
    for _ in range(40):
        chances = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (weights * (labels - chances)) - ridge @ found
        curve = (rows * (weights * chances * (1 - chances))[:, None]).T @ rows + ridge
        step = np.linalg.solve(curve, slope)
        found += step
        if np.abs(step).max() < 1e-6:
            break
    return found


def train(examples: Sequence[Recorded], model: str) -> tuple[float, ...]:
    """Return the weights of a model's features."""
    chance = random.Random(7)
    rows: list[Sequence[float]] = []
    labels: list[float] = []
    weights: list[float] = []
    for one in examples:
        found = list(lines_of(one, chance)) if model == "words" else list(regions_of(one))
        for row, label, weight in found:
            rows.append(row)
            labels.append(label)
            weights.append(weight)
    found = fitted(np.array(rows), np.array(labels), np.array(weights))
    return tuple(float(round(value, 3)) for value in found)


def lines_of(one: Recorded, chance: random.Random) -> Iterator[Example]:
    """Yield the lines of a page as the model of words is taught them."""
    for row, label, decoy in zip(weakened(one, chance), one.labels, one.decoys, strict=True):
        if label >= 0:
            yield row, float(label), DECOY if decoy else 1.0 if label else ARTICLE


def regions_of(one: Recorded) -> Iterator[Example]:
    """Yield the regions of a page as the model of regions is taught them.

    Right is a region that holds the whole notice and nothing of the article. One with a part of
    the notice is wrong too, so that the whole is preferred, but not much.
    """
    seen = [unread(line) for line in one.lines]
    notice = {place for place, label in enumerate(one.labels) if label > 0}
    for region in regions.find(one.lines, seen, one.title):
        own = [place for place in region.lines if one.labels[place] > 0]
        lost = [place for place in region.lines if one.labels[place] == 0]
        if lost:
            decoy = any(one.decoys[place] for place in lost)
            yield region.features, 0.0, DECOY if decoy else MIXED
        elif own and len(own) == len(notice):
            yield region.features, 1.0, WHOLE
        elif own:
            yield region.features, 0.0, PART


NOTHING = {
    model: notices.Weights((0.0,) * len(names), 1.0, float("inf"))
    for model, names in notices.FEATURES.items()
}
"""Weights by which nothing is a notice."""


def use(weights: dict[str, notices.Weights]) -> None:
    """Make `notices.find` judge by these weights, in this process."""
    notices._weights = lambda: weights


def judged(
    examples: Sequence[Recorded], weights: dict[str, notices.Weights], *, known: bool
) -> dict[str, float]:
    """Return the shares of notices that leak, of articles that lose a block, of decoys lost.

    By layout of the notices too. Unless `known` no word of a list is known.
    """
    before, see = notices._weights, notices.see
    use(weights)
    if not known:
        seen = {id(line): unread(line) for one in examples for line in one.lines}
        notices.see = lambda line: seen[id(line)]
    counts: Counter[str] = Counter()
    try:
        for one in examples:
            found = notices.find(one.lines, one.title)
            places = range(len(one.lines))
            counts[one.kind] += 1
            counts["pages"] += 1
            if one.kind.startswith("notice"):
                missed = any(p not in found for p in places if one.labels[p] > 0)
                counts["notices"] += 1
                counts["leaks"] += missed
                counts[f"leaks {one.kind[-1]}"] += missed
            lost = [p for p in found if one.labels[p] == 0]
            counts["lost"] += bool(lost)
            counts["lost text"] += any(len(one.lines[p].text) > 60 for p in lost)
            counts["decoys lost"] += any(one.decoys[p] for p in lost)
    finally:
        notices._weights, notices.see = before, see
    shown = {
        "leaks": counts["leaks"] / max(1, counts["notices"]),
        "decoys lost": counts["decoys lost"] / max(1, counts["decoy"]),
        "articles with a loss": counts["lost"] / max(1, counts["pages"]),
        "with a paragraph lost": counts["lost text"] / max(1, counts["pages"]),
    }
    for layout in (*notice_pages.LAYOUTS, "Z"):
        shown[f"leaks {layout}"] = counts[f"leaks {layout}"] / max(1, counts[f"notice {layout}"])
    return shown


def chosen(
    examples: Sequence[Recorded], model: str, features: tuple[float, ...]
) -> notices.Weights:
    """Try costs of a change and least sums; return the best."""
    best, least = NOTHING["words"], float("inf")
    for change in (0.25, 0.5, 1.0) if model == "words" else (0.0,):
        for sum_ in (0.0, 2.0) if model == "words" else (-1.0, -0.75, -0.5, 0.0, 1.0):
            weights = notices.Weights(features, change, sum_)
            both = {**NOTHING, model: weights}
            found = judged(examples, both, known=model == "words")
            cost = found["leaks"] + 2 * found["articles with a loss"]
            cost += 4 * found["with a paragraph lost"] + FINES[model] * found["decoys lost"]
            if cost < least:
                best, least = weights, cost
    return best


def fit(
    examples: Sequence[Recorded], without: Sequence[str], models: Sequence[str]
) -> dict[str, notices.Weights]:
    """Return the weights of models, fitted without pages and notices in some languages."""
    own = [one for one in examples if not set(one.languages) & set(without)]
    return {model: chosen(own, model, train(own, model)) for model in models}


def refit(examples: Sequence[Recorded], without: Sequence[str]) -> dict[str, notices.Weights]:
    """Like `fit`, quickly: the cost of a change and the least sum are those of the data file."""
    own = [one for one in examples if not set(one.languages) & set(without)]
    return {
        model: replace(shipped, features=train(own, model))
        for model, shipped in notices._weights().items()
    }


def write(weights: dict[str, notices.Weights]) -> None:
    lines = [
        "# The weights of the features of clutter/notices.py in log-odds that a block belongs to a",
        "# consent notice, the cost of a change between article and notice, and the least sum of a",
        "# run: of the model that knows words, and of the one that needs none. Written by",
        "# bench/train_notices.py.",
    ]
    for model, one in weights.items():
        lines += ["", f"[{model}]", f"change = {one.change}", f"least = {one.least}"]
        lines += ["", f"[{model}.features]"]
        names = notices.FEATURES[model]
        lines += [f"{name} = {value}" for name, value in zip(names, one.features, strict=True)]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", type=Path)
    parser.add_argument("--without", nargs="*", default=[], help="languages left out")
    parser.add_argument("--pages", type=int, default=400, help="pages used (400)")
    parser.add_argument("--models", nargs="+", default=notices.MODELS, choices=notices.MODELS)
    parser.add_argument("--recordings", type=Path, help="keep the recorded pages in this file")
    parser.add_argument("--try", dest="tried", action="store_true", help="train on one half only")
    parser.add_argument("--write", action="store_true", help="write the data file")
    asked = parser.parse_args()
    found = recordings(asked.shared, asked.recordings, asked.pages)
    leave_out(asked.without)
    training = [one for one in found if not asked.tried or digest(one.site) % 2 == 0]
    weights = {**notices._weights(), **fit(training, asked.without, asked.models)}
    if asked.tried:
        other = [one for one in found if digest(one.site) % 2]
        for known in (True, False):
            shown = judged(other, weights, known=known)
            print("known" if known else "unknown", end=" ")
            print(json.dumps({name: round(one, 4) for name, one in shown.items()}))
    if asked.write:
        write(weights)
    for model, one in weights.items():
        print({"model": model, "change": one.change, "least": one.least}, file=sys.stderr)
        for name, value in zip(notices.FEATURES[model], one.features, strict=True):
            if value:
                print(f"{name:12}{value:8.2f}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
