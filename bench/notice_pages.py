"""Pages with a notice, or a paragraph about cookies, laid into their article: to fit and to judge.

In: a folder with `bench/extraction` (pages with gold text) and `bench/consent` (notices), and
`tests/extract/notices.toml`. Out: notices and paragraphs by language; pages with them; the blocks
that `pipeline.extract.clutter.notices` is shown of such a page (`recorded`), with what each is.
"""

import gzip
import hashlib
import importlib
import json
import random
import re
import sys
import tomllib
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.extract import NotAnArticle, extract
from pipeline.extract.clutter import notices
from pipeline.extract.clutter.noticelines import Line

ROOT = Path(__file__).parents[1]
TESTED = ROOT / "tests/extract/notices.toml"
LARGEST = 800_000  # characters of a page
LAYOUTS = "ABCDEFGHIJKL"
PLACES = ("first", "last", "last", "middle")
_LANGUAGE = re.compile(r'<html[^>]*\blang\s*=\s*["\']?([A-Za-z]{2})')
_NAMES = re.compile(r'\s(class|id|role|aria-[a-z]+|data-[a-z-]+|style)="[^"]*"')


@dataclass(frozen=True)
class Notice:
    """A notice's language, sentences, the words of its buttons, and its markup where known."""

    language: str
    sentences: tuple[str, ...]
    buttons: tuple[str, ...]
    html: str = ""


@dataclass(frozen=True)
class Page:
    """A page with gold text: its source, address, language, and the article's paragraphs.

    `places` are the offsets before the first, in the middle and after the last paragraph.
    """

    name: str
    source: str
    url: str
    language: str
    places: dict[str, int]


@dataclass(frozen=True)
class Recorded:
    """The blocks of a page's container: what is a notice (1), the article (0), or neither (-1).

    `languages` are those of the page and of what was laid into it. `kind` says what that was.
    """

    lines: list[Line]
    title: str
    labels: list[int]
    decoys: list[bool]
    kind: str
    site: str
    languages: tuple[str, str]


