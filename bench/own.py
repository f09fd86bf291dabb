"""The figures of the README, of nothing but what is in this repository.

    python bench/own.py [--write FOLDER]

Twelve pages, each in another language, in five layouts: how much of the text is found, how much
else comes with it, and which facts are right. Forty sentences from English to Portuguese and back:
chrF and BLEU beside our own translations (with sacrebleu, of the extra `bench`), and words in
a second of a core, which a busy machine does not change. `--write` writes the pages, to look at.

They are few, and written by those who wrote the program: they show that it works, and whether a
change breaks it, not how good it is on pages that nobody here has seen. For that, see
docs/extraction.md and docs/translation.md.
"""

import argparse
import re
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any

import sentences

from pipeline.errors import NotAnArticle
from pipeline.extract import extract
from pipeline.options import TranslateOptions
from pipeline.translate import Models, Translator

DATE = "2026-03-14T08:30:00+00:00"
_SPEED = 600  # sentences that speed is measured with


def pages() -> Iterator[tuple[dict[str, Any], str]]:
    """Each page of data/pages.toml, and its HTML."""
    for number, one in enumerate(
        tomllib.loads((sentences.DATA / "pages.toml").read_text())["page"]
    ):
        texts = [escape(text, quote=False) for text in one["paragraphs"]]
        blocks = [f"<p>{text}</p>" for text in texts]
        values = {key: escape(value) for key, value in one.items() if isinstance(value, str)} | {
            "url": f"https://bench.example/{number}",
            "date": DATE,
            "menu": _links(one["menu"]),
            "related": _links(one["related"]),
            "paragraphs": "\n".join(blocks),
            "divisions": "\n".join(f"<div>{text}</div>" for text in texts),
            "breaks": "<br><br>\n".join(texts),
            "interrupted": "\n".join(
                [*blocks[:2], f"<div class='box'>{_links(one['related'][:1])}</div>", *blocks[2:]]
            ),
        }
        yield one, _layout(one).format(**values)


def _layout(one: dict[str, Any]) -> str:
    return (sentences.DATA / "layouts" / f"{one['layout']}.html").read_text("utf-8")


def _links(titles: Sequence[str]) -> str:
    return "".join(f'<li><a href="/{n}">{escape(one)}</a></li>' for n, one in enumerate(titles))


def extraction() -> None:
    """Print precision, recall and F1 of runs of four tokens, as Scrapinghub's benchmark does."""
    right: Counter[str] = Counter()
    scores, leaked, stated = [], 0, 0
    for one, html in pages():
        stated += "{date}" in _layout(one)
        gold = "\n".join(one["paragraphs"])
        try:
            article = extract(html.encode(), f"https://bench.example/{one['layout']}")
        except NotAnArticle as error:
            print(f"{one['language']} {one['layout']}: {error}")
            scores.append((0.0, 0.0))
            continue
        scores.append(overlap(article.text, gold))
        leaked += one["consent"][:30] in article.text
        right["titles"] += article.title == one["title"]
        right["authors"] += any(name in one["author"] for name in article.authors)
        right["dates"] += bool(article.published) and article.published.isoformat() == DATE
        right["languages"] += article.language == one["language"]
    precision, recall = (sum(part) / len(scores) for part in zip(*scores, strict=True))
    f1 = sum(2 * p * r / (p + r) if p + r else 0.0 for p, r in scores) / len(scores)
    print(f"text of {len(scores)} pages: F1 {f1:.3f} ({precision=:.3f}, {recall=:.3f})")
    print(f"consent notices in it: {leaked} of {len(scores)}")
    whole = Counter(dict.fromkeys(("titles", "authors", "languages"), len(scores))) | Counter(
        dates=stated
    )
    print("right: " + ", ".join(f"{right[key]} of {whole[key]} {key}" for key in sorted(whole)))


def overlap(text: str, gold: str) -> tuple[float, float]:
    """Precision and recall of the runs of four tokens; a character of Chinese is a token."""
    found, wanted = _runs(text), _runs(gold)
    both = (found & wanted).total()
    return both / max(1, found.total()), both / max(1, wanted.total())


def _runs(text: str) -> Counter[tuple[str, ...]]:
    tokens = re.findall(r"[\u4e00-\u9fff]|[^\W_]+", text)
    return Counter(zip(*(tokens[n:] for n in range(4)), strict=False))


def translation() -> None:
    """Print chrF and BLEU in both directions, and the speed."""
    known = sentences.pairs()
    with tempfile.TemporaryDirectory() as folder:
        for source, target in (("en", "pt"), ("pt", "en")):
            texts = [pair[source == "pt"] for pair in known]
            wanted = [pair[source == "en"] for pair in known]
            options = TranslateOptions(packages_dir=Path(folder))
            made = _translator(options).texts(texts, source, target)
            print(f"{len(texts)} sentences {source} → {target}: {_scores(made, wanted)}")
        many = list(islice(sentences.news(), _SPEED))
        words = sum(len(one.split()) for one in many[20:])
        translator = _translator(TranslateOptions(packages_dir=Path(folder)))
        translator.texts(many[:20], "en", "pt")  # loads the model
        began = time.process_time()
        translator.texts(many[20:], "en", "pt")
        seconds = time.process_time() - began
        print(f"{words / seconds:,.0f} words in a second of one core: {words} in {seconds:.2f} s")


def _translator(options: TranslateOptions) -> Translator:
    return Translator(options, None, Models.of(options), {})


def _scores(made: Sequence[str], wanted: Sequence[str]) -> str:
    try:
        from sacrebleu import corpus_bleu, corpus_chrf
    except ModuleNotFoundError:
        return 'not scored: pip install -e ".[bench]"'
    bleu, chrf = corpus_bleu(made, [wanted]).score, corpus_chrf(made, [wanted]).score
    return f"chrF {chrf:.1f}, BLEU {bleu:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    if given.write:
        given.write.mkdir(parents=True, exist_ok=True)
        for one, html in pages():
            (given.write / f"{one['language']}.html").write_text(html, "utf-8")
        return
    extraction()
    translation()


if __name__ == "__main__":
    main()
