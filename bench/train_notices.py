"""Fit the weights by which blocks of an article are told from those of a consent notice.

    PYTHONPATH=. python bench/train_notices.py SHARED [--without cs el ja vi hi] [--try] [--write]

SHARED holds `bench/extraction` (pages) and `bench/consent` (notices); more notices and paragraphs
about cookies are those of `tests/extract/notices.toml`. Notices are laid into the pages' articles
in several layouts, first, last and in the middle (`bench/notice_pages.py`), and the blocks that
extraction sees are recorded. A logistic regression with NumPy gives the weights of the two models
of `pipeline/extract/clutter/notices.py`: "words", some of whose examples have words taken from the
lists at random, as a language would look that the lists know little of, and "shapes", which is
shown no word of any list. The cost of a change and the least sum of a run are tried.

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
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from bench import notice_pages
from bench.notice_pages import Recorded, digest
from pipeline.extract.clutter import consent, noticelines, notices
from pipeline.extract.page import cognates, lexicon

FILE = notice_pages.ROOT / "pipeline/extract/data/noticeweights.toml"
RIDGE = 1.0
DECOY = 6.0  # weight of a paragraph about cookies
ARTICLE = 3.0  # weight of the article's own blocks
LISTS = ("notices", "consent", "hints", "buttons")
WORDS = (
    *("constant", "density", "you", "we", "told", "cookie", "caseless"),
    *("button", "press", "label", "heading", "item", "long", "sentence"),
    *("digits", "quotes", "names", "shared", "first", "last"),
    *("beside", "next", "pressed", "buttons", "links", "adjacent"),
)
SHAPES = (
    *("constant", "cookie", "caseless", "press", "label", "heading", "item", "long", "sentence"),
    *("digits", "quotes", "names", "shared", "first", "last", "pressed", "links", "adjacent"),
    *("cognates", "kindred", "boxed", "row", "form", "policy", "strange"),
)
"""The features of each model."""


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
    """Return the features of an example, some with words that the lists did not know."""
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


def wordless(one: Recorded) -> list[list[float]]:
    """Return the features of an example without any word of a list."""
    return noticelines.measured(one.lines, one.title, [unread(line) for line in one.lines])


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
    """Return the weights of a model's features, 0 for those that it has not."""
    chance = random.Random(7)
    names = WORDS if model == "words" else SHAPES
    columns = [noticelines.FEATURES.index(name) for name in names]
    rows, labels, weights = [], [], []
    for one in examples:
        measured = weakened(one, chance) if model == "words" else wordless(one)
        for row, label, decoy in zip(measured, one.labels, one.decoys, strict=True):
            if label >= 0:
                rows.append([row[column] for column in columns])
                labels.append(float(label))
                weights.append(DECOY if decoy else 1.0 if label else ARTICLE)
    found = fitted(np.array(rows), np.array(labels), np.array(weights))
    known = dict(zip(names, found, strict=True))
    return tuple(float(round(known.get(name, 0.0), 3)) for name in noticelines.FEATURES)


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
    nothing = notices.Weights((0.0,) * len(features), 1.0, float("inf"))
    best, least = nothing, float("inf")
    for change in (0.25, 0.5, 1.0):
        for sum_ in (0.0, 2.0, 4.0):
            weights = notices.Weights(features, change, sum_)
            both = {"words": nothing, "shapes": nothing, model: weights}
            found = judged(examples, both, known=model == "words")
            cost = found["leaks"] + 4 * found["decoys lost"] + 2 * found["articles with a loss"]
            cost += 4 * found["with a paragraph lost"]
            if cost < least:
                best, least = weights, cost
    return best


def fit(examples: Sequence[Recorded], without: Sequence[str]) -> dict[str, notices.Weights]:
    """Return the weights of both models, fitted without pages and notices in some languages."""
    own = [one for one in examples if not set(one.languages) & set(without)]
    return {model: chosen(own, model, train(own, model)) for model in notices.MODELS}


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
        names = WORDS if model == "words" else SHAPES
        lines += [f"{name} = {one.features[noticelines.FEATURES.index(name)]}" for name in names]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", type=Path)
    parser.add_argument("--without", nargs="*", default=[], help="languages left out")
    parser.add_argument("--pages", type=int, default=400, help="pages used (400)")
    parser.add_argument("--recordings", type=Path, help="keep the recorded pages in this file")
    parser.add_argument("--try", dest="tried", action="store_true", help="train on one half only")
    parser.add_argument("--write", action="store_true", help="write the data file")
    asked = parser.parse_args()
    found = recordings(asked.shared, asked.recordings, asked.pages)
    leave_out(asked.without)
    training = [one for one in found if not asked.tried or digest(one.site) % 2 == 0]
    weights = fit(training, asked.without)
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
        for name, value in zip(noticelines.FEATURES, one.features, strict=True):
            if value:
                print(f"{name:12}{value:8.2f}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