def digest(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


@cache
def leak(shared: Path) -> Any:
    """Return the module leak.py of the consent bench."""
    sys.path.insert(0, str(shared / "bench/consent"))
    return importlib.import_module("leak")


def notices_of(shared: Path) -> tuple[list[Notice], dict[str, list[str]]]:
    """Return all notices, and the paragraphs about cookies of articles by language."""
    tested = tomllib.loads(TESTED.read_text("utf-8"))
    bench = json.loads((shared / "bench/consent/banners.json").read_text("utf-8"))
    found = [Notice(lang, tuple(said), tuple(some)) for lang, said, some in tested["notices"]]
    found += [
        Notice(one["lang"], tuple(one["sentences"]), tuple(one["labels"]), one["html"])
        for one in bench["banners"]
    ]
    decoys: dict[str, list[str]] = {}
    for language, text in tested["decoys"]:
        decoys.setdefault(language, []).append(text)
    for one in bench["decoys"]:
        decoys.setdefault(one["lang"], []).extend(one["paragraphs"])
    return found, decoys


def pages(shared: Path, languages: Sequence[str] = ()) -> Iterator[Page]:
    """Yield the pages of the extraction bench whose paragraphs are found in their source.

    With `languages` only those that declare one of them.
    """
    folder, bench = shared / "bench/extraction", leak(shared)
    gold = json.loads((folder / "gold.json").read_text("utf-8"))["pages"]
    for name in sorted(gold, key=digest):
        one = gold[name]
        source, _ = bench.decode(gzip.decompress((folder / one["file"]).read_bytes()))
        if len(source) > LARGEST:
            continue
        declared = _LANGUAGE.search(source[:20000])
        if languages and (declared is None or declared.group(1).lower() not in languages):
            continue
        found = bench.paragraphs(source, one)
        if len(found) < 4:
            continue
        middle = found[len(found) // 2].end
        yield Page(
            name,
            source,
            one.get("url") or "https://news.example/a",
            declared.group(1).lower() if declared else "en",
            {
                "first": source.rfind("<", 0, found[0].start),
                "middle": middle,
                "last": found[-1].end,
            },
        )


def with_piece(page: Page, html: str, place: str) -> str:
    at = page.places[place]
    return page.source[:at] + html + page.source[at:]


def unnamed(html: str) -> str:
    """Return the markup of a notice without what names it: classes, ids, roles, labels."""
    return _NAMES.sub("", html)


def laid_out(layout: str, notice: Notice) -> str:
    """Return a notice as HTML in one of the layouts of `LAYOUTS`; D and F have nothing to press."""
    texts = [escape(one) for one in notice.sentences]
    labels = [escape(one) for one in notice.buttons]

    def each(form: str, words: Sequence[str]) -> str:
        return "".join(form.format(word) for word in words)

    title = len(texts[0]) < 70 and len(texts) > 1
    head = texts[:1] if title else []
    rest = texts[1:] if title else texts
    paragraphs = each("<p>{}</p>", rest)
    if layout == "A":
        links = each('<a href="#">{}</a> ', labels)
        return each("<p><strong>{}</strong></p>", head) + f"{paragraphs}<p>{links}</p>"
    if layout == "B":
        pressed = each("<button type=button>{}</button>", labels)
        return each("<h3>{}</h3>", head) + paragraphs + pressed
    if layout == "C":
        links = each('<div><a role=button href="#">{}</a></div>', labels)
        text = each("<div>{}</div>", head) + f"<div>{' '.join(rest)}</div>"
        return f"<div>{text}<div>{links}</div></div>"
    if layout == "D":
        return each("<p>{}</p>", texts)
    if layout == "E":
        links = each('<li><a href="#">{}</a></li>', labels)
        return f"{each('<p>{}</p>', texts)}<ul>{links}</ul>"
    if layout == "F":
        return each("<p>{}</p>", [*labels, *texts] if len(texts) % 2 else [*texts, *labels])
    if layout == "G":
        links = each('<a href="#c">{}</a> | ', labels)
        return f"<p>{'<br>'.join(texts)}<br>{links}</p>"
    if layout == "H":
        items = each("<li>{}</li>", labels)
        html = each("<h4>{}</h4>", head) + each("<p>{}</p>", rest[:1])
        html += f"<ul>{items}</ul>" + each("<p>{}</p>", rest[1:])
        return html + each("<button>{}</button>", labels)
    if layout == "I":
        spans = each("<span role=button tabindex=0>{}</span> ", labels)
        return f"<section><p>{'</p><p>'.join(texts)}</p><div>{spans}</div></section>"
    if layout == "J":
        boxes = each("<p><label><input type=checkbox> {}</label></p>", labels[1:])
        pressed = each("<button>{}</button>", labels[:1])
        return each("<h4>{}</h4>", head) + paragraphs + boxes + f"<div>{pressed}</div>"
    if layout == "K":
        link = f'<a href="/privacy">{labels[-1] if labels else ""}</a>'
        return each("<p>{}</p>", texts[:-1]) + f"<p>{texts[-1]} {link}</p>"
    submits = each('<input type=submit value="{}">', labels)
    return f"<form>{each('<h4>{}</h4>', head)}{paragraphs}{submits}</form>"


def shown(html: str, url: str) -> tuple[list[Line], str, str]:
    """Return the blocks that `notices.find` was shown last, the title, and the page's text."""
    seen: list[tuple[Sequence[Line], str]] = []
    before = notices.find

    def noted(lines: Sequence[Line], title: str) -> frozenset[int]:
        seen.append((lines, title))
        return before(lines, title)

    notices.find = noted
    try:
        text = extract(html.encode("utf-8", "replace"), url).text
    except NotAnArticle:
        text = ""
    finally:
        notices.find = before
    lines, title = max(seen, key=lambda one: len(one[0]), default=((), ""))
    return list(lines), title, text


def folded(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def recorded(page: Page, shared: Path) -> list[Recorded]:
    """Return a page as it is, with notices, with a paragraph about cookies, and with other rows."""
    warnings.simplefilter("ignore")
    texts, decoys = notices_of(shared)
    chance = random.Random(digest(page.name))
    own = [one for one in texts if one.language == page.language]
    source = page.source
    lines, _, text = shown(source, page.url)
    if len(lines) < 4 or not text:
        return []
    kept = folded(text)

    def record(html: str, kind: str, language: str, told: Sequence[str], gone: bool) -> Recorded:
        lines, title, _ = shown(html, page.url)
        laid, pieces = folded(" ".join(told)), [folded(one) for one in told if len(one) > 9]
        labels, about = [], []
        for line in lines:
            words = folded(line.text)
            parts = sum(len(one) for one in pieces if one in words)
            inside = bool(words) and (words in laid or parts > 0.8 * len(words))
            labels.append(int(gone) if inside else 0 if words and words in kept else -1)
            about.append(inside and not gone)
        site = urlsplit(page.url).netloc
        return Recorded(lines, title, labels, about, kind, site, (page.language, language))

    found = [record(source, "page", page.language, (), gone=False)]
    for _ in range(3):
        notice = chance.choice(own if own and chance.random() < 0.7 else texts)
        layout = chance.choice(LAYOUTS) if notice.buttons else "D"
        html = laid_out(layout, notice)
        if notice.html and chance.random() < 0.25:
            layout, html = "Z", unnamed(notice.html)
        made = with_piece(page, html, chance.choice(PLACES))
        told = [*notice.sentences, *notice.buttons]
        found.append(record(made, f"notice {layout}", notice.language, told, gone=True))
    language = page.language if page.language in decoys else chance.choice(sorted(decoys))
    told = [chance.choice(decoys[language])]
    html = f"<p>{escape(told[0])}</p>"
    if chance.random() < 0.5:
        html += rows(lines, chance)
    made = with_piece(page, html, chance.choice(PLACES))
    found.append(record(made, "decoy", language, told, gone=False))
    made = with_piece(page, rows(lines, chance), chance.choice(PLACES))
    found.append(record(made, "rows", page.language, (), gone=False))
    return found


def rows(lines: Sequence[Line], chance: random.Random) -> str:
    """Return a row of buttons that is no notice's: words of the article, as of tags and polls."""
    words = [word for line in lines for word in line.text.split() if len(word) > 4] or ["Share"]
    chosen = [escape(chance.choice(words)) for _ in range(chance.randrange(2, 6))]
    form = chance.choice(
        (
            "<button>{}</button>",
            '<a href="#">{}</a> ',
            "<span role=button tabindex=0>{}</span>",
            '<li><a href="#">{}</a></li>',
        )
    )
    row = "".join(form.format(word) for word in chosen)
    return chance.choice(("<p>{}</p>", "<div>{}</div>", "{}", "<ul>{}</ul>")).format(row)
