"""Fit the weights by which blocks of an article are told from those of a consent notice.

    PYTHONPATH=. python bench/train_notices.py SHARED [--without cs el ja vi hi] [--try] [--write]

SHARED holds `bench/extraction` (articles) and `bench/consent` (notices); more notices and
paragraphs about cookies are those of `tests/extract/notices.toml`. Notices are laid into the
articles in several layouts, first, last and in the middle, some with words taken from the lists at
random, as a language would look that the lists know little of. A logistic regression with NumPy
gives the weights of `pipeline/extract/clutter/notices.py`; the cost of a change and the least sum
of a run are tried.

`--without` leaves languages out of every list and of the training. `--try` fits on the articles of
half of the publishers and shows what leaks and what is lost on the other half; `--cases` tries the
cases of SHARED/cases/notices by language. `--write` writes the data file.
"""

import argparse
import gzip
import hashlib
import importlib
import json
import random
import sys
import tomllib
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from pipeline.extract import NotAnArticle, extract
from pipeline.extract.clutter import blockrules, notices, trim
from pipeline.extract.page import lexicon
from pipeline.extract.page.outline import outline
from pipeline.extract.page.parsing import parse
from pipeline.extract.page.prose import weigh

ROOT = Path(__file__).parents[1]
FILE = ROOT / "pipeline/extract/data/noticeweights.toml"
TESTED = ROOT / "tests/extract/notices.toml"
LARGEST = 800_000  # bytes of a page
LAYOUTS = "ABCDEFGH"
RIDGE = 1.0
DECOY = 6.0  # weight of a paragraph about cookies
ARTICLE = 3.0  # weight of the article's own blocks
LISTS = ("notices", "consent", "hints", "buttons")
_MARK = "data-notice"


@dataclass(frozen=True)
class Made:
    """An article with a notice or a paragraph about cookies in it: lines, and which are to go."""

    lines: list[notices.Line]
    title: str
    labels: list[bool]
    decoys: list[bool]
    kind: str


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
    consent = importlib.import_module("pipeline.extract.clutter.consent")
    consent._remembered.cache_clear()


def articles(shared: Path, most: int) -> list[dict[str, str]]:
    """Return the articles of the extraction bench as they are extracted today."""
    folder = shared / "bench/extraction"
    pages = json.loads((folder / "gold.json").read_text("utf-8"))["pages"]
    chosen = sorted(pages, key=lambda page: (not page.startswith("fundus"), digest(page)))[:most]
    files = [(folder / pages[page]["file"], pages[page].get("url") or "") for page in chosen]
    with ProcessPoolExecutor(2) as pool:
        return [one for one in pool.map(_article, files, chunksize=8) if one is not None]


def _article(file: tuple[Path, str]) -> dict[str, str] | None:
    warnings.simplefilter("ignore")
    raw = gzip.decompress(file[0].read_bytes())
    if len(raw) > LARGEST:
        return None
    try:
        found = extract(raw, file[1] or "https://news.example/a")
    except NotAnArticle:
        return None
    return {"title": found.title, "html": found.html, "url": found.url}


def digest(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def site(article: dict[str, str]) -> str:
    return urlsplit(article["url"]).netloc


def known(shared: Path, without: Sequence[str]) -> tuple[list[Any], list[Any]]:
    """Return notices (language, sentences, buttons) and paragraphs about cookies by language."""
    tested = tomllib.loads(TESTED.read_text("utf-8"))
    bench = json.loads((shared / "bench/consent/banners.json").read_text("utf-8"))
    found = [tuple(row) for row in tested["notices"]] * 2
    found += [(one["lang"], one["sentences"], one["labels"]) for one in bench["banners"]]
    decoys = [(language, [text]) for language, text in tested["decoys"]]
    decoys += [(one["lang"], one["paragraphs"]) for one in bench["decoys"]]
    return (
        [row for row in found if row[0] not in without],
        [row for row in decoys if row[0] not in without],
    )


def laid_out(layout: str, sentences: Sequence[str], buttons: Sequence[str]) -> str:
    """Return a notice as HTML in one of the layouts of `LAYOUTS`."""
    texts, labels = [escape(one) for one in sentences], [escape(one) for one in buttons]

    def each(form: str, words: Sequence[str]) -> str:
        return "".join(form.format(word) for word in words)

    title = len(texts[0]) < 70 and len(texts) > 1
    head = texts[:1] if title else []
    rest = texts[1:] if title else texts
    if layout == "A":
        html = each("<p><strong>{}</strong></p>", head) + each("<p>{}</p>", rest)
        return html + f"<p>{each('<a href=#>{}</a> ', labels)}</p>"
    if layout == "B":
        html = each("<h3>{}</h3>", head) + each("<p>{}</p>", rest)
        return html + each("<button type=button>{}</button>", labels)
    if layout == "C":
        html = each("<div>{}</div>", head) + f"<div>{' '.join(rest)}</div>"
        links = each("<div><a role=button href=#>{}</a></div>", labels)
        return f"<div>{html}<div>{links}</div></div>"
    if layout == "D":
        return each("<p>{}</p>", texts)
    if layout == "E":
        html = each("<p>{}</p>", texts)
        return html + f"<ul>{each('<li><a href=#>{}</a></li>', labels)}</ul>"
    if layout == "H":
        html = each("<h4>{}</h4>", head) + each("<p>{}</p>", rest[:1])
        html += f"<ul>{each('<li>{}</li>', labels)}</ul>" + each("<p>{}</p>", rest[1:])
        return html + each("<button>{}</button>", labels)
    if layout == "F":
        return each("<p>{}</p>", [*labels, *texts] if len(texts) % 2 else [*texts, *labels])
    return f"<p>{'<br>'.join(texts)}<br>{each('<a href=#c>{}</a> | ', labels)}</p>"


def made(article: dict[str, str], html: str, place: str, kind: str) -> Made | None:
    """Lay HTML into an article (or nothing), and read its blocks as extraction does."""
    soup = parse(f"<html><body><div>{article['html']}</div></body></html>")
    box = soup.body.div if soup.body else None
    paragraphs = box.find_all("p", recursive=False) if box else []
    if box is None or len(paragraphs) < 4:
        return None
    piece = parse(f"<html><body><div {_MARK}={kind[:1]}>{html}</div></body></html>").body.div
    inner = list(piece.contents)
    for tag in piece.find_all(True):
        tag[_MARK] = kind[:1]
    at = {"first": 0, "last": len(box.contents), "mid": box.index(paragraphs[len(paragraphs) // 2])}
    for number, element in enumerate(inner):
        box.insert(at[place] + number, element.extract())
    top = outline(soup.body)
    weigh(top)
    blocks = [
        blockrules.read(leaf, text, article["url"], note=False)
        for leaf in top.leaves()
        if (text := leaf.text())
    ]
    marks = [_mark(block.node) for block in blocks]
    return Made(
        trim.lines_of(blocks),
        article["title"],
        [mark == "n" for mark in marks],
        [mark == "d" for mark in marks],
        kind,
    )


def _mark(node: Any) -> str:
    for one in (node, *node.ancestors()):
        if one.tag is not None and one.tag.get(_MARK):
            return str(one.tag.get(_MARK))
    for one in node.inlines():
        if one.tag is not None and one.tag.get(_MARK):
            return str(one.tag.get(_MARK))
    return ""


def examples(found: list[dict[str, str]], shared: Path, without: Sequence[str]) -> Iterator[Made]:
    """Yield each article with a notice, with a paragraph about cookies, and with neither."""
    texts, decoys = known(shared, without)
    for number, article in enumerate(found):
        chance = random.Random(digest(article["url"]))
        for _ in range(2):
            _, sentences, buttons = texts[chance.randrange(len(texts))]
            layout = LAYOUTS[chance.randrange(len(LAYOUTS))]
            if not buttons:
                layout = "D"
            place = chance.choice(("first", "last", "last", "mid"))
            one = made(article, laid_out(layout, sentences, buttons), place, f"notice {layout}")
            if one is not None:
                yield one
        told = decoys[number % len(decoys)][1]
        html = "".join(f"<p>{escape(text)}</p>" for text in told)
        one = made(article, html, chance.choice(("first", "last", "mid")), "decoy")
        if one is not None:
            yield one


def weakened(one: Made, chance: random.Random) -> list[list[float]]:
    """Return the features of an example, some with words that the lists did not know."""
    seen = [notices._see(line) for line in one.lines]
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
    return notices.measured(one.lines, one.title, seen)


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


def train(all_made: Sequence[Made]) -> tuple[float, ...]:
    chance = random.Random(7)
    rows, labels, weights = [], [], []
    for one in all_made:
        for row, label, decoy in zip(weakened(one, chance), one.labels, one.decoys, strict=True):
            rows.append(row)
            labels.append(float(label))
            weights.append(DECOY if decoy else 1.0 if label else ARTICLE)
    found = fitted(np.array(rows), np.array(labels), np.array(weights))
    return tuple(float(round(value, 3)) for value in found)


def judged(all_made: Sequence[Made], weights: notices._Weights) -> dict[str, float]:
    """Return the shares of notices that leak, of articles that lose a block, of decoys lost."""
    before, notices._weights = notices._weights, lambda: weights
    counts: Counter[str] = Counter()
    try:
        for one in all_made:
            found = notices.find(one.lines, one.title)
            places = range(len(one.lines))
            counts[f"{one.kind}"] += 1
            if one.kind == "decoy":
                counts["decoys lost"] += any(p in found for p in places if one.decoys[p])
            else:
                missed = any(p not in found for p in places if one.labels[p])
                counts["leaks"] += missed
                counts[f"leaks {one.kind[-1]}"] += missed
                counts["notices"] += 1
            lost = any(p in found for p in places if not (one.labels[p] or one.decoys[p]))
            counts["lost"] += lost
            counts["lost text"] += any(
                p in found and len(one.lines[p].text) > 60
                for p in places
                if not (one.labels[p] or one.decoys[p])
            )
            counts["pages"] += 1
    finally:
        notices._weights = before
    shown = {
        "leaks": counts["leaks"] / max(1, counts["notices"]),
        "decoys lost": counts["decoys lost"] / max(1, counts["decoy"]),
        "articles with a loss": counts["lost"] / max(1, counts["pages"]),
        "with a paragraph lost": counts["lost text"] / max(1, counts["pages"]),
    }
    for layout in LAYOUTS:
        shown[f"leaks {layout}"] = counts[f"leaks {layout}"] / max(1, counts[f"notice {layout}"])
    return shown


def chosen(all_made: Sequence[Made], features: tuple[float, ...]) -> notices._Weights:
    """Try costs of a change and least sums; return the best."""
    best, least = None, float("inf")
    for change in (0.25, 0.5, 1.0):
        for sum_ in (0.0, 2.0):
            weights = notices._Weights(features, change, sum_)
            found = judged(all_made, weights)
            cost = found["leaks"] + 4 * found["decoys lost"] + 2 * found["articles with a loss"]
            cost += 4 * found["with a paragraph lost"]
            if cost < least:
                best, least = weights, cost
    assert best is not None
    return best


def write(weights: notices._Weights) -> None:
    lines = [
        "# The weights of the features of clutter/notices.py in log-odds that a block belongs to a",
        "# consent notice, the cost of a change between article and notice, and the least sum of a",
        "# run. Written by bench/train_notices.py.",
        "",
        f"change = {weights.change}",
        f"least = {weights.least}",
        "",
        "[features]",
        *(f"{name} = {one}" for name, one in zip(notices.FEATURES, weights.features, strict=True)),
    ]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def cases(shared: Path, weights: notices._Weights) -> dict[str, str]:
    """Return how many of the cases of SHARED/cases/notices hold, by language and kind."""
    sys.path.insert(0, str(shared / "cases"))
    check: Any = importlib.import_module("check")
    before, notices._weights = notices._weights, lambda: weights
    good: dict[str, list[bool]] = defaultdict(list)
    folder = shared / "cases/notices"
    for case in json.loads((folder / "cases.json").read_text("utf-8")):
        kind, language, *_ = case["file"].split("-")
        bad = check.faults(case, (folder / case["file"]).read_bytes())
        good["keep" if language == "keep" else f"{kind}-{language}"].append(not bad)
    notices._weights = before
    return {name: f"{sum(held)}/{len(held)}" for name, held in sorted(good.items())}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", type=Path)
    parser.add_argument("--without", nargs="*", default=[], help="languages left out")
    parser.add_argument("--most", type=int, default=400, help="articles used (400)")
    parser.add_argument("--articles", type=Path, help="keep the extracted articles in this file")
    parser.add_argument("--try", dest="tried", action="store_true", help="train on one half only")
    parser.add_argument("--cases", action="store_true", help="try the cases by language")
    parser.add_argument("--write", action="store_true", help="write the data file")
    asked = parser.parse_args()
    if asked.articles and asked.articles.exists():
        found = json.loads(asked.articles.read_text("utf-8"))[: asked.most]
    else:
        found = articles(asked.shared, asked.most)
        if asked.articles:
            asked.articles.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    leave_out(asked.without)
    halves = [
        [one for one in found if not asked.tried or digest(site(one)) % 2 == half]
        for half in (0, 1)
    ]
    training = list(examples(halves[0], asked.shared, asked.without))
    weights = chosen(training, train(training))
    if asked.tried:
        other = list(examples(halves[1], asked.shared, asked.without))
        print(json.dumps({name: round(one, 4) for name, one in judged(other, weights).items()}))
    if asked.cases:
        print(json.dumps(cases(asked.shared, weights)))
    if asked.write:
        write(weights)
    print({"change": weights.change, "least": weights.least}, file=sys.stderr)
    for name, one in zip(notices.FEATURES, weights.features, strict=True):
        print(f"{name:12}{one:8.2f}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
